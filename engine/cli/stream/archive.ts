// Tar archives of the caller's files: made, renamed on the way, and extracted.

import { realPath, writeAll } from "../../lib/files";
import { isDirectory, isRegular, isSymlink, majorOf, minorOf, O, S_IF } from "../../lib/linux";
import { basename, clean, dirname } from "../../lib/path";
import { type EntryType, header, type TarHeader } from "../../lib/tar/header";
import { readTar } from "../../lib/tar/read";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import { type Stat, type Sys, SysError } from "../../sys";
import { type CopyEnd, splitEntry } from "../opts/copy-place";

const CHUNK = 1 << 16;

const TYPES: Array<[number, EntryType]> = [
	[S_IF.REG, "file"],
	[S_IF.DIR, "directory"],
	[S_IF.LNK, "symlink"],
	[S_IF.CHR, "character"],
	[S_IF.BLK, "block"],
	[S_IF.IFO, "fifo"],
];

/** The header of what is at `path`; undefined for a socket, which archives do not hold. */
export async function headerOf(sys: Sys, path: string, name: string, stat: Stat): Promise<TarHeader | undefined> {
	const type = TYPES.find(([bits]) => bits === (stat.mode & S_IF.MT))?.[1];
	if (!type) return undefined;
	return header({
		name,
		type,
		mode: stat.mode & 0o7777,
		uid: stat.uid,
		gid: stat.gid,
		size: type === "file" ? stat.size : 0,
		mtime: stat.mtime,
		linkname: isSymlink(stat.mode) ? await sys.readlink(path) : "",
		...(type === "character" || type === "block" ? { major: majorOf(stat.rdev), minor: minorOf(stat.rdev) } : {}),
	});
}

const SECOND = 1_000_000_000n;

/** Times without their fractions, as docker's own archives have them: what is finer would need a header more for each file. */
export async function* wholeSeconds(entries: AsyncIterable<SourceEntry>): AsyncGenerator<SourceEntry> {
	for await (const { header: head, ...rest } of entries)
		yield { header: { ...head, mtime: head.mtime - (((head.mtime % SECOND) + SECOND) % SECOND) }, ...rest } as SourceEntry;
}

/** The content of a file, exactly `size` bytes of it (a shrinking file is an error). */
export async function* fileContent(sys: Sys, path: string, size: number): AsyncGenerator<Uint8Array> {
	const fd = await sys.open(path, O.RDONLY | O.CLOEXEC);
	try {
		for (let left = size; left > 0; ) {
			const piece = await sys.read(fd, Math.min(CHUNK, left));
			if (piece.length === 0) throw new SysError("EIO", "read", path);
			left -= piece.length;
			yield piece;
		}
	} finally {
		await sys.close(fd);
	}
}

/** Everything at and below `path`, in name order, under `name`; hard links are kept. */
export async function* entriesBelow(
	sys: Sys,
	path: string,
	name: string,
	seen = new Map<string, string>(),
): AsyncGenerator<SourceEntry> {
	const stat = await sys.lstat(path);
	const head = await headerOf(sys, path, name, stat);
	if (!head) return;
	const identity = `${stat.dev}:${stat.ino}`;
	const first = stat.nlink > 1 && isRegular(stat.mode) && stat.ino !== 0 ? seen.get(identity) : undefined;
	if (first !== undefined) {
		yield { header: { ...head, type: "link", size: 0, linkname: first } };
		return;
	}
	seen.set(identity, name);
	if (isRegular(stat.mode)) yield { header: head, body: fileContent(sys, path, stat.size) };
	else yield { header: head };
	if (!isDirectory(stat.mode)) return;
	for (const child of (await sys.readdir(path)).map((entry) => entry.name).sort())
		yield* entriesBelow(sys, path === "/" ? `/${child}` : `${path}/${child}`, `${name}/${child}`, seen);
}

/** What `docker cp` sends of a path: an archive with the path's last part at its top. */
export async function archiveOf(
	sys: Sys,
	path: string,
	follow: boolean,
): Promise<{ end: CopyEnd; archive: AsyncIterable<Uint8Array>; name: string; from: string }> {
	let real = path;
	let name = "";
	if (follow) {
		real = await followed(sys, clean(path));
		if (basename(real) !== basename(clean(path))) name = basename(clean(path));
		if (/(^|\/)\.$/.test(path)) real += "/.";
	}
	const { base } = splitEntry(real);
	const plain = real.replace(/(?<=.)\/+$/, "");
	const asDirectory = path.endsWith("/") || /(^|\/)\.$/.test(path);
	await realPath(sys, dirname(plain));
	const stat = asDirectory ? await sys.stat(plain) : await sys.lstat(plain);
	if (asDirectory && !isDirectory(stat.mode)) throw new Error("not a directory");
	const top = name || (base === "/" ? "." : base);
	const from = base === "." ? clean(real) : clean(plain);
	return {
		end: { path: real, exists: true, directory: isDirectory(stat.mode) },
		archive: writeTar(wholeSeconds(entriesBelow(sys, from, top))),
		name,
		from,
	};
}

