// System calls on scheduling: one processor, the ordinary policy, and priorities that are kept and shown.

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { taskRecord } from "../proc/process";
import type { GuestTask, SyscallRow } from "./row";
import { processOf } from "./target";

const PRIO_PROCESS = 0;
function setpriority(task: GuestTask, which: number, who: number, wanted: number): number {
	if (which !== PRIO_PROCESS) return which >= 0 && which <= 2 ? 0 : -ERRNO.EINVAL;
	const target = processOf(task, who);
	if (!target) return -ERRNO.ESRCH;
	const nice = Math.max(-20, Math.min(19, wanted));
	if (nice < target.nice && !capableGlobally(task, CAP.SYS_NICE)) return -ERRNO.EACCES;
	target.nice = nice;
	return 0;
}

export const scheduleRows: SyscallRow[] = [
	{ number: 24, name: "sched_yield", args: [], handler: () => 0 },
	{
		number: 140,
		name: "getpriority",
		args: ["priorityOf", "id"],
		handler(task, [which, who]) {
			if (which < 0 || which > 2) return -ERRNO.EINVAL;
			const target = which === PRIO_PROCESS ? processOf(task, who | 0) : taskRecord(task).process;
			return target ? 20 - target.nice : -ERRNO.ESRCH;
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
		handler(task, [pid, , address]) {
			if (!processOf(task, pid | 0)) return -ERRNO.ESRCH;
			const mask = task.memory.u32(address);
			return mask === undefined ? -ERRNO.EFAULT : mask & 1 ? 0 : -ERRNO.EINVAL;
		},
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
		number: 143,
		name: "sched_getparam",
		args: ["pid", "address"],
		handler: (task, [pid, address]) =>
			!processOf(task, pid | 0) ? -ERRNO.ESRCH : task.memory.setU32(address, 0) ? 0 : -ERRNO.EFAULT,
	},
	// Only the ordinary policies are there, so that priorities have one value.
	{
		number: 144,
		name: "sched_setscheduler",
		args: ["pid", "scheduling", "address"],
		handler: (_task, [, policy]) => (policy === 0 || policy === 3 || policy === 5 ? 0 : -ERRNO.EPERM),
	},
	{
		number: 145,
		name: "sched_getscheduler",
		args: ["pid"],
		handler: (task, [pid]) => (processOf(task, pid | 0) ? 0 : -ERRNO.ESRCH),
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
];
