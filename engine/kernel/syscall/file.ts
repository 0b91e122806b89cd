// System calls on open files and descriptors: read, write, lseek, dup, fcntl, ioctl, pipe and their families.

import { ERRNO } from "../../lib/errno";
import type { IoctlMemory } from "../file/description";
import { F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW } from "../file/flags";
import { createMemfd } from "../file/memfd";
import { fileOf, install, readableFile, writableFile } from "../file/ops/context";
import { close, closeRange, dup, dup2, dup3, fcntl, pipe2 } from "../file/ops/descriptor";
import { fallocate, flock, ftruncate, ioctl, lseek, preadInto, pwrite, readInto, transfer, write } from "../file/ops/io";
import { FLOCK_SIZE, fcntlLock } from "../file/ops/record";
import { fsync, sync, syncfs } from "../file/ops/sync";
import type { Task } from "../task";
import { type Blocked, whenDone } from "../wait";
import { cString, EFAULT, EINVAL, gather, int, offsetAt, put, row, scatter, totalLength, uint, vectors } from "./decode";
import type { GuestMemory, GuestTask, SyscallRow } from "./row";

/** Fills guest memory from a file; the descriptor is looked at before the memory. */
function fill(task: GuestTask, fd: number, address: number, count: number, act: (into: Uint8Array) => number | Blocked) {
	const file = readableFile(task, fd);
	if (typeof file === "number") return file;
	const into = task.memory.writable(address, Math.min(count, 0x7ffff000));
	return into ? act(into) : EFAULT;
}
function drain(task: GuestTask, fd: number, address: number, count: number, act: (from: Uint8Array) => number | Blocked) {
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	const from = task.memory.readable(address, Math.min(count, 0x7ffff000));
	return from ? act(from) : EFAULT;
}
function fillVector(task: GuestTask, fd: number, address: number, count: number, act: (into: Uint8Array) => number | Blocked) {
	const file = readableFile(task, fd);
	if (typeof file === "number") return file;
	const spans = vectors(task.memory, address, count);
	if (typeof spans === "number") return spans;
	const into = new Uint8Array(Math.min(totalLength(spans), 0x7ffff000));
	return whenDone(act(into), (got) => (got < 0 ? got : scatter(task.memory, spans, into.subarray(0, got)) || got));
}
function drainVector(task: GuestTask, fd: number, address: number, count: number, act: (from: Uint8Array) => number | Blocked) {
	const file = writableFile(task, fd);
	if (typeof file === "number") return file;
	const spans = vectors(task.memory, address, count);
	if (typeof spans === "number") return spans;
	const from = gather(task.memory, spans);
	return typeof from === "number" ? from : act(from);
}

/** An ioctl's argument in guest memory. */
export const guestArgument = (memory: GuestMemory, argument: number): IoctlMemory => ({
	argument,
	read: (length) => memory.readable(argument, length)?.slice(),
	write: (bytes) => put(memory, argument, bytes) === 0,
	at: (address) => guestArgument(memory, address),
});

function pipeTo(task: GuestTask, address: number, flags: number): number {
	const fds = pipe2(task, flags);
	if (typeof fds === "number") return fds;
	const done = put(task.memory, address, new Uint8Array(new Int32Array(fds).buffer));
	if (done !== 0) for (const fd of fds) task.files.close(fd);
	return done;
}

const LOCK_COMMANDS = new Set([F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW]);
function fcntlGuest(task: GuestTask, fd: number, command: number, argument: number): number | Blocked {
	if (!LOCK_COMMANDS.has(command)) return fcntl(task, fd, command, int(argument));
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	const lock = task.memory.writable(argument, FLOCK_SIZE);
	return lock ? fcntlLock(task, fd, command, lock) : EFAULT;
}