/** The bytes of all files at and below `path`, links not followed. */
export async function contentSize(sys: Sys, path: string): Promise<number> {
	const { mode, size } = await sys.lstat(path);
	if (isRegular(mode)) return size;
	if (!isDirectory(mode)) return 0;
	let total = 0;
	for (const { name } of await sys.readdir(path)) total += await contentSize(sys, path === "/" ? `/${name}` : `${path}/${name}`);
	return total;
}

const MOST_LINKS = 40;
async function followed(sys: Sys, path: string): Promise<string> {
	let at = path;
	for (let i = 0; i < MOST_LINKS; i++) {
		if (!isSymlink((await sys.lstat(at)).mode)) return at;
		const target = await sys.readlink(at);
		at = target.startsWith("/") ? clean(target) : clean(`${dirname(at)}/${target}`);
	}
	throw new SysError("ELOOP", "stat", path);
}

/** The archive with the first part `from` of each name turned into `to`. */
export async function* rebase(source: AsyncIterable<Uint8Array>, from: string, to: string): AsyncGenerator<Uint8Array> {
	const old = from === "/" ? "" : from;
	const renamed = (name: string): string => {
		if (name === old || name.startsWith(`${old}/`)) return to + name.slice(old.length);
		return old === "." && name.startsWith("./") ? `${to}/${name.slice(2)}` : name.replace(old, to);
	};
	async function* entries(): AsyncGenerator<SourceEntry> {
		for await (const { header: head, body } of readTar(source))
			yield {
				header: {
					...head,
					name: renamed(head.name),
					linkname: head.type === "link" ? renamed(head.linkname) : head.linkname,
				},
				body,
			};
	}
	yield* writeTar(entries());
}

/** Extracts below `directory`, owned by whoever calls. A directory never gives way to a file, nor a file to a directory. */
export async function extract(sys: Sys, source: AsyncIterable<Uint8Array>, directory: string): Promise<void> {
	const times: Array<[path: string, mtime: bigint]> = [];
	for await (const { header: head, body } of readTar(source)) {
		const path = inside(directory, head.name);
		await makeRoom(sys, path, head.type === "directory");
		if (head.type === "directory") {
			await sys.mkdir(path, head.mode).catch((error: unknown) => {
				if (!(error instanceof SysError && error.errno === "EEXIST")) throw error;
			});
			times.push([path, head.mtime]);
		} else if (head.type === "file") await extractFile(sys, path, head, body);
		else if (head.type === "symlink") await sys.symlink(head.linkname, path);
		else if (head.type === "link") await sys.link(inside(directory, head.linkname), path);
		else await sys.mknod(path, head.mode | (head.type === "fifo" ? S_IF.IFO : head.type === "block" ? S_IF.BLK : S_IF.CHR), 0);
		if (head.type === "file" || head.type === "directory") await sys.chmod(path, head.mode & 0o7777);
		if (head.type === "file") await sys.utimens(path, head.mtime, head.mtime);
	}
	for (const [path, mtime] of times.reverse()) await sys.utimens(path, mtime, mtime).catch(() => {});
}

/** A name may not lead out of the directory. */
function inside(directory: string, name: string): string {
	const within = clean(`/${name}`);
	return within === "/" ? directory : `${directory.replace(/\/+$/, "")}${within}`;
}

async function makeRoom(sys: Sys, path: string, forDirectory: boolean): Promise<void> {
	let mode: number;
	try {
		mode = (await sys.lstat(path)).mode;
	} catch {
		return;
	}
	if (isDirectory(mode) && !forDirectory)
		throw new Error(`cannot overwrite directory ${JSON.stringify(path)} with non-directory ${JSON.stringify(dirname(path))}`);
	if (!isDirectory(mode) && forDirectory)
		throw new Error(`cannot overwrite non-directory ${JSON.stringify(path)} with directory ${JSON.stringify(dirname(path))}`);
	if (!isDirectory(mode)) await sys.unlink(path);
}

async function extractFile(sys: Sys, path: string, head: TarHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
	const fd = await sys.open(path, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, head.mode & 0o7777);
	try {
		for await (const piece of body) await writeAll(sys, fd, piece);
	} finally {
		await sys.close(fd);
	}
}
