// Pipes (man 7 pipe): a ring of at most 16 pages between readers and writers, as Linux has it. A write appends to the last
// page when its odd part fits there and takes fresh pages otherwise, so that a write of at most PIPE_BUF bytes is atomic
// and a pipe holds 64 KiB at the most. FIFOs (fifo.ts) share all of it.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLERR, POLLHUP, POLLIN, POLLOUT } from "./description";
import { O_ACCMODE, O_DIRECT, O_NONBLOCK, O_RDONLY, O_WRONLY, SIGPIPE } from "./flags";
import { FIONREAD, writeInt } from "./ioctl";

const PAGE = 4096;
const MOST_PAGES = 256;

interface Page {
	bytes: Uint8Array;
	start: number;
	end: number;
	/** Written with O_DIRECT: a read takes no more than this, and what it has no room for is lost. */
	packet?: boolean;
}

export class Pipe {
	private pages: Page[] = [];
	private spare: Uint8Array | undefined;
	private slots = 16;
	readers = 0;
	writers = 0;
	/** How often it was opened for each, ever: FIFO opens wait for the other to change. */
	readerOpens = 0;
	writerOpens = 0;
	readonly readable = new WaitQueue();
	readonly writable = new WaitQueue();
	/** For FIFO opens. */
	readonly opened = new WaitQueue();

	constructor(readonly inode: number) {}

	get empty(): boolean {
		return this.pages.length === 0;
	}
	get full(): boolean {
		return this.pages.length >= this.slots;
	}
	get available(): number {
		return this.pages.reduce((sum, page) => sum + page.end - page.start, 0);
	}
	get capacity(): number {
		return this.slots * PAGE;
	}
	/** F_SETPIPE_SZ: rounded up to a power of two pages, one at least. EBUSY below what is inside, EPERM above 1 MiB. */
	resize(bytes: number): number {
		let slots = 1;
		while (slots * PAGE < bytes) slots *= 2;
		if (slots > MOST_PAGES) return -ERRNO.EPERM;
		if (slots < this.pages.length) return -ERRNO.EBUSY;
		this.slots = slots;
		this.writable.wake();
		return this.capacity;
	}

	/** Takes what there is, at most into.length bytes. */
	take(into: Uint8Array): number {
		let done = 0;
		while (done < into.length && this.pages.length > 0) {
			const page = this.pages[0]!;
			const count = Math.min(into.length - done, page.end - page.start);
			into.set(page.bytes.subarray(page.start, page.start + count), done);
			page.start += count;
			done += count;
			if (page.start === page.end || page.packet) this.spare = this.pages.shift()!.bytes;
			if (page.packet) break;
		}
		if (done > 0) this.writable.wake();
		return done;
	}
	/** A copy of the first bytes, which stay. */
	peek(count: number): Uint8Array {
		const out = new Uint8Array(Math.min(count, this.available));
		let done = 0;
		for (const { bytes, start, end } of this.pages) {
			if (done === out.length) break;
			const part = bytes.subarray(start, Math.min(end, start + out.length - done));
			out.set(part, done);
			done += part.length;
		}
		return out;
	}
	/** Puts in what fits by the rules above; returns how many bytes that were. */
	put(bytes: Uint8Array, mayMerge: boolean, packets = false): number {
		let done = 0;
		const last = this.pages.at(-1);
		const odd = bytes.length % PAGE;
		if (mayMerge && !packets && odd > 0 && last && !last.packet && last.end + odd <= PAGE) {
			last.bytes.set(bytes.subarray(0, odd), last.end);
			last.end += odd;
			done = odd;
		}
		while (done < bytes.length && !this.full) {
			const count = Math.min(PAGE, bytes.length - done);
			const page: Page = { bytes: this.spare ?? new Uint8Array(PAGE), start: 0, end: count };
			if (packets) page.packet = true;
			this.spare = undefined;
			page.bytes.set(bytes.subarray(done, done + count));
			this.pages.push(page);
			done += count;
		}
		if (done > 0) this.readable.wake();
		return done;
	}

