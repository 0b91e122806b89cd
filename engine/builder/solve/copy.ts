// COPY and ADD: from a context into a root file system that is mounted, as BuildKit's copy does it.
//
// A directory's contents are copied, into a directory; a file into a directory that is there, or to the name. What is there already
// is replaced, a directory aside: it is kept, and below the first one takes the attributes of the one that is copied.

import { invalidParameter } from "../../lib/errors";
import { isErrno, removeTree, writeAll } from "../../lib/files";
import { isDirectory, O } from "../../lib/linux";
import { applyLayer } from "../../oci/layer/apply";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Selected } from "../context/select";
import type { BuildContext, ContextEntry } from "../context/types";
import { type Filter, walk } from "../context/walk";
import { archiveOf } from "./archive";
import type { Mode } from "./mode";

export interface CopyAction {
	/** Absolute; a slash at its end says that it is a directory. */
	dest: string;
	owner?: { uid: number; gid: number };
	/** `octal` is what directories on the way are made with, too. */
	mode?: { change: Mode; octal?: number };
	/** Archives are unpacked. */
	unpack: boolean;
	/** What is unpacked belongs to those that the archive says, even where there is an owner. */
	keepArchiveOwners?: boolean;
	filter: Filter;
}

/** @param root where the root file system is mounted. @throws EngineError invalidParameter for a file where a directory is */
export async function copyItem(sys: Sys, root: string, context: BuildContext, item: Selected, action: CopyAction): Promise<void> {
	const { dest, owner } = action;
	const directoryMode = action.mode?.octal ?? 0o755;
	const made = (path: string): Promise<boolean> => makeDirectories(sys, root, path, owner, directoryMode);
	const named = /\/\.?$/.test(dest) ? dest : dest.slice(0, dest.lastIndexOf("/") + 1);
	await made(await rootPath(sys, root, named));
	let target = await rootPath(sys, root, dest);
	if (action.unpack && item.entry.type === "file") {
		const archive = await archiveOf(context.read(item.path));
		if (archive) {
			await made(target);
			await applyLayer(sys, target, archive, { whiteouts: "none", owner: action.keepArchiveOwners ? undefined : owner });
			return;
		}
	}
	const directory = item.entry.type === "directory";
	if (!directory && (await kindAt(sys, target)) === "directory") target = `${target}/${item.name}`;
	await made(directory ? target : target.slice(0, target.lastIndexOf("/")));
	for await (const { relative, path, entry } of walk(context, item, action.filter)) {
		const to = relative === "" ? target : `${target}/${relative}`;
		await copyEntry(sys, root, context, path, entry, to, action, relative === "");
	}
}

async function copyEntry(
	sys: Sys,
	root: string,
	context: BuildContext,
	path: string,
	entry: ContextEntry,
	to: string,
	action: CopyAction,
	top: boolean,
): Promise<void> {
	const there = await kindAt(sys, to);
	const shown = to.slice(root.length);
	if (entry.type === "directory") {
		if (there === "other") throw invalidParameter(`cannot copy to non-directory: ${shown}`);
		if (there === undefined) await sys.mkdir(to, 0o755);
		else if (top) return;
	} else {
		if (there === "directory") throw invalidParameter(`cannot replace to directory ${shown} with file`);
		if (there) await removeTree(sys, to);
		if (entry.type === "symlink") await sys.symlink(entry.target!, to);
		else await writeContent(sys, to, context.read(path));
	}
	const { uid, gid } = action.owner ?? entry;
	await sys.lchown(to, uid, gid);
	if (entry.type !== "symlink") {
		await sys.chmod(to, action.mode ? action.mode.change(entry.mode, entry.type === "directory") : entry.mode);
	}
	for (const [name, value] of entry.xattrs ?? []) await sys.lsetxattr(to, name, value);
	await sys.utimens(to, entry.mtime, entry.mtime, true);
}

export async function writeContent(sys: Sys, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
	const fd = await sys.open(path, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0o644);
	try {
		for await (const piece of content) await writeAll(sys, fd, piece);
	} finally {
		await sys.close(fd);
	}
}

/** mkdir -p below `root`; what is made belongs to the one the copy is for. Answers whether the last one was made. */
export async function makeDirectories(
	sys: Sys,
	root: string,
	path: string,
	owner = { uid: 0, gid: 0 },
	mode = 0o755,
): Promise<boolean> {
	if (path === root || path === "") return false;
	const kind = await kindAt(sys, path);
	if (kind === "directory") return false;
	if (kind === "other") throw invalidParameter(`mkdir ${path.slice(root.length)}: not a directory`);
	await makeDirectories(sys, root, path.slice(0, path.lastIndexOf("/")), owner, mode);
	await sys.mkdir(path, mode);
	await sys.chmod(path, mode);
	await sys.lchown(path, owner.uid, owner.gid);
	return true;
}

async function kindAt(sys: Sys, path: string): Promise<"directory" | "other" | undefined> {
	try {
		return isDirectory((await sys.lstat(path)).mode) ? "directory" : "other";
	} catch (error) {
		if (isErrno(error, "ENOENT")) return undefined;
		if (isErrno(error, "ENOTDIR")) return undefined;
		throw error;
	}
}
