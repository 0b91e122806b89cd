// Sparse files in archives: the four ways in which GNU tar writes where their data is.
//
//     old GNU   type S; the map in the header (4 extents at 386, "more" at 482, size at 483) and in blocks behind it (21, "more" at 504)
//     pax 0.0   records GNU.sparse.offset and GNU.sparse.numbytes, again and again
//     pax 0.1   a record GNU.sparse.map: "OFFSET,LENGTH,OFFSET,LENGTH…"
//     pax 1.0   the content begins with the map: a number a line, how many extents first, up to a whole block
//
// The real name and size of pax's stand in GNU.sparse.name and GNU.sparse.size or .realsize.

import { text } from "../bytes";
import { BLOCK, invalidHeader, readNumber, type TarHeader } from "./header";
import type { PaxRecords } from "./pax";

/** Where data is; between extents there are zeros. */
export interface Extent {
	offset: number;
	length: number;
}
/** Reads exactly so many bytes of what follows the header. */
export type Take = (count: number) => Promise<Uint8Array>;

const ZEROS = new Uint8Array(64 * 1024);
/** A map of more than a million extents is an attack. */
const LINES_LIMIT = 2 << 20;

/** Sets the header's size to the file's. @param next another block of the header */
export async function oldGnuMap(header: TarHeader, block: Uint8Array, next: () => Promise<Uint8Array>): Promise<Extent[]> {
	const extents: Extent[] = [];
	const size = readNumber(block, 483, 12);
	let at = 386;
	let more = 482;
	for (let part = block; ; part = await next(), at = 0, more = 504) {
		for (; at + 24 <= more && part[at] !== 0; at += 24)
			extents.push({ offset: readNumber(part, at, 12), length: readNumber(part, at + 12, 12) });
		if (!part[more]) break;
		if (extents.length > LINES_LIMIT) throw invalidHeader("too many extents");
	}
	return checked(header, extents, size);
}

/** undefined for a file that is not sparse. Sets the header's name and size to the file's. */
export async function paxMap(header: TarHeader, records: PaxRecords, take: Take): Promise<Extent[] | undefined> {
	const value = (key: string): string => text(records.get(`GNU.sparse.${key}`) ?? new Uint8Array());
	const version = `${value("major")}.${value("minor")}`;
	const inContent = version === "1.0";
	if (!inContent && version !== "0.0" && version !== "0.1" && !(version === "." && value("map") !== "")) return undefined;
	if (value("name") !== "") header.name = value("name");
	const size = value("size") || value("realsize");
	const numbers = inContent ? await contentMap(header, take) : value("map").split(",").filter(Boolean).map(decimal);
	if (numbers.length % 2 !== 0) throw invalidHeader("a sparse map of odd length");
	const extents: Extent[] = [];
	for (let at = 0; at < numbers.length; at += 2) extents.push({ offset: numbers[at]!, length: numbers[at + 1]! });
	return checked(header, extents, size === "" ? header.size : decimal(size));
}

/** The map's blocks are taken off the size of the content. */
async function contentMap(header: TarHeader, take: Take): Promise<number[]> {
	let left = header.size;
	let unread = "";
	const line = async (): Promise<number> => {
		for (;;) {
			const end = unread.indexOf("\n");
			if (end >= 0) {
				const number = decimal(unread.slice(0, end));
				unread = unread.slice(end + 1);
				return number;
			}
			if (left < BLOCK || unread.length > BLOCK) throw invalidHeader("a sparse map without an end");
			left -= BLOCK;
			unread += text(await take(BLOCK));
		}
	};
	const count = await line();
	if (count * 2 > LINES_LIMIT) throw invalidHeader("too many extents");
	const numbers: number[] = [];
	for (let at = 0; at < count * 2; at++) numbers.push(await line());
	header.size = left;
	return numbers;
}

function decimal(digits: string): number {
	if (!/^\d{1,15}$/.test(digits)) throw invalidHeader("bad number in a sparse map");
	return Number(digits);
}

/** In order, within the file, and not more data than there is. */
function checked(header: TarHeader, extents: Extent[], size: number): Extent[] {
	let data = 0;
	let end = 0;
	for (const { offset, length } of extents) {
		if (offset < end || length < 0) throw invalidHeader("a sparse map out of order");
		end = offset + length;
		data += length;
	}
	if (end > size || data !== header.size) throw invalidHeader("a sparse map that does not fit its file");
	header.size = size;
	return extents;
}

/** The file: its data with zeros between. */
export async function* expand(content: AsyncIterable<Uint8Array>, extents: Extent[], size: number): AsyncGenerator<Uint8Array> {
	let at = 0;
	let current = 0;
	for await (let piece of content) {
		while (piece.length > 0) {
			const { offset, length } = extents[current]!;
			yield* zeros(offset - at);
			at = Math.max(at, offset);
			const count = Math.min(piece.length, offset + length - at);
			if (count > 0) yield piece.subarray(0, count);
			at += count;
			piece = piece.subarray(count);
			if (at === offset + length) current++;
		}
	}
	yield* zeros(size - at);
}
function* zeros(count: number): Generator<Uint8Array> {
	for (let left = count; left > 0; left -= ZEROS.length) yield left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left);
}
