// A process: what its threads share, and its place among the others.
//
// Its life: born by clone (proc/clone) → runs → perhaps stopped and continued by signals (proc/stop) → ended (proc/exit), when all
// it held is given back and it is a zombie → reaped by its parent's wait4 (proc/wait), and gone.

import type { Place } from "../../fs/vfs/mount";
import type { Cgroup } from "../cgroup/types";
import type { Undo } from "../ipc/semaphore";
import type { Machine } from "../machine";
import type { Mm } from "../mm/mm";
import { type Usage, usageOf } from "../mm/usage";
import type { Namespaces } from "../ns/namespaces";
import type { ControllingTerminal, Process, Task } from "../task";
import { WaitQueue } from "../wait";
import type { IntervalTimers } from "./itimer";
import type { Limits } from "./limits";
import type { PidRecord } from "./pid";
import type { SignalActions } from "./signal/actions";
import { SIG } from "./signal/numbers";
import { PendingSignals } from "./signal/pending";
import type { TaskRecord } from "./task";
import type { PosixTimers } from "./timers";

/** What wait(2) has to report of a child that was stopped or continued. */
export type StateChange = { kind: "stopped"; signal: number } | { kind: "continued" };

export class ProcessRecord implements Process {
	readonly children = new Set<ProcessRecord>();
	readonly tasks = new Set<TaskRecord>();
	/** The thread that began it; stays in `tasks` until the process ends. */
	leader!: TaskRecord;
	terminal: ControllingTerminal | undefined;
	argv: readonly string[] = [];
	environment: readonly string[] = [];
	executable = "";
	executablePlace: Place | undefined;
	/** The auxiliary vector that its program was given, for /proc/PID/auxv. */
	auxv: Uint8Array = new Uint8Array(0);
	mm: Mm | undefined;
	readonly pending = new PendingSignals();

	stopped = false;
	/** Not yet told to wait(2). */
	change: StateChange | undefined;
	/** As wait(2) encodes it; undefined while it lives. */
	exitStatus: number | undefined;
	/** Chosen by the OOM killer: its memory counts as good as gone. */
	dying = false;
	/** Pages that were charged since memory.high was last looked at (cgroup/high.ts). */
	overHigh = 0;
	/** Reaped: no longer in any table. */
	gone = false;
	/** Sent to the parent at the end; 0 for none (clone's lowest byte). */
	exitSignal = SIG.SIGCHLD;
	/** PR_SET_CHILD_SUBREAPER. */
	subreaper = false;
	/** PR_SET_PDEATHSIG. */
	deathSignal = 0;
	dumpable = 1;
	/** It has called execve since fork: setpgid by its parent fails then. */
	executed = false;
	nice = 0;
	/** PR_SET_THP_DISABLE: kept and shown, since there are no huge pages. */
	hugePagesOff = false;
	/** ioprio_set(2): class << 13 | level. */
	ioPriority = 0;
	/** MEMBARRIER_CMD_REGISTER_*: what it may ask for. */
	barriers = 0;
	/** personality(2). */
	personality = 0;
	/** -1000 (never chosen by the OOM killer) to 1000. */
	oomScoreAdj = 0;
	/** Wakes in wait4: a child ended, stopped or continued. */
	readonly childChanged = new WaitQueue();
	/** Wakes when it goes on after a stop, for native calls. */
	readonly continued = new WaitQueue();
	/** Wakes when a vfork child no longer uses its parent's memory. */
	readonly memoryLeft = new WaitQueue();
	/** Wakes when it ends, and when it is reaped: pidfds. */
	readonly ended = new WaitQueue();
	/** Wakes when CPU time was counted: sleeps by a CPU clock. */
	readonly charged = new WaitQueue();
	timers: IntervalTimers | undefined;
	posixTimers: PosixTimers | undefined;
	/** Threads that one of its own has traced, and that have ended: wait(2) has not told yet. */
	readonly endedTracees: Array<{ tid: number; process: ProcessRecord; status: number }> = [];
	/** What SEM_UNDO promised. */
	semaphoreUndo: Undo | undefined;
	group: PidRecord;
	session: PidRecord;
	cpuTime = 0;
	/** Milliseconds of ended and waited-for descendants. */
	childrenCpuTime = 0;
	/** The most memory that one of them had, and it itself before an execve. */
	childrenPeak = 0;
	peakBefore = 0;

	constructor(
		readonly kernel: Machine,
		readonly record: PidRecord,
		public parent: ProcessRecord | undefined,
		group: PidRecord,
		session: PidRecord,
		public actions: SignalActions,
		readonly limits: Limits,
		public cgroupNode: Cgroup,
		readonly startTime: number,
	) {
		this.group = group.hold();
		this.session = session.hold();
		group.members.add(this);
		parent?.children.add(this);
	}

	get pid(): number {
		return this.record.number;
	}
	get nspids(): readonly number[] {
		return this.record.numbers;
	}
	get pgid(): number {
		return this.group.number;
	}
	get sid(): number {
		return this.session.number;
	}
	get zombie(): boolean {
		return this.exitStatus !== undefined;
	}
	get state(): "R" | "S" | "T" | "t" | "Z" {
		if (this.zombie) return "Z";
		if (this.stopped) return "T";
		if (this.leader.trapped) return "t";
		for (const task of this.tasks) if (!task.waiting) return "R";
		return "S";
	}
	/** The most memory that it had at a time, in bytes: ru_maxrss. */
	get peak(): number {
		return Math.max(this.peakBefore, this.mm?.peak ?? 0);
	}
	get memorySize(): number {
		return this.mm?.size ?? 0;
	}
	get cgroup(): string {
		return this.cgroupNode.path;
	}
	get pendingSignals(): bigint {
		return this.pending.bits;
	}
	maps(): string {
		return this.mm?.maps() ?? "";
	}
	usages(): Usage[] {
		const { mm } = this;
		return mm ? [...mm.areas].map((area) => usageOf(mm, [area])) : [];
	}
	pidIn(namespace: Namespaces["pid"]): number {
		return this.record.in(namespace);
	}
	setGroup(group: PidRecord): void {
		group.hold();
		this.group.members.delete(this);
		this.group.drop();
		group.members.add(this);
		this.group = group;
	}
	setSession(session: PidRecord): void {
		session.hold();
		this.session.drop();
		this.session = session;
	}
	/** It is not in the table any more. */
	dropNumbers(): void {
		this.group.members.delete(this);
		this.group.drop();
		this.session.drop();
	}
	addThread(thread: TaskRecord): void {
		this.tasks.add(thread);
		this.kernel.cgroups.countTasks(this, 1);
		this.kernel.threads++;
	}
	removeThread(thread: TaskRecord): void {
		this.tasks.delete(thread);
		this.kernel.cgroups.countTasks(this, -1);
		this.kernel.threads--;
	}
}

/** Kernel parts are handed the interfaces; there is one implementation of each. */
export const recordOf = (process: Process): ProcessRecord => process as ProcessRecord;
export const taskRecord = (task: Task): TaskRecord => task as TaskRecord;
