// Whole files and trees by system calls: what every native program would otherwise write for itself.

import type { Sys } from "../sys";
import { SysError } from "../sys";
import { concat, text, utf8 } from "./bytes";
import type { ErrnoName } from "./errno";
import { isDirectory, isSymlink, O } from "./linux";
import { partsOf } from "./path";

const CHUNK = 1 << 16;
/** readdir(3). */
const DT_DIR = 4;

export const isErrno = (error: unknown, ...names: ErrnoName[]): error is SysError =>
	error instanceof SysError && names.includes(error.errno);

/** Everything up to the end of the file. @throws SysError */
export async function readFile(sys: Sys, path: string): Promise<Uint8Array> {
	const fd = await sys.open(path, O.RDONLY | O.CLOEXEC);
	try {
		return await readAll(sys, fd);
	} finally {
		await sys.close(fd);
	}
}
export const readText = async (sys: Sys, path: string): Promise<string> => text(await readFile(sys, path));
export const readJson = async <T>(sys: Sys, path: string): Promise<T> => JSON.parse(await readText(sys, path)) as T;

export async function readAll(sys: Sys, fd: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (;;) {
		const part = await sys.read(fd, CHUNK);
		if (part.length === 0) return parts.length === 1 ? parts[0]! : concat(parts);
		parts.push(part);
	}
}

/** Takes as many writes as it needs. @throws SysError */
export const writeAll = (sys: Sys, fd: number, bytes: Uint8Array): Promise<void> => inTurns(bytes, (rest) => sys.write(fd, rest));
/** @param take some of it, at least a byte; answers how many */
export async function inTurns(bytes: Uint8Array, take: (rest: Uint8Array) => Promise<number>): Promise<void> {
	for (let at = 0; at < bytes.length; ) at += await take(at === 0 ? bytes : bytes.subarray(at));
}

export async function writeFile(sys: Sys, path: string, data: Uint8Array | string, mode = 0o644): Promise<void> {
	const fd = await sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, mode);
	try {
		await writeAll(sys, fd, typeof data === "string" ? utf8(data) : data);
	} finally {
		await sys.close(fd);
	}
}

/** Writes beside and renames over: a reader sees the old or the new file, never a part. */
export async function replaceFile(sys: Sys, path: string, data: Uint8Array | string, mode = 0o644): Promise<void> {
	const beside = `${path}.tmp`;
	try {
		await writeFile(sys, beside, data, mode);
	} catch (error) {
		// half of a file on a full disk only takes up room
		await sys.unlink(beside).catch(() => {});
		throw error;
	}
	await sys.rename(beside, path);
}

const MOST_LINKS = 255;

/** The path without symbolic links in it; everything on the way must be there. `path` is absolute. @throws SysError */
export async function realPath(sys: Sys, path: string): Promise<string> {
	let left = partsOf(path);
	let done = "";
	for (let links = 0; left.length > 0; ) {
		const [part, ...rest] = left as [string, ...string[]];
		left = rest;
		if (part === "..") {
			done = done.slice(0, Math.max(0, done.lastIndexOf("/")));
			continue;
		}
		const at = `${done}/${part}`;
		if (!isSymlink((await sys.lstat(at)).mode)) {
			done = at;
			continue;
		}
		if (++links > MOST_LINKS) throw new SysError("ELOOP", "lstat", at);
		const target = await sys.readlink(at);
		if (target.startsWith("/")) done = "";
		left = [...partsOf(target), ...left];
	}
	return done || "/";
}

export async function exists(sys: Sys, path: string): Promise<boolean> {
	try {
		await sys.lstat(path);
		return true;
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
		throw error;
	}
}

/** mkdir -p. */
export async function makeDirectories(sys: Sys, path: string, mode = 0o755): Promise<void> {
	try {
		await sys.mkdir(path, mode);
	} catch (error) {
		if (isErrno(error, "EEXIST")) return;
		const parent = path.replace(/\/+[^/]*\/*$/, "");
		if (!isErrno(error, "ENOENT") || parent === "" || parent === path) throw error;
		await makeDirectories(sys, parent, mode);
		await makeDirectories(sys, path, mode);
	}
}

/** rm -rf: what is not there is no error. Never follows symlinks. */
export async function removeTree(sys: Sys, path: string): Promise<void> {
	try {
		await remove(sys, path, isDirectory((await sys.lstat(path)).mode));
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
	}
}
async function remove(sys: Sys, path: string, directory: boolean): Promise<void> {
	try {
		if (directory) {
			for (const { name, type } of await sys.readdir(path)) await remove(sys, `${path}/${name}`, type === DT_DIR);
			await sys.rmdir(path);
		} else await sys.unlink(path);
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
	}
}

/** Bytes below a directory, or of a file. */
export async function treeSize(sys: Sys, path: string): Promise<number> {
	const stat = await sys.lstat(path).catch(() => undefined);
	if (!stat) return 0;
	if (!isDirectory(stat.mode)) return stat.size;
	let size = 0;
	for (const { name } of await sys.readdir(path)) size += await treeSize(sys, `${path}/${name}`);
	return size;
}
