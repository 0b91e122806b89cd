// Which pages of a file were ever written: the others are its holes, take no room, and are skipped by SEEK_DATA. Nearly all files
// have none: their pages are there from the first to the last, and one number says so.

export const PAGE = 4096;
/** Pages in a group, of which a mask says which are there. */
const GROUP = 32;

export class Pages {
	/** All below this one are there. */
	private solid = 0;
	/** Of the others, by group. */
	private readonly masks = new Map<number, number>();
	private scattered = 0;

	/** How many are there. */
	get count(): number {
		return this.solid + this.scattered;
	}
	has(page: number): boolean {
		return page < this.solid || (((this.masks.get(Math.floor(page / GROUP)) ?? 0) >>> (page % GROUP)) & 1) === 1;
	}
	/** How many of those from `first` to `end` are not there. */
	missing(first: number, end: number): number {
		if (this.scattered === 0) return Math.max(0, end - Math.max(first, this.solid));
		let count = 0;
		for (let page = Math.max(first, this.solid); page < end; page++) if (!this.has(page)) count++;
		return count;
	}
	add(first: number, end: number): void {
		if (first > this.solid) {
			for (let page = first; page < end; page++) this.set(page, true);
			return;
		}
		for (; this.solid < end || (this.scattered > 0 && this.has(this.solid)); this.solid++) this.set(this.solid, false);
	}
	remove(first: number, end: number): void {
		const solid = this.solid;
		this.solid = Math.min(solid, first);
		for (let page = Math.max(end, this.solid); page < solid; page++) this.set(page, true);
		if (this.scattered > 0) for (let page = Math.max(first, solid); page < end; page++) this.set(page, false);
	}
	/** Those from `end` on are gone. */
	cut(end: number): void {
		this.solid = Math.min(this.solid, end);
		for (const group of [...this.masks.keys()])
			if ((group + 1) * GROUP > end)
				for (let page = Math.max(end, group * GROUP); page < (group + 1) * GROUP; page++) this.set(page, false);
	}
	/** The first at `from` or after it that is there (or is not); `end` when there is none before. */
	next(from: number, there: boolean, end: number): number {
		let page = from;
		if (page < this.solid) {
			if (there) return page;
			page = this.solid;
		}
		while (page < end && this.has(page) !== there) {
			const whole = page % GROUP === 0 && !this.masks.has(page / GROUP);
			page += there && whole ? GROUP : 1;
		}
		return Math.min(page, end);
	}

	private set(page: number, there: boolean): void {
		const group = Math.floor(page / GROUP);
		const before = this.masks.get(group) ?? 0;
		const bit = 1 << (page % GROUP);
		const after = there ? before | bit : before & ~bit;
		if (after === before) return;
		this.scattered += there ? 1 : -1;
		if (after === 0) this.masks.delete(group);
		else this.masks.set(group, after);
	}
}
