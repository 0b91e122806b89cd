// The file calls of a Sys over the kernel's own VFS and memfs, without processes: for what is tested without a kernel.

import { MemFs } from "../../../engine/fs/memfs/memfs";
import type { Place } from "../../../engine/fs/vfs/mount";
import { MountNamespace } from "../../../engine/fs/vfs/namespace";
import * as vfs from "../../../engine/fs/vfs/operations";
import type { Inode } from "../../../engine/fs/vfs/types";
import { errnoName } from "../../../engine/lib/errno";
import { O, S_IF } from "../../../engine/lib/linux";
import { type Stat, type Sys, SysError } from "../../../engine/sys";

interface OpenFile {
	inode: Inode;
	at: number;
	append: boolean;
}

/** A machine with an empty root directory, seen by root. The clock moves a millisecond a look. */
export function memorySys(options: { size?: number; now?: number } = {}): Sys {
	let devices = 40;
	let clock = BigInt(options.now ?? 1_750_000_000_000);
	const now = () => clock++ * 1_000_000n;
	const fs = new MemFs({ now, newDevice: () => devices++ }, { mode: 0o755, size: options.size });
	const namespace = MountNamespace.create(fs, "root");
	const root: Place = namespace.root.place;
	const context: vfs.PathContext = {
		root,
		cwd: root,
		umask: 0,
		credentials: { uid: 0, gid: 0, groups: [], capabilities: (1n << 41n) - 1n },
	};
	const files = new Map<number, OpenFile>();
	let next = 3;

	const check = <T>(result: T, call: string, detail = ""): Exclude<T, number> | 0 => {
		if (typeof result === "number" && result < 0) throw new SysError(errnoName(result), call, detail);
		return result as Exclude<T, number> | 0;
	};
	const file = (fd: number): OpenFile => {
		const found = files.get(fd);
		if (!found) throw new SysError("EBADF", "fd");
		return found;
	};
	const statOf = (status: vfs.Status): Stat => ({ ...status, dev: fs.dev, blocks: Math.ceil(status.size / 512) }) as Stat;
	const readAt = (inode: Inode, at: number, count: number): Uint8Array => {
		const into = new Uint8Array(Math.min(count, Math.max(0, inode.attributes().size - at)));
		return into.subarray(0, Number(inode.read(at, into)));
	};
	const calls: Partial<Sys> = {
		async open(path, flags, mode) {
			const { inode } = check(vfs.open(context, path, flags, mode), "open", path) as { inode: Inode };
			files.set(next, { inode, at: 0, append: (flags & O.APPEND) !== 0 });
			return next++;
		},
		async read(fd, count) {
			const open = file(fd);
			const bytes = readAt(open.inode, open.at, count);
			open.at += bytes.length;
			return bytes;
		},
		async write(fd, bytes) {
			const open = file(fd);
			if (open.append) open.at = open.inode.attributes().size;
			check(open.inode.write(open.at, bytes), "write");
			open.at += bytes.length;
			return bytes.length;
		},
		pread: async (fd, count, offset) => readAt(file(fd).inode, offset, count),
		async pwrite(fd, bytes, offset) {
			check(file(fd).inode.write(offset, bytes), "pwrite");
			return bytes.length;
		},
		async lseek(fd, offset, whence) {
			const open = file(fd);
			open.at = whence === 0 ? offset : whence === 1 ? open.at + offset : open.inode.attributes().size + offset;
			return open.at;
		},
		async close(fd) {
			file(fd);
			files.delete(fd);
		},
		stat: async (path) => statOf(check(vfs.stat(context, path), "stat", path) as vfs.Status),
		lstat: async (path) => statOf(check(vfs.lstat(context, path), "lstat", path) as vfs.Status),
		fstat: async (fd) => statOf(vfs.statusOf(file(fd).inode) as vfs.Status),
		async readdir(path) {
			const place = check(vfs.directory(context, path), "readdir", path) as Place;
			const entries = check(place.dentry.inode.readdir(), "readdir", path);
			return (entries || []).map(({ name, ino, type }) => ({ name, ino, type: type >> 12 }));
		},
		mkdir: async (path, mode) => void check(vfs.mkdir(context, path, mode), "mkdir", path),
		rmdir: async (path) => void check(vfs.rmdir(context, path), "rmdir", path),
		unlink: async (path) => void check(vfs.unlink(context, path), "unlink", path),
		rename: async (from, to) => void check(vfs.rename(context, from, to), "rename", from),
		link: async (from, to) => void check(vfs.link(context, from, to), "link", from),
		symlink: async (target, path) => void check(vfs.symlink(context, target, path), "symlink", path),
		readlink: async (path) => check(vfs.readlink(context, path), "readlink", path) as string,
		mknod: async (path, mode, rdev) => void check(vfs.mknod(context, path, mode, rdev), "mknod", path),
		chmod: async (path, mode) => void check(vfs.chmod(context, path, mode), "chmod", path),
		chown: async (path, uid, gid) => void check(vfs.chown(context, path, uid, gid), "chown", path),
		lchown: async (path, uid, gid) => void check(vfs.chown(context, path, uid, gid, false), "lchown", path),
		utimens: async (path, atime, mtime, nofollow) =>
			void check(vfs.utimens(context, path, atime, mtime, !nofollow), "utimensat", path),
		truncate: async (path, size) => void check(vfs.truncate(context, path, size), "truncate", path),
		ftruncate: async (fd, size) => void check(file(fd).inode.setAttributes({ size }), "ftruncate"),
		fsync: async () => {},
		lgetxattr: async (path, name) => check(vfs.getxattr(context, path, name, false), "lgetxattr", path) as Uint8Array,
		lsetxattr: async (path, name, value, flags = 0) =>
			void check(vfs.setxattr(context, path, name, value, flags, false), "lsetxattr", path),
		llistxattr: async (path) => check(vfs.listxattr(context, path, false), "llistxattr", path) as string[],
		lremovexattr: async (path, name) => void check(vfs.removexattr(context, path, name, false), "lremovexattr", path),
		umask: async () => 0,
		getpid: () => 1,
		now,
		monotonic: () => Number(clock),
		getrandom: (count) => new Uint8Array(count).map(() => Math.floor(Math.random() * 256)),
	};
	return calls as Sys;
}

