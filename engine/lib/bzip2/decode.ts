// bzip2, decompressing: one stream after another, each block's checksum and each stream's looked at.
//
//     stream = "BZh" level (block-magic crc block)… end-magic crc, to a whole byte
//
// The compressed bytes of a whole block are gathered before it is decoded, so nothing of the decoder waits for input.

import { concat, EMPTY } from "../bytes";
import { Bits, cutShort, invalid } from "./bits";
import { readBlock } from "./block";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const MAGIC = [0x42, 0x5a, 0x68];
/** "BZh". */
export const isBzip2 = (head: Uint8Array): boolean => MAGIC.every((byte, at) => head[at] === byte);

const LEVEL_BYTES = 100_000;
/** No block needs more: each of its bytes takes 20 bits at most, and its tables less than the rest. */
const LONGEST = 2_500_000;
/** The first digits of pi, and of its square root. */
const BLOCK = [0x314159, 0x265359];
const END = [0x177245, 0x385090];

/** @throws EngineError dataLoss for what is cut short or corrupt */
export async function* bunzip2(source: Bytes): AsyncGenerator<Uint8Array> {
	const input = new Input(source);
	for (let first = true; first || (await input.more()); first = false) {
		const size = await input.read((bits) => readHeader(bits, first));
		for (let sum = 0; ; ) {
			const block = await input.read((bits) => readPart(bits, size));
			if ("end" in block) {
				if (block.end !== sum) throw invalid("file checksum mismatch");
				break;
			}
			const crc = yield* checked(block.bytes);
			if (crc !== block.crc) throw invalid("block checksum mismatch");
			sum = (((sum << 1) | (sum >>> 31)) ^ crc) >>> 0;
		}
		input.align();
	}
}

function readHeader(bits: Bits, first: boolean): number {
	const magic = (bits.take(8) << 8) | bits.take(8);
	if (magic !== 0x425a) throw invalid(first ? "bad magic value" : "bad magic value in continuation file");
	if (bits.take(8) !== MAGIC[2]) throw invalid("non-Huffman entropy encoding");
	const level = bits.take(8) - 0x30;
	if (level < 1 || level > 9) throw invalid("invalid compression level");
	return level * LEVEL_BYTES;
}

function readPart(bits: Bits, size: number): { crc: number; bytes: Uint8Array } | { end: number } {
	const magic = [bits.take(24), bits.take(24)];
	const crc = bits.word();
	if (magic[0] === END[0] && magic[1] === END[1]) return { end: crc };
	if (magic[0] !== BLOCK[0] || magic[1] !== BLOCK[1]) throw invalid("bad magic value found");
	return { crc, bytes: readBlock(bits, size) };
}

const PIECE = 1 << 16;
/** Writes out the runs: four equal bytes are followed by how many more there are. Returns the checksum of all. */
async function* checked(bytes: Uint8Array): AsyncGenerator<Uint8Array, number> {
	let piece = new Uint8Array(PIECE);
	let filled = 0;
	let crc = -1;
	let [last, equal] = [-1, 0];
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at]!;
		let count = 1;
		if (equal === 4) {
			count = byte;
			equal = 0;
		} else {
			equal = byte === last ? equal + 1 : 1;
			last = byte;
		}
		for (; count > 0; count--) {
			piece[filled++] = last;
			crc = (crc << 8) ^ CRC[(crc >>> 24) ^ last]!;
		}
		if (filled < PIECE - 256) continue;
		yield piece.subarray(0, filled);
		piece = new Uint8Array(PIECE);
		filled = 0;
	}
	if (filled > 0) yield piece.subarray(0, filled);
	return ~crc >>> 0;
}
/** CRC-32 with its high bit first, as bzip2 has it. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
	let c = byte << 24;
	for (let bit = 0; bit < 8; bit++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
	return c;
});

/** The compressed bytes; what is read ends anywhere within one. */
class Input {
	private readonly source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
	private buffer: Uint8Array = EMPTY;
	private bit = 0;
	constructor(source: Bytes) {
		this.source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
	}
	/** @param work takes LONGEST bytes at most, or as many as there are */
	async read<T>(work: (bits: Bits) => T): Promise<T> {
		await this.fill(LONGEST);
		if (this.buffer.length === 0) throw cutShort();
		const bits = new Bits(this.buffer, this.bit);
		const result = work(bits);
		this.buffer = this.buffer.subarray(bits.taken >> 3);
		this.bit = bits.taken & 7;
		return result;
	}
	align(): void {
		if (this.bit > 0) this.buffer = this.buffer.subarray(1);
		this.bit = 0;
	}
	async more(): Promise<boolean> {
		await this.fill(1);
		return this.buffer.length > 0;
	}
	private async fill(count: number): Promise<void> {
		const parts = [this.buffer];
		let have = this.buffer.length;
		while (have < count) {
			const next = await this.source.next();
			if (next.done) break;
			parts.push(next.value);
			have += next.value.length;
		}
		if (parts.length > 1) this.buffer = concat(parts);
	}
}
