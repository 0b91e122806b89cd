// A process's streams inside dockerd: its FIFOs on one side, on the other the log and any number of attached clients.
//
// Output goes to everybody in order; the slowest sets the pace, up to the process itself, whose write then blocks. Input comes from
// any client, and ends when a client says so (and the container was made with StdinOnce).

import type { ProcessIo } from "../../containerd/api";
import { isErrno, makeDirectories, removeTree, writeAll } from "../../lib/files";
import { F, O, S_IF } from "../../lib/linux";
import type { Sys } from "../../sys";
import type { OutputStream } from "./frame";

const CHUNK = 32 * 1024;

/** Gets each piece of output; ends with null. A sink that rejects is dropped. */
export type Sink = (stream: OutputStream, bytes: Uint8Array) => Promise<void>;

export interface Attachment {
	/** No more output will come. */
	readonly ended: Promise<void>;
	detach(): void;
}

export interface HubOptions {
	/** Directory for the FIFOs. */
	directory: string;
	/** First part of the FIFOs' names: "init", or an exec's id. */
	name: string;
	stdin: boolean;
	terminal: boolean;
}

export class StreamHub {
	private readonly sinks = new Set<Sink>();
	private readonly descriptors: Partial<Record<OutputStream, number>> = {};
	private input: number | undefined;
	private running: Array<Promise<void>> = [];
	private finish!: () => void;
	/** All output has been handed on. */
	readonly ended = new Promise<void>((resolve) => {
		this.finish = resolve;
	});

	private constructor(
		private readonly sys: Sys,
		private readonly options: HubOptions,
		readonly io: ProcessIo,
	) {}

	/** Makes the FIFOs, or finds those of a dockerd before this one, and opens our ends. */
	static async open(sys: Sys, options: HubOptions): Promise<StreamHub> {
		const { directory, name, stdin, terminal } = options;
		const path = (stream: string): string => `${directory}/${name}-${stream}`;
		const io: ProcessIo = {
			stdin: stdin ? path("stdin") : "",
			stdout: path("stdout"),
			stderr: terminal ? "" : path("stderr"),
			terminal,
		};
		const hub = new StreamHub(sys, options, io);
		await makeDirectories(sys, directory, 0o711);
		for (const fifo of [io.stdin, io.stdout, io.stderr]) if (fifo) await makeFifo(sys, fifo);
		// A blocking open would wait for the shim's end; reading begins when that is there (see start).
		hub.descriptors.stdout = await sys.open(io.stdout, O.RDONLY | O.NONBLOCK | O.CLOEXEC);
		if (io.stderr) hub.descriptors.stderr = await sys.open(io.stderr, O.RDONLY | O.NONBLOCK | O.CLOEXEC);
		return hub;
	}

	/** The shim has opened its ends: begins to read. */
	async start(): Promise<void> {
		const { sys, io } = this;
		if (io.stdin) this.input = await sys.open(io.stdin, O.WRONLY | O.CLOEXEC);
		for (const [stream, fd] of Object.entries(this.descriptors) as Array<[OutputStream, number]>) {
			await sys.fcntl(fd, F.SETFL, O.RDONLY);
			this.running.push(this.pump(stream, fd));
		}
		void Promise.all(this.running).then(this.finish);
	}

	private async pump(stream: OutputStream, fd: number): Promise<void> {
		try {
			for (;;) {
				const bytes = await this.sys.read(fd, CHUNK);
				if (bytes.length === 0) break;
				await this.deliver(stream, bytes);
			}
		} catch (error) {
			if (!isErrno(error, "EBADF")) throw error;
			return;
		}
		if (this.descriptors[stream] !== fd) return;
		delete this.descriptors[stream];
		await this.sys.close(fd);
	}

	private async deliver(stream: OutputStream, bytes: Uint8Array): Promise<void> {
		await Promise.all([...this.sinks].map((sink) => sink(stream, bytes).catch(() => this.sinks.delete(sink))));
	}

	addSink(sink: Sink): Attachment {
		this.sinks.add(sink);
		return { ended: this.ended, detach: () => this.sinks.delete(sink) };
	}

	/** To the process's input; what comes after the end of it is dropped. */
	async write(bytes: Uint8Array): Promise<void> {
		if (this.input === undefined || bytes.length === 0) return;
		await writeAll(this.sys, this.input, bytes).catch((error) => {
			if (!isErrno(error, "EPIPE", "EBADF")) throw error;
		});
	}
	/** True when it was open. The caller tells the shim, too (tasks.closeIo). */
	async closeInput(): Promise<boolean> {
		const fd = this.input;
		this.input = undefined;
		if (fd === undefined) return false;
		await this.sys.close(fd);
		return true;
	}

	/** The process is gone: waits a little for the rest of its output, then lets go of everything. */
	async close(patienceMs: number): Promise<void> {
		await this.closeInput();
		if (this.running.length > 0) await Promise.race([this.ended, this.sys.nanosleep(patienceMs)]);
		for (const stream of ["stdout", "stderr"] as const) {
			const fd = this.descriptors[stream];
			delete this.descriptors[stream];
			if (fd !== undefined) await this.sys.close(fd);
		}
		this.finish();
		for (const fifo of [this.io.stdin, this.io.stdout, this.io.stderr]) {
			if (fifo) await this.sys.unlink(fifo).catch(() => {});
		}
		if (this.options.name === "init") await removeTree(this.sys, this.options.directory);
	}
}

async function makeFifo(sys: Sys, path: string): Promise<void> {
	try {
		await sys.mknod(path, S_IF.IFO | 0o700, 0);
	} catch (error) {
		if (!isErrno(error, "EEXIST")) throw error;
	}
}
