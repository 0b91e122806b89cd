// A descriptor that stands for a process (man 2 pidfd_open): readable once it has ended, and never another's by mistake.

import { ERRNO } from "../../lib/errno";
import { anonymousFile } from "../file/anonymous";
import { type FileDescription, type FileOperations, POLLHUP, POLLIN } from "../file/description";
import { O_NONBLOCK } from "../file/flags";
import { install } from "../file/ops/context";
import type { Process, Task } from "../task";
import type { WaitQueue } from "../wait";
import { mayInspect } from "./access";
import { type ProcessRecord, recordOf, taskRecord } from "./process";
import type { TaskRecord } from "./task";

/** O_EXCL: a thread rather than a process. */
export const PIDFD_THREAD = 0o200;

export class PidFile implements FileOperations {
	readonly label = "anon_inode:[pidfd]";
	constructor(
		readonly process: ProcessRecord,
		/** PIDFD_THREAD. */
		readonly thread?: TaskRecord,
	) {}

	read(): number {
		return -ERRNO.EINVAL;
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(): number {
		if (this.process.gone) return POLLIN | POLLHUP;
		return this.process.zombie || this.thread?.dead ? POLLIN : 0;
	}
	queues(): readonly WaitQueue[] {
		return [this.process.ended];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	info(_file: FileDescription, reader: Task): string {
		const { process } = this;
		if (process.gone) return "Pid:\t-1\nNSpid:\t-1\n";
		const { pid: pids } = reader.namespaces;
		const seen = process.nspids.slice(pids.level);
		return `Pid:\t${process.pidIn(pids)}\nNSpid:\t${seen.join("\t")}\n`;
	}
	release(): void {}
}

/** A descriptor for it, closed at exec. */
export function openPidFile(task: TaskRecord, target: TaskRecord, flags: number): number {
	const file = new PidFile(target.process, flags & PIDFD_THREAD ? target : undefined);
	return install(task, anonymousFile(task, "anon_inodefs", file, (flags & O_NONBLOCK) | 2), true);
}

/** pidfd_open(2). EINVAL, ESRCH, ENOENT for a number that is a thread's. */
export function pidfdOpen(task: TaskRecord, pid: number, flags: number): number {
	if (flags & ~(O_NONBLOCK | PIDFD_THREAD) || pid <= 0) return -ERRNO.EINVAL;
	const target = task.kernel.findTask(pid, task.namespaces.pid);
	if (!target) return -ERRNO.ESRCH;
	if (!(flags & PIDFD_THREAD) && target.process.leader !== target) return -ERRNO.ENOENT;
	return openPidFile(task, target, flags);
}
/** What a descriptor stands for, or EBADF. */
export function pidFileOf(task: Task, fd: number): PidFile | number {
	const operations = task.files.get(fd)?.operations;
	return operations instanceof PidFile ? operations : -ERRNO.EBADF;
}

/** The directory /proc/PID stands for its process as well, where a signal is sent (man 2 pidfd_send_signal). */
export interface ProcessInode {
	readonly process: Process;
}
export function signalTargetOf(task: Task, fd: number): { process: ProcessRecord; thread?: TaskRecord } | number {
	const found = pidFileOf(task, fd);
	if (typeof found !== "number") return found;
	const process = (task.files.get(fd)?.inode as Partial<ProcessInode> | undefined)?.process;
	return process ? { process: recordOf(process) } : found;
}

/** pidfd_getfd(2): a descriptor for the same open file as another process has. EPERM, EBADF, ESRCH. */
export function pidfdGetfd(task: Task, pidfd: number, fd: number): number {
	const found = pidFileOf(task, pidfd);
	if (typeof found === "number") return found;
	const { leader, zombie } = found.process;
	if (zombie) return -ERRNO.ESRCH;
	if (!mayInspect(task, leader)) return -ERRNO.EPERM;
	const file = leader.files.get(fd);
	return file ? install(taskRecord(task), file, true) : -ERRNO.EBADF;
}
