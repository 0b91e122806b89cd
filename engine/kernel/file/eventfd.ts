// eventfd(2): a counter that can be waited for.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLIN, POLLOUT } from "./description";
import { O_NONBLOCK, O_RDWR } from "./flags";

const MOST = 0xfffffffffffffffen;

class EventCounter implements FileOperations {
	readonly label = "anon_inode:[eventfd]";
	private readonly readable = new WaitQueue();
	private readonly writable = new WaitQueue();
	constructor(
		private count: bigint,
		private readonly semaphore: boolean,
	) {}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		if (into.length < 8) return -ERRNO.EINVAL;
		if (this.count === 0n) return wait(file, this.readable);
		const value = this.semaphore ? 1n : this.count;
		this.count -= value;
		new DataView(into.buffer, into.byteOffset).setBigUint64(0, value, true);
		this.writable.wake();
		return 8;
	}
	write(file: FileDescription, _task: Task, bytes: Uint8Array): number | Blocked {
		if (bytes.length !== 8) return -ERRNO.EINVAL;
		const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
		if (value > MOST) return -ERRNO.EINVAL;
		if (this.count + value > MOST) return wait(file, this.writable);
		this.count += value;
		this.readable.wake();
		return 8;
	}
	poll(): number {
		return (this.count > 0n ? POLLIN : 0) | (this.count < MOST ? POLLOUT : 0);
	}
	queues(_file: FileDescription, events = POLLIN | POLLOUT): readonly WaitQueue[] {
		if (!(events & POLLOUT)) return [this.readable];
		return events & POLLIN ? [this.readable, this.writable] : [this.writable];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {}
}
const wait = (file: FileDescription, queue: WaitQueue): number | Blocked =>
	file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([queue]);

/** `flags` may hold O_NONBLOCK. */
export const createEventfd = (task: Task, initial: number, flags: number, semaphore: boolean): FileDescription =>
	anonymousFile(task, "anon_inodefs", new EventCounter(BigInt(initial), semaphore), O_RDWR | flags);
