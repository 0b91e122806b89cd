// Trees of the recorded cases: laying a layer out on a file system, and reading one back.

import { isOpaque, isWhiteout, OWN } from "../../../engine/fs/overlay/layer";
import { S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from "../../../engine/fs/vfs/mode";
import type { Inode } from "../../../engine/fs/vfs/types";
import { bytesFromName, text } from "../../../engine/lib/bytes";

export type Bytes = string | { b64: string };
export interface Entry {
	type: "dir" | "file" | "symlink" | "fifo" | "other";
	mode?: number;
	uid?: number;
	gid?: number;
	mtime?: number | "now";
	content?: Bytes;
	target?: string;
	xattrs?: Record<string, Bytes>;
	nlink?: number;
	/** Another path of the same layer that is the same file. */
	link?: string;
}
export type Tree = Record<string, Entry>;

/** When the recording ran; everything stamped by it is "now". */
const RECORDED_AFTER = 1_750_000_000;
const SECOND = 1_000_000_000n;

export const decode = (value: Bytes): Uint8Array =>
	typeof value === "string" ? bytesFromName(value) : new Uint8Array(Buffer.from(value.b64, "base64"));
export const encode = (bytes: Uint8Array): Bytes => {
	const string = text(bytes);
	return Buffer.from(string, "utf8").equals(bytes) ? string : { b64: Buffer.from(bytes).toString("base64") };
};
export const mtimeOf = (mtime: bigint): number | "now" => {
	const seconds = Number(mtime / SECOND);
	return seconds > RECORDED_AFTER ? "now" : seconds;
};

export function must<Result>(result: Result | number): Result {
	if (typeof result === "number" && result < 0) throw new Error(`errno ${result}`);
	return result as Result;
}
const TYPES = { dir: S_IFDIR, file: S_IFREG, symlink: S_IFLNK, fifo: S_IFIFO, other: 0 };

const split = (path: string): [directory: string, name: string] => {
	const slash = path.lastIndexOf("/");
	return [path.slice(0, slash) || "/", path.slice(slash + 1)];
};
export function find(root: Inode, path: string): Inode {
	let inode = root;
	for (const name of path.split("/")) if (name !== "") inode = must<Inode>(inode.lookup(name));
	return inode;
}

/** Lays out a tree in OCI notation (.wh.NAME, .wh..wh..opq) the way overlay keeps it. */
export function layOut(tree: Tree, root: Inode): void {
	const later: Array<() => void> = [];
	for (const [path, entry] of Object.entries(tree)) {
		const [parent, name] = split(path);
		const directory = find(root, parent);
		if (name === ".wh..wh..opq") must(directory.setxattr(`${OWN}opaque`, bytesFromName("y"), 0));
		else if (name.startsWith(".wh.")) must(directory.make(name.slice(4), { mode: S_IFCHR, uid: 0, gid: 0 }));
		else if (entry.link !== undefined) must(directory.link(name, find(root, entry.link)));
		else {
			const inode = path === "/" ? root : must<Inode>(directory.make(name, nodeOf(entry)));
			if (entry.content !== undefined) must(inode.write(0, decode(entry.content)));
			later.push(() => finish(inode, entry));
		}
	}
	for (const act of later) act();
}
const nodeOf = (entry: Entry) => ({
	mode: TYPES[entry.type] | (entry.mode ?? 0o777),
	uid: entry.uid ?? 0,
	gid: entry.gid ?? 0,
	target: entry.target,
});
function finish(inode: Inode, entry: Entry): void {
	for (const [name, value] of Object.entries(entry.xattrs ?? {})) must(inode.setxattr(name, decode(value), 0));
	const time = BigInt(entry.mtime as number) * SECOND;
	must(inode.setAttributes({ uid: entry.uid, gid: entry.gid, mode: entry.mode, mtime: time, atime: time }));
}

/** The tree below `root` as recorded; whiteouts and opaque marks in OCI notation when it is an upper layer. */
export function capture(root: Inode, upper = false): Tree {
	const tree: Tree = {};
	const visit = (inode: Inode, path: string): void => {
		const [parent, name] = split(path);
		const within = parent === "/" ? "" : parent;
		if (upper && isWhiteout(inode)) {
			tree[`${within}/.wh.${name}`] = { type: "file", content: "" };
			return;
		}
		const entry = describe(inode);
		tree[path] = entry;
		if (entry.type !== "dir") return;
		if (upper && isOpaque(inode)) tree[`${path === "/" ? "" : path}/.wh..wh..opq`] = { type: "file", content: "" };
		for (const each of must(inode.readdir()) as Array<{ name: string }>)
			visit(must<Inode>(inode.lookup(each.name)), path === "/" ? `/${each.name}` : `${path}/${each.name}`);
	};
	visit(root, "/");
	return tree;
}
function describe(inode: Inode): Entry {
	const { mode, uid, gid, mtime, size, nlink } = inode.attributes();
	const type = typeName(mode);
	const entry: Entry = { type, uid, gid, mtime: mtimeOf(mtime) };
	if (type === "symlink") entry.target = must(inode.readlink()) as string;
	else entry.mode = mode & 0o7777;
	if (type === "file") {
		const bytes = new Uint8Array(size);
		must(inode.read(0, bytes));
		entry.content = encode(bytes);
		entry.nlink = nlink;
	}
	const names = (must(inode.listxattr()) as string[]).filter((name) => name.startsWith("user.")).sort();
	if (names.length > 0)
		entry.xattrs = Object.fromEntries(names.map((name) => [name, encode(must(inode.getxattr(name)) as Uint8Array)]));
	return entry;
}
export function typeName(mode: number): Entry["type"] {
	const type = mode & S_IFMT;
	return type === S_IFDIR
		? "dir"
		: type === S_IFLNK
			? "symlink"
			: type === S_IFREG
				? "file"
				: type === S_IFIFO
					? "fifo"
					: "other";
}

/** A tree without what is not compared: link counts, and the time of the root. */
export function comparable(tree: Tree): Tree {
	const out: Tree = {};
	for (const path of Object.keys(tree).sort()) {
		const { nlink: _, ...entry } = tree[path]!;
		if (path === "/") delete entry.mtime;
		out[path] = entry;
	}
	return out;
}

/** What an upper layer over lower ones shows, by OCI's rules (whiteouts, opaque directories): upper over lowers. */
export function applied(layers: readonly Tree[]): Tree {
	const out: Tree = {};
	const drop = (path: string, itself: boolean): void => {
		for (const other of Object.keys(out)) if (other.startsWith(`${path}/`) || (itself && other === path)) delete out[other];
	};
	for (const layer of layers) {
		for (const path of Object.keys(layer)) {
			const [parent, name] = split(path);
			if (name === ".wh..wh..opq") drop(parent === "/" ? "" : parent, false);
			else if (name.startsWith(".wh.")) drop(`${parent === "/" ? "" : parent}/${name.slice(4)}`, true);
		}
		for (const [path, entry] of Object.entries(layer)) {
			if (split(path)[1].startsWith(".wh.")) continue;
			if (out[path] !== undefined && (entry.type !== "dir" || out[path]!.type !== "dir")) drop(path, true);
			out[path] = entry.link === undefined ? entry : layer[entry.link]!;
		}
	}
	return out;
}
