import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect, concat, equal, utf8 } from "../../../engine/lib/bytes";
import { decompressed } from "../../../engine/lib/decompress";
import { EngineError } from "../../../engine/lib/errors";
import { gzip } from "../../../engine/lib/gzip";
import { unzstd } from "../../../engine/lib/zstd";

const missing = spawnSync("zstd", ["--version"], { stdio: "ignore" }).error !== undefined;
if (missing) console.warn("zstd is not compared with the real one: it is not installed");
const zstd = (bytes: Uint8Array, ...options: string[]): Uint8Array =>
	execFileSync("zstd", ["-q", "-c", ...options], { input: bytes, maxBuffer: 2 ** 28, stdio: ["pipe", "pipe", "ignore"] });
function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = (bytes: Uint8Array, size = 1000): Promise<Uint8Array> => collect(unzstd(cut(bytes, size)));
/** Some of it repeats, some does not. */
const sample = (length: number): Uint8Array =>
	Uint8Array.from({ length }, (_, at) => (at % 7000 < 3500 ? at % 251 : (at * at * 2654435761) >>> 24));

describe.skipIf(missing)("zstd", () => {
	it("reads what zstd writes, at all levels, in pieces of any size", async () => {
		for (const options of [["-1"], ["-3"], ["-19"], ["--long=24"], ["--no-check"], ["--fast=5"]]) {
			const content = sample(300_000);
			const packed = zstd(content, ...options);
			for (const size of [1, 17, 4096, packed.length].slice(packed.length > 100_000 ? 2 : 1))
				expect(equal(await read(packed, size), content), options.join(" ")).toBe(true);
		}
	});
	it("reads short ones, empty ones, many frames, and passes over what is for others", async () => {
		const skippable = concat([Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0), utf8("other")]);
		for (const content of ["", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "hello, world"])
			expect(await read(zstd(utf8(content)), 1)).toEqual(utf8(content));
		const two = concat([skippable, zstd(utf8("one ")), skippable, zstd(utf8("two")), skippable]);
		expect(await read(two, 3)).toEqual(utf8("one two"));
	});
	it("refuses what is cut short, at every byte", async () => {
		const packed = zstd(sample(5000));
		for (let size = 0; size < packed.length; size += size < 40 ? 1 : 37)
			await expect(read(packed.subarray(0, size)), `${size}`).rejects.toThrow("unexpected EOF");
	});
	it("refuses garbage behind a frame, dictionaries and windows out of bounds", async () => {
		await expect(read(concat([zstd(utf8("a")), utf8("garbage")]))).rejects.toThrow("zstd: magic number mismatch");
		const wide = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xf8, 1, 0, 0);
		await expect(read(wide)).rejects.toThrow("zstd: window size exceeded");
		const dictionary = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 9, 1, 1, 0, 0);
		await expect(read(dictionary)).rejects.toThrow("zstd: a dictionary is needed");
	});
	it("ends with an error of its own or with bytes, whatever is changed", async () => {
		const packed = zstd(sample(3000));
		await fc.assert(
			fc.asyncProperty(fc.nat(packed.length - 1), fc.nat(255), async (at, value) => {
				const changed = packed.slice();
				changed[at] = value;
				await read(changed).catch((error: unknown) => {
					expect(error).toBeInstanceOf(EngineError);
					expect((error as Error).message).not.toMatch(/undefined|not a function|Invalid typed array/);
				});
			}),
			{ seed: 4, numRuns: 400 },
		);
	});
});

it("archives are known by their first bytes, however they come", async () => {
	const content = utf8("content ".repeat(50));
	const forms = [content, await collect(gzip([content])), ...(missing ? [] : [zstd(content)]), new Uint8Array()];
	for (const [at, bytes] of forms.entries()) {
		const pieces = (async function* () {
			yield* cut(bytes, 1);
		})();
		expect(await collect(await decompressed(pieces)), `${at}`).toEqual(at === forms.length - 1 ? bytes : content);
	}
});
