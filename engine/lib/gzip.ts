// gzip (RFC 1952): reading any, with every check that the format allows, and writing one that depends on its content alone.

import { Gzip } from "fflate";
import { concat, EMPTY } from "./bytes";
import { crc32 } from "./crc32";
import { dataLoss } from "./errors";
import { Inflater } from "./inflate";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const FLAG = { hcrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Decompresses one member after another. @throws EngineError dataLoss for what is cut short or corrupt */
export async function* gunzip(source: Bytes): AsyncGenerator<Uint8Array> {
	const input = new Input(source);
	for (let first = true; first || (await input.ensure(1)); first = false) {
		await skipHeader(input, first);
		yield* inflateMember(input);
	}
}

/**
 * As gunzip, by a decoder of the surroundings as far as that goes. What it refuses is decompressed here from the beginning: that
 * says what is wrong, or that nothing is. The pieces do not depend on how the decoder cuts them.
 * @param open gives the compressed bytes, as often as it is asked
 */
export async function* gunzipBy(
	decoder: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
	open: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	let given = 0;
	try {
		for await (const block of inBlocks(decoder(open()))) {
			given += block.length;
			yield block;
		}
		return;
	} catch {
		// told below, in the engine's own words
	}
	let known = given;
	for await (const piece of gunzip(open())) {
		if (piece.length > known) yield piece.subarray(known);
		known = Math.max(0, known - piece.length);
	}
}

async function skipHeader(input: Input, first: boolean): Promise<void> {
	// nothing at all is cut short; some bytes that are no header are not gzip
	if (first && !(await input.ensure(1))) throw cutShort();
	const fixed = await input.take(10);
	const flags = fixed[3]!;
	if (!isGzip(fixed) || fixed[2] !== 8 || flags & FLAG.reserved) throw dataLoss("gzip: invalid header");
	let crc = crc32(fixed);
	const pass = async (count: number): Promise<Uint8Array> => {
		const bytes = await input.take(count);
		crc = crc32(bytes, crc);
		return bytes;
	};
	if (flags & FLAG.extra) {
		const size = await pass(2);
		await pass(size[0]! | (size[1]! << 8));
	}
	for (const flag of [FLAG.name, FLAG.comment]) {
		if (flags & flag) while ((await pass(1))[0] !== 0);
	}
	if (flags & FLAG.hcrc) {
		const expected = crc & 0xffff;
		const given = await input.take(2);
		if ((given[0]! | (given[1]! << 8)) !== expected) throw dataLoss("gzip: invalid header");
	}
}

async function* inflateMember(input: Input): AsyncGenerator<Uint8Array> {
	const inflater = new Inflater();
	let crc = 0;
	let size = 0;
	while (!inflater.finished) {
		const piece = await input.some();
		if (piece === null) throw cutShort();
		for (const out of inflater.push(piece)) {
			crc = crc32(out, crc);
			size = (size + out.length) >>> 0;
			yield out;
		}
	}
	input.giveBack(inflater.rest());
	const trailer = await input.take(8);
	const view = new DataView(trailer.buffer, trailer.byteOffset);
	if (view.getUint32(0, true) !== crc || view.getUint32(4, true) !== size) throw dataLoss("gzip: invalid checksum");
}

const cutShort = () => dataLoss("unexpected EOF");

/** The compressed bytes, by counts and as they come. */
class Input {
	private readonly source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
	private buffer: Uint8Array = EMPTY;
	constructor(source: Bytes) {
		this.source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
	}
	async ensure(count: number): Promise<boolean> {
		while (this.buffer.length < count) {
			const next = await this.source.next();
			if (next.done) return false;
			this.buffer = this.buffer.length === 0 ? next.value : concat([this.buffer, next.value]);
		}
		return true;
	}
	async take(count: number): Promise<Uint8Array> {
		if (!(await this.ensure(count))) throw cutShort();
		const taken = this.buffer.subarray(0, count);
		this.buffer = this.buffer.subarray(count);
		return taken;
	}
	async some(): Promise<Uint8Array | null> {
		if (!(await this.ensure(1))) return null;
		const all = this.buffer;
		this.buffer = EMPTY;
		return all;
	}
	giveBack(bytes: Uint8Array): void {
		this.buffer = concat([bytes, this.buffer]);
	}
}

/**
 * Compresses, without name or time in the header: equal content gives equal bytes, however it is cut into pieces.
 * @param level 0 (stored) to 9
 */
export async function* gzip(source: Bytes, level: Level = 6): AsyncGenerator<Uint8Array> {
	let out: Uint8Array[] = [];
	const compressor = new Gzip({ level, mtime: 0 }, (piece) => {
		out.push(piece);
	});
	// the compressor's choices depend on how much it sees at once, so it sees the same however the source is cut
	for await (const piece of inBlocks(source)) {
		compressor.push(piece, false);
		yield* out;
		out = [];
	}
	compressor.push(new Uint8Array(0), true);
	yield* out;
}
export type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const BLOCK = 64 * 1024;
async function* inBlocks(source: Bytes): AsyncGenerator<Uint8Array> {
	let block = new Uint8Array(BLOCK);
	let filled = 0;
	for await (const piece of source) {
		for (let at = 0; at < piece.length; ) {
			const count = Math.min(BLOCK - filled, piece.length - at);
			block.set(piece.subarray(at, at + count), filled);
			filled += count;
			at += count;
			if (filled < BLOCK) break;
			yield block;
			block = new Uint8Array(BLOCK);
			filled = 0;
		}
	}
	if (filled > 0) yield block.subarray(0, filled);
}
