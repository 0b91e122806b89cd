// The end of a task and of a process (man 2 _exit, exit_group; kernel/exit.c): what it held is given back, its children get a new
// parent, its own parent is told, and it stays as a zombie until that parent has waited for it.

import { undoSemaphores } from "../ipc/semaphore";
import { setNamespaces } from "../ns/enter";
import { futexWake } from "./futex/operations";
import { leaveRobustList } from "./futex/robust";
import type { ProcessRecord } from "./process";
import { releaseTracees, threadEnded, unlink } from "./ptrace/attach";
import { tellTracer } from "./ptrace/tracee";
import { SA_NOCLDWAIT } from "./signal/actions";
import { SIG, signalName } from "./signal/numbers";
import { fromKernel, sendToProcess } from "./signal/send";
import type { TaskRecord } from "./task";
import { tell } from "./watch";

const CLD_EXITED = 1;
const CLD_KILLED = 2;

/** One thread ends; with the last one the process. */
export function endTask(task: TaskRecord, status: number): void {
	const { process } = task;
	const others = [...process.tasks].some((other) => other !== task && !other.dead);
	if (!others) {
		endProcess(process, status);
		return;
	}
	dropTask(task);
	if (task === process.leader) return;
	if (task.tracee) threadEnded(task, status);
	process.removeThread(task);
	task.record.drop();
}

/** The whole process ends. `status` as wait(2) encodes it: code << 8, or the signal. */
export function endProcess(process: ProcessRecord, status: number): void {
	if (process.zombie) return;
	const { kernel, leader } = process;
	process.exitStatus = status;
	for (const task of process.tasks) dropTask(task);
	for (const task of [...process.tasks]) {
		if (task === leader) continue;
		if (task.tracee) threadEnded(task, status);
		process.removeThread(task);
		task.record.drop();
	}
	process.timers?.cancel();
	process.posixTimers?.clear();
	undoSemaphores(process);
	process.executablePlace = undefined;
	leaveMemory(process);
	leaveTerminal(process);
	kernel.cgroups.leave(process);
	const signal = status & 0x7f;
	kernel.trace.emit("kernel", {
		type: "process.exit",
		pid: process.pid,
		code: signal ? 128 + signal : status >> 8,
		...(signal ? { signal: signalName(signal) } : {}),
	});
	endNamespace(process);
	reparentChildren(process);
	hangUpIfOrphaned(process, process.parent);
	const tracer = leader.tracee?.tracer.process;
	// Its tracer first; its parent when that has waited for it.
	if (tracer && tracer !== process.parent)
		tellTracer(leader, status & 0x7f ? CLD_KILLED : CLD_EXITED, status & 0x7f || status >> 8);
	else tellParent(process, status);
	process.ended.wake();
	kernel.processesChanged.wake();
	kernel.ended(process);
}

/** Gives back what a task holds. Its thread of execution never runs again. */
function dropTask(task: TaskRecord): void {
	if (task.dead) return;
	task.dead = true;
	if (task.watches) tell(task, { kind: "ended", status: task.process.exitStatus ?? 0 });
	leaveCall(task);
	releaseTracees(task);
	task.program?.end();
	leaveRobustList(task);
	if (task.clearChildTid && task.process.mm && task.process.mm.users > 1) clearChildTid(task);
	else if (task.clearChildTid && task.process.tasks.size > 1) clearChildTid(task);
	task.thread?.release();
	task.thread = undefined;
	task.files.release();
	setNamespaces(task, undefined);
}
/** The call under way will not go on. */
function leaveCall(task: TaskRecord): void {
	const { call } = task;
	task.call = undefined;
	call?.leave();
	call?.blocked.options.cancel?.();
}
/** CLONE_CHILD_CLEARTID: the word is zeroed and its futex woken, for pthread_join. */
function clearChildTid(task: TaskRecord): void {
	if (task.memory.setU32(task.clearChildTid, 0))
		futexWake(task.process.mm!, { address: task.clearChildTid, isPrivate: false }, 1);
}

/** execve ends all threads but the one that called it, which takes over the leader's number. */
export function leaveThreads(task: TaskRecord): void {
	const { process } = task;
	for (const other of [...process.tasks]) {
		if (other === task) continue;
		dropTask(other);
		process.removeThread(other);
		if (other.tracee) threadEnded(other, 0);
		if (other !== process.leader) other.record.drop();
	}
	if (process.leader === task) return;
	task.takeNumber(process.record);
	process.leader = task;
}

