// Removing names (ovl_do_remove), and making names where a whiteout stands (ovl_create_over_whiteout).

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFCHR, S_IFDIR } from "../vfs/mode";
import { RENAME_EXCHANGE } from "../vfs/remove";
import type { Inode } from "../vfs/types";
import { copyUp } from "./copyUp";
import type { OverlayDirectory } from "./directory";
import { isWhiteout } from "./layer";
import { isBelow } from "./lookup";
import type { OverlayNode } from "./node";
import { whiteoutsIn } from "./readdir";

/** Does the upper part of the directory say that the name is gone? */
export function hasWhiteout(directory: OverlayDirectory, name: string): boolean {
	const there = directory.upper?.lookup(name);
	return typeof there === "object" && isWhiteout(there);
}

/** A whiteout in the work directory, to be moved to where it is needed. Returns its name there. */
export function prepareWhiteout(directory: OverlayDirectory): string | Errno {
	const { fs } = directory;
	const name = fs.temporaryName();
	const made = fs.work!.make(name, { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
	return typeof made === "number" ? made : name;
}
export function traceWhiteout({ fs, path }: OverlayDirectory, name: string): void {
	fs.emit({
		type: "overlay.whiteout",
		upper: fs.upperPath,
		path: path === "/" ? `/${name}` : `${path}/${name}`,
		pid: fs.pid(),
	});
}

/** unlink and rmdir. `node` is what the name stands for; a directory has been seen to be empty. */
export function removeName(directory: OverlayDirectory, name: string, node: OverlayNode): 0 | Errno {
	const failed = copyUp(directory);
	if (failed !== 0) return failed;
	const upper = directory.upper!;
	if (!isBelow(directory.lowers, name)) return removeUpper(upper, name, node);
	const whiteout = prepareWhiteout(directory);
	if (typeof whiteout === "number") return whiteout;
	const { work } = directory.fs;
	const removed = node.upper !== undefined && node.type === S_IFDIR ? removeUpper(upper, name, node) : 0;
	const moved = removed !== 0 ? removed : work!.rename(whiteout, upper, name, 0);
	if (moved !== 0) work!.unlink(whiteout);
	else traceWhiteout(directory, name);
	return moved;
}

function removeUpper(parent: Inode, name: string, node: OverlayNode): 0 | Errno {
	if (node.type !== S_IFDIR) return parent.unlink(name);
	for (const each of whiteoutsIn(node.upper!)) node.upper!.unlink(each);
	return parent.rmdir(name);
}

/**
 * Puts something made in the work directory where a whiteout stands in `upper`. A directory cannot replace it by a plain
 * rename, so they change places.
 */
export function replaceWhiteout(work: Inode, temporary: string, upper: Inode, name: string, isDirectory: boolean): 0 | Errno {
	if (!isDirectory) return work.rename(temporary, upper, name, 0);
	const failed = work.rename(temporary, upper, name, RENAME_EXCHANGE);
	return failed !== 0 ? failed : work.unlink(temporary);
}

/** A directory that shows nothing: ENOTEMPTY otherwise. */
export function mustBeEmpty(node: OverlayDirectory): 0 | Errno {
	const entries = node.readdir();
	return typeof entries === "number" ? entries : entries.length > 0 ? -ERRNO.ENOTEMPTY : 0;
}
