// Policies and priorities (man 7 sched). There is one processor and cgroups share it by weight; what a program says of its own
// importance is kept and shown, with the rules of who may say what.

import { ERRNO, type Errno } from "../../lib/errno";
import { CAP, capableIn } from "./capability";
import { RLIMIT } from "./limits";
import type { ProcessRecord } from "./process";
import type { TaskRecord } from "./task";

export const SCHED = { OTHER: 0, FIFO: 1, RR: 2, BATCH: 3, IDLE: 5, DEADLINE: 6, EXT: 7 } as const;
export const RESET_ON_FORK = 0x4000_0000;

export interface Scheduling {
	policy: number;
	/** 1 to 99 for the real-time policies, else 0. */
	priority: number;
	resetOnFork: boolean;
}
export const ORDINARY: Scheduling = { policy: SCHED.OTHER, priority: 0, resetOnFork: false };
/** What fork(2) passes on. */
export const inheritedScheduling = (from: Scheduling): Scheduling => (from.resetOnFork ? ORDINARY : from);

const isRealtime = (policy: number): boolean => policy === SCHED.FIFO || policy === SCHED.RR;
/** The range of sched_priority, or undefined for a policy that is not there. */
export function priorityRange(policy: number): [least: number, most: number] | undefined {
	if (isRealtime(policy)) return [1, 99];
	return policy === SCHED.OTHER || policy === SCHED.BATCH || policy === SCHED.IDLE ? [0, 0] : undefined;
}

/** One may change what is one's own; CAP_SYS_NICE what is others'. */
export function mayReschedule(task: TaskRecord, target: TaskRecord): boolean {
	const { euid } = task.identity;
	if (euid === target.identity.euid || euid === target.identity.ruid) return true;
	return capableIn(task, target.namespaces.user, CAP.SYS_NICE);
}
const mayRaise = (task: TaskRecord): boolean => capableIn(task, task.namespaces.user, CAP.SYS_NICE);

/** sched_setscheduler(2). EINVAL, EPERM. */
export function setScheduling(task: TaskRecord, target: TaskRecord, next: Scheduling): Errno | 0 {
	const range = priorityRange(next.policy);
	if (!range || next.priority < range[0] || next.priority > range[1]) return -ERRNO.EINVAL;
	if (!mayReschedule(task, target)) return -ERRNO.EPERM;
	if (!mayRaise(task)) {
		const now = target.scheduling;
		const limit = target.process.limits.get(RLIMIT.RTPRIO)!.soft;
		if (isRealtime(next.policy)) {
			if (next.policy !== now.policy && limit === 0) return -ERRNO.EPERM;
			if (next.priority > now.priority && next.priority > limit) return -ERRNO.EPERM;
		}
		if (now.resetOnFork && !next.resetOnFork) return -ERRNO.EPERM;
	}
	target.scheduling = next;
	return 0;
}

/** setpriority(2) of one process: RLIMIT_NICE, or CAP_SYS_NICE to become more important. EPERM, EACCES. */
export function setNice(task: TaskRecord, target: ProcessRecord, wanted: number): Errno | 0 {
	const nice = Math.max(-20, Math.min(19, wanted));
	if (!mayReschedule(task, target.leader)) return -ERRNO.EPERM;
	const allowed = 20 - nice <= target.limits.get(RLIMIT.NICE)!.soft;
	if (nice < target.nice && !allowed && !mayRaise(task)) return -ERRNO.EACCES;
	target.nice = nice;
	return 0;
}
