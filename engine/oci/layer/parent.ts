// A directory that a layer's archive uses but does not list: made, with the attributes that it has in the layers below.

import { isErrno } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { type Sys, SysError } from "../../sys";
import { rootPath } from "./root-path";
import { OPAQUE_XATTR } from "./whiteout";

/** @throws SysError ENOTDIR when something else is there */
export async function makeParent(sys: Sys, root: string, path: string, parents: readonly string[]): Promise<void> {
	if (path === root) return;
	try {
		if (isDirectory((await sys.lstat(path)).mode)) return;
		throw new SysError("ENOTDIR", "mkdir", path);
	} catch (error) {
		if (!isErrno(error, "ENOENT")) throw error;
	}
	await makeParent(sys, root, path.slice(0, path.lastIndexOf("/")), parents);
	await sys.mkdir(path, 0o755);
	for (const parent of parents) {
		const below = await rootPath(sys, parent, path.slice(root.length));
		const stat = await sys.lstat(below).catch((error: unknown) => {
			if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
			throw error;
		});
		if (!stat) continue;
		// replaced by something else there: its attributes mean nothing here
		if (!isDirectory(stat.mode)) return;
		await sys.lchown(path, stat.uid, stat.gid);
		await sys.chmod(path, stat.mode & 0o7777);
		for (const name of await sys.llistxattr(below)) {
			if (name !== OPAQUE_XATTR) await sys.lsetxattr(path, name, await sys.lgetxattr(below, name));
		}
		await sys.utimens(path, stat.atime, stat.mtime, true);
		return;
	}
}
