// Who waits for which word of memory (kernel/futex/core.c). A word is known by its address space and address, or, where it may be
// shared, by the pages it lies in. Each waiter has a queue of its own, so that FUTEX_REQUEUE moves it without waking it.

import type { Mm } from "../../mm/mm";
import { WaitQueue } from "../../wait";
import type { TaskRecord } from "../task";

/** All bits: a waiter that any wake may wake. */
export const MATCH_ANY = 0xffff_ffff;

/** The waiters of one word, in order of arrival. */
export type Word = Set<Waiter>;

export interface Waiter {
	readonly task: TaskRecord;
	readonly bitset: number;
	readonly queue: WaitQueue;
	/** Undefined once it is woken. */
	word: Word | undefined;
	/** A waiter for a priority-inheriting lock: the lock has been handed to it. */
	readonly pi: boolean;
	/** FUTEX_WAIT_REQUEUE_PI: where it may be moved to. */
	readonly target?: Word;
}

const shared = new WeakMap<object, Map<number, Word>>();
/** Words that only one address space can mean (FUTEX_PRIVATE_FLAG) are told apart from those that might be shared. */
const private_ = new WeakMap<object, Map<number, Word>>();

export function wordAt(mm: Mm, address: number, isPrivate: boolean): Word {
	const area = isPrivate ? undefined : mm.areas.at(address);
	const owner: object = area?.shared ?? mm;
	const offset = area?.shared ? (area.sharedOffset ?? 0) + address - area.start : address;
	const table = isPrivate ? private_ : shared;
	let words = table.get(owner);
	if (!words) {
		words = new Map();
		table.set(owner, words);
	}
	let word = words.get(offset);
	if (!word) {
		word = new Set();
		words.set(offset, word);
	}
	return word;
}

export function enqueue(word: Word, task: TaskRecord, bitset: number, pi = false, target?: Word): Waiter {
	const waiter: Waiter = { task, bitset, queue: new WaitQueue(), word, pi, target };
	word.add(waiter);
	return waiter;
}
/** It does not wait any more: a signal, the deadline, its end. */
export function leave(waiter: Waiter): void {
	waiter.word?.delete(waiter);
	waiter.word = undefined;
}
export function wakeWaiter(waiter: Waiter): void {
	leave(waiter);
	waiter.queue.wake();
}
export function move(waiter: Waiter, to: Word): void {
	waiter.word?.delete(waiter);
	waiter.word = to;
	to.add(waiter);
}

/** Wakes at most `count` whose bitset meets `bitset`; how many there were. */
export function wake(word: Word, count: number, bitset = MATCH_ANY): number {
	let woken = 0;
	for (const waiter of word) {
		if (woken >= count) break;
		if (waiter.pi || !(waiter.bitset & bitset)) continue;
		wakeWaiter(waiter);
		woken++;
	}
	return woken;
}
