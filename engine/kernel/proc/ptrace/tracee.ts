// A task that another one traces (man 2 ptrace): why it stands still, and what its tracer wants of it when it goes on.
//
// It runs → comes to a stop of some kind, of which its tracer hears by SIGCHLD and wait(2) → stands still, whatever signals come, while
// the tracer looks into it → is told to go on, as far as the next stop of the kinds that were asked for. SIGKILL ends any stop.
// The kinds: a signal is about to be delivered (and may be replaced or dropped); the whole process stops (group); a system call begins
// or has ended; something has happened that an option asks to hear of (event).

import { WaitQueue } from "../../wait";
import type { ProcessRecord } from "../process";
import { SA_NOCLDSTOP } from "../signal/actions";
import { SIG } from "../signal/numbers";
import type { SignalInfo } from "../signal/pending";
import { sendToProcess } from "../signal/send";
import { SIGINFO_SIZE } from "../signal/siginfo";
import type { TaskRecord } from "../task";
import { DebugRegisters } from "./debug";

export const PTRACE_O = {
	TRACESYSGOOD: 1,
	TRACEFORK: 2,
	TRACEVFORK: 4,
	TRACECLONE: 8,
	TRACEEXEC: 0x10,
	TRACEVFORKDONE: 0x20,
	TRACEEXIT: 0x40,
	TRACESECCOMP: 0x80,
	EXITKILL: 1 << 20,
} as const;
export const PTRACE_O_ALL = 0xff | PTRACE_O.EXITKILL;
/** PTRACE_EVENT_*; the option of each but STOP is 1 << event. */
export const EVENT = { FORK: 1, VFORK: 2, CLONE: 3, EXEC: 4, VFORK_DONE: 5, EXIT: 6, SECCOMP: 7, STOP: 128 } as const;

/** PTRACE_EVENTMSG_*. */
const MESSAGES: Partial<Record<TraceStop["kind"], number>> = { entry: 1, exit: 2 };
const CLD_TRAPPED = 4;
const CLD_STOPPED = 5;
const SYSGOOD = 0x80;

export interface TraceStop {
	readonly kind: "signal" | "group" | "entry" | "exit" | "event";
	/** What wait(2) tells in the higher bits: a signal, with SYSGOOD or an event << 8. */
	readonly code: number;
	/** PTRACE_GETSIGINFO's answer; none for a process that stops as a whole, under PTRACE_ATTACH. */
	info: SignalInfo | undefined;
}

export class Tracee {
	options = 0;
	/** PTRACE_GETEVENTMSG. */
	message = 0;
	/** PTRACE_SYSCALL: stop at the next system call; PTRACE_SYSEMU: and do not make it. */
	calls: "no" | "stop" | "emulate" = "no";
	/** PTRACE_SINGLESTEP. */
	steps = false;
	stop: TraceStop | undefined;
	/** Has wait(2) told of the stop? */
	told = false;
	/** PTRACE_LISTEN: it stays stopped, and a new event shows. */
	listening = false;
	/** PTRACE_INTERRUPT: it is to stop soon. */
	trapWanted = false;
	/** The signal by which its process stopped as a whole, until SIGCONT. */
	groupSignal = 0;
	/** To be delivered without another stop: what the tracer let through. */
	injected: SignalInfo | undefined;
	/** What becomes of it when it goes on: its end. */
	afterStop: (() => void) | undefined;
	readonly debug = new DebugRegisters();
	/** Wakes when it goes on. */
	readonly resumed = new WaitQueue();

	constructor(
		public tracer: TaskRecord,
		/** PTRACE_SEIZE. */
		readonly seized: boolean,
	) {}

	wants(event: number): boolean {
		return (this.options & (1 << event)) !== 0;
	}
}