/** The address space goes, or is left to a vfork parent that waits for it. */
export function leaveMemory(process: ProcessRecord): void {
	process.peakBefore = process.peak;
	process.kernel.cgroups.memory.leaves(process);
	process.mm?.release();
	process.mm = undefined;
	process.memoryLeft.wake();
}

function leaveTerminal(process: ProcessRecord): void {
	const { terminal } = process;
	if (!terminal || process.sid !== process.pid) return;
	terminal.hangup();
	for (const other of process.kernel.processes()) {
		if (other.sid === process.sid) other.terminal = undefined;
	}
}

/** PID 1 of a namespace takes all in it along (man 7 pid_namespaces). */
function endNamespace(process: ProcessRecord): void {
	const { namespace } = process.record;
	if (namespace.init !== process) return;
	namespace.dead = true;
	for (const record of [...namespace.records.values()]) {
		const other = record.task?.process;
		if (!other || other === process || other.zombie) continue;
		endProcess(other, SIG.SIGKILL);
	}
}

/** The nearest ancestor that is a subreaper in the same namespace, else the namespace's init. */
function reaperOf(process: ProcessRecord): ProcessRecord | undefined {
	const { namespace } = process.record;
	for (let at = process.parent; at && at.record.namespace === namespace; at = at.parent) {
		if (at.subreaper && !at.zombie) return at;
	}
	const { init } = namespace;
	return init && init !== process && !init.zombie ? init : undefined;
}
function reparentChildren(process: ProcessRecord): void {
	const reaper = reaperOf(process);
	for (const child of [...process.children]) {
		process.children.delete(child);
		child.parent = reaper;
		reaper?.children.add(child);
		if (!child.zombie) {
			if (child.deathSignal) sendToProcess(child, fromKernel(child.deathSignal));
			hangUpIfOrphaned(child, process);
			continue;
		}
		if (reaper) tellParent(child, child.exitStatus!);
		else reap(child);
	}
}

/**
 * `process` was tied to `parent`, and is so no more: where that leaves its group orphaned with stopped members, nobody
 * could continue them, so they get SIGHUP and SIGCONT (man 2 _exit; kill_orphaned_pgrp).
 */
function hangUpIfOrphaned(process: ProcessRecord, parent: ProcessRecord | undefined): void {
	if (!parent || parent.group === process.group || parent.session !== process.session) return;
	const { kernel } = process;
	const members = [...kernel.members(process.pgid)].filter((member) => !member.zombie);
	if (!members.some((member) => member.stopped) || !kernel.isOrphaned(process.pgid)) return;
	for (const member of members) {
		sendToProcess(member, fromKernel(SIG.SIGHUP));
		sendToProcess(member, fromKernel(SIG.SIGCONT));
	}
}

export function tellParent(process: ProcessRecord, status: number): void {
	const { parent } = process;
	if (!parent || parent.zombie) {
		if (!parent) reap(process);
		return;
	}
	const signal = status & 0x7f;
	const chld = process.exitSignal === SIG.SIGCHLD;
	const { actions } = parent;
	const reaped = chld && (actions.get(SIG.SIGCHLD).kind === "ignore" || (actions.flags(SIG.SIGCHLD) & SA_NOCLDWAIT) !== 0);
	if (process.exitSignal) {
		sendToProcess(parent, {
			signal: process.exitSignal,
			code: signal ? CLD_KILLED : CLD_EXITED,
			pid: process.pid,
			uid: process.leader.identity.ruid,
			status: signal || status >> 8,
			cpuTime: process.cpuTime,
		});
	}
	if (reaped) reap(process);
	parent.childChanged.wake();
}

/** The zombie is gone from every table; its times go to its parent. */
export function reap(process: ProcessRecord): void {
	if (process.gone) return;
	process.gone = true;
	unlink(process.leader);
	if (process.parent) {
		process.parent.childrenCpuTime += process.cpuTime + process.childrenCpuTime;
		process.parent.childrenPeak = Math.max(process.parent.childrenPeak, process.peak, process.childrenPeak);
		process.parent.children.delete(process);
	}
	process.kernel.forget(process);
	process.ended.wake();
	process.dropNumbers();
	process.record.task = undefined;
	process.record.drop();
}
