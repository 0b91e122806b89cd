// The other system calls: limits, scheduling, prctl, chance, futexes, and what the machine says of itself.

import { ERRNO } from "../../lib/errno";
import { CAP, capable } from "../proc/capability";
import * as futex from "../proc/futex";
import { RLIM_NLIMITS, setLimit } from "../proc/limits";
import { PR, prctl, setName } from "../proc/prctl";
import { type ProcessRecord, taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Blocked } from "../wait";
import type { GuestTask, SyscallRow } from "./row";
import { readTimespec } from "./timespec";
import { writeUsage } from "./usage";

const INFINITY = 0xffff_ffff_ffff_ffffn;
const fromRlim = (value: bigint): number => (value === INFINITY ? Number.POSITIVE_INFINITY : Number(value));
const toRlim = (value: number): bigint => (value === Number.POSITIVE_INFINITY ? INFINITY : BigInt(value));

function processOf(task: GuestTask, pid: number): ProcessRecord | undefined {
	if (pid === 0) return taskRecord(task).process;
	const found = task.kernel.findTask(pid, task.namespaces.pid);
	return found && taskRecord(found).process;
}
function prlimit(task: GuestTask, pid: number, resource: number, newAt: number, oldAt: number): number {
	const target = processOf(task, pid);
	if (!target) return -ERRNO.ESRCH;
	if (resource < 0 || resource >= RLIM_NLIMITS) return -ERRNO.EINVAL;
	const own = target === taskRecord(task).process || target.leader.identity.ruid === task.identity.ruid;
	if (!own && !capable(task, CAP.SYS_RESOURCE)) return -ERRNO.EPERM;
	const before = { ...target.limits.get(resource)! };
	if (newAt !== 0) {
		const soft = task.memory.u64(newAt);
		const hard = task.memory.u64(newAt + 8);
		if (soft === undefined || hard === undefined) return -ERRNO.EFAULT;
		const done = setLimit(task, target.limits, resource, fromRlim(soft), fromRlim(hard));
		if (done < 0) return done;
	}
	if (oldAt === 0) return 0;
	const written = task.memory.setU64(oldAt, toRlim(before.soft)) && task.memory.setU64(oldAt + 8, toRlim(before.hard));
	return written ? 0 : -ERRNO.EFAULT;
}

const ARCH_SET_GS = 0x1001;
const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;
const ARCH_GET_GS = 0x1004;
function archPrctl(task: TaskRecord, code: number, address: number): number {
	const thread = task.thread!;
	switch (code) {
		case ARCH_SET_FS:
			thread.fsBase = BigInt(address);
			return 0;
		case ARCH_SET_GS:
			thread.gsBase = BigInt(address);
			return 0;
		case ARCH_GET_FS:
			return task.memory.setU64(address, thread.fsBase) ? 0 : -ERRNO.EFAULT;
		case ARCH_GET_GS:
			return task.memory.setU64(address, thread.gsBase) ? 0 : -ERRNO.EFAULT;
		default:
			return -ERRNO.EINVAL;
	}
}

/** The options of prctl(2) that pass addresses; the rest are numbers. */
function prctlGuest(task: TaskRecord, option: number, argument: number, third: number): number {
	const { memory, process } = task;
	switch (option) {
		case PR.SET_NAME: {
			const bytes = memory.readable(argument, 1) && memory.path(argument);
			if (typeof bytes !== "string") return -ERRNO.EFAULT;
			setName(task, bytes);
			return 0;
		}
		case PR.GET_NAME: {
			const bytes = memory.writable(argument, 16);
			if (!bytes) return -ERRNO.EFAULT;
			bytes.fill(0);
			bytes.set(new TextEncoder().encode(task.name).subarray(0, 15));
			return 0;
		}
		case PR.GET_PDEATHSIG:
			return memory.setU32(argument, process.deathSignal) ? 0 : -ERRNO.EFAULT;
		case PR.GET_CHILD_SUBREAPER:
			return memory.setU32(argument, process.subreaper ? 1 : 0) ? 0 : -ERRNO.EFAULT;
		case PR.GET_TSC:
			return memory.setU32(argument, 1) ? 0 : -ERRNO.EFAULT;
		default:
			return prctl(task, option, argument, third);
	}
}

