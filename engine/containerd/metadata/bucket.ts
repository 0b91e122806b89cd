// A table of records that survives a power cut: JSON, replaced as a whole by rename(2). It stands where containerd has a bucket
// of its bolt database. What is read is in memory; a change is kept once the promise that it gave has resolved.

import { exists, makeDirectories, readJson, replaceFile } from "../../lib/files";
import { dirname } from "../../lib/path";
import type { Sys } from "../../sys";

export class Bucket<T> {
	private readonly records = new Map<string, T>();
	/** Each record as JSON, so that a change of one is not paid for by all. */
	private readonly texts = new Map<string, string>();
	/** The write under way, and the one that will take along everything changed since it began. */
	private writing: Promise<void> | undefined;
	private next: Promise<void> | undefined;

	private constructor(
		private readonly sys: Sys,
		private readonly path: string,
	) {}

	static async open<T>(sys: Sys, path: string): Promise<Bucket<T>> {
		const bucket = new Bucket<T>(sys, path);
		await makeDirectories(sys, dirname(path), 0o700);
		if (await exists(sys, path)) {
			for (const [key, record] of Object.entries(await readJson<Record<string, T>>(sys, path))) bucket.set(key, record);
		}
		return bucket;
	}

	get(key: string): T | undefined {
		return this.records.get(key);
	}
	has(key: string): boolean {
		return this.records.has(key);
	}
	/** In order of their keys. */
	entries(): Array<[string, T]> {
		return [...this.records].sort(([a], [b]) => (a < b ? -1 : 1));
	}
	values(): T[] {
		return this.entries().map(([, record]) => record);
	}

	/** In memory at once; resolves when it is on the disk. A failed write (ENOSPC) takes the change back. */
	async put(key: string, record: T): Promise<void> {
		const before = this.records.get(key);
		this.set(key, record);
		try {
			await this.write();
		} catch (error) {
			if (before === undefined) this.remove(key);
			else this.set(key, before);
			throw error;
		}
	}
	/** A record under another key, in one step. */
	async move(from: string, to: string, record: T): Promise<void> {
		const before = this.records.get(from);
		this.remove(from);
		try {
			await this.put(to, record);
		} catch (error) {
			if (before !== undefined) this.set(from, before);
			throw error;
		}
	}
	async delete(...keys: string[]): Promise<void> {
		let changed = false;
		for (const key of keys) changed = this.remove(key) || changed;
		if (changed) await this.write();
	}

	private set(key: string, record: T): void {
		this.records.set(key, record);
		this.texts.set(key, `${JSON.stringify(key)}:${JSON.stringify(record)}`);
	}
	private remove(key: string): boolean {
		this.texts.delete(key);
		return this.records.delete(key);
	}

	private write(): Promise<void> {
		if (!this.writing) {
			this.writing = this.save().finally(() => {
				this.writing = undefined;
			});
			return this.writing;
		}
		this.next ??= this.writing
			.catch(() => {})
			.then(() => {
				this.next = undefined;
				return this.write();
			});
		return this.next;
	}
	private save(): Promise<void> {
		return replaceFile(this.sys, this.path, `{${[...this.texts.values()].join(",")}}`, 0o600);
	}
}
