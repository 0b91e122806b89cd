// futex(2) but for the priority-inheriting locks: waiting for a word to change, waking those who wait, moving them to another word.

import { ERRNO } from "../../../lib/errno";
import type { Mm } from "../../mm/mm";
import { Blocked } from "../../wait";
import type { TaskRecord } from "../task";
import { enqueue, leave, MATCH_ANY, move, type Waiter, wake, wordAt } from "./queue";

/** A word, and whether only this address space can mean it. */
export interface FutexAddress {
	address: number;
	isPrivate: boolean;
}

export function futexWake(mm: Mm, at: FutexAddress, count: number, bitset = MATCH_ANY): number {
	return wake(wordAt(mm, at.address, at.isPrivate), Math.max(1, count), bitset);
}

/** FUTEX_WAIT: EAGAIN unless the word still has the value; ETIMEDOUT at `deadline` (monotonic ms). */
export function futexWait(
	task: TaskRecord,
	at: FutexAddress,
	value: number,
	deadline: number | undefined,
	bitset = MATCH_ANY,
): number | Blocked {
	const now = task.memory.u32(at.address);
	if (now === undefined) return -ERRNO.EFAULT;
	if (now !== value >>> 0) return -ERRNO.EAGAIN;
	const { kernel, mm } = task.process;
	if (deadline !== undefined && kernel.uptime() >= deadline) return -ERRNO.ETIMEDOUT;
	return waiting(task, enqueue(wordAt(mm!, at.address, at.isPrivate), task, bitset), deadline, () => 0);
}

/** Waits until the waiter is taken off its word; `woken` says what the call answers then. */
export function waiting(task: TaskRecord, waiter: Waiter, deadline: number | undefined, woken: () => number | Blocked): Blocked {
	const { kernel } = task;
	const again = (): Blocked =>
		new Blocked([waiter.queue], deadline, {
			resume,
			neverRestart: deadline !== undefined,
			cancel: () => leave(waiter),
		});
	const resume = (): number | Blocked => {
		if (!waiter.word) return woken();
		if (deadline === undefined || kernel.uptime() < deadline) return again();
		leave(waiter);
		return -ERRNO.ETIMEDOUT;
	};
	return again();
}

/** FUTEX_REQUEUE, and FUTEX_CMP_REQUEUE where `expected` is given: wakes some, the next wait for the other word from now on. */
export function futexRequeue(
	task: TaskRecord,
	from: FutexAddress,
	to: FutexAddress,
	wakes: number,
	moves: number,
	expected: number | undefined,
): number {
	if (wakes < 0 || moves < 0) return -ERRNO.EINVAL;
	const { mm } = task.process;
	const now = task.memory.u32(from.address);
	if (now === undefined || task.memory.u32(to.address) === undefined) return -ERRNO.EFAULT;
	if (expected !== undefined && now !== expected >>> 0) return -ERRNO.EAGAIN;
	const source = wordAt(mm!, from.address, from.isPrivate);
	const target = wordAt(mm!, to.address, to.isPrivate);
	let done = wake(source, wakes);
	for (const waiter of source) {
		if (done >= wakes + moves || source === target) break;
		move(waiter, target);
		done++;
	}
	return done;
}

const OPERATIONS: ReadonlyArray<(old: number, operand: number) => number> = [
	(_old, operand) => operand,
	(old, operand) => old + operand,
	(old, operand) => old | operand,
	(old, operand) => old & ~operand,
	(old, operand) => old ^ operand,
];
const COMPARISONS: ReadonlyArray<(old: number, operand: number) => boolean> = [
	(old, operand) => old === operand,
	(old, operand) => old !== operand,
	(old, operand) => old < operand,
	(old, operand) => old <= operand,
	(old, operand) => old > operand,
	(old, operand) => old >= operand,
];
const SHIFT = 8;

/** FUTEX_WAKE_OP: changes the second word, wakes on the first, and on the second if its old value compares as `encoded` says. */
export function futexWakeOp(
	task: TaskRecord,
	first: FutexAddress,
	second: FutexAddress,
	wakes: number,
	moreWakes: number,
	encoded: number,
): number {
	const operand = (encoded << 8) >> 20;
	const comparand = (encoded << 20) >> 20;
	const kind = (encoded >>> 28) & 0xf;
	const change = OPERATIONS[kind & ~SHIFT];
	const compare = COMPARISONS[(encoded >>> 24) & 0xf];
	const { memory } = task;
	const old = memory.i32(second.address);
	if (old === undefined || memory.u32(first.address) === undefined) return -ERRNO.EFAULT;
	if (!change) return -ERRNO.ENOSYS;
	if (!memory.setU32(second.address, change(old, kind & SHIFT ? 1 << (operand & 31) : operand) >>> 0)) return -ERRNO.EFAULT;
	if (!compare) return -ERRNO.ENOSYS;
	const { mm } = task.process;
	let woken = futexWake(mm!, first, wakes);
	if (compare(old, comparand)) woken += futexWake(mm!, second, moreWakes);
	return woken;
}

/** futex_waitv(2): until one of them is woken; its index. */
export function futexWaitAny(
	task: TaskRecord,
	words: ReadonlyArray<FutexAddress & { value: number }>,
	deadline: number | undefined,
): number | Blocked {
	const { kernel, mm } = task.process;
	for (const { address, value } of words) {
		const now = task.memory.u32(address);
		if (now === undefined) return -ERRNO.EFAULT;
		if (now !== value) return -ERRNO.EAGAIN;
	}
	if (deadline !== undefined && kernel.uptime() >= deadline) return -ERRNO.ETIMEDOUT;
	const waiters = words.map(({ address, isPrivate }) => enqueue(wordAt(mm!, address, isPrivate), task, MATCH_ANY));
	const queues = waiters.map(({ queue }) => queue);
	const leaveAll = (): void => waiters.forEach(leave);
	const again = (): Blocked => new Blocked(queues, deadline, { resume, cancel: leaveAll });
	const resume = (): number | Blocked => {
		const woken = waiters.findIndex(({ word }) => !word);
		if (woken < 0 && (deadline === undefined || kernel.uptime() < deadline)) return again();
		leaveAll();
		return woken < 0 ? -ERRNO.ETIMEDOUT : woken;
	};
	return again();
}
