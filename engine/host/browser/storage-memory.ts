// The storage of a machine that is not kept: a map that goes with the tab.

import type { Storage, StorageBatch } from "../../port";

export class MemoryStorage implements Storage {
	private readonly entries = new Map<string, Uint8Array>();

	async load(prefix: string): Promise<Array<[key: string, value: Uint8Array]>> {
		return [...this.entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	}
	async get(key: string): Promise<Uint8Array | undefined> {
		return this.entries.get(key);
	}
	async commit(batch: StorageBatch): Promise<void> {
		for (const key of batch.delete) this.entries.delete(key);
		// Copies: the engine goes on writing to its own buffers, and a disk does not change behind a commit.
		for (const [key, value] of batch.put) this.entries.set(key, value.slice());
	}
	async estimate(): Promise<{ usage: number; quota: number }> {
		let usage = 0;
		for (const value of this.entries.values()) usage += value.length;
		return { usage, quota: Number.POSITIVE_INFINITY };
	}
}
