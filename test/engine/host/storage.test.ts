// Storage in Node: what was committed is there after a power cut, whole, and nothing else is.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryStorage } from "../../../engine/host/browser/storage-memory";
import { folderStorage, memoryStorage } from "../../../engine/host/node/storage";
import { type Storage, StorageFull } from "../../../engine/port";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "drydock-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = async (storage: Storage): Promise<Record<string, string>> =>
	Object.fromEntries((await storage.load("")).map(([key, value]) => [key, new TextDecoder().decode(value)]));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("folder storage", () => {
	it("replays any history of commits, merged or not", async () => {
		const key = fc.constantFrom("a", "b", "disk/1", "disk/2");
		const batch = fc.record({
			put: fc.array(fc.tuple(key, fc.string()), { maxLength: 3 }),
			delete: fc.array(key, { maxLength: 2 }),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
				rmSync(folder, { recursive: true, force: true });
				const model: Record<string, string> = {};
				const storage = folderStorage(folder, 1e9, 40);
				for (const { put, delete: gone } of batches) {
					await storage.commit({ put: put.map(([name, value]) => [name, bytes(value)]), delete: gone });
					for (const name of gone) delete model[name];
					for (const [name, value] of put) model[name] = value;
					expect(await contents(folderStorage(folder))).toEqual(JSON.parse(JSON.stringify(model)));
				}
			}),
			{ seed: 7, numRuns: 60 },
		);
	});

	it("forgets a commit that was cut before its rename", async () => {
		const storage = folderStorage(folder);
		await storage.commit({ put: [["kept", bytes("1")]], delete: [] });
		writeFileSync(join(folder, "0000000002.commit.part"), readFileSync(join(folder, "0000000001.commit")).subarray(0, 9));
		expect(await contents(folderStorage(folder))).toEqual({ kept: "1" });
		expect(readdirSync(folder)).toEqual(["0000000001.commit"]);
	});

	it("does not bring deleted keys back when old files outlive a merge", async () => {
		const storage = folderStorage(folder, 1e9, 1);
		await storage.commit({ put: [["a", bytes("old")]], delete: [] });
		const first = join(folder, readdirSync(folder)[0]!);
		const saved = readFileSync(first);
		await storage.commit({ put: [["b", bytes("x".repeat(50))]], delete: ["a"] });
		await storage.commit({ put: [["b", bytes("y")]], delete: [] });
		writeFileSync(first, saved);
		expect(await contents(folderStorage(folder))).toEqual({ b: "y" });
	});
});

for (const [name, make] of [
	["memory", () => memoryStorage(10)],
	["folder", () => folderStorage(folder, 10)],
] as const)
	it(`${name}: a commit beyond the quota changes nothing`, async () => {
		const storage = make();
		await storage.commit({ put: [["a", bytes("12345")]], delete: [] });
		await expect(
			storage.commit({
				put: [
					["a", bytes("1")],
					["b", bytes("1234567890")],
				],
				delete: [],
			}),
		).rejects.toBeInstanceOf(StorageFull);
		expect(await contents(storage)).toEqual({ a: "12345" });
		await storage.commit({ put: [["b", bytes("1234567890")]], delete: ["a"] });
		expect(await contents(storage)).toEqual({ b: "1234567890" });
	});

it("a tab that keeps nothing is full at its quota, and what did not fit changed nothing", async () => {
	const storage = new MemoryStorage(10);
	await storage.commit({ put: [["a", bytes("12345678")]], delete: [] });
	await expect(storage.commit({ put: [["b", bytes("123")]], delete: [] })).rejects.toBeInstanceOf(StorageFull);
	expect([await contents(storage), await storage.estimate()]).toEqual([{ a: "12345678" }, { usage: 8, quota: 10 }]);
	await storage.commit({ put: [["b", bytes("123")]], delete: ["a"] });
	expect([await contents(storage), await storage.estimate()]).toEqual([{ b: "123" }, { usage: 3, quota: 10 }]);
	expect((await new MemoryStorage().estimate()).quota).toBe(2 ** 31);
});
