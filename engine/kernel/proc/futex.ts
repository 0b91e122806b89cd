// futex(2): waiting for a word in memory to change. Words are known by their address space and address, or by the shared pages
// they lie in.

import { ERRNO } from "../../lib/errno";
import type { Mm } from "../mm/mm";
import { Blocked, WaitQueue } from "../wait";
import type { TaskRecord } from "./task";

export const FUTEX_WAIT = 0;
export const FUTEX_WAKE = 1;
export const FUTEX_REQUEUE = 3;
export const FUTEX_CMP_REQUEUE = 4;
export const FUTEX_WAKE_OP = 5;
export const FUTEX_WAIT_BITSET = 9;
export const FUTEX_WAKE_BITSET = 10;
export const FUTEX_PRIVATE = 128;
export const FUTEX_CLOCK_REALTIME = 256;

const queues = new WeakMap<object, Map<number, WaitQueue>>();

/** What identifies the word: shared pages with an offset, else the address space. */
function placeOf(mm: Mm, address: number): [owner: object, offset: number] {
	const area = mm.areas.at(address);
	return area?.shared ? [area.shared, (area.sharedOffset ?? 0) + address - area.start] : [mm, address];
}
function queueOf(mm: Mm, address: number, make: boolean): WaitQueue | undefined {
	const [owner, offset] = placeOf(mm, address);
	let words = queues.get(owner);
	if (!words) {
		if (!make) return undefined;
		words = new Map();
		queues.set(owner, words);
	}
	let queue = words.get(offset);
	if (!queue && make) {
		queue = new WaitQueue();
		words.set(offset, queue);
	}
	return queue;
}

export function futexWake(mm: Mm, address: number, count: number): number {
	const queue = queueOf(mm, address, false);
	if (!queue) return 0;
	const woken = Math.min(queue.length, count);
	queue.wake(count);
	return woken;
}

/** FUTEX_WAIT: EAGAIN unless the word still has the value; ETIMEDOUT at `deadline` (monotonic ms). */
export function futexWait(task: TaskRecord, address: number, value: number, deadline: number | undefined): number | Blocked {
	const { mm, kernel } = task.process;
	const now = task.memory.u32(address);
	if (now === undefined) return -ERRNO.EFAULT;
	if (now !== value >>> 0) return -ERRNO.EAGAIN;
	if (deadline !== undefined && kernel.uptime() >= deadline) return -ERRNO.ETIMEDOUT;
	// Once woken it is done: by FUTEX_WAKE, or by the deadline.
	const resume = (): number => (deadline !== undefined && kernel.uptime() >= deadline ? -ERRNO.ETIMEDOUT : 0);
	return new Blocked([queueOf(mm!, address, true)!], deadline, { resume, neverRestart: deadline !== undefined });
}

/** FUTEX_REQUEUE: wakes some; the others are woken as well, and find their word changed or wait anew. */
export function futexRequeue(mm: Mm, address: number, wake: number, requeue: number): number {
	return futexWake(mm, address, Math.min(wake + requeue, Number.MAX_SAFE_INTEGER));
}
