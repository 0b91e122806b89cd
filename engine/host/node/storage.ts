// Storage in Node: in memory, or a folder that holds one file a commit. A commit is written beside and renamed into
// place, so that a power cut leaves all of it or nothing; old commits are merged when dead bytes outweigh live ones.

import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Storage, type StorageBatch, StorageFull } from "../../port";

/** As a deletion: forget all that came before. Begins a merged commit, so that older files left by a power cut do no harm. */
const EVERYTHING = "";

class Entries {
	readonly map = new Map<string, Uint8Array>();
	size = 0;
	apply({ put, delete: gone }: StorageBatch): void {
		if (gone.includes(EVERYTHING)) {
			this.map.clear();
			this.size = 0;
		}
		for (const key of gone) {
			this.size -= this.map.get(key)?.length ?? 0;
			this.map.delete(key);
		}
		for (const [key, value] of put) {
			this.size += value.length - (this.map.get(key)?.length ?? 0);
			this.map.set(key, value);
		}
	}
	after({ put, delete: gone }: StorageBatch): number {
		const removed = new Set([...gone, ...put.map(([key]) => key)]);
		let size = this.size;
		for (const key of removed) size -= this.map.get(key)?.length ?? 0;
		return size + put.reduce((sum, [, value]) => sum + value.length, 0);
	}
	load(prefix: string): Array<[string, Uint8Array]> {
		return [...this.map].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
	}
}

export function memoryStorage(quota = 4 * 2 ** 30): Storage {
	const entries = new Entries();
	return storageOver(entries, quota, () => {});
}

const storageOver = (entries: Entries, quota: number, write: (batch: StorageBatch) => void): Storage => ({
	load: async (prefix) => entries.load(prefix),
	get: async (key) => entries.map.get(key),
	commit: async (batch) => {
		if (entries.after(batch) > quota) throw new StorageFull(`the storage holds ${quota} bytes and is full`);
		write(batch);
		entries.apply(batch);
	},
	estimate: async () => ({ usage: entries.size, quota }),
});

/** @throws Error when the folder cannot be written or holds something else */
export function folderStorage(folder: string, quota = 16 * 2 ** 30, mergeAbove = 64 * 2 ** 20): Storage {
	mkdirSync(folder, { recursive: true });
	const entries = new Entries();
	const commits: string[] = [];
	for (const name of readdirSync(folder).sort()) {
		if (!/^\d{10}\.commit$/.test(name)) {
			if (name.endsWith(".part")) rmSync(join(folder, name));
			continue;
		}
		entries.apply(decode(readFileSync(join(folder, name))));
		commits.push(name);
	}
	let next = commits.length ? Number.parseInt(commits.at(-1)!, 10) + 1 : 1;
	let written = entries.size;
	const write = (batch: StorageBatch): void => {
		const bytes = encode(batch);
		const name = `${String(next++).padStart(10, "0")}.commit`;
		const part = join(folder, `${name}.part`);
		const fd = openSync(part, "w", 0o600);
		for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
		fsyncSync(fd);
		closeSync(fd);
		renameSync(part, join(folder, name));
		commits.push(name);
		written += bytes.length;
	};
	const storage = storageOver(entries, quota, write);
	return {
		...storage,
		commit: async (batch) => {
			await storage.commit(batch);
			if (written < mergeAbove || written < 2 * entries.size) return;
			const old = commits.splice(0);
			write({ put: entries.load(""), delete: [EVERYTHING] });
			written = entries.size;
			for (const name of old) rmSync(join(folder, name));
		},
	};
}

// ---- a commit file: u32 count of deletions, each u32 length + key; u32 count of puts, each u32 length + key, u32 length + value

function encode({ put, delete: gone }: StorageBatch): Buffer {
	const parts: Uint8Array[] = [];
	const u32 = (n: number): void => {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32LE(n);
		parts.push(bytes);
	};
	const blob = (bytes: Uint8Array): void => {
		u32(bytes.length);
		parts.push(bytes);
	};
	u32(gone.length);
	for (const key of gone) blob(Buffer.from(key));
	u32(put.length);
	for (const [key, value] of put) {
		blob(Buffer.from(key));
		blob(value);
	}
	return Buffer.concat(parts);
}

function decode(bytes: Buffer): StorageBatch {
	let at = 0;
	const u32 = (): number => {
		at += 4;
		return bytes.readUInt32LE(at - 4);
	};
	const blob = (): Buffer => {
		const length = u32();
		at += length;
		return bytes.subarray(at - length, at);
	};
	const batch: StorageBatch = { put: [], delete: [] };
	for (let n = u32(); n > 0; n--) batch.delete.push(blob().toString());
	for (let n = u32(); n > 0; n--) batch.put.push([blob().toString(), new Uint8Array(blob())]);
	return batch;
}