export interface Node {
	type: string;
	mode: number;
	uid: number;
	gid: number;
	/** Seconds. */
	mtime?: number;
	content?: string;
	target?: string;
	rdev?: number;
	xattrs?: Record<string, string>;
	/** The first name (in order) of the same file. */
	link?: string;
}
export type Tree = Record<string, Node>;
const NAMES: Record<number, string> = {
	[S_IF.REG]: "file",
	[S_IF.DIR]: "dir",
	[S_IF.LNK]: "symlink",
	[S_IF.CHR]: "char",
	[S_IF.BLK]: "block",
	[S_IF.IFO]: "fifo",
};

/** Everything below a directory, by path. */
export async function treeOf(sys: Sys, root: string): Promise<Tree> {
	const tree: Tree = {};
	const seen = new Map<string, string>();
	const walk = async (directory: string, prefix: string) => {
		const names = (await sys.readdir(directory)).map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
		for (const name of names) {
			const path = `${directory}/${name}`;
			const stat = await sys.lstat(path);
			const node: Node = {
				type: NAMES[stat.mode & S_IF.MT] ?? "?",
				mode: stat.mode & 0o7777,
				uid: stat.uid,
				gid: stat.gid,
				mtime: Number(stat.mtime / 1_000_000_000n),
			};
			if (node.type === "symlink") node.target = await sys.readlink(path);
			if (node.type === "char" || node.type === "block") node.rdev = stat.rdev;
			if (node.type === "file") {
				const fd = await sys.open(path, 0);
				node.content = Buffer.from(await sys.read(fd, stat.size)).toString("latin1");
				await sys.close(fd);
			}
			const names = await sys.llistxattr(path);
			if (names.length > 0) {
				node.xattrs = {};
				for (const one of names.sort()) node.xattrs[one] = Buffer.from(await sys.lgetxattr(path, one)).toString("latin1");
			}
			if (node.type !== "dir" && stat.nlink > 1) {
				const first = seen.get(`${stat.ino}`);
				if (first) node.link = first;
				else seen.set(`${stat.ino}`, prefix + name);
			}
			tree[prefix + name] = node;
			if (node.type === "dir") await walk(path, `${prefix}${name}/`);
		}
	};
	await walk(root, "");
	return tree;
}
