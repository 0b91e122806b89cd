// A file or a tree as a tar whose entries begin with a name of one's choice (docker cp out of a container).

import { readText } from "../../lib/files";
import { isDirectory, isRegular, majorOf, minorOf, O, S_IF } from "../../lib/linux";
import { type EntryType, header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import type { Stat, Sys } from "../../sys";

const CHUNK = 256 * 1024;
const TYPES: Record<number, EntryType> = {
	[S_IF.REG]: "file",
	[S_IF.DIR]: "directory",
	[S_IF.LNK]: "symlink",
	[S_IF.CHR]: "character",
	[S_IF.BLK]: "block",
	[S_IF.IFO]: "fifo",
};

/** @param name what `path` is called in the archive; "" or "." for a directory's contents. @throws SysError */
export const pack = (sys: Sys, path: string, name: string): AsyncGenerator<Uint8Array> =>
	writeTar(walk(sys, path, name, new Map()));

async function* walk(sys: Sys, path: string, name: string, links: Map<string, string>): AsyncGenerator<SourceEntry> {
	const stat = await sys.lstat(path);
	const type = TYPES[stat.mode & S_IF.MT];
	// Sockets are bound by running programs; they are not content.
	if (!type) return;
	yield await entry(sys, path, name, type, stat, links);
	if (!isDirectory(stat.mode)) return;
	const names = (await sys.readdir(path)).map((one) => one.name).sort((a, b) => (a < b ? -1 : 1));
	for (const child of names) yield* walk(sys, `${path}/${child}`, `${name}/${child}`, links);
}

async function entry(
	sys: Sys,
	path: string,
	name: string,
	type: EntryType,
	stat: Stat,
	links: Map<string, string>,
): Promise<SourceEntry> {
	const made = header({
		name: type === "directory" ? `${name}/` : name,
		type,
		mode: stat.mode & 0o7777,
		uid: stat.uid,
		gid: stat.gid,
		mtime: (stat.mtime / 1_000_000_000n) * 1_000_000_000n,
	});
	if (type === "symlink") made.linkname = await sys.readlink(path);
	if (type === "character" || type === "block") {
		made.major = majorOf(stat.rdev);
		made.minor = minorOf(stat.rdev);
	}
	if (type !== "directory" && stat.nlink > 1) {
		const inode = `${stat.dev}:${stat.ino}`;
		const first = links.get(inode);
		if (first !== undefined) return { header: { ...made, type: "link", linkname: first } };
		links.set(inode, name);
	}
	if (!isRegular(stat.mode)) return { header: made };
	// Files of /proc say 0 and hold something all the same: they are read first.
	const whole = stat.size === 0 ? await readText(sys, path).catch(() => "") : "";
	if (whole !== "") {
		const bytes = new TextEncoder().encode(whole);
		return { header: { ...made, size: bytes.length }, body: [bytes] };
	}
	made.size = stat.size;
	return { header: made, body: content(sys, path, stat.size) };
}

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
