// Page cache, as far as control groups count it: what a group has read of files, written to them or mapped, is its own until it is
// wanted for something else. The bytes are the file system's all along: dropping them here frees nothing, and nobody waits for a disk.
//
// A file is counted where it was used first, up to the furthest page that was used.

import type { Inode } from "../../fs/vfs/types";
import { pageDown, pageUp } from "../mm/layout";

interface CachedFile {
	readonly inode: Inode;
	bytes: number;
	end: number;
	/** Undefined once it was dropped. */
	owner: GroupCache | undefined;
}
const files = new WeakMap<object, CachedFile>();

export class GroupCache {
	/** In the order in which they were used first. */
	private readonly own = new Set<CachedFile>();

	/** Bytes, without what was cut off or removed since. */
	get bytes(): number {
		let sum = 0;
		for (const file of this.own) {
			const { nlink, size } = file.inode.attributes();
			if (nlink === 0) this.forget(file);
			else if (file.end > size) file.end = file.bytes = Math.min(file.bytes, pageUp(size));
			if (nlink > 0) sum += file.bytes;
		}
		return sum;
	}
	/** How many of its bytes are of files that are mapped. */
	mapped(inodes: Iterable<{ inode: Inode; end: number }>): number {
		let sum = 0;
		for (const { inode, end } of inodes) {
			const file = files.get(inode.identity());
			if (file?.owner === this) sum += Math.min(file.bytes, end);
		}
		return sum;
	}
	/** A part of a file was read, written or mapped: who counts it, and the bytes that are new. */
	use(inode: Inode, offset: number, length: number): { owner: GroupCache; added: number } {
		const key = inode.identity();
		let file = files.get(key);
		if (!file?.owner) {
			file = { inode, bytes: 0, end: 0, owner: this };
			files.set(key, file);
			this.own.add(file);
		}
		const owner = file.owner!;
		const end = pageUp(offset + length);
		if (end <= file.end) return { owner, added: 0 };
		const added = end - Math.max(file.end, pageDown(offset));
		file.end = end;
		file.bytes += added;
		return { owner, added };
	}
	/** The oldest go first, until so many bytes are free. How many were. */
	drop(wanted = Number.POSITIVE_INFINITY): number {
		let freed = 0;
		for (const file of this.own) {
			if (freed >= wanted) break;
			freed += file.bytes;
			this.forget(file);
		}
		return freed;
	}
	private forget(file: CachedFile): void {
		file.owner = undefined;
		this.own.delete(file);
	}
}
