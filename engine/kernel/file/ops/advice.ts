// What programs say about how they will use a file, and when they want it written: posix_fadvise(2), readahead(2),
// sync_file_range(2), cachestat(2). Everything is in memory and stays there, so only what is wrong is answered.

import { S_IFBLK, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, typeOf } from "../../../fs/vfs/mode";
import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import type { FileDescription } from "../description";
import { fileOf, readableFile } from "./context";

const PAGE = 4096;
const kindOf = (file: FileDescription): number => (file.inode ? typeOf(file.inode) : 0);

/** Advice from POSIX_FADV_NORMAL 0 to POSIX_FADV_NOREUSE 5. */
export function fadvise(task: Task, fd: number, length: number, advice: number): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (kindOf(file) === S_IFIFO) return -ERRNO.ESPIPE;
	return length < 0 || advice < 0 || advice > 5 ? -ERRNO.EINVAL : 0;
}
export function readahead(task: Task, fd: number): number {
	const file = readableFile(task, fd);
	if (typeof file === "number") return file;
	return kindOf(file) === S_IFREG || kindOf(file) === S_IFBLK ? 0 : -ERRNO.EINVAL;
}
const SYNC_FILE_RANGE_ALL = 7;
export function syncRange(task: Task, fd: number, offset: number, length: number, flags: number): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (flags & ~SYNC_FILE_RANGE_ALL || offset < 0 || length < 0) return -ERRNO.EINVAL;
	return [S_IFREG, S_IFBLK, S_IFDIR, S_IFLNK].includes(kindOf(file)) ? 0 : -ERRNO.ESPIPE;
}
/** Pages of a range that hold something; a length of 0 is the rest of the file. EOPNOTSUPP for what has no pages. */
export function cachedPages(file: FileDescription, offset: number, length: number): number {
	if (!file.inode || kindOf(file) !== S_IFREG) return -ERRNO.EOPNOTSUPP;
	const { size } = file.inode.attributes();
	const end = length === 0 ? size : Math.min(size, offset + length);
	return Math.max(0, Math.ceil(end / PAGE) - Math.floor(offset / PAGE));
}
