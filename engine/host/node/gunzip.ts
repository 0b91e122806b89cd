// gzip by Node's zlib, on a thread of its own.

import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Gunzip } from "../../port";

const CHUNK = 1 << 18;

export const gunzip: Gunzip = async function* (source) {
	let given = 0;
	const counted = async function* (): AsyncGenerator<Uint8Array> {
		for await (const piece of source) {
			given += piece.length;
			yield piece;
		}
	};
	const decoder = createGunzip({ chunkSize: CHUNK });
	const input = Readable.from(counted(), { objectMode: false, highWaterMark: 4 * CHUNK });
	// an error of the input is one of the whole
	input.on("error", (error) => decoder.destroy(error));
	try {
		yield* input.pipe(decoder) as AsyncIterable<Uint8Array>;
	} finally {
		input.destroy();
		decoder.destroy();
	}
	// zlib passes over what follows the last member
	if (decoder.bytesWritten !== given) throw new Error("bytes behind the end");
};
