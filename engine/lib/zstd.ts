// Zstandard, decompressing (RFC 8878). fzstd decodes the blocks; what frames they stand in is read here, so that a stream that is
// cut short, or goes on with something else, or wants more memory than a layer may, is told from a good one. Content checksums are
// passed over: what is compressed so is named by a digest.

import { Decompress } from "fzstd";
import { concat } from "./bytes";
import { dataLoss, messageOf } from "./errors";
import { ByteReader } from "./reader";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** What `zstd -d` allows unless told otherwise. */
const WINDOW_LIMIT = 128 << 20;
const BLOCK_LIMIT = 128 << 10;
const RLE = 1;
const RESERVED = 3;

export const isZstd = (head: Uint8Array): boolean => MAGIC.every((byte, at) => head[at] === byte);
/** Frames of data for others, which decoders pass over: 184D2A50 to 184D2A5F. */
const isSkippable = (head: Uint8Array): boolean =>
	(head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;

/** Decompresses one frame after another. @throws EngineError dataLoss for what is cut short or corrupt */
export async function* unzstd(source: Bytes): AsyncGenerator<Uint8Array> {
	const input = new ByteReader(sourceOf(source));
	for (let first = true; first || input.buffered > 0 || (await input.fill()); first = false) {
		const magic = await take(input, 4);
		if (isZstd(magic)) yield* frame(input);
		else if (isSkippable(magic)) await skip(input, uint(await take(input, 4)));
		else throw dataLoss("zstd: magic number mismatch");
	}
}

async function* frame(input: ByteReader): AsyncGenerator<Uint8Array> {
	const { bytes, checksum } = await frameHeader(input);
	let out: Uint8Array[] = [];
	const decoder = new Decompress((piece) => {
		if (piece.length > 0) out.push(piece.slice());
	});
	let pending = bytes;
	for (let last = false; !last; ) {
		const head = await take(input, 3);
		const word = uint(head);
		last = (word & 1) === 1;
		const type = (word >> 1) & 3;
		const size = word >> 3;
		if (type === RESERVED || size > BLOCK_LIMIT) throw dataLoss("zstd: invalid block");
		const block = concat([pending, head, await take(input, type === RLE ? 1 : size)]);
		pending = new Uint8Array(0);
		try {
			decoder.push(block, last);
		} catch (error) {
			throw dataLoss(`zstd: ${messageOf(error)}`);
		}
		yield* out;
		out = [];
	}
	if (checksum) await take(input, 4);
}

/** Magic and header as the decoder wants them: without the checksum's flag, since the checksum is read here. */
async function frameHeader(input: ByteReader): Promise<{ bytes: Uint8Array; checksum: boolean }> {
	const [descriptor] = (await take(input, 1)) as unknown as [number];
	const single = (descriptor & 0x20) !== 0;
	const dictionary = [0, 1, 2, 4][descriptor & 3]!;
	const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
	const rest = await take(input, (single ? 0 : 1) + dictionary + contentSize);
	if (descriptor & 8) throw dataLoss("zstd: invalid frame header");
	if (dictionary > 0 && uint(rest.subarray(single ? 0 : 1).subarray(0, dictionary)) !== 0)
		throw dataLoss("zstd: a dictionary is needed");
	const size = uint(rest.subarray(rest.length - contentSize));
	const window = single ? size : windowSize(rest[0]!);
	if (window > WINDOW_LIMIT) throw dataLoss("zstd: window size exceeded");
	return {
		bytes: concat([Uint8Array.from(MAGIC), Uint8Array.of(descriptor & ~4), rest]),
		checksum: (descriptor & 4) !== 0,
	};
}
const windowSize = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);
const uint = (bytes: Uint8Array): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

async function take(input: ByteReader, count: number): Promise<Uint8Array> {
	const bytes = await input.exactly(count);
	if (bytes === null) throw dataLoss("unexpected EOF");
	return bytes;
}
async function skip(input: ByteReader, count: number): Promise<void> {
	for (let left = count; left > 0; ) {
		const piece = await input.read(left);
		if (piece === null) throw dataLoss("unexpected EOF");
		left -= piece.length;
	}
}

function sourceOf(source: Bytes): { read(): Promise<Uint8Array | null> } {
	const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
	return {
		async read() {
			const next = await iterator.next();
			return next.done ? null : next.value;
		},
	};
}
