// System calls on the address space. Decoding only; mm/ acts.

import { PAGE } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import { madvise, mmap, mprotect, mremap, munmap } from "../mm/mmap";
import { RLIMIT } from "../proc/limits";
import { taskRecord } from "../proc/process";
import type { SyscallRow } from "./row";

/** Flags of mlockall(2): memory is never swapped here, so there is nothing more to do. */
const MCL_ALL = 7;

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
		handler(task, [address, size]) {
			const mm = taskRecord(task).process.mm!;
			if (address % PAGE !== 0) return -ERRNO.EINVAL;
			if (!mm.areas.covers(address, address + size)) return -ERRNO.ENOMEM;
			mm.leaveShared();
			return 0;
		},
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
		handler(task, [address, size, into]) {
			const mm = taskRecord(task).process.mm!;
			const pages = Math.ceil(size / PAGE);
			if (address % PAGE !== 0) return -ERRNO.EINVAL;
			if (!mm.areas.covers(address, address + pages * PAGE)) return -ERRNO.ENOMEM;
			const bytes = task.memory.writable(into, pages);
			bytes?.fill(1);
			return bytes ? 0 : -ERRNO.EFAULT;
		},
	},
	{ number: 149, name: "mlock", args: ["address", "size"], handler: () => 0 },
	{ number: 150, name: "munlock", args: ["address", "size"], handler: () => 0 },
	{
		number: 151,
		name: "mlockall",
		args: ["flags"],
		handler: (_task, [flags]) => (flags & ~MCL_ALL || flags === 0 ? -ERRNO.EINVAL : 0),
	},
	{ number: 152, name: "munlockall", args: [], handler: () => 0 },
	{
		number: 325,
		name: "mlock2",
		args: ["address", "size", "flags"],
		handler: (_task, [, , flags]) => (flags & ~1 ? -ERRNO.EINVAL : 0),
	},
];
