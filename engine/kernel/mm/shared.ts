// Pages that several address spaces share (MAP_SHARED). Each address space has its own WebAssembly memory, so the pages are
// kept here as well and carried over when another program that maps them is about to run: what the one that ran has changed goes
// in, what the next one lacks comes out. Since programs switch only at instruction boundaries, each sees what it would see.

import type { Inode } from "../../fs/vfs/types";

export class SharedPages {
	/** Grows by one with each change. */
	version = 0;
	mappings = 0;
	constructor(
		readonly bytes: Uint8Array,
		/** Where changes go in the end; undefined for anonymous memory. */
		readonly file?: { inode: Inode; offset: number },
	) {}
	/** Takes over what a program left in its own memory. True: something was new. */
	absorb(from: Uint8Array, offset: number): boolean {
		const mine = this.bytes.subarray(offset, offset + from.length);
		let first = 0;
		while (first < from.length && from[first] === mine[first]) first++;
		if (first === from.length) return false;
		let last = from.length;
		while (last > first && from[last - 1] === mine[last - 1]) last--;
		mine.set(from.subarray(first, last), first);
		this.version++;
		if (this.file) this.writeBack(offset + first, offset + last);
		return true;
	}
	private writeBack(start: number, end: number): void {
		const { inode, offset } = this.file!;
		const size = inode.attributes().size - offset;
		if (start < size) inode.write(offset + start, this.bytes.subarray(start, Math.min(end, size)));
	}
}
