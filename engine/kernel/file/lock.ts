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

/** flock(2). `owner` is the description. EWOULDBLOCK when `wait` is false. */
export function flock(inode: Inode, owner: object, type: LockType, wait: boolean): number | Blocked {
	const file = locksOf(inode);
	if (type === F_UNLCK) {
		if (file.whole.delete(owner)) file.released.wake();
		return 0;
	}
	const conflict = [...file.whole].some(([other, held]) => other !== owner && (type === F_WRLCK || held === F_WRLCK));
	if (conflict) return wait ? new Blocked([file.released]) : -ERRNO.EAGAIN;
	const before = file.whole.get(owner);
	file.whole.set(owner, type);
	if (before === F_WRLCK && type === F_RDLCK) file.released.wake();
	return 0;
}

const overlaps = (a: RecordLock, b: RecordLock): boolean => a.start <= b.end && b.start <= a.end;

/** The first lock that stands in the way of `wanted`, for F_GETLK. */
export const conflicting = (inode: Inode, wanted: RecordLock): RecordLock | undefined =>
	locksOf(inode).records.find(
		(held) => held.owner !== wanted.owner && overlaps(held, wanted) && (held.type === F_WRLCK || wanted.type === F_WRLCK),
	);

/** F_SETLK and F_SETLKW: sets, changes or removes the owner's lock over the range, splitting what it had. */
export function setRecordLock(inode: Inode, lock: RecordLock, wait: boolean): number | Blocked {
	const file = locksOf(inode);
	if (lock.type !== F_UNLCK && conflicting(inode, lock)) return wait ? new Blocked([file.released]) : -ERRNO.EAGAIN;
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
