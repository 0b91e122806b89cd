// Ends of pipes whose other end is outside the kernel: what the page or the terminal feeds to a process, and takes from it.

import { type FileDescription, type FileOperations, POLLHUP, POLLIN, POLLOUT } from "../kernel/file/description";
import type { Task } from "../kernel/task";
import { Blocked, WaitQueue } from "../kernel/wait";
import { ERRNO } from "../lib/errno";

/** Bytes from outside, read by a process as from a pipe. */
export class HostInput implements FileOperations {
	readonly label = "pipe:[host]";
	private chunks: Uint8Array[] = [];
	private ended = false;
	private readonly arrived = new WaitQueue();
	private readonly drained = new WaitQueue();
	private buffered = 0;

	/** Bytes not read yet; who feeds it waits for it to fall (see whenBelow). */
	get pending(): number {
		return this.buffered;
	}
	push(bytes: Uint8Array): void {
		if (this.ended || bytes.length === 0) return;
		this.chunks.push(bytes.slice());
		this.buffered += bytes.length;
		this.arrived.wake();
	}
	end(): void {
		this.ended = true;
		this.arrived.wake();
	}
	/** Resolves when fewer than `limit` bytes wait to be read, or nobody reads any more. */
	whenBelow(limit: number): Promise<void> {
		if (this.buffered < limit || this.ended) return Promise.resolve();
		return new Promise((resolve) => {
			this.drained.add(() => resolve(this.whenBelow(limit)));
		});
	}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		const first = this.chunks[0];
		if (!first) {
			if (this.ended) return 0;
			return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.arrived]);
		}
		const count = Math.min(first.length, into.length);
		into.set(first.subarray(0, count));
		if (count === first.length) this.chunks.shift();
		else this.chunks[0] = first.subarray(count);
		this.buffered -= count;
		this.drained.wake();
		return count;
	}
	write(): number {
		return -ERRNO.EBADF;
	}
	poll(): number {
		return this.chunks.length ? POLLIN : this.ended ? POLLIN | POLLHUP : 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.arrived];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.ended = true;
		this.chunks = [];
		this.buffered = 0;
		this.drained.wake();
	}
}

const O_NONBLOCK = 0o4000;
/** As much as a pipe holds. */
const CAPACITY = 1 << 16;

/** Bytes for the outside, written by a process as to a pipe; the writer blocks while the outside has not taken them. */
export class HostOutput implements FileOperations {
	readonly label = "pipe:[host]";
	private outstanding = 0;
	private readonly room = new WaitQueue();

	/**
	 * @param take gets a copy; calls `done` when the bytes have gone on
	 * @param closed the last descriptor is gone
	 */
	constructor(
		private readonly take: (bytes: Uint8Array, done: () => void) => void,
		private readonly closed: () => void = () => {},
	) {}

	read(): number {
		return -ERRNO.EBADF;
	}
	write(file: FileDescription, _task: Task, bytes: Uint8Array): number | Blocked {
		if (bytes.length === 0) return 0;
		const count = Math.min(bytes.length, CAPACITY - this.outstanding);
		if (count <= 0) return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.room]);
		this.outstanding += count;
		this.take(bytes.slice(0, count), () => {
			this.outstanding -= count;
			this.room.wake();
		});
		return count;
	}
	poll(): number {
		return this.outstanding < CAPACITY ? POLLOUT : 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.room];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.closed();
	}
}
