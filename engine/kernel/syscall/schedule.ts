// System calls on scheduling (man 7 sched). Decoding only; proc/schedule acts.

import { ERRNO } from "../../lib/errno";
import { toOutside } from "../ns/user";
import { CAP, capable } from "../proc/capability";
import { type ProcessRecord, taskRecord } from "../proc/process";
import { mayReschedule, priorityRange, RESET_ON_FORK, type Scheduling, setNice, setScheduling } from "../proc/schedule";
import type { TaskRecord } from "../proc/task";
import type { GuestTask, SyscallRow } from "./row";
import { writeTimespec } from "./timespec";

const PRIO_PROCESS = 0;
const PRIO_PGRP = 1;
const PRIO_USER = 2;

/** Whom getpriority(2) and setpriority(2) mean; `who` 0 is the caller's own. EINVAL, ESRCH. */
function priorityTargets(task: GuestTask, which: number, who: number): ProcessRecord[] | number {
	const own = taskRecord(task).process;
	const { kernel } = taskRecord(task);
	const namespace = task.namespaces.pid;
	let found: ProcessRecord[];
	switch (which) {
		case PRIO_PROCESS: {
			const target = who === 0 ? task : kernel.findTask(who, namespace);
			found = target ? [taskRecord(target).process] : [];
			break;
		}
		case PRIO_PGRP: {
			const group = who === 0 ? own.pgid : kernel.groupFrom(who, namespace);
			found = group ? [...kernel.members(group)] : [];
			break;
		}
		case PRIO_USER: {
			const uid = who === 0 ? task.identity.ruid : toOutside(task.namespaces.user, "uidMap", who);
			found = [...kernel.processes()].filter(({ leader }) => leader.identity.ruid === uid);
			break;
		}
		default:
			return -ERRNO.EINVAL;
	}
	return found.length > 0 ? found : -ERRNO.ESRCH;
}
function setpriority(task: GuestTask, which: number, who: number, wanted: number): number {
	const targets = priorityTargets(task, which, who);
	if (typeof targets === "number") return targets;
	let failed = 0;
	for (const target of targets) {
		const result = setNice(taskRecord(task), target, wanted);
		if (result < 0) failed = result;
	}
	return failed;
}

/** 0 is the caller. EINVAL, ESRCH. */
function threadOf(task: GuestTask, pid: number): TaskRecord | number {
	if (pid < 0) return -ERRNO.EINVAL;
	const target = pid === 0 ? task : task.kernel.findTask(pid, task.namespaces.pid);
	return target ? taskRecord(target) : -ERRNO.ESRCH;
}
const withThread = (task: GuestTask, pid: number, act: (target: TaskRecord) => number): number => {
	const target = threadOf(task, pid | 0);
	return typeof target === "number" ? target : act(target);
};

/** sched_setscheduler(2); sched_setparam(2) when `policy` is left out. */
function setscheduler(task: GuestTask, pid: number, policy: number | undefined, address: number): number {
	if (address === 0 || pid < 0 || (policy !== undefined && policy < 0)) return -ERRNO.EINVAL;
	const priority = task.memory.i32(address);
	if (priority === undefined) return -ERRNO.EFAULT;
	return withThread(task, pid, (target) => {
		const next: Scheduling =
			policy === undefined
				? { ...target.scheduling, priority }
				: { policy: policy & ~RESET_ON_FORK, priority, resetOnFork: (policy & RESET_ON_FORK) !== 0 };
		return setScheduling(taskRecord(task), target, next);
	});
}

