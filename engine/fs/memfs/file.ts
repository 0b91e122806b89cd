// A regular file of memfs.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Inode } from "../vfs/types";
import { Content } from "./content";
import { Deferred } from "./deferred";
import { MemNode } from "./node";

/** As ext4 with blocks of 4 KiB. */
const MAX_SIZE = 16 * 2 ** 40;

export class MemFile extends MemNode {
	readonly bytes = new Content();
	private deferred: Deferred | undefined;

	override get size(): number {
		return this.deferred?.size ?? this.bytes.size;
	}
	/** Its content comes when it is opened; until then nobody reads or writes it. */
	defer(size: number, fetch: () => Promise<Uint8Array>, settled: () => void): void {
		const bring = async (): Promise<void> => {
			this.bytes.adopt(await fetch());
			this.deferred = undefined;
		};
		this.deferred = new Deferred(size, bring, settled);
	}
	override open(): Inode | Errno {
		return this.deferred?.ask() ?? this;
	}
	override get allocated(): number {
		return this.bytes.allocated;
	}
	override read(offset: number, into: Uint8Array): number {
		return this.bytes.read(offset, into);
	}
	override write(offset: number, bytes: Uint8Array): number {
		if (offset + bytes.length > MAX_SIZE) return -ERRNO.EFBIG;
		const before = this.size;
		const failed = this.charged(this.bytes.growth(offset, bytes.length), () => this.bytes.write(offset, bytes));
		if (failed !== 0) return failed;
		// A gap before the bytes counts as written: a chunk that ends within it changes its length.
		this.fs.wrote(this, Math.min(offset, before), offset + bytes.length);
		this.stamp();
		return bytes.length;
	}
	protected override resize(size: number): Errno | 0 {
		if (size > MAX_SIZE) return -ERRNO.EFBIG;
		const before = this.size;
		if (size === before) return 0;
		const failed = this.charged(this.bytes.growth(size, 0), () => this.bytes.resize(size));
		if (failed === 0) this.fs.wrote(this, Math.min(before, size), Math.max(before, size));
		return failed;
	}
	allocate(offset: number, length: number): Errno | 0 {
		return this.charged(this.bytes.growth(offset, length), () => this.bytes.allocate(offset, length));
	}
	clear(offset: number, length: number, allocated: boolean): Errno | 0 {
		if (allocated && !this.fs.habits.zeroRange) return -ERRNO.EOPNOTSUPP;
		const failed = this.charged(0, () => this.bytes.clear(offset, length)) || (allocated ? this.allocate(offset, length) : 0);
		if (failed !== 0) return failed;
		this.fs.wrote(this, offset, offset + length);
		this.stamp();
		return 0;
	}
	extent(offset: number, hole: boolean): number {
		const found = this.bytes.extent(offset, hole);
		return found >= this.size && !hole ? -ERRNO.ENXIO : found;
	}
	get direct(): boolean {
		return true;
	}
	override content(): Uint8Array | undefined {
		return this.bytes.share();
	}
	override adopt(bytes: Uint8Array): Errno | 0 {
		const end = Math.max(this.size, bytes.length);
		const failed = this.charged(bytes.length - this.allocated, () => this.bytes.adopt(bytes));
		if (failed !== 0) return failed;
		this.fs.wrote(this, 0, end);
		this.stamp();
		return 0;
	}

	private stamp(): void {
		this.meta.mtime = this.meta.ctime = this.fs.now();
		this.fs.changed(this);
	}
	/** Does something that may take `growth` more bytes, if the file system has them, and settles the account. */
	private charged(growth: number, act: () => void): Errno | 0 {
		if (growth > 0 && !this.fs.hasRoom(growth, this.allocated + growth)) return -ERRNO.ENOSPC;
		const before = this.allocated;
		try {
			act();
		} catch (error) {
			if (error instanceof RangeError) return -ERRNO.ENOSPC;
			throw error;
		}
		if (this.meta.nlink > 0) this.fs.use(this, this.allocated - before);
		return 0;
	}
}
