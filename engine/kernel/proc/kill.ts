// kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2): whom a program may signal, and what goes with it.

import { ERRNO } from "../../lib/errno";
import { CAP, capableIn } from "./capability";
import { RLIMIT } from "./limits";
import type { PidNamespaceRecord, PidRecord } from "./pid";
import type { ProcessRecord } from "./process";
import { SIG, SIGNAL_MAX, SIGRTMIN } from "./signal/numbers";
import { SI_TKILL, SI_USER, type SignalInfo } from "./signal/pending";
import { sendToProcess, sendToTask } from "./signal/send";
import type { TaskRecord } from "./task";

const INT_MIN = -0x8000_0000;

const infoFrom = (task: TaskRecord, signal: number, code: number): SignalInfo => ({
	signal,
	code,
	pid: task.process.pid,
	uid: task.identity.ruid,
});
/** What rt_sigqueueinfo(2) and its kind were given; only the number in it is not the sender's. */
const infoOf = (task: TaskRecord, signal: number, raw: Uint8Array): SignalInfo => {
	const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
	return { ...infoFrom(task, signal, view.getInt32(8, true)), value: view.getBigUint64(24, true), raw };
};

/** The real or effective user of the sender is the real or saved one of the target, or CAP_KILL over it. */
function permitted(task: TaskRecord, target: ProcessRecord, signal: number): boolean {
	if (target === task.process) return true;
	const theirs = target.leader.identity;
	const mine = [task.identity.ruid, task.identity.euid];
	if (mine.includes(theirs.ruid) || mine.includes(theirs.suid)) return true;
	if (signal === SIG.SIGCONT && target.session === task.process.session) return true;
	return capableIn(task, target.leader.namespaces.user, CAP.KILL);
}

const isSignal = (signal: number): boolean => signal >= 0 && signal <= SIGNAL_MAX;

/** One process, which may have ended: pidfd_send_signal(2) with or without a siginfo_t. ESRCH once it is reaped. */
export function signalProcess(task: TaskRecord, target: ProcessRecord, signal: number, raw?: Uint8Array): number {
	if (!isSignal(signal)) return -ERRNO.EINVAL;
	if (target.gone) return -ERRNO.ESRCH;
	if (!permitted(task, target, signal)) return -ERRNO.EPERM;
	if (raw && !mayQueue(target, signal)) return -ERRNO.EAGAIN;
	if (signal) sendToProcess(target, raw ? infoOf(task, signal, raw) : infoFrom(task, signal, SI_USER));
	return 0;
}
/** rt_sigqueueinfo(2). */
export function sigqueue(task: TaskRecord, pid: number, signal: number, raw: Uint8Array): number {
	const target = pid > 0 ? task.kernel.findTask(pid, task.namespaces.pid)?.process : undefined;
	return target ? signalProcess(task, target, signal, raw) : -ERRNO.ESRCH;
}
/** RLIMIT_SIGPENDING: real-time signals that would lose what goes with them are refused. */
function mayQueue(target: ProcessRecord, signal: number): boolean {
	return signal < SIGRTMIN || queuedFor(target) < target.limits.get(RLIMIT.SIGPENDING)!.soft;
}
/** Signals that wait for the processes of the target's user. */
export function queuedFor(target: ProcessRecord): number {
	const { ruid } = target.leader.identity;
	let queued = 0;
	for (const other of target.kernel.processes()) {
		if (other.leader.identity.ruid !== ruid) continue;
		queued += other.pending.length;
		for (const task of other.tasks) queued += task.pending.length;
	}
	return queued;
}

/** kill(2). `pid` as the caller sees it. EINVAL, EPERM, ESRCH. */
export function kill(task: TaskRecord, pid: number, signal: number): number {
	if (!isSignal(signal)) return -ERRNO.EINVAL;
	if (pid > 0) {
		const target = task.kernel.findTask(pid, task.namespaces.pid)?.process;
		return target ? signalProcess(task, target, signal) : -ERRNO.ESRCH;
	}
	if (pid === INT_MIN) return -ERRNO.ESRCH;
	return signalAll(task, pid === -1 ? everyone(task) : group(task, -pid), signal);
}
/** A process group, by the record that its members share. */
export const signalGroup = (task: TaskRecord, group: PidRecord, signal: number): number =>
	isSignal(signal) ? signalAll(task, [...task.kernel.members(group.number)], signal) : -ERRNO.EINVAL;

function signalAll(task: TaskRecord, targets: readonly ProcessRecord[], signal: number): number {
	const info = infoFrom(task, signal, SI_USER);
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

/** tgkill(2); tkill(2) when `tgid` is left out; rt_tgsigqueueinfo(2) with the siginfo_t. */
export function tgkill(task: TaskRecord, tgid: number | undefined, tid: number, signal: number, raw?: Uint8Array): number {
	if (tid <= 0 || (tgid !== undefined && tgid <= 0)) return -ERRNO.EINVAL;
	const target = task.kernel.findTask(tid, task.namespaces.pid);
	if (!target || (tgid !== undefined && target.process.pidIn(task.namespaces.pid) !== tgid)) return -ERRNO.ESRCH;
	if (!isSignal(signal)) return -ERRNO.EINVAL;
	if (!permitted(task, target.process, signal)) return -ERRNO.EPERM;
	if (raw && !mayQueue(target.process, signal)) return -ERRNO.EAGAIN;
	if (signal) sendToTask(target, raw ? infoOf(task, signal, raw) : infoFrom(task, signal, SI_TKILL));
	return 0;
}
