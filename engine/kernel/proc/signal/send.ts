// Sending signals: who gets it, whether it is thrown away at once, and whom it wakes (man 7 signal, kernel/signal.c).

import { fromOutside } from "../../ns/user";
import type { ProcessRecord } from "../process";
import type { TaskRecord } from "../task";
import { tell } from "../watch";
import { bit, defaultAction, SIG, STOP_SIGNALS, signalName } from "./numbers";
import type { SignalInfo } from "./pending";

export const fromKernel = (signal: number): SignalInfo => ({ signal, code: 0x80, pid: 0, uid: 0 });

/** Does the signal, pending and not blocked, end a blocked call? Not those that only stop or do nothing. */
export function interrupts(task: TaskRecord, signal: number): boolean {
	const { actions } = task.process;
	// Its tracer hears of each.
	if (task.tracee) return true;
	if (signal === SIG.SIGKILL || actions.handles(signal)) return true;
	if (actions.get(signal).kind === "ignore" || shielded(task.process, signal, false)) return false;
	const action = defaultAction(signal);
	return action === "terminate" || action === "core";
}

/** PID 1 of a namespace gets only what it handles, but SIGKILL and SIGSTOP from outside (man 7 pid_namespaces). */
export function shielded(process: ProcessRecord, signal: number, forced: boolean): boolean {
	if (process.record.namespace.init !== process) return false;
	if (process.actions.get(signal).kind !== "default") return false;
	return !(forced && (signal === SIG.SIGKILL || signal === SIG.SIGSTOP));
}
const cameFromOutside = (process: ProcessRecord, info: SignalInfo): boolean => {
	const { namespace } = process.record;
	if (info.pid === 0) return namespace.level > 0;
	const sender = process.kernel.process(info.pid) as ProcessRecord | undefined;
	return !!sender && !namespace.contains(sender.record.namespace);
};

/** To the whole process: any thread that does not block it takes it. */
export function sendToProcess(process: ProcessRecord, info: SignalInfo): void {
	send(process, undefined, info);
}
/** To one thread (tkill, faults). */
export function sendToTask(task: TaskRecord, info: SignalInfo): void {
	send(task.process, task, info);
}

function send(process: ProcessRecord, task: TaskRecord | undefined, info: SignalInfo): void {
	const { signal } = info;
	if (process.zombie || signal === 0) return;
	process.kernel.trace.emit("kernel", {
		type: "process.signal",
		pid: process.pid,
		signal: signalName(signal),
		from: info.pid,
	});
	clearOpposite(process, signal);
	if (signal === SIG.SIGCONT) process.kernel.acts.continueProcess(process);
	const outside = cameFromOutside(process, info);
	if (!process.leader.program) queue(process, task, info, outside);
	else if (!shielded(process, signal, outside)) actNative(process, signal);
}

/** Guests: kept until a slice of a thread that does not block it. What would be ignored, and is not blocked, is thrown away. */
function queue(process: ProcessRecord, task: TaskRecord | undefined, info: SignalInfo, outside: boolean): void {
	const { signal } = info;
	const blocked = (one: TaskRecord): boolean =>
		((one.savedMask ?? one.mask) & bit(signal)) !== 0n || (one.mask & bit(signal)) !== 0n;
	const takers = task ? [task] : [...process.tasks].filter((one) => !one.dead);
	const traced = takers.some((one) => one.tracee !== undefined) && signal !== SIG.SIGKILL;
	const ignored = !traced && (process.actions.ignores(signal) || shielded(process, signal, outside));
	if (ignored && !takers.every(blocked)) {
		if (process.leader.watches) tell(process.leader, { kind: "signal", info });
		info.timer?.taken();
		return;
	}
	(task ?? process).pending.add(asReceived(process, info));
	for (const taker of takers) taker.signalArrived.wake();
	const taker = takers.find((one) => !one.dead && !(one.mask & bit(signal)));
	if (signal === SIG.SIGKILL) for (const one of process.tasks) one.nudge();
	else taker?.nudge();
}

/** With the numbers of the receiver's namespaces in place of the initial ones; those that rt_sigqueueinfo was given stay. */
const asReceived = (process: ProcessRecord, info: SignalInfo): SignalInfo => {
	if (info.pid === 0 && info.uid === 0) return info;
	if (info.raw) {
		const view = new DataView(info.raw.buffer, info.raw.byteOffset, info.raw.length);
		return { ...info, pid: view.getInt32(16, true), uid: view.getUint32(20, true) };
	}
	const { user } = process.leader.namespaces;
	const pid = process.kernel.groupIn(info.pid, process.record.namespace);
	return { ...info, pid, uid: fromOutside(user, "uidMap", info.uid) };
};

/** SIGCONT takes back pending stops, a stop takes back pending SIGCONTs. */
function clearOpposite(process: ProcessRecord, signal: number): void {
	const opposite = signal === SIG.SIGCONT ? STOP_SIGNALS : bit(signal) & STOP_SIGNALS ? bit(SIG.SIGCONT) : 0n;
	if (opposite === 0n) return;
	process.pending.remove(opposite);
	for (const task of process.tasks) task.pending.remove(opposite);
}

/** Native programs block no signals and have no frames: what is to happen happens now. */
function actNative(process: ProcessRecord, signal: number): void {
	const disposition = process.actions.get(signal);
	if (disposition.kind === "ignore") return;
	if (disposition.kind === "native") {
		process.leader.program!.interrupt(disposition.run);
		return;
	}
	const action = defaultAction(signal);
	if (action === "terminate" || action === "core") process.kernel.acts.endProcess(process, signal);
	else if (action === "stop") stopUnlessOrphaned(process, signal);
}

/** The terminal's stops do nothing to an orphaned group: nobody could continue it. */
export function stopUnlessOrphaned(process: ProcessRecord, signal: number): void {
	if (signal !== SIG.SIGSTOP && process.kernel.isOrphaned(process.pgid)) return;
	process.kernel.acts.stopProcess(process, signal);
}
