// The bytes of a regular file in memory.
//
// Two forms. Flat: one buffer, grown by doubling; its bytes can be shared with readers in place (share) and taken over from
// another file without copying (adopt), since a shared buffer is copied before its next change. Sparse: a map of chunks, for
// files with large gaps and for very large ones; what is missing reads as zeros. A file goes from flat to sparse, never back
// unless it is emptied.

import { PAGE, Pages } from "./pages";

/** Also the unit in which fs/disk stores contents. */
export const CHUNK = 64 * 1024;
/** A gap longer than this is not filled in. */
const GAP = 256 * 1024;
/** Larger files are kept in chunks. */
export const FLAT_MAX = 64 * 1024 * 1024;
const NONE = new Uint8Array(0);

export class Content {
	size = 0;
	/** Flat form; its length is its capacity. Bytes past `size` are zero unless the buffer is shared. */
	private flat: Uint8Array | undefined = NONE;
	private shared = false;
	private chunks = new Map<number, Uint8Array>();
	private pages = new Pages();

	/** Bytes that the file takes: its size without its holes. What counts against a size limit. */
	get allocated(): number {
		return withoutHoles(this.size, this.pages.count);
	}
	/** How much `allocated` grows by writing there. */
	growth(offset: number, length: number): number {
		const end = offset + length;
		const { count } = this.pages;
		const added = length > 0 ? this.pages.missing(Math.floor(offset / PAGE), Math.ceil(end / PAGE)) : 0;
		return withoutHoles(Math.max(this.size, end), count + added) - withoutHoles(this.size, count);
	}

	read(offset: number, into: Uint8Array): number {
		const count = Math.min(into.length, this.size - offset);
		if (count <= 0) return 0;
		if (this.flat !== undefined) {
			into.set(this.flat.subarray(offset, offset + count));
			return count;
		}
		for (let done = 0; done < count; ) {
			const start = (offset + done) % CHUNK;
			const length = Math.min(CHUNK - start, count - done);
			const chunk = this.chunks.get(Math.floor((offset + done) / CHUNK));
			if (chunk === undefined) into.fill(0, done, done + length);
			else into.set(chunk.subarray(start, start + length), done);
			done += length;
		}
		return count;
	}

	/** @throws RangeError when there is no memory for it. */
	write(offset: number, bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		const end = offset + bytes.length;
		this.pages.add(Math.floor(offset / PAGE), Math.ceil(end / PAGE));
		if (this.flat !== undefined && this.leavesFlat(offset, end)) this.becomeSparse();
		if (this.flat !== undefined) {
			this.reserve(Math.max(end, this.size));
			this.flat.set(bytes, offset);
		} else
			for (let done = 0; done < bytes.length; ) {
				const start = (offset + done) % CHUNK;
				const length = Math.min(CHUNK - start, bytes.length - done);
				this.chunk(Math.floor((offset + done) / CHUNK)).set(bytes.subarray(done, done + length), start);
				done += length;
			}
		if (end > this.size) this.size = end;
	}

	resize(size: number): void {
		if (size === 0) {
			this.flat = NONE;
			this.shared = false;
			this.chunks.clear();
			this.pages = new Pages();
		} else if (size < this.size) this.shrink(size);
		else if (this.flat !== undefined) {
			if (this.leavesFlat(size, size)) this.becomeSparse();
			else this.reserve(size);
		}
		this.size = size;
	}

