// System calls that threads are made of: futexes, robust lists, restartable sequences. Decoding only; proc/ acts.

import { ERRNO } from "../../lib/errno";
import { mayInspect } from "../proc/access";
import { ROBUST_HEAD } from "../proc/futex/robust";
import { taskRecord } from "../proc/process";
import { rseq } from "../proc/rseq";
import { futexCall, futexWaitv } from "./futex";
import type { GuestTask, SyscallRow } from "./row";

function getRobustList(task: GuestTask, pid: number, headAt: number, sizeAt: number): number {
	const target = pid === 0 ? taskRecord(task) : task.kernel.findTask(pid, task.namespaces.pid);
	if (!target) return -ERRNO.ESRCH;
	if (!mayInspect(task, target)) return -ERRNO.EPERM;
	const { robustList } = taskRecord(target);
	const written = task.memory.setU64(sizeAt, BigInt(ROBUST_HEAD)) && task.memory.setU64(headAt, BigInt(robustList));
	return written ? 0 : -ERRNO.EFAULT;
}

export const threadRows: SyscallRow[] = [
	{
		number: 273,
		name: "set_robust_list",
		args: ["address", "size"],
		handler(task, [head, size]) {
			if (size !== ROBUST_HEAD) return -ERRNO.EINVAL;
			taskRecord(task).robustList = head;
			return 0;
		},
	},
	{
		number: 274,
		name: "get_robust_list",
		args: ["pid", "address", "address"],
		handler: (task, [pid, head, size]) => getRobustList(task, pid | 0, head, size),
	},
	{
		number: 449,
		name: "futex_waitv",
		args: ["address", "uint", "flags", "timespec", "clockid"],
		handler: (task, args) => futexWaitv(taskRecord(task), args),
	},
	{
		number: 202,
		name: "futex",
		args: ["address", "futexOperation", "uint", "futexArgument", "address", "uint"],
		handler: (task, args) => futexCall(taskRecord(task), args),
	},
	{
		number: 334,
		name: "rseq",
		args: ["address", "flags", "flags", "flags"],
		handler: (task, [address, length, flags, signature]) =>
			rseq(taskRecord(task), address, length >>> 0, flags | 0, signature >>> 0),
	},
];
