// A storage for tests: it can be full, can fail, and remembers what it held after each commit (a power cut at that moment).

import { type Storage, type StorageBatch, StorageFull } from "../../../engine/port";

export class TestStorage implements Storage {
	entries = new Map<string, Uint8Array>();
	/** What was there after each commit, oldest first. */
	readonly history: Array<Map<string, Uint8Array>> = [];
	/** How many bytes each commit wrote. */
	readonly written: number[] = [];
	failNext: Error | undefined;

	constructor(public quota = Number.POSITIVE_INFINITY) {}

	static of(entries: Map<string, Uint8Array>): TestStorage {
		const storage = new TestStorage();
		storage.entries = new Map(entries);
		return storage;
	}
	async load(prefix: string): Promise<Array<[string, Uint8Array]>> {
		return [...this.entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
	}
	async get(key: string): Promise<Uint8Array | undefined> {
		return this.entries.get(key);
	}
	async commit(batch: StorageBatch): Promise<void> {
		// Others run while a commit is under way.
		await Promise.resolve();
		if (this.failNext !== undefined) {
			const error = this.failNext;
			this.failNext = undefined;
			throw error;
		}
		const next = new Map(this.entries);
		for (const key of batch.delete) next.delete(key);
		for (const [key, value] of batch.put) next.set(key, value.slice());
		if (sizeOf(next) > this.quota) throw new StorageFull("full");
		this.entries = next;
		this.history.push(next);
		this.written.push(batch.put.reduce((sum, [, value]) => sum + value.length, 0));
	}
	async estimate(): Promise<{ usage: number; quota: number }> {
		return { usage: sizeOf(this.entries), quota: this.quota };
	}
}

const sizeOf = (entries: Map<string, Uint8Array>): number => [...entries.values()].reduce((sum, value) => sum + value.length, 0);