/** struct sched_attr: size, policy, flags (8), nice, priority, runtime, deadline, period (8 each), since 5.3 two words more. */
const ATTR = { first: 48, now: 56 };
const FLAG_RESET_ON_FORK = 1n;
function setattr(task: GuestTask, pid: number, address: number, flags: number): number {
	if (address === 0 || pid < 0 || flags !== 0) return -ERRNO.EINVAL;
	const size = task.memory.u32(address);
	if (size === undefined) return -ERRNO.EFAULT;
	if ((size !== 0 && size < ATTR.first) || size > 4096) {
		task.memory.setU32(address, ATTR.now);
		return -ERRNO.E2BIG;
	}
	const bytes = task.memory.readable(address, size || ATTR.first);
	if (!bytes) return -ERRNO.EFAULT;
	if (bytes.subarray(ATTR.now).some((byte) => byte !== 0)) return -ERRNO.E2BIG;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const policy = view.getInt32(4, true);
	const bits = view.getBigUint64(8, true);
	if (policy < 0 || bits & ~0x7fn) return -ERRNO.EINVAL;
	const next = { policy, priority: view.getUint32(20, true), resetOnFork: (bits & FLAG_RESET_ON_FORK) !== 0n };
	const nice = view.getInt32(16, true);
	return withThread(task, pid, (target) => {
		const done = setScheduling(taskRecord(task), target, next);
		return done < 0 || next.priority > 0 ? done : setNice(taskRecord(task), target.process, nice);
	});
}
function getattr(task: GuestTask, pid: number, address: number, size: number, flags: number): number {
	if (address === 0 || pid < 0 || size > 4096 || size < ATTR.first || flags !== 0) return -ERRNO.EINVAL;
	return withThread(task, pid, ({ scheduling, process }) => {
		const written = Math.min(size, ATTR.now);
		const bytes = task.memory.writable(address, written);
		if (!bytes) return -ERRNO.EFAULT;
		bytes.fill(0);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		view.setUint32(0, written, true);
		view.setUint32(4, scheduling.policy, true);
		view.setBigUint64(8, scheduling.resetOnFork ? FLAG_RESET_ON_FORK : 0n, true);
		if (scheduling.priority === 0) view.setInt32(16, process.nice, true);
		view.setUint32(20, scheduling.priority, true);
		return 0;
	});
}

/** Round-robin slices, and those of the ordinary policies, in nanoseconds. */
const RR_INTERVAL = 100_000_000n;
const SLICE = 2_800_000n;

