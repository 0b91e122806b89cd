// POSIX timers (man 2 timer_create): each has a clock and a signal, or none.
//
// A timer is disarmed or armed (due). When it goes off it sends its signal and rests; once the signal is taken, an interval timer
// counts how often it would have gone off meanwhile (the overrun) and is armed anew. So a blocked signal costs nothing.

import { ERRNO } from "../../lib/errno";
import type { Clock } from "./clock";
import type { ProcessRecord } from "./process";
import type { PendingTimer } from "./signal/pending";
import { SI_TIMER } from "./signal/pending";
import { sendToProcess, sendToTask } from "./signal/send";
import type { TaskRecord } from "./task";

/** struct itimerspec, in milliseconds. */
export interface TimerSetting {
	/** Until it goes off, or when with TIMER_ABSTIME; 0 is off. */
	value: number;
	interval: number;
}
/** struct sigevent. */
export interface TimerNotice {
	/** 0: SIGEV_NONE. */
	signal: number;
	value: bigint;
	/** SIGEV_THREAD_ID. */
	thread?: TaskRecord;
}
const OVERRUN_MAX = 0x7fff_ffff;

export class PosixTimer {
	overrun = 0;
	private due: number | undefined;
	private interval = 0;
	private handle: { cancel(): void } | undefined;
	private signalled = false;
	/** TIMER_ABSTIME on the wall clock: setting that clock moves the time. A time from now on is counted on the steady one. */
	private byWall = false;
	private leaveClock: (() => void) | undefined;

	constructor(
		readonly id: number,
		private readonly process: ProcessRecord,
		private readonly named: Clock,
		private readonly notice: TimerNotice,
	) {}

	private get clock(): Pick<Clock, "now" | "charged"> {
		if (this.named.kind !== "real" || this.byWall) return this.named;
		return { now: () => this.process.kernel.uptime() };
	}
	get(): TimerSetting {
		const { due, interval } = this;
		if (due === undefined) return { value: 0, interval };
		const now = this.clock.now();
		if (due > now) return { value: due - now, interval };
		// It has gone off and rests: what is left until the next time.
		if (interval > 0) return { value: interval - ((now - due) % interval), interval };
		return { value: this.clock.charged && !this.signalled ? 1e-6 : 0, interval };
	}
	set({ value, interval }: TimerSetting, absolute: boolean): void {
		this.disarm();
		this.byWall = absolute && this.named.kind === "real";
		this.interval = interval;
		this.overrun = 0;
		if (value > 0) this.arm(absolute ? value : this.clock.now() + value);
	}
	disarm(): void {
		this.handle?.cancel();
		this.handle = undefined;
		this.leaveClock?.();
		this.leaveClock = undefined;
		this.due = undefined;
		this.signalled = false;
		this.pending = undefined;
	}
	/** CPU time was used. */
	check(): void {
		if (this.clock.charged && !this.signalled && this.due !== undefined && this.clock.now() >= this.due) this.goOff();
	}

	private pending: PendingTimer | undefined;
	private arm(due: number): void {
		this.due = due;
		if (this.clock.charged) return;
		const wait = (): void => {
			const left = due - this.clock.now();
			// Timers of the machine may be a little early.
			if (left > 0) this.handle = this.process.kernel.timer(left, wait);
			else this.goOff();
		};
		const again = (): void => {
			this.handle?.cancel();
			this.leaveClock = this.process.kernel.clockSet.add(again);
			wait();
		};
		if (this.byWall) this.leaveClock = this.process.kernel.clockSet.add(again);
		this.handle = this.process.kernel.timer(due - this.clock.now(), wait);
	}
	private goOff(): void {
		this.handle = undefined;
		this.leaveClock?.();
		this.leaveClock = undefined;
		const { signal, value, thread } = this.notice;
		if (signal === 0) return;
		this.signalled = true;
		const pending: PendingTimer = { id: this.id, overrun: 0, taken: () => this.taken(pending) };
		this.pending = pending;
		const info = { signal, code: SI_TIMER, pid: 0, uid: 0, value, timer: pending };
		if (thread && !thread.dead) sendToTask(thread, info);
		else sendToProcess(this.process, info);
	}
	private taken(pending: PendingTimer): void {
		// It was set anew meanwhile: this signal is of another time.
		if (this.pending !== pending) return;
		this.pending = undefined;
		this.signalled = false;
		if (this.interval === 0) {
			this.due = undefined;
			return;
		}
		const missed = Math.max(0, Math.floor((this.clock.now() - this.due!) / this.interval));
		this.overrun = Math.min(OVERRUN_MAX, missed);
		pending.overrun = this.overrun;
		this.arm(this.due! + (missed + 1) * this.interval);
	}
}

export class PosixTimers {
	private readonly timers = new Map<number, PosixTimer>();
	private next = 0;

	constructor(private readonly process: ProcessRecord) {}

	get size(): number {
		return this.timers.size;
	}
	create(clock: Clock, notice: (id: number) => TimerNotice): PosixTimer {
		const id = this.next++;
		const timer = new PosixTimer(id, this.process, clock, notice(id));
		this.timers.set(id, timer);
		return timer;
	}
	get(id: number): PosixTimer | undefined {
		return this.timers.get(id);
	}
	remove(id: number): number {
		const timer = this.timers.get(id);
		if (!timer) return -ERRNO.EINVAL;
		timer.disarm();
		this.timers.delete(id);
		return 0;
	}
	/** CPU time was used. */
	charged(): void {
		for (const timer of this.timers.values()) timer.check();
	}
	/** execve, or the end. */
	clear(): void {
		for (const id of [...this.timers.keys()]) this.remove(id);
	}
}
export const posixTimersOf = (process: ProcessRecord): PosixTimers => {
	process.posixTimers ??= new PosixTimers(process);
	return process.posixTimers;
};
