// A table of records that survives a power cut. It stands where containerd has a bucket of its bolt database. What is read is in
// memory; a change is kept once the promise that it gave has resolved.
//
//     NAME.json        all records, replaced as a whole by rename(2)
//     NAME.json.log    what changed since, once there are many records: a line a record, null for one that is gone
//
// Few records are simply written anew. Of many, each change costs its own record; when the log has outgrown the table, the table is
// written anew and the log removed. A change goes into the log even then: so a power cut in between leaves a log whose last word
// on a record is the table's.

import { text, utf8 } from "../../lib/bytes";
import { isErrno, makeDirectories, readFile, readJson, replaceFile, writeAll } from "../../lib/files";
import { O } from "../../lib/linux";
import { dirname } from "../../lib/path";
import type { Sys } from "../../sys";

/** In characters of JSON: a table up to this is written as a whole. */
const SMALL = 32 * 1024;

export class Bucket<T> {
	private readonly records = new Map<string, T>();
	/** Each record as JSON, so that a change of one is not paid for by all. */
	private readonly texts = new Map<string, string>();
	/** How long the texts are together. */
	private size = 0;
	/** How long the log is. */
	private logged = 0;
	/** Its last line may have no end, after a write that failed or a power cut. */
	private cut = false;
	/** What the disk does not know yet. */
	private changed = new Set<string>();
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
		const table = await readJson<Record<string, T>>(sys, path).catch(none);
		for (const [key, record] of Object.entries(table ?? {})) bucket.set(key, record);
		const log = await readFile(sys, bucket.log).catch(none);
		if (log) bucket.replay(text(log));
		bucket.changed.clear();
		return bucket;
	}
	private replay(log: string): void {
		const lines = log.split("\n");
		this.logged = log.length;
		// what follows the last line's end was never promised, nor were lines that writes left unfinished
		this.cut = lines.pop() !== "";
		for (const line of lines)
			for (const [key, record] of Object.entries(parsed<Record<string, T | null>>(line) ?? {})) {
				if (record === null) this.remove(key);
				else this.set(key, record);
			}
	}

	get(key: string): T | undefined {
		return this.records.get(key);
	}
	has(key: string): boolean {
		return this.records.has(key);
	}
	/** In no particular order. */
	some(is: (record: T) => boolean): boolean {
		for (const record of this.records.values()) if (is(record)) return true;
		return false;
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
		this.forget(key);
		const line = `${JSON.stringify(key)}:${JSON.stringify(record)}`;
		this.records.set(key, record);
		this.texts.set(key, line);
		this.size += line.length;
	}
	private remove(key: string): boolean {
		this.forget(key);
		return this.records.delete(key);
	}
	private forget(key: string): void {
		this.changed.add(key);
		this.size -= this.texts.get(key)?.length ?? 0;
		this.texts.delete(key);
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
	private async save(): Promise<void> {
		const { changed } = this;
		this.changed = new Set();
		try {
			if (this.logged > 0 || this.size > SMALL) await this.append(changed);
			else return await this.replace();
			// what was asked for is kept by now: a disk without room for a new table is no error
			if (this.size <= SMALL || this.logged > this.size) await this.replace().catch(() => {});
		} catch (error) {
			this.cut = true;
			for (const key of changed) this.changed.add(key);
			throw error;
		}
	}
	private async append(changed: ReadonlySet<string>): Promise<void> {
		const lines = [...changed].map((key) => `{${this.texts.get(key) ?? `${JSON.stringify(key)}:null`}}\n`);
		if (this.cut) lines.unshift("\n");
		const bytes = utf8(lines.join(""));
		const fd = await this.sys.open(this.log, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o600);
		try {
			await writeAll(this.sys, fd, bytes);
		} finally {
			await this.sys.close(fd);
		}
		this.cut = false;
		this.logged += bytes.length;
	}
	private async replace(): Promise<void> {
		await replaceFile(this.sys, this.path, `{${[...this.texts.values()].join(",")}}`, 0o600);
		if (this.logged === 0) return;
		await this.sys.unlink(this.log);
		this.logged = 0;
	}
	private get log(): string {
		return `${this.path}.log`;
	}
}

function parsed<V>(line: string): V | undefined {
	try {
		return JSON.parse(line) as V;
	} catch {
		return undefined;
	}
}

function none(error: unknown): undefined {
	if (!isErrno(error, "ENOENT")) throw error;
}
