// Operations on open files: read, write, lseek, and what they are made of.

import { S_IFIFO, typeOf } from "../../../fs/vfs/mode";
import { IN, isWatched, notify } from "../../../fs/vfs/notify";
import { setSize } from "../../../fs/vfs/operations";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Task } from "../../task";
import { Blocked, whenDone } from "../../wait";
import type { FileDescription, IoctlMemory } from "../description";
import { O_NONBLOCK, RLIMIT_FSIZE, SIGXFSZ } from "../flags";
import { FIOASYNC, FIOCLEX, FIONBIO, FIONCLEX, plainArgument, readInt } from "../ioctl";
import { F_RDLCK, F_UNLCK, F_WRLCK, flock as lockWhole } from "../lock";
import { MAX_OFFSET, RegularFile } from "../regular";
import { contextOf, fileOf, readableFile, writableFile } from "./context";

/** One call moves at most so much (MAX_RW_COUNT). */
const MOST = 0x7ffff000;

/** Reads from what is open. Who watches it (inotify) hears of it. */
function readFrom(task: Task, file: FileDescription, into: Uint8Array, offset?: number): number | Blocked {
	return told(file, IN.ACCESS, file.operations.read(file, task, into, offset));
}
function writeTo(task: Task, file: FileDescription, bytes: Uint8Array, offset?: number): number | Blocked {
	return told(file, IN.MODIFY, file.operations.write(file, task, bytes, offset));
}
function told(file: FileDescription, mask: number, result: number | Blocked): number | Blocked {
	const { place } = file;
	if (!place || !isWatched()) return result;
	return whenDone(result, (count) => {
		if (count > 0) notify(place.dentry, mask);
		return count;
	});
}

/** read(2) into memory that the caller owns. */
export function readInto(task: Task, fd: number, into: Uint8Array): number | Blocked {
	const file = readableFile(task, fd);
	return typeof file === "number" ? file : readFrom(task, file, into);
}
export function preadInto(task: Task, fd: number, into: Uint8Array, offset: number): number | Blocked {
	const file = readableFile(task, fd);
	if (typeof file === "number") return file;
	if (offset < 0) return -ERRNO.EINVAL;
	return file.operations.seek ? readFrom(task, file, into, offset) : -ERRNO.ESPIPE;
}
/** For programs that are given an array: at most `count` bytes, empty at the end of the file. */
export const read = (task: Task, fd: number, count: number) => intoArray(task, fd, count, (into) => readInto(task, fd, into));
export const pread = (task: Task, fd: number, count: number, offset: number) =>
	intoArray(task, fd, count, (into) => preadInto(task, fd, into, offset));

function intoArray(
	task: Task,
	fd: number,
	count: number,
	act: (into: Uint8Array) => number | Blocked,
): Uint8Array | Errno | Blocked<Uint8Array | Errno> {
	if (count < 0) return -ERRNO.EINVAL;
	const into = new Uint8Array(Math.min(count, likelySize(task, fd)));
	return whenDone(act(into), (got) => (got < 0 ? got : got === into.length ? into : into.slice(0, got)));
}
/** No more room than a read is likely to fill. */
function likelySize(task: Task, fd: number): number {
	const file = task.files.get(fd);
	if (!(file?.operations instanceof RegularFile)) return 1 << 18;
	return Math.max(4096, file.operations.inode.attributes().size);
}

export function write(task: Task, fd: number, bytes: Uint8Array): number | Blocked {
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	return writeTo(task, file, bytes.length > MOST ? bytes.subarray(0, MOST) : bytes);
}
export function pwrite(task: Task, fd: number, bytes: Uint8Array, offset: number): number | Blocked {
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	if (offset < 0) return -ERRNO.EINVAL;
	return file.operations.seek ? writeTo(task, file, bytes, offset) : -ERRNO.ESPIPE;
}
export function lseek(task: Task, fd: number, offset: number, whence: number): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (whence < 0 || whence > 4) return -ERRNO.EINVAL;
	const { operations } = file;
	if (operations.seek) return operations.seek(file, offset, whence);
	// What stands for no bytes (eventfd, epoll and their like) has no position to complain about (noop_llseek).
	return operations.label.startsWith("anon_inode:") ? 0 : -ERRNO.ESPIPE;
}

