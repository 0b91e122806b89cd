// What every operation on files begins with: descriptors to descriptions, and on whose behalf a path is walked.

import type { PathContext } from "../../../fs/vfs/operations";
import { ERRNO, type Errno } from "../../../lib/errno";
import { taskRecord } from "../../proc/process";
import type { Task } from "../../task";
import type { FileDescription, Place } from "../description";
import { AT_FDCWD, O_PATH, RLIMIT_NOFILE } from "../flags";
import { reads, writes } from "../pipe";

/** The asker of a path walk; `at` replaces the working directory. */
export function contextOf(task: Task, at?: Place): PathContext {
	const { root, cwd, umask } = task.fs;
	return { root, cwd: at ?? cwd, umask, credentials: task.credentials, task };
}
/** For the *at() calls: a relative path begins at the descriptor's directory, with `always` an absolute one as well. EBADF, ENOTDIR. */
export function contextAt(task: Task, path: string, dirfd: number, always = false): PathContext | Errno {
	if (dirfd === AT_FDCWD || (path.startsWith("/") && !always)) return contextOf(task);
	const file = task.files.get(dirfd);
	if (!file) return -ERRNO.EBADF;
	return file.place ? contextOf(task, file.place) : -ERRNO.ENOTDIR;
}
/** Runs an operation of fs/vfs with the context for `dirfd`. */
export function withContext<Result>(
	task: Task,
	path: string,
	dirfd: number,
	act: (context: PathContext) => Result | Errno,
): Result | Errno {
	const context = contextAt(task, path, dirfd);
	return typeof context === "number" ? context : act(context);
}

/** EBADF for descriptors that are not open, and for those that stand for a place only (O_PATH) unless `orPath`. */
export function fileOf(task: Task, fd: number, orPath = false): FileDescription | Errno {
	const file = task.files.get(fd);
	return file && (orPath || !(file.flags & O_PATH)) ? file : -ERRNO.EBADF;
}
export function readableFile(task: Task, fd: number): FileDescription | Errno {
	const file = fileOf(task, fd);
	return typeof file === "number" || reads(file.flags) ? file : -ERRNO.EBADF;
}
export function writableFile(task: Task, fd: number): FileDescription | Errno {
	const file = fileOf(task, fd);
	return typeof file === "number" || writes(file.flags) ? file : -ERRNO.EBADF;
}

/** How many descriptors the process may have: the soft limit. Native programs have the hard one, as Go's runtime raises it for itself and not for what it executes. */
export function descriptorLimit(task: Task): number {
	const limit = task.process.limits.get(RLIMIT_NOFILE);
	return (taskRecord(task).program ? limit?.hard : limit?.soft) ?? 1024;
}
/** Gives a description a descriptor, or lets go of it when there is none. */
export function install(task: Task, file: FileDescription, closeOnExec: boolean): number {
	const fd = task.files.add(file, closeOnExec, descriptorLimit(task));
	if (fd < 0) file.hold().drop();
	return fd;
}
