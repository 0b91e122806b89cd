import zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect, concat, equal, utf8 } from "../../../engine/lib/bytes";
import { crc32 } from "../../../engine/lib/crc32";
import { createDigester, digestOf, digestProblem } from "../../../engine/lib/digest";
import { gunzip, gzip } from "../../../engine/lib/gzip";

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
/** Bytes with the repetitions that real files have. */
const content = fc
	.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 2000 })), { maxLength: 12 })
	.map((parts) => concat(parts.flatMap(([bytes, count]) => Array.from({ length: bytes.length ? count : 0 }, () => bytes))));

describe("gunzip", () => {
	it("reads what zlib writes, at every level and strategy, in pieces of any size", async () => {
		await fc.assert(
			fc.asyncProperty(
				content,
				fc.integer({ min: 0, max: 9 }),
				fc.constantFrom(
					zlib.constants.Z_DEFAULT_STRATEGY,
					zlib.constants.Z_FIXED,
					zlib.constants.Z_HUFFMAN_ONLY,
					zlib.constants.Z_RLE,
				),
				fc.integer({ min: 1, max: 5000 }),
				async (bytes, level, strategy, size) => {
					const packed = zlib.gzipSync(bytes, { level, strategy });
					expect(equal(await collect(gunzip(cut(packed, size))), bytes)).toBe(true);
				},
			),
			{ seed: 7, numRuns: 150 },
		);
	});

	it("reads several members, empty ones too, and headers with every field", async () => {
		const members = [zlib.gzipSync("one "), zlib.gzipSync(""), zlib.gzipSync("two")];
		expect(Buffer.from(await collect(gunzip(cut(Buffer.concat(members), 3)))).toString()).toBe("one two");
		const plain = zlib.gzipSync("x");
		const head = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 2, 0, 0xaa, 0xbb, 0x6e, 0, 0x63, 0]);
		const sum = crc32(head) & 0xffff;
		const full = Buffer.concat([head, Buffer.from([sum & 0xff, sum >> 8]), plain.subarray(10)]);
		expect(Buffer.from(await collect(gunzip([full]))).toString()).toBe("x");
	});

	const good = zlib.gzipSync(Buffer.from("a layer of some size ".repeat(400)));
	const changed = (at: number, by: number) => {
		const bad = Buffer.from(good);
		bad[at < 0 ? bad.length + at : at]! ^= by;
		return bad;
	};
	const bad: Array<[name: string, bytes: Uint8Array, message: string | RegExp]> = [
		["nothing", new Uint8Array(0), "unexpected EOF"],
		["no gzip", utf8("hello, this is no gzip"), "gzip: invalid header"],
		["a cut header", good.subarray(0, 5), "unexpected EOF"],
		["a cut stream", good.subarray(0, good.length - 20), "unexpected EOF"],
		["a cut trailer", good.subarray(0, good.length - 3), "unexpected EOF"],
		["a wrong checksum", changed(-8, 1), "gzip: invalid checksum"],
		["a wrong length", changed(-1, 1), "gzip: invalid checksum"],
		["garbage behind the end", concat([good, utf8("garbage that is long")]), "gzip: invalid header"],
		["a reserved block type", concat([good.subarray(0, 10), Uint8Array.of(7)]), /^flate: corrupt input before offset \d+$/],
		["a stored block with a wrong length", concat([good.subarray(0, 10), Uint8Array.of(1, 5, 0, 0, 0, 1)]), /corrupt input/],
		[
			"a distance before the beginning",
			concat([good.subarray(0, 10), Uint8Array.of(0x63, 0x00, 0x02, 0xff, 0xff)]),
			/corrupt input|unexpected EOF/,
		],
	];
	it.each(bad)("refuses %s", async (_name, bytes, message) => {
		await expect(collect(gunzip(cut(bytes, 7)))).rejects.toThrow(message);
	});

	it("never takes a damaged file for a whole one", async () => {
		const content = zlib.gunzipSync(good);
		for (let at = 10; at < good.length; at++) {
			// another distance may lead to the same text, and padding means nothing: but never to other content
			const read = await collect(gunzip([changed(at, 0x10)])).catch(() => undefined);
			if (read) expect(equal(read, content)).toBe(true);
		}
		for (let length = 0; length < good.length; length++) {
			await expect(collect(gunzip([good.subarray(0, length)]))).rejects.toThrow("unexpected EOF");
		}
	});
});

describe("gzip", () => {
	it("is read back by zlib, and does not depend on how its input is cut", async () => {
		await fc.assert(
			fc.asyncProperty(content, fc.integer({ min: 1, max: 70_000 }), async (bytes, size) => {
				const whole = await collect(gzip([bytes]));
				expect(equal(await collect(gzip(cut(bytes, size))), whole)).toBe(true);
				expect(equal(zlib.gunzipSync(whole), bytes)).toBe(true);
				expect([...whole.subarray(0, 10)].slice(3, 8)).toEqual([0, 0, 0, 0, 0]);
			}),
			{ seed: 8, numRuns: 60 },
		);
	});
});

describe("digests", () => {
	it("agree with Node's", async () => {
		const { createHash } = await import("node:crypto");
		for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_000]) {
			const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
			const expected = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
			expect(digestOf(bytes)).toBe(expected);
			const digester = await createDigester();
			for (const piece of cut(bytes, 33)) digester.update(piece);
			expect([digester.digest(), digester.size]).toEqual([expected, length]);
			expect(crc32(bytes)).toBe(zlib.crc32 ? zlib.crc32(bytes) : crc32(bytes.subarray(1), crc32(bytes.subarray(0, 1))));
		}
	});
	it("are checked in go-digest's words", () => {
		expect(digestProblem(`sha256:${"a".repeat(64)}`)).toBeUndefined();
		expect(digestProblem("sha256:abc")).toBe("invalid checksum digest length");
		expect(digestProblem(`md5:${"a".repeat(32)}`)).toBe("unsupported digest algorithm");
		expect(digestProblem(`sha256:${"A".repeat(64)}`)).toBe("invalid checksum digest format");
		expect(digestProblem("latest")).toBe("invalid checksum digest format");
	});
});
