// Advisory locks: flock(2) by description, record locks (fcntl F_SETLK) by process, and OFD locks by description.
// Locks live beside the file's identity, not in the inode, so that every file system has them.

import type { Inode } from "../../fs/vfs/types";
import { ERRNO } from "../../lib/errno";
import { Blocked, WaitQueue } from "../wait";

export const F_RDLCK = 0;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
export type LockType = typeof F_RDLCK | typeof F_WRLCK | typeof F_UNLCK;

export interface RecordLock {
	type: LockType;
	/** Inclusive bounds; Infinity is "to the end of the file, wherever that is". */
	start: number;
	end: number;
	/** A descriptor table (record locks) or a description (OFD locks). */
	owner: object;
	/** For F_GETLK; -1 for OFD locks. */
	pid: number;
}

interface FileLocks {
	whole: Map<object, LockType>;
	records: RecordLock[];
	released: WaitQueue;
}
const locks = new WeakMap<object, FileLocks>();
const locksOf = (inode: Inode): FileLocks => {
	const key = inode.identity();
	let found = locks.get(key);
	if (!found) {
		found = { whole: new Map(), records: [], released: new WaitQueue() };
		locks.set(key, found);
	}
	return found;
};

/**
 * flock(2). `owner` is the description. EWOULDBLOCK when `wait` is false. A lock of another kind is given up first: who cannot
 * have the new one has neither (man 2 flock).
 */
export function flock(inode: Inode, owner: object, type: LockType, wait: boolean): number | Blocked {
	const file = locksOf(inode);
	const before = file.whole.get(owner);
	if (before === type) return 0;
	if (before !== undefined) {
		file.whole.delete(owner);
		file.released.wake();
	}
	if (type === F_UNLCK) return 0;
	const conflict = [...file.whole.values()].some((held) => type === F_WRLCK || held === F_WRLCK);
	if (conflict) return wait ? new Blocked([file.released]) : -ERRNO.EAGAIN;
	file.whole.set(owner, type);
	return 0;
}

const overlaps = (a: RecordLock, b: RecordLock): boolean => a.start <= b.end && b.start <= a.end;
const conflicts = (held: RecordLock, wanted: RecordLock): boolean =>
	held.owner !== wanted.owner && overlaps(held, wanted) && (held.type === F_WRLCK || wanted.type === F_WRLCK);

/** The first lock that stands in the way of `wanted`, for F_GETLK. */
export const conflicting = (inode: Inode, wanted: RecordLock): RecordLock | undefined =>
	locksOf(inode).records.find((held) => conflicts(held, wanted));

/** Owners of record locks that wait, and for whom: what a circle is looked for in. Descriptions (OFD locks) are left out. */
const waiting = new Map<object, object>();

/** Does the chain of who waits for whom lead from `holder` back to `owner`? */
function closesCircle(owner: object, holder: object): boolean {
	for (let at: object | undefined = holder; at !== undefined; at = waiting.get(at)) if (at === owner) return true;
	return false;
}

/**
 * F_SETLK and F_SETLKW: sets, changes or removes the owner's lock over the range, splitting what it had. EAGAIN, or EDEADLK
 * where waiting would never end.
 */
export function setRecordLock(inode: Inode, lock: RecordLock, wait: boolean): number | Blocked {
	const file = locksOf(inode);
	waiting.delete(lock.owner);
	const holder = lock.type === F_UNLCK ? undefined : conflicting(inode, lock);
	if (holder) {
		if (!wait) return -ERRNO.EAGAIN;
		if (lock.pid >= 0 && closesCircle(lock.owner, holder.owner)) return -ERRNO.EDEADLK;
		if (lock.pid >= 0) waiting.set(lock.owner, holder.owner);
		return new Blocked([file.released], undefined, { cancel: () => waiting.delete(lock.owner) });
	}
	const kept: RecordLock[] = [];
	for (const held of file.records) {
		if (held.owner !== lock.owner || !overlaps(held, lock)) kept.push(held);
		else {
			if (held.start < lock.start) kept.push({ ...held, end: lock.start - 1 });
			if (held.end > lock.end) kept.push({ ...held, start: lock.end + 1 });
		}
	}
	if (lock.type !== F_UNLCK) kept.push(lock);
	file.records = kept.sort((a, b) => a.start - b.start);
	file.released.wake();
	return 0;
}

export function releaseRecordLocks(inode: Inode, owner: object): void {
	waiting.delete(owner);
	const file = locks.get(inode.identity());
	if (!file?.records.some((held) => held.owner === owner)) return;
	file.records = file.records.filter((held) => held.owner !== owner);
	file.released.wake();
}

/** The description is gone: its flock and its OFD locks with it. */
export function releaseDescriptionLocks(inode: Inode, description: object): void {
	const file = locks.get(inode.identity());
	if (!file) return;
	releaseRecordLocks(inode, description);
	if (file.whole.delete(description)) file.released.wake();
}
