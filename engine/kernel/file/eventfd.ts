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
	private readonly changed = new WaitQueue();
	constructor(
		private count: bigint,
		private readonly semaphore: boolean,
	) {}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		if (into.length < 8) return -ERRNO.EINVAL;
		if (this.count === 0n) return this.wait(file);
		const value = this.semaphore ? 1n : this.count;
		this.count -= value;
		new DataView(into.buffer, into.byteOffset).setBigUint64(0, value, true);
		this.changed.wake();
		return 8;
	}
	write(file: FileDescription, _task: Task, bytes: Uint8Array): number | Blocked {
		if (bytes.length < 8) return -ERRNO.EINVAL;
		const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
		if (value > MOST) return -ERRNO.EINVAL;
		if (this.count + value > MOST) return this.wait(file);
		this.count += value;
		this.changed.wake();
		return 8;
	}
	private wait(file: FileDescription): number | Blocked {
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.changed]);
	}
	poll(): number {
		return (this.count > 0n ? POLLIN : 0) | (this.count < MOST ? POLLOUT : 0);
	}
	queues(): readonly WaitQueue[] {
		return [this.changed];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {}
}
/** `flags` may hold O_NONBLOCK. */
export const createEventfd = (task: Task, initial: number, flags: number, semaphore: boolean): FileDescription =>
	anonymousFile(task, "anon_inodefs", new EventCounter(BigInt(initial), semaphore), O_RDWR | flags);
