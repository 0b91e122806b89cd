// A task: one thread of a process. It executes machine code (thread and process.mm are there) or a native program.
//
// A guest task is running (in the run queue), or waiting in a blocked call, or stopped; what it does in a slice is sched/slice's.
// A native task never runs itself: its calls do (native/).

import type { Served, Thread } from "../../cpu/types";
import type { Credentials } from "../../fs/vfs/types";
import type { DescriptorTable } from "../file/table";
import type { Machine } from "../machine";
import type { NativeProgram } from "../native/program";
import type { Namespaces } from "../ns/namespaces";
import type { Runnable, ScheduleGroup } from "../sched/runnable";
import type { SeccompFilter } from "../seccomp/filter";
import type { Arguments, GuestMemory, GuestTask, SyscallRow } from "../syscall/row";
import type { FsState, Identity } from "../task";
import { type Blocked, WaitQueue } from "../wait";
import type { PidRecord } from "./pid";
import type { ProcessRecord } from "./process";
import type { Tracee } from "./ptrace/tracee";
import type { RestartableSequence } from "./rseq";
import { ORDINARY, type Scheduling } from "./schedule";
import type { FaultDetail } from "./signal/frame";
import { SIG, UNBLOCKABLE } from "./signal/numbers";
import { PendingSignals } from "./signal/pending";
import { interrupts } from "./signal/send";
import type { CallWatch } from "./watch";

/** A blocked system call of a guest. */
export interface CallUnderWay {
	row: SyscallRow;
	args: Arguments;
	blocked: Blocked<number | bigint>;
	/** Leaves the queues and cancels the timer. */
	leave(): void;
}
/** stack_t of sigaltstack(2). */
export interface AlternateStack {
	base: number;
	size: number;
	flags: number;
}

const KILL = 1n << 8n;

export class TaskRecord implements GuestTask, Runnable {
	queued = false;
	thread: Thread | undefined;
	program: NativeProgram | undefined;
	dead = false;
	name = "";
	call: CallUnderWay | undefined;
	/** Serves its calls in the midst of what it runs: see sched/slice. Could the last one of them go on? */
	within: (() => Served) | undefined;
	wentOn = true;
	private began: number | undefined;
	readonly pending = new PendingSignals();
	mask = 0n;
	/** The usual mask, while a call has put another in its place. */
	savedMask: bigint | undefined;
	/** Wakes when any signal comes, blocked or not: rt_sigtimedwait, signalfd. */
	readonly signalArrived = new WaitQueue();
	alternateStack: AlternateStack = { base: 0, size: 0, flags: 2 };
	rseq: RestartableSequence | undefined;
	clearChildTid = 0;
	robustList = 0;
	/** The arguments of the call being served, as a trace shows them, where they cannot be read afterwards. */
	shownArguments: string[] | undefined;
	/** Those who watch the call know that it waits. */
	waitTold = false;
	watches: readonly CallWatch[] | undefined;
	/** Of one that is traced by another with ptrace(2); and those that this one traces. */
	tracee: Tracee | undefined;
	tracees: Set<TaskRecord> | undefined;
	/** orig_rax of one that is traced: the call it is in, or -1. */
	callNumber = -1;
	/** It stands before a call: of which its tracer has heard, which is not to be made, or which seccomp has let the tracer decide about. */
	entered: "no" | "entry" | "emulated" | "checked" = "no";
	/** A call that a stop of its tracer's has interrupted, and that restart_syscall(2) takes up. */
	restartable: { row: SyscallRow; args: Arguments; blocked: Blocked<number | bigint>; callStart: number } | undefined;
	/** What the CPU said of the fault that is about to be delivered. */
	faultDetail: FaultDetail | undefined;
	/** PR_SET_TIMERSLACK, in nanoseconds: kept and shown. */
	timerSlack = 50_000;
	/** What PR_SET_TIMERSLACK of 0 goes back to: the slack of who made this task. */
	defaultTimerSlack = 50_000;
	/** What calls it may make: PR_GET_SECCOMP's number, and the newest of its filters. */
	seccomp: { readonly mode: number; readonly filter?: SeccompFilter } = { mode: 0 };
	scheduling: Scheduling = ORDINARY;
	/** Milliseconds of CPU. */
	cpuTime = 0;
	/** Its group is above memory.high: it waits for a while before it goes on. */
	held = false;
	/** CPU time that was used and not charged yet: see sched/slice. */
	uncharged = 0;

