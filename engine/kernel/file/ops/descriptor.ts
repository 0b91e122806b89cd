// Operations on descriptors themselves: open's other half, close, dup, fcntl, pipe.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import { createPipe } from "../fifo";
import {
	F_DUPFD,
	F_DUPFD_CLOEXEC,
	F_GETFD,
	F_GETFL,
	F_GETOWN,
	F_GETPIPE_SZ,
	F_SETFD,
	F_SETFL,
	F_SETOWN,
	F_SETPIPE_SZ,
	FD_CLOEXEC,
	O_CLOEXEC,
	O_DIRECT,
	O_NONBLOCK,
	O_PATH,
	SETFL_MASK,
} from "../flags";
import { PipeEnd } from "../pipe";
import { descriptorLimit, fileOf, install } from "./context";

export const close = (task: Task, fd: number): number => task.files.close(fd);

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;
export function closeRange(task: Task, first: number, last: number, flags: number): number {
	if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || first > last) return -ERRNO.EINVAL;
	if (flags & CLOSE_RANGE_UNSHARE) task.files = task.files.own();
	const { files } = task;
	for (const [fd] of [...files.entries()]) {
		if (fd < first || fd > last) continue;
		if (flags & CLOSE_RANGE_CLOEXEC) files.setFlag(fd, true);
		else files.close(fd);
	}
	return 0;
}

export function dup(task: Task, fd: number): number {
	const file = fileOf(task, fd, true);
	return typeof file === "number" ? file : task.files.add(file, false, descriptorLimit(task));
}
/** As dup3, but the same number twice is no error. */
export function dup2(task: Task, fd: number, to: number): number {
	if (fd !== to) return dup3(task, fd, to, 0);
	return task.files.get(fd) ? fd : -ERRNO.EBADF;
}
export function dup3(task: Task, fd: number, to: number, flags: number): number {
	if (flags & ~O_CLOEXEC || fd === to) return -ERRNO.EINVAL;
	if (to < 0 || to >= descriptorLimit(task)) return -ERRNO.EBADF;
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	task.files.set(to, file, (flags & O_CLOEXEC) !== 0);
	return to;
}

/** fcntl(2) without the locks, whose argument is a structure (see syscall/file). */
export function fcntl(task: Task, fd: number, command: number, argument = 0): number | Blocked {
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	const limited = [F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL];
	if (file.flags & O_PATH && !limited.includes(command)) return -ERRNO.EBADF;
	switch (command) {
		case F_DUPFD:
		case F_DUPFD_CLOEXEC: {
			const limit = descriptorLimit(task);
			if (argument < 0 || argument >= limit) return -ERRNO.EINVAL;
			return task.files.add(file, command === F_DUPFD_CLOEXEC, limit, argument);
		}
		case F_GETFD:
			return task.files.flag(fd) ? FD_CLOEXEC : 0;
		case F_SETFD:
			task.files.setFlag(fd, (argument & FD_CLOEXEC) !== 0);
			return 0;
		case F_GETFL:
			return file.flags;
		case F_SETFL:
			file.flags = (file.flags & ~SETFL_MASK) | (argument & SETFL_MASK & ~O_DIRECT);
			return 0;
		case F_GETOWN:
		case F_SETOWN:
			// Who is told by SIGIO; O_ASYNC is not there.
			return 0;
	}
	if (!(file.operations instanceof PipeEnd))
		return command === F_GETPIPE_SZ || command === F_SETPIPE_SZ ? -ERRNO.EBADF : -ERRNO.EINVAL;
	if (command === F_GETPIPE_SZ) return file.operations.pipe.capacity;
	if (command === F_SETPIPE_SZ) return argument <= 0 ? -ERRNO.EINVAL : file.operations.pipe.resize(argument);
	return -ERRNO.EINVAL;
}

export function pipe2(task: Task, flags: number): [read: number, write: number] | number {
	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) return -ERRNO.EINVAL;
	if (!task.files.hasRoom(2, descriptorLimit(task))) return -ERRNO.EMFILE;
	const closeOnExec = (flags & O_CLOEXEC) !== 0;
	const [read, write] = createPipe(task, flags & (O_NONBLOCK | O_DIRECT));
	return [install(task, read, closeOnExec), install(task, write, closeOnExec)];
}
