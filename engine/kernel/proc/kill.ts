// kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2): whom a program may signal, and what goes with it.

import { ERRNO } from "../../lib/errno";
import { CAP, capableIn } from "./capability";
import type { PidNamespaceRecord } from "./pid";
import type { ProcessRecord } from "./process";
import { SIG, SIGNAL_MAX } from "./signal/numbers";
import { SI_TKILL, SI_USER, type SignalInfo } from "./signal/pending";
import { sendToProcess, sendToTask } from "./signal/send";
import type { TaskRecord } from "./task";

export const infoFrom = (task: TaskRecord, signal: number, code: number, value?: bigint): SignalInfo => ({
	signal,
	code,
	pid: task.process.pid,
	uid: task.identity.ruid,
	value,
});

/** The real or effective user of the sender is the real or saved one of the target, or CAP_KILL over it. */
function permitted(task: TaskRecord, target: ProcessRecord, signal: number): boolean {
	if (target === task.process) return true;
	const theirs = target.leader.identity;
	const mine = [task.identity.ruid, task.credentials.uid];
	if (mine.includes(theirs.ruid) || mine.includes(theirs.suid)) return true;
	if (signal === SIG.SIGCONT && target.session === task.process.session) return true;
	return capableIn(task, target.leader.namespaces.user, CAP.KILL);
}

/** kill(2). `pid` as the caller sees it. EINVAL, EPERM, ESRCH. */
export function kill(task: TaskRecord, pid: number, signal: number, value?: bigint, code = SI_USER): number {
	if (signal < 0 || signal > SIGNAL_MAX) return -ERRNO.EINVAL;
	const info = infoFrom(task, signal, code, value);
	if (pid > 0) {
		const target = task.kernel.findTask(pid, task.namespaces.pid)?.process;
		if (!target) return -ERRNO.ESRCH;
		if (!permitted(task, target, signal)) return -ERRNO.EPERM;
		if (signal) sendToProcess(target, info);
		return 0;
	}
	const targets = pid === -1 ? everyone(task) : group(task, -pid);
	if (targets.length === 0) return -ERRNO.ESRCH;
	const allowed = targets.filter((target) => permitted(task, target, signal));
	if (signal) for (const target of allowed) sendToProcess(target, info);
	return allowed.length > 0 ? 0 : -ERRNO.EPERM;
}

/** kill(-1): all that the caller sees, but itself and PID 1 of its namespace. */
function everyone(task: TaskRecord): ProcessRecord[] {
	const namespace = task.namespaces.pid as PidNamespaceRecord;
	return [...task.kernel.processes()].filter(
		(process) => process !== task.process && process.pidIn(namespace) > 1 && !process.gone,
	);
}
function group(task: TaskRecord, pgid: number): ProcessRecord[] {
	const { process, kernel } = task;
	const number = pgid === 0 ? process.pgid : kernel.groupFrom(pgid, task.namespaces.pid);
	return number ? [...kernel.members(number)] : [];
}

/** tgkill(2); tkill(2) when `tgid` is left out. */
export function tgkill(task: TaskRecord, tgid: number | undefined, tid: number, signal: number): number {
	if (tid <= 0 || (tgid !== undefined && tgid <= 0) || signal < 0 || signal > SIGNAL_MAX) return -ERRNO.EINVAL;
	const target = task.kernel.findTask(tid, task.namespaces.pid);
	if (!target || (tgid !== undefined && target.process.pidIn(task.namespaces.pid) !== tgid)) return -ERRNO.ESRCH;
	if (!permitted(task, target.process, signal)) return -ERRNO.EPERM;
	if (signal) sendToTask(target, infoFrom(task, signal, SI_TKILL));
	return 0;
}
