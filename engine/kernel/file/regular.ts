// An open regular file: a position, O_APPEND and the file size limit over an inode that reads and writes.

import { mappedFile } from "../../fs/vfs/mapped";
import { accessed, modeAfterWrite } from "../../fs/vfs/operations";
import type { Inode } from "../../fs/vfs/types";
import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import type { WaitQueue } from "../wait";
import { type FileDescription, type FileOperations, type IoctlMemory, type Place, POLLIN, POLLOUT } from "./description";
import { O_APPEND, RLIMIT_FSIZE, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET, SIGXFSZ } from "./flags";
import { FIONREAD, writeInt } from "./ioctl";
import { releaseDescriptionLocks } from "./lock";
import { usePages } from "./pagecache";

/** The largest offset that there is: 2^53-1, short of Linux's 2^63-1. */
export const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
const NONE: readonly WaitQueue[] = [];

export class RegularFile implements FileOperations {
	constructor(
		/** What inode.open() gave: where reads and writes go. */
		readonly inode: Inode,
		readonly label: string,
		private readonly place?: Place,
	) {}

	read(file: FileDescription, task: Task, into: Uint8Array, offset?: number): number {
		const at = offset ?? file.position;
		mappedFile(this.inode)?.save(at, at + into.length);
		const count = this.inode.read(at, into);
		if (count > 0) usePages(task, this.inode, at, count);
		if (count > 0 && offset === undefined) file.position += count;
		if (count > 0 && this.place) accessed(this.place);
		return count;
	}
	write(file: FileDescription, task: Task, bytes: Uint8Array, offset?: number): number {
		// As on Linux, O_APPEND appends even for pwrite(2).
		const append = (file.flags & O_APPEND) !== 0;
		const at = append ? this.inode.attributes().size : (offset ?? file.position);
		const limit = task.process.limits.get(RLIMIT_FSIZE)?.soft ?? Number.POSITIVE_INFINITY;
		if (bytes.length > 0 && at >= limit) {
			task.kernel.signalSelf(task, SIGXFSZ);
			return -ERRNO.EFBIG;
		}
		if (at + bytes.length > MAX_OFFSET) return -ERRNO.EFBIG;
		const mapped = mappedFile(this.inode);
		mapped?.settle();
		const count = this.inode.write(at, at + bytes.length > limit ? bytes.subarray(0, limit - at) : bytes);
		if (count < 0) return count;
		mapped?.changed(at, at + count);
		usePages(task, this.inode, at, count);
		if (offset === undefined) file.position = at + count;
		this.inode.removexattr("security.capability");
		const mode = modeAfterWrite(this.inode, task.credentials);
		if (mode !== undefined) this.inode.setAttributes({ mode });
		return count;
	}
	poll(): number {
		return POLLIN | POLLOUT;
	}
	queues(): readonly WaitQueue[] {
		return NONE;
	}
	ioctl(file: FileDescription, _task: Task, request: number, memory: IoctlMemory): number {
		if (request !== FIONREAD) return -ERRNO.ENOTTY;
		return writeInt(memory, Math.max(0, this.inode.attributes().size - file.position));
	}
	seek(file: FileDescription, offset: number, whence: number): number {
		const { inode } = this;
		const { size } = inode.attributes();
		if ((whence !== SEEK_DATA && whence !== SEEK_HOLE) || !inode.extent) return seekWithin(file, offset, whence, size);
		if (offset < 0 || offset >= size) return -ERRNO.ENXIO;
		const target = inode.extent(offset, whence === SEEK_HOLE);
		if (target >= 0) file.position = target;
		return target;
	}
	release(file: FileDescription): void {
		if (file.inode) releaseDescriptionLocks(file.inode, file);
	}
}

/** lseek(2) over something of a known size, all of it data. */
export function seekWithin(file: FileDescription, offset: number, whence: number, size: number): number {
	let target: number;
	switch (whence) {
		case SEEK_SET:
			target = offset;
			break;
		case SEEK_CUR:
			target = file.position + offset;
			break;
		case SEEK_END:
			target = size + offset;
			break;
		case SEEK_DATA:
		case SEEK_HOLE:
			if (offset < 0 || offset >= size) return -ERRNO.ENXIO;
			target = whence === SEEK_DATA ? offset : size;
			break;
		default:
			return -ERRNO.EINVAL;
	}
	if (target < 0) return -ERRNO.EINVAL;
	if (target > MAX_OFFSET) return -ERRNO.EOVERFLOW;
	file.position = target;
	return target;
}
