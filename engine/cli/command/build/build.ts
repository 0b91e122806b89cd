// docker build: the context goes to the daemon as a tar archive; its builder's words come back.

import { text, utf8 } from "../../../lib/bytes";
import { messageOf } from "../../../lib/errors";
import { writeFile } from "../../../lib/files";
import { parseNormalized } from "../../../lib/reference";
import { humanSize, ramInBytes } from "../../../lib/units";
import type { Cli } from "../../cli";
import { Output } from "../../cli";
import { encodeAuth } from "../../client/auth";
import { allLogins } from "../../credentials/store";
import { bool, custom, list, string } from "../../flags/spec";
import { checkExtraHost } from "../../opts/addresses";
import { checkEnv, checkLabel, keyValues } from "../../opts/env";
import { displayMessages } from "../../stream/progress";
import { type Call, command, exactly, StatusError } from "../command";
import { prepareContext } from "./context";

const bytes = (usage: string, short?: string) =>
	custom<number>(
		"bytes",
		usage,
		() => 0,
		(given) => ramInBytes(given),
		{ short },
	);

const OPTIONS = {
	"add-host": list("Add a line to /etc/hosts (host:ip)", undefined, checkExtraHost),
	"build-arg": list("Value of a build argument", undefined, checkEnv),
	"cache-from": list("Image whose layers may be used again"),
	file: string("Name of the Dockerfile (default is PATH/Dockerfile)", "f"),
	"force-rm": bool("Remove intermediate containers even after a failure"),
	iidfile: string("File that receives the image's id"),
	label: list("Label of the image", undefined, checkLabel),
	memory: bytes("Most memory a step may use", "m"),
	network: string("Network of RUN steps", undefined, "default"),
	"no-cache": bool("Do every step anew"),
	platform: string("Platform of the image (os/arch[/variant])"),
	pull: bool("Look for a newer base image first"),
	quiet: bool("Say only the image's id", "q"),
	rm: bool("Remove intermediate containers after success", undefined, true),
	"shm-size": bytes("Size of /dev/shm"),
	tag: list("Name and tag of the image (name:tag)", "t", (name) => {
		parseNormalized(name);
		return name;
	}),
	target: string("Stage to build"),
};

export const build = command({
	name: "build",
	synopsis: "[OPTIONS] PATH | URL | -",
	summary: "Build an image from a Dockerfile",
	otherNames: ["docker image build", "docker build"],
	options: OPTIONS,
	args: exactly(1),
	run: buildImage,
	before: async (cli) => {
		if (cli.env["DOCKER_BUILDKIT"] === "0") await cli.err.line(LEGACY_BUILDER);
	},
});

/** What docker says to whoever turns BuildKit off. */
const LEGACY_BUILDER = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.
`;

async function buildImage({ cli, options, args }: Call<typeof OPTIONS>): Promise<void> {
	const context = await prepared(cli, args[0]!, options.file);
	const body = announced(cli, context.archive, options.quiet);
	let id = "";
	const answer = await cli.client.call("POST", "/build", {
		query: {
			t: options.tag.map((name) => name),
			dockerfile: context.dockerfile,
			q: options.quiet,
			nocache: options["no-cache"],
			pull: options.pull,
			rm: options.rm ? "1" : "0",
			forcerm: options["force-rm"],
			memory: options.memory || undefined,
			shmsize: options["shm-size"] || undefined,
			networkmode: options.network,
			target: options.target,
			platform: options.platform.toLowerCase(),
			buildargs: JSON.stringify(buildArguments(options["build-arg"], cli.env)),
			labels: JSON.stringify(keyValues(options.label)),
			cachefrom: JSON.stringify(options["cache-from"]),
			extrahosts: options["add-host"],
			version: "1",
		},
		headers: { "content-type": "application/x-tar", "x-registry-config": encodeAuth(await allLogins(cli)) },
		body,
	});
	const quietWords: Uint8Array[] = [];
	const out = options.quiet ? collecting(cli, quietWords) : cli.out;
	try {
		await displayMessages(answer.body, out, {
			width: (await cli.windowSize(1))?.cols,
			aux: (value) => {
				if (typeof value.ID === "string") id = value.ID;
			},
		});
	} catch (error) {
		const code = (error as { code?: number }).code;
		if (options.quiet) await cli.err.write(quietWords.map((piece) => text(piece)).join(""));
		throw new StatusError(code || 1, messageOf(error));
	}
	if (options.quiet) {
		const words = quietWords.map((piece) => text(piece)).join("");
		await cli.out.write(words);
		id ||= words.trim();
	}
	if (options.iidfile) {
		if (id === "") throw new Error(`server did not provide an image ID. Cannot write ${options.iidfile}`);
		await writeFile(cli.sys, options.iidfile, id);
	}
}

async function prepared(cli: Cli, path: string, file: string): Promise<Awaited<ReturnType<typeof prepareContext>>> {
	try {
		return await prepareContext(cli, path, file);
	} catch (error) {
		throw new Error(`unable to prepare context: ${messageOf(error)}`);
	}
}

/** Tells how much of the context has gone to the daemon: on a terminal again and again, elsewhere once. */
async function* announced(cli: Cli, archive: AsyncIterable<Uint8Array>, quiet: boolean): AsyncGenerator<Uint8Array> {
	let total = 0;
	let shown = "";
	const say = async (): Promise<void> => {
		const line = `Sending build context to Docker daemon  ${humanSize(total)}\r`;
		if (quiet || line === shown) return;
		shown = line;
		await cli.out.write(line);
	};
	for await (const piece of archive) {
		total += piece.length;
		if (cli.out.terminal) await say();
		yield piece;
	}
	await say();
	if (!quiet) await cli.out.write("\r\n");
}

function buildArguments(given: readonly string[], environment: Readonly<Record<string, string>>): Record<string, string | null> {
	return Object.fromEntries(
		given.map((entry) => {
			const at = entry.indexOf("=");
			return at < 0 ? [entry, environment[entry] ?? null] : [entry.slice(0, at), entry.slice(at + 1)];
		}),
	);
}

/** An output that keeps what is written. */
function collecting(cli: Cli, into: Uint8Array[]): Output {
	return new (class extends Output {
		override async write(data: string | Uint8Array): Promise<void> {
			into.push(typeof data === "string" ? utf8(data) : data);
		}
	})(cli.sys, 1, false);
}
