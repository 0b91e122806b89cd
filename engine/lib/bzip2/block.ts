// One block of bzip2: prefix codes → ranks (move to front) and runs → the last column of the sorted rotations → the bytes. What comes out
// still has its long runs shortened; decode.ts writes them out.

import { type Bits, type Code, codeOf, invalid, symbolAt, WIDEST } from "./bits";

/** A code table is chosen anew for every 50 symbols. */
const GROUP = 50;

/** @param size at most so many bytes @throws EngineError dataLoss */
export function readBlock(bits: Bits, size: number): Uint8Array {
	if (bits.take(1)) throw invalid("deprecated randomized files");
	const origin = bits.take(24);
	const { column, length } = readColumn(bits, size);
	if (origin >= length) throw invalid("pointer out of bounds");
	return unsorted(column, length, origin);
}

function readColumn(bits: Bits, size: number): { column: Uint32Array; length: number } {
	const alphabet = readAlphabet(bits);
	const tables = bits.take(3);
	if (tables < 2 || tables > 6) throw invalid("invalid number of trees");
	const selectors = readSelectors(bits, tables);
	const codes = Array.from({ length: tables }, () => readCode(bits, alphabet.length + 2));
	const end = alphabet.length + 1;
	const column = new Uint32Array(size);
	let length = 0;
	let [run, weight] = [0, 1];
	for (let group = 0; ; group++) {
		const code: Code | undefined = codes[selectors[group] ?? -1];
		if (!code) throw invalid("insufficient selector indices for number of decoded symbols");
		for (let at = 0; at < GROUP; at++) {
			const symbol = symbolAt(bits, code);
			if (symbol < 2) {
				// how often the byte in front comes: a number in digits 1 and 2, the low one first
				run += weight << symbol;
				weight *= 2;
				if (run > size) throw invalid("repeat count too large");
				continue;
			}
			if (run > 0) {
				if (length + run > size) throw invalid("repeats past end of block");
				column.fill(alphabet[0]!, length, length + run);
				length += run;
				[run, weight] = [0, 1];
			}
			if (symbol === end) return { column, length };
			if (length === size) throw invalid("data exceeds block size");
			column[length++] = toFront(alphabet, symbol - 1);
		}
	}
}

/** Which bytes there are at all: a map of maps. */
function readAlphabet(bits: Bits): Uint8Array {
	const ranges = bits.take(16);
	const found: number[] = [];
	for (let range = 0; range < 16; range++) {
		if (!(ranges & (0x8000 >> range))) continue;
		const map = bits.take(16);
		for (let at = 0; at < 16; at++) if (map & (0x8000 >> at)) found.push(range * 16 + at);
	}
	if (found.length === 0) throw invalid("no symbols in input");
	return Uint8Array.from(found);
}

function readSelectors(bits: Bits, tables: number): Uint8Array {
	const order = Uint8Array.from({ length: tables }, (_, at) => at);
	const selectors = new Uint8Array(bits.take(15));
	for (let at = 0; at < selectors.length; at++) {
		let rank = 0;
		while (bits.take(1)) if (++rank >= tables) throw invalid("tree index too large");
		selectors[at] = toFront(order, rank);
	}
	return selectors;
}

/** Each width is told as a difference from the one before. */
function readCode(bits: Bits, count: number): Code {
	const widths = new Uint8Array(count);
	let width = bits.take(5);
	for (let symbol = 0; symbol < count; symbol++) {
		for (;;) {
			if (width < 1 || width > WIDEST) throw invalid("Huffman length out of range");
			if (!bits.take(1)) break;
			width += bits.take(1) ? -1 : 1;
		}
		widths[symbol] = width;
	}
	return codeOf(widths);
}

function toFront(list: Uint8Array, rank: number): number {
	const value = list[rank]!;
	// most ranks are low: a loop is quicker than copyWithin
	for (let at = rank; at > 0; at--) list[at] = list[at - 1]!;
	list[0] = value;
	return value;
}

/** The rotations' last column, sorted, is their first: so each byte leads to the one that follows it. */
function unsorted(column: Uint32Array, length: number, origin: number): Uint8Array {
	const next = new Uint32Array(256);
	for (let at = 0; at < length; at++) next[column[at]!]!++;
	for (let byte = 0, sum = 0; byte < 256; byte++) {
		const count = next[byte]!;
		next[byte] = sum;
		sum += count;
	}
	// the low eight bits are the byte, those above where its successor stands
	for (let at = 0; at < length; at++) {
		const byte = column[at]! & 0xff;
		const place = next[byte]!++;
		column[place] = (column[place]! & 0xff) | (at << 8);
	}
	const bytes = new Uint8Array(length);
	for (let at = 0, from = column[origin]! >>> 8; at < length; at++) {
		const entry = column[from]!;
		bytes[at] = entry & 0xff;
		from = entry >>> 8;
	}
	return bytes;
}
