// Before each call of a task that has filters: is it to be made? And what becomes of it otherwise.

import type { Thread } from "../../cpu/types";
import { AUDIT_ARCH_X86_64, SECCOMP_DATA, SECCOMP_RET } from "../../lib/bpf";
import { ERRNO } from "../../lib/errno";
import { endProcess, endTask } from "../proc/exit";
import { EVENT, stopForEvent } from "../proc/ptrace/tracee";
import { forceSignal } from "../proc/signal/deliver";
import { SIG } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { MODE } from "./set";

/** What strict mode leaves: read, write, exit, rt_sigreturn. */
const STRICT: ReadonlySet<number> = new Set([0, 1, 60, 15]);
const SYS_SECCOMP = 1;
const MOST_ERRNO = 4095;
/** Registers of a call's arguments: rdi, rsi, rdx, r10, r8, r9. */
const ARGUMENTS = [7, 6, 2, 10, 8, 9];

/** "go on", or the tracer is asked first, or the call is not made: its result, or nothing to be set since a signal was forced or the task has ended. */
export function checkCall(task: TaskRecord, thread: Thread, number: number): "go on" | "trace" | { result: number | undefined } {
	const { mode, filter } = task.seccomp;
	if (mode === MODE.STRICT) {
		if (STRICT.has(number)) return "go on";
		endProcess(task.process, SIG.SIGKILL);
		return { result: undefined };
	}
	if (!filter || filter.allows(number)) return "go on";
	const answer = filter.decide({ number, word: (offset) => wordOf(thread, number, offset) });
	const data = answer & SECCOMP_RET.DATA;
	switch ((answer & SECCOMP_RET.ACTION) >>> 0) {
		case SECCOMP_RET.ALLOW:
		case SECCOMP_RET.LOG:
			return "go on";
		case SECCOMP_RET.ERRNO:
			return { result: -Math.min(data, MOST_ERRNO) };
		case SECCOMP_RET.TRACE:
			if (!task.tracee?.wants(EVENT.SECCOMP)) return { result: -ERRNO.ENOSYS };
			stopForEvent(task, EVENT.SECCOMP, data);
			return "trace";
		// Without a listener.
		case SECCOMP_RET.USER_NOTIF:
			return { result: -ERRNO.ENOSYS };
		case SECCOMP_RET.TRAP:
			thread.setNumber(0, number);
			forceSignal(task, {
				signal: SIG.SIGSYS,
				code: SYS_SECCOMP,
				pid: 0,
				uid: 0,
				address: thread.rip,
				syscall: number,
				errno: data,
			});
			return { result: undefined };
		case SECCOMP_RET.KILL_THREAD:
			if (task.process.tasks.size > 1) endTask(task, SIG.SIGSYS);
			else endProcess(task.process, SIG.SIGSYS);
			return { result: undefined };
		default:
			endProcess(task.process, SIG.SIGSYS);
			return { result: undefined };
	}
}

function wordOf(thread: Thread, number: number, offset: number): number {
	if (offset === SECCOMP_DATA.nr) return number >>> 0;
	if (offset === SECCOMP_DATA.arch) return AUDIT_ARCH_X86_64;
	const value = offset < SECCOMP_DATA.args ? BigInt(thread.rip) : thread.get(ARGUMENTS[(offset - SECCOMP_DATA.args) >> 3]!);
	return Number((offset & 4 ? value >> 32n : value) & 0xffffffffn);
}
