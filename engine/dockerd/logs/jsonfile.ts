// The json-file log driver: appends a container's output to ID-json.log, turns the file over when max-size says so, and
// reads it back for `docker logs`.

import { text, utf8 } from "../../lib/bytes";
import { isErrno, writeAll } from "../../lib/files";
import { O } from "../../lib/linux";
import { fromHumanSize } from "../../lib/units";
import type { Sys } from "../../sys";
import type { OutputStream } from "../stream/frame";
import { nanoseconds } from "../time";
import { encodeRecord, LineCutter, type LogRecord } from "./record";

export interface LogOptions {
	"max-size"?: string;
	"max-file"?: string;
}

export class JsonFileLog {
	private fd: number | undefined;
	private size = 0;
	private readonly cutters: Record<OutputStream, LineCutter> = { stdout: new LineCutter(), stderr: new LineCutter() };
	private writing: Promise<void> = Promise.resolve();
	private readonly followers = new Set<() => void>();
	/** Grows with every append, and at the end. */
	version = 0;
	private readonly limit: number;
	private readonly files: number;

	constructor(
		private readonly sys: Sys,
		readonly path: string,
		options: LogOptions,
	) {
		this.limit = options["max-size"] ? fromHumanSize(options["max-size"]) : Number.POSITIVE_INFINITY;
		this.files = Math.max(1, Number(options["max-file"] ?? 1));
	}

	async open(): Promise<void> {
		this.fd = await this.sys.open(this.path, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o640);
		this.size = (await this.sys.fstat(this.fd)).size;
	}

	append(stream: OutputStream, bytes: Uint8Array): Promise<void> {
		return this.write(stream, this.cutters[stream].feed(bytes));
	}

	private write(stream: OutputStream, lines: Uint8Array[]): Promise<void> {
		if (lines.length === 0) return Promise.resolve();
		const time = this.sys.now();
		const data = utf8(lines.map((line) => encodeRecord(stream, line, time)).join(""));
		const turn = this.writing.then(async () => {
			if (this.fd === undefined) return;
			if (this.size > 0 && this.size + data.length > this.limit) await this.rotate();
			await writeAll(this.sys, this.fd, data);
			this.size += data.length;
			this.notify();
		});
		this.writing = turn.catch(() => {});
		return turn;
	}

	private async rotate(): Promise<void> {
		await this.sys.close(this.fd!);
		for (let number = this.files - 1; number > 0; number--) {
			const from = number === 1 ? this.path : `${this.path}.${number - 1}`;
			await this.sys.rename(from, `${this.path}.${number}`).catch((error) => {
				if (!isErrno(error, "ENOENT")) throw error;
			});
		}
		if (this.files === 1) await this.sys.truncate(this.path, 0);
		await this.open();
	}

	/** The process is gone: writes what has no newline, ends those who follow. */
	async close(): Promise<void> {
		for (const stream of ["stdout", "stderr"] as const) await this.write(stream, this.cutters[stream].flush());
		await this.writing;
		if (this.fd !== undefined) await this.sys.close(this.fd);
		this.fd = undefined;
		this.notify();
	}
	private notify(): void {
		this.version++;
		for (const follower of [...this.followers]) follower();
	}
	get writable(): boolean {
		return this.fd !== undefined;
	}
	/** Calls back at every append and at the end. */
	follow(follower: () => void): () => void {
		this.followers.add(follower);
		return () => this.followers.delete(follower);
	}
}

export interface ReadOptions {
	/** The last so many records; all when left out. */
	tail?: number;
	since?: bigint;
	until?: bigint;
	/** Goes on while the log is written; `cancelled` ends it. */
	follow?: { log: JsonFileLog; cancelled: Promise<unknown> };
}

/** Records of the log at `path`, oldest first. */
export async function* readLog(sys: Sys, path: string, options: ReadOptions): AsyncGenerator<LogRecord> {
	const { since, until, follow } = options;
	const within = ({ time }: LogRecord): boolean => since === undefined || nanoseconds(time) >= since;
	const reader = await LogReader.open(sys, path);
	try {
		let records = (await reader.next()).filter(within);
		if (options.tail !== undefined) records = options.tail === 0 ? [] : records.slice(-options.tail);
		let cancelled = false;
		void follow?.cancelled.then(() => {
			cancelled = true;
		});
		for (;;) {
			for (const record of records) {
				if (until !== undefined && nanoseconds(record.time) > until) return;
				yield record;
			}
			if (!follow || cancelled) return;
			const more = follow.log.writable;
			const { version } = follow.log;
			records = (await reader.next()).filter(within);
			if (records.length > 0) continue;
			if (!more) return;
			// Something came between the reading and here: no need to wait for it.
			if (follow.log.version !== version) continue;
			await new Promise<void>((resolve) => {
				const leave = follow.log.follow(() => {
					leave();
					resolve();
				});
				void follow.cancelled.then(() => {
					leave();
					resolve();
				});
			});
		}
	} finally {
		await reader.close();
	}
}

/** Reads whole records from where it stopped last. */
class LogReader {
	private offset = 0;
	private rest = "";
	private constructor(
		private readonly sys: Sys,
		private fd: number | undefined,
	) {}

	static async open(sys: Sys, path: string): Promise<LogReader> {
		try {
			return new LogReader(sys, await sys.open(path, O.RDONLY | O.CLOEXEC));
		} catch (error) {
			// A container that never ran has no log.
			if (isErrno(error, "ENOENT")) return new LogReader(sys, undefined);
			throw error;
		}
	}

	async next(): Promise<LogRecord[]> {
		if (this.fd === undefined) return [];
		let content = this.rest;
		for (;;) {
			const bytes = await this.sys.pread(this.fd, 1 << 16, this.offset);
			if (bytes.length === 0) break;
			// A record is ASCII but for its text, which ends with its line: cut there, so that no character is cut.
			const end = bytes.lastIndexOf(0x0a) + 1;
			if (end === 0 && bytes.length < 1 << 16) break;
			const taken = end === 0 ? bytes.length : end;
			content += text(bytes.subarray(0, taken));
			this.offset += taken;
		}
		const lines = content.split("\n");
		this.rest = lines.pop() ?? "";
		return lines.filter(Boolean).map((line) => JSON.parse(line) as LogRecord);
	}
	async close(): Promise<void> {
		if (this.fd !== undefined) await this.sys.close(this.fd);
		this.fd = undefined;
	}
}
