import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzip as byNode } from "../../../engine/host/node/gunzip";
import { collect, concat } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { gunzip, gunzipBy } from "../../../engine/lib/gzip";
import { Random } from "../cpu/oracle/random";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
/** A digest of what comes, or the error. */
const outcome = (bytes: AsyncIterable<Uint8Array>): Promise<string> =>
	collect(bytes).then(digestOf, (error: Error) => `${error.name}: ${error.message}`);

/** As Chromium's worker has it; Node's own is of the same standard, but passes over zeros behind the end, which Chromium's refuses. */
async function* byStreams(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const input = Readable.toWeb(Readable.from(source)) as unknown as ReadableStream<BufferSource>;
	yield* input.pipeThrough(new DecompressionStream("gzip")) as unknown as AsyncIterable<Uint8Array>;
}

describe.each([
	["zlib", byNode],
	["DecompressionStream", byStreams],
] as const)("gunzip by %s of the surroundings", (name, decoder) => {
	const random = new Random(5);
	const text = new Uint8Array(700_000).map((_, at) => (at % 3 === 0 ? random.below(256) : at >> 8));
	const whole = new Uint8Array(gzipSync(text));
	const bad = (at: number): Uint8Array => whole.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
	const cases: Array<[string, Uint8Array]> = [
		["one member", whole],
		["nothing in it", new Uint8Array(gzipSync(""))],
		["two members", concat([whole, new Uint8Array(gzipSync("more"))])],
		["nothing at all", new Uint8Array(0)],
		["cut in the header", whole.subarray(0, 7)],
		["cut in the middle", whole.subarray(0, whole.length >> 1)],
		["cut in the trailer", whole.subarray(0, whole.length - 3)],
		["a byte behind the end", concat([whole, Uint8Array.of(7)])],
		...(name === "zlib" ? [["zeros behind the end", concat([whole, new Uint8Array(512)])] as [string, Uint8Array]] : []),
		["no gzip", text.subarray(0, 1000)],
		["a wrong checksum", bad(whole.length - 6)],
		["a wrong size", bad(whole.length - 2)],
		["a reserved flag", bad(3).map((byte, i) => (i === 3 ? 0x20 : byte))],
		...Array.from({ length: 12 }, (_, i): [string, Uint8Array] => [`damage ${i}`, bad(random.below(whole.length))]),
	];
	it.each(cases)("gives what the engine's own gives: %s", async (_what, bytes) => {
		const size = 1 + random.below(100_000);
		expect(await outcome(gunzipBy(decoder, () => pieces(bytes, size)))).toEqual(await outcome(gunzip(pieces(bytes, size))));
	});
	it("passes an error of its source on", async () => {
		const broken = async function* (): AsyncGenerator<Uint8Array> {
			yield whole.subarray(0, 5000);
			throw new Error("the disk");
		};
		expect(await outcome(gunzipBy(decoder, broken))).toBe("Error: the disk");
	});
	it("may be left early", async () => {
		let closed = false;
		const watched = async function* (): AsyncGenerator<Uint8Array> {
			try {
				yield* pieces(whole, 1000);
			} finally {
				closed = true;
			}
		};
		for await (const _ of gunzipBy(decoder, watched)) break;
		await expect.poll(() => closed).toBe(true);
	});
});
