// Pages that several address spaces share (MAP_SHARED): all mappings of one file, or of one anonymous piece of memory.
//
// Each address space has a WebAssembly memory of its own, so it has a copy of the pages. The pages themselves are the file's bytes,
// or kept here. A program finds its copy as they are when it begins to run, and while it runs nobody else does; a page that it
// writes to becomes dirty, and goes back before anybody else looks: another program that maps it, or a read(2). So each sees what
// it would see if there were but one copy. `version` counts the changes; sharing.ts is an address space's side of this.

import { PAGE } from "../../cpu/types";
import { type MappedFile, setMapped } from "../../fs/vfs/mapped";
import type { Inode } from "../../fs/vfs/types";
import { pageUp } from "./layout";
import type { Sharing } from "./sharing";

export class SharedPages implements MappedFile {
	version = 0;
	/** The address space that has dirty pages, if one has. */
	holder: Sharing | undefined;
	/** Those that map it. */
	private readonly users = new Set<Sharing>();
	/** The version in which a page changed last. */
	private readonly changes = new Map<number, number>();
	/** Anonymous pages that are not zero any more. */
	private readonly pages = new Map<number, Uint8Array>();

	constructor(private readonly inode?: Inode) {}

	/** Bytes; anonymous memory is as large as its mapping. */
	get size(): number {
		return this.inode?.attributes().size ?? Number.POSITIVE_INFINITY;
	}
	/** Is it a file's of a disk? Others are memory: anonymous, of System V, of a tmpfs. */
	get isFile(): boolean {
		return this.inode !== undefined && this.inode.fs.type !== "tmpfs";
	}
	/** Is it a file that can be opened, so that it is there without a mapping? */
	get isNamed(): boolean {
		return this.inode !== undefined && this.inode.attributes().nlink > 0;
	}
	/** Bytes that are not zeros of which nobody has written. */
	get resident(): number {
		if (this.inode) {
			const { blocks, size } = this.inode.attributes();
			return blocks === undefined ? pageUp(size) : blocks * 512;
		}
		let fresh = 0;
		for (const page of this.holder?.dirtyPages(this) ?? []) if (!this.pages.has(page)) fresh++;
		return (this.pages.size + fresh) * PAGE;
	}
	join(user: Sharing): void {
		if (this.inode && this.users.size === 0) setMapped(this.inode, this);
		this.users.add(user);
	}
	leave(user: Sharing): void {
		if (!this.users.delete(user) || this.users.size > 0 || !this.inode) return;
		setMapped(this.inode, undefined);
		shared.delete(this.inode.identity());
	}

	settle(): void {
		this.holder?.flush(this);
	}
	save(start: number, end: number): void {
		this.holder?.save(this, Math.floor(start / PAGE), Math.ceil(end / PAGE));
	}
	changed(start: number, end: number): void {
		this.version++;
		for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) this.changes.set(page, this.version);
		for (const user of this.users) user.refreshIfRunning();
	}
	/** Pages that are others than in that version. */
	*changedSince(version: number): Generator<number> {
		for (const [page, changed] of this.changes) if (changed > version) yield page;
	}

	/** Copies a page; what lies behind the end of a file is zeros. */
	load(page: number, into: Uint8Array): void {
		if (!this.inode) {
			const found = this.pages.get(page);
			if (found) into.set(found);
			else into.fill(0);
			return;
		}
		let done = 0;
		while (done < into.length) {
			const count = this.inode.read(page * PAGE + done, into.subarray(done));
			if (count <= 0) break;
			done += count;
		}
		into.fill(0, done);
	}
	/** Takes a page back that a program has written to; not what lies behind the end of the file. */
	store(page: number, from: Uint8Array): void {
		this.version++;
		this.changes.set(page, this.version);
		if (!this.inode) {
			const known = this.pages.get(page);
			if (known) known.set(from);
			else this.pages.set(page, from.slice());
			return;
		}
		const length = Math.min(PAGE, this.size - page * PAGE);
		if (length > 0) this.inode.write(page * PAGE, from.slice(0, length));
	}
	/** MADV_REMOVE: zeros. */
	clear(offset: number, length: number): void {
		this.settle();
		if (this.inode) this.inode.clear?.(offset, Math.min(length, Math.max(0, this.size - offset)), false);
		else for (let page = Math.floor(offset / PAGE); page * PAGE < offset + length; page++) this.pages.delete(page);
		this.changed(offset, offset + length);
	}
	/** Does anonymous memory have that page, or is it zeros? */
	has(page: number): boolean {
		return this.inode !== undefined || this.pages.has(page);
	}
}

const shared = new WeakMap<object, SharedPages>();
/** The pages of a file: the same for all who map it. */
export function pagesOf(inode: Inode): SharedPages {
	const key = inode.identity();
	let found = shared.get(key);
	if (!found) {
		found = new SharedPages(inode);
		shared.set(key, found);
	}
	return found;
}
