// An open file description (man 2 open): what descriptors point at and share after dup(2) and fork(2).
// Regular files, directories, pipes, ttys, sockets and the pseudo files each implement FileOperations.

import { IN, isWatched, notifyClosed } from "../../fs/vfs/notify";
import type { Inode } from "../../fs/vfs/types";
import type { Errno } from "../../lib/errno";
import type { Task } from "../task";
import type { Blocked, WaitQueue } from "../wait";
import { O_ACCMODE, O_PATH, O_RDONLY } from "./flags";

export const POLLIN = 1;
export const POLLPRI = 2;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;
export const POLLNVAL = 32;

/** A place in the tree of mounts: what a path walk ends at. Defined by fs/vfs/mount.ts. */
export type { Place } from "../../fs/vfs/mount";

import type { Place } from "../../fs/vfs/mount";

export interface FileOperations {
	/** For /proc/PID/fd and error messages: "pipe:[5]", "socket:[7]"; a path is used when it has a place. */
	readonly label: string;
	/**
	 * Reads into `into` at the description's own position, or at `offset` (pread) without moving it.
	 * Returns the count (0: end of file), an errno, or Blocked when nothing is there and the description is not O_NONBLOCK.
	 */
	read(file: FileDescription, task: Task, into: Uint8Array, offset?: number): number | Blocked;
	/** What read() would give, where it is at hand as bytes that nobody else holds: they need no copy. At most `count`, more than none. */
	readPiece?(count: number): Uint8Array | undefined;
	write(file: FileDescription, task: Task, bytes: Uint8Array, offset?: number): number | Blocked;
	/** What is ready now, as POLL* bits. */
	poll(file: FileDescription, task: Task): number;
	/** What wakes when poll() may answer otherwise; those that bring none of `events` (POLL*) may be left out. None: it cannot be waited for. */
	queues(file: FileDescription, events?: number): readonly WaitQueue[];
	/** Structures behind the argument are read and written through `memory`. ENOTTY for requests that make no sense here. */
	ioctl(file: FileDescription, task: Task, request: number, memory: IoctlMemory): number | Blocked;
	/** Where it is missing: ESPIPE. */
	seek?(file: FileDescription, offset: number, whence: number): number;
	/** Directories: every entry, "." and ".." first; `type` is DT_* of readdir(3). The position is an index into it. */
	readdir?(file: FileDescription): Array<{ name: string; ino: number; type: number }> | Errno;
	/** Further lines of /proc/PID/fdinfo/N, each with its newline, as `reader` sees them. */
	info?(file: FileDescription, reader: Task): string;
	/** The last descriptor is gone. */
	release(file: FileDescription): void;
}

/** What an ioctl may touch: its argument as a number, and the bytes behind it. */
export interface IoctlMemory {
	readonly argument: number;
	/** A copy of the bytes at the argument, or undefined where not readable (EFAULT). */
	read(length: number): Uint8Array | undefined;
	/** False where not writable (EFAULT). */
	write(bytes: Uint8Array): boolean;
	/** The same for another address, which was found in the bytes (struct ifconf has such a pointer). */
	at(address: number): IoctlMemory;
}

export class FileDescription {
	position = 0;
	/** Did its opening make the file? */
	created = false;
	/** Descriptors, mappings and messages under way that hold it. */
	references = 0;
	constructor(
		readonly operations: FileOperations,
		/** O_ACCMODE and status flags; F_SETFL changes them. */
		public flags: number,
		/** Where it was opened, if it has a path. */
		readonly place?: Place,
		readonly inode?: Inode,
	) {}
	hold(): this {
		this.references++;
		return this;
	}
	drop(): void {
		if (--this.references > 0) return;
		if (this.place && isWatched() && !(this.flags & O_PATH))
			notifyClosed(this.place.dentry, (this.flags & O_ACCMODE) === O_RDONLY ? IN.CLOSE_NOWRITE : IN.CLOSE_WRITE);
		this.operations.release(this);
	}
}