/** It stands still from now on, and its tracer hears of it. */
export function enterStop(task: TaskRecord, kind: TraceStop["kind"], code: number, info?: SignalInfo): void {
	const tracee = task.tracee!;
	tracee.stop = { kind, code, info: info ?? (kind === "group" && !tracee.seized ? undefined : ownInfo(task, code)) };
	if (kind !== "event") tracee.message = MESSAGES[kind] ?? 0;
	tracee.told = false;
	tracee.listening = false;
	tracee.steps = false;
	tellTracer(task, kind === "group" ? CLD_STOPPED : CLD_TRAPPED, code & 0x7f);
}
/** What a stop without a signal has for one: SIGTRAP, the event in its code, and the numbers of the task itself. */
function ownInfo(task: TaskRecord, code: number): SignalInfo {
	const raw = new Uint8Array(SIGINFO_SIZE);
	const view = new DataView(raw.buffer);
	const [pid, uid] = [task.tidIn(task.namespaces.pid), task.identity.ruid];
	view.setInt32(8, code, true);
	view.setInt32(16, pid, true);
	view.setUint32(20, uid, true);
	return { signal: code & 0x7f, code, pid, uid, raw };
}
export const stopForSignal = (task: TaskRecord, info: SignalInfo): void => enterStop(task, "signal", info.signal, info);
export const stopForEvent = (task: TaskRecord, event: number, message: number): void => {
	task.tracee!.message = message;
	enterStop(task, "event", SIG.SIGTRAP | (event << 8));
};
export const stopForCall = (task: TaskRecord, kind: "entry" | "exit"): void =>
	enterStop(task, kind, task.tracee!.options & PTRACE_O.TRACESYSGOOD ? SIG.SIGTRAP | SYSGOOD : SIG.SIGTRAP);
/** The whole process stops, and this task of it is traced. */
export function stopWithGroup(task: TaskRecord, signal: number): void {
	const tracee = task.tracee!;
	tracee.groupSignal = signal;
	enterStop(task, "group", tracee.seized ? signal | (EVENT.STOP << 8) : signal);
}
/** PTRACE_INTERRUPT, a new thread of PTRACE_SEIZE's kind, or SIGCONT while it listens. */
export function stopForTrap(task: TaskRecord): void {
	const tracee = task.tracee!;
	tracee.trapWanted = false;
	enterStop(task, tracee.groupSignal ? "group" : "event", (tracee.groupSignal || SIG.SIGTRAP) | (EVENT.STOP << 8));
}

/** SIGCHLD, and whoever waits. */
export function tellTracer(task: TaskRecord, code: number, status: number): void {
	const { process, kernel } = task;
	const to: ProcessRecord = task.tracee!.tracer.process;
	const quiet = to.actions.get(SIG.SIGCHLD).kind === "ignore" || (to.actions.flags(SIG.SIGCHLD) & SA_NOCLDSTOP) !== 0;
	if (!quiet)
		sendToProcess(to, { signal: SIG.SIGCHLD, code, pid: task.tid, uid: task.identity.ruid, status, cpuTime: process.cpuTime });
	to.childChanged.wake();
	kernel.processesChanged.wake();
}

/** SIGCONT has come: a process that stopped as a whole goes on, once its tracer lets it. */
export function continueTracees(process: ProcessRecord): void {
	for (const task of process.tasks) {
		const { tracee } = task;
		if (!tracee?.groupSignal) continue;
		tracee.groupSignal = 0;
		if (tracee.listening) stopForTrap(task);
		else if (tracee.seized) tracee.trapWanted = true;
	}
}

/** It goes on. `signal` is delivered in place of the one it stopped for; 0: none. */
export function resume(task: TaskRecord, signal: number): void {
	const tracee = task.tracee!;
	const { stop, tracer } = tracee;
	tracee.stop = undefined;
	tracee.listening = false;
	if (signal && stop) {
		const { pid } = task.namespaces;
		const sent = { signal, code: 0, pid: tracer.process.pidIn(pid), uid: tracer.identity.ruid };
		if (stop.kind === "signal") tracee.injected = stop.info?.signal === signal ? stop.info : sent;
		else if (stop.kind === "entry" || stop.kind === "exit") task.pending.add(sent);
	}
	tracee.resumed.wake();
	task.nudge();
}
