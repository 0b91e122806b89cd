// What a program says about its memory, and asks of it: madvise(2), msync(2), mincore(2), mlock(2). Nothing is ever swapped out, so
// much of it needs no doing; but what is wrong is answered as such.

import { PAGE, PROT_WRITE } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import { CAP, capable } from "../proc/capability";
import { RLIMIT } from "../proc/limits";
import type { TaskRecord } from "../proc/task";
import { readInto } from "./file";
import { pageDown, pageUp } from "./layout";
import type { Mm } from "./mm";

const MADV_DONTNEED = 4;
const MADV_REMOVE = 9;
const MADV_DONTNEED_LOCKED = 24;
/** MADV_NORMAL 0 to MADV_POPULATE_WRITE 23 that need nothing done, MADV_FREE among them: it may be taken at its word any time. */
const KNOWN = new Set([0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);

export function madvise(task: TaskRecord, address: number, size: number, advice: number): number {
	const mm = task.process.mm!;
	const end = pageUp(address + size);
	const drops = advice === MADV_DONTNEED || advice === MADV_DONTNEED_LOCKED;
	if (address % PAGE !== 0 || size < 0 || !(drops || advice === MADV_REMOVE || KNOWN.has(advice))) return -ERRNO.EINVAL;
	if (size === 0) return 0;
	if (advice === MADV_REMOVE) return removePages(mm, address, end);
	if (drops) dropPages(mm, address, end);
	// What is mapped of the range is seen to, even where some of it is not.
	return mm.areas.covers(address, end) ? 0 : -ERRNO.ENOMEM;
}
/** Private pages read as they did at first: zeros, or the file. */
function dropPages(mm: Mm, address: number, end: number): void {
	for (const area of mm.areas.overlapping(address, end)) {
		if (area.shared) continue;
		const start = Math.max(area.start, address);
		const stop = Math.min(area.end, end);
		const bytes = mm.space.bytes(start, stop - start);
		bytes.fill(0);
		if (area.file) readInto(area.file.inode, area.file.offset + start - area.start, bytes);
		mm.space.written(start, stop - start);
	}
}
/** MADV_REMOVE: a hole in what is shared. */
function removePages(mm: Mm, address: number, end: number): number {
	if (!mm.areas.covers(address, end)) return -ERRNO.ENOMEM;
	for (const area of mm.areas.overlapping(address, end)) {
		if (!area.shared) return -ERRNO.EINVAL;
		if (area.readonly || !(area.prot & PROT_WRITE)) return -ERRNO.EACCES;
		const start = Math.max(area.start, address);
		area.shared.clear((area.sharedOffset ?? 0) + start - area.start, Math.min(area.end, end) - start);
	}
	return 0;
}

const MS_ASYNC = 1;
const MS_SYNC = 4;
const MS_ALL = 7;
export function msync(task: TaskRecord, address: number, size: number, flags: number): number {
	const mm = task.process.mm!;
	if (flags & ~MS_ALL || (flags & MS_ASYNC && flags & MS_SYNC) || address % PAGE !== 0) return -ERRNO.EINVAL;
	const end = pageUp(address + size);
	if (end < address) return -ERRNO.ENOMEM;
	mm.sharing.flushAll();
	return mm.areas.covers(address, end) ? 0 : -ERRNO.ENOMEM;
}

/** A byte a page: all of them are in memory. */
export function mincore(task: TaskRecord, address: number, size: number, into: number): number {
	const mm = task.process.mm!;
	const pages = Math.ceil(size / PAGE);
	if (address % PAGE !== 0) return -ERRNO.EINVAL;
	if (size < 0 || address + size > mm.space.limit) return -ERRNO.ENOMEM;
	const bytes = task.memory.writable(into, pages);
	if (!bytes) return -ERRNO.EFAULT;
	if (!mm.areas.covers(address, address + pages * PAGE)) return -ERRNO.ENOMEM;
	bytes.fill(1);
	return 0;
}

/** RLIMIT_MEMLOCK, which CAP_IPC_LOCK lifts: how much more may be locked is what counts, and nothing is. */
function mayLock(task: TaskRecord, bytes: number): number {
	if (capable(task, CAP.IPC_LOCK)) return 0;
	const limit = task.process.limits.get(RLIMIT.MEMLOCK)!.soft;
	return limit === 0 ? -ERRNO.EPERM : bytes > limit ? -ERRNO.ENOMEM : 0;
}
export function mlock(task: TaskRecord, address: number, size: number): number {
	const start = pageDown(address);
	const end = pageUp(address + size);
	return mayLock(task, end - start) || inAreas(task, start, end, size);
}
export const munlock = (task: TaskRecord, address: number, size: number): number =>
	inAreas(task, pageDown(address), pageUp(address + size), size);
function inAreas(task: TaskRecord, start: number, end: number, size: number): number {
	if (size < 0 || end < start) return -ERRNO.EINVAL;
	return size === 0 || task.process.mm!.areas.covers(start, end) ? 0 : -ERRNO.ENOMEM;
}
const MCL_CURRENT = 1;
const MCL_FUTURE = 2;
const MCL_ALL = 7;
export function mlockall(task: TaskRecord, flags: number): number {
	if (flags & ~MCL_ALL || !(flags & (MCL_CURRENT | MCL_FUTURE))) return -ERRNO.EINVAL;
	return mayLock(task, flags & MCL_CURRENT ? task.process.mm!.size : 1);
}
