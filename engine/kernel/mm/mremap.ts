// mremap(2): a mapping gets longer, shorter, another place, or a second one.

import { PAGE, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { ERRNO } from "../../lib/errno";
import type { TaskRecord } from "../proc/task";
import { LOWEST, pageUp } from "./layout";
import type { Mm } from "./mm";
import type { Area } from "./vma";

const MAYMOVE = 1;
const FIXED = 2;
const DONTUNMAP = 4;

/** The address, or EINVAL, EFAULT, ENOMEM. */
export function mremap(task: TaskRecord, from: number, oldSize: number, newSize: number, flags: number, to: number): number {
	const mm = task.process.mm!;
	const before = pageUp(oldSize);
	const after = pageUp(newSize);
	if (from % PAGE !== 0 || after <= 0 || flags & ~(MAYMOVE | FIXED | DONTUNMAP)) return -ERRNO.EINVAL;
	if (flags & (FIXED | DONTUNMAP) && !(flags & MAYMOVE)) return -ERRNO.EINVAL;
	if (flags & DONTUNMAP && before !== after) return -ERRNO.EINVAL;
	if (flags & FIXED) {
		if (to % PAGE !== 0 || to + after > mm.space.limit) return -ERRNO.EINVAL;
		if (to < from + before && from < to + after) return -ERRNO.EINVAL;
		if (to < LOWEST) return -ERRNO.EPERM;
	}
	const area = mm.areas.at(from);
	if (!area) return -ERRNO.EFAULT;
	// An old size of 0 asks for a second mapping of the same pages.
	if (before === 0 && !area.shared) return -ERRNO.EINVAL;
	if (before > 0 && from + before > area.end) {
		if (after > before || flags & (FIXED | DONTUNMAP) || !mm.areas.covers(from, from + before)) return -ERRNO.EFAULT;
	}
	if (flags & FIXED) mm.remove(to, to + after);
	else if (before > 0 && !(flags & DONTUNMAP)) {
		if (after <= before) {
			if (after < before) mm.remove(from + after, from + before);
			return from;
		}
		if (canGrow(mm, area, from + before, from + after)) return grown(mm.add(continued(area, from + before, from + after)), from);
	}
	if (!(flags & MAYMOVE)) return -ERRNO.ENOMEM;
	const place = flags & FIXED ? to : mm.areas.gap(after, mm.layout.mmapLow, mm.space.limit);
	if (place < 0) return -ERRNO.ENOMEM;
	return move(mm, area, from, before, place, after, (flags & DONTUNMAP) !== 0);
}

const canGrow = (mm: Mm, area: Area, end: number, wanted: number): boolean =>
	area.end === end && wanted <= mm.space.limit && mm.areas.overlapping(end, wanted).length === 0;
const grown = (result: number, at: number): number => (result < 0 ? result : at);

function move(mm: Mm, area: Area, from: number, before: number, to: number, after: number, keep: boolean): number {
	const moved: Area = { ...continued(area, from, from + after), start: to, end: to + after };
	if (area.shared) mm.sharing.flushAll();
	const failed = mm.add(moved);
	if (failed < 0) return failed;
	if (!area.shared) {
		const length = Math.min(before, after);
		mm.space.protect(to, after, PROT_READ | PROT_WRITE);
		const kept = mm.space.read(from, length).slice();
		mm.space.bytes(to, length).set(kept);
		mm.space.written(to, length);
		mm.protect(to, to + after, area.prot);
	}
	if (before === 0) return to;
	if (!keep) mm.remove(from, from + before);
	else if (!area.shared) {
		// The old place stays, as if nothing had ever been written there (MREMAP_DONTUNMAP).
		mm.space.bytes(from, before).fill(0);
		mm.space.written(from, before);
	}
	return to;
}
/** The area that goes on where this one is, at other addresses of it. */
const continued = (area: Area, start: number, end: number): Area => ({
	...area,
	start,
	end,
	file: area.file && { ...area.file, offset: area.file.offset + start - area.start },
	sharedOffset: area.shared && (area.sharedOffset ?? 0) + start - area.start,
});
