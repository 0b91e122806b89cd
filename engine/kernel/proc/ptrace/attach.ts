// Who traces whom: PTRACE_TRACEME, ATTACH, SEIZE and DETACH, children that are traced because their parent is, and the ends of both sides.

import { ERRNO } from "../../../lib/errno";
import { mayInspect } from "../access";
import { CLONE } from "../clone-flags";
import { SIG } from "../signal/numbers";
import { fromKernel, sendToProcess, sendToTask } from "../signal/send";
import { stopProcess } from "../stop";
import type { TaskRecord } from "../task";
import { EVENT, enterStop, PTRACE_O, resume, Tracee, tellTracer } from "./tracee";

function link(task: TaskRecord, tracee: Tracee): Tracee {
	task.tracee = tracee;
	tracee.tracer.tracees ??= new Set();
	tracee.tracer.tracees.add(task);
	return tracee;
}
export function unlink(task: TaskRecord): void {
	task.tracee?.tracer.tracees?.delete(task);
	task.tracee = undefined;
}

/** PTRACE_TRACEME: the parent traces. */
export function traceMe(task: TaskRecord): number {
	const { parent } = task.process;
	if (task.tracee || !parent || parent.zombie) return -ERRNO.EPERM;
	link(task, new Tracee(parent.leader, false));
	return 0;
}

/** PTRACE_ATTACH, PTRACE_SEIZE. EPERM. */
export function attach(tracer: TaskRecord, task: TaskRecord, seized: boolean, options: number): number {
	const { process } = task;
	// Native programs have no registers, as kernel threads have none that are theirs.
	if (process === tracer.process || !task.thread || task.tracee || !mayInspect(tracer, task)) return -ERRNO.EPERM;
	const tracee = link(task, new Tracee(tracer, seized));
	tracee.options = options;
	if (task.call) task.callNumber = task.call.row.number;
	const { stopped } = process;
	if (!seized) sendToTask(task, fromKernel(SIG.SIGSTOP));
	if (stopped) {
		// It stands still already: so it does for its tracer from now on.
		process.stopped = false;
		process.change = undefined;
		tracee.groupSignal = SIG.SIGSTOP;
		enterStop(task, "group", seized ? SIG.SIGSTOP | (EVENT.STOP << 8) : SIG.SIGSTOP);
	}
	return 0;
}

/** PTRACE_DETACH of one that stands still. */
export function detach(task: TaskRecord, signal: number): void {
	const { groupSignal } = task.tracee!;
	resume(task, signal);
	const { injected } = task.tracee!;
	unlink(task);
	if (injected) task.pending.add(injected);
	if (groupSignal && !task.process.stopped && signal !== SIG.SIGCONT) stopProcess(task.process, groupSignal);
	task.nudge();
}

/** The event by which a tracer hears of clone(2) with these flags, or 0. */
export function cloneEvent({ tracee }: TaskRecord, flags: number, exitSignal: number): number {
	if (!tracee || flags & CLONE.UNTRACED) return 0;
	const event = flags & CLONE.VFORK ? EVENT.VFORK : exitSignal !== SIG.SIGCHLD ? EVENT.CLONE : EVENT.FORK;
	return tracee.wants(event) ? event : 0;
}
/** A new task whose parent's tracer traces it as well: it begins with a stop. */
export function inheritTracer({ tracee }: TaskRecord, child: TaskRecord): void {
	if (!tracee) return;
	const own = link(child, new Tracee(tracee.tracer, tracee.seized));
	own.options = tracee.options;
	if (tracee.seized) own.trapWanted = true;
	else child.pending.add({ ...fromKernel(SIG.SIGSTOP), code: 0 });
}

/** A tracer ends: whom it has traced goes on without it, or dies (PTRACE_O_EXITKILL). */
export function releaseTracees(tracer: TaskRecord): void {
	for (const task of [...(tracer.tracees ?? [])]) {
		const { options, stop } = task.tracee!;
		const { zombie } = task.process;
		if (options & PTRACE_O.EXITKILL && !zombie) sendToProcess(task.process, fromKernel(SIG.SIGKILL));
		if (stop && !zombie) detach(task, stop.kind === "signal" ? stop.code : 0);
		else unlink(task);
		if (zombie) tracer.kernel.acts.tellParent(task.process);
	}
	tracer.tracees = undefined;
}

/** A traced thread that is not its process's first has ended: its tracer waits for it by its number. */
export function threadEnded(task: TaskRecord, status: number): void {
	const { tracer } = task.tracee!;
	const { pid } = tracer.namespaces;
	tracer.process.endedTracees.push({ tid: task.tidIn(pid), process: task.process, status });
	const signal = status & 0x7f;
	tellTracer(task, signal ? 2 : 1, signal || status >> 8);
	unlink(task);
}
