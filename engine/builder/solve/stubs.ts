// What runc makes in a root file system to mount on: directories and files that are no work of the command, and no part of its layer.

import type { Mount } from "../../containerd/api";
import { exists, isErrno } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { isOpaque } from "../../oci/layer/create";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";

export interface Stubs {
	/** What is not there before the command runs; what is deeper first. */
	missing: string[];
	/** Directories that are there, in which something will be made: as they are before. */
	parents: Array<{ path: string; mode: number; uid: number; gid: number; mtime: bigint }>;
}

/** Of the mount points those that are not there, each with the directories above that are not. */
export async function findStubs(sys: Sys, root: string, destinations: readonly string[]): Promise<Stubs> {
	const missing = new Set<string>();
	const parents = new Map<string, Stubs["parents"][number]>();
	for (const destination of destinations) {
		let at = await rootPath(sys, root, destination);
		if (await exists(sys, at)) continue;
		for (; at.length > root.length && !(await exists(sys, at)); at = at.slice(0, at.lastIndexOf("/"))) {
			missing.add(at.slice(root.length));
		}
		const path = at.slice(root.length);
		const { mode, uid, gid, mtime } = await sys.lstat(at);
		parents.set(path, { path, mode, uid, gid, mtime });
	}
	return { missing: [...missing].sort((a, b) => b.length - a.length), parents: [...parents.values()] };
}

/** Takes them away again, unless the command has put something into them. Times of what is around them are as they were. */
export async function removeStubs(sys: Sys, root: string, { missing, parents }: Stubs): Promise<void> {
	for (const path of missing) {
		try {
			const { mode, size } = await sys.lstat(root + path);
			if (isDirectory(mode)) await sys.rmdir(root + path);
			else if (size === 0) await sys.unlink(root + path);
		} catch (error) {
			if (!isErrno(error, "ENOENT", "ENOTDIR", "ENOTEMPTY")) throw error;
		}
	}
	for (const { path, mtime } of parents) {
		await sys.utimens(root + path, mtime, mtime, true).catch((error: unknown) => {
			if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
		});
	}
}

/** Directories that were copied up only because of the stubs go from the upper one, which is not mounted now. */
export async function forgetParents(sys: Sys, mounts: readonly Mount[], { parents }: Stubs): Promise<void> {
	const upper = mounts[0]?.options.find((option) => option.startsWith("upperdir="))?.slice("upperdir=".length);
	if (!upper) return;
	for (const before of [...parents].sort((a, b) => b.path.length - a.path.length)) {
		const path = upper + before.path;
		const now = before.path === "" ? undefined : await sys.lstat(path).catch(() => undefined);
		if (!now || !isDirectory(now.mode) || (await isOpaque(sys, path))) continue;
		const same = now.mode === before.mode && now.uid === before.uid && now.gid === before.gid && now.mtime === before.mtime;
		if (same && (await sys.readdir(path)).length === 0) await sys.rmdir(path);
	}
}