	constructor(
		readonly kernel: Machine,
		readonly process: ProcessRecord,
		public record: PidRecord,
		public credentials: Credentials,
		public identity: Identity,
		public fs: FsState,
		public files: DescriptorTable,
		public namespaces: Namespaces,
	) {
		record.task = this;
	}

	get tid(): number {
		return this.record.number;
	}
	tidIn(namespace: Namespaces["pid"]): number {
		return this.record.in(namespace);
	}
	/** A thread that calls execve becomes its process's leader. */
	takeNumber(record: PidRecord): void {
		this.record.drop();
		this.record = record;
		record.task = this;
	}
	get memory(): GuestMemory {
		return this.process.mm!.guest;
	}
	get frozen(): boolean {
		const { cgroupNode } = this.process;
		return (cgroupNode.effectivelyFrozen || cgroupNode.throttled) && !this.killed;
	}
	/** In a call that cannot go on? */
	get waiting(): boolean {
		return this.program ? this.program.waiting : (this.call !== undefined && !this.queued) || this.held || this.trapped;
	}
	/** Does it stand still for its tracer? SIGKILL ends that. */
	get trapped(): boolean {
		return this.tracee?.stop !== undefined && !this.killed;
	}
	run(): void {
		this.kernel.acts.runSlice(this);
	}

	get callStart(): number {
		this.began ??= this.kernel.uptime();
		return this.began;
	}
	set callStart(time: number) {
		this.began = time;
	}
	/** A call is made now: the clock is asked when somebody wants to know, and before the call waits. */
	beginCall(): void {
		this.began = this.traced ? this.kernel.uptime() : undefined;
	}
	waitInCall(call: CallUnderWay): void {
		this.began ??= this.kernel.uptime();
		this.call = call;
	}

	get group(): ScheduleGroup {
		return this.process.cgroupNode;
	}
	abort(): void {
		this.kernel.acts.endProcess(this.process, SIG.SIGKILL);
	}
	/** Are its system calls shown one by one? */
	get traced(): boolean {
		return this.watches !== undefined || (this.kernel.traceSyscalls?.(this.process) ?? false);
	}

	// ---- signals
	private get pendingBits(): bigint {
		return this.pending.bits | this.process.pending.bits;
	}
	/** Pending and not blocked. */
	get deliverable(): bigint {
		const bits = this.pendingBits;
		return bits === 0n ? bits : bits & ~this.mask;
	}
	/** SIGKILL waits. */
	get killed(): boolean {
		return (this.pendingBits & KILL) !== 0n;
	}
	interrupted(): boolean {
		if (this.tracee?.trapWanted) return true;
		let bits = this.deliverable;
		for (let signal = 1; bits !== 0n; signal++, bits >>= 1n) {
			if (!(bits & 1n)) continue;
			if (interrupts(this, signal)) return true;
		}
		return false;
	}
	ignores(signal: number): boolean {
		const mask = this.savedMask ?? this.mask;
		return this.process.actions.ignores(signal) || (mask & (1n << BigInt(signal - 1))) !== 0n;
	}
	setTemporaryMask(mask: bigint): void {
		this.savedMask ??= this.mask;
		this.mask = mask & ~UNBLOCKABLE;
	}
	get signalMasks(): { pending: bigint; blocked: bigint; ignored: bigint; caught: bigint } {
		const { actions } = this.process;
		return {
			pending: this.pending.bits,
			blocked: this.mask,
			ignored: actions.mask("ignored"),
			caught: actions.mask("caught"),
		};
	}
	/** A signal came, or the process goes on after a stop: a slice sees what to do. */
	nudge(): void {
		if (!this.dead && this.thread) this.kernel.scheduler.ready(this);
	}
}
