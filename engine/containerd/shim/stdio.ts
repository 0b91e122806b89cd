// A process's standard streams: FIFOs towards the client (dockerd), pipes or a terminal towards the process.
//
// The shim opens each FIFO for both reading and writing. So neither end of it closes when the client goes away: the process
// gets no SIGPIPE and no end of input, and a client that comes back reads on. Only closeInput() ends the input.

import { isErrno, writeAll } from "../../lib/files";
import { F, O } from "../../lib/linux";
import type { Sys, WinSize } from "../../sys";
import type { ProcessIo } from "../api";

const CHUNK = 32 * 1024;

interface Fifo {
	read: number;
	write: number;
}

async function openFifo(sys: Sys, path: string): Promise<Fifo> {
	// Without a partner a blocking open would wait: so first the end that never does, then the other, which now has one.
	const read = await sys.open(path, O.RDONLY | O.NONBLOCK | O.CLOEXEC);
	const write = await sys.open(path, O.WRONLY | O.CLOEXEC);
	await sys.fcntl(read, F.SETFL, O.RDONLY);
	return { read, write };
}

/** Copies until the source ends or the target is gone. */
async function copy(sys: Sys, from: number, to: number): Promise<void> {
	try {
		for (;;) {
			const bytes = await sys.read(from, CHUNK);
			if (bytes.length === 0) return;
			await writeAll(sys, to, bytes);
		}
	} catch (error) {
		// EIO: the terminal's last user has gone. EPIPE: the process has closed its input. EBADF: closed by us.
		if (!isErrno(error, "EIO", "EPIPE", "EBADF")) throw error;
	}
}

export class Stdio {
	private input: Fifo | undefined;
	private outputs: Fifo[] = [];
	private master: number | undefined;
	private processInput: number | undefined;
	private copies: Array<Promise<void>> = [];

	private constructor(private readonly sys: Sys) {}

	static async open(sys: Sys, io: ProcessIo): Promise<Stdio> {
		const stdio = new Stdio(sys);
		if (io.stdin) stdio.input = await openFifo(sys, io.stdin);
		if (io.stdout) stdio.outputs[1] = await openFifo(sys, io.stdout);
		if (io.stderr && !io.terminal) stdio.outputs[2] = await openFifo(sys, io.stderr);
		return stdio;
	}

	/** Descriptors for the process's 0, 1 and 2, to be closed when it has them; copying begins at once. */
	async pipes(): Promise<{ fds: [number, number, number]; release(): Promise<void> }> {
		const { sys } = this;
		const nothing = await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
		const theirs: number[] = [nothing];
		const fds: [number, number, number] = [nothing, nothing, nothing];
		if (this.input) {
			const [read, write] = await sys.pipe2(O.CLOEXEC);
			fds[0] = read;
			theirs.push(read);
			this.processInput = write;
			this.copyInput(write);
		}
		for (const stream of [1, 2] as const) {
			const fifo = this.outputs[stream];
			if (!fifo) continue;
			const [read, write] = await sys.pipe2(O.CLOEXEC);
			fds[stream] = write;
			theirs.push(write);
			this.copyOutput(read, fifo);
		}
		return {
			fds,
			release: async () => {
				for (const fd of theirs) await sys.close(fd);
			},
		};
	}

	/** The terminal's outer end, as runc sent it. */
	attachTerminal(master: number): void {
		this.master = master;
		if (this.input) this.copyInput(master);
		const fifo = this.outputs[1];
		if (fifo) this.copyOutput(master, fifo);
	}

	private copyInput(to: number): void {
		const { read } = this.input!;
		void copy(this.sys, read, to).then(async () => {
			await this.sys.close(read).catch(() => {});
			// A terminal stays open for its output; its end of input is a ^D that the client types.
			if (to !== this.master) await this.closeProcessInput();
		});
	}
	private copyOutput(from: number, fifo: Fifo): void {
		this.copies.push(
			copy(this.sys, from, fifo.write).then(async () => {
				if (from !== this.master) await this.sys.close(from);
				// The client reads the end when the last writer is gone.
				await this.sys.close(fifo.write);
				await this.sys.close(fifo.read);
			}),
		);
	}

	private async closeProcessInput(): Promise<void> {
		const fd = this.processInput;
		this.processInput = undefined;
		if (fd !== undefined) await this.sys.close(fd);
	}

	/** No more input will come: what is in the FIFO is still copied. */
	async closeInput(): Promise<void> {
		const fd = this.input?.write;
		if (fd === undefined || fd < 0) return;
		this.input!.write = -1;
		await this.sys.close(fd);
	}

	async resize(size: WinSize): Promise<void> {
		if (this.master !== undefined) await this.sys.setwinsize(this.master, size);
	}

	/** All output has been copied. */
	async drained(): Promise<void> {
		await Promise.all(this.copies);
	}

	/** The process has ended, or never began: lets go of everything. */
	async close(): Promise<void> {
		await this.closeInput();
		await this.closeProcessInput();
		if (this.master !== undefined) await this.sys.close(this.master).catch(() => {});
		this.master = undefined;
		if (this.copies.length > 0) return;
		for (const fifo of this.outputs) {
			if (!fifo) continue;
			await this.sys.close(fifo.write);
			await this.sys.close(fifo.read);
		}
	}
}
