// What a build sends: a directory without what .dockerignore names, or what comes on standard input.

import { concat, EMPTY } from "../../../lib/bytes";
import { exists, readText, realPath } from "../../../lib/files";
import { IgnoreMatcher, readIgnore } from "../../../lib/ignore";
import { isDirectory, isRegular } from "../../../lib/linux";
import { resolve } from "../../../lib/path";
import { goQuote } from "../../../lib/quote";
import { header } from "../../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../../lib/tar/write";
import type { Sys } from "../../../sys";
import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { fileContent, headerOf, wholeSeconds } from "../../stream/archive";
import { readFrom } from "../image/verbs";

export interface BuildContext {
	archive: AsyncIterable<Uint8Array>;
	/** The Dockerfile's name in the archive. */
	dockerfile: string;
	/** Its text, where it is known here. */
	source?: string;
	/** A URL that the daemon is to fetch, instead of the archive. */
	remote?: string;
	/** --build-context: by name what the daemon is told of it. */
	contexts?: Record<string, string>;
}
export interface ContextRequest {
	path: string;
	/** -f */
	file: string;
	/** BuildKit shows the Dockerfile's own name. */
	buildkit: boolean;
	/** name=path, name=docker-image://image */
	named: readonly string[];
}

/** What is wrong with the command line, and not with the context. */
export class Conflict extends Error {}

/** @throws Error in docker's words, without "unable to prepare context: " */
export async function prepareContext(cli: Cli, request: ContextRequest): Promise<BuildContext> {
	const { path, file, buildkit } = request;
	if (path === "-") return fromInput(cli, request);
	const cwd = await cli.sys.getcwd();
	const given = resolve(cwd, path);
	const there = await cli.sys.stat(given).catch(() => undefined);
	const local = there !== undefined && (isDirectory(there.mode) || !buildkit);
	if (!local && /^(https?:\/\/|git@|git:\/\/|ssh:\/\/|github\.com\/)/.test(path)) return fromUrl(path, file);
	if (!local) throw new Error(`path ${goQuote(path)} not found`);
	const root = buildkit ? given : await realPath(cli.sys, given);
	if (!isDirectory(there.mode)) throw new Error(`context must be a directory: ${root}`);
	if (file === "-") return outside(cli, root, await standardInput(cli), "Dockerfile", request);
	const named = file === "" ? await usualDockerfile(cli, root) : resolve(cwd, file);
	const wanted = await (buildkit ? present(cli.sys, named) : realPath(cli.sys, named)).catch((error: unknown) => {
		throw new Error(`unable to evaluate symlinks in Dockerfile path: ${describe(error)}`);
	});
	const source = await readText(cli.sys, wanted);
	if (!wanted.startsWith(`${root}/`)) return outside(cli, root, source, wanted.slice(wanted.lastIndexOf("/") + 1), request);
	const name = wanted.slice(root.length + 1);
	const ignore = await ignoreOf(cli.sys, root, name, buildkit);
	const others = await namedContexts(cli, request.named);
	async function* entries(): AsyncGenerator<SourceEntry> {
		yield* contextEntries(cli.sys, root, ignore, name);
		yield* others.entries();
	}
	return { archive: archived(request, entries()), dockerfile: name, source, contexts: others.contexts };
}
async function present(sys: Sys, path: string): Promise<string> {
	await sys.lstat(path);
	return path;
}
async function usualDockerfile(cli: Cli, root: string): Promise<string> {
	const usual = `${root}/Dockerfile`;
	const lower = `${root}/dockerfile`;
	return !(await exists(cli.sys, usual)) && (await exists(cli.sys, lower)) ? lower : usual;
}

