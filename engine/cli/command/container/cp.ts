// docker cp: a tar archive out of a container, or into it. What lands where follows cp(1) as docker reads it.

import { decodeBase64 } from "../../../lib/base64";
import { text } from "../../../lib/bytes";
import { basename, clean, resolve } from "../../../lib/path";
import { humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { errnoOf } from "../../cli";
import { piece } from "../../client/objects";
import { bool } from "../../flags/spec";
import { type CopyEnd, placeCopy, splitEntry } from "../../opts/copy-place";
import { archiveOf, contentSize, extract, rebase } from "../../stream/archive";
import { checkOutputPath } from "../../stream/output-file";
import { type Call, command, exactly } from "../command";

const OPTIONS = {
	archive: bool("Keep the owner and group of each file", "a"),
	"follow-link": bool("Follow a symbolic link that is the source", "L"),
	quiet: bool("Say nothing of the progress (so too where there is no terminal)", "q"),
};

export const cp = command({
	name: "cp",
	synopsis: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\ndocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
	summary: "Copy files/folders between a container and the local filesystem",
	description: `Copy files/folders between a container and the local filesystem

With '-' as the source, a tar archive is read from STDIN and
extracted to a directory of a container. With '-' as the
destination, a tar archive of the source is written to STDOUT.`,
	otherNames: ["docker container cp", "docker cp"],
	options: OPTIONS,
	args: exactly(2),
	run: async ({ cli, options, args, changed }: Call<typeof OPTIONS>) => {
		const [source, destination] = args as [string, string];
		if (source === "") throw new Error("source can not be empty");
		if (destination === "") throw new Error("destination can not be empty");
		const quiet = changed.has("quiet") ? options.quiet : !cli.out.terminal;
		const from = splitArgument(source);
		const to = splitArgument(destination);
		if (from.container && to.container) throw new Error("copying between containers is not supported");
		if (from.container) await copyOut(cli, from.container, from.path, to.path, options["follow-link"], quiet);
		else if (to.container) await copyIn(cli, from.path, to.container, to.path, options, quiet);
		else throw new Error("must specify at least one container source");
	},
});

/** CONTAINER:PATH, or a path of ours: one that begins with "/" or ".", or has no colon. */
function splitArgument(argument: string): { container: string; path: string } {
	const at = argument.indexOf(":");
	if (argument.startsWith("/") || at < 0 || argument.startsWith(".")) return { container: "", path: argument };
	return { container: argument.slice(0, at), path: argument.slice(at + 1) };
}

/** Go's os.FileMode bits. */
const MODE_DIR = 2 ** 31;
const MODE_SYMLINK = 2 ** 27;
const MODE_DEVICE = 2 ** 26;
const hasBit = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;
interface PathStat {
	name: string;
	size: number;
	mode: number;
	linkTarget: string;
}
function readStat(headers: Record<string, string>): PathStat {
	const encoded = headers["x-docker-container-path-stat"] ?? "";
	return JSON.parse(text(decodeBase64(encoded))) as PathStat;
}

/** Trailing "/" and "/." mean something to cp and outlive the making absolute. */
async function absolute(cli: Cli, path: string): Promise<string> {
	const whole = resolve(await cli.sys.getcwd(), path);
	if (/(^|\/)\.$/.test(path)) return whole === "/" ? "/." : `${whole}/.`;
	return path.endsWith("/") && whole !== "/" ? `${whole}/` : whole;
}

const statPath = async (cli: Cli, container: string, path: string): Promise<PathStat | undefined> => {
	try {
		const answer = await cli.client.call("HEAD", `/containers/${piece(container)}/archive`, { query: { path } });
		return readStat(answer.headers);
	} catch {
		// docker goes on, whatever it is: what is wrong shows again
		return undefined;
	}
};

async function copyOut(cli: Cli, container: string, from: string, to: string, follow: boolean, quiet: boolean): Promise<void> {
	const target = to === "-" ? to : await absolute(cli, to);
	if (target !== "-") await checkOutputPath(cli, target);
	let path = from;
	let rebaseName = "";
	if (follow) {
		const stat = await statPath(cli, container, path);
		if (stat && hasBit(stat.mode, MODE_SYMLINK)) {
			const link = stat.linkTarget.startsWith("/") ? stat.linkTarget : clean(`${splitEntry(path).directory}/${stat.linkTarget}`);
			if (basename(path) !== basename(link)) rebaseName = basename(path);
			path = link;
		}
	}
	const answer = await cli.client.call("GET", `/containers/${piece(container)}/archive`, { query: { path } });
	if (target === "-") {
		for await (const bytes of answer.body) await cli.out.write(bytes);
		return;
	}
	const stat = readStat(answer.headers);
	const counter = counting(answer.body);
	const end: CopyEnd = { path, exists: true, directory: hasBit(stat.mode, MODE_DIR) };
	const destination = await localDestination(cli, target);
	const place = placeCopy(end, destination, rebaseName);
	let content: AsyncIterable<Uint8Array> = counter.source;
	if (rebaseName) content = rebase(content, splitEntry(path).base, rebaseName);
	if (place.rename) content = rebase(content, place.rename.from, place.rename.to);
	await extract(cli.sys, content, place.directory).finally(async () => {
		const size = end.directory ? counter.bytes() : stat.size;
		if (!quiet) await cli.err.line(summary(size, counter.bytes(), target));
	});
}

async function copyIn(
	cli: Cli,
	from: string,
	container: string,
	to: string,
	options: { "follow-link": boolean; archive: boolean },
	quiet: boolean,
): Promise<void> {
	const source = from === "-" ? from : await absolute(cli, from);
	let path = to;
	let stat = await statPath(cli, container, to);
	if (stat && hasBit(stat.mode, MODE_SYMLINK)) {
		path = stat.linkTarget.startsWith("/") ? stat.linkTarget : clean(`${splitEntry(to).directory}/${stat.linkTarget}`);
		stat = await statPath(cli, container, path);
	}
	if (stat && hasBit(stat.mode, MODE_DEVICE))
		throw new Error(`destination "${container}:${to}" must be a directory or a regular file: got a device`);
	const destination: CopyEnd = { path, exists: stat !== undefined, directory: stat !== undefined && hasBit(stat.mode, MODE_DIR) };
	let directory = destination.path;
	let content: AsyncIterable<Uint8Array>;
	let size = 0;
	if (source === "-") {
		if (!destination.directory) throw new Error(`destination "${container}:${to}" must be a directory`);
		content = standardInput(cli);
	} else {
		const { end, archive, name, from: local } = await archiveOf(cli.sys, source, options["follow-link"]);
		const place = placeCopy(end, destination, name);
		if (!quiet) size = await contentSize(cli.sys, local);
		directory = place.directory;
		content = place.rename ? rebase(archive, place.rename.from, place.rename.to) : archive;
	}
	const counter = counting(content);
	const query = { path: directory, noOverwriteDirNonDir: "true", copyUIDGID: options.archive ? "true" : undefined };
	const headers = { "content-type": "application/x-tar" };
	await cli.client
		.done("PUT", `/containers/${piece(container)}/archive`, { query, headers, body: counter.source })
		.finally(async () => {
			// of standard input docker counts nothing
			if (!quiet) await cli.err.line(summary(size, source === "-" ? 0 : counter.bytes(), `${container}:${path}`));
		});
}

/** docker says so of what failed, too, before it says why. */
const summary = (content: number, sent: number, where: string): string =>
	`Successfully copied ${humanSize(content, 3)}${content === sent ? "" : ` (transferred ${humanSize(sent, 3)})`} to ${where}`;

async function* standardInput(cli: Cli): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await cli.sys.read(0, 1 << 16);
		if (bytes.length === 0) return;
		yield bytes;
	}
}

function counting(source: AsyncIterable<Uint8Array>): { source: AsyncIterable<Uint8Array>; bytes: () => number } {
	let total = 0;
	async function* counted(): AsyncGenerator<Uint8Array> {
		for await (const piece of source) {
			total += piece.length;
			yield piece;
		}
	}
	return { source: counted(), bytes: () => total };
}

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
async function localDestination(cli: Cli, path: string): Promise<CopyEnd> {
	try {
		const { mode } = await cli.sys.stat(path.replace(/(?<=.)\/+$/, ""));
		return { path, exists: true, directory: (mode & S_IFMT) === S_IFDIR };
	} catch (error) {
		if (errnoOf(error) !== "ENOENT") throw error;
		return { path, exists: false, directory: false };
	}
}
