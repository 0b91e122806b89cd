// A descriptor that stands for a process (man 2 pidfd_open): readable once it has ended, and never another's by mistake.

import { ERRNO } from "../../lib/errno";
import { anonymousFile } from "../file/anonymous";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLHUP, POLLIN } from "../file/description";
import { O_NONBLOCK } from "../file/flags";
import { install } from "../file/ops/context";
import { fromOutside } from "../ns/user";
import type { Process, Task } from "../task";
import type { WaitQueue } from "../wait";
import { mayInspect } from "./access";
import { type ProcessRecord, recordOf, taskRecord } from "./process";
import type { TaskRecord } from "./task";

/** O_EXCL: a thread rather than a process. */
export const PIDFD_THREAD = 0o200;

/** Type and number of the request; its size is struct pidfd_info's, which has grown since its first 64 bytes. */
const PIDFD_GET_INFO = 0xff0b;
const INFO_FIRST = 64;
const INFO = { PID: 1, CREDS: 2, EXIT: 8 } as const;

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
	ioctl(_file: FileDescription, task: Task, request: number, memory: IoctlMemory): number {
		const size = (request >>> 16) & 0x3fff;
		const isInfo = (request & 0xffff) === PIDFD_GET_INFO && request >>> 30 === 3 && size >= INFO_FIRST;
		return isInfo ? this.tell(task, size, memory) : -ERRNO.ENOTTY;
	}
	/** PIDFD_GET_INFO: what the reader asked for by its mask and there is to say. EINVAL, EFAULT, ESRCH once it was waited for, EREMOTE. */
	private tell(reader: Task, size: number, memory: IoctlMemory): number {
		if (memory.argument === 0) return -ERRNO.EINVAL;
		const given = memory.read(8);
		if (!given) return -ERRNO.EFAULT;
		const { process } = this;
		const { pid: pids, user } = reader.namespaces;
		const bytes = new Uint8Array(size);
		const view = new DataView(bytes.buffer);
		if (process.gone) {
			if (!(given[0]! & INFO.EXIT)) return -ERRNO.ESRCH;
			view.setUint32(0, INFO.EXIT, true);
			view.setInt32(60, process.exitStatus ?? 0, true);
			return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
		}
		const task = this.thread ?? process.leader;
		const number = task.tidIn(pids) || process.pidIn(pids);
		if (number === 0) return -ERRNO.EREMOTE;
		const { identity, credentials } = task;
		const users = [identity.ruid, identity.euid, identity.suid, credentials.uid].map((id) => fromOutside(user, "uidMap", id));
		const groups = [identity.rgid, identity.egid, identity.sgid, credentials.gid].map((id) => fromOutside(user, "gidMap", id));
		const ids = users.flatMap((uid, index) => [uid, groups[index]!]);
		view.setUint32(0, INFO.PID | INFO.CREDS, true);
		[number, process.pidIn(pids), process.parent?.pidIn(pids) ?? 0, ...ids].forEach((word, index) => {
			view.setUint32(16 + index * 4, word, true);
		});
		return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
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
