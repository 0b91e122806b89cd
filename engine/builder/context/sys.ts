// A context in a directory: of another stage's root file system, or of a folder of the machine.

import { isErrno } from "../../lib/files";
import { isDirectory, isRegular, isSymlink, O, S_IF } from "../../lib/linux";
import type { Sys } from "../../sys";
import { type BuildContext, below, type ContextEntry } from "./types";

const CHUNK = 256 * 1024;

export function sysContext(sys: Sys, root: string): BuildContext {
	const at = (path: string): string => (path === "" ? root : `${root}/${path}`);
	const stat = async (path: string): Promise<ContextEntry | undefined> => {
		try {
			const { mode, uid, gid, size, mtime, nlink, dev, ino, rdev } = await sys.lstat(at(path));
			const name = path.slice(path.lastIndexOf("/") + 1);
			const common = { name, mode: mode & 0o7777, uid, gid, size, mtime, ...(await attributesOf(sys, at(path))) };
			if (isDirectory(mode)) return { ...common, type: "directory" };
			if (isSymlink(mode)) return { ...common, type: "symlink", target: await sys.readlink(at(path)) };
			const type = mode & S_IF.MT;
			// a socket is bound by a program that runs, and no content
			if (type === S_IF.SOCK) return undefined;
			if (!isRegular(mode)) return { ...common, type: "special", node: { type, rdev } };
			return { ...common, type: "file", ...(nlink > 1 ? { inode: `${dev}:${ino}` } : {}) };
		} catch (error) {
			if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
			throw error;
		}
	};
	return {
		stat,
		async list(path) {
			const names = (await sys.readdir(at(path))).map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
			const entries = await Promise.all(names.map((name) => stat(below(path, name))));
			return entries.filter((entry) => entry !== undefined);
		},
		async *read(path) {
			const fd = await sys.open(at(path), O.RDONLY | O.CLOEXEC);
			try {
				for (;;) {
					const piece = await sys.read(fd, CHUNK);
					if (piece.length === 0) return;
					yield piece;
				}
			} finally {
				await sys.close(fd);
			}
		},
	};
}

async function attributesOf(sys: Sys, path: string): Promise<Pick<ContextEntry, "xattrs">> {
	const names = await sys.llistxattr(path).catch(() => []);
	const kept = names.filter((name) => !name.startsWith("trusted.overlay."));
	if (kept.length === 0) return {};
	const xattrs: ContextEntry["xattrs"] = [];
	for (const name of kept) xattrs.push([name, await sys.lgetxattr(path, name)]);
	return { xattrs };
}
