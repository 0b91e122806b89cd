// System calls of guests told to those who watch them.

import { ERRNO } from "../../lib/errno";
import type { TaskRecord } from "../proc/task";
import { shownLimit, tell } from "../proc/watch";
import type { Arguments, SyscallRow } from "./row";
import { SHOWN_BYTES, shownCall, shownOnEntry } from "./show/show";
import { hex } from "./show/text";

/** Calls that do not return: they are told of as they begin. */
const ENDS = new Set(["exit", "exit_group"]);
/** What an interrupted call shows: the kernel's own word for how it goes on (man 7 signal; include/linux/errno.h). */
const NO_HANDLER = new Set(["pause", "rt_sigsuspend", "select", "pselect6", "ppoll"]);
const RESTART_BLOCK = new Set(["poll", "nanosleep", "clock_nanosleep"]);
const NEVER = new Set([
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"rt_sigtimedwait",
	"semop",
	"semtimedop",
	"msgrcv",
	"msgsnd",
]);

export function traceEntry(task: TaskRecord, row: SyscallRow, args: Arguments): void {
	// The mask that comes back is known when it is back.
	if (row.name === "rt_sigreturn") return;
	// Kept: a call may write over what it was given, and what execve was given is gone when it has succeeded.
	task.shownArguments = shownOnEntry(task, row, args, shownLimit(task, SHOWN_BYTES));
	if (ENDS.has(row.name)) told(task, row, task.shownArguments, "?");
}
export function traceWait(task: TaskRecord, row: SyscallRow, args: Arguments): void {
	if (task.waitTold) return;
	task.waitTold = true;
	const shown = task.shownArguments ?? shownOnEntry(task, row, args);
	const whole = shown.length === shownCall(task, row, args, -1).args.length;
	tell(task, { kind: "waits", name: row.name, args: shown, whole, began: task.callStart });
}
export function traceCall(task: TaskRecord, row: SyscallRow, args: Arguments, result: number | bigint): void {
	if (ENDS.has(row.name) && task.dead) return;
	const given = task.shownArguments ?? [];
	const replaced = row.name.startsWith("execve") && result === 0;
	const shown = shownCall(task, row, args, result, shownLimit(task, SHOWN_BYTES));
	const whole = replaced ? given : [...given, ...shown.args.slice(given.length)];
	told(task, row, whole, row.name === "rt_sigreturn" ? returned(task) : shown.result);
}
export function traceInterrupted(task: TaskRecord, row: SyscallRow, args: Arguments): void {
	const given = task.shownArguments ?? [];
	const shown = shownCall(task, row, args, -ERRNO.EINTR, shownLimit(task, SHOWN_BYTES));
	told(task, row, [...given, ...shown.args.slice(given.length)], interrupted(row.name));
}
/** A call that no row serves. */
export function traceMissing(task: TaskRecord, name: string, args: Arguments): void {
	tell(task, {
		kind: "call",
		name,
		args: args.map((value) => (value === 0 ? "0" : hex(value))),
		result: "-1 ENOSYS (Function not implemented)",
		began: task.kernel.uptime(),
		ended: task.kernel.uptime(),
	});
}

function told(task: TaskRecord, row: SyscallRow, args: readonly string[], result: string): void {
	task.shownArguments = undefined;
	task.waitTold = false;
	tell(task, { kind: "call", name: row.name, args, result, began: task.callStart, ended: task.kernel.uptime() });
}
/** What the interrupted program finds in rax. */
const returned = (task: TaskRecord): string => {
	const value = task.thread?.getNumber(0) ?? 0;
	return value === -4 ? "-1 EINTR (Interrupted system call)" : String(value);
};
function interrupted(name: string): string {
	if (NEVER.has(name)) return "-1 EINTR (Interrupted system call)";
	if (NO_HANDLER.has(name)) return "? ERESTARTNOHAND (To be restarted if no handler)";
	if (RESTART_BLOCK.has(name)) return "? ERESTART_RESTARTBLOCK (Interrupted by signal)";
	return "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
}
