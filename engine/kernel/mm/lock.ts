// Memory that is to stay where it is (man 2 mlock). Nothing is ever swapped out; what is locked is counted and shown, held to
// RLIMIT_MEMLOCK, and refused to those that would take it away.

import { ERRNO, type Errno } from "../../lib/errno";
import { CAP, capable } from "../proc/capability";
import { RLIMIT } from "../proc/limits";
import type { TaskRecord } from "../proc/task";
import { pageDown, pageUp } from "./layout";
import type { Mm } from "./mm";
import type { Area } from "./vma";

/** RLIMIT_MEMLOCK, which CAP_IPC_LOCK lifts. `bytes` is what would be locked in all. EPERM, ENOMEM. */
function mayLock(task: TaskRecord, bytes: number): Errno | 0 {
	if (capable(task, CAP.IPC_LOCK)) return 0;
	const limit = task.process.limits.get(RLIMIT.MEMLOCK)!.soft;
	return limit === 0 ? -ERRNO.EPERM : bytes > limit ? -ERRNO.ENOMEM : 0;
}
/** mmap(2) of so much more; `asked` for by MAP_LOCKED rather than by mlockall(2). EPERM, EAGAIN. */
export function mayLockMapping(task: TaskRecord, bytes: number, asked: boolean): Errno | 0 {
	const refused = mayLock(task, task.process.mm!.locked + bytes);
	return refused === 0 || (refused === -ERRNO.EPERM && asked) ? refused : -ERRNO.EAGAIN;
}

/** What is mapped of the range is seen to up to the first hole, which is ENOMEM. */
function set(mm: Mm, address: number, size: number, locked: Area["locked"]): number {
	const start = pageDown(address);
	const end = pageUp(address + size);
	if (size < 0 || end < start) return -ERRNO.EINVAL;
	let at = start;
	for (const area of mm.areas.overlapping(start, end)) {
		if (area.start > at) break;
		at = Math.min(area.end, end);
	}
	if (at > start) mm.mark(start, at, { locked });
	return at < end ? -ERRNO.ENOMEM : 0;
}
/** mlock(2) and mlock2(2). EINVAL, ENOMEM, EPERM. */
export function mlock(task: TaskRecord, address: number, size: number, onFault: boolean): number {
	const mm = task.process.mm!;
	const start = pageDown(address);
	const end = pageUp(address + size);
	let bytes = mm.locked + end - start;
	for (const area of mm.areas.overlapping(start, end)) {
		if (area.locked) bytes -= Math.min(area.end, end) - Math.max(area.start, start);
	}
	return mayLock(task, bytes) || set(mm, address, size, onFault ? "onFault" : "present");
}
export const munlock = (task: TaskRecord, address: number, size: number): number =>
	set(task.process.mm!, address, size, undefined);

const MCL_CURRENT = 1;
const MCL_FUTURE = 2;
const MCL_ONFAULT = 4;
export function mlockall(task: TaskRecord, flags: number): number {
	const known = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
	if (flags & ~known || !(flags & (MCL_CURRENT | MCL_FUTURE))) return -ERRNO.EINVAL;
	const mm = task.process.mm!;
	const refused = mayLock(task, flags & MCL_CURRENT ? mm.size : 1);
	if (refused < 0) return refused;
	const locked = flags & MCL_ONFAULT ? "onFault" : "present";
	mm.lockFuture = flags & MCL_FUTURE ? locked : undefined;
	if (flags & MCL_CURRENT) mm.mark(0, mm.space.limit, { locked });
	return 0;
}
export function munlockall(task: TaskRecord): number {
	const mm = task.process.mm!;
	mm.lockFuture = undefined;
	mm.mark(0, mm.space.limit, { locked: undefined });
	return 0;
}
