// The other system calls: prctl, chance, and what the machine says of itself.

import { PAGE } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { PR, prctl, setName } from "../proc/prctl";
import { type ProcessRecord, taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Arguments, GuestTask, SyscallRow } from "./row";
import { prctlSeccomp } from "./seccomp";

const ARCH_SET_GS = 0x1001;
const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;
const ARCH_GET_GS = 0x1004;
/** May cpuid be executed? Always: the processor cannot make it a fault. */
const ARCH_GET_CPUID = 0x1011;
const ARCH_SET_CPUID = 0x1012;
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
		case ARCH_GET_CPUID:
			return 1;
		case ARCH_SET_CPUID:
			return -ERRNO.ENODEV;
		default:
			return -ERRNO.EINVAL;
	}
}

/** The options of prctl(2) that pass addresses; the rest are numbers. */
function prctlGuest(task: TaskRecord, [code, argument, third, fourth, fifth]: Arguments): number {
	const option = code | 0;
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
		case PR.SET_SECCOMP:
			return prctlSeccomp(task, argument, third);
		case PR.SET_VMA:
			// The name of an anonymous mapping is for /proc/PID/maps alone.
			return argument === 0 && third % PAGE === 0 ? 0 : -ERRNO.EINVAL;
		case PR.GET_TSC:
			return memory.setU32(argument, 1) ? 0 : -ERRNO.EFAULT;
		default:
			return prctl(task, option, argument, third, fourth, fifth);
	}
}

/** Commands of membarrier(2) as bits: each that needs it has a registration, which is the next bit. */
const BARRIER_COMMANDS = 0x3ff;
const BARRIER_REGISTRATIONS = 0x154;
const BARRIER_NEEDS = 0xa8;
const BARRIER_GET = 0x200;
/** There is one processor, and a system call is a barrier: nothing is left to do but to say who asked. */
function membarrier(process: ProcessRecord, command: number, flags: number): number {
	if (flags !== 0 || command < 0 || command & ~BARRIER_COMMANDS || command & (command - 1)) return -ERRNO.EINVAL;
	if (command === 0) return BARRIER_COMMANDS;
	if (command === BARRIER_GET) return process.barriers;
	if (command & BARRIER_REGISTRATIONS) process.barriers |= command;
	if (command & BARRIER_NEEDS && !(process.barriers & (command << 1))) return -ERRNO.EPERM;
	return 0;
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

export const systemRows: SyscallRow[] = [
	{
		number: 157,
		name: "prctl",
		args: ["prctlOption", "prctlArgument"],
		handler: (task, args) => prctlGuest(taskRecord(task), args),
	},
	{
		number: 158,
		name: "arch_prctl",
		args: ["archOption", "address"],
		handler: (task, [code, address]) => archPrctl(taskRecord(task), code | 0, address),
	},
	{ number: 99, name: "sysinfo", args: ["sysinfo"], handler: (task, [address]) => sysinfo(task, address) },
	{
		number: 318,
		name: "getrandom",
		args: ["randomBytes", "size", "randomFlags"],
		handler(task, [address, size, flags]) {
			if (flags & ~7) return -ERRNO.EINVAL;
			const length = Math.min(size, 65536);
			const bytes = task.memory.writable(address, length);
			if (!bytes) return -ERRNO.EFAULT;
			bytes.set(task.kernel.random(new Uint8Array(length)));
			return length;
		},
	},
	// Of the ways to be another system none is there; what is asked for is kept and shown, as programs set it and read it back.
	{
		number: 135,
		name: "personality",
		args: ["flags"],
		handler(task, [persona]) {
			const { process } = taskRecord(task);
			const before = process.personality;
			if (persona >>> 0 !== 0xffff_ffff) process.personality = persona >>> 0;
			return before;
		},
	},
	{
		number: 103,
		name: "syslog",
		args: ["int", "buffer", "int"],
		handler(task, [type, buffer, length]) {
			if (type !== 3 && type !== 10 && !capableGlobally(task, CAP.SYSLOG)) return -ERRNO.EPERM;
			// To read (2 to 4) there has to be room; the console's level (8) is one of eight.
			if (type >= 2 && type <= 4 && (buffer === 0 || (length | 0) < 0)) return -ERRNO.EINVAL;
			if (type === 8 && ((length | 0) < 1 || (length | 0) > 8)) return -ERRNO.EINVAL;
			return type >= 0 && type <= 10 ? 0 : -ERRNO.EINVAL;
		},
	},
	// A tab is not switched off from inside.
	{
		number: 169,
		name: "reboot",
		args: ["int", "int", "int", "address"],
		handler: (task) => (capableGlobally(task, CAP.SYS_BOOT) ? -ERRNO.EINVAL : -ERRNO.EPERM),
	},
	{
		number: 324,
		name: "membarrier",
		args: ["int", "flags", "int"],
		handler: (task, [command, flags]) => membarrier(taskRecord(task).process, command | 0, flags),
	},
];
