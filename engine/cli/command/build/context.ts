// What a build sends: a directory without what .dockerignore names, or what comes on standard input.

import { concat, EMPTY } from "../../../lib/bytes";
import { exists, readText } from "../../../lib/files";
import { isDirectory, isRegular } from "../../../lib/linux";
import { resolve } from "../../../lib/path";
import { header } from "../../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../../lib/tar/write";
import type { Sys } from "../../../sys";
import { type Cli, errnoOf } from "../../cli";
import { Ignore, readIgnoreFile } from "../../opts/dockerignore";
import { fileContent, headerOf } from "../../stream/archive";
import { readFrom } from "../image/verbs";

export interface BuildContext {
	archive: AsyncIterable<Uint8Array>;
	/** The Dockerfile's name in the archive. */
	dockerfile: string;
}

/** @throws Error in docker's words, without "unable to prepare context: " */
export async function prepareContext(cli: Cli, path: string, file: string): Promise<BuildContext> {
	if (path === "-") return fromInput(cli, file);
	if (/^(https?:\/\/|git@|git:\/\/|github\.com\/)/.test(path)) return fromUrl(path);
	const cwd = await cli.sys.getcwd();
	const root = resolve(cwd, path);
	try {
		if (!isDirectory((await cli.sys.stat(root)).mode)) throw new Error(`context must be a directory: ${root}`);
	} catch (error) {
		if (errnoOf(error) === "ENOENT") throw new Error(`path ${JSON.stringify(path)} not found`);
		throw error;
	}
	if (file === "-") return withDockerfile(cli, root);
	const wanted = file === "" ? `${root}/Dockerfile` : resolve(cwd, file);
	if (!(await exists(cli.sys, wanted)))
		throw new Error(`unable to evaluate symlinks in Dockerfile path: lstat ${wanted}: no such file or directory`);
	if (wanted.startsWith(`${root}/`)) {
		const name = wanted.slice(root.length + 1);
		return { archive: writeTar(contextEntries(cli.sys, root, await ignoreOf(cli.sys, root, name), name)), dockerfile: name };
	}
	return outside(cli, root, await readText(cli.sys, wanted));
}

/** A Dockerfile that is not in the context travels under a name of its own. */
async function outside(cli: Cli, root: string, content: string): Promise<BuildContext> {
	const unique = [...cli.sys.getrandom(10)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	const name = `.dockerfile.${unique}`;
	const ignore = await ignoreOf(cli.sys, root, name);
	async function* entries(): AsyncGenerator<SourceEntry> {
		yield* contextEntries(cli.sys, root, ignore, name);
		yield textEntry(name, content);
	}
	return { archive: writeTar(entries()), dockerfile: name };
}
async function withDockerfile(cli: Cli, root: string): Promise<BuildContext> {
	const parts: Uint8Array[] = [];
	for await (const piece of readFrom(cli, 0)) parts.push(piece);
	return outside(cli, root, new TextDecoder().decode(concat(parts)));
}

function textEntry(name: string, content: string): SourceEntry {
	const bytes = new TextEncoder().encode(content);
	return { header: header({ name, type: "file", mode: 0o600, size: bytes.length }), body: [bytes] };
}

function fromUrl(path: string): never {
	throw new Error(`a context from ${path} is not supported by this client: clone it first`);
}

const MAGICS: number[][] = [
	[0x1f, 0x8b, 0x08],
	[0x42, 0x5a, 0x68],
	[0xfd, 0x37, 0x7a, 0x58, 0x5a],
	[0x28, 0xb5, 0x2f, 0xfd],
];

/** Standard input holds an archive, or else a Dockerfile. */
async function fromInput(cli: Cli, file: string): Promise<BuildContext> {
	if (file === "-") throw new Error("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles");
	const source = readFrom(cli, 0);
	let head: Uint8Array = EMPTY;
	while (head.length < 512) {
		const next = await source.next();
		if (next.done) break;
		head = concat([head, next.value]);
	}
	if (isArchive(head)) return { archive: chained(head, source), dockerfile: file || "Dockerfile" };
	const parts = [head];
	for await (const piece of source) parts.push(piece);
	return { archive: writeTar([textEntry("Dockerfile", new TextDecoder().decode(concat(parts)))]), dockerfile: "Dockerfile" };
}

const isArchive = (head: Uint8Array): boolean =>
	MAGICS.some((magic) => magic.every((byte, i) => head[i] === byte)) ||
	(head.length >= 512 && new TextDecoder().decode(head.subarray(257, 262)) === "ustar");

async function* chained(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield head;
	yield* rest;
}

async function ignoreOf(sys: Sys, root: string, dockerfile: string): Promise<Ignore> {
	for (const name of [`${dockerfile}.dockerignore`, ".dockerignore"]) {
		if (!(await exists(sys, `${root}/${name}`))) continue;
		const patterns = readIgnoreFile(await readText(sys, `${root}/${name}`));
		// the builder needs these two whatever the patterns say
		return new Ignore([...patterns, `!${dockerfile}`, "!.dockerignore"]);
	}
	return new Ignore([]);
}

/** Owned by root in the archive, whoever owns them here. */
async function* contextEntries(
	sys: Sys,
	root: string,
	ignore: Ignore,
	dockerfile: string,
	below = "",
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
			yield isRegular(stat.mode) ? { header: entry, body: fileContent(sys, path, stat.size) } : { header: entry };
		}
		if (directory && (!ignored || ignore.hasExceptions)) yield* contextEntries(sys, root, ignore, dockerfile, relative);
	}
}