/** sendfile(2), copy_file_range(2), splice(2): offsets behind pointers move on by what was done. */
function move(task: GuestTask, input: number, inAt: number, output: number, outAt: number, count: number) {
	const { memory } = task;
	const [from, to] = [offsetAt(memory, inAt), offsetAt(memory, outAt)];
	if (from === "fault" || to === "fault") return EFAULT;
	if ((from ?? 0) < 0 || (to ?? 0) < 0) return EINVAL;
	return whenDone(transfer(task, input, output, Math.min(count, 0x7ffff000), from, to), (done) => {
		if (done > 0 && from !== undefined && !memory.setU64(inAt, BigInt(from + done))) return EFAULT;
		if (done > 0 && to !== undefined && !memory.setU64(outAt, BigInt(to + done))) return EFAULT;
		return done;
	});
}
const isStream = (task: Task, fd: number): boolean =>
	task.files.get(fd)?.operations.seek === undefined && task.files.get(fd) !== undefined;
const isPipe = (task: Task, fd: number): boolean => task.files.get(fd)?.operations.label.startsWith("pipe:") === true;

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;

export const fileRows: SyscallRow[] = [
	row(0, "read", ["fd", "outBuffer", "size"], (task, [fd, buffer, count]) =>
		fill(task, int(fd), buffer, count, (into) => readInto(task, int(fd), into)),
	),
	row(1, "write", ["fd", "buffer", "size"], (task, [fd, buffer, count]) =>
		drain(task, int(fd), buffer, count, (from) => write(task, int(fd), from)),
	),
	row(3, "close", ["fd"], (task, [fd]) => close(task, int(fd))),
	row(8, "lseek", ["fd", "offset", "whence"], (task, [fd, offset, whence]) => lseek(task, int(fd), offset, int(whence))),
	row(16, "ioctl", ["fd", "ioctlRequest", "ioctlArgument"], (task, [fd, request, argument]) =>
		ioctl(task, int(fd), uint(request), argument, guestArgument(task.memory, argument)),
	),
	row(17, "pread64", ["fd", "outBuffer", "size", "offset"], (task, [fd, buffer, count, offset]) =>
		fill(task, int(fd), buffer, count, (into) => preadInto(task, int(fd), into, offset)),
	),
	row(18, "pwrite64", ["fd", "buffer", "size", "offset"], (task, [fd, buffer, count, offset]) =>
		drain(task, int(fd), buffer, count, (from) => pwrite(task, int(fd), from, offset)),
	),
	row(19, "readv", ["fd", "outVectors", "int"], (task, [fd, iov, count]) =>
		fillVector(task, int(fd), iov, int(count), (into) => readInto(task, int(fd), into)),
	),
	row(20, "writev", ["fd", "vectors", "int"], (task, [fd, iov, count]) =>
		drainVector(task, int(fd), iov, int(count), (from) => write(task, int(fd), from)),
	),
	row(22, "pipe", ["descriptorPair"], (task, [address]) => pipeTo(task, address, 0)),
	row(32, "dup", ["fd"], (task, [fd]) => dup(task, int(fd))),
	row(33, "dup2", ["fd", "fd"], (task, [fd, to]) => dup2(task, int(fd), int(to))),
	// from what cannot be sought (a pipe, a terminal) the kernel refuses: an end of file in between would be lost
	row(40, "sendfile", ["fd", "fd", "address", "size"], (task, [output, input, offset, count]) =>
		isStream(task, int(input)) ? EINVAL : move(task, int(input), offset, int(output), 0, count),
	),
	row(72, "fcntl", ["fd", "fcntlCommand", "fcntlArgument"], (task, [fd, command, argument]) =>
		fcntlGuest(task, int(fd), int(command), argument),
	),
	row(73, "flock", ["fd", "lockOperation"], (task, [fd, operation]) => flock(task, int(fd), int(operation))),
	row(74, "fsync", ["fd"], (task, [fd]) => fsync(task, int(fd))),
	row(75, "fdatasync", ["fd"], (task, [fd]) => fsync(task, int(fd))),
	row(77, "ftruncate", ["fd", "offset"], (task, [fd, size]) => ftruncate(task, int(fd), size)),
	row(162, "sync", [], (task) => sync(task)),
	row(187, "readahead", ["fd", "offset", "size"], (task, [fd]) => Math.min(0, fdOr0(task, int(fd)))),
	row(221, "fadvise64", ["fd", "offset", "size", "fileAdvice"], (task, [fd]) => Math.min(0, fdOr0(task, int(fd)))),
	row(275, "splice", ["fd", "address", "fd", "address", "size", "spliceFlags"], (task, [input, inAt, output, outAt, count]) =>
		isPipe(task, int(input)) || isPipe(task, int(output))
			? move(task, int(input), inAt, int(output), outAt, count)
			: Math.min(EINVAL, fdOr0(task, int(input))),
	),
	row(285, "fallocate", ["fd", "allocateMode", "offset", "offset"], (task, [fd, mode, offset, length]) =>
		fallocate(task, int(fd), int(mode), offset, length),
	),
	row(292, "dup3", ["fd", "fd", "descriptorFlags"], (task, [fd, to, flags]) => dup3(task, int(fd), int(to), int(flags))),
	row(293, "pipe2", ["descriptorPair", "descriptorFlags"], (task, [address, flags]) => pipeTo(task, address, int(flags))),
	row(295, "preadv", ["fd", "outVectors", "int", "offset"], (task, [fd, iov, count, offset]) =>
		fillVector(task, int(fd), iov, int(count), (into) => preadInto(task, int(fd), into, offset)),
	),
	row(296, "pwritev", ["fd", "vectors", "int", "offset"], (task, [fd, iov, count, offset]) =>
		drainVector(task, int(fd), iov, int(count), (from) => pwrite(task, int(fd), from, offset)),
	),
	row(306, "syncfs", ["fd"], (task, [fd]) => syncfs(task, int(fd))),
	row(319, "memfd_create", ["string", "memfdFlags"], (task, [name, flags]) => {
		if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING)) return EINVAL;
		const label = cString(task.memory, name, 250);
		if (typeof label === "number") return label;
		const file = createMemfd(task, label);
		return typeof file === "number" ? file : install(task, file, (flags & MFD_CLOEXEC) !== 0);
	}),
	row(
		326,
		"copy_file_range",
		["fd", "address", "fd", "address", "size", "flags"],
		(task, [input, inAt, output, outAt, count, flags]) =>
			flags !== 0
				? EINVAL
				: isPipe(task, int(input)) || isPipe(task, int(output))
					? EINVAL
					: move(task, int(input), inAt, int(output), outAt, count),
	),
	row(327, "preadv2", ["fd", "outVectors", "int", "offset", "offset", "flags"], (task, [fd, iov, count, offset, , flags]) =>
		flags !== 0
			? -ERRNO.EOPNOTSUPP
			: fillVector(task, int(fd), iov, int(count), (into) =>
					offset === -1 ? readInto(task, int(fd), into) : preadInto(task, int(fd), into, offset),
				),
	),
	row(328, "pwritev2", ["fd", "vectors", "int", "offset", "offset", "flags"], (task, [fd, iov, count, offset, , flags]) =>
		flags !== 0
			? -ERRNO.EOPNOTSUPP
			: drainVector(task, int(fd), iov, int(count), (from) =>
					offset === -1 ? write(task, int(fd), from) : pwrite(task, int(fd), from, offset),
				),
	),
	row(436, "close_range", ["fd", "fd", "closeFlags"], (task, [first, last, flags]) =>
		closeRange(task, uint(first), uint(last), int(flags)),
	),
];

/** 0 for a descriptor that is open, else EBADF. */
function fdOr0(task: Task, fd: number): number {
	const file = fileOf(task, fd);
	return typeof file === "number" ? file : 0;
}
