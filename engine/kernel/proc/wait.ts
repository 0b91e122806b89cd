// wait4(2) and waitid(2): what a parent learns of its children.

import { ERRNO } from "../../lib/errno";
import { Blocked } from "../wait";
import { reap } from "./exit";
import type { ProcessRecord } from "./process";
import { unlink } from "./ptrace/attach";
import { SIG } from "./signal/numbers";
import type { TaskRecord } from "./task";

export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WSTOPPED = 2;
export const WEXITED = 4;
export const WCONTINUED = 8;
export const WNOWAIT = 0x0100_0000;
export const WNOTHREAD = 0x2000_0000;
export const WALL = 0x4000_0000;
export const WCLONE = 0x8000_0000;

export interface ChildReport {
	/** As the caller sees it; the child may be gone already. */
	pid: number;
	child: ProcessRecord;
	/** As wait(2) encodes it. */
	status: number;
	/** CLD_* of waitid's siginfo, and its si_status. */
	code: number;
	value: number;
	/** Milliseconds of CPU it and its waited-for descendants used. */
	cpuTime: number;
}

/** Which children: a predicate over those that the caller has; `tid` is the number of a thread that it traces, as the caller sees it. */
export type Selection = (child: ProcessRecord, tid?: number) => boolean;

/** The report, undefined with WNOHANG and nothing to tell, ECHILD without such children, or Blocked. */
export function waitFor(task: TaskRecord, selects: Selection, options: number): ChildReport | undefined | number | Blocked {
	const { process } = task;
	const candidates = [...process.children].filter(
		(child) => selects(child) && (isTracedBy(child, process) || ofKind(child, options)),
	);
	const traced = tracedBy(task, selects, options);
	if (
		candidates.length === 0 &&
		traced.length === 0 &&
		!process.endedTracees.some(({ process: child, tid }) => selects(child, tid))
	)
		return -ERRNO.ECHILD;
	for (const child of candidates) {
		const tracer = child.leader.tracee?.tracer.process;
		// It is another's until that one has waited for it.
		if (child.zombie && tracer && tracer !== process) continue;
		const pid = child.pidIn(task.namespaces.pid);
		const report = reportOf(child, pid, options);
		if (report) return report;
	}
	const report = endedThread(process, selects, options) ?? firstOf(traced, (one) => traceReport(task, one, options));
	if (report) return report;
	return options & WNOHANG ? undefined : new Blocked([process.childChanged]);
}

const isTracedBy = (child: ProcessRecord, process: ProcessRecord): boolean => child.leader.tracee?.tracer.process === process;
function firstOf<A, B>(all: readonly A[], act: (one: A) => B | undefined): B | undefined {
	for (const one of all) {
		const result = act(one);
		if (result !== undefined) return result;
	}
	return undefined;
}
/** Tasks that the caller traces, or another thread of its process. */
function tracedBy(task: TaskRecord, selects: Selection, options: number): TaskRecord[] {
	const tracers = options & WNOTHREAD ? [task] : [...task.process.tasks];
	const { pid } = task.namespaces;
	return tracers.flatMap(({ tracees }) => [...(tracees ?? [])]).filter((one) => selects(one.process, one.tidIn(pid)));
}
function endedThread(process: ProcessRecord, selects: Selection, options: number): ChildReport | undefined {
	const at = process.endedTracees.findIndex(({ process: child, tid }) => selects(child, tid));
	if (at < 0 || !(options & WEXITED)) return undefined;
	const { tid, process: child, status } = process.endedTracees[at]!;
	if (!(options & WNOWAIT)) process.endedTracees.splice(at, 1);
	const signal = status & 0x7f;
	return { pid: tid, child, status, code: signal ? 2 : 1, value: signal || status >> 8, cpuTime: 0 };
}
/** What a tracer learns: that one stands still, or has ended. */
function traceReport(task: TaskRecord, one: TaskRecord, options: number): ChildReport | undefined {
	const { process: child, tracee } = one;
	const pid = one.tidIn(task.namespaces.pid);
	const keep = (options & WNOWAIT) !== 0;
	const cpuTime = child.cpuTime;
	if (child.zombie) {
		if (!(options & WEXITED) || child.parent === task.process) return undefined;
		const status = child.exitStatus!;
		if (!keep) {
			unlink(one);
			child.kernel.acts.tellParent(child);
		}
		const signal = status & 0x7f;
		return { pid, child, status, code: signal ? 2 : 1, value: signal || status >> 8, cpuTime };
	}
	const stop = tracee?.stop;
	if (!stop || tracee.told || tracee.listening) return undefined;
	if (!keep) tracee.told = true;
	return { pid, child, status: (stop.code << 8) | 0x7f, code: 4, value: stop.code, cpuTime };
}

/** "Clone" children are those that end with another signal than SIGCHLD, or none. */
const ofKind = (child: ProcessRecord, options: number): boolean =>
	(options & WALL) !== 0 || ((options & WCLONE) !== 0) === (child.exitSignal !== SIG.SIGCHLD);

function reportOf(child: ProcessRecord, pid: number, options: number): ChildReport | undefined {
	const keep = (options & WNOWAIT) !== 0;
	const cpuTime = child.cpuTime + child.childrenCpuTime;
	if (child.zombie) {
		if (!(options & WEXITED)) return undefined;
		const status = child.exitStatus!;
		const signal = status & 0x7f;
		if (!keep) reap(child);
		return { pid, child, status, code: signal ? 2 : 1, value: signal || status >> 8, cpuTime };
	}
	const { change } = child;
	if (change?.kind === "stopped" && options & WSTOPPED) {
		if (!keep) child.change = undefined;
		return { pid, child, status: (change.signal << 8) | 0x7f, code: 5, value: change.signal, cpuTime };
	}
	if (change?.kind === "continued" && options & WCONTINUED) {
		if (!keep) child.change = undefined;
		return { pid, child, status: 0xffff, code: 6, value: SIG.SIGCONT, cpuTime };
	}
	return undefined;
}

/** wait4's first argument: > 0 one child, 0 the caller's group, -1 any, < -1 that group. Numbers as the caller sees them. */
export function selectionOf(task: TaskRecord, pid: number): Selection {
	const namespace = task.namespaces.pid;
	if (pid === -1) return () => true;
	if (pid === 0) return (child) => child.group === task.process.group;
	if (pid > 0) return (child, tid = child.pidIn(namespace)) => tid === pid;
	return (child) => child.group.in(namespace) === -pid;
}
