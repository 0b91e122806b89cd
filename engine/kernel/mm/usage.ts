// What of an address space is in memory: pages that were written to, and the files' pages behind it. What was only asked for
// takes no memory, as on Linux.

import { PAGE } from "../../cpu/types";
import type { Inode } from "../../fs/vfs/types";
import type { Mm } from "./mm";
import type { SharedPages } from "./shared";
import type { Area } from "./vma";

/** Bytes, as RssAnon, RssFile and RssShmem of /proc/PID/status. */
export interface Usage {
	anon: number;
	file: number;
	shmem: number;
	/** How much of it is in areas that are locked. */
	locked: number;
}
export const noUsage = (): Usage => ({ anon: 0, file: 0, shmem: 0, locked: 0 });
export const residentOf = ({ anon, file, shmem }: Usage): number => anon + file + shmem;

export function usageOf(mm: Mm, areas: Iterable<Area> = mm.areas): Usage {
	const usage = noUsage();
	for (const area of areas) addArea(mm, area, usage);
	return usage;
}
function addArea(mm: Mm, area: Area, usage: Usage): void {
	const size = area.end - area.start;
	const before = residentOf(usage);
	addResident(mm, area, size, usage);
	if (area.locked) usage.locked += residentOf(usage) - before;
}
function addResident(mm: Mm, area: Area, size: number, usage: Usage): void {
	const whole = area.locked === "present" && area.prot !== 0;
	if (area.shared) {
		const resident = whole ? size : Math.min(size, area.shared.resident);
		if (area.shared.isFile) usage.file += resident;
		else usage.shmem += resident;
		return;
	}
	const own = whole && !area.file ? size : mm.space.own(area.start, size) * PAGE;
	usage.anon += own;
	// Pages of programs and libraries are mapped around a fault: nearly all of them come in.
	if (area.file && area.prot !== 0) usage.file += size - own;
}

/** What processes have together, each page once: for a control group. */
export class GroupUsage {
	anon = 0;
	/** Shared memory that no file system counts: anonymous, of System V, of files without a name. */
	shmem = 0;
	/** Of shared mappings of files with a name, how much is mapped. */
	mapped = 0;
	/** Tables of pages, as Linux would have them. */
	tables = 0;
	touches = 0;
	private readonly spaces = new Set<Mm>();
	private readonly contents = new Set<number>();
	private readonly shared = new Set<SharedPages>();
	private readonly mappedFiles = new Map<object, { inode: Inode; end: number }>();

	add(mm: Mm): void {
		if (this.spaces.has(mm)) return;
		this.spaces.add(mm);
		const tables = new PageTables();
		for (const area of mm.areas) {
			const size = area.end - area.start;
			if (area.file && area.prot !== 0) this.addFile(area.file.inode, area.file.offset, size);
			if (area.shared) {
				this.addShared(area.shared, size);
				tables.add(area.start, Math.min(size, area.shared.resident));
			} else {
				const own = mm.space.own(area.start, size, this.contents) * PAGE;
				this.anon += own;
				tables.add(area.start, area.file && area.prot !== 0 ? size : own);
			}
		}
		this.tables += tables.bytes;
		this.touches += mm.space.touches;
	}
	/** The files that are mapped, each up to the furthest page. */
	files(): Iterable<{ inode: Inode; end: number }> {
		return this.mappedFiles.values();
	}
	private addFile(mapped: Inode, offset: number, size: number): void {
		const inode = mapped.backing ?? mapped;
		const key = inode.identity();
		const known = this.mappedFiles.get(key);
		if (known) known.end = Math.max(known.end, offset + size);
		else this.mappedFiles.set(key, { inode, end: offset + size });
	}
	private addShared(pages: SharedPages, size: number): void {
		if (this.shared.has(pages)) return;
		this.shared.add(pages);
		if (pages.isNamed) this.mapped += Math.min(size, pages.resident);
		else this.shmem += pages.resident;
	}
}

/** What one table of the lowest level covers. */
const COVERED = 512 * PAGE;
/** The top one, and two levels below it for each of the places where Linux puts things: the program, mmap's area, the stack. */
const UPPER = 1 + 2 * 3;
class PageTables {
	private readonly lowest = new Set<number>();

	add(start: number, resident: number): void {
		for (let at = Math.floor(start / COVERED); at * COVERED < start + resident; at++) this.lowest.add(at);
	}
	get bytes(): number {
		return (UPPER + this.lowest.size) * PAGE;
	}
}
