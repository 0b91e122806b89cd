// rename(2) in an overlay (ovl_rename): what moves is in the upper layer by then, and leaves a whiteout where it hid something.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR } from "../vfs/mode";
import { RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from "../vfs/remove";
import { copyUp } from "./copyUp";
import type { OverlayDirectory } from "./directory";
import { setOpaque } from "./layer";
import { isBelow } from "./lookup";
import type { OverlayNode } from "./node";
import { whiteoutsIn } from "./readdir";
import { hasWhiteout, mustBeEmpty, prepareWhiteout, replaceWhiteout, traceWhiteout } from "./whiteout";

/** A directory with lower parts would have to be copied with all that is in it: EXDEV, and mv(1) does just that. */
const canMove = (node: OverlayNode): boolean => node.type !== S_IFDIR || !node.hasLower;

export function renameEntry(
	from: OverlayDirectory,
	name: string,
	to: OverlayDirectory,
	toName: string,
	flags: number,
): 0 | Errno {
	// Whiteouts are overlay's own: nobody asks for one through it.
	if ((flags & RENAME_WHITEOUT) !== 0) return -ERRNO.EINVAL;
	const node = from.lookup(name);
	if (typeof node === "number") return node;
	const found = to.lookup(toName);
	if (typeof found === "number" && found !== -ERRNO.ENOENT) return found;
	const there = typeof found === "number" ? undefined : found;
	if (there !== undefined && (flags & RENAME_NOREPLACE) !== 0) return -ERRNO.EEXIST;
	if (there === node) return 0;
	if (!canMove(node)) return -ERRNO.EXDEV;
	if ((flags & RENAME_EXCHANGE) !== 0) return there === undefined ? -ERRNO.ENOENT : exchange(from, name, node, to, toName, there);

	// Of a directory that is in the upper layer alone, that layer's rename finds last whether it is empty.
	const target = there?.type === S_IFDIR ? (there as OverlayDirectory) : undefined;
	const isPureUpper = target?.upper !== undefined && !target.hasLower;
	const failed =
		(target !== undefined && !isPureUpper ? mustBeEmpty(target) : 0) ||
		copyUp(node) ||
		copyUp(to) ||
		markOpaque(node, to) ||
		(isPureUpper ? mustBeEmpty(target!) : 0);
	if (failed !== 0) return failed;
	const moved = move(from, name, node, to, toName, there);
	if (moved !== 0) return moved;
	if (there !== undefined) to.forgotten(toName, there);
	from.children.delete(name);
	to.place(toName, node);
	return 0;
}

/** The move in the upper layer, and the whiteout behind it. */
function move(
	from: OverlayDirectory,
	name: string,
	node: OverlayNode,
	to: OverlayDirectory,
	toName: string,
	there: OverlayNode | undefined,
): 0 | Errno {
	const [source, target] = [from.upper!, to.upper!];
	const work = from.fs.work!;
	const hides = isBelow(from.lowers, name);
	const whiteout = hides ? prepareWhiteout(from) : "";
	if (typeof whiteout === "number") return whiteout;
	// A directory in the way shows nothing, but may hold whiteouts.
	if (there?.type === S_IFDIR && there.upper !== undefined) for (const each of whiteoutsIn(there.upper)) there.upper.unlink(each);
	const overWhiteout = there === undefined && hasWhiteout(to, toName);
	let failed: number;
	if (overWhiteout && node.type === S_IFDIR) {
		failed = source.rename(name, target, toName, RENAME_EXCHANGE);
		if (failed === 0) failed = source.unlink(name);
	} else failed = source.rename(name, target, toName, 0);
	if (!hides) return failed;
	if (failed === 0) failed = replaceWhiteout(work, whiteout, source, name, false);
	if (failed !== 0) work.unlink(whiteout);
	else traceWhiteout(from, name);
	return failed;
}

function exchange(
	from: OverlayDirectory,
	name: string,
	node: OverlayNode,
	to: OverlayDirectory,
	toName: string,
	there: OverlayNode,
): 0 | Errno {
	if (!canMove(there)) return -ERRNO.EXDEV;
	const failed = copyUp(node) || copyUp(there) || markOpaque(node, to) || markOpaque(there, from);
	if (failed !== 0) return failed;
	const moved = from.upper!.rename(name, to.upper!, toName, RENAME_EXCHANGE);
	if (moved !== 0) return moved;
	from.place(name, there);
	to.place(toName, node);
	return 0;
}

/** In a merged directory a directory could have a namesake below: it must not be merged with it. */
function markOpaque(node: OverlayNode, parent: OverlayDirectory): 0 | Errno {
	return node.type === S_IFDIR && parent.isMerged ? setOpaque(node.upper!) : 0;
}
