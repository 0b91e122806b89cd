// System calls that wait for several files: poll, select, epoll.

import { ERRNO, type Errno } from "../../lib/errno";
import type { PollFd } from "../../sys";
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI } from "../file/description";
import { createEpoll, EPOLL_CTL_DEL, Epoll, type EpollEvent } from "../file/epoll";
import { O_CLOEXEC } from "../file/flags";
import { descriptorLimit, fileOf, install } from "../file/ops/context";
import { pollUntil } from "../file/ops/poll";
import { Blocked, whenDone } from "../wait";
import { EFAULT, EINVAL, int, row, timespec, viewOf } from "./decode";
import type { GuestTask, SyscallRow } from "./row";
import { nanosecondsOf, writeTimespec } from "./timespec";

/** Milliseconds since boot at which a relative timeout ends; undefined is never. */
const deadlineIn = (task: GuestTask, ms: number): number | undefined => (ms < 0 ? undefined : task.callStart + ms);
/** The same from a struct timespec; NULL is never. Or a negative errno. */
function deadlineAt(task: GuestTask, address: number): number | undefined {
	if (address === 0) return undefined;
	const time = timespec(task.memory, address);
	if (time === undefined) return EFAULT;
	return time === "invalid" ? EINVAL : task.callStart + Number(time) / 1e6;
}
const failed = (deadline: number | undefined): deadline is number => deadline !== undefined && deadline < 0;
/** What was not waited for is left in the timeout (ppoll, pselect6), after a signal too. */
function leavingRest(task: GuestTask, address: number, deadline: number | undefined, result: number | Blocked): number | Blocked {
	if (deadline === undefined) return result;
	const leave = (): void => void writeTimespec(task, address, nanosecondsOf(Math.max(0, deadline - task.kernel.uptime())));
	if (!(result instanceof Blocked)) {
		leave();
		return result;
	}
	const { resume, cancel } = result.options;
	return new Blocked(result.queues, result.deadline, {
		...result.options,
		resume: resume && (() => leavingRest(task, address, deadline, resume())),
		cancel() {
			cancel?.();
			leave();
		},
	});
}
/** sigmask arguments (ppoll, pselect6, epoll_pwait): blocked instead of the usual ones while the call waits. */
function useMask(task: GuestTask, address: number, size: number): 0 | Errno {
	if (address === 0) return 0;
	if (size !== 8) return EINVAL;
	const mask = task.memory.u64(address);
	if (mask === undefined) return EFAULT;
	task.setTemporaryMask(mask);
	return 0;
}

// ---- poll

const POLLFD = 8;
function poll(task: GuestTask, address: number, count: number, deadline: number | undefined): number | Blocked {
	if (count > descriptorLimit(task)) return EINVAL;
	const bytes = task.memory.writable(address, count * POLLFD);
	if (!bytes && count > 0) return EFAULT;
	const fds: PollFd[] = [];
	if (bytes) {
		const view = viewOf(bytes);
		for (let i = 0; i < count; i++)
			fds.push({ fd: view.getInt32(i * POLLFD, true), events: view.getUint16(i * POLLFD + 4, true) });
	}
	return whenDone(pollUntil(task, fds, deadline), (result) => {
		const into = task.memory.writable(address, count * POLLFD);
		if (!into && count > 0) return EFAULT;
		result.forEach(({ revents }, i) => {
			viewOf(into!).setUint16(i * POLLFD + 6, revents ?? 0, true);
		});
		return result.filter(({ revents }) => revents !== 0).length;
	});
}

// ---- select

