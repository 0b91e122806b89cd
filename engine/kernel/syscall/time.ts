// System calls on clocks, sleeping and timers (man 7 time).

import { ERRNO } from "../../lib/errno";
import { CLOCK, clockOf } from "../proc/clock";
import { ITIMER_PROF, ITIMER_REAL, type TimerValue, timersOf } from "../proc/itimer";
import { taskRecord } from "../proc/process";
import { checkSetting, setClock, setZone, timeKeepingOf } from "../proc/timekeeping";
import { Blocked } from "../wait";
import type { GuestTask, SyscallRow } from "./row";
import { nanosecondsOf, readTimespec, readTimeval, writeTimespec, writeTimeval } from "./timespec";

const TIMER_ABSTIME = 1;

function sleep(task: GuestTask, clockId: number, flags: number, wantedAt: number, restAt: number): number | Blocked {
	const named = clockOf(task, clockId);
	// A time from now on is not changed by setting the clock.
	const clock = named?.kind === "real" && !(flags & TIMER_ABSTIME) ? clockOf(task, CLOCK.MONOTONIC) : named;
	if (!clock || !named || (clockId < 0 && clock.thread === task)) return -ERRNO.EINVAL;
	if (!named.waits || clockId === CLOCK.THREAD_CPUTIME_ID) return -ERRNO.EOPNOTSUPP;
	const wanted = readTimespec(task, wantedAt);
	if (wanted < 0) return wanted;
	const { kernel } = task;
	const absolute = (flags & TIMER_ABSTIME) !== 0;
	const end = absolute ? wanted : clock.now() + wanted;
	const attempt = (): number | Blocked => {
		const left = end - clock.now();
		if (left <= 0) return 0;
		const options = { resume: attempt, neverRestart: !absolute };
		if (task.interrupted() && !absolute && restAt !== 0) {
			if (!writeTimespec(task, restAt, nanosecondsOf(left))) return -ERRNO.EFAULT;
		}
		if (clock.charged) return new Blocked([clock.charged], undefined, options);
		return new Blocked(clock.kind === "real" ? [kernel.clockSet] : [], kernel.uptime() + left, options);
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

/** struct timeval and struct timezone, either of which may be left out. */
function settimeofday(task: GuestTask, timeAt: number, zoneAt: number): number {
	const words = (address: number, length: number): DataView | undefined => {
		const bytes = task.memory.readable(address, length)?.slice();
		return bytes && new DataView(bytes.buffer);
	};
	const time = timeAt === 0 ? undefined : words(timeAt, 16);
	const zone = zoneAt === 0 ? undefined : words(zoneAt, 8);
	if ((timeAt !== 0 && !time) || (zoneAt !== 0 && !zone)) return -ERRNO.EFAULT;
	const [seconds, fraction] = time ? [time.getBigInt64(0, true), time.getBigInt64(8, true) * 1000n] : [0n, 0n];
	const failed = checkSetting(task, seconds, fraction);
	if (failed < 0) return failed;
	const zoned = zone ? setZone(task.kernel, zone.getInt32(0, true), zone.getInt32(4, true)) : 0;
	return zoned < 0 || !time ? zoned : setClock(task, seconds, fraction);
}

export const timeRows: SyscallRow[] = [
	{
		number: 228,
		name: "clock_gettime",
		args: ["clockid", "outTimespec"],
		handler(task, [clock, address]) {
			const named = clockOf(task, clock | 0);
			if (!named) return -ERRNO.EINVAL;
			// Of the wall clock no digit is lost on the way through milliseconds.
			const exact = clock === CLOCK.REALTIME || clock === CLOCK.TAI;
			return writeTimespec(task, address, exact ? task.kernel.now() : nanosecondsOf(named.now())) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 229,
		name: "clock_getres",
		args: ["clockid", "outTimespec"],
		handler(task, [clock, address]) {
			const named = clockOf(task, clock | 0);
			if (!named) return -ERRNO.EINVAL;
			return address === 0 || writeTimespec(task, address, nanosecondsOf(named.resolution)) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 227,
		name: "clock_settime",
		args: ["clockid", "timespec"],
		handler(task, [clock, address]) {
			if ((clock | 0) !== CLOCK.REALTIME) return (clock | 0) < 0 ? -ERRNO.EPERM : -ERRNO.EINVAL;
			const bytes = task.memory.readable(address, 16);
			if (!bytes) return -ERRNO.EFAULT;
			const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
			return setClock(task, view.getBigInt64(0, true), view.getBigInt64(8, true));
		},
	},
	{
		number: 164,
		name: "settimeofday",
		args: ["address", "address"],
		handler: (task, [time, zone]) => settimeofday(task, time, zone),
	},
	{
		number: 96,
		name: "gettimeofday",
		args: ["outTimeval", "address"],
		handler(task, [time, zone]) {
			if (time !== 0 && !writeTimeval(task, time, task.kernel.now() / 1000n)) return -ERRNO.EFAULT;
			const { minutesWest, summerTime } = timeKeepingOf(task.kernel).zone;
			if (zone === 0) return 0;
			return task.memory.setU32(zone, minutesWest >>> 0) && task.memory.setU32(zone + 4, summerTime >>> 0) ? 0 : -ERRNO.EFAULT;
		},
	},
	{
		number: 201,
		name: "time",
		args: ["outLong"],
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
