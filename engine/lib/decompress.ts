// Archives come compressed or not; what they are is seen by their first bytes, as Docker sees it, whatever they are called.

import { concat, EMPTY } from "./bytes";
import { invalidParameter } from "./errors";
import { gunzip, isGzip } from "./gzip";
import { isZstd, unzstd } from "./zstd";

export type Compression = "none" | "gzip" | "zstd";

/** Enough to tell all of them. */
const HEAD = 4;

export const compressionAt = (head: Uint8Array): Compression => (isGzip(head) ? "gzip" : isZstd(head) ? "zstd" : "none");

export interface Peeked {
	compression: Compression;
	/** How it begins. */
	head: Uint8Array;
	/** All of it, the beginning included. */
	whole: AsyncIterable<Uint8Array>;
}

/** Reads as much as it takes to tell. */
export async function peek(source: AsyncIterable<Uint8Array>): Promise<Peeked> {
	const iterator = source[Symbol.asyncIterator]();
	let head: Uint8Array = EMPTY;
	while (head.length < HEAD) {
		const next = await iterator.next();
		if (next.done) break;
		head = head.length === 0 ? next.value : concat([head, next.value]);
	}
	const whole = (async function* () {
		try {
			if (head.length > 0) yield head;
			for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
		} finally {
			await iterator.return?.();
		}
	})();
	return { compression: compressionAt(head), head, whole };
}

/** @throws EngineError dataLoss while it is read, for what is cut short or corrupt */
export function decompress(source: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
	if (compression === "gzip") return gunzip(source);
	return compression === "zstd" ? unzstd(source) : source;
}

/** The archive itself. @throws EngineError invalidParameter for compressions that Docker reads and this host does not */
export async function decompressed(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
	const { compression, whole } = await peekKnown(source);
	return decompress(whole, compression);
}

/** As peek, for what must be an archive. @throws EngineError invalidParameter */
export async function peekKnown(source: AsyncIterable<Uint8Array>): Promise<Peeked> {
	const peeked = await peek(source);
	const other = OTHERS.find(([, begins]) => begins.every((byte, at) => peeked.head[at] === byte));
	if (!other) return peeked;
	throw invalidParameter(
		`the archive is compressed by ${other[0]}, which this host does not read: it reads plain, gzip and zstd`,
	);
}
const OTHERS: ReadonlyArray<[name: string, begins: number[]]> = [
	["xz", [0xfd, 0x37, 0x7a, 0x58]],
	["bzip2", [0x42, 0x5a, 0x68]],
];
