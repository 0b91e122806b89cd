// Operations on descriptors themselves: open's other half, close, dup, fcntl, pipe.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { createPipe } from "../fifo";
import { O_CLOEXEC, O_DIRECT, O_NONBLOCK } from "../flags";
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

export function pipe2(task: Task, flags: number): [read: number, write: number] | number {
	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) return -ERRNO.EINVAL;
	if (!task.files.hasRoom(2, descriptorLimit(task))) return -ERRNO.EMFILE;
	const closeOnExec = (flags & O_CLOEXEC) !== 0;
	const [read, write] = createPipe(task, flags & (O_NONBLOCK | O_DIRECT));
	return [install(task, read, closeOnExec), install(task, write, closeOnExec)];
}
