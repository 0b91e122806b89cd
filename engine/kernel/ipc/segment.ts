// System V shared memory (man 2 shmget, shmat, shmctl). A segment's pages are those of an anonymous MAP_SHARED mapping; who has
// attached it is seen from the areas of the address spaces.

import { PAGE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { ERRNO, type Errno } from "../../lib/errno";
import { LOWEST, pageUp } from "../mm/layout";
import type { Mm } from "../mm/mm";
import { SharedPages } from "../mm/shared";
import type { Area } from "../mm/vma";
import type { ProcessRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import type { Task } from "../task";
import { ipcOf } from "./namespace";
import { IpcObject, MAY_READ, MAY_WRITE, seconds } from "./object";

const SHM_RDONLY = 0o10000;
const SHM_RND = 0o20000;
const SHM_REMAP = 0o40000;
const SHM_EXEC = 0o100000;
const SHM_HUGETLB = 0o4000;
/** In shm_perm.mode: it goes with the last who has it. */
export const SHM_DEST = 0o1000;

export class Segment extends IpcObject {
	readonly pages = new SharedPages();
	attached = 0n;
	detached = 0n;
	lastPid = 0;
	readonly creator: number;

	constructor(
		private readonly task: Task,
		id: number,
		key: number,
		mode: number,
		readonly size: number,
	) {
		super(task, id, key, mode);
		this.creator = task.process.pid;
	}
	/** How often it is attached, over all address spaces. */
	get attachments(): number {
		const seen = new Set<Mm>();
		let count = 0;
		for (const process of this.task.kernel.processes()) {
			const { mm } = process as ProcessRecord;
			if (!mm || seen.has(mm)) continue;
			seen.add(mm);
			for (const area of mm.areas) if (area.shared === this.pages && (area.sharedOffset ?? 0) === 0) count++;
		}
		return count;
	}
}

/** Segments that were removed while somebody had them, and that nobody has any more, go now. */
export function sweep(task: Task): void {
	const { segments } = ipcOf(task.namespaces);
	for (const segment of [...segments]) if (segment.mode & SHM_DEST && segment.attachments === 0) segments.remove(segment);
}

export function shmget(task: Task, key: number, size: number, flags: number): number {
	sweep(task);
	const { segments, limits } = ipcOf(task.namespaces);
	const used = [...segments].reduce((sum, segment) => sum + Math.ceil(segment.size / PAGE), 0);
	const check = (): Errno | 0 => {
		if (size < 1 || size > limits.shmmax) return -ERRNO.EINVAL;
		if (flags & SHM_HUGETLB) return -ERRNO.EINVAL;
		return used + Math.ceil(size / PAGE) > limits.shmall ? -ERRNO.ENOSPC : 0;
	};
	const fits = (segment: Segment): Errno | 0 => (size > segment.size ? -ERRNO.EINVAL : 0);
	return segments.open(task, key, flags, limits.shmmni, fits, (id) => new Segment(task, id, key, flags & 0o777, size), check);
}

/** The address. EACCES, EINVAL, ENOMEM. */
export function shmat(task: TaskRecord, id: number, hint: number, flags: number): number {
	const { segments } = ipcOf(task.namespaces);
	if (id < 0) return -ERRNO.EINVAL;
	const writes = !(flags & SHM_RDONLY);
	const exec = (flags & SHM_EXEC) !== 0;
	const segment = segments.find(task, id, MAY_READ | (writes ? MAY_WRITE : 0) | (exec ? 1 : 0));
	if (typeof segment === "number") return segment;
	const mm = task.process.mm!;
	const length = pageUp(segment.size);
	const address = place(mm, hint, length, flags);
	if (address < 0) return address;
	const prot = PROT_READ | (writes ? PROT_WRITE : 0) | (exec ? PROT_EXEC : 0);
	const name = `/SYSV${(segment.key >>> 0).toString(16).padStart(8, "0")} (deleted)`;
	const area: Area = { start: address, end: address + length, prot, shared: segment.pages, sharedOffset: 0, name };
	const failed = mm.add(area);
	if (failed < 0) return failed;
	segment.attached = seconds(task);
	segment.lastPid = task.process.pid;
	return address;
}
function place(mm: Mm, hint: number, length: number, flags: number): number {
	const { limit } = mm.space;
	if (hint === 0) {
		if (flags & SHM_REMAP) return -ERRNO.EINVAL;
		const gap = mm.areas.gap(length, mm.layout.mmapLow, limit);
		return gap < 0 ? -ERRNO.ENOMEM : gap;
	}
	const address = flags & SHM_RND ? hint - (hint % PAGE) : hint;
	if (address % PAGE !== 0 || address < LOWEST || address + length > limit) return -ERRNO.EINVAL;
	if (mm.areas.overlapping(address, address + length).length === 0) return address;
	if (!(flags & SHM_REMAP)) return -ERRNO.EINVAL;
	mm.remove(address, address + length);
	return address;
}

export function shmdt(task: TaskRecord, address: number): number {
	const mm = task.process.mm!;
	const area = mm.areas.at(address);
	const segment = [...ipcOf(task.namespaces).segments].find(({ pages }) => area?.shared === pages);
	if (!area || !segment || area.start !== address || (area.sharedOffset ?? 0) !== 0) return -ERRNO.EINVAL;
	for (const each of [...mm.areas]) {
		// Pieces of the same attachment, which mprotect(2) may have made.
		if (each.shared === segment.pages && each.start - (each.sharedOffset ?? 0) === address) mm.remove(each.start, each.end);
	}
	segment.detached = seconds(task);
	segment.lastPid = task.process.pid;
	sweep(task);
	return 0;
}

/** IPC_RMID: at once, or when the last who has it detaches. */
export function removeSegment(task: Task, segment: Segment): void {
	if (segment.attachments === 0) ipcOf(task.namespaces).segments.remove(segment);
	else {
		segment.mode |= SHM_DEST;
		segment.key = 0;
	}
}
