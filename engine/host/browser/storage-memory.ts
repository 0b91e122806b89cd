// The storage of a machine that is not kept: a map that goes with the tab.

import type { Storage, StorageBatch } from "../../port";

export class MemoryStorage implements Storage {
	private readonly entries = new Map<string, Uint8Array>();
	private usage = 0;

	async load(prefix: string): Promise<Array<[key: string, value: Uint8Array]>> {
		return [...this.entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	}
	async get(key: string): Promise<Uint8Array | undefined> {
		return this.entries.get(key);
	}
	async commit(batch: StorageBatch): Promise<void> {
		for (const key of batch.delete) this.replace(key, undefined);
		for (const [key, value] of batch.put) this.replace(key, value);
	}
	async estimate(): Promise<{ usage: number; quota: number }> {
		return { usage: this.usage, quota: Number.POSITIVE_INFINITY };
	}
	private replace(key: string, value: Uint8Array | undefined): void {
		this.usage += (value?.length ?? 0) - (this.entries.get(key)?.length ?? 0);
		if (value) this.entries.set(key, value);
		else this.entries.delete(key);
	}
}