	open(flags: number): void {
		if (reads(flags)) {
			this.readers++;
			this.readerOpens++;
		}
		if (writes(flags)) {
			this.writers++;
			this.writerOpens++;
		}
		this.opened.wake();
	}
	close(flags: number): void {
		if (reads(flags)) this.readers--;
		if (writes(flags)) this.writers--;
		this.readable.wake();
		this.writable.wake();
		if (this.readers === 0 && this.writers === 0) {
			this.pages = [];
			this.spare = undefined;
		}
	}
}
export const reads = (flags: number): boolean => (flags & O_ACCMODE) !== O_WRONLY;
export const writes = (flags: number): boolean => (flags & O_ACCMODE) !== O_RDONLY;

/** An open end of a pipe; the description's access mode says which. `pipe.open` has been called for it. */
export class PipeEnd implements FileOperations {
	/** The writers that had opened it when this end was: no POLLHUP before the first. */
	private readonly before: number;
	constructor(readonly pipe: Pipe) {
		this.before = pipe.writers > 0 ? -1 : pipe.writerOpens;
	}
	get label(): string {
		return `pipe:[${this.pipe.inode}]`;
	}
	read(file: FileDescription, _task: Task, into: Uint8Array, offset?: number): number | Blocked {
		if (offset !== undefined) return -ERRNO.ESPIPE;
		const { pipe } = this;
		if (into.length === 0) return 0;
		if (!pipe.empty) return pipe.take(into);
		if (pipe.writers === 0) return 0;
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([pipe.readable]);
	}
	write(file: FileDescription, task: Task, bytes: Uint8Array, offset?: number): number | Blocked {
		if (offset !== undefined) return -ERRNO.ESPIPE;
		return this.writeFrom(file, task, bytes, 0);
	}
	/** Goes on where a blocked write was: `done` bytes are already in the pipe. */
	private writeFrom(file: FileDescription, task: Task, bytes: Uint8Array, done: number): number | Blocked {
		const { pipe } = this;
		if (bytes.length === 0) return 0;
		if (pipe.readers === 0) {
			task.kernel.signalSelf(task, SIGPIPE);
			return done || -ERRNO.EPIPE;
		}
		const before = done;
		done += pipe.put(bytes.subarray(done), done === 0, (file.flags & O_DIRECT) !== 0);
		if (done === bytes.length) return done;
		if (file.flags & O_NONBLOCK) return done || -ERRNO.EAGAIN;
		if (done === 0) return new Blocked([pipe.writable]);
		const rest = before === 0 ? bytes.slice() : bytes;
		return new Blocked([pipe.writable], undefined, {
			resume: () => this.writeFrom(file, task, rest, done),
			partial: done,
		});
	}
	poll(file: FileDescription): number {
		const { pipe } = this;
		let ready = 0;
		if (reads(file.flags)) {
			if (!pipe.empty) ready |= POLLIN;
			if (pipe.writers === 0 && pipe.writerOpens !== this.before) ready |= POLLHUP;
		}
		if (writes(file.flags)) {
			if (!pipe.full) ready |= POLLOUT;
			if (pipe.readers === 0) ready |= POLLERR;
		}
		return ready;
	}
	queues(file: FileDescription, events = POLLIN | POLLOUT): readonly WaitQueue[] {
		const { readable, writable } = this.pipe;
		const [reading, writing] = [reads(file.flags), writes(file.flags)];
		if (reading && writing && (events & (POLLIN | POLLOUT)) === POLLIN) return [readable];
		if (reading && writing && (events & (POLLIN | POLLOUT)) === POLLOUT) return [writable];
		return reading && writing ? [readable, writable] : [reading ? readable : writable];
	}
	ioctl(_file: FileDescription, _task: Task, request: number, memory: IoctlMemory): number {
		return request === FIONREAD ? writeInt(memory, this.pipe.available) : -ERRNO.ENOTTY;
	}
	release(file: FileDescription): void {
		this.pipe.close(file.flags);
	}
}
