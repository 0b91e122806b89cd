// An upper directory → a layer's tar: its entries in the order of their names, each directory before what is in it, whiteouts
// as OCI writes them. Equal directories give equal bytes.

import { isErrno } from "../../lib/files";
import { isRegular, majorOf, minorOf, O, S_IF } from "../../lib/linux";
import { type EntryType, header, type TarHeader } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import type { Stat, Sys } from "../../sys";
import { isWhiteoutNode, OPAQUE_MARKER, OPAQUE_XATTR, WHITEOUT_PREFIX } from "./whiteout";

const CHUNK = 256 * 1024;
const SECOND = 1_000_000_000n;

export interface CreateOptions {
	/** Seconds since 1970: what is younger gets this time, so that a build does not depend on when it ran. */
	sourceDateEpoch?: number;
}

/** The tar of everything below `upper` (not of `upper` itself). @throws SysError */
export function createLayer(sys: Sys, upper: string, options: CreateOptions = {}): AsyncGenerator<Uint8Array> {
	return writeTar(walk({ sys, options, links: new Map() }, upper, ""));
}

interface Walk {
	sys: Sys;
	options: CreateOptions;
	/** Inode → the first name, for hard links. */
	links: Map<string, string>;
}

const TYPE: Record<number, EntryType> = {
	[S_IF.REG]: "file",
	[S_IF.DIR]: "directory",
	[S_IF.LNK]: "symlink",
	[S_IF.CHR]: "character",
	[S_IF.BLK]: "block",
	[S_IF.IFO]: "fifo",
};
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function* walk(context: Walk, directory: string, prefix: string): AsyncGenerator<SourceEntry> {
	const names = (await context.sys.readdir(directory)).map(({ name }) => name).sort(byName);
	for (const name of names) {
		const path = `${directory}/${name}`;
		const stat = await context.sys.lstat(path);
		if (isWhiteoutNode(stat)) {
			yield { header: whiteoutHeader(context, `${prefix}${WHITEOUT_PREFIX}${name}`, stat) };
			continue;
		}
		const type = TYPE[stat.mode & S_IF.MT];
		// sockets are bound by running programs; they are not content
		if (!type) continue;
		yield await entry(context, path, prefix + name, type, stat);
		if (type !== "directory") continue;
		if (await isOpaque(context.sys, path)) yield { header: whiteoutHeader(context, `${prefix}${name}/${OPAQUE_MARKER}`, stat) };
		yield* walk(context, path, `${prefix}${name}/`);
	}
}

async function entry(context: Walk, path: string, name: string, type: EntryType, stat: Stat): Promise<SourceEntry> {
	const { sys, links } = context;
	const made: TarHeader = header({
		name: type === "directory" ? `${name}/` : name,
		type,
		mode: stat.mode & 0o7777,
		uid: stat.uid,
		gid: stat.gid,
		mtime: timeOf(context, stat.mtime),
		xattrs: await xattrs(sys, path),
	});
	if (type === "symlink") made.linkname = await sys.readlink(path);
	if (type === "character" || type === "block") {
		made.major = majorOf(stat.rdev);
		made.minor = minorOf(stat.rdev);
	}
	if (type !== "directory" && stat.nlink > 1) {
		const inode = `${stat.dev}:${stat.ino}`;
		const first = links.get(inode);
		if (first !== undefined) return { header: { ...made, type: "link", linkname: first, xattrs: {}, major: 0, minor: 0 } };
		links.set(inode, name);
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

function timeOf({ options }: Walk, mtime: bigint): bigint {
	const seconds = (mtime / SECOND) * SECOND;
	if (options.sourceDateEpoch === undefined) return seconds;
	const bound = BigInt(options.sourceDateEpoch) * SECOND;
	return seconds > bound ? bound : seconds;
}

const whiteoutHeader = (context: Walk, name: string, stat: Stat): TarHeader =>
	header({ name, type: "file", mode: 0, mtime: timeOf(context, stat.mtime) });

export async function isOpaque(sys: Sys, directory: string): Promise<boolean> {
	try {
		return (await sys.lgetxattr(directory, OPAQUE_XATTR))[0] === 0x79;
	} catch (error) {
		if (isErrno(error, "ENODATA", "EOPNOTSUPP")) return false;
		throw error;
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
