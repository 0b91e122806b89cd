// System calls that read and write: read, write, with vectors, at positions, with flags.

import { ERRNO, type Errno } from "../../lib/errno";
import type { FileDescription } from "../file/description";
import { fileOf, readableFile, writableFile } from "../file/ops/context";
import { type Manner, RWF_KNOWN, transfer } from "../file/ops/transfer";
import { RegularFile } from "../file/regular";
import { type Blocked, whenDone } from "../wait";
import { EFAULT, gather, int, reachable, row, scatter, spansWithin, vectors } from "./decode";
import type { GuestTask, SyscallRow } from "./row";

/** One call moves at most so much (MAX_RW_COUNT). */
const MOST = 0x7ffff000;

/** A position needs a file that has some: that is asked before whether it may be read or written. EINVAL, EBADF, ESPIPE. */
function positioned(task: GuestTask, fd: number, { offset }: Manner): Errno | 0 {
	if (offset === undefined) return 0;
	if (offset < 0) return -ERRNO.EINVAL;
	const file = fileOf(task, fd);
	return typeof file === "number" ? file : file.operations.seek ? 0 : -ERRNO.ESPIPE;
}

/** Fills guest memory from a file, as far as it is mapped; the descriptor is looked at before the memory. */
function fill(task: GuestTask, fd: number, address: number, count: number, at: Manner = {}): number | Blocked {
	const file = positioned(task, fd, at) || readableFile(task, fd);
	if (typeof file === "number") return file;
	const into = reachable((from, length) => task.memory.writable(from, length), address, Math.min(count, MOST));
	return into ? transfer(task, file, "read", into, at) : nothing(file, at);
}
function drain(task: GuestTask, fd: number, address: number, count: number, at: Manner = {}): number | Blocked {
	const file = positioned(task, fd, at) || writableFile(task, fd);
	if (typeof file === "number") return file;
	const from = reachable((start, length) => task.memory.readable(start, length), address, Math.min(count, MOST));
	return from ? transfer(task, file, "write", from, at) : EFAULT;
}
function fillVector(task: GuestTask, fd: number, address: number, count: number, at: Manner = {}): number | Blocked {
	const file = positioned(task, fd, at) || readableFile(task, fd);
	if (typeof file === "number") return file;
	const { memory } = task;
	const wanted = vectors(memory, address, count);
	if (typeof wanted === "number") return wanted;
	const spans = spansWithin(wanted, MOST, (from, length) => memory.writable(from, length));
	if (typeof spans === "number") return nothing(file, at);
	const into = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
	return whenDone(transfer(task, file, "read", into, at), (got) =>
		got < 0 ? got : scatter(memory, spans, into.subarray(0, got)) || got,
	);
}
function drainVector(task: GuestTask, fd: number, address: number, count: number, at: Manner = {}): number | Blocked {
	const file = positioned(task, fd, at) || writableFile(task, fd);
	if (typeof file === "number") return file;
	const { memory } = task;
	const wanted = vectors(memory, address, count);
	if (typeof wanted === "number") return wanted;
	const spans = spansWithin(wanted, MOST, (from, length) => memory.readable(from, length));
	if (typeof spans === "number") return spans;
	const from = gather(memory, spans);
	return typeof from === "number" ? from : transfer(task, file, "write", from, at);
}

/** There is no room for even one byte: no matter at the end of a file, where nothing is read. */
function nothing(file: FileDescription, { offset = file.position }: Manner): number {
	const { operations } = file;
	return operations instanceof RegularFile && offset >= operations.inode.attributes().size ? 0 : EFAULT;
}

/** preadv2 and pwritev2: an offset of -1 means the position, and flags change this one call. Bad descriptors are complained about first. */
function withFlags(
	act: typeof fillVector,
	task: GuestTask,
	fd: number,
	iov: number,
	count: number,
	offset: number,
	flags: number,
) {
	if (!(flags & ~RWF_KNOWN)) return act(task, fd, iov, count, offset === -1 ? { flags } : { offset, flags });
	const checked = act(task, fd, iov, 0);
	return typeof checked === "number" && checked < 0 ? checked : -ERRNO.EOPNOTSUPP;
}

export const ioRows: SyscallRow[] = [
	row(0, "read", ["fd", "outBuffer", "size"], (task, [fd, buffer, count]) => fill(task, int(fd), buffer, count)),
	row(1, "write", ["fd", "buffer", "size"], (task, [fd, buffer, count]) => drain(task, int(fd), buffer, count)),
	row(17, "pread64", ["fd", "outBuffer", "size", "offset"], (task, [fd, buffer, count, offset]) =>
		fill(task, int(fd), buffer, count, { offset }),
	),
	row(18, "pwrite64", ["fd", "buffer", "size", "offset"], (task, [fd, buffer, count, offset]) =>
		drain(task, int(fd), buffer, count, { offset }),
	),
	row(19, "readv", ["fd", "outVectors", "int"], (task, [fd, iov, count]) => fillVector(task, int(fd), iov, int(count))),
	row(20, "writev", ["fd", "vectors", "int"], (task, [fd, iov, count]) => drainVector(task, int(fd), iov, int(count))),
	row(295, "preadv", ["fd", "outVectors", "int", "offset"], (task, [fd, iov, count, offset]) =>
		fillVector(task, int(fd), iov, int(count), { offset }),
	),
	row(296, "pwritev", ["fd", "vectors", "int", "offset"], (task, [fd, iov, count, offset]) =>
		drainVector(task, int(fd), iov, int(count), { offset }),
	),
	row(327, "preadv2", ["fd", "outVectors", "int", "offset", "offset", "flags"], (task, [fd, iov, count, offset, , flags]) =>
		withFlags(fillVector, task, int(fd), iov, int(count), offset, int(flags)),
	),
	row(328, "pwritev2", ["fd", "vectors", "int", "offset", "offset", "flags"], (task, [fd, iov, count, offset, , flags]) =>
		withFlags(drainVector, task, int(fd), iov, int(count), offset, int(flags)),
	),
];
