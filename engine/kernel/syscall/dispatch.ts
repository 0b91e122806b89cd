// Serving the system calls of guests: from the registers to the row's handler and back, blocking and going on, and what a signal
// makes of a blocked call (man 7 signal, "Interruption of system calls").

import type { Thread } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import { syscallName } from "../../lib/syscalls";
import { ERESTART, interruptedResult } from "../proc/ptrace/restart";
import { stopForCall } from "../proc/ptrace/tracee";
import { SA_RESTART } from "../proc/signal/actions";
import type { TaskRecord } from "../proc/task";
import { checkCall } from "../seccomp/check";
import { Blocked, untilHere } from "../wait";
import type { Arguments, SyscallRow } from "./row";
import { traceCall, traceEntry, traceInterrupted, traceMissing, traceWait } from "./trace";

/** Length of the `syscall` instruction: rip goes back by it when a call is made again. */
const INSTRUCTION = 2;

/** Runs the call that the thread stopped at. False: it blocks, or the task is no more. */
export function serve(task: TaskRecord): boolean {
	const number = task.thread!.getNumber(0) | 0;
	const { tracee } = task;
	if (!tracee) return begin(task, number);
	task.callNumber = number;
	if (tracee.calls === "no") return begin(task, number);
	task.thread!.setNumber(0, -ERRNO.ENOSYS);
	task.entered = tracee.calls === "emulate" ? "emulated" : "entry";
	stopForCall(task, "entry");
	return false;
}
/** A tracer has looked at a call that is about to be made, and may have changed it or its arguments. */
export function resumeEntry(task: TaskRecord): boolean {
	const { entered } = task;
	task.entered = "no";
	if (task.killed) return true;
	// Whatever the tracer has put into rax is the result of a call that is not made.
	if (task.callNumber < 0) return ended(task);
	return entered === "emulated" || begin(task, task.callNumber, entered === "checked");
}

function begin(task: TaskRecord, number: number, checked = false): boolean {
	const thread = task.thread!;
	if (task.seccomp.mode !== 0 && !checked) {
		const checked = checkCall(task, thread, number);
		if (checked === "trace") {
			thread.setNumber(0, -ERRNO.ENOSYS);
			task.entered = "checked";
			return false;
		}
		if (checked !== "go on") return refused(task, number, checked.result);
	}
	const row = task.kernel.acts.rowOf(number);
	if (!row) {
		missing(task, number, argumentsOf(thread));
		thread.setNumber(0, -ERRNO.ENOSYS);
		return ended(task);
	}
	const args = argumentsOf(thread);
	task.beginCall();
	task.kernel.current = task;
	if (task.traced) traceEntry(task, row, args);
	return settle(task, row, args, row.handler(task, args));
}

/** seccomp has had its say. */
function refused(task: TaskRecord, number: number, result: number | undefined): boolean {
	if (task.dead || !task.thread) return false;
	if (result === undefined) return true;
	const row = task.kernel.acts.rowOf(number);
	const args = argumentsOf(task.thread);
	if (task.traced && row) {
		traceEntry(task, row, args);
		traceCall(task, row, args, result);
	}
	setResult(task.thread, result);
	return ended(task);
}

/** A call has its result. A tracer may want to look at it: false. */
function ended(task: TaskRecord): boolean {
	if (!task.thread || task.dead) return false;
	if (!task.tracee || task.tracee.calls === "no") return true;
	stopForCall(task, "exit");
	return false;
}

/** A blocked call was woken, by what it waits for or by a signal. False: it goes on waiting. */
export function resumeCall(task: TaskRecord): boolean {
	const { row, args, blocked, leave } = task.call!;
	leave();
	const { resume } = blocked.options;
	task.call = undefined;
	task.kernel.current = task;
	const result = resume ? resume() : row.handler(task, args);
	if (!(result instanceof Blocked) || !task.interrupted() || row.uninterruptible) return settle(task, row, args, result);
	return interrupt(task, row, args, result);
}

