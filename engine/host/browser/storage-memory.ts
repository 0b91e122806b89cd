// The storage of a machine that is not kept: a map that goes with the tab, and that is full before the tab is out of memory.

import { type Storage, type StorageBatch, StorageFull } from "../../port";

/** Bytes: what the largest site image needs many times over, and what a tab can still hold beside the machine. */
const QUOTA = 2 * 2 ** 30;

export class MemoryStorage implements Storage {
	private readonly entries = new Map<string, Uint8Array>();
	private usage = 0;

	constructor(private readonly quota = QUOTA) {}

	async load(prefix: string): Promise<Array<[key: string, value: Uint8Array]>> {
		return [...this.entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
	}
	async get(key: string): Promise<Uint8Array | undefined> {
		return this.entries.get(key);
	}
	async commit(batch: StorageBatch): Promise<void> {
		if (this.after(batch) > this.quota) throw new StorageFull(`the storage holds ${this.quota} bytes and is full`);
		for (const key of batch.delete) this.replace(key, undefined);
		for (const [key, value] of batch.put) this.replace(key, value);
	}
	async estimate(): Promise<{ usage: number; quota: number }> {
		return { usage: this.usage, quota: this.quota };
	}
	/** What would be in use. */
	private after({ put, delete: gone }: StorageBatch): number {
		const left = new Map(put.map(([key, value]) => [key, value.length]));
		let usage = this.usage;
		for (const key of new Set([...gone, ...left.keys()])) usage -= this.entries.get(key)?.length ?? 0;
		for (const size of left.values()) usage += size;
		return usage;
	}
	private replace(key: string, value: Uint8Array | undefined): void {
		this.usage += (value?.length ?? 0) - (this.entries.get(key)?.length ?? 0);
		if (value) this.entries.set(key, value);
		else this.entries.delete(key);
	}
}
