// Restartable sequences (man 2 rseq): a thread that is interrupted in one goes on at its abort handler. There is one processor, so
// its number is always 0; threads of a process still interrupt each other.

import { ERRNO } from "../../lib/errno";
import type { GuestBytes } from "../mm/guest";
import { SIG } from "./signal/numbers";
import type { TaskRecord } from "./task";

export interface RestartableSequence {
	/** Of the thread's struct rseq. */
	address: number;
	length: number;
	/** Stands before each abort handler. */
	signature: number;
}
const UNREGISTER = 1;
const SIZE = 32;
/** Offsets in struct rseq. */
const CPU_ID_START = 0;
const CPU_ID = 4;
const CRITICAL_SECTION = 8;

export function rseq(task: TaskRecord, address: number, length: number, flags: number, signature: number): number {
	const before = task.rseq;
	if (flags === UNREGISTER) {
		if (!before || before.address !== address || before.length !== length) return -ERRNO.EINVAL;
		if (before.signature !== signature) return -ERRNO.EPERM;
		task.rseq = undefined;
		return 0;
	}
	if (flags !== 0) return -ERRNO.EINVAL;
	if (before) {
		if (before.address !== address || before.length !== length) return -ERRNO.EINVAL;
		return before.signature === signature ? -ERRNO.EBUSY : -ERRNO.EPERM;
	}
	if (address % SIZE !== 0 || length < SIZE) return -ERRNO.EINVAL;
	if (!task.memory.setU32(address + CPU_ID_START, 0) || !task.memory.setU32(address + CPU_ID, 0)) return -ERRNO.EFAULT;
	task.rseq = { address, length, signature };
	return 0;
}

/** Before a thread goes on that another ran before, or that is about to run a signal handler. False: its tables are bad (SIGSEGV). */
export function abortSequence(task: TaskRecord): boolean {
	const { rseq: registered, thread } = task;
	if (!registered || !thread) return true;
	const memory = task.memory as GuestBytes;
	const section = memory.number(registered.address + CRITICAL_SECTION);
	if (section === 0) return true;
	if (section === undefined) return false;
	const start = memory.number(section + 8);
	const length = memory.number(section + 16);
	const abort = memory.number(section + 24);
	if (start === undefined || length === undefined || abort === undefined) return false;
	memory.setU64(registered.address + CRITICAL_SECTION, 0n);
	if (thread.rip < start || thread.rip >= start + length) return true;
	if (memory.u32(abort - 4) !== registered.signature) return false;
	thread.rip = abort;
	return true;
}
export const RSEQ_FAULT = { signal: SIG.SIGSEGV, code: 0x80, pid: 0, uid: 0 };
