// The short verbs of an image: rm, tag, save, load, import, prune.

import { O } from "../../../lib/linux";
import { familiarName, parseAny, parseNormalized, tagNameOnly } from "../../../lib/reference";
import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { encodeFilters, type Filters, withFilter } from "../../client/query";
import { describe } from "../../describe";
import { bool, list, string, strings } from "../../flags/spec";
import { onePlatform, platformsJson } from "../../opts/platform";
import { checkOutputFile, writeBody } from "../../stream/output-file";
import { displayMessages } from "../../stream/progress";
import { atLeast, type Call, command, exactly } from "../command";
import { filterOption } from "../container/list";

interface Deleted {
	Untagged?: string;
	Deleted?: string;
}

const RM_OPTIONS = {
	force: bool("Remove it whatever uses it", "f"),
	"no-prune": bool("Keep untagged parents"),
	platform: strings("Remove the image of this platform only (os/arch[/variant])", undefined, { needs: { api: "1.50" } }),
};
export const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "[OPTIONS] IMAGE [IMAGE...]",
	summary: "Remove one or more images",
	otherNames: ["docker image rm", "docker image remove", "docker rmi"],
	options: RM_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof RM_OPTIONS>) => {
		const platforms = options.platform.map((one) => onePlatform(one, ""));
		const failures: string[] = [];
		let fatal = false;
		for (const name of args) {
			try {
				const deleted = await cli.client.json<Deleted[]>("DELETE", `/images/${piece(name)}`, {
					query: { force: options.force, noprune: options["no-prune"], platforms },
				});
				for (const one of deleted) await cli.out.line(one.Deleted ? `Deleted: ${one.Deleted}` : `Untagged: ${one.Untagged}`);
			} catch (error) {
				fatal ||= !isNotFound(error);
				failures.push(describe(error));
			}
		}
		if (failures.length === 0) return;
		// with --force, what is not there is what was asked for
		if (!options.force || fatal) throw new Error(failures.join("\n"));
		await cli.err.line(failures.join("\n"));
	},
});

export const tag = command({
	name: "tag",
	synopsis: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
	summary: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
	otherNames: ["docker image tag", "docker tag"],
	args: exactly(2),
	interspersed: false,
	run: async ({ cli, args }) => {
		const [source, target] = args as [string, string];
		const parsed = <T>(name: string, parse: (name: string) => T): T => {
			try {
				return parse(name);
			} catch (error) {
				throw new Error(`Error parsing reference: ${JSON.stringify(name)} is not a valid repository/tag: ${describe(error)}`);
			}
		};
		parsed(source, parseAny);
		const reference = parsed(target, parseNormalized);
		if (reference.digest) throw new Error("refusing to create a tag with a digest reference");
		await cli.client.done("POST", `/images/${piece(source)}/tag`, {
			query: { repo: familiarName(reference), tag: tagNameOnly(reference).tag },
		});
	},
});

const SAVE_OPTIONS = {
	output: string("File to write, instead of STDOUT", "o"),
	platform: string("Save only the image of this platform (os/arch[/variant])", undefined, "", { needs: { api: "1.48" } }),
};
export const save = command({
	name: "save",
	synopsis: "[OPTIONS] IMAGE [IMAGE...]",
	summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
	otherNames: ["docker image save", "docker save"],
	options: SAVE_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof SAVE_OPTIONS>) => {
		if (options.output === "" && cli.out.terminal)
			throw new Error("cowardly refusing to save to a terminal. Use the -o flag or redirect");
		await checkOutputFile(cli, options.output, "save image");
		const { body } = await cli.client.call("GET", "/images/get", {
			query: { names: args, platform: platformsJson(options.platform) },
		});
		await writeBody(cli, body, options.output);
	},
});