function sysinfo(task: GuestTask, address: number): number {
	const bytes = task.memory.writable(address, 112);
	if (!bytes) return -ERRNO.EFAULT;
	bytes.fill(0);
	const view = new DataView(bytes.buffer, bytes.byteOffset, 112);
	const { kernel } = task;
	const free = kernel.memory.free();
	let processes = 0;
	let running = 0;
	for (const process of kernel.processes()) {
		processes += 1;
		if (process.state === "R") running += 1;
	}
	view.setBigInt64(0, BigInt(Math.floor(kernel.uptime() / 1000)), true);
	// Load averages with 16 bits of fraction: what runs now, since nothing averages it.
	for (const offset of [8, 16, 24]) view.setBigUint64(offset, BigInt(running) << 16n, true);
	view.setBigUint64(32, BigInt(kernel.memory.total), true);
	view.setBigUint64(40, BigInt(free), true);
	view.setUint16(80, processes, true);
	view.setUint32(104, 1, true);
	return 0;
}

function futexCall(
	task: TaskRecord,
	address: number,
	operation: number,
	value: number,
	timeoutAt: number,
	third: number,
): number | Blocked {
	const command = operation & ~(futex.FUTEX_PRIVATE | futex.FUTEX_CLOCK_REALTIME);
	const mm = task.process.mm!;
	if (address % 4 !== 0) return -ERRNO.EINVAL;
	switch (command) {
		case futex.FUTEX_WAIT:
		case futex.FUTEX_WAIT_BITSET: {
			const timeout = timeoutAt === 0 ? undefined : readTimespec(task, timeoutAt);
			if (timeout !== undefined && timeout < 0) return timeout;
			return futex.futexWait(
				task,
				address,
				value,
				timeout === undefined ? undefined : deadline(task, command, operation, timeout),
			);
		}
		case futex.FUTEX_WAKE:
		case futex.FUTEX_WAKE_BITSET:
			return futex.futexWake(mm, address, value);
		case futex.FUTEX_CMP_REQUEUE:
			if (task.memory.i32(address) !== (third | 0)) return -ERRNO.EAGAIN;
			return futex.futexRequeue(mm, address, value, timeoutAt);
		case futex.FUTEX_REQUEUE:
			return futex.futexRequeue(mm, address, value, timeoutAt);
		default:
			return -ERRNO.ENOSYS;
	}
}
/** FUTEX_WAIT counts from now; FUTEX_WAIT_BITSET names a moment of a clock. In monotonic milliseconds. */
function deadline(task: TaskRecord, command: number, operation: number, timeout: number): number {
	const now = task.kernel.uptime();
	if (command === futex.FUTEX_WAIT) return now + timeout;
	if (!(operation & futex.FUTEX_CLOCK_REALTIME)) return timeout;
	return now + timeout - Number(task.kernel.now()) / 1e6;
}

const PRIO_PROCESS = 0;
function setpriority(task: GuestTask, which: number, who: number, wanted: number): number {
	if (which !== PRIO_PROCESS) return which >= 0 && which <= 2 ? 0 : -ERRNO.EINVAL;
	const target = processOf(task, who);
	if (!target) return -ERRNO.ESRCH;
	const nice = Math.max(-20, Math.min(19, wanted));
	if (nice < target.nice && !capable(task, CAP.SYS_NICE)) return -ERRNO.EACCES;
	target.nice = nice;
	return 0;
}

