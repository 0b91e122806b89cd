// A container's log file: appends its output as records, and turns the file over when it has grown to its limit.
//
//     LOG            what is written to
//     LOG.1 …        before it, newest first; LOG.1.gz … where they are compressed

import { text } from "../../lib/bytes";
import { isErrno, writeAll } from "../../lib/files";
import { gzip } from "../../lib/gzip";
import { O } from "../../lib/linux";
import type { Sys } from "../../sys";
import type { OutputStream } from "../stream/frame";
import { rfc3339 } from "../time";
import type { LogCodec } from "./codec";
import { LineCutter } from "./record";

export interface LogFileOptions {
	codec: LogCodec;
	/** Bytes after which the file is turned over; undefined for never. */
	maxSize?: number;
	/** How many files there are, that which is written included. */
	maxFiles: number;
	compress: boolean;
	/** Of each record. */
	attrs?: Record<string, string>;
}

export class LogFile {
	private fd: number | undefined;
	private size = 0;
	private readonly cutters: Record<OutputStream, LineCutter> = { stdout: new LineCutter(), stderr: new LineCutter() };
	private writing: Promise<void> = Promise.resolve();
	private readonly followers = new Set<() => void>();
	/** Grows with every append, and at the end. */
	version = 0;
	/** How often the file was turned over. */
	generation = 0;
	/** The file before is being compressed: it must not be moved meanwhile. */
	private compressing: Promise<void> = Promise.resolve();

	constructor(
		private readonly sys: Sys,
		readonly path: string,
		readonly options: LogFileOptions,
	) {}

	async open(): Promise<void> {
		this.fd = await this.sys.open(this.path, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o640);
		this.size = (await this.sys.fstat(this.fd)).size;
	}

	append(stream: OutputStream, bytes: Uint8Array): Promise<void> {
		return this.write(stream, this.cutters[stream].feed(bytes));
	}

	private write(stream: OutputStream, lines: Uint8Array[]): Promise<void> {
		if (lines.length === 0) return Promise.resolve();
		const time = rfc3339(this.sys.now());
		const { codec, attrs } = this.options;
		const records = lines.map((line) => codec.encode({ log: text(line), stream, attrs, time }, line));
		const turn = this.writing.then(() => this.writeRecords(records));
		this.writing = turn.catch(() => {});
		return turn;
	}
	/** As many at once as there is room for: the one that passes the limit is the file's last. */
	private async writeRecords(records: Uint8Array[]): Promise<void> {
		const { maxSize = Number.POSITIVE_INFINITY } = this.options;
		for (let at = 0; at < records.length && this.fd !== undefined; ) {
			if (this.size >= maxSize) await this.rotate();
			const first = at;
			for (; at < records.length && (at === first || this.size < maxSize); at++) this.size += records[at]!.length;
			const data = new Uint8Array(records.slice(first, at).reduce((sum, { length }) => sum + length, 0));
			let offset = 0;
			for (const record of records.slice(first, at)) {
				data.set(record, offset);
				offset += record.length;
			}
			await writeAll(this.sys, this.fd, data);
		}
		this.notify();
	}

	private async rotate(): Promise<void> {
		const { maxFiles, compress } = this.options;
		await this.compressing;
		await this.sys.close(this.fd!);
		const extension = compress ? ".gz" : "";
		for (let number = maxFiles - 1; number > 1; number--) {
			await this.move(`${this.path}.${number - 1}${extension}`, `${this.path}.${number}${extension}`);
		}
		if (maxFiles > 1) await this.move(this.path, `${this.path}.1`);
		else await this.sys.unlink(this.path).catch(unlessMissing);
		await this.open();
		this.generation++;
		if (compress && maxFiles > 1) this.compressing = this.compressLast().catch((error) => console.error(String(error)));
	}
	private move(from: string, to: string): Promise<void> {
		return this.sys.rename(from, to).catch(unlessMissing);
	}
	private async compressLast(): Promise<void> {
		const { sys } = this;
		const from = `${this.path}.1`;
		const input = await sys.open(from, O.RDONLY | O.CLOEXEC);
		const output = await sys.open(`${from}.gz`, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o640);
		const content = (async function* () {
			for (;;) {
				const bytes = await sys.read(input, 1 << 16);
				if (bytes.length === 0) return;
				yield bytes;
			}
		})();
		for await (const piece of gzip(content)) await writeAll(sys, output, piece);
		await sys.close(input);
		await sys.close(output);
		await sys.unlink(from);
	}

	/** The process is gone: writes what has no newline, ends those who follow. */
	async close(): Promise<void> {
		for (const stream of ["stdout", "stderr"] as const) await this.write(stream, this.cutters[stream].flush());
		await this.writing;
		await this.compressing;
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

function unlessMissing(error: unknown): void {
	if (!isErrno(error, "ENOENT")) throw error;
}
