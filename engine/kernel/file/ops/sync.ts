// fsync, fdatasync, syncfs, sync: they come back when what was written so far would survive a power cut.

import { mappedFile } from "../../../fs/vfs/mapped";
import { S_IFDIR, S_IFREG, typeOf } from "../../../fs/vfs/mode";
import type { FileSystem } from "../../../fs/vfs/types";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Task } from "../../task";
import { Blocked, WaitQueue } from "../../wait";
import { fileOf } from "./context";

/** fsync(2), fdatasync(2): of the whole file system, as that is what its commits are made of. */
export function fsync(task: Task, fd: number): number | Blocked {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	const type = file.inode ? typeOf(file.inode) : 0;
	if (!file.inode || (type !== S_IFREG && type !== S_IFDIR)) return -ERRNO.EINVAL;
	mappedFile(file.inode)?.settle();
	const failed = file.inode.fsync?.() ?? 0;
	return failed || stored(file.inode.fs);
}
export function syncfs(task: Task, fd: number): number | Blocked {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	return file.inode ? stored(file.inode.fs) : 0;
}
/** sync(2) of every file system that the caller sees; it tells of no errors. */
export function sync(task: Task): number | Blocked {
	const systems = new Set([...task.namespaces.mnt.mounts].map(({ fs }) => fs));
	return waitFor(Promise.all([...systems].map((fs) => fs.sync?.() ?? 0)).then(() => 0));
}

const stored = (fs: FileSystem): number | Blocked => (fs.sync ? waitFor(fs.sync()) : 0);

/** Blocks until the promise has an answer. */
function waitFor(promise: Promise<Errno | 0>): Blocked {
	const arrived = new WaitQueue();
	let answer: Errno | 0 | undefined;
	void promise.then((value) => {
		answer = value;
		arrived.wake();
	});
	// a disk's wait is not to be interrupted: the call goes on as soon as the signal's handler has run
	const wait = (): number | Blocked => answer ?? new Blocked([arrived], undefined, { resume: wait });
	return wait() as Blocked;
}
