// COPY and ADD: from a context into a root file system that is mounted.

import { concat } from "../../lib/bytes";
import { invalidParameter, notImplemented } from "../../lib/errors";
import { isErrno, removeTree, writeAll } from "../../lib/files";
import { gunzip, isGzip } from "../../lib/gzip";
import { isDirectory, O } from "../../lib/linux";
import { checksums, readNumber } from "../../lib/tar/header";
import { applyLayer } from "../../oci/layer/apply";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Selected } from "../context/select";
import { type BuildContext, below, type ContextEntry } from "../context/types";

export interface CopyRequest {
	context: BuildContext;
	selected: Selected[];
	/** Absolute; a slash at its end says that it is a directory. */
	dest: string;
	owner?: { uid: number; gid: number };
	mode?: number;
	/** ADD: archives are unpacked. */
	unpack: boolean;
}

/** @param root where the root file system is mounted */
export async function copyInto(sys: Sys, root: string, request: CopyRequest): Promise<void> {
	const { context, selected, owner } = request;
	const asDirectory = request.dest.endsWith("/") || selected.length > 1;
	const target = await rootPath(sys, root, request.dest);
	for (const source of selected) {
		if (source.entry.type === "directory") {
			await makeDirectories(sys, root, target, owner);
			for (const child of await context.list(source.path))
				await copyEntry(sys, request, below(source.path, child.name), child, `${target}/${child.name}`);
			continue;
		}
		if (request.unpack && source.entry.type === "file") {
			const archive = await archiveOf(context.read(source.path));
			if (archive) {
				await makeDirectories(sys, root, target, owner);
				await applyLayer(sys, target, archive, { whiteouts: "none" });
				continue;
			}
		}
		const into = asDirectory || (await isDirectoryAt(sys, target));
		const path = into ? `${target}/${source.name}` : target;
		await makeDirectories(sys, root, path.slice(0, path.lastIndexOf("/")), owner);
		await copyEntry(sys, request, source.path, source.entry, path);
	}
}

async function copyEntry(sys: Sys, request: CopyRequest, path: string, entry: ContextEntry, to: string): Promise<void> {
	const { context } = request;
	const there = await isDirectoryAt(sys, to);
	if (entry.type !== "directory" && there) throw invalidParameter(`cannot copy to non-directory: ${to}`);
	if (entry.type !== "directory" || !there) await removeTree(sys, to);
	if (entry.type === "symlink") await sys.symlink(entry.target!, to);
	else if (entry.type === "file") await writeContent(sys, to, context.read(path));
	else {
		if (!there) await sys.mkdir(to, 0o755);
		for (const child of await context.list(path))
			await copyEntry(sys, request, below(path, child.name), child, `${to}/${child.name}`);
	}
	const { uid, gid } = request.owner ?? entry;
	await sys.lchown(to, uid, gid);
	if (entry.type !== "symlink") await sys.chmod(to, request.mode ?? entry.mode);
	await sys.utimens(to, entry.mtime, entry.mtime, true);
}

async function writeContent(sys: Sys, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
	const fd = await sys.open(path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o644);
	try {
		for await (const piece of content) await writeAll(sys, fd, piece);
	} finally {
		await sys.close(fd);
	}
}

/** mkdir -p below `root`; what is made belongs to the one the copy is for. */
export async function makeDirectories(sys: Sys, root: string, path: string, owner = { uid: 0, gid: 0 }): Promise<boolean> {
	if (path === root || path === "") return false;
	if (await isDirectoryAt(sys, path)) return false;
	await makeDirectories(sys, root, path.slice(0, path.lastIndexOf("/")), owner);
	await sys.mkdir(path, 0o755);
	await sys.chmod(path, 0o755);
	await sys.lchown(path, owner.uid, owner.gid);
	return true;
}

async function isDirectoryAt(sys: Sys, path: string): Promise<boolean> {
	try {
		return isDirectory((await sys.lstat(path)).mode);
	} catch (error) {
		if (isErrno(error, "ENOENT")) return false;
		throw error;
	}
}

/** The tar in a file, compressed or not, or undefined when it is none. */
async function archiveOf(content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
	const { head, all } = await peek(content, 512);
	if (looksLike(head, [0x42, 0x5a, 0x68])) throw notImplemented("ADD: bzip2 archives are not supported");
	if (looksLike(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a])) throw notImplemented("ADD: xz archives are not supported");
	if (looksLike(head, [0x28, 0xb5, 0x2f, 0xfd])) throw notImplemented("ADD: zstd archives are not supported");
	if (!isGzip(head)) return isTar(head) ? all : undefined;
	const inner = await peek(gunzip(all), 512);
	return isTar(inner.head) ? inner.all : undefined;
}
const looksLike = (head: Uint8Array, magic: number[]): boolean => magic.every((byte, at) => head[at] === byte);
function isTar(head: Uint8Array): boolean {
	if (head.length < 512 || head[0] === 0) return false;
	try {
		return readNumber(head, 148, 8) === checksums(head).unsigned;
	} catch {
		return false;
	}
}

async function peek(
	source: AsyncIterable<Uint8Array>,
	count: number,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
	const iterator = source[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	for (let have = 0; have < count; ) {
		const next = await iterator.next();
		if (next.done) break;
		parts.push(next.value);
		have += next.value.length;
	}
	const head = concat(parts);
	return {
		head,
		all: (async function* () {
			if (head.length > 0) yield head;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		})(),
	};
}