export const systemRows: SyscallRow[] = [
	{ number: 24, name: "sched_yield", args: [], handler: () => 0 },
	{
		number: 202,
		name: "futex",
		args: ["address", "int", "uint", "address", "address", "uint"],
		handler: (task, [address, operation, value, timeout, , third]) =>
			futexCall(taskRecord(task), address, operation | 0, value | 0, timeout, third),
	},
	{
		number: 157,
		name: "prctl",
		args: ["int", "address", "address", "address", "address"],
		handler: (task, [option, argument, third]) => prctlGuest(taskRecord(task), option | 0, argument, third),
	},
	{
		number: 158,
		name: "arch_prctl",
		args: ["int", "address"],
		handler: (task, [code, address]) => archPrctl(taskRecord(task), code | 0, address),
	},
	{
		number: 302,
		name: "prlimit64",
		args: ["pid", "int", "address", "address"],
		handler: (task, [pid, resource, next, old]) => prlimit(task, pid | 0, resource | 0, next, old),
	},
	{
		number: 97,
		name: "getrlimit",
		args: ["int", "address"],
		handler: (task, [resource, old]) => prlimit(task, 0, resource | 0, 0, old),
	},
	{
		number: 160,
		name: "setrlimit",
		args: ["int", "address"],
		handler: (task, [resource, next]) => prlimit(task, 0, resource | 0, next, 0),
	},
	{
		number: 98,
		name: "getrusage",
		args: ["int", "address"],
		handler(task, [who, address]) {
			const { process } = taskRecord(task);
			const children = (who | 0) === -1;
			if (!children && who !== 0 && who !== 1) return -ERRNO.EINVAL;
			const time = children ? process.childrenCpuTime : process.cpuTime;
			return writeUsage(task, address, time, children ? 0 : process.memorySize) ? 0 : -ERRNO.EFAULT;
		},
	},
	{ number: 99, name: "sysinfo", args: ["address"], handler: (task, [address]) => sysinfo(task, address) },
	{
		number: 318,
		name: "getrandom",
		args: ["buffer", "size", "flags"],
		handler(task, [address, size, flags]) {
			if (flags & ~7) return -ERRNO.EINVAL;
			const length = Math.min(size, 65536);
			const bytes = task.memory.writable(address, length);
			if (!bytes) return -ERRNO.EFAULT;
			bytes.set(task.kernel.random(new Uint8Array(length)));
			return length;
		},
	},
	{
		number: 140,
		name: "getpriority",
		args: ["int", "int"],
		handler(task, [which, who]) {
			if (which < 0 || which > 2) return -ERRNO.EINVAL;
			const target = which === PRIO_PROCESS ? processOf(task, who | 0) : taskRecord(task).process;
			return target ? 20 - target.nice : -ERRNO.ESRCH;
		},
	},
	{
		number: 141,
		name: "setpriority",
		args: ["int", "int", "int"],
		handler: (task, [which, who, wanted]) => setpriority(task, which | 0, who | 0, wanted | 0),
	},
	{
		number: 204,
		name: "sched_getaffinity",
		args: ["pid", "size", "address"],
		handler(task, [pid, size, address]) {
			if (!processOf(task, pid | 0)) return -ERRNO.ESRCH;
			if (size < 8 || size % 8 !== 0) return -ERRNO.EINVAL;
			return task.memory.setU64(address, 1n) ? 8 : -ERRNO.EFAULT;
		},
	},
	{
		number: 203,
		name: "sched_setaffinity",
		args: ["pid", "size", "address"],
		handler(task, [pid, , address]) {
			if (!processOf(task, pid | 0)) return -ERRNO.ESRCH;
			const mask = task.memory.u32(address);
			return mask === undefined ? -ERRNO.EFAULT : mask & 1 ? 0 : -ERRNO.EINVAL;
		},
	},
	{
		number: 145,
		name: "sched_getscheduler",
		args: ["pid"],
		handler: (task, [pid]) => (processOf(task, pid | 0) ? 0 : -ERRNO.ESRCH),
	},
	{
		number: 143,
		name: "sched_getparam",
		args: ["pid", "address"],
		handler: (task, [pid, address]) =>
			!processOf(task, pid | 0) ? -ERRNO.ESRCH : task.memory.setU32(address, 0) ? 0 : -ERRNO.EFAULT,
	},
	// Only the ordinary policy is there, so that priorities have one value.
	{
		number: 144,
		name: "sched_setscheduler",
		args: ["pid", "int", "address"],
		handler: (_task, [, policy]) => (policy === 0 || policy === 3 || policy === 5 ? 0 : -ERRNO.EPERM),
	},
	{
		number: 146,
		name: "sched_get_priority_max",
		args: ["int"],
		handler: (_task, [policy]) => (policy === 1 || policy === 2 ? 99 : policy >= 0 && policy <= 5 ? 0 : -ERRNO.EINVAL),
	},
	{
		number: 147,
		name: "sched_get_priority_min",
		args: ["int"],
		handler: (_task, [policy]) => (policy === 1 || policy === 2 ? 1 : policy >= 0 && policy <= 5 ? 0 : -ERRNO.EINVAL),
	},
	{
		number: 309,
		name: "getcpu",
		args: ["address", "address"],
		handler: (task, [cpu, node]) =>
			(cpu === 0 || task.memory.setU32(cpu, 0)) && (node === 0 || task.memory.setU32(node, 0)) ? 0 : -ERRNO.EFAULT,
	},
	// PER_LINUX; other personalities are not there.
	{
		number: 135,
		name: "personality",
		args: ["flags"],
		handler: (_task, [persona]) => (persona >>> 0 === 0xffffffff || (persona & 0xff) === 0 ? 0 : -ERRNO.EINVAL),
	},
	{
		number: 103,
		name: "syslog",
		args: ["int", "buffer", "int"],
		handler: (task, [type]) => (type === 3 || type === 10 || capable(task, CAP.SYSLOG) ? 0 : -ERRNO.EPERM),
	},
	// A tab is not switched off from inside.
	{
		number: 169,
		name: "reboot",
		args: ["int", "int", "int", "address"],
		handler: (task) => (capable(task, CAP.SYS_BOOT) ? -ERRNO.EINVAL : -ERRNO.EPERM),
	},
	{
		number: 324,
		name: "membarrier",
		args: ["int", "flags", "int"],
		handler: (_task, [command]) => (command === 0 ? 0 : -ERRNO.EINVAL),
	},
];
