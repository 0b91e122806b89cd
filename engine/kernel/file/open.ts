// From a place to an open file description: which kind of open file it is follows from the inode's type. Permission, O_CREAT and
// O_TRUNC have been seen to by the path operations (fs/vfs).

import { S_IFCHR, S_IFDIR, S_IFIFO, S_IFREG, typeOf } from "../../fs/vfs/mode";
import { inodeAt } from "../../fs/vfs/mount";
import type { Opened } from "../../fs/vfs/operations";
import type { Inode } from "../../fs/vfs/types";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Task } from "../task";
import { type Blocked, whenDone } from "../wait";
import { FileDescription, type FileOperations, type IoctlMemory, type Place } from "./description";
import { openDevice } from "./device/open";
import { Directory } from "./directory";
import { openFifo } from "./fifo";
import { O_LARGEFILE, O_PATH, OPEN_ONLY } from "./flags";
import { reads, writes } from "./pipe";
import { RegularFile } from "./regular";
import { isSpecial } from "./special";

/** What open(2) of a path came to, as a description. A FIFO may have to wait for its other end. */
export function describe(task: Task, { place, inode: backing }: Opened, flags: number): Described | Blocked<Described> {
	const inode = inodeAt(place);
	if (flags & O_PATH) return new FileDescription(pathOnly, O_PATH, place, inode);
	// Every 64-bit program opens with O_LARGEFILE, and F_GETFL shows it.
	return whenDone(operationsFor(task, place, backing, flags), (operations) => {
		if (typeof operations === "number") return operations;
		return new FileDescription(operations, (flags & ~OPEN_ONLY) | O_LARGEFILE, place, inode);
	});
}
type Described = FileDescription | Errno;
type Operations = FileOperations | Errno;

function operationsFor(task: Task, place: Place, backing: Inode, flags: number): Operations | Blocked<Operations> {
	const inode = inodeAt(place);
	const label = place.dentry.name;
	if (isSpecial(inode)) return inode.openFile(task, flags);
	switch (typeOf(inode)) {
		case S_IFREG:
			return new RegularFile(backing, label, place);
		case S_IFDIR:
			return new Directory(place, label);
		case S_IFIFO:
			return openFifo(task, inode, flags) as Operations | Blocked<Operations>;
		case S_IFCHR:
			return mayOpen(task, inode, "c", flags) ? openDevice(task, place, flags) : -ERRNO.EPERM;
	}
	// Block devices, of which there are none.
	return mayOpen(task, inode, "b", flags) ? -ERRNO.ENXIO : -ERRNO.EPERM;
}

/** Do the control groups of the process allow it? */
function mayOpen(task: Task, inode: Inode, type: "b" | "c", flags: number): boolean {
	const access = `${reads(flags) ? "r" : ""}${writes(flags) ? "w" : ""}`;
	return task.kernel.cgroups.allowsDevice(task.process, type, inode.attributes().rdev, access);
}

/** O_PATH: only a place. Everything that would touch the file is EBADF. */
const pathOnly: FileOperations = {
	label: "",
	read: () => -ERRNO.EBADF,
	write: () => -ERRNO.EBADF,
	poll: () => 0,
	queues: () => [],
	ioctl: (_file: FileDescription, _task: Task, _request: number, _memory: IoctlMemory) => -ERRNO.EBADF,
	release: () => {},
};
