// Delivering signals to a guest before it goes on: default actions, or a handler's frame on its stack.

import type { Stop } from "../../../cpu/types";
import { endProcess } from "../exit";
import { interruptCall, restartCall } from "../ptrace/restart";
import { EVENT, stopForEvent, stopForSignal, stopForTrap, stopWithGroup, type Tracee } from "../ptrace/tracee";
import { abortSequence } from "../rseq";
import type { TaskRecord } from "../task";
import { tell } from "../watch";
import { type GuestHandler, SA_NODEFER, SA_RESETHAND } from "./actions";
import { type FaultDetail, pushFrame } from "./frame";
import { bit, defaultAction, SIG, UNBLOCKABLE } from "./numbers";
import { SI_KERNEL, type SignalInfo } from "./pending";
import { fromKernel, shielded, stopUnlessOrphaned } from "./send";

/** True: the task may run. False: it has ended or is stopped. */
export function deliverSignals(task: TaskRecord): boolean {
	const { process } = task;
	for (;;) {
		if (task.dead || task.trapped) return false;
		if (process.stopped && !task.killed) return false;
		if (task.tracee && !task.killed && tracerFirst(task, task.tracee)) continue;
		const info = task.deliverable === 0n ? undefined : take(task);
		if (!info) {
			restartCall(task);
			return true;
		}
		if (task.tracee && info.signal !== SIG.SIGKILL) stopForSignal(task, info);
		else deliver(task, info);
	}
}
/** What a tracer has let through, or wants. */
function tracerFirst(task: TaskRecord, tracee: Tracee): boolean {
	const { injected } = tracee;
	tracee.injected = undefined;
	if (injected && task.mask & bit(injected.signal)) task.pending.add(injected);
	else if (injected) deliver(task, injected);
	else if (tracee.trapWanted) stopForTrap(task);
	else return false;
	return true;
}
function take(task: TaskRecord): SignalInfo | undefined {
	const wanted = ~task.mask;
	const kill = bit(SIG.SIGKILL);
	return (
		task.process.pending.take(kill) ?? task.pending.take(kill) ?? task.pending.take(wanted) ?? task.process.pending.take(wanted)
	);
}

function deliver(task: TaskRecord, info: SignalInfo): void {
	const { process } = task;
	const { signal } = info;
	const disposition = process.actions.get(signal);
	if (task.watches) tell(task, { kind: "signal", info });
	if (disposition.kind === "ignore") return;
	if (disposition.kind === "guest") {
		callHandler(task, info, disposition);
		return;
	}
	if (shielded(process, signal, signal === SIG.SIGKILL || signal === SIG.SIGSTOP)) return;
	const action = defaultAction(signal);
	// RLIMIT_CORE is 0: a core dump leaves no file, and wait(2) does not speak of one.
	if (action === "terminate" || action === "core") die(task, signal);
	else if (action !== "stop") return;
	else if (!task.tracee) stopUnlessOrphaned(process, signal);
	else if (signal === SIG.SIGSTOP || !process.kernel.isOrphaned(process.pgid)) stopWithGroup(task, signal);
}

/** A tracer may want to look at it before. */
function die(task: TaskRecord, signal: number): void {
	const { tracee, process } = task;
	if (!tracee?.wants(EVENT.EXIT) || signal === SIG.SIGKILL) {
		endProcess(process, signal);
		return;
	}
	stopForEvent(task, EVENT.EXIT, signal);
	tracee.afterStop = () => endProcess(process, signal);
}

function callHandler(task: TaskRecord, info: SignalInfo, handler: GuestHandler): void {
	const { process } = task;
	const { signal } = info;
	const before = task.savedMask ?? task.mask;
	task.savedMask = undefined;
	interruptCall(task, handler.flags);
	if (!abortSequence(task)) {
		endProcess(process, SIG.SIGSEGV);
		return;
	}
	if (handler.flags & SA_RESETHAND) {
		const { flags, mask, restorer } = handler;
		process.actions.set(signal, { kind: "default", flags, mask, restorer });
	}
	if (!pushFrame(task, info, handler, before, task.faultDetail)) {
		// No stack for the handler: SIGSEGV, whose own handler may have another stack (force_sigsegv).
		task.faultDetail = undefined;
		if (signal === SIG.SIGSEGV) endProcess(process, SIG.SIGSEGV);
		else forceSignal(task, fromKernel(SIG.SIGSEGV));
		return;
	}
	task.faultDetail = undefined;
	task.mask = (task.mask | handler.mask | (handler.flags & SA_NODEFER ? 0n : bit(signal))) & ~UNBLOCKABLE;
}

type Fault = Extract<Stop, { reason: "fault" }>;
/** x86's numbers of exceptions. */
const TRAPS: Record<Fault["signal"], number> = { SIGSEGV: 14, SIGBUS: 17, SIGILL: 6, SIGFPE: 0, SIGTRAP: 3 };
const GENERAL_PROTECTION = 13;
const SIMD_EXCEPTION = 19;
const FPE_INTDIV = 1;

/** A fault of the program itself: it cannot be ignored or blocked; then it kills (force_sig). */
export function forceSignal(task: TaskRecord, info: SignalInfo, fault?: Fault): void {
	const { process } = task;
	const { signal } = info;
	const blocked = (task.mask & bit(signal)) !== 0n;
	if (task.tracee && (blocked || !process.actions.handles(signal))) {
		// Its tracer sees it first.
		task.mask &= ~bit(signal);
		process.actions.set(signal, { kind: "default", flags: 0, mask: 0n, restorer: 0 });
	} else if (blocked || !process.actions.handles(signal)) {
		if (task.watches) tell(task, { kind: "signal", info });
		endProcess(process, signal);
		return;
	}
	task.faultDetail = fault && detailOf(fault);
	task.pending.remove(bit(signal));
	task.pending.add(info);
}
/** The page fault's error code: 1 present, 2 write, 4 user, 16 fetch. */
function detailOf({ signal, code, access }: Fault): FaultDetail {
	const error =
		signal === "SIGSEGV" ? 4 | (code === 2 ? 1 : 0) | (access === "write" ? 2 : 0) | (access === "fetch" ? 16 : 0) : 0;
	if (signal === "SIGSEGV" && code === SI_KERNEL) return { trap: GENERAL_PROTECTION, error: 0 };
	if (signal === "SIGFPE" && code !== FPE_INTDIV) return { trap: SIMD_EXCEPTION, error: 0 };
	return { trap: TRAPS[signal], error };
}
