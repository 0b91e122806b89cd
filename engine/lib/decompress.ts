// Layers come compressed or not; what they are is seen by their first bytes, as containerd sees it, whatever they are called. What
// Docker takes for an archive besides is archive.ts's.

import { concat, EMPTY } from "./bytes";
import { gunzip, isGzip } from "./gzip";
import { isZstd, unzstd } from "./zstd";

export type Compression = "none" | "gzip" | "zstd";

/** Enough to tell all of them, and archive.ts's. */
const HEAD = 6;

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

/** As decompress, by what the first bytes say. */
export async function decompressed(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
	const { compression, whole } = await peek(source);
	return decompress(whole, compression);
}
