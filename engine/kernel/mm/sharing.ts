// An address space's side of shared pages: which of them it has, which of them it has written to, and what lies behind the end of
// a file (SIGBUS). Clean pages are not writable to the program, whatever its mapping says: its first write makes a page dirty.

import { PAGE, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { pageDown, pageUp } from "./layout";
import type { Mm } from "./mm";
import type { SharedPages } from "./shared";
import type { Area } from "./vma";

interface Seen {
	version: number;
	size: number;
}

/** The one whose program runs. */
let running: Sharing | undefined;

export class Sharing {
	/** Areas by what they share; undefined when it has to be found anew. */
	private known: Map<SharedPages, Area[]> | undefined;
	/** What of it this space's copy is like. */
	private readonly seen = new Map<SharedPages, Seen>();
	/** Addresses of pages that the program has written to. */
	private readonly dirty = new Map<SharedPages, Set<number>>();

	constructor(private readonly mm: Mm) {}

	/** For fork(2): the copy of the space has what this one has. */
	copyTo(other: Sharing): void {
		for (const [pages, seen] of this.seen) other.seen.set(pages, { ...seen });
		other.rescan();
	}
	private get areas(): Map<SharedPages, Area[]> {
		if (this.known) return this.known;
		const found = new Map<SharedPages, Area[]>();
		for (const area of this.mm.areas) {
			if (!area.shared) continue;
			const list = found.get(area.shared);
			if (list) list.push(area);
			else found.set(area.shared, [area]);
		}
		this.known = found;
		return found;
	}
	/** Areas came, went or were split. */
	rescan(): void {
		this.known = undefined;
		if (this.seen.size === 0) return;
		const { areas } = this;
		for (const pages of [...this.seen.keys()]) {
			if (areas.has(pages)) pages.join(this);
			else {
				this.seen.delete(pages);
				pages.leave(this);
			}
		}
	}
	/** A new area, mapped and zeroed: it gets its bytes, unless it `has` them. */
	mapped(area: Area, has: boolean): void {
		const pages = area.shared!;
		this.known = undefined;
		pages.join(this);
		if (!this.seen.has(pages)) this.seen.set(pages, { version: pages.version, size: pages.size });
		if (!has) for (const address of pagesIn(area.start, area.end)) if (pages.has(pageAt(area, address))) this.load(area, address);
		this.protect(area);
	}

	/** The program is about to run: what others changed comes in. */
	enter(): void {
		running = this;
		if (this.seen.size > 0) this.refresh();
	}
	/** The same for one that does not run, before somebody else looks into it. */
	update(): void {
		if (this.seen.size > 0) this.refresh();
	}
	leave(): void {
		if (running === this) running = undefined;
	}
	/** Something was changed by a call of the program itself. */
	refreshIfRunning(): void {
		if (running === this) this.refresh();
	}
	private refresh(): void {
		for (const [pages, areas] of this.areas) {
			const { holder } = pages;
			if (holder && holder !== this) holder.flush(pages);
			const seen = this.seen.get(pages)!;
			if (seen.version === pages.version) continue;
			const changed = [...pages.changedSince(seen.version)];
			const { size } = pages;
			for (const area of areas) {
				for (const page of changed) {
					const address = area.start + page * PAGE - (area.sharedOffset ?? 0);
					if (address >= area.start && address < area.end) this.load(area, address);
				}
				if (size !== seen.size) this.protect(area);
			}
			this.seen.set(pages, { version: pages.version, size });
		}
	}
	private load(area: Area, address: number): void {
		const { space } = this.mm;
		area.shared!.load(pageAt(area, address), space.bytes(address, PAGE));
		space.written(address, PAGE);
		space.protect(address, PAGE, address < endOfFile(area) ? clean(area.prot) : 0);
	}

	/** What the program wrote goes to where the others see it. */
	flush(pages: SharedPages): void {
		const addresses = this.dirty.get(pages);
		if (pages.holder === this) pages.holder = undefined;
		if (!addresses) return;
		this.dirty.delete(pages);
		const seen = this.seen.get(pages);
		const current = seen?.version === pages.version;
		for (const address of addresses) {
			const area = this.mm.areas.at(address);
			if (area?.shared !== pages) continue;
			pages.store(pageAt(area, address), this.mm.space.read(address, PAGE));
			this.mm.space.protect(address, PAGE, clean(area.prot));
		}
		// With one mapping of it, this copy is what was just given back.
		if (seen && current && (this.areas.get(pages)?.length ?? 0) <= 1) seen.version = pages.version;
	}
	/** The same for pages from `first` to `end`, which stay dirty: the program may be about to write to them again. */
	save(pages: SharedPages, first: number, end: number): void {
		const seen = this.seen.get(pages);
		const current = seen?.version === pages.version;
		for (const address of this.dirty.get(pages) ?? []) {
			const area = this.mm.areas.at(address);
			if (area?.shared !== pages) continue;
			const page = pageAt(area, address);
			if (page >= first && page < end) pages.store(page, this.mm.space.read(address, PAGE));
		}
		if (seen && current) seen.version = pages.version;
	}
	/** Those that the program has written to since, by their number. */
	*dirtyPages(pages: SharedPages): Generator<number> {
		for (const address of this.dirty.get(pages) ?? []) {
			const area = this.mm.areas.at(address);
			if (area?.shared === pages) yield pageAt(area, address);
		}
	}
	flushAll(): void {
		for (const pages of [...this.dirty.keys()]) this.flush(pages);
	}

	/** The page protections of a shared area whose pages are clean; of any with a file behind it, that there is nothing behind its end. */
	protect(area: Area): void {
		const end = endOfFile(area);
		const { space } = this.mm;
		if (area.shared && end > area.start) space.protect(area.start, end - area.start, clean(area.prot));
		if (end < area.end) space.protect(end, area.end - end, 0);
	}
	/** A fault in an area whose protection would allow the access. "bus": there is no such page of the file. */
	fault(address: number, wanted: number): "done" | "bus" | undefined {
		const area = this.mm.areas.at(address);
		if (!area || !(area.shared || area.file) || !(area.prot & wanted)) return undefined;
		if (address >= endOfFile(area)) return "bus";
		const page = pageDown(address);
		const { space } = this.mm;
		if (!area.shared) {
			// The file has grown since it was mapped.
			if (space.protection(page) !== 0) return undefined;
			const bytes = space.bytes(page, PAGE);
			area.file!.inode.read(area.file!.offset + page - area.start, bytes);
			space.written(page, PAGE);
			space.protect(page, PAGE, area.prot);
			return "done";
		}
		if (wanted !== PROT_WRITE) {
			if (space.protection(page) !== 0) return undefined;
			// Written to at another address, or the file has grown.
			area.shared.settle();
			this.load(area, page);
			return "done";
		}
		this.makeDirty(area, page);
		return "done";
	}
	/** Before the kernel writes for the program: makes clean pages dirty. */
	prepareWrite(address: number, length: number): void {
		if (this.seen.size === 0) return;
		for (const page of pagesIn(pageDown(address), address + length)) {
			const area = this.mm.areas.at(page);
			if (!area?.shared || !(area.prot & PROT_WRITE) || page >= endOfFile(area)) continue;
			if (!(this.mm.space.protection(page) & PROT_WRITE)) this.makeDirty(area, page);
		}
	}
	/** Other addresses of this space at which the page is. */
	private aliases(area: Area, address: number): number[] {
		const all = this.areas.get(area.shared!) ?? [];
		if (all.length < 2) return [];
		const offset = pageAt(area, address) * PAGE;
		return all
			.map((other) => ({ other, at: other.start + offset - (other.sharedOffset ?? 0) }))
			.filter(({ other, at }) => at !== address && at >= other.start && at < other.end)
			.map(({ at }) => at);
	}
	private makeDirty(area: Area, page: number): void {
		const pages = area.shared!;
		const aliases = this.aliases(area, page);
		if (pages.holder !== this || aliases.length > 0) {
			pages.settle();
			if (aliases.length > 0) this.refresh();
			pages.holder = this;
		}
		// The same page at other addresses: looked at there, it is to be what was written here.
		for (const address of aliases) this.mm.space.protect(address, PAGE, 0);
		const addresses = this.dirty.get(pages) ?? new Set();
		this.dirty.set(pages, addresses.add(page));
		this.mm.space.protect(page, PAGE, area.prot);
	}
}

function* pagesIn(start: number, end: number): Generator<number> {
	for (let at = start; at < end; at += PAGE) yield at;
}
const pageAt = (area: Area, address: number): number => ((area.sharedOffset ?? 0) + address - area.start) / PAGE;
/** What can be written can be read. */
const clean = (prot: number): number => (prot & PROT_WRITE ? (prot & ~PROT_WRITE) | PROT_READ : prot);
/** The address from which on an area has no pages, as the file ends before. */
function endOfFile(area: Area): number {
	if (!area.file) return area.end;
	const size = area.file.inode.attributes().size - area.file.offset;
	return Math.min(area.end, area.start + pageUp(Math.max(0, size)));
}
