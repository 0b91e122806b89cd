// System calls on clocks, sleeping and timers (man 7 time).

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { ITIMER_PROF, ITIMER_REAL, type TimerValue, timersOf } from "../proc/itimer";
import { taskRecord } from "../proc/process";
import type { Task } from "../task";
import { Blocked } from "../wait";
import type { GuestTask, SyscallRow } from "./row";
import { nanosecondsOf, readTimespec, readTimeval, writeTimespec, writeTimeval } from "./timespec";

const CLOCK = {
	REALTIME: 0,
	MONOTONIC: 1,
	PROCESS_CPUTIME_ID: 2,
	THREAD_CPUTIME_ID: 3,
	MONOTONIC_RAW: 4,
	REALTIME_COARSE: 5,
	MONOTONIC_COARSE: 6,
	BOOTTIME: 7,
	TAI: 11,
} as const;
const COARSE = 4_000_000n;
const TIMER_ABSTIME = 1;

/** Nanoseconds of a clock, or undefined: no such clock. */
function readClock(task: Task, clock: number): bigint | undefined {
	switch (clock) {
		case CLOCK.REALTIME:
		case CLOCK.TAI:
			return task.kernel.now();
		case CLOCK.REALTIME_COARSE:
			return (task.kernel.now() / COARSE) * COARSE;
		case CLOCK.MONOTONIC:
		case CLOCK.MONOTONIC_RAW:
		case CLOCK.MONOTONIC_COARSE:
		case CLOCK.BOOTTIME:
			return nanosecondsOf(task.kernel.uptime());
		case CLOCK.PROCESS_CPUTIME_ID:
		case CLOCK.THREAD_CPUTIME_ID:
			return nanosecondsOf(task.process.cpuTime);
		default:
			return undefined;
	}
}
const isRealtime = (clock: number): boolean => clock === CLOCK.REALTIME || clock === CLOCK.TAI;

function sleep(task: GuestTask, clock: number, flags: number, wantedAt: number, restAt: number): number | Blocked {
	if (readClock(task, clock) === undefined || clock === CLOCK.THREAD_CPUTIME_ID) return -ERRNO.EINVAL;
	const wanted = readTimespec(task, wantedAt);
	if (wanted < 0) return wanted;
	const { kernel } = task;
	const absolute = (flags & TIMER_ABSTIME) !== 0;
	const now = Number(readClock(task, clock)!) / 1e6;
	const end = kernel.uptime() + (absolute ? wanted - now : wanted);
	const attempt = (): number | Blocked => {
		const left = end - kernel.uptime();
		if (left <= 0) return 0;
		if (task.interrupted() && !absolute && restAt !== 0) writeTimespec(task, restAt, nanosecondsOf(left));
		return new Blocked([], end, { resume: attempt, neverRestart: true });
	};
	return attempt();
}

function setitimer(task: GuestTask, which: number, newAt: number, oldAt: number): number {
	if (which < ITIMER_REAL || which > ITIMER_PROF) return -ERRNO.EINVAL;
	const timers = timersOf(taskRecord(task).process);
	let next: TimerValue = { value: 0, interval: 0 };
	if (newAt !== 0) {
		const interval = readTimeval(task, newAt);
		const value = readTimeval(task, newAt + 16);
		if (interval < 0 || value < 0) return Math.min(interval, value);
		next = { value, interval };
	}
	const before = timers.set(which, next);
	return oldAt === 0 || writeItimer(task, oldAt, before) ? 0 : -ERRNO.EFAULT;
}
const writeItimer = (task: GuestTask, address: number, { value, interval }: TimerValue): boolean =>
	writeTimeval(task, address, nanosecondsOf(interval) / 1000n) && writeTimeval(task, address + 16, nanosecondsOf(value) / 1000n);

const settingClock = (task: Task): number => (capableGlobally(task, CAP.SYS_TIME) ? -ERRNO.EOPNOTSUPP : -ERRNO.EPERM);

export const timeRows: SyscallRow[] = [
	{
		number: 228,
		name: "clock_gettime",
		args: ["clockid", "outTimespec"],
		handler(task, [clock, address]) {
			const now = readClock(task, clock | 0);
			if (now === undefined) return -ERRNO.EINVAL;
			return writeTimespec(task, address, now) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 229,
		name: "clock_getres",
		args: ["clockid", "outTimespec"],
		handler(task, [clock, address]) {
			if (readClock(task, clock | 0) === undefined) return -ERRNO.EINVAL;
			const coarse = clock === CLOCK.REALTIME_COARSE || clock === CLOCK.MONOTONIC_COARSE;
			return address === 0 || writeTimespec(task, address, coarse ? COARSE : 1n) ? 0 : -ERRNO.EFAULT;
		},
	},
	// The clock is the surroundings'; not even root may set it.
	{
		number: 227,
		name: "clock_settime",
		args: ["clockid", "timespec"],
		handler: (task, [clock]) => (isRealtime(clock | 0) ? settingClock(task) : -ERRNO.EINVAL),
	},
	{ number: 164, name: "settimeofday", args: ["address", "address"], handler: settingClock },
	{
		number: 96,
		name: "gettimeofday",
		args: ["outTimeval", "address"],
		handler(task, [time, zone]) {
			if (time !== 0 && !writeTimeval(task, time, task.kernel.now() / 1000n)) return -ERRNO.EFAULT;
			return zone === 0 || task.memory.setU64(zone, 0n) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 201,
		name: "time",
		args: ["address"],
		handler(task, [address]) {
			const seconds = task.kernel.now() / 1_000_000_000n;
			return address === 0 || task.memory.setU64(address, seconds) ? Number(seconds) : -ERRNO.EFAULT;
		},
	},
	{
		number: 35,
		name: "nanosleep",
		args: ["timespec", "outTimespec"],
		handler: (task, [wanted, rest]) => sleep(task, CLOCK.MONOTONIC, 0, wanted, rest),
	},
	{
		number: 230,
		name: "clock_nanosleep",
		args: ["clockid", "timerFlags", "timespec", "outTimespec"],
		handler: (task, [clock, flags, wanted, rest]) => sleep(task, clock | 0, flags, wanted, rest),
	},
	{
		number: 36,
		name: "getitimer",
		args: ["itimer", "outItimerval"],
		handler(task, [which, address]) {
			if (which < ITIMER_REAL || which > ITIMER_PROF) return -ERRNO.EINVAL;
			return writeItimer(task, address, timersOf(taskRecord(task).process).get(which)) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 38,
		name: "setitimer",
		args: ["itimer", "itimerval", "outItimerval"],
		handler: (task, [which, next, old]) => setitimer(task, which | 0, next, old),
	},
	{
		number: 37,
		name: "alarm",
		args: ["uint"],
		handler(task, [seconds]) {
			const before = timersOf(taskRecord(task).process).set(ITIMER_REAL, { value: (seconds >>> 0) * 1000, interval: 0 });
			return before.value === 0 ? 0 : Math.max(1, Math.round(before.value / 1000));
		},
	},
	{
		number: 100,
		name: "times",
		args: ["address"],
		handler(task, [address]) {
			const { process } = taskRecord(task);
			const ticks = (ms: number): bigint => BigInt(Math.floor(ms / 10));
			const words = [ticks(process.cpuTime), 0n, ticks(process.childrenCpuTime), 0n];
			if (address !== 0 && !words.every((word, index) => task.memory.setU64(address + index * 8, word))) return -ERRNO.EFAULT;
			return Math.floor(task.kernel.uptime() / 10);
		},
	},
];