const READ_SET = POLLIN | POLLHUP | POLLERR;
const WRITE_SET = POLLOUT | POLLERR;
const EXCEPT_SET = POLLPRI;
function select(task: GuestTask, count: number, sets: readonly number[], deadline: number | undefined): number | Blocked {
	if (count < 0) return EINVAL;
	// What is above the room of the table is no descriptor, and is not looked at.
	const most = Math.min(count, task.files.capacity);
	const length = Math.ceil(most / 64) * 8;
	const wanted: Array<Uint8Array | undefined> = [];
	for (const address of sets) {
		const bytes = address === 0 ? undefined : task.memory.writable(address, length);
		if (address !== 0 && !bytes && length > 0) return EFAULT;
		wanted.push(bytes?.slice());
	}
	const has = (set: number, fd: number): boolean => ((wanted[set]?.[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0;
	const fds: PollFd[] = [];
	for (let fd = 0; fd < most; fd++) {
		const events = (has(0, fd) ? POLLIN : 0) | (has(1, fd) ? POLLOUT : 0) | (has(2, fd) ? POLLPRI : 0);
		if (events === 0) continue;
		if (!task.files.get(fd)) return -ERRNO.EBADF;
		fds.push({ fd, events });
	}
	return whenDone(pollUntil(task, fds, deadline), (result) => {
		const masks = [READ_SET, WRITE_SET, EXCEPT_SET];
		const out = wanted.map((set) => set && new Uint8Array(set.length));
		let total = 0;
		for (const { fd, revents = 0 } of result) {
			if (revents & POLLNVAL) return -ERRNO.EBADF;
			masks.forEach((mask, set) => {
				if (!(revents & mask) || !has(set, fd)) return;
				out[set]![fd >> 3]! |= 1 << (fd & 7);
				total++;
			});
		}
		for (const [set, bytes] of out.entries()) {
			if (!bytes || bytes.length === 0) continue;
			const into = task.memory.writable(sets[set]!, bytes.length);
			if (!into) return EFAULT;
			into.set(bytes);
		}
		return total;
	});
}
/** select(2) leaves in its timeout what was not waited for. */
function selectTimeval(task: GuestTask, count: number, sets: readonly number[], address: number): number | Blocked {
	let deadline: number | undefined;
	if (address !== 0) {
		const bytes = task.memory.readable(address, 16);
		if (!bytes) return EFAULT;
		const view = viewOf(bytes);
		const [seconds, micros] = [Number(view.getBigInt64(0, true)), Number(view.getBigInt64(8, true))];
		if (seconds < 0 || micros < 0) return EINVAL;
		deadline = task.callStart + seconds * 1000 + micros / 1000;
	}
	return whenDone(select(task, count, sets, deadline), (result) => {
		const into = deadline !== undefined ? task.memory.writable(address, 16) : undefined;
		if (into && deadline !== undefined) {
			const left = Math.max(0, Math.round((deadline - task.kernel.uptime()) * 1000));
			viewOf(into).setBigInt64(0, BigInt(Math.floor(left / 1e6)), true);
			viewOf(into).setBigInt64(8, BigInt(left % 1e6), true);
		}
		return result;
	});
}

// ---- epoll

/** struct epoll_event is packed: 4 bytes of events, 8 of data. */
const EVENT = 12;
const MOST_EVENTS = Math.floor(0x7fffffff / EVENT);
function epollOf(task: GuestTask, fd: number): Epoll | Errno {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	return file.operations instanceof Epoll ? file.operations : EINVAL;
}
function control(task: GuestTask, epfd: number, operation: number, fd: number, address: number): number {
	let event: EpollEvent = { events: 0, data: 0n };
	if (operation !== EPOLL_CTL_DEL) {
		const bytes = task.memory.readable(address, EVENT);
		if (!bytes) return EFAULT;
		event = { events: viewOf(bytes).getUint32(0, true), data: viewOf(bytes).getBigUint64(4, true) };
	}
	const epoll = epollOf(task, epfd);
	const file = fileOf(task, fd);
	if (epoll === -ERRNO.EBADF || typeof file === "number") return -ERRNO.EBADF;
	if (file.operations.queues(file).length === 0) return -ERRNO.EPERM;
	if (typeof epoll === "number" || file.operations === epoll) return EINVAL;
	return epoll.control(operation, fd, file, event);
}
function epollWait(task: GuestTask, fd: number, address: number, most: number, deadline: number | undefined) {
	if (most <= 0 || most > MOST_EVENTS) return EINVAL;
	const epoll = epollOf(task, fd);
	if (typeof epoll === "number") return epoll;
	return whenDone(epoll.wait(task, most, deadline), (events) => {
		if (events.length === 0) return 0;
		const into = task.memory.writable(address, events.length * EVENT);
		if (!into) return EFAULT;
		events.forEach(({ events: ready, data }, i) => {
			viewOf(into).setUint32(i * EVENT, ready >>> 0, true);
			viewOf(into).setBigUint64(i * EVENT + 4, data, true);
		});
		return events.length;
	});
}
const newEpoll = (task: GuestTask, flags: number): number =>
	flags & ~O_CLOEXEC ? EINVAL : install(task, createEpoll(task), flags !== 0);

export const pollRows: SyscallRow[] = [
	row(7, "poll", ["pollfds", "uint", "int"], (task, [fds, count, timeout]) =>
		poll(task, fds, count >>> 0, deadlineIn(task, int(timeout))),
	),
	row(271, "ppoll", ["pollfds", "uint", "timespec", "sigset", "size"], (task, [fds, count, timeout, mask, size]) => {
		const deadline = deadlineAt(task, timeout);
		if (failed(deadline)) return deadline;
		return useMask(task, mask, size) || leavingRest(task, timeout, deadline, poll(task, fds, count >>> 0, deadline));
	}),
	row(
		23,
		"select",
		["int", "descriptors", "descriptors", "descriptors", "timeval"],
		(task, [count, read, write, except, timeout]) => selectTimeval(task, int(count), [read, write, except], timeout),
	),
	row(
		270,
		"pselect6",
		["int", "descriptors", "descriptors", "descriptors", "timespec", "address"],
		(task, [count, read, write, except, timeout, mask]) => {
			const deadline = deadlineAt(task, timeout);
			if (failed(deadline)) return deadline;
			// The last argument points at the mask's address and size.
			const address = mask === 0 ? 0n : task.memory.u64(mask);
			const size = mask === 0 ? 0n : task.memory.u64(mask + 8);
			if (address === undefined || size === undefined) return EFAULT;
			const wait = () => select(task, int(count), [read, write, except], deadline);
			return useMask(task, Number(address), Number(size)) || leavingRest(task, timeout, deadline, wait());
		},
	),
	row(213, "epoll_create", ["int"], (task, [size]) => (int(size) <= 0 ? EINVAL : newEpoll(task, 0))),
	row(291, "epoll_create1", ["epollFlags"], (task, [flags]) => newEpoll(task, int(flags))),
	row(233, "epoll_ctl", ["fd", "epollOperation", "fd", "epollEvent"], (task, [epfd, operation, fd, event]) =>
		control(task, int(epfd), int(operation), int(fd), event),
	),
	row(232, "epoll_wait", ["fd", "epollEvents", "int", "int"], (task, [fd, events, most, timeout]) =>
		epollWait(task, int(fd), events, int(most), deadlineIn(task, int(timeout))),
	),
	row(
		281,
		"epoll_pwait",
		["fd", "epollEvents", "int", "int", "sigset", "size"],
		(task, [fd, events, most, timeout, mask, size]) =>
			useMask(task, mask, size) || epollWait(task, int(fd), events, int(most), deadlineIn(task, int(timeout))),
	),
	row(
		441,
		"epoll_pwait2",
		["fd", "epollEvents", "int", "timespec", "sigset", "size"],
		(task, [fd, events, most, timeout, mask, size]) => {
			const deadline = deadlineAt(task, timeout);
			if (failed(deadline)) return deadline;
			return useMask(task, mask, size) || epollWait(task, int(fd), events, int(most), deadline);
		},
	),
];
