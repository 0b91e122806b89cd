// Resource limits (man 2 getrlimit): numbers, defaults and who may raise them.

import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { CAP, capableGlobally } from "./capability";

export const RLIMIT = {
	CPU: 0,
	FSIZE: 1,
	DATA: 2,
	STACK: 3,
	CORE: 4,
	RSS: 5,
	NPROC: 6,
	NOFILE: 7,
	MEMLOCK: 8,
	AS: 9,
	LOCKS: 10,
	SIGPENDING: 11,
	MSGQUEUE: 12,
	NICE: 13,
	RTPRIO: 14,
	RTTIME: 15,
} as const;
export const RLIM_NLIMITS = 16;

export interface Limit {
	/** Infinity is RLIM_INFINITY. */
	soft: number;
	hard: number;
}
export type Limits = Map<number, Limit>;

const NONE = Number.POSITIVE_INFINITY;

/** What init has (include/asm-generic/resource.h, with systemd's descriptors). */
export function defaultLimits(maxProcesses: number): Limits {
	const limits: Limits = new Map();
	for (let resource = 0; resource < RLIM_NLIMITS; resource++) limits.set(resource, { soft: NONE, hard: NONE });
	limits.set(RLIMIT.STACK, { soft: 8 << 20, hard: NONE });
	limits.set(RLIMIT.CORE, { soft: 0, hard: NONE });
	limits.set(RLIMIT.NPROC, { soft: maxProcesses, hard: maxProcesses });
	limits.set(RLIMIT.NOFILE, { soft: 1024, hard: 1048576 });
	limits.set(RLIMIT.MEMLOCK, { soft: 8 << 20, hard: 8 << 20 });
	limits.set(RLIMIT.SIGPENDING, { soft: maxProcesses, hard: maxProcesses });
	limits.set(RLIMIT.MSGQUEUE, { soft: 819200, hard: 819200 });
	limits.set(RLIMIT.NICE, { soft: 0, hard: 0 });
	limits.set(RLIMIT.RTPRIO, { soft: 0, hard: 0 });
	return limits;
}
export const copyLimits = (limits: Limits): Limits => new Map([...limits].map(([resource, limit]) => [resource, { ...limit }]));

/** EINVAL, EPERM. */
export function setLimit(task: Task, target: Limits, resource: number, soft: number, hard: number): number {
	const before = target.get(resource);
	if (!before || soft > hard) return -ERRNO.EINVAL;
	if (resource === RLIMIT.NOFILE && hard > 1048576) return -ERRNO.EPERM;
	if (hard > before.hard && !capableGlobally(task, CAP.SYS_RESOURCE)) return -ERRNO.EPERM;
	target.set(resource, { soft, hard });
	return 0;
}
