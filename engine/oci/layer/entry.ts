// One file of a tree as an entry of an archive: what `docker cp`, `docker export` and the making of layers have in common.

import { isErrno } from "../../lib/files";
import { isRegular, majorOf, minorOf, O, S_IF } from "../../lib/linux";
import { type EntryType, header, type TarHeader } from "../../lib/tar/header";
import type { SourceEntry } from "../../lib/tar/write";
import type { Stat, Sys } from "../../sys";

const CHUNK = 256 * 1024;

export interface Packing {
	sys: Sys;
	/** Inode → the first name, for hard links. */
	links: Map<string, string>;
	/** dockerd's own archives have the file's type in the mode, too; layers have not. */
	typeInMode: boolean;
	/** The time of an entry, from the file's, in nanoseconds. */
	timeOf(mtime: bigint): bigint;
}

const TYPE: Record<number, EntryType> = {
	[S_IF.REG]: "file",
	[S_IF.DIR]: "directory",
	[S_IF.LNK]: "symlink",
	[S_IF.CHR]: "character",
	[S_IF.BLK]: "block",
	[S_IF.IFO]: "fifo",
};
/** Archives are written in this order. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Like Docker, without fractions of seconds and names of users. */
export const wholeSeconds = (mtime: bigint): bigint => mtime - (((mtime % SECOND) + SECOND) % SECOND);
export const SECOND = 1_000_000_000n;

/** What is gone while a tree is walked was not there. */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch (error) {
		if (isErrno(error, "ENOENT")) return undefined;
		throw error;
	}
}

/** undefined for a socket (it is bound by a running program, and no content) and for what is gone. @throws SysError */
export async function entryOf(packing: Packing, path: string, name: string, stat: Stat): Promise<SourceEntry | undefined> {
	const { sys, links } = packing;
	const type = TYPE[stat.mode & S_IF.MT];
	if (!type) return undefined;
	const made: TarHeader = header({
		name: type === "directory" && name !== "/" ? `${name}/` : name,
		type,
		mode: packing.typeInMode ? stat.mode : stat.mode & 0o7777,
		uid: stat.uid,
		gid: stat.gid,
		mtime: packing.timeOf(stat.mtime),
	});
	if (type !== "directory" && stat.nlink > 1) {
		const inode = `${stat.dev}:${stat.ino}`;
		const first = links.get(inode);
		if (first !== undefined) return { header: { ...made, type: "link", linkname: first } };
		links.set(inode, name);
	}
	const known = await unlessGone(xattrs(sys, path));
	if (known === undefined) return undefined;
	made.xattrs = known;
	if (type === "symlink") {
		const target = await unlessGone(sys.readlink(path));
		if (target === undefined) return undefined;
		made.linkname = target;
	}
	if (type === "character" || type === "block") {
		made.major = majorOf(stat.rdev);
		made.minor = minorOf(stat.rdev);
	}
	if (!isRegular(stat.mode)) return { header: made };
	made.size = stat.size;
	return { header: made, body: content(sys, path, stat.size) };
}

/** Exactly `size` bytes: a file that shrank under way makes the writer complain. */
async function* content(sys: Sys, path: string, size: number): AsyncGenerator<Uint8Array> {
	const fd = await sys.open(path, O.RDONLY | O.NOFOLLOW | O.CLOEXEC);
	try {
		for (let left = size; left > 0; ) {
			const piece = await sys.read(fd, Math.min(left, CHUNK));
			if (piece.length === 0) return;
			left -= piece.length;
			yield piece;
		}
	} finally {
		await sys.close(fd);
	}
}

/** What belongs to the content: not what overlayfs or a security module keeps for itself. */
async function xattrs(sys: Sys, path: string): Promise<Record<string, Uint8Array>> {
	const names = await sys.llistxattr(path).catch((error: unknown) => {
		if (isErrno(error, "EOPNOTSUPP")) return [];
		throw error;
	});
	const out: Record<string, Uint8Array> = {};
	for (const name of names.sort(byName)) {
		if (name.startsWith("user.") || name === "security.capability") out[name] = await sys.lgetxattr(path, name);
	}
	return out;
}
