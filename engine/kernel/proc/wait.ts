// wait4(2) and waitid(2): what a parent learns of its children.

import { ERRNO } from "../../lib/errno";
import { Blocked } from "../wait";
import { reap } from "./exit";
import type { ProcessRecord } from "./process";
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

/** Which children: a predicate over those that the caller has. */
export type Selection = (child: ProcessRecord) => boolean;

/** The report, undefined with WNOHANG and nothing to tell, ECHILD without such children, or Blocked. */
export function waitFor(task: TaskRecord, selects: Selection, options: number): ChildReport | undefined | number | Blocked {
	const { process } = task;
	const candidates = [...process.children].filter((child) => selects(child) && ofKind(child, options));
	if (candidates.length === 0) return -ERRNO.ECHILD;
	for (const child of candidates) {
		const pid = child.pidIn(task.namespaces.pid);
		const report = reportOf(child, pid, options);
		if (report) return report;
	}
	return options & WNOHANG ? undefined : new Blocked([process.childChanged]);
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
	if (pid > 0) return (child) => child.pidIn(namespace) === pid;
	return (child) => child.group.in(namespace) === -pid;
}
