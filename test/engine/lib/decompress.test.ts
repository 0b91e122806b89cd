// Archives by their first bytes: what is read, and what is refused in words.

import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { decompressed } from "../../../engine/lib/decompress";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each(["xz", "bzip2"])("of %s are refused by its name, however they come", async (program) => {
	const { stdout, error } = spawnSync(program, ["-c"], { input: "an archive" });
	const begins = program === "xz" ? [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] : [0x42, 0x5a, 0x68, 0x39];
	const archive = error ? new Uint8Array(begins) : new Uint8Array(stdout);
	for (const size of [1, 3, 100]) {
		await expect(decompressed(inPieces(archive, size))).rejects.toThrow(`the archive is compressed by ${program}`);
	}
});

it.each(["", "B", "BZ", "plain text"])("that are none pass as they are: %j", async (content) => {
	expect(await collect(await decompressed(inPieces(utf8(content), 2)))).toEqual(utf8(content));
});