	/** They take room from now on, whether something is written to them or not. */
	allocate(offset: number, length: number): void {
		this.pages.add(Math.floor(offset / PAGE), Math.ceil(Math.min(this.size, offset + length) / PAGE));
	}
	/** Zeros: whole pages become a hole; whole chunks of the sparse form are given back. */
	clear(offset: number, length: number): void {
		const end = Math.min(this.size, offset + length);
		if (end <= offset) return;
		this.pages.remove(Math.ceil(offset / PAGE), Math.floor(end / PAGE));
		if (this.flat !== undefined) {
			this.reserve(this.size);
			this.flat.fill(0, offset, end);
			return;
		}
		for (let at = offset; at < end; ) {
			const index = Math.floor(at / CHUNK);
			const stop = Math.min(end, (index + 1) * CHUNK);
			if (stop - at === CHUNK) this.chunks.delete(index);
			else this.chunks.get(index)?.fill(0, at % CHUNK, (at % CHUNK) + stop - at);
			at = stop;
		}
	}
	/** Where the next data (or hole) at `offset` or after it begins; `size` when there is none. */
	extent(offset: number, hole: boolean): number {
		const page = Math.floor(offset / PAGE);
		const found = this.pages.next(page, !hole, Math.ceil(this.size / PAGE));
		return Math.min(this.size, Math.max(offset, found * PAGE));
	}

	/** The bytes in place, to be read while nothing writes; undefined for a sparse file. Writing copies them first. */
	share(): Uint8Array | undefined {
		if (this.flat === undefined) return undefined;
		this.shared = true;
		return this.flat.subarray(0, this.size);
	}
	/** Takes over bytes that somebody else holds as well, and does not change. */
	adopt(bytes: Uint8Array): void {
		this.chunks.clear();
		this.flat = bytes;
		this.size = bytes.length;
		this.pages = new Pages();
		this.pages.add(0, Math.ceil(bytes.length / PAGE));
		this.shared = true;
	}
	/** A copy of one chunk's bytes, short at the end of the file; undefined where there is a gap. */
	copyChunk(index: number): Uint8Array | undefined {
		const start = index * CHUNK;
		const length = Math.min(CHUNK, this.size - start);
		if (length <= 0) return undefined;
		if (this.flat !== undefined) return this.flat.slice(start, start + length);
		return this.chunks.get(index)?.slice(0, length);
	}
	/** The chunks that hold something, in ascending order. */
	chunkNumbers(): number[] {
		if (this.flat !== undefined) return Array.from({ length: Math.ceil(this.size / CHUNK) }, (_, index) => index);
		return [...this.chunks.keys()].sort((a, b) => a - b);
	}

	private leavesFlat(offset: number, end: number): boolean {
		return offset > this.size + GAP || end > FLAT_MAX;
	}
	/** The flat buffer becomes ours alone, with room for `size` bytes. */
	private reserve(size: number): void {
		const flat = this.flat!;
		if (!this.shared && size <= flat.length) return;
		const capacity = size <= flat.length || size <= this.size ? size : Math.min(Math.max(size, this.size * 2, 64), FLAT_MAX);
		const grown = new Uint8Array(Math.max(capacity, size));
		grown.set(flat.subarray(0, this.size));
		this.flat = grown;
		this.shared = false;
	}
	private shrink(size: number): void {
		this.pages.cut(Math.ceil(size / PAGE));
		if (this.flat !== undefined) {
			// A shared buffer may stay as it is: what lies past the size is not seen, and writing copies.
			if (!this.shared) {
				if (size * 4 < this.flat.length) this.flat = this.flat.slice(0, size);
				else this.flat.fill(0, size, this.size);
			}
			return;
		}
		for (const index of this.chunks.keys()) if (index * CHUNK >= size) this.chunks.delete(index);
		this.chunks.get(Math.floor(size / CHUNK))?.fill(0, size % CHUNK);
	}
	private becomeSparse(): void {
		const flat = this.flat!;
		for (let start = 0; start < this.size; start += CHUNK) {
			const chunk = new Uint8Array(CHUNK);
			chunk.set(flat.subarray(start, Math.min(start + CHUNK, this.size)));
			this.chunks.set(start / CHUNK, chunk);
		}
		this.flat = undefined;
		this.shared = false;
	}
	private chunk(index: number): Uint8Array {
		let chunk = this.chunks.get(index);
		if (chunk === undefined) {
			chunk = new Uint8Array(CHUNK);
			this.chunks.set(index, chunk);
		}
		return chunk;
	}
}

const withoutHoles = (size: number, pages: number): number => Math.max(0, size - (Math.ceil(size / PAGE) - pages) * PAGE);