/** A Dockerfile that is not in the context travels under a name of its own, which .dockerignore keeps out of the image. */
async function outside(cli: Cli, root: string, content: string, base: string, request: ContextRequest): Promise<BuildContext> {
	const unique = `.dockerfile.${random(cli)}`;
	const name = request.buildkit ? `${unique}/${base}` : unique;
	const ignore = await ignoreOf(cli.sys, root, name, request.buildkit);
	const named = await namedContexts(cli, request.named);
	const patterns = await readText(cli.sys, `${root}/.dockerignore`).catch(() => "");
	async function* entries(): AsyncGenerator<SourceEntry> {
		for await (const entry of contextEntries(cli.sys, root, ignore, name)) if (entry.header.name !== ".dockerignore") yield entry;
		yield textEntry(".dockerignore", `${patterns}\n.dockerignore\n${unique}\n`);
		yield textEntry(name, content);
		yield* named.entries();
	}
	return { archive: archived(request, entries()), dockerfile: name, source: content, contexts: named.contexts };
}
const random = (cli: Cli): string => [...cli.sys.getrandom(10)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
async function standardInput(cli: Cli): Promise<string> {
	const parts: Uint8Array[] = [];
	for await (const piece of readFrom(cli, 0)) parts.push(piece);
	return new TextDecoder().decode(concat(parts));
}

/** Directories travel in the same archive, below a name that the daemon is told. */
async function namedContexts(cli: Cli, given: readonly string[]) {
	const contexts: Record<string, string> = {};
	const roots: Array<[prefix: string, root: string]> = [];
	for (const entry of given) {
		const at = entry.indexOf("=");
		if (at < 1) throw new Error(`invalid context value: ${entry}, expected key=value`);
		const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
		if (/^docker-image:\/\//.test(value)) contexts[name] = value;
		else if (/^(https?|git|ssh|oci-layout|target):\/?\/?|^git@/.test(value)) {
			throw new Error(`a context from ${value} is not supported by this builder: use a directory or docker-image://`);
		} else {
			const root = resolve(await cli.sys.getcwd(), value);
			if (!(await exists(cli.sys, root)))
				throw new Error(`failed to get build context path {${value}}: stat ${value}: no such file or directory`);
			const prefix = `.context.${random(cli)}/${name}`;
			contexts[name] = `upload:${prefix}`;
			roots.push([prefix, root]);
		}
	}
	async function* entries(): AsyncGenerator<SourceEntry> {
		for (const [prefix, root] of roots) {
			const ignore = await ignoreOf(cli.sys, root, "Dockerfile", true);
			for await (const { header: head, ...rest } of contextEntries(cli.sys, root, ignore, "Dockerfile")) {
				const linkname = head.type === "link" ? `${prefix}/${head.linkname}` : head.linkname;
				yield { header: { ...head, name: `${prefix}/${head.name}`, linkname }, ...rest } as SourceEntry;
			}
		}
	}
	return { contexts: given.length > 0 ? contexts : undefined, entries };
}

/** BuildKit's transfer of files keeps their times whole; an archive of docker's has seconds. */
const archived = ({ buildkit }: ContextRequest, entries: AsyncIterable<SourceEntry>): AsyncIterable<Uint8Array> =>
	writeTar(buildkit ? entries : wholeSeconds(entries));

function textEntry(name: string, content: string): SourceEntry {
	const bytes = new TextEncoder().encode(content);
	return { header: header({ name, type: "file", mode: 0o600, size: bytes.length }), body: [bytes] };
}

/** The daemon fetches it; it refuses what needs git. */
const fromUrl = (path: string, file: string): BuildContext => ({
	archive: none(),
	dockerfile: file || "Dockerfile",
	remote: path,
});
async function* none(): AsyncGenerator<Uint8Array> {}

const MAGICS: number[][] = [
	[0x1f, 0x8b, 0x08],
	[0x42, 0x5a, 0x68],
	[0xfd, 0x37, 0x7a, 0x58, 0x5a],
	[0x28, 0xb5, 0x2f, 0xfd],
];

/** Standard input holds an archive, or else a Dockerfile. */
async function fromInput(cli: Cli, { file, named, buildkit }: ContextRequest): Promise<BuildContext> {
	if (file === "-") throw new Conflict("invalid argument: can't use stdin for both build context and dockerfile");
	const source = readFrom(cli, 0);
	let head: Uint8Array = EMPTY;
	while (head.length < 512) {
		const next = await source.next();
		if (next.done) break;
		head = concat([head, next.value]);
	}
	if (isArchive(head)) {
		if (named.length > 0) throw new Error("--build-context cannot go along with an archive on stdin");
		return { archive: chained(head, source), dockerfile: file || "Dockerfile" };
	}
	if (file !== "") {
		const words = "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles";
		throw buildkit ? new Conflict(words) : new Error(words);
	}
	const parts = [head];
	for await (const piece of source) parts.push(piece);
	const content = new TextDecoder().decode(concat(parts));
	const { contexts, entries: more } = await namedContexts(cli, named);
	async function* entries(): AsyncGenerator<SourceEntry> {
		yield textEntry("Dockerfile", content);
		yield* more();
	}
	return { archive: writeTar(entries()), dockerfile: "Dockerfile", source: content, contexts };
}

const isArchive = (head: Uint8Array): boolean =>
	MAGICS.some((magic) => magic.every((byte, i) => head[i] === byte)) ||
	(head.length >= 512 && new TextDecoder().decode(head.subarray(257, 262)) === "ustar");

async function* chained(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield head;
	yield* rest;
}

/** A Dockerfile of BuildKit's may have one of its own. */
async function ignoreOf(sys: Sys, root: string, dockerfile: string, own: boolean): Promise<IgnoreMatcher> {
	for (const name of own ? [`${dockerfile}.dockerignore`, ".dockerignore"] : [".dockerignore"]) {
		if (!(await exists(sys, `${root}/${name}`))) continue;
		const patterns = readIgnore(await readText(sys, `${root}/${name}`));
		// the builder needs these two whatever the patterns say
		return new IgnoreMatcher([...patterns, `!${dockerfile}`, "!.dockerignore"]);
	}
	return new IgnoreMatcher([]);
}

/** Owned by root in the archive, whoever owns them here. */
async function* contextEntries(
	sys: Sys,
	root: string,
	ignore: IgnoreMatcher,
	dockerfile: string,
	below = "",
	links = new Map<string, string>(),
): AsyncGenerator<SourceEntry> {
	const names = (await sys.readdir(below === "" ? root : `${root}/${below}`)).map((entry) => entry.name).sort();
	for (const name of names) {
		const relative = below === "" ? name : `${below}/${name}`;
		const path = `${root}/${relative}`;
		const ignored = ignore.ignores(relative) && relative !== dockerfile;
		const stat = await sys.lstat(path);
		const directory = isDirectory(stat.mode);
		if (!ignored) {
			const head = await headerOf(sys, path, relative, stat);
			if (!head) continue;
			const entry = { ...head, uid: 0, gid: 0 };
			const inode = `${stat.dev}:${stat.ino}`;
			const first = isRegular(stat.mode) && stat.nlink > 1 ? links.get(inode) : undefined;
			if (first !== undefined) yield { header: { ...entry, type: "link", size: 0, linkname: first } };
			else if (isRegular(stat.mode)) yield { header: entry, body: fileContent(sys, path, stat.size) };
			else yield { header: entry };
			if (first === undefined) links.set(inode, relative);
		}
		if (directory && (!ignored || ignore.hasExceptions)) yield* contextEntries(sys, root, ignore, dockerfile, relative, links);
	}
}
