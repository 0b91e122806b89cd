// A space at rest: its pages as numbers of contents, in runs, without a bank. `sleep` of busybox takes a few hundred bytes so.

import { LAYOUT, PAGE_BIT, PAGE_SHIFT } from "../interpret/layout";
import type { Bank } from "./bank";
import { type Contents, isOwn, UNKNOWN, ZERO } from "./content";

const WORDS = (1 << PAGE_SHIFT) >> 2;
const GUEST = LAYOUT.guest >> 2;
/** What of a page's byte depends on the moment. */
const PASSING = PAGE_BIT.WRITE_FAST | PAGE_BIT.CODE | PAGE_BIT.TOUCHED;

/** For each run its first page, how many they are, their byte in the page table, and the first one's content: others count on, unless it is ZERO. */
export type Image = Int32Array;
const FIELDS = 4;

/** The pages below `end`, as they are in a bank. The bank knows their numbers afterwards. */
export function takeImage(bank: Bank, end: number, contents: Contents): Image {
	const runs: number[] = [];
	const { u8, u32, content } = bank;
	let last = -FIELDS;
	for (let page = 0; page < end; page++) {
		const found = u8[LAYOUT.pageTable + page]!;
		if (found === 0) continue;
		const at = GUEST + page * WORDS;
		let number = content[page]!;
		if (found & PAGE_BIT.TOUCHED || number === UNKNOWN) {
			number = contents.intern(u32, at);
			content[page] = number;
		} else contents.keep(number, u32, at);
		const entry = found & ~PASSING;
		const count = last < 0 ? 0 : runs[last + 1]!;
		const next = last < 0 || runs[last + 3] === ZERO ? ZERO : runs[last + 3]! + count;
		if (count > 0 && runs[last]! + count === page && runs[last + 2] === entry && next === number) runs[last + 1]!++;
		else {
			last += FIELDS;
			runs.push(page, 1, entry, number);
		}
	}
	return Int32Array.from(runs);
}

/** See AddressSpace.own. */
export function ownOf(image: Image, first: number, end: number, seen?: Set<number>): number {
	let count = 0;
	forEachPage(image, (page, _entry, number) => {
		if (page < first || page >= end || !isOwn(number) || seen?.has(number)) return;
		seen?.add(number);
		count++;
	});
	return count;
}

/** Where the image's pages end: what the bank must have room for. */
export const endOf = (image: Image): number => (image.length === 0 ? 0 : image.at(-FIELDS)! + image.at(1 - FIELDS)!);

/** Back into a bank that is empty and large enough. */
export function putImage(bank: Bank, image: Image, contents: Contents): void {
	const { u8, u32, content } = bank;
	forEachPage(image, (page, entry, number) => {
		if (content[page] !== number) contents.copy(number, u32, GUEST + page * WORDS);
		content[page] = number;
		u8[LAYOUT.pageTable + page] = entry;
	});
	dropImage(image, contents);
}

/** The page's byte in the page table. */
export function entryOf(image: Image, page: number): number {
	for (let at = 0; at < image.length; at += FIELDS) {
		const beyond = page - image[at]!;
		if (beyond < 0) return 0;
		if (beyond < image[at + 1]!) return image[at + 2]!;
	}
	return 0;
}

/** A copy of some bytes; what is not mapped reads as zeros. */
export function readImage(image: Image, address: number, length: number, contents: Contents): Uint8Array {
	const first = address >>> PAGE_SHIFT;
	const count = length === 0 ? 0 : ((address + length - 1) >>> PAGE_SHIFT) - first + 1;
	const words = new Uint32Array(count * WORDS);
	for (let at = 0; at < image.length; at += FIELDS) {
		const [start, pages, , number] = [image[at]!, image[at + 1]!, image[at + 2]!, image[at + 3]!];
		const [from, to] = [Math.max(start, first), Math.min(start + pages, first + count)];
		for (let page = from; page < to; page++)
			contents.copy(number === ZERO ? ZERO : number + page - start, words, (page - first) * WORDS);
	}
	const offset = address - (first << PAGE_SHIFT);
	return new Uint8Array(words.buffer, offset, length);
}

/** Nobody will want the pages again. */
export function dropImage(image: Image, contents: Contents): void {
	forEachPage(image, (_page, _entry, number) => {
		if (number !== ZERO) contents.drop(number);
	});
}

function forEachPage(image: Image, visit: (page: number, entry: number, number: number) => void): void {
	for (let at = 0; at < image.length; at += FIELDS) {
		const [first, count, entry, number] = [image[at]!, image[at + 1]!, image[at + 2]!, image[at + 3]!];
		for (let i = 0; i < count; i++) visit(first + i, entry, number === ZERO ? ZERO : number + i);
	}
}
