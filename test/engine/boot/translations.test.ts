// Translations in the storage: checked when they are read, bounded, and the first to go when there is no room.

import { describe, expect, it } from "vitest";
import { KeptTranslations } from "../../../engine/boot/translations";
import type { Kept } from "../../../engine/cpu";
import { MemoryStorage } from "../../../engine/host/browser/storage-memory";
import { digestOf } from "../../../engine/lib/digest";

const record = (fill: number, size = 100): Uint8Array => new Uint8Array(size).fill(fill);
const keys = async (storage: MemoryStorage): Promise<string[]> => (await storage.load("code/")).map(([key]) => key);

async function loaded(storage: MemoryStorage, version = "v", most?: number) {
	const kept = new KeptTranslations(storage, version, most);
	const adopted = new Map<number, Kept>();
	await kept.load({ adopt: (bytes, handle) => void adopted.set(bytes[0]!, handle) });
	return { kept, adopted };
}

describe("kept translations", () => {
	it("come back to a processor of the same version, whole, and to no other", async () => {
		const storage = new MemoryStorage();
		const { kept } = await loaded(storage);
		for (const fill of [1, 2, 3]) kept.made(record(fill));
		kept.made(record(2));
		await kept.commit();
		expect(await keys(storage)).toEqual([1, 2, 3].map((fill) => `code/v/${digestOf(record(fill))}`).sort());
		await storage.commit({ put: [[`code/v/${digestOf(record(2))}`, record(9)]], delete: [] });

		const again = await loaded(storage);
		expect([...again.adopted.keys()].sort()).toEqual([1, 3]);
		await again.kept.commit();
		expect(await keys(storage)).toHaveLength(2);

		const other = await loaded(storage, "w");
		expect(other.adopted.size).toBe(0);
		await other.kept.commit();
		expect(await keys(storage)).toEqual([]);
	});

	it("are at most so many bytes: what was not met for longest goes, and what was replaced", async () => {
		const storage = new MemoryStorage();
		const { kept } = await loaded(storage, "v", 1000);
		const handles = Array.from({ length: 10 }, (_, fill) => kept.made(record(fill)));
		handles[0]!.met!();
		handles[5]!.forget();
		for (const fill of [20, 21, 22]) kept.made(record(fill));
		await kept.commit();
		const left = (await storage.load("code/")).map(([, bytes]) => bytes[0]);
		expect(left.sort((a, b) => a! - b!)).toEqual([0, 3, 4, 6, 7, 8, 9, 20, 21, 22]);
	});

	it("that do not fit are not kept, and those that do give way to the disk", async () => {
		const storage = new MemoryStorage(250);
		const { kept } = await loaded(storage);
		kept.made(record(1));
		kept.made(record(2));
		await kept.commit();
		kept.made(record(3));
		await kept.commit();
		expect(await keys(storage)).toHaveLength(2);
		await kept.giveWay();
		expect(await keys(storage)).toEqual([]);
		kept.made(record(4));
		await kept.commit();
		expect(await keys(storage)).toEqual([]);
	});
});
