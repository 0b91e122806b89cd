// System calls that make descriptors of events: eventfd, timerfd, signalfd, inotify.

import { S_IFDIR, typeOf } from "../../fs/vfs/mode";
import { inodeAt } from "../../fs/vfs/mount";
import { MAY_READ, permission } from "../../fs/vfs/permission";
import { ERRNO, type Errno } from "../../lib/errno";
import { createEventfd } from "../file/eventfd";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NONBLOCK } from "../file/flags";
import { createInotify, IN_DONT_FOLLOW, IN_ONLYDIR, Inotify } from "../file/inotify";
import { fileOf, install } from "../file/ops/context";
import { placeAt } from "../file/ops/path";
import { createSignalFile, SignalFile } from "../file/signalfd";
import { createTimer, TimerFile, type TimerSetting } from "../file/timerfd";
import { CAP, capable } from "../proc/capability";
import { EFAULT, EINVAL, int, put, row, uint, viewOf, withPath } from "./decode";
import type { GuestTask, SyscallRow } from "./row";

const DESCRIPTOR_FLAGS = O_CLOEXEC | O_NONBLOCK;

// ---- eventfd

const EFD_SEMAPHORE = 1;
function eventfd(task: GuestTask, value: number, flags: number): number {
	if (flags & ~(DESCRIPTOR_FLAGS | EFD_SEMAPHORE)) return EINVAL;
	const file = createEventfd(task, uint(value), flags & O_NONBLOCK, (flags & EFD_SEMAPHORE) !== 0);
	return install(task, file, (flags & O_CLOEXEC) !== 0);
}

// ---- timerfd

const CLOCK_REALTIME = 0;
const CLOCK_REALTIME_ALARM = 8;
const CLOCK_BOOTTIME_ALARM = 9;
/** Those that there are timers of: realtime, monotonic, boottime, and the two that wake a sleeping machine. */
const TIMER_CLOCKS = new Set([CLOCK_REALTIME, 1, 7, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM]);
const TFD_TIMER_ABSTIME = 1;
const TFD_TIMER_CANCEL_ON_SET = 2;
const BILLION = 1_000_000_000n;

function createTimerfd(task: GuestTask, clock: number, flags: number): number {
	if (flags & ~DESCRIPTOR_FLAGS || !TIMER_CLOCKS.has(clock)) return EINVAL;
	if (clock >= CLOCK_REALTIME_ALARM && !capable(task, CAP.WAKE_ALARM)) return -ERRNO.EPERM;
	const realtime = clock === CLOCK_REALTIME || clock === CLOCK_REALTIME_ALARM;
	return install(task, createTimer(task, realtime, flags & O_NONBLOCK), (flags & O_CLOEXEC) !== 0);
}
function timerOf(task: GuestTask, fd: number): TimerFile | Errno {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	return file.operations instanceof TimerFile ? file.operations : EINVAL;
}
/** struct itimerspec: the interval, then the value. */
function readSetting(bytes: Uint8Array): TimerSetting | undefined {
	const view = viewOf(bytes);
	const [interval, value] = [0, 16].map((at) => {
		const [seconds, fraction] = [view.getBigInt64(at, true), view.getBigInt64(at + 8, true)];
		return seconds < 0n || fraction < 0n || fraction >= BILLION ? undefined : seconds * BILLION + fraction;
	});
	return interval === undefined || value === undefined ? undefined : { interval, value };
}
function giveSetting(task: GuestTask, address: number, { interval, value }: TimerSetting): number {
	const bytes = new Uint8Array(32);
	const view = viewOf(bytes);
	[interval / BILLION, interval % BILLION, value / BILLION, value % BILLION].forEach((word, index) => {
		view.setBigInt64(index * 8, word, true);
	});
	return put(task.memory, address, bytes);
}
function setTimer(task: GuestTask, fd: number, flags: number, newAt: number, oldAt: number): number {
	const bytes = task.memory.readable(newAt, 32);
	if (!bytes) return EFAULT;
	const setting = readSetting(bytes);
	if (!setting || flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) return EINVAL;
	const timer = timerOf(task, fd);
	if (typeof timer === "number") return timer;
	const before = timer.set(setting, (flags & TFD_TIMER_ABSTIME) !== 0, (flags & TFD_TIMER_CANCEL_ON_SET) !== 0);
	return oldAt === 0 ? 0 : giveSetting(task, oldAt, before);
}
function getTimer(task: GuestTask, fd: number, address: number): number {
	const timer = timerOf(task, fd);
	return typeof timer === "number" ? timer : giveSetting(task, address, timer.get());
}

