// System calls on POSIX timers (man 2 timer_create, timer_settime). Decoding only; proc/timers acts.

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { CLOCK, clockOf } from "../proc/clock";
import { RLIMIT } from "../proc/limits";
import { taskRecord } from "../proc/process";
import { SIG, SIGNAL_MAX } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { posixTimersOf, type TimerNotice, type TimerSetting } from "../proc/timers";
import type { SyscallRow } from "./row";
import { nanosecondsOf, readTimespec, writeTimespec } from "./timespec";

const TIMER_ABSTIME = 1;
const SIGEV_SIGNAL = 0;
const SIGEV_NONE = 1;
const SIGEV_THREAD = 2;
const SIGEV_THREAD_ID = 4;
const SIGEVENT_SIZE = 64;

/** struct sigevent: value, signal, how, and the thread. */
function readNotice(task: TaskRecord, address: number): TimerNotice | number {
	const bytes = task.memory.readable(address, SIGEVENT_SIZE);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const value = view.getBigUint64(0, true);
	const signal = view.getInt32(8, true);
	const how = view.getInt32(12, true);
	if (how === SIGEV_NONE) return { signal: 0, value };
	if (how !== SIGEV_SIGNAL && how !== SIGEV_THREAD && how !== SIGEV_THREAD_ID) return -ERRNO.EINVAL;
	if (signal < 1 || signal > SIGNAL_MAX) return -ERRNO.EINVAL;
	if (how !== SIGEV_THREAD_ID) return { signal, value };
	const thread = task.kernel.findTask(view.getInt32(16, true), task.namespaces.pid);
	if (!thread || thread.process !== task.process) return -ERRNO.EINVAL;
	return { signal, value, thread };
}

function create(task: TaskRecord, clockId: number, eventAt: number, idAt: number): number {
	const clock = clockOf(task, clockId);
	if (!clock?.waits) return clock ? -ERRNO.EOPNOTSUPP : -ERRNO.EINVAL;
	const alarm = clockId === CLOCK.REALTIME_ALARM || clockId === CLOCK.BOOTTIME_ALARM;
	if (alarm) return capableGlobally(task, CAP.WAKE_ALARM) ? -ERRNO.EOPNOTSUPP : -ERRNO.EPERM;
	const notice = eventAt === 0 ? undefined : readNotice(task, eventAt);
	if (typeof notice === "number") return notice;
	const timers = posixTimersOf(task.process);
	if (timers.size >= task.process.limits.get(RLIMIT.SIGPENDING)!.soft) return -ERRNO.EAGAIN;
	const timer = timers.create(clock, (id) => notice ?? { signal: SIG.SIGALRM, value: BigInt(id) });
	if (task.memory.setU32(idAt, timer.id)) return 0;
	timers.remove(timer.id);
	return -ERRNO.EFAULT;
}

/** struct itimerspec: the interval, then the value. */
function readSetting(task: TaskRecord, address: number): TimerSetting | number {
	const interval = readTimespec(task, address);
	const value = readTimespec(task, address + 16);
	return interval < 0 || value < 0 ? Math.min(interval, value) : { value, interval };
}
const writeSetting = (task: TaskRecord, address: number, { value, interval }: TimerSetting): number =>
	writeTimespec(task, address, nanosecondsOf(interval)) && writeTimespec(task, address + 16, nanosecondsOf(value))
		? 0
		: -ERRNO.EFAULT;

function set(task: TaskRecord, id: number, flags: number, newAt: number, oldAt: number): number {
	if (newAt === 0) return -ERRNO.EINVAL;
	const next = readSetting(task, newAt);
	if (typeof next === "number") return next;
	const timer = posixTimersOf(task.process).get(id);
	if (!timer) return -ERRNO.EINVAL;
	const before = timer.get();
	timer.set(next, (flags & TIMER_ABSTIME) !== 0);
	return oldAt === 0 ? 0 : writeSetting(task, oldAt, before);
}

export const timerRows: SyscallRow[] = [
	{
		number: 222,
		name: "timer_create",
		args: ["clockid", "address", "outInt"],
		handler: (task, [clock, event, id]) => create(taskRecord(task), clock | 0, event, id),
	},
	{
		number: 223,
		name: "timer_settime",
		args: ["int", "timerFlags", "itimerspec", "outItimerspec"],
		handler: (task, [id, flags, next, old]) => set(taskRecord(task), id | 0, flags | 0, next, old),
	},
	{
		number: 224,
		name: "timer_gettime",
		args: ["int", "outItimerspec"],
		handler(task, [id, address]) {
			const timer = posixTimersOf(taskRecord(task).process).get(id | 0);
			return timer ? writeSetting(taskRecord(task), address, timer.get()) : -ERRNO.EINVAL;
		},
	},
	{
		number: 225,
		name: "timer_getoverrun",
		args: ["int"],
		handler: (task, [id]) => posixTimersOf(taskRecord(task).process).get(id | 0)?.overrun ?? -ERRNO.EINVAL,
	},
	{
		number: 226,
		name: "timer_delete",
		args: ["int"],
		handler: (task, [id]) => posixTimersOf(taskRecord(task).process).remove(id | 0),
	},
];
