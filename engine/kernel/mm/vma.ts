// The list of mapped areas of an address space, in order, never overlapping (struct vm_area_struct).

import type { Place } from "../../fs/vfs/mount";
import type { Inode } from "../../fs/vfs/types";
import type { SharedPages } from "./shared";

export interface MappedFile {
	inode: Inode;
	place?: Place;
	/** Its path at the time, for /proc/PID/maps. */
	name?: string;
	/** Offset in the file of the area's first byte. */
	offset: number;
}
export interface Area {
	start: number;
	end: number;
	/** PROT_*. */
	prot: number;
	/** MAP_SHARED: the pages that several address spaces have. */
	shared?: SharedPages;
	/** Offset in `shared` of the area's first byte. */
	sharedOffset?: number;
	file?: MappedFile;
	/** A shared mapping that mprotect(2) must not make writable: its descriptor was not open for that, or it is sealed. */
	readonly?: boolean;
	/** "[heap]", "[stack]". */
	name?: string;
	/** mlock(2): as a whole, or as it is touched (MLOCK_ONFAULT). */
	locked?: "present" | "onFault";
	/** What a child of fork(2) finds: zeros (MADV_WIPEONFORK), or nothing (MADV_DONTFORK). */
	inChild?: "wiped" | "gone";
	/** Grows towards lower addresses by itself. */
	growsDown?: boolean;
}

export type AreaChange = Partial<Pick<Area, "prot" | "locked" | "inChild">>;

export class AreaList {
	private areas: Area[] = [];

	[Symbol.iterator](): IterableIterator<Area> {
		return this.areas[Symbol.iterator]();
	}
	/** The area at the address, or the next above. */
	from(address: number): Area | undefined {
		return this.areas.find((area) => area.end > address);
	}
	at(address: number): Area | undefined {
		const area = this.from(address);
		return area && area.start <= address ? area : undefined;
	}
	overlapping(start: number, end: number): Area[] {
		return this.areas.filter((area) => area.start < end && area.end > start);
	}
	/** Is every page of the range in some area? */
	covers(start: number, end: number): boolean {
		let at = start;
		for (const area of this.overlapping(start, end)) {
			if (area.start > at) return false;
			at = area.end;
		}
		return at >= end;
	}
	get count(): number {
		return this.areas.length;
	}
	get size(): number {
		let bytes = 0;
		for (const area of this.areas) bytes += area.end - area.start;
		return bytes;
	}
	copy(): AreaList {
		const copy = new AreaList();
		copy.areas = this.areas.map((area) => ({ ...area, file: area.file && { ...area.file } }));
		return copy;
	}
	/** Into a range that is free. Joins with a neighbour that continues it. */
	insert(area: Area): void {
		const index = this.areas.findIndex((other) => other.start >= area.end);
		this.areas.splice(index < 0 ? this.areas.length : index, 0, area);
		this.mergeAround(area.start, area.end);
	}
	/** Takes the range out, splitting what reaches over its ends. */
	remove(start: number, end: number): Area[] {
		const removed: Area[] = [];
		this.areas = this.areas.flatMap((area) => {
			if (area.start >= end || area.end <= start) return [area];
			const pieces: Area[] = [];
			if (area.start < start) pieces.push(slice(area, area.start, start));
			removed.push(slice(area, Math.max(area.start, start), Math.min(area.end, end)));
			if (area.end > end) pieces.push(slice(area, end, area.end));
			return pieces;
		});
		return removed;
	}
	/** Makes the range differ, splitting what reaches over its ends. */
	change(start: number, end: number, change: AreaChange): void {
		for (const area of this.remove(start, end)) this.insert({ ...area, ...change });
	}
	/** The lowest free range of that length within [low, high), or -1. */
	gap(length: number, low: number, high: number): number {
		let at = low;
		for (const area of this.areas) {
			if (area.end <= at) continue;
			if (area.start - at >= length) break;
			at = Math.max(at, area.end);
		}
		return at + length <= high ? at : -1;
	}

	private mergeAround(start: number, end: number): void {
		for (let index = this.areas.length - 1; index > 0; index--) {
			const above = this.areas[index]!;
			const below = this.areas[index - 1]!;
			if (above.start > end || below.end < start || !continues(below, above)) continue;
			below.end = above.end;
			this.areas.splice(index, 1);
		}
	}
}

function slice(area: Area, start: number, end: number): Area {
	const skipped = start - area.start;
	return {
		...area,
		start,
		end,
		file: area.file && { ...area.file, offset: area.file.offset + skipped },
		sharedOffset: area.shared && (area.sharedOffset ?? 0) + skipped,
	};
}
const continues = (below: Area, above: Area): boolean =>
	below.end === above.start &&
	below.prot === above.prot &&
	!below.shared &&
	!above.shared &&
	below.name === above.name &&
	below.growsDown === above.growsDown &&
	below.locked === above.locked &&
	below.inChild === above.inChild &&
	(below.file
		? above.file?.inode === below.file.inode && above.file.offset === below.file.offset + (below.end - below.start)
		: !above.file);
