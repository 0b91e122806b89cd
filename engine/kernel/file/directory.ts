// An open directory: what getdents(2) reads. The entries are taken when it is read from the beginning; the position is an
// index into them, so who removes what it was told (rm -r) misses nothing and sees nothing twice.

import { inodeAt } from "../../fs/vfs/mount";
import { accessed } from "../../fs/vfs/operations";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Task } from "../task";
import type { WaitQueue } from "../wait";
import { type FileDescription, type FileOperations, type Place, POLLIN, POLLOUT } from "./description";
import { direntType, SEEK_CUR, SEEK_SET } from "./flags";

export interface Dirent {
	name: string;
	ino: number;
	/** DT_* of readdir(3). */
	type: number;
}
const DT_DIR = 4;
const NONE: readonly WaitQueue[] = [];

export class Directory implements FileOperations {
	private entries: Dirent[] | undefined;

	constructor(
		readonly place: Place,
		readonly label: string,
	) {}

	readdir(file: FileDescription): Dirent[] | Errno {
		if (this.entries && file.position > 0) return this.entries;
		const listed = inodeAt(this.place).readdir();
		if (typeof listed === "number") return listed;
		const parent = parentOf(this.place);
		this.entries = [
			{ name: ".", ino: inodeAt(this.place).attributes().ino, type: DT_DIR },
			{ name: "..", ino: inodeAt(parent).attributes().ino, type: DT_DIR },
			...listed.map(({ name, ino, type }) => ({ name, ino, type: direntType(type) })),
		];
		accessed(this.place);
		return this.entries;
	}
	seek(file: FileDescription, offset: number, whence: number): number {
		const target = whence === SEEK_SET ? offset : whence === SEEK_CUR ? file.position + offset : -1;
		if (target < 0) return -ERRNO.EINVAL;
		file.position = target;
		return target;
	}
	read(_file: FileDescription, _task: Task): number {
		return -ERRNO.EISDIR;
	}
	write(): number {
		return -ERRNO.EBADF;
	}
	poll(): number {
		return POLLIN | POLLOUT;
	}
	queues(): readonly WaitQueue[] {
		return NONE;
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {}
}

/** Across mountpoints, without regard to anybody's root. */
function parentOf({ mount, dentry }: Place): Place {
	while (dentry === mount.root && mount.parent) {
		dentry = mount.mountpoint!;
		mount = mount.parent;
	}
	return { mount, dentry: dentry === mount.root ? dentry : (dentry.parent ?? dentry) };
}
