// Operations on open files: read, write, lseek, and what they are made of.

import { S_IFDIR, S_IFREG, typeOf } from "../../../fs/vfs/mode";
import { setSize } from "../../../fs/vfs/operations";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { Task } from "../../task";
import { Blocked, whenDone } from "../../wait";
import { setAsync } from "../async";
import type { FileDescription, IoctlMemory } from "../description";
import { O_APPEND, O_NONBLOCK } from "../flags";
import {
	FICLONE,
	FICLONERANGE,
	FIDEDUPERANGE,
	FIGETBSZ,
	FIOASYNC,
	FIOCLEX,
	FIONBIO,
	FIONCLEX,
	FIOQSIZE,
	FS_IOC_GETFLAGS,
	plainArgument,
	readInt,
	writeInt,
} from "../ioctl";
import { F_RDLCK, F_UNLCK, F_WRLCK, flock as lockWhole } from "../lock";
import { reads, writes } from "../pipe";
import { RegularFile } from "../regular";
import { contextOf, fileOf, readableFile, writableFile } from "./context";
import { beyondLimit } from "./limit";
import { readFrom, transfer, writeTo } from "./transfer";

/** One call moves at most so much (MAX_RW_COUNT). */
const MOST = 0x7ffff000;

/** read(2) into memory that the caller owns. */
export function readInto(task: Task, fd: number, into: Uint8Array): number | Blocked {
	const file = readableFile(task, fd);
	return typeof file === "number" ? file : readFrom(task, file, into);
}
export function preadInto(task: Task, fd: number, into: Uint8Array, offset: number): number | Blocked {
	const file = readableFile(task, fd);
	if (typeof file === "number") return file;
	return transfer(task, file, "read", into, { offset });
}
/** For programs that are given an array: at most `count` bytes, empty at the end of the file. */
export function read(task: Task, fd: number, count: number): Uint8Array | Errno | Blocked<Uint8Array | Errno> {
	const file = readableFile(task, fd);
	const piece = typeof file === "number" || count <= 0 ? undefined : file.operations.readPiece?.(count);
	return piece ?? intoArray(task, fd, count, (into) => readInto(task, fd, into));
}
export const pread = (task: Task, fd: number, count: number, offset: number) =>
	intoArray(task, fd, count, (into) => preadInto(task, fd, into, offset));

function intoArray(
	task: Task,
	fd: number,
	count: number,
	act: (into: Uint8Array) => number | Blocked,
): Uint8Array | Errno | Blocked<Uint8Array | Errno> {
	if (count < 0) return -ERRNO.EINVAL;
	if (count > SPARE) {
		const into = new Uint8Array(Math.min(count, likelySize(task, fd)));
		return whenDone(act(into), (got) => (got < 0 ? got : got === into.length ? into : into.slice(0, got)));
	}
	const into = spare ?? new Uint8Array(SPARE);
	spare = undefined;
	const result = act(into.subarray(0, count));
	// a call that remembers where it was fills this room later; one that is made again from the beginning gets room then
	if (!(result instanceof Blocked) || !result.options.resume) spare = into;
	return whenDone(result, (got) => (got < 0 ? got : into.slice(0, got)));
}
/** Room that is used again and again: programs ask for much and are given little, and most reads wait first. */
const SPARE = 1 << 18;
let spare: Uint8Array | undefined;
/** No more room than a read is likely to fill. */
function likelySize(task: Task, fd: number): number {
	const file = task.files.get(fd);
	if (!(file?.operations instanceof RegularFile)) return SPARE;
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
	return transfer(task, file, "write", bytes, { offset });
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
	return beyondLimit(task, size) || setSize(contextOf(task), operations.inode, size, file.place);
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
			else return setAsync(task, fd, file, on !== 0);
			return 0;
		}
	}
	if (request === FICLONE) return clone(task, argument | 0, file);
	if (request === FICLONERANGE) {
		const range = memory.read(32);
		return range ? clone(task, new DataView(range.buffer, range.byteOffset).getInt32(0, true), file) : -ERRNO.EFAULT;
	}
	return ofInode(file, request, memory) ?? file.operations.ioctl(file, task, request, memory);
}
/** FICLONE and FICLONERANGE: no file system here shares blocks, but what is wrong is said first (vfs_clone_file_range). */
function clone(task: Task, from: number, to: FileDescription): Errno {
	const source = fileOf(task, from);
	if (typeof source === "number") return source;
	const [out, into] = [source.inode, to.inode];
	if (out && into && out.fs !== into.fs) return -ERRNO.EXDEV;
	const types = [out, into].map((inode) => (inode ? typeOf(inode) : 0));
	if (types.includes(S_IFDIR)) return -ERRNO.EISDIR;
	if (types.some((type) => type !== S_IFREG)) return -ERRNO.EINVAL;
	if (!reads(source.flags) || !writes(to.flags) || to.flags & O_APPEND) return -ERRNO.EBADF;
	return -ERRNO.EOPNOTSUPP;
}
/** What files on file systems answer, whatever is behind them (do_vfs_ioctl). */
function ofInode({ inode }: FileDescription, request: number, memory: IoctlMemory): number | undefined {
	const type = inode ? typeOf(inode) : 0;
	if (!inode || (type !== S_IFREG && type !== S_IFDIR)) return undefined;
	switch (request) {
		case FIGETBSZ:
			return writeInt(memory, 4096);
		case FIOQSIZE: {
			const bytes = new Uint8Array(8);
			new DataView(bytes.buffer).setBigInt64(0, BigInt(inode.attributes().size), true);
			return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
		}
		case FIDEDUPERANGE:
			return -ERRNO.EOPNOTSUPP;
		case FS_IOC_GETFLAGS:
			// None of chattr(1)'s flags is ever set.
			return inode.direct || type === S_IFDIR ? writeInt(memory, 0) : undefined;
	}
	return undefined;
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