const LOAD_OPTIONS = {
	input: string("File to read, instead of STDIN", "i"),
	platform: string("Load only the image of this platform (os/arch[/variant])", undefined, "", { needs: { api: "1.48" } }),
	quiet: bool("Say only what was loaded", "q"),
};
export const load = command({
	name: "load",
	synopsis: "[OPTIONS]",
	summary: "Load an image from a tar archive or STDIN",
	otherNames: ["docker image load", "docker load"],
	options: LOAD_OPTIONS,
	run: async ({ cli, options }: Call<typeof LOAD_OPTIONS>) => {
		if (options.input === "" && cli.stdinTerminal) throw new Error("requested load from stdin, but stdin is empty");
		const fd = options.input === "" ? 0 : await cli.sys.open(options.input, O.RDONLY | O.CLOEXEC);
		const answer = await cli.client.call("POST", "/images/load", {
			query: { quiet: options.quiet || !cli.out.terminal ? "1" : "0", platform: platformsJson(options.platform) },
			headers: { "content-type": "application/x-tar" },
			body: readFrom(cli, fd),
		});
		const width = (await cli.windowSize(1))?.cols;
		if ((answer.headers["content-type"] ?? "").startsWith("application/json"))
			await displayMessages(answer.body, cli.out, { width });
		else for await (const bytes of answer.body) await cli.out.write(bytes);
	},
});

export async function* readFrom(cli: Cli, fd: number): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await cli.sys.read(fd, 1 << 16);
		if (bytes.length === 0) return;
		yield bytes;
	}
}

const IMPORT_OPTIONS = {
	change: list("Dockerfile instruction to apply", "c"),
	message: string("What it is for", "m"),
	platform: string("Platform of the image (os/arch[/variant])"),
};
export const importImage = command({
	name: "import",
	synopsis: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
	summary: "Import the contents from a tarball to create a filesystem image",
	otherNames: ["docker image import", "docker import"],
	options: IMPORT_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof IMPORT_OPTIONS>) => {
		const [source, name = ""] = args as [string, string?];
		const remote = /^https?:\/\//.test(source);
		if (name) parseNormalized(name);
		const body = remote ? undefined : readFrom(cli, source === "-" ? 0 : await cli.sys.open(source, O.RDONLY | O.CLOEXEC));
		const answer = await cli.client.call("POST", "/images/create", {
			query: {
				fromSrc: remote ? source : "-",
				repo: name,
				message: options.message,
				changes: options.change,
				platform: (options.platform || (cli.env.DOCKER_DEFAULT_PLATFORM ?? "")).toLowerCase(),
			},
			headers: { "content-type": "text/plain" },
			body,
		});
		await displayMessages(answer.body, cli.out, { width: (await cli.windowSize(1))?.cols });
	},
});

const pruneFilter = { ...filterOption('Remove only those for which this is so ("until=<timestamp>")'), short: undefined };
const PRUNE_OPTIONS = {
	all: bool("Remove all that no container uses, not just untagged ones", "a"),
	filter: pruneFilter,
	force: bool("Ask nothing", "f"),
};
export const prune = command({
	name: "prune",
	synopsis: "[OPTIONS]",
	summary: "Remove unused images",
	options: PRUNE_OPTIONS,
	run: async ({ cli, options }: Call<typeof PRUNE_OPTIONS>) => {
		const what = options.all ? "images without at least one container associated to them" : "dangling images";
		if (!options.force && !(await cli.confirm(`WARNING! This will remove all ${what}.\nAre you sure you want to continue?`)))
			return;
		const { output, reclaimed } = await pruneImages(cli, options.all, options.filter);
		if (output !== "") await cli.out.line(output);
		await cli.out.line(`Total reclaimed space: ${humanSize(reclaimed)}`);
	},
});

export async function pruneImages(cli: Cli, all: boolean, filters: Filters): Promise<{ output: string; reclaimed: number }> {
	const answer = await cli.client.json<{ ImagesDeleted: Deleted[] | null; SpaceReclaimed: number }>("POST", "/images/prune", {
		query: { filters: encodeFilters(withFilter(filters, "dangling", String(!all))) },
	});
	const deleted = answer.ImagesDeleted ?? [];
	if (deleted.length === 0) return { output: "", reclaimed: 0 };
	const lines = deleted.map((one) => (one.Untagged ? `untagged: ${one.Untagged}\n` : `deleted: ${one.Deleted}\n`));
	return { output: `Deleted Images:\n${lines.join("")}`, reclaimed: answer.SpaceReclaimed };
}
