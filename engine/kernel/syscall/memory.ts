// System calls on the address space. Decoding only; mm/ acts.

import { ERRNO } from "../../lib/errno";
import { madvise, mincore, msync } from "../mm/advise";
import { mlock, mlockall, munlock, munlockall } from "../mm/lock";
import { mmap, mprotect, munmap } from "../mm/mmap";
import { mremap } from "../mm/mremap";
import { RLIMIT } from "../proc/limits";
import { taskRecord } from "../proc/process";
import type { SyscallRow } from "./row";

export const memoryRows: SyscallRow[] = [
	{
		number: 9,
		name: "mmap",
		args: ["address", "size", "prot", "mapFlags", "fd", "offset"],
		handler: (task, [address, size, prot, flags, fd, offset]) =>
			mmap(taskRecord(task), address, size, prot, flags, fd | 0, offset),
	},
	{
		number: 10,
		name: "mprotect",
		args: ["address", "size", "prot"],
		handler: (task, [address, size, prot]) => mprotect(taskRecord(task), address, size, prot),
	},
	{
		number: 11,
		name: "munmap",
		args: ["address", "size"],
		handler: (task, [address, size]) => munmap(taskRecord(task), address, size),
	},
	{
		number: 12,
		name: "brk",
		args: ["address"],
		handler: (task, [address]) => {
			const { process } = taskRecord(task);
			return process.mm!.setHeapEnd(address, process.limits.get(RLIMIT.DATA)!.soft);
		},
	},
	{
		number: 25,
		name: "mremap",
		args: ["address", "size", "size", "remapFlags"],
		handler: (task, [address, oldSize, newSize, flags, to]) => mremap(taskRecord(task), address, oldSize, newSize, flags, to),
	},
	{
		number: 26,
		name: "msync",
		args: ["address", "size", "syncFlags"],
		handler: (task, [address, size, flags]) => msync(taskRecord(task), address, size, flags | 0),
	},
	{
		number: 28,
		name: "madvise",
		args: ["address", "size", "advice"],
		handler: (task, [address, size, advice]) => madvise(taskRecord(task), address, size, advice | 0),
	},
	{
		number: 27,
		name: "mincore",
		args: ["address", "size", "address"],
		handler: (task, [address, size, into]) => mincore(taskRecord(task), address, size, into),
	},
	{
		number: 149,
		name: "mlock",
		args: ["address", "size"],
		handler: (task, [address, size]) => mlock(taskRecord(task), address, size, false),
	},
	{
		number: 150,
		name: "munlock",
		args: ["address", "size"],
		handler: (task, [address, size]) => munlock(taskRecord(task), address, size),
	},
	{
		number: 151,
		name: "mlockall",
		args: ["flags"],
		handler: (task, [flags]) => mlockall(taskRecord(task), flags | 0),
	},
	{ number: 152, name: "munlockall", args: [], handler: (task) => munlockall(taskRecord(task)) },
	{
		number: 325,
		name: "mlock2",
		args: ["address", "size", "flags"],
		handler: (task, [address, size, flags]) =>
			flags & ~1 ? -ERRNO.EINVAL : mlock(taskRecord(task), address, size, (flags & 1) !== 0),
	},
];
