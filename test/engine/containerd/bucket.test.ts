import { describe, expect, it } from "vitest";
import { Bucket } from "../../../engine/containerd/metadata/bucket";
import type { Sys } from "../../../engine/sys";
import { SysError } from "../../../engine/sys";
import { Random } from "../cpu/oracle/random";
import { memorySys } from "../oci/sys";

const PATH = "/db/things.json";
type Thing = { n: number; filler: string };

/** What of the calls under way is on the disk is up to chance: after `fuel` calls that change something, none does any more. */
function failing(sys: Sys, fuel: { left: number }): Sys {
	const changing = new Set(["open", "write", "rename", "unlink"]);
	return new Proxy(sys, {
		get: (target, name: keyof Sys) => {
			const call = (target[name] as (...args: unknown[]) => unknown).bind(target);
			if (!changing.has(name)) return call;
			return async (...args: unknown[]) => {
				if (fuel.left-- > 0) return call(...args);
				// the last write may do a part
				if (name === "write" && fuel.left === -1) await call(args[0], (args[1] as Uint8Array).subarray(0, 7));
				throw new SysError("ENOSPC", name);
			};
		},
	});
}

describe("a bucket of records", () => {
	it("is as it was left, few records or many, opened again at any time", async () => {
		const random = new Random(7);
		const sys = memorySys();
		let bucket = await Bucket.open<Thing>(sys, PATH);
		const wanted = new Map<string, Thing>();
		for (let step = 0; step < 600; step++) {
			const key = `key${random.below(120)}`;
			if (random.below(3) === 0) {
				await bucket.delete(key);
				wanted.delete(key);
			} else {
				const thing = { n: step, filler: "x".repeat(random.below(2000)) };
				await bucket.put(key, thing);
				wanted.set(key, thing);
			}
			if (random.below(40) === 0) bucket = await Bucket.open<Thing>(sys, PATH);
			if (step % 50 === 0) expect(new Map((await Bucket.open<Thing>(sys, PATH)).entries())).toEqual(wanted);
		}
		expect(new Map(bucket.entries())).toEqual(wanted);
	});

	it("keeps what it promised and nothing else when the disk fails at any call", async () => {
		const random = new Random(11);
		for (let round = 0; round < 60; round++) {
			const sys = memorySys();
			const fuel = { left: Number.POSITIVE_INFINITY };
			const bucket = await Bucket.open<Thing>(failing(sys, fuel), PATH);
			const promised = new Map<string, Thing>();
			const put = async (n: number): Promise<void> => {
				const key = `key${random.below(40)}`;
				const thing = { n, filler: "x".repeat(1500) };
				await bucket.put(key, thing).then(
					() => promised.set(key, thing),
					() => {},
				);
			};
			for (let n = 0; n < 60; n++) await put(n);
			fuel.left = random.below(9);
			for (let n = 60; n < 64; n++) await put(n);
			expect(new Map(bucket.entries())).toEqual(promised);
			// room again: what failed is not there, and what follows is kept
			fuel.left = Number.POSITIVE_INFINITY;
			for (let n = 64; n < 70; n++) await put(n);
			expect(new Map((await Bucket.open<Thing>(sys, PATH)).entries())).toEqual(promised);
		}
	});

	it("survives a power cut between the table and the log's end", async () => {
		const sys = memorySys();
		const fuel = { left: Number.POSITIVE_INFINITY };
		const bucket = await Bucket.open<Thing>(failing(sys, fuel), PATH);
		const thing = (n: number): Thing => ({ n, filler: "x".repeat(2000) });
		for (let i = 0; i < 40; i++) await bucket.put(`key${i}`, thing(i));
		for (let n = 100; ; n++) {
			// open and write of the log, open, write and rename of the table: the unlink fails
			fuel.left = 5;
			await bucket.put("key1", thing(n));
			if (fuel.left >= 0) continue;
			expect((await Bucket.open<Thing>(sys, PATH)).get("key1")).toEqual(thing(n));
			return;
		}
	});
});
