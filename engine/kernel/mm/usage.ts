// What of an address space is in memory: pages that were written to, and the files' pages behind it. What was only asked for
// takes no memory, as on Linux.

import { PAGE } from "../../cpu/types";
import type { Mm } from "./mm";
import type { SharedPages } from "./shared";
import type { Area } from "./vma";

/** Bytes, as RssAnon, RssFile and RssShmem of /proc/PID/status. */
export interface Usage {
	anon: number;
	file: number;
	shmem: number;
}
export const noUsage = (): Usage => ({ anon: 0, file: 0, shmem: 0 });
export const residentOf = ({ anon, file, shmem }: Usage): number => anon + file + shmem;

export function usageOf(mm: Mm, areas: Iterable<Area> = mm.areas): Usage {
	const usage = noUsage();
	for (const area of areas) addArea(mm, area, usage);
	return usage;
}
function addArea(mm: Mm, area: Area, usage: Usage): void {
	const size = area.end - area.start;
	if (area.shared) {
		const resident = Math.min(size, area.shared.resident);
		if (area.shared.isFile) usage.file += resident;
		else usage.shmem += resident;
		return;
	}
	const own = mm.space.own(area.start, size) * PAGE;
	usage.anon += own;
	// Pages of programs and libraries are mapped around a fault: nearly all of them come in.
	if (area.file && area.prot !== 0) usage.file += size - own;
}

/** What processes have together, each page once: for a control group. */
export class GroupUsage {
	anon = 0;
	/** Shared memory that no file system counts: anonymous, of System V, of files without a name. */
	shmem = 0;
	/** Of files with a name, by how much of them is mapped. */
	mapped = 0;
	/** Tables of pages. */
	tables = 0;
	touches = 0;
	private readonly spaces = new Set<Mm>();
	private readonly contents = new Set<number>();
	private readonly shared = new Set<SharedPages>();

	add(mm: Mm): void {
		if (this.spaces.has(mm)) return;
		this.spaces.add(mm);
		const before = this.anon;
		for (const area of mm.areas) {
			const size = area.end - area.start;
			if (area.shared) this.addShared(area.shared, size);
			else {
				this.anon += mm.space.own(area.start, size, this.contents) * PAGE;
				if (area.file && area.prot !== 0) this.mapped += size;
			}
		}
		this.tables += tablesOf(this.anon - before);
		this.touches += mm.space.touches;
	}
	private addShared(pages: SharedPages, size: number): void {
		if (this.shared.has(pages)) return;
		this.shared.add(pages);
		if (pages.isNamed) this.mapped += Math.min(size, pages.resident);
		else this.shmem += pages.resident;
	}
}
/** Four levels, and one more of the lowest for each 2 MiB. */
const tablesOf = (bytes: number): number => PAGE * (4 + Math.ceil(bytes / (512 * PAGE)));