export function ftruncate(task: Task, fd: number, size: number): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	const { operations } = file;
	if (size < 0 || !(operations instanceof RegularFile)) return -ERRNO.EINVAL;
	if (typeof writableFile(task, fd) === "number") return -ERRNO.EINVAL;
	return tooLarge(task, size) || setSize(contextOf(task), operations.inode, size, file.place);
}
function tooLarge(task: Task, size: number): number {
	if (size > MAX_OFFSET) return -ERRNO.EFBIG;
	if (size <= (task.process.limits.get(RLIMIT_FSIZE)?.soft ?? Number.POSITIVE_INFINITY)) return 0;
	task.kernel.signalProcess(task.process, SIGXFSZ);
	return -ERRNO.EFBIG;
}
const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
const FALLOC_FL_ZERO_RANGE = 16;
/** fallocate(2). Space is not reserved, since files in memory cannot run out of it in between; holes are zeros. */
export function fallocate(task: Task, fd: number, mode: number, offset: number, length: number): number {
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	if (offset < 0 || length <= 0) return -ERRNO.EINVAL;
	const { operations } = file;
	if (!(operations instanceof RegularFile)) return file.inode && typeOf(file.inode) === S_IFIFO ? -ERRNO.ESPIPE : -ERRNO.ENODEV;
	const { size } = operations.inode.attributes();
	if (mode === (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE) || (mode & ~FALLOC_FL_KEEP_SIZE) === FALLOC_FL_ZERO_RANGE) {
		const end = mode & FALLOC_FL_KEEP_SIZE ? Math.min(size, offset + length) : offset + length;
		const zeros = end > offset ? operations.inode.write(offset, new Uint8Array(end - offset)) : 0;
		return Math.min(zeros, 0);
	}
	if (mode === FALLOC_FL_KEEP_SIZE) return 0;
	if (mode !== 0) return -ERRNO.EOPNOTSUPP;
	if (offset + length <= size) return 0;
	return tooLarge(task, offset + length) || setSize(contextOf(task), operations.inode, offset + length);
}

/** ioctl(2). `memory` is what the argument points at; native programs pass numbers only. */
export function ioctl(
	task: Task,
	fd: number,
	request: number,
	argument = 0,
	memory: IoctlMemory = plainArgument(argument),
): number | Blocked {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	switch (request) {
		case FIOCLEX:
		case FIONCLEX:
			task.files.setFlag(fd, request === FIOCLEX);
			return 0;
		case FIONBIO:
		case FIOASYNC: {
			const on = readInt(memory);
			if (on === undefined) return -ERRNO.EFAULT;
			if (request === FIONBIO) file.flags = on ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
			return 0;
		}
	}
	return file.operations.ioctl(file, task, request, memory);
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
export function flock(task: Task, fd: number, operation: number): number | Blocked {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	const kind = operation & ~LOCK_NB;
	const type = kind === LOCK_SH ? F_RDLCK : kind === LOCK_EX ? F_WRLCK : kind === LOCK_UN ? F_UNLCK : -1;
	if (type < 0 || !file.inode) return -ERRNO.EINVAL;
	return lockWhole(file.inode, file, type as typeof F_RDLCK, !(operation & LOCK_NB));
}

const PIECE = 65536;
/**
 * Moves bytes from one file to another inside the kernel: sendfile(2), copy_file_range(2), splice(2). `from` and `to` are
 * offsets, or undefined for the files' own positions. Ends early where there is nothing to read or no room.
 */
export function transfer(task: Task, input: number, output: number, count: number, from?: number, to?: number): number | Blocked {
	const source = readableFile(task, input);
	if (typeof source === "number") return source;
	const target = writableFile(task, output);
	if (typeof target === "number") return target;
	if ((from !== undefined && !source.operations.seek) || (to !== undefined && !target.operations.seek)) return -ERRNO.ESPIPE;
	if (typeof source.operations.readdir === "function") return -ERRNO.EINVAL;
	// Only as much is taken as can be put: a source that cannot be put back is asked when the target has room.
	let done = 0;
	const buffer = new Uint8Array(Math.min(count, PIECE));
	while (done < count) {
		if (!source.operations.seek && !(target.operations.poll(target, task) & 4))
			return done || (target.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked(target.operations.queues(target)));
		const position = source.position;
		const piece = source.operations.seek ? buffer : buffer.subarray(0, 4096);
		const at = from === undefined ? undefined : from + done;
		const got = readFrom(task, source, piece.subarray(0, Math.min(piece.length, count - done)), at);
		if (got instanceof Blocked || got <= 0) return done || got;
		const put = writeTo(task, target, buffer.subarray(0, got), to === undefined ? undefined : to + done);
		const written = put instanceof Blocked ? (put.options.partial ?? 0) : put;
		if (written < got && from === undefined && source.operations.seek) source.position = position + Math.max(0, written);
		if (put instanceof Blocked) {
			put.options.cancel?.();
			return done + written || new Blocked(put.queues);
		}
		if (put < 0) return done || put;
		done += put;
		if (put < got) break;
	}
	return done;
}
