// A process's table of descriptors (man 2 open, dup, fcntl): small numbers to open file descriptions.
//
// It is made once for init, copied by fork (`copy`), shared by clone with CLONE_FILES (`share`), and given back with
// `release` when a task ends; the last one to give it back closes everything. Descriptors hold their description.

import { ERRNO } from "../../lib/errno";
import type { FileDescription } from "./description";
import { releaseRecordLocks } from "./lock";

interface Slot {
	file: FileDescription;
	closeOnExec: boolean;
}

/** What a table has room for at first; beyond it, so many times a power of two. */
const SMALL = 64;
const STEP = 128;
const capacityFor = (fd: number): number => (fd < SMALL ? SMALL : STEP * 2 ** Math.ceil(Math.log2(Math.floor(fd / STEP) + 1)));

/** fs.nr_open: no RLIMIT_NOFILE is above it. */
export const NR_OPEN = 1048576;

export class DescriptorTable {
	private slots: Array<Slot | undefined> = [];
	private users = 1;
	/** For how many descriptors there is room: it grows when one is used, and select(2) looks no further. */
	capacity = SMALL;

	get(fd: number): FileDescription | undefined {
		return this.slots[fd]?.file;
	}
	/** The lowest free number from `from` on takes the description; EMFILE when it would not be below `limit` (RLIMIT_NOFILE). */
	add(file: FileDescription, closeOnExec: boolean, limit: number, from = 0): number {
		let fd = from;
		while (this.slots[fd]) fd++;
		if (fd >= limit) return -ERRNO.EMFILE;
		this.put(fd, file, closeOnExec);
		return fd;
	}
	/** Is there room for `count` more descriptors? */
	hasRoom(count: number, limit: number): boolean {
		for (let fd = 0; fd < limit; fd++) if (!this.slots[fd] && --count <= 0) return true;
		return false;
	}
	/** dup2: what was at `fd` is closed first. */
	set(fd: number, file: FileDescription, closeOnExec: boolean): void {
		const before = this.slots[fd];
		this.put(fd, file, closeOnExec);
		if (before) this.letGo(before.file);
	}
	private put(fd: number, file: FileDescription, closeOnExec: boolean): void {
		this.slots[fd] = { file: file.hold(), closeOnExec };
		this.capacity = Math.max(this.capacity, capacityFor(fd));
	}
	close(fd: number): number {
		const slot = this.slots[fd];
		if (!slot) return -ERRNO.EBADF;
		this.slots[fd] = undefined;
		this.letGo(slot.file);
		return 0;
	}
	closeOnExec(): void {
		this.slots.forEach((slot, fd) => {
			if (slot?.closeOnExec) this.close(fd);
		});
	}
	flag(fd: number): boolean | undefined {
		return this.slots[fd]?.closeOnExec;
	}
	setFlag(fd: number, closeOnExec: boolean): void {
		const slot = this.slots[fd];
		if (slot) slot.closeOnExec = closeOnExec;
	}
	/** Open descriptors in order of number. */
	*entries(): Generator<[fd: number, file: FileDescription]> {
		for (let fd = 0; fd < this.slots.length; fd++) {
			const slot = this.slots[fd];
			if (slot) yield [fd, slot.file];
		}
	}

	/** fork(2): a table of its own, with the same descriptions and no more room than for those. */
	copy(): DescriptorTable {
		const copy = new DescriptorTable();
		copy.capacity = capacityFor(this.slots.findLastIndex((slot) => slot !== undefined));
		copy.slots = this.slots.map((slot) => slot && { file: slot.file.hold(), closeOnExec: slot.closeOnExec });
		return copy;
	}
	/** clone(2) with CLONE_FILES. */
	share(): DescriptorTable {
		this.users++;
		return this;
	}
	/** For execve and unshare(CLONE_FILES): this table if nobody else has it, otherwise a copy (and this one given back). */
	own(): DescriptorTable {
		if (this.users === 1) return this;
		this.users--;
		return this.copy();
	}
	release(): void {
		if (--this.users > 0) return;
		for (let fd = 0; fd < this.slots.length; fd++) if (this.slots[fd]) this.close(fd);
	}

	/** As Linux: any close of a file by a process ends that process's record locks on it (man 2 fcntl). */
	private letGo(file: FileDescription): void {
		if (file.inode) releaseRecordLocks(file.inode, this);
		file.drop();
	}
}