// ---- signalfd

function signalfd(task: GuestTask, fd: number, maskAt: number, size: number, flags: number): number {
	if (size !== 8) return EINVAL;
	const mask = task.memory.u64(maskAt);
	if (mask === undefined) return EFAULT;
	if (flags & ~DESCRIPTOR_FLAGS) return EINVAL;
	if (fd === -1) return install(task, createSignalFile(task, mask, flags & O_NONBLOCK), (flags & O_CLOEXEC) !== 0);
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (!(file.operations instanceof SignalFile)) return EINVAL;
	file.operations.mask = mask;
	return fd;
}

// ---- inotify

function initInotify(task: GuestTask, flags: number): number {
	if (flags & ~DESCRIPTOR_FLAGS) return EINVAL;
	const file = createInotify(task, flags & O_NONBLOCK);
	return typeof file === "number" ? file : install(task, file, (flags & O_CLOEXEC) !== 0);
}
function inotifyOf(task: GuestTask, fd: number): Inotify | Errno {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	return file.operations instanceof Inotify ? file.operations : EINVAL;
}
function addWatch(task: GuestTask, fd: number, path: number, mask: number): number {
	const bits = Inotify.checked(mask);
	if (bits < 0) return bits;
	const instance = inotifyOf(task, fd);
	if (typeof instance === "number") return instance;
	return withPath(task, path, (name) => {
		const place = placeAt(task, name, mask & IN_DONT_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0, AT_FDCWD);
		if (typeof place === "number") return place;
		const inode = inodeAt(place);
		if (mask & IN_ONLYDIR && typeOf(inode) !== S_IFDIR) return -ERRNO.ENOTDIR;
		return permission(inode, task.credentials, MAY_READ) || instance.add(inode, mask);
	});
}
function removeWatch(task: GuestTask, fd: number, wd: number): number {
	const instance = inotifyOf(task, fd);
	return typeof instance === "number" ? instance : instance.remove(wd);
}

export const eventRows: SyscallRow[] = [
	row(284, "eventfd", ["uint"], (task, [value]) => eventfd(task, value, 0)),
	row(290, "eventfd2", ["uint", "eventfdFlags"], (task, [value, flags]) => eventfd(task, value, int(flags))),
	row(283, "timerfd_create", ["clockid", "timerfdFlags"], (task, [clock, flags]) => createTimerfd(task, int(clock), int(flags))),
	row(286, "timerfd_settime", ["fd", "timerFlags", "itimerspec", "outItimerspec"], (task, [fd, flags, next, old]) =>
		setTimer(task, int(fd), int(flags), next, old),
	),
	row(287, "timerfd_gettime", ["fd", "outItimerspec"], (task, [fd, into]) => getTimer(task, int(fd), into)),
	row(282, "signalfd", ["fd", "sigset", "size"], (task, [fd, mask, size]) => signalfd(task, int(fd), mask, size, 0)),
	row(289, "signalfd4", ["fd", "sigset", "size", "signalfdFlags"], (task, [fd, mask, size, flags]) =>
		signalfd(task, int(fd), mask, size, int(flags)),
	),
	row(253, "inotify_init", [], (task) => initInotify(task, 0)),
	row(294, "inotify_init1", ["inotifyFlags"], (task, [flags]) => initInotify(task, int(flags))),
	row(254, "inotify_add_watch", ["fd", "path", "inotifyMask"], (task, [fd, path, mask]) =>
		addWatch(task, int(fd), path, int(mask)),
	),
	row(255, "inotify_rm_watch", ["fd", "int"], (task, [fd, wd]) => removeWatch(task, int(fd), int(wd))),
];
