// The clocks that programs name by number (man 2 clock_getres): the wall's, the one since boot, and the CPU time of a process or thread.

import type { Task } from "../task";
import type { WaitQueue } from "../wait";
import { type ProcessRecord, taskRecord } from "./process";
import type { TaskRecord } from "./task";

export const CLOCK = {
	REALTIME: 0,
	MONOTONIC: 1,
	PROCESS_CPUTIME_ID: 2,
	THREAD_CPUTIME_ID: 3,
	MONOTONIC_RAW: 4,
	REALTIME_COARSE: 5,
	MONOTONIC_COARSE: 6,
	BOOTTIME: 7,
	REALTIME_ALARM: 8,
	BOOTTIME_ALARM: 9,
	TAI: 11,
} as const;
const COARSE_MS = 4;

export interface Clock {
	readonly kind: "real" | "monotonic" | "process" | "thread";
	/** Milliseconds, with fractions; of REALTIME since 1970. */
	now(): number;
	/** Milliseconds between two values. */
	readonly resolution: number;
	/** Whose CPU time it is. */
	readonly process?: ProcessRecord;
	readonly thread?: TaskRecord;
	/** Wakes when time may have passed; undefined for clocks that timers of the machine wait for. */
	readonly charged?: WaitQueue;
	/** May timers and sleeps use it? The coarse and raw ones only tell the time. */
	readonly waits: boolean;
}

/** Milliseconds of the wall clock: what a Date counts. */
const realtime = (task: Task): number => Number(task.kernel.now()) / 1e6;
const FINE = 1e-6;

/** By CLOCK_*, or by the negative number of a process's or thread's CPU clock; undefined: no such clock. */
export function clockOf(task: Task, id: number): Clock | undefined {
	const { kernel } = task;
	const coarse = (ms: number): number => Math.floor(ms / COARSE_MS) * COARSE_MS;
	const real = (now: () => number, waits = true, resolution = FINE): Clock => ({ kind: "real", now, resolution, waits });
	const steady = (now: () => number, waits = true, resolution = FINE): Clock => ({ kind: "monotonic", now, resolution, waits });
	if (id < 0) return cpuClockOf(task, id);
	switch (id) {
		case CLOCK.REALTIME:
		case CLOCK.TAI:
		case CLOCK.REALTIME_ALARM:
			return real(() => realtime(task));
		case CLOCK.REALTIME_COARSE:
			return real(() => coarse(realtime(task)), false, COARSE_MS);
		case CLOCK.MONOTONIC:
		case CLOCK.BOOTTIME:
		case CLOCK.BOOTTIME_ALARM:
			return steady(() => kernel.uptime());
		case CLOCK.MONOTONIC_RAW:
			return steady(() => kernel.uptime(), false);
		case CLOCK.MONOTONIC_COARSE:
			return steady(() => coarse(kernel.uptime()), false, COARSE_MS);
		case CLOCK.PROCESS_CPUTIME_ID:
			return processClock(taskRecord(task).process);
		case CLOCK.THREAD_CPUTIME_ID:
			return threadClock(taskRecord(task));
		default:
			return undefined;
	}
}
const processClock = (process: ProcessRecord): Clock => ({
	kind: "process",
	now: () => process.cpuTime,
	resolution: FINE,
	process,
	charged: process.charged,
	waits: true,
});
const threadClock = (thread: TaskRecord): Clock => ({
	kind: "thread",
	now: () => thread.cpuTime,
	resolution: FINE,
	process: thread.process,
	thread,
	charged: thread.process.charged,
	waits: true,
});

const PER_THREAD = 4;
const CLOCK_FD = 3;
/** clock_getcpuclockid(3), pthread_getcpuclockid(3): ~number << 3 | per thread 4 | PROF 0, VIRT 1, SCHED 2. */
function cpuClockOf(task: Task, id: number): Clock | undefined {
	if ((id & 3) === CLOCK_FD) return undefined;
	const number = ~(id >> 3);
	const target = number === 0 ? taskRecord(task) : task.kernel.findTask(number, task.namespaces.pid);
	if (!target) return undefined;
	const record = taskRecord(target);
	if (id & PER_THREAD) return record.process === task.process ? threadClock(record) : undefined;
	return record.process.leader === record ? processClock(record.process) : undefined;
}