/** Who does input and output first (man 2 ioprio_set): classes 0 none, 1 real-time, 2 best effort, 3 idle. */
function setIoPriority(task: GuestTask, which: number, who: number, value: number): number {
	const [kind, level] = [value >>> 13, value & 7];
	if (kind === 1 && !capable(task, CAP.SYS_NICE) && !capable(task, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	if (which < 1 || which > 3 || kind > 3 || (kind === 0 && level !== 0)) return -ERRNO.EINVAL;
	const targets = priorityTargets(task, which - 1, who);
	if (typeof targets === "number") return targets;
	for (const target of targets) {
		if (!mayReschedule(taskRecord(task), target.leader)) return -ERRNO.EPERM;
		target.ioPriority = value;
	}
	return 0;
}
function getIoPriority(task: GuestTask, which: number, who: number): number {
	if (which < 1 || which > 3) return -ERRNO.EINVAL;
	const targets = priorityTargets(task, which - 1, who);
	return typeof targets === "number" ? targets : targets[0]!.ioPriority;
}

export const scheduleRows: SyscallRow[] = [
	{ number: 24, name: "sched_yield", args: [], handler: () => 0 },
	{
		number: 140,
		name: "getpriority",
		args: ["priorityOf", "id"],
		handler(task, [which, who]) {
			const targets = priorityTargets(task, which | 0, who | 0);
			return typeof targets === "number" ? targets : Math.max(...targets.map(({ nice }) => 20 - nice));
		},
	},
	{
		number: 141,
		name: "setpriority",
		args: ["priorityOf", "id", "int"],
		handler: (task, [which, who, wanted]) => setpriority(task, which | 0, who | 0, wanted | 0),
	},
	{
		number: 203,
		name: "sched_setaffinity",
		args: ["pid", "size", "address"],
		handler: (task, [pid, size, address]) =>
			withThread(task, pid, (target) => {
				const bytes = task.memory.readable(address, Math.min(size, 128));
				if (!bytes) return -ERRNO.EFAULT;
				if (!mayReschedule(taskRecord(task), target)) return -ERRNO.EPERM;
				return (bytes[0] ?? 0) & 1 ? 0 : -ERRNO.EINVAL;
			}),
	},
	{
		number: 204,
		name: "sched_getaffinity",
		args: ["pid", "size", "address"],
		handler(task, [pid, size, address]) {
			if (size < 8 || size % 8 !== 0) return -ERRNO.EINVAL;
			return withThread(task, pid, () => (task.memory.setU64(address, 1n) ? 8 : -ERRNO.EFAULT));
		},
	},
	{
		number: 142,
		name: "sched_setparam",
		args: ["pid", "address"],
		handler: (task, [pid, address]) => setscheduler(task, pid | 0, undefined, address),
	},
	{
		number: 143,
		name: "sched_getparam",
		args: ["pid", "address"],
		handler: (task, [pid, address]) =>
			address === 0
				? -ERRNO.EINVAL
				: withThread(task, pid, ({ scheduling }) => (task.memory.setU32(address, scheduling.priority) ? 0 : -ERRNO.EFAULT)),
	},
	{
		number: 144,
		name: "sched_setscheduler",
		args: ["pid", "int", "address"],
		handler: (task, [pid, policy, address]) => setscheduler(task, pid | 0, policy | 0, address),
	},
	{
		number: 145,
		name: "sched_getscheduler",
		args: ["pid"],
		handler: (task, [pid]) =>
			withThread(task, pid, ({ scheduling }) => scheduling.policy | (scheduling.resetOnFork ? RESET_ON_FORK : 0)),
	},
	{
		number: 146,
		name: "sched_get_priority_max",
		args: ["int"],
		handler: (_task, [policy]) => priorityRange(policy | 0)?.[1] ?? (isKnown(policy | 0) ? 0 : -ERRNO.EINVAL),
	},
	{
		number: 147,
		name: "sched_get_priority_min",
		args: ["int"],
		handler: (_task, [policy]) => priorityRange(policy | 0)?.[0] ?? (isKnown(policy | 0) ? 0 : -ERRNO.EINVAL),
	},
	{
		number: 148,
		name: "sched_rr_get_interval",
		args: ["pid", "address"],
		handler: (task, [pid, address]) =>
			withThread(task, pid, ({ scheduling: { policy } }) => {
				const interval = policy === 2 ? RR_INTERVAL : policy === 1 ? 0n : SLICE;
				return writeTimespec(task, address, interval) ? 0 : -ERRNO.EFAULT;
			}),
	},
	{
		number: 314,
		name: "sched_setattr",
		args: ["pid", "address", "flags"],
		handler: (task, [pid, address, flags]) => setattr(task, pid | 0, address, flags >>> 0),
	},
	{
		number: 315,
		name: "sched_getattr",
		args: ["pid", "address", "size", "flags"],
		handler: (task, [pid, address, size, flags]) => getattr(task, pid | 0, address, size >>> 0, flags >>> 0),
	},
	{
		number: 251,
		name: "ioprio_set",
		args: ["int", "id", "int"],
		handler: (task, [which, who, value]) => setIoPriority(task, which | 0, who | 0, value | 0),
	},
	{
		number: 252,
		name: "ioprio_get",
		args: ["int", "id"],
		handler: (task, [which, who]) => getIoPriority(task, which | 0, who | 0),
	},
	{
		number: 309,
		name: "getcpu",
		args: ["address", "address"],
		handler: (task, [cpu, node]) =>
			(cpu === 0 || task.memory.setU32(cpu, 0)) && (node === 0 || task.memory.setU32(node, 0)) ? 0 : -ERRNO.EFAULT,
	},
];
/** SCHED_DEADLINE and SCHED_EXT have a range of priorities, which is 0, though nobody can have them here. */
const isKnown = (policy: number): boolean => policy === 6 || policy === 7;
