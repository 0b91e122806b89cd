// Bits, high ones first, and prefix codes read from them, as bzip2 has both.

import { dataLoss } from "../errors";

/** In the words of Go's compress/bzip2, with which Docker reads it. */
export const invalid = (what: string) => dataLoss(`bzip2 data invalid: ${what}`);
export const cutShort = () => dataLoss("unexpected EOF");

export class Bits {
	private position = 0;
	private hold = 0;
	private held = 0;
	constructor(
		private readonly input: Uint8Array,
		skipped: number,
	) {
		if (skipped > 0) this.take(skipped);
	}

	/** How many bits of the input are taken. */
	get taken(): number {
		return this.position * 8 - this.held;
	}
	/** @param count at most 24 @throws EngineError dataLoss at the end of the input */
	take(count: number): number {
		while (this.held < count) {
			if (this.position === this.input.length) throw cutShort();
			this.hold = (this.hold << 8) | this.input[this.position++]!;
			this.held += 8;
		}
		this.held -= count;
		return (this.hold >>> this.held) & ((1 << count) - 1);
	}
	/** The next bits, which stay; behind the end of the input there are noughts. @param count at most 24 */
	ahead(count: number): number {
		while (this.held < count && this.position < this.input.length) {
			this.hold = (this.hold << 8) | this.input[this.position++]!;
			this.held += 8;
		}
		const bits = this.held < count ? this.hold << (count - this.held) : this.hold >>> (this.held - count);
		return bits & ((1 << count) - 1);
	}
	word(): number {
		return ((this.take(16) << 16) | this.take(16)) >>> 0;
	}
}

/** Codes of one width follow each other, in the order of their symbols. */
export interface Code {
	/** By width: the first code behind those of this width. */
	limits: Int32Array;
	/** By width: what leads from a code to its symbol's place. */
	offsets: Int32Array;
	symbols: Uint16Array;
	/** Where the next QUICK bits begin with a code: symbol << 5 | width. */
	quick: Uint16Array;
}
const QUICK = 10;
export const WIDEST = 20;

/** @param widths by symbol, 1 to 20 @throws EngineError dataLoss where these make no code */
export function codeOf(widths: Uint8Array): Code {
	const limits = new Int32Array(WIDEST + 1);
	const offsets = new Int32Array(WIDEST + 1);
	const symbols = new Uint16Array(widths.length);
	const quick = new Uint16Array(1 << QUICK);
	for (let width = 1, code = 0, place = 0; width <= WIDEST; width++) {
		code <<= 1;
		offsets[width] = place - code;
		for (let symbol = 0; symbol < widths.length; symbol++) {
			if (widths[symbol] !== width) continue;
			symbols[place++] = symbol;
			const rest = QUICK - width;
			if (rest >= 0) quick.fill((symbol << 5) | width, code << rest, (code + 1) << rest);
			code++;
		}
		if (code > 1 << width) throw invalid("Huffman tree has too many codes");
		limits[width] = code;
	}
	return { limits, offsets, symbols, quick };
}

/** @throws EngineError dataLoss for bits that are no code */
export function symbolAt(bits: Bits, { limits, offsets, symbols, quick }: Code): number {
	const entry = quick[bits.ahead(QUICK)]!;
	if (entry > 0) {
		bits.take(entry & 31);
		return entry >> 5;
	}
	let code = 0;
	for (let width = 1; width <= WIDEST; width++) {
		code = (code << 1) | bits.take(1);
		if (code < limits[width]!) return symbols[code + offsets[width]!]!;
	}
	throw invalid("Huffman tree has no such code");
}
