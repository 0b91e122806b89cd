// Watching what a task does: each system call in the words of strace(1), each signal that reaches it, its end.
//
// strace(1) has ptrace(2) for it, `perf trace` has perf_event_open(2); here a descriptor is opened for a task (file/watch.ts) and
// hears of it, and the machine's own trace may ask for any process (traceSyscalls). A task that nobody watches pays one test a call.

import type { SignalInfo } from "./signal/pending";
import type { TaskRecord } from "./task";

export type Notice =
	/** A call that returned. `began` and `ended` are milliseconds since boot. */
	| { kind: "call"; name: string; args: readonly string[]; result: string; began: number; ended: number }
	/** A call that waits; its "call" follows, unless the task ends before. `args` as far as they are known; `whole`: these are all. */
	| { kind: "waits"; name: string; args: readonly string[]; whole: boolean; began: number }
	| { kind: "signal"; info: SignalInfo }
	/** A new task that is watched because its parent is. */
	| { kind: "attached" }
	/** `status` as wait(2) encodes it. */
	| { kind: "ended"; status: number };

export interface CallWatch {
	/** Do children and threads come under it too? */
	readonly follow: boolean;
	/** Of strings and buffers so many bytes are shown. */
	readonly limit: number;
	tell(task: TaskRecord, notice: Notice): void;
}

export function tell(task: TaskRecord, notice: Notice): void {
	for (const watch of task.watches ?? []) watch.tell(task, notice);
	if (notice.kind !== "call" || !task.kernel.traceSyscalls?.(task.process)) return;
	const { name, args, result, began, ended } = notice;
	task.kernel.trace.emit("kernel", {
		type: "syscall",
		pid: task.process.pid,
		tid: task.tid,
		name,
		args: [...args],
		result,
		duration: ended - began,
	});
}
/** A task that was just made: those who follow its parent watch it as well. */
export function inheritWatches(parent: TaskRecord, child: TaskRecord): void {
	const watches = parent.watches?.filter(({ follow }) => follow);
	if (!watches?.length) return;
	child.watches = watches;
	tell(child, { kind: "attached" });
}
/** How many bytes the most curious wants to see; `usual` where only the machine's trace listens. */
export const shownLimit = (task: TaskRecord, usual: number): number =>
	task.watches ? Math.max(...task.watches.map(({ limit }) => limit)) : usual;
