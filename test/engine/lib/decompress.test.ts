// Archives by their first bytes: what they hold comes out, however it is cut, and what is damaged is told.

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archiveCompressionAt } from "../../../engine/lib/archive";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { bunzip2 } from "../../../engine/lib/bzip2/decode";
import { compressionAt, decompressed } from "../../../engine/lib/decompress";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each(["", "B", "BZ", "plain text"])("that are none pass as they are: %j", async (content) => {
	expect(await collect(await decompressed(inPieces(utf8(content), 2)))).toEqual(utf8(content));
});

it.each([
	["gzip", [0x1f, 0x8b, 8]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["bzip2", [0x42, 0x5a, 0x68]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
	["none", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 1]],
	["none", []],
])("of %s begin with %j", (name, begins) => {
	const head = Uint8Array.from(begins);
	expect(archiveCompressionAt(head, compressionAt(head))).toBe(name);
});

const bzip2 = (bytes: Uint8Array, ...options: string[]): Uint8Array =>
	new Uint8Array(spawnSync("bzip2", ["-c", ...options], { input: bytes, maxBuffer: 2 ** 28 }).stdout);
const missing = spawnSync("bzip2", ["--help"], { stdio: "ignore" }).error ? "there is no bzip2" : undefined;
if (missing) console.warn(`bzip2 is not read beside the real one: ${missing}`);

describe.skipIf(missing)("bzip2", () => {
	const random = (size: number, values: number, seed: number): Uint8Array => {
		let state = seed;
		return Uint8Array.from({ length: size }, () => {
			state = (Math.imul(state, 1103515245) + 12345) >>> 0;
			return (state >>> 16) % values;
		});
	};

	it.each<[what: string, content: Uint8Array]>([
		["nothing", utf8("")],
		["one byte", utf8("a")],
		["text", utf8("the quick brown fox\n".repeat(5000))],
		["one byte for three blocks", new Uint8Array(300_000).fill(7)],
		[
			"runs of every length about four, and about 255",
			utf8([3, 4, 5, 6, 254, 255, 258, 259, 260, 600].map((n) => "ab".at(n & 1)!.repeat(n)).join("-")),
		],
		["all bytes, in blocks that end anywhere", random(250_001, 256, 1)],
		["two bytes", random(120_000, 2, 2)],
	])("decompresses %s", async (_, content) => {
		for (const level of ["-1", "-9"]) {
			const archive = bzip2(content, level);
			for (const size of [1000, archive.length])
				expect(Buffer.compare(await collect(bunzip2(inPieces(archive, size))), content)).toBe(0);
		}
	});

	it("decompresses any bytes, one stream after another", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 3 }), async (parts) => {
				const archive = Buffer.concat(parts.map((part) => bzip2(part)));
				expect(Buffer.from(await collect(bunzip2([archive])))).toEqual(Buffer.concat(parts));
			}),
			{ numRuns: 15, seed: 1 },
		);
	});

	const failure = (bytes: Uint8Array): Promise<unknown> =>
		collect(bunzip2([bytes])).then(
			() => undefined,
			(error) => error,
		);

	it("tells what is cut short, wherever it is cut", async () => {
		const archive = bzip2(utf8("hello, hello, hello"));
		for (let at = 0; at < archive.length; at++)
			expect(await failure(archive.subarray(0, at)), `${at}`).toMatchObject({ kind: "dataLoss" });
	});
	it("gives nothing else than what was compressed, whichever bit is changed", async () => {
		const content = utf8("hello, hello, hello");
		const archive = bzip2(content);
		for (let at = 0; at < archive.length * 8; at++) {
			const damaged = archive.slice();
			damaged[at >> 3]! ^= 0x80 >> (at & 7);
			const got = await collect(bunzip2([damaged])).catch((error: unknown) => error);
			// some bits say nothing: a table that is not used, the last byte's rest
			if (got instanceof Uint8Array) expect(got, `bit ${at}`).toEqual(content);
			else expect(got, `bit ${at}`).toMatchObject({ kind: "dataLoss" });
		}
	});
	it("says what follows a stream and is none", async () => {
		const error = await failure(Buffer.concat([bzip2(utf8("x")), Buffer.from("trailer")]));
		expect((error as Error).message).toBe("bzip2 data invalid: bad magic value in continuation file");
	});
});
