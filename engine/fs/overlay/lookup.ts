// What a name is made of: the search through the layers of a directory, top to bottom (ovl_lookup).

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR, typeOf } from "../vfs/mode";
import type { Inode } from "../vfs/types";
import { isOpaque, isWhiteout } from "./layer";

/** An inode of a lower layer, and which: 0 is the topmost lower one. */
export interface Lower {
	inode: Inode;
	layer: number;
}
/** A file or symlink is one inode, upper or lower; a directory may be merged from several. */
export interface Parts {
	upper: Inode | undefined;
	lowers: readonly Lower[];
}

/**
 * @param upper the directory's part in the upper layer
 * @param lowers its parts in the lower ones, topmost first
 */
export function findParts(upper: Inode | undefined, lowers: readonly Lower[], name: string): Parts | Errno {
	const top = upper?.lookup(name);
	if (typeof top === "number" && top !== -ERRNO.ENOENT) return top;
	const upperPart = typeof top === "object" ? top : undefined;
	if (upperPart !== undefined) {
		if (isWhiteout(upperPart)) return -ERRNO.ENOENT;
		if (typeOf(upperPart) !== S_IFDIR || isOpaque(upperPart)) return { upper: upperPart, lowers: [] };
	}
	const found: Lower[] = [];
	for (const { inode, layer } of lowers) {
		const part = inode.lookup(name);
		if (typeof part === "number") {
			if (part === -ERRNO.ENOENT) continue;
			return part;
		}
		if (isWhiteout(part)) break;
		const isDirectory = typeOf(part) === S_IFDIR;
		// What is no directory ends the search: it is the answer if it is the first, else it is hidden.
		if (!isDirectory && (upperPart !== undefined || found.length > 0)) break;
		found.push({ inode: part, layer });
		if (!isDirectory || isOpaque(part)) break;
	}
	return upperPart === undefined && found.length === 0 ? -ERRNO.ENOENT : { upper: upperPart, lowers: found };
}

/** Would the name be seen without the upper layer? Then its removal leaves a whiteout. */
export const isBelow = (lowers: readonly Lower[], name: string): boolean =>
	typeof findParts(undefined, lowers, name) !== "number";
