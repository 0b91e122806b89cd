// Priority-inheriting locks (man 2 futex, "Priority-inheritance futexes"): the word names its owner, and the kernel hands the lock
// over. All tasks have the same priority here, so nothing is inherited; the protocol is what programs depend on.

import { ERRNO } from "../../../lib/errno";
import type { Blocked } from "../../wait";
import type { TaskRecord } from "../task";
import { type FutexAddress, waiting } from "./operations";
import { enqueue, move, type Waiter, type Word, wakeWaiter, wordAt } from "./queue";

export const TID_MASK = 0x3fff_ffff;
export const OWNER_DIED = 0x4000_0000;
export const WAITERS = 0x8000_0000;

const tidOf = (task: TaskRecord): number => task.tidIn(task.namespaces.pid);

/** FUTEX_LOCK_PI, FUTEX_LOCK_PI2; FUTEX_TRYLOCK_PI when `block` is false. */
export function lockPi(task: TaskRecord, at: FutexAddress, deadline: number | undefined, block = true): number | Blocked {
	const { memory, kernel, process } = task;
	const now = memory.u32(at.address);
	if (now === undefined) return -ERRNO.EFAULT;
	const owner = now & TID_MASK;
	if (owner === tidOf(task)) return -ERRNO.EDEADLK;
	const word = wordAt(process.mm!, at.address, at.isPrivate);
	if (owner === 0) {
		const next = tidOf(task) | (now & OWNER_DIED) | (word.size > 0 ? WAITERS : 0);
		return memory.setU32(at.address, next >>> 0) ? 0 : -ERRNO.EFAULT;
	}
	const holder = kernel.findTask(owner, task.namespaces.pid);
	if (!holder || holder.dead) return -ERRNO.ESRCH;
	if (!block) return -ERRNO.EAGAIN;
	if (!memory.setU32(at.address, (now | WAITERS) >>> 0)) return -ERRNO.EFAULT;
	const waiter = enqueue(word, task, 0, true);
	return waiting(task, waiter, deadline, () => 0);
}

/** FUTEX_UNLOCK_PI. */
export function unlockPi(task: TaskRecord, at: FutexAddress): number {
	const now = task.memory.u32(at.address);
	if (now === undefined) return -ERRNO.EFAULT;
	if ((now & TID_MASK) !== tidOf(task)) return -ERRNO.EPERM;
	return handOver(task, at, wordAt(task.process.mm!, at.address, at.isPrivate), 0) ? 0 : -ERRNO.EFAULT;
}
/** The first who waits owns the lock from now on. False: the word cannot be written. */
export function handOver(task: TaskRecord, at: FutexAddress, word: Word, bits: number): boolean {
	const next = [...word].find((waiter) => waiter.pi);
	const more = next && word.size > 1 ? WAITERS : 0;
	const value = next ? tidOf(next.task) | more | bits : bits;
	if (!task.memory.setU32(at.address, value >>> 0)) return false;
	if (next) wakeWaiter(next);
	return true;
}

/** FUTEX_WAIT_REQUEUE_PI: waits for the first word; FUTEX_CMP_REQUEUE_PI gives it the lock, or moves it to wait for that. */
export function waitRequeuePi(
	task: TaskRecord,
	from: FutexAddress,
	to: FutexAddress,
	value: number,
	deadline: number | undefined,
	bitset: number,
): number | Blocked {
	if (from.address === to.address) return -ERRNO.EINVAL;
	const now = task.memory.u32(from.address);
	if (now === undefined) return -ERRNO.EFAULT;
	if (now !== value >>> 0) return -ERRNO.EAGAIN;
	const { mm } = task.process;
	const target = wordAt(mm!, to.address, to.isPrivate);
	const waiter = enqueue(wordAt(mm!, from.address, from.isPrivate), task, bitset, true, target);
	return waiting(task, waiter, deadline, () => 0);
}
export function requeuePi(task: TaskRecord, from: FutexAddress, to: FutexAddress, moves: number, expected: number): number {
	const { memory, process } = task;
	const now = memory.u32(from.address);
	const lock = memory.u32(to.address);
	if (now === undefined || lock === undefined) return -ERRNO.EFAULT;
	if (now !== expected >>> 0) return -ERRNO.EAGAIN;
	const source = wordAt(process.mm!, from.address, from.isPrivate);
	const target = wordAt(process.mm!, to.address, to.isPrivate);
	let done = 0;
	for (const waiter of [...source] as Waiter[]) {
		if (done > moves) break;
		if (waiter.target !== target) return -ERRNO.EINVAL;
		const held = memory.u32(to.address)!;
		if ((held & TID_MASK) === 0) {
			memory.setU32(to.address, (tidOf(waiter.task) | (held & OWNER_DIED)) >>> 0);
			wakeWaiter(waiter);
		} else {
			memory.setU32(to.address, (held | WAITERS) >>> 0);
			move(waiter, target);
		}
		done++;
	}
	return done;
}
