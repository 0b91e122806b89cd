// fcntl(2), without the locks, whose argument is a structure (record.ts).

import { ownerOrCapable } from "../../../fs/vfs/permission";
import type { Inode } from "../../../fs/vfs/types";
import { ERRNO } from "../../../lib/errno";
import { taskRecord } from "../../proc/process";
import type { Kernel, Task } from "../../task";
import type { Blocked } from "../../wait";
import { F_OWNER_PGRP, ownerOf, setAsync, setOwner, setSignal, signalOf } from "../async";
import type { FileDescription } from "../description";
import {
	F_ADD_SEALS,
	F_CREATED_QUERY,
	F_DUPFD,
	F_DUPFD_CLOEXEC,
	F_DUPFD_QUERY,
	F_GET_SEALS,
	F_GETFD,
	F_GETFL,
	F_GETLEASE,
	F_GETOWN,
	F_GETPIPE_SZ,
	F_GETSIG,
	F_SETFD,
	F_SETFL,
	F_SETLEASE,
	F_SETOWN,
	F_SETPIPE_SZ,
	F_SETSIG,
	FD_CLOEXEC,
	O_ASYNC,
	O_DIRECT,
	O_NOATIME,
	O_PATH,
	SETFL_MASK,
} from "../flags";
import { F_UNLCK } from "../lock";
import { addSeals, getSeals } from "../memfd";
import { PipeEnd, writes } from "../pipe";
import { descriptorLimit, fileOf } from "./context";

const ON_PLACES = new Set([F_DUPFD, F_DUPFD_CLOEXEC, F_DUPFD_QUERY, F_GETFD, F_SETFD, F_GETFL]);
const PROT_WRITE = 2;

export function fcntl(task: Task, fd: number, command: number, argument = 0): number | Blocked {
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	if (file.flags & O_PATH && !ON_PLACES.has(command)) return -ERRNO.EBADF;
	switch (command) {
		case F_DUPFD:
		case F_DUPFD_CLOEXEC: {
			const limit = descriptorLimit(task);
			if (argument < 0 || argument >= limit) return -ERRNO.EINVAL;
			return task.files.add(file, command === F_DUPFD_CLOEXEC, limit, argument);
		}
		case F_DUPFD_QUERY: {
			const other = fileOf(task, argument, true);
			return typeof other === "number" ? other : other === file ? 1 : 0;
		}
		case F_CREATED_QUERY:
			return file.created ? 1 : 0;
		case F_GETFD:
			return task.files.flag(fd) ? FD_CLOEXEC : 0;
		case F_SETFD:
			task.files.setFlag(fd, (argument & FD_CLOEXEC) !== 0);
			return 0;
		case F_GETFL:
			return file.flags;
		case F_SETFL:
			return setStatusFlags(task, fd, file, argument);
		case F_GETOWN:
			return owner(task, file);
		case F_SETOWN:
			return setOwner(task, file, argument < 0 ? F_OWNER_PGRP : 1, Math.abs(argument));
		case F_GETSIG:
			return signalOf(file);
		case F_SETSIG:
			return setSignal(file, argument);
		case F_GETLEASE:
			return F_UNLCK;
		case F_SETLEASE:
			// No file system here has leases: there are none to give up.
			return argument === F_UNLCK ? -ERRNO.EAGAIN : -ERRNO.EINVAL;
		case F_GET_SEALS:
			return getSeals(file.inode);
		case F_ADD_SEALS:
			return addSeals(file.inode, argument, writes(file.flags), () => isMappedWritable(task.kernel, file.inode!));
		case F_GETPIPE_SZ:
			return file.operations instanceof PipeEnd ? file.operations.pipe.capacity : -ERRNO.EBADF;
		case F_SETPIPE_SZ:
			if (!(file.operations instanceof PipeEnd)) return -ERRNO.EBADF;
			return argument < 0 ? -ERRNO.EINVAL : file.operations.pipe.resize(argument);
	}
	return -ERRNO.EINVAL;
}

/** F_SETFL. O_DIRECT on a pipe makes packets of its writes; a file of a real disk takes it, one of /proc does not. */
function setStatusFlags(task: Task, fd: number, file: FileDescription, wanted: number): number {
	const isPipe = file.operations instanceof PipeEnd;
	if (wanted & O_DIRECT && !isPipe && !file.inode?.direct) return -ERRNO.EINVAL;
	if (wanted & O_NOATIME && !(file.flags & O_NOATIME) && file.inode && !ownerOrCapable(file.inode, task.credentials))
		return -ERRNO.EPERM;
	// Where nothing can be waited for, O_ASYNC is quietly not set.
	setAsync(task, fd, file, (wanted & O_ASYNC) !== 0);
	const kept = SETFL_MASK & ~O_ASYNC;
	file.flags = (file.flags & ~kept) | (wanted & kept);
	return 0;
}

/** A group is a negative number. */
function owner(task: Task, file: FileDescription): number {
	const found = ownerOf(file);
	if (!found) return 0;
	const number = task.kernel.groupIn(found.id, task.namespaces.pid);
	return found.type === F_OWNER_PGRP ? -number : number;
}

function isMappedWritable(kernel: Kernel, inode: Inode): boolean {
	for (const process of kernel.processes()) {
		const [leader] = process.tasks;
		const mm = leader && taskRecord(leader).process.mm;
		for (const area of mm?.areas ?? []) {
			const mapped = area.shared && area.prot & PROT_WRITE && area.file;
			if (mapped && mapped.inode.identity() === inode.identity()) return true;
		}
	}
	return false;
}
