// A blob on its way into the cache, read while it comes: its file moves, or goes, under whoever reads it.

import { describe, expect, it } from "vitest";
import { concat, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { ContentCache } from "../../../engine/registry/mirror/cache";
import { Download } from "../../../engine/registry/mirror/download";
import { memoryFiles } from "./memory-files";

const blob = utf8("x".repeat(200_000));

/** Reads once the file is no more where it was, which is when the download has ended. */
async function readLate(sent: Uint8Array): Promise<Uint8Array> {
	const files = memoryFiles().files();
	let ended: Promise<void> = Promise.resolve();
	const slow = {
		...files,
		read: async function* (path: string, offset: number, length: number) {
			if (path.startsWith("parts/")) await ended;
			yield* files.read(path, offset, length);
		},
	};
	const cache = await ContentCache.open(slow, 1 << 20, () => 0);
	const body = (async function* () {
		for (let at = 0; at < sent.length; at += 50_000) yield sent.subarray(at, at + 50_000);
	})();
	const download = await Download.begin(cache, digestOf(blob), blob.length, body);
	ended = download.ended;
	const pieces: Uint8Array[] = [];
	for await (const piece of download.read(0, blob.length)) pieces.push(piece);
	return concat(pieces);
}

describe("a download that ends while it is read", () => {
	it("goes on from where it is kept", async () => {
		expect(digestOf(await readLate(blob))).toBe(digestOf(blob));
	});
	it("says that it was not what its digest says, not that a file is missing", async () => {
		await expect(readLate(blob.map((byte) => byte + 1))).rejects.toThrow("not what its digest says");
	});
});
