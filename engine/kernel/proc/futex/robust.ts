// Robust lists (man 2 get_robust_list): a thread that ends with locks held leaves word of it in each, and wakes one who waits.
//
//	struct robust_list_head { next; offset of the word from an entry; the entry that is being locked or unlocked }

import type { GuestBytes } from "../../mm/guest";
import type { TaskRecord } from "../task";
import { futexWake } from "./operations";
import { handOver, OWNER_DIED, TID_MASK, WAITERS } from "./pi";
import { wordAt } from "./queue";

export const ROBUST_HEAD = 24;
/** A list that goes round in a circle ends here (ROBUST_LIST_LIMIT). */
const MOST = 2048;
/** The lowest bit of an entry's address: its lock is a priority-inheriting one. */
const PI = 1;

/** The thread ends, or gives up its memory in execve. */
export function leaveRobustList(task: TaskRecord): void {
	const head = task.robustList;
	task.robustList = 0;
	const mm = task.process.mm;
	if (head === 0 || !mm) return;
	const memory = mm.guest as GuestBytes;
	const offset = memory.number(head + 8);
	const pending = memory.number(head + 16);
	let entry = memory.number(head);
	if (entry === undefined || offset === undefined || pending === undefined) return;
	for (let seen = 0; seen < MOST && entry !== undefined && (entry & ~PI) !== head; seen++) {
		const at: number = entry - (entry % 2);
		// Read before the word is given away: the next owner may change the list.
		const next = memory.number(at);
		if (entry !== pending && !markDead(task, at + offset, entry % 2 === PI, false)) return;
		entry = next;
	}
	if (pending) markDead(task, pending - (pending % 2) + offset, pending % 2 === PI, true);
}

/** False: the list leads nowhere. */
function markDead(task: TaskRecord, address: number, pi: boolean, pending: boolean): boolean {
	const { memory, process } = task;
	const now = memory.u32(address);
	if (now === undefined || address % 4 !== 0) return false;
	const at = { address, isPrivate: false };
	// It died between giving the lock up and waking the next: that one is woken in its place.
	if (pending && !pi && now === 0) futexWake(process.mm!, at, 1);
	if ((now & TID_MASK) !== task.record.numbers.at(-1)) return true;
	if (pi && now & WAITERS) return handOver(task, at, wordAt(process.mm!, address, false), OWNER_DIED);
	if (!memory.setU32(address, ((now & WAITERS) | OWNER_DIED) >>> 0)) return false;
	if (!pi && now & WAITERS) futexWake(process.mm!, at, 1);
	return true;
}
