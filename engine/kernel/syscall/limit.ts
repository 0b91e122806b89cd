// System calls on resource limits and use (man 2 getrlimit, getrusage). Decoding only; proc/limits acts.

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { RLIM_NLIMITS, setLimit } from "../proc/limits";
import { taskRecord } from "../proc/process";
import type { GuestTask, SyscallRow } from "./row";
import { processOf } from "./target";
import { writeUsage } from "./usage";

const INFINITY = 0xffff_ffff_ffff_ffffn;
const fromRlim = (value: bigint): number => (value === INFINITY ? Number.POSITIVE_INFINITY : Number(value));
const toRlim = (value: number): bigint => (value === Number.POSITIVE_INFINITY ? INFINITY : BigInt(value));

function prlimit(task: GuestTask, pid: number, resource: number, newAt: number, oldAt: number): number {
	const target = processOf(task, pid);
	if (!target) return -ERRNO.ESRCH;
	if (resource < 0 || resource >= RLIM_NLIMITS) return -ERRNO.EINVAL;
	const own = target === taskRecord(task).process || target.leader.identity.ruid === task.identity.ruid;
	if (!own && !capableGlobally(task, CAP.SYS_RESOURCE)) return -ERRNO.EPERM;
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

export const limitRows: SyscallRow[] = [
	{
		number: 302,
		name: "prlimit64",
		args: ["pid", "resource", "rlimit", "outRlimit"],
		handler: (task, [pid, resource, next, old]) => prlimit(task, pid | 0, resource | 0, next, old),
	},
	{
		number: 97,
		name: "getrlimit",
		args: ["resource", "outRlimit"],
		handler: (task, [resource, old]) => prlimit(task, 0, resource | 0, 0, old),
	},
	{
		number: 160,
		name: "setrlimit",
		args: ["resource", "rlimit"],
		handler: (task, [resource, next]) => prlimit(task, 0, resource | 0, next, 0),
	},
	{
		number: 98,
		name: "getrusage",
		args: ["usageOf", "rusage"],
		handler(task, [who, address]) {
			const { process } = taskRecord(task);
			const children = (who | 0) === -1;
			if (!children && who !== 0 && who !== 1) return -ERRNO.EINVAL;
			const time = children ? process.childrenCpuTime : process.cpuTime;
			return writeUsage(task, address, time, children ? process.childrenPeak : process.peak) ? 0 : -ERRNO.EFAULT;
		},
	},
];
