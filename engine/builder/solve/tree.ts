// A file, or a directory with all that is in it, from a context to a place on the disk.

import { invalidParameter } from "../../lib/errors";
import { isErrno, removeTree, writeAll } from "../../lib/files";
import { isDirectory, O } from "../../lib/linux";
import type { Sys } from "../../sys";
import type { Selected } from "../context/select";
import type { BuildContext, ContextEntry } from "../context/types";
import { type Filter, walk } from "../context/walk";
import type { Owner } from "./owner";

export interface TreeCopy {
	filter: Filter;
	/** Everybody's; the entries' own where there is none. */
	owner?: Owner;
	modeOf(entry: ContextEntry): number;
	/** In nanoseconds. */
	timeOf(entry: ContextEntry): bigint;
	keepsAttribute(name: string): boolean;
	/** What is in the way of something of another kind goes; otherwise it is an error. */
	replaces: boolean;
	/** A directory that is there takes the time of the one whose contents are copied into it. */
	timesTop: boolean;
	/** chown(2) follows chmod(2), and takes the setuid and setgid bits of files away. */
	chownLast: boolean;
}

/** A directory that is there already is kept; below the first one it takes the attributes of the one that is copied. */
export async function copyTree(sys: Sys, context: BuildContext, item: Selected, target: string, how: TreeCopy): Promise<void> {
	const names = new Map<string, string>();
	// what is made in a directory changes its time: that comes last
	const directories: Array<() => Promise<void>> = [];
	for await (const { relative, path, entry, wanted } of walk(context, item, how.filter)) {
		const top = relative === "";
		const to = top ? target : `${target}/${relative}`;
		if (entry.type !== "directory") {
			await copyFile(sys, context, path, entry, to, how, names);
			continue;
		}
		const made = await makeDirectory(sys, to, how);
		if (made || (!top && wanted)) directories.push(() => setAttributes(sys, entry, to, how));
		else if (top && how.timesTop) directories.push(() => setTime(sys, entry, to, how));
	}
	for (const finish of directories.reverse()) await finish();
}

async function makeDirectory(sys: Sys, path: string, { replaces }: TreeCopy): Promise<boolean> {
	const there = await kindAt(sys, path);
	if (there === "directory") return false;
	if (there && !replaces) throw invalidParameter(`cannot copy to non-directory: ${path}`);
	if (there) await removeTree(sys, path);
	await sys.mkdir(path, 0o755);
	return true;
}

async function copyFile(
	sys: Sys,
	context: BuildContext,
	path: string,
	entry: ContextEntry,
	to: string,
	how: TreeCopy,
	names: Map<string, string>,
): Promise<void> {
	const there = await kindAt(sys, to);
	if (there === "directory" && !how.replaces) throw invalidParameter(`cannot replace to directory ${to} with file`);
	if (there) await removeTree(sys, to);
	const linked = entry.inode === undefined ? undefined : names.get(entry.inode);
	if (linked !== undefined) return sys.link(linked, to);
	if (entry.inode !== undefined) names.set(entry.inode, to);
	if (entry.type === "symlink") await sys.symlink(entry.target!, to);
	else if (entry.node) await sys.mknod(to, entry.node.type | 0o600, entry.node.rdev);
	else await writeContent(sys, to, context.read(path));
	await setAttributes(sys, entry, to, how);
}

async function setAttributes(sys: Sys, entry: ContextEntry, path: string, how: TreeCopy): Promise<void> {
	const { uid, gid } = how.owner ?? entry;
	if (!how.chownLast) await sys.lchown(path, uid, gid);
	if (entry.type !== "symlink") await sys.chmod(path, how.modeOf(entry));
	if (how.chownLast) await sys.lchown(path, uid, gid);
	for (const [name, value] of entry.xattrs ?? []) {
		if (!how.keepsAttribute(name)) continue;
		await sys.lsetxattr(path, name, value).catch((error: unknown) => {
			// not every file system has them all
			if (!isErrno(error, "EOPNOTSUPP", "EPERM")) throw error;
		});
	}
	await setTime(sys, entry, path, how);
}
async function setTime(sys: Sys, entry: ContextEntry, path: string, { timeOf }: TreeCopy): Promise<void> {
	const time = timeOf(entry);
	await sys.utimens(path, time, time, true);
}

async function writeContent(sys: Sys, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
	const fd = await sys.open(path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o644);
	try {
		for await (const piece of content) await writeAll(sys, fd, piece);
	} finally {
		await sys.close(fd);
	}
}

/** mkdir -p below `root`; what is made belongs to the one the copy is for. @throws EngineError where something else is in the way */
export async function makeDirectories(
	sys: Sys,
	root: string,
	path: string,
	owner: Owner = { uid: 0, gid: 0 },
	mode = 0o755,
): Promise<void> {
	if (path === root || path === "") return;
	const kind = await kindAt(sys, path);
	if (kind === "directory") return;
	if (kind === "other") throw invalidParameter(`mkdir ${path.slice(root.length)}: not a directory`);
	await makeDirectories(sys, root, path.slice(0, path.lastIndexOf("/")), owner, mode);
	await sys.mkdir(path, mode);
	await sys.chmod(path, mode);
	await sys.lchown(path, owner.uid, owner.gid);
}

export async function kindAt(sys: Sys, path: string): Promise<"directory" | "other" | undefined> {
	try {
		return isDirectory((await sys.lstat(path)).mode) ? "directory" : "other";
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	}
}
