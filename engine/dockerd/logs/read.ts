// Reads a container's log back, oldest record first, across the files that it was turned over to; and goes on while it is written.

import { collect, concat, EMPTY } from "../../lib/bytes";
import { isErrno } from "../../lib/files";
import { gunzip } from "../../lib/gzip";
import { O } from "../../lib/linux";
import { basename, dirname } from "../../lib/path";
import type { Sys } from "../../sys";
import { nanoseconds } from "../time";
import type { LogCodec } from "./codec";
import type { LogFile } from "./file";
import type { LogRecord } from "./record";

export interface ReadOptions {
	/** The last so many records; all when left out. */
	tail?: number;
	since?: bigint;
	until?: bigint;
	/** Goes on while the log is written; `cancelled` ends it. */
	follow?: { log: LogFile; cancelled: Promise<unknown> };
}

/** Records of the log at `path`, oldest first. */
export async function* readLog(sys: Sys, path: string, codec: LogCodec, options: ReadOptions): AsyncGenerator<LogRecord> {
	const { since, until, follow } = options;
	const within = ({ time }: LogRecord): boolean => since === undefined || nanoseconds(time) >= since;
	const reader = new LogReader(sys, path, codec, follow?.log);
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
			const left = until === undefined ? undefined : Number(until - sys.now()) / 1e6;
			if (left !== undefined && left <= 0) return;
			await new Promise<void>((resolve) => {
				const done = (): void => {
					leave();
					resolve();
				};
				const leave = follow.log.follow(done);
				void follow.cancelled.then(done);
				if (left !== undefined) void sys.nanosleep(left).then(done);
			});
		}
	} finally {
		await reader.close();
	}
}

/** Reads whole records from where it stopped last. What is open may be turned over meanwhile: it is read to its end, then the next one. */
class LogReader {
	private fd: number | undefined;
	private offset = 0;
	private rest: Uint8Array = EMPTY;
	/** How often the log had been turned over when what is open was its newest file; not known before the first reading. */
	private generation: number | undefined;

	constructor(
		private readonly sys: Sys,
		private readonly path: string,
		private readonly codec: LogCodec,
		private readonly log: LogFile | undefined,
	) {}

	private get newest(): number {
		return this.log?.generation ?? 0;
	}

	async next(): Promise<LogRecord[]> {
		const records: LogRecord[] = [];
		this.generation ??= this.newest - (await this.older());
		for (;;) {
			if (this.fd === undefined) records.push(...(await this.openFile(this.newest - this.generation)));
			if (this.fd !== undefined) records.push(...(await this.readOn(this.fd)));
			if (this.generation >= this.newest) return records;
			await this.close();
			this.generation++;
		}
	}

	/** How many files there are besides the newest. */
	private async older(): Promise<number> {
		const name = basename(this.path);
		const all = await this.sys.readdir(dirname(this.path)).catch(() => []);
		const numbers = all.flatMap((one) =>
			one.name.startsWith(`${name}.`) ? [Number(/^\.(\d+)(?:\.gz)?$/.exec(one.name.slice(name.length))?.[1] ?? 0)] : [],
		);
		return Math.max(0, ...numbers);
	}

	/** Opens the newest but `number`. One that is compressed is read at once: nothing will be added to it. */
	private async openFile(number: number): Promise<LogRecord[]> {
		const path = number === 0 ? this.path : `${this.path}.${number}`;
		const flags = O.RDONLY | O.CLOEXEC;
		this.fd = await this.sys.open(path, flags).catch(unlessMissing);
		if (this.fd !== undefined || number === 0) return [];
		// A container that never ran has no log; and the oldest file may go while it is looked for.
		const zipped = await this.sys.open(`${path}.gz`, flags).catch(unlessMissing);
		if (zipped === undefined) return [];
		try {
			return this.codec.decode(await collect(gunzip(pieces(this.sys, zipped)))).records;
		} finally {
			await this.sys.close(zipped);
		}
	}

	private async readOn(fd: number): Promise<LogRecord[]> {
		const records: LogRecord[] = [];
		for (;;) {
			const bytes = await this.sys.pread(fd, 1 << 18, this.offset);
			if (bytes.length === 0) return records;
			this.offset += bytes.length;
			const all = this.rest.length > 0 ? concat([this.rest, bytes]) : bytes;
			const decoded = this.codec.decode(all);
			for (const record of decoded.records) records.push(record);
			this.rest = all.slice(decoded.used);
		}
	}

	async close(): Promise<void> {
		if (this.fd !== undefined) await this.sys.close(this.fd);
		this.fd = undefined;
		this.offset = 0;
		this.rest = EMPTY;
	}
}

async function* pieces(sys: Sys, fd: number): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await sys.read(fd, 1 << 18);
		if (bytes.length === 0) return;
		yield bytes;
	}
}

function unlessMissing(error: unknown): undefined {
	if (!isErrno(error, "ENOENT")) throw error;
	return undefined;
}
