// What pages hold, by number: two pages with the same number hold the same bytes, so a memory that has one need not get it again.
//
// Zero is the page of zeros. Pages of files have numbers by where their bytes lie; any other page gets a fresh one when it is
// seen to have settled (fork, or its space going to rest). A number's bytes are kept here only as long as a space at rest
// refers to it, once for all of them, and without the zeros they contain. Numbers are never used twice.

import { PAGE_SHIFT } from "../interpret/layout";

const PAGE = 1 << PAGE_SHIFT;
/** Words of 32 bits in a block, the unit in which zeros are left out; a bitmap of two words says which blocks are there. */
const BLOCK = 16;
const BLOCKS = (PAGE >> 2) / BLOCK;
const BITMAP = BLOCKS / 32;

/** The page of zeros, and a page of which nothing is known. */
export const ZERO = 0;
export const UNKNOWN = -1;

/** Pages of files have numbers from here on. */
const OF_FILES = 0x40000000;
/** Neither zeros nor a file's, as they are there? */
export const isOwn = (number: number): boolean => number !== ZERO && number < OF_FILES;

interface Kept {
	/** How many pages of spaces at rest have this content. */
	references: number;
	packed: Uint32Array;
	hash: number;
}

export class Contents {
	private last = 0;
	private lastOfFiles = OF_FILES;
	private readonly kept = new Map<number, Kept>();
	private readonly byHash = new Map<number, number>();
	private readonly files = new WeakMap<ArrayBufferLike, Map<number, number>>();
	/** Bytes that kept pages take. */
	bytes = 0;

	fresh(): number {
		return ++this.last;
	}

	/** The number of a page that holds `length` bytes at `offset` of a buffer that never changes, and zeros behind them. */
	ofFile(buffer: ArrayBufferLike, offset: number, length: number): number {
		let pages = this.files.get(buffer);
		if (!pages) {
			pages = new Map();
			this.files.set(buffer, pages);
		}
		const key = offset * (2 * PAGE) + length;
		let number = pages.get(key);
		if (number === undefined) {
			number = ++this.lastOfFiles;
			pages.set(key, number);
		}
		return number;
	}

	/** Keeps a numbered page, whose bytes are the words at `at`. */
	keep(number: number, words: Uint32Array, at: number): void {
		if (number === ZERO) return;
		const known = this.kept.get(number);
		if (known) known.references++;
		else {
			const packed = pack(words, at);
			this.add(number, packed, hashOf(packed));
		}
	}

	/** Keeps a page that has no number yet: under that of an equal page, if there is one. */
	intern(words: Uint32Array, at: number): number {
		const packed = pack(words, at);
		if (packed.length === BITMAP) return ZERO;
		const hash = hashOf(packed);
		const number = this.byHash.get(hash);
		const known = number === undefined ? undefined : this.kept.get(number);
		if (known && same(known.packed, packed)) {
			known.references++;
			return number!;
		}
		const fresh = this.fresh();
		this.add(fresh, packed, hash);
		return fresh;
	}

	/** Writes the page's bytes to the words at `at`. */
	copy(number: number, words: Uint32Array, at: number): void {
		words.fill(0, at, at + (PAGE >> 2));
		if (number !== ZERO) unpack(this.kept.get(number)!.packed, words, at);
	}

	/** A space at rest no longer refers to it. */
	drop(number: number): void {
		const known = this.kept.get(number);
		if (!known || --known.references > 0) return;
		this.kept.delete(number);
		this.bytes -= known.packed.byteLength;
		if (this.byHash.get(known.hash) === number) this.byHash.delete(known.hash);
	}

	private add(number: number, packed: Uint32Array, hash: number): void {
		this.kept.set(number, { references: 1, packed, hash });
		this.bytes += packed.byteLength;
		this.byHash.set(hash, number);
	}
}

function pack(words: Uint32Array, at: number): Uint32Array {
	const bitmap = [0, 0];
	let count = 0;
	for (let block = 0; block < BLOCKS; block++) {
		const start = at + block * BLOCK;
		let any = 0;
		for (let i = 0; i < BLOCK; i++) any |= words[start + i]!;
		if (any === 0) continue;
		bitmap[block >> 5]! |= 1 << (block & 31);
		count++;
	}
	const packed = new Uint32Array(BITMAP + count * BLOCK);
	packed.set(bitmap);
	for (let block = 0, to = BITMAP; block < BLOCKS; block++) {
		if (!(bitmap[block >> 5]! & (1 << (block & 31)))) continue;
		const start = at + block * BLOCK;
		for (let i = 0; i < BLOCK; i++) packed[to++] = words[start + i]!;
	}
	return packed;
}

/** Over zeros. */
function unpack(packed: Uint32Array, words: Uint32Array, at: number): void {
	for (let block = 0, from = BITMAP; block < BLOCKS; block++) {
		if (!(packed[block >> 5]! & (1 << (block & 31)))) continue;
		for (let i = 0; i < BLOCK; i++) words[at + block * BLOCK + i] = packed[from++]!;
	}
}

function hashOf(packed: Uint32Array): number {
	let hash = 0x811c9dc5;
	for (const word of packed) {
		hash = Math.imul(hash ^ word, 0x01000193);
		hash ^= hash >>> 15;
	}
	return hash >>> 0;
}

function same(a: Uint32Array, b: Uint32Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
