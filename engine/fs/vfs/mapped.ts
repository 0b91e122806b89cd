// Files that somebody has mapped with MAP_SHARED: what calls read and write, and what programs do to their mappings, is to be
// one and the same. The kernel's memory management (mm/shared.ts) registers here; who changes or reads a file asks here first.

import type { Errno } from "../../lib/errno";
import type { Inode } from "./types";

export interface MappedFile {
	/** What programs have written through mappings goes into the file. */
	settle(): void;
	/** The same for the bytes from `start` to `end`, which are about to be read, perhaps into a mapping of them. */
	save(start: number, end: number): void;
	/** The bytes from `start` to `end` are others now, or are not there any more. */
	changed(start: number, end: number): void;
}

const files = new WeakMap<object, MappedFile>();
let count = 0;

export function setMapped(inode: Inode, file: MappedFile | undefined): void {
	const key = inode.identity();
	if (files.has(key)) count--;
	if (file) count++;
	if (file) files.set(key, file);
	else files.delete(key);
}
export const mappedFile = (inode: Inode): MappedFile | undefined => (count === 0 ? undefined : files.get(inode.identity()));

/** Does something that may change a file's size. */
export function resizing(inode: Inode, act: () => 0 | Errno): 0 | Errno {
	const file = mappedFile(inode);
	if (!file) return act();
	file.settle();
	const before = inode.attributes().size;
	const result = act();
	const after = inode.attributes().size;
	if (result === 0) file.changed(Math.min(before, after), Math.max(before, after));
	return result;
}
