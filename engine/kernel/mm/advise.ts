// What a program says about its memory, and asks of it: madvise(2), msync(2), mincore(2). Nothing is ever swapped out, so
// much of it needs no doing; but what is wrong is answered as such.

import { PAGE, PROT_WRITE } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import type { TaskRecord } from "../proc/task";
import { readInto } from "./file";
import { pageUp } from "./layout";
import type { Mm } from "./mm";
import type { Area } from "./vma";

const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const MADV_REMOVE = 9;
const MADV_WIPEONFORK = 18;
const MADV_COLD = 20;
const MADV_PAGEOUT = 21;
/** MADV_DONTFORK, MADV_DOFORK, MADV_WIPEONFORK, MADV_KEEPONFORK. */
const IN_CHILD: Readonly<Record<number, "gone" | "wiped" | "kept">> = { 10: "gone", 11: "kept", 18: "wiped", 19: "kept" };
const MADV_DONTNEED_LOCKED = 24;
/** MADV_NORMAL 0 to MADV_POPULATE_WRITE 23 that need nothing done, MADV_FREE among them: it may be taken at its word any time. */
const KNOWN = new Set([0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);

export function madvise(task: TaskRecord, address: number, size: number, advice: number): number {
	const mm = task.process.mm!;
	const end = pageUp(address + size);
	const drops = advice === MADV_DONTNEED || advice === MADV_DONTNEED_LOCKED;
	if (address % PAGE !== 0 || size < 0 || !(drops || advice === MADV_REMOVE || KNOWN.has(advice))) return -ERRNO.EINVAL;
	if (size === 0) return 0;
	for (const area of mm.areas.overlapping(address, end)) {
		const refused = refuses(area, advice);
		if (refused < 0) return refused;
	}
	if (advice === MADV_REMOVE) return removePages(mm, address, end);
	if (drops) dropPages(mm, address, end);
	const inChild = IN_CHILD[advice];
	if (inChild) mm.mark(address, end, { inChild: inChild === "kept" ? undefined : inChild });
	// What is mapped of the range is seen to, even where some of it is not.
	return mm.areas.covers(address, end) ? 0 : -ERRNO.ENOMEM;
}
/** What cannot be asked of an area: that it lets go of what is locked, or of what is not its own. EINVAL. */
function refuses(area: Area, advice: number): number {
	const anonymous = !area.file && !area.shared;
	switch (advice) {
		case MADV_DONTNEED:
		case MADV_COLD:
		case MADV_PAGEOUT:
			return area.locked ? -ERRNO.EINVAL : 0;
		case MADV_FREE:
			return area.locked || !anonymous ? -ERRNO.EINVAL : 0;
		case MADV_WIPEONFORK:
			return anonymous ? 0 : -ERRNO.EINVAL;
	}
	return 0;
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
		if (area.locked || (!area.file && !area.shared)) return -ERRNO.EINVAL;
		if (!area.shared || area.readonly || !(area.prot & PROT_WRITE)) return -ERRNO.EACCES;
		const start = Math.max(area.start, address);
		area.shared.clear((area.sharedOffset ?? 0) + start - area.start, Math.min(area.end, end) - start);
	}
	return 0;
}

const MS_ASYNC = 1;
const MS_INVALIDATE = 2;
const MS_SYNC = 4;
const MS_ALL = 7;
export function msync(task: TaskRecord, address: number, size: number, flags: number): number {
	const mm = task.process.mm!;
	if (flags & ~MS_ALL || (flags & MS_ASYNC && flags & MS_SYNC) || address % PAGE !== 0) return -ERRNO.EINVAL;
	const end = pageUp(address + size);
	if (end < address) return -ERRNO.ENOMEM;
	mm.sharing.flushAll();
	if (flags & MS_INVALIDATE && mm.areas.overlapping(address, end).some((area) => area.locked)) return -ERRNO.EBUSY;
	return mm.areas.covers(address, end) ? 0 : -ERRNO.ENOMEM;
}

/** A byte a page: all of them are in memory, but for those that nobody has touched yet and no file is behind. */
export function mincore(task: TaskRecord, address: number, size: number, into: number): number {
	const mm = task.process.mm!;
	const pages = Math.ceil(size / PAGE);
	if (address % PAGE !== 0) return -ERRNO.EINVAL;
	if (size < 0 || address + size > mm.space.limit) return -ERRNO.ENOMEM;
	const bytes = task.memory.writable(into, pages);
	if (!bytes) return -ERRNO.EFAULT;
	if (!mm.areas.covers(address, address + pages * PAGE)) return -ERRNO.ENOMEM;
	for (let index = 0; index < pages; index++) {
		const at = address + index * PAGE;
		const { file, shared, locked } = mm.areas.at(at)!;
		bytes[index] = file || shared || locked === "present" || mm.space.own(at, PAGE) > 0 ? 1 : 0;
	}
	return 0;
}
