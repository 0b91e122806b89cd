// What becomes of a traced program's call that a signal has interrupted, once its tracer has had its say (ERESTARTSYS and its kind,
// handle_signal and arch_do_signal_or_restart in arch/x86/kernel/signal.c): rax holds one of Linux's own error numbers until then.

import { ERRNO } from "../../../lib/errno";
import type { SyscallRow } from "../../syscall/row";
import { SA_RESTART } from "../signal/actions";
import type { TaskRecord } from "../task";

/** Made again after a handler with SA_RESTART; after any; after none; taken up where it was, by restart_syscall(2). */
export const ERESTART = { SYS: 512, NOINTR: 513, NOHAND: 514, RESTARTBLOCK: 516 } as const;
const RESTART_SYSCALL = 219;
const INSTRUCTION = 2;

/** Calls that never go on after a handler: what they answer without one. Others of them answer EINTR even so. */
const WITHOUT_HANDLER: Readonly<Record<string, number>> = {
	nanosleep: ERESTART.RESTARTBLOCK,
	clock_nanosleep: ERESTART.RESTARTBLOCK,
	poll: ERESTART.RESTARTBLOCK,
	futex: ERESTART.RESTARTBLOCK,
	restart_syscall: ERESTART.RESTARTBLOCK,
	select: ERESTART.NOHAND,
	pselect6: ERESTART.NOHAND,
	ppoll: ERESTART.NOHAND,
	pause: ERESTART.NOHAND,
	rt_sigsuspend: ERESTART.NOHAND,
	msgrcv: ERESTART.NOHAND,
	msgsnd: ERESTART.NOHAND,
};
export const interruptedResult = ({ name }: SyscallRow, neverRestart: boolean): number =>
	neverRestart ? -(WITHOUT_HANDLER[name] ?? ERRNO.EINTR) : -ERESTART.SYS;

/** Is it in a call that was interrupted? By which of the numbers. */
function interruption({ callNumber, thread }: TaskRecord): number {
	if (callNumber < 0 || !thread) return 0;
	const result = -thread.getNumber(0);
	return Object.values(ERESTART).includes(result as never) ? result : 0;
}
/** A handler is about to run. */
export function interruptCall(task: TaskRecord, flags: number): void {
	const kind = interruption(task);
	if (kind === 0) return;
	if (kind === ERESTART.NOINTR || (kind === ERESTART.SYS && flags & SA_RESTART)) again(task, task.callNumber);
	else task.thread!.setNumber(0, -ERRNO.EINTR);
	task.callNumber = -1;
}
/** No handler runs. */
export function restartCall(task: TaskRecord): void {
	const kind = interruption(task);
	if (kind === 0) return;
	again(task, kind === ERESTART.RESTARTBLOCK ? RESTART_SYSCALL : task.callNumber);
	task.callNumber = -1;
}
function again({ thread }: TaskRecord, number: number): void {
	thread!.rip -= INSTRUCTION;
	thread!.setNumber(0, number);
}