function settle(task: TaskRecord, row: SyscallRow, args: Arguments, answer: number | bigint | Blocked<number | bigint>): boolean {
	const result = untilHere(answer, task.kernel);
	if (result instanceof Blocked) {
		// A signal that came before the call blocks ends it at once.
		if (task.deliverable !== 0n && task.interrupted() && !row.uninterruptible) return interrupt(task, row, args, result);
		if (task.dead) result.options.cancel?.();
		else park(task, row, args, result);
		return false;
	}
	if (task.dead) return false;
	if (task.traced) traceCall(task, row, args, result);
	// execve and rt_sigreturn have put other values into the registers.
	if (task.thread && !row.keepsRegisters) setResult(task.thread, result);
	else if (task.thread && typeof result === "number" && result < 0) setResult(task.thread, result);
	if (task.savedMask !== undefined && result !== -ERRNO.EINTR) restoreMask(task);
	return ended(task);
}

/** A signal is about to be delivered in the middle of the call. */
function interrupt(task: TaskRecord, row: SyscallRow, args: Arguments, blocked: Blocked<number | bigint>): boolean {
	const { partial, neverRestart, cancel } = blocked.options;
	cancel?.();
	const thread = task.thread!;
	if (partial !== undefined) setResult(thread, partial);
	else if (task.tracee && task.callNumber >= 0) {
		const result = interruptedResult(row, neverRestart ?? false);
		if (result === -ERESTART.RESTARTBLOCK) task.restartable = { row, args, blocked, callStart: task.callStart };
		setResult(thread, result);
	} else if (!neverRestart && restarts(task)) {
		thread.rip -= INSTRUCTION;
		setResult(thread, row.number);
	} else setResult(thread, -ERRNO.EINTR);
	if (task.traced && partial === undefined) traceInterrupted(task, row, args);
	else if (task.traced) traceCall(task, row, args, partial!);
	return ended(task);
}
/** Does the next signal's handler let calls go on afterwards? */
function restarts(task: TaskRecord): boolean {
	const { actions } = task.process;
	let bits = task.deliverable;
	for (let signal = 1; bits !== 0n; signal++, bits >>= 1n) {
		if (!(bits & 1n) || !actions.handles(signal)) continue;
		return (actions.flags(signal) & SA_RESTART) !== 0;
	}
	return true;
}

function park(task: TaskRecord, row: SyscallRow, args: Arguments, blocked: Blocked<number | bigint>): void {
	const { scheduler } = task.kernel;
	const wake = (): void => scheduler.ready(task);
	if (task.traced) traceWait(task, row, args);
	const leaves = blocked.queues.map((queue) => queue.add(wake));
	if (blocked.deadline !== undefined) {
		const timer = task.kernel.timer(blocked.deadline - task.kernel.uptime(), wake);
		leaves.push(() => timer.cancel());
	}
	task.waitInCall({
		row,
		args,
		blocked,
		leave() {
			for (const leave of leaves) leave();
		},
	});
}

/** The usual mask comes back. After EINTR it does so with the handler's frame, which takes it along. */
function restoreMask(task: TaskRecord): void {
	task.mask = task.savedMask!;
	task.savedMask = undefined;
}

const argumentsOf = (thread: Thread): Arguments => [
	thread.getNumber(7),
	thread.getNumber(6),
	thread.getNumber(2),
	thread.getNumber(10),
	thread.getNumber(8),
	thread.getNumber(9),
];
function setResult(thread: Thread, result: number | bigint): void {
	if (typeof result === "bigint") thread.set(0, BigInt.asUintN(64, result));
	else thread.setNumber(0, result);
}
function missing(task: TaskRecord, number: number, args: Arguments): void {
	if (task.traced) traceMissing(task, syscallName(number), args);
	task.kernel.trace.emit("kernel", { type: "syscall.missing", pid: task.process.pid, name: syscallName(number), number });
}
