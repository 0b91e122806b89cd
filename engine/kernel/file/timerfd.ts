// timerfd(2): a timer that is read from. A read gives how often it has expired since the last one, and starts it again where it
// has an interval: until then it wakes nobody a second time, however often it expires.

import { ERRNO } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { Blocked, WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLIN } from "./description";
import { O_NONBLOCK, O_RDWR } from "./flags";

/** struct itimerspec, in nanoseconds. */
export interface TimerSetting {
	/** Until the first expiration; 0: the timer is off. */
	value: bigint;
	interval: bigint;
}
const nanoseconds = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
const milliseconds = (ns: bigint): number => Number(ns) / 1e6;

export class TimerFile implements FileOperations {
	readonly label = "anon_inode:[timerfd]";
	private readonly expired = new WaitQueue();
	private interval = 0n;
	/** When it expires next, in nanoseconds since boot. */
	private next: bigint | undefined;
	/** Expirations that nobody has read, as far as they have been counted. */
	private ticks = 0n;
	private alarm: { cancel(): void } | undefined;
	/** Its time is one of the wall clock: how to leave the queue that wakes when that is set. */
	private leaveClock: (() => void) | undefined;
	/** TFD_TIMER_CANCEL_ON_SET, and whether the clock has been set since. */
	private cancelled: boolean | undefined;

	constructor(
		private readonly kernel: Kernel,
		/** CLOCK_REALTIME, whose absolute times count from 1970. */
		private readonly realtime: boolean,
	) {}

	private now(): bigint {
		return nanoseconds(this.kernel.uptime());
	}
	/** timerfd_gettime(2). */
	get(): TimerSetting {
		this.count();
		const left = this.next === undefined ? 0n : this.next - this.now();
		return { value: this.next === undefined ? 0n : left > 1n ? left : 1n, interval: this.interval };
	}
	/** timerfd_settime(2); gives what was set before. */
	set({ value, interval }: TimerSetting, absolute: boolean, cancelOnSet = false): TimerSetting {
		const before = this.get();
		this.alarm?.cancel();
		this.ticks = 0n;
		this.interval = interval;
		this.next = undefined;
		this.leaveClock?.();
		const byWall = absolute && this.realtime;
		this.cancelled = byWall && cancelOnSet ? false : undefined;
		if (value === 0n) return before;
		const start = this.now();
		if (byWall) this.followClock(this.kernel.now() - start);
		this.next = absolute ? (this.realtime ? value - this.kernel.now() + start : value) : start + value;
		this.await();
		return before;
	}
	/** Setting the clock brings an absolute time nearer, or takes it further away. `ahead`: the wall clock's of the one since boot. */
	private followClock(ahead: bigint): void {
		this.leaveClock = this.kernel.clockSet.add(() => {
			const now = this.kernel.now() - this.now();
			this.followClock(now);
			if (this.next !== undefined) this.next += ahead - now;
			if (this.cancelled !== undefined) this.cancelled = true;
			this.alarm?.cancel();
			this.await();
			if (this.cancelled) this.expired.wake();
		});
	}
	private await(): void {
		if (this.next === undefined) return;
		this.alarm = this.kernel.timer(milliseconds(this.next - this.now()), () => {
			this.expired.wake();
			// A clock that is a little early: once more.
			if (this.next !== undefined && this.next > this.now() && this.ticks === 0n) this.await();
		});
	}
	/** Adds up what has expired by now. */
	private count(): void {
		const now = this.now();
		if (this.next === undefined || this.next > now) return;
		const times = this.interval === 0n ? 1n : (now - this.next) / this.interval + 1n;
		this.ticks += times;
		this.next = this.interval === 0n ? undefined : this.next + times * this.interval;
	}

	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		if (into.length < 8) return -ERRNO.EINVAL;
		this.count();
		if (this.cancelled) {
			this.cancelled = false;
			this.ticks = 0n;
			return -ERRNO.ECANCELED;
		}
		if (this.ticks === 0n) return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.expired]);
		new DataView(into.buffer, into.byteOffset).setBigUint64(0, this.ticks, true);
		this.ticks = 0n;
		this.alarm?.cancel();
		this.await();
		return 8;
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(): number {
		this.count();
		return this.ticks > 0n || this.cancelled ? POLLIN : 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.expired];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.leaveClock?.();
		this.alarm?.cancel();
	}
}
/** `flags` may hold O_NONBLOCK. */
export const createTimer = (task: Task, realtime: boolean, flags: number): FileDescription =>
	anonymousFile(task, "anon_inodefs", new TimerFile(task.kernel, realtime), O_RDWR | flags);
