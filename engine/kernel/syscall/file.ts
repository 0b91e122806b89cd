// System calls on open files and descriptors: lseek, dup, fcntl, ioctl, pipe and their families.

import { ownerOf, setOwner } from "../file/async";
import type { IoctlMemory } from "../file/description";
import { F_GETLK, F_GETOWN_EX, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW, F_SETOWN_EX } from "../file/flags";
import { createMemfd, F_SEAL } from "../file/memfd";
import { cachedPages, fadvise, readahead, syncRange } from "../file/ops/advice";
import { fallocate } from "../file/ops/allocate";
import { fileOf, install } from "../file/ops/context";
import { close, closeRange, dup, dup2, dup3, pipe2 } from "../file/ops/descriptor";
import { fcntl } from "../file/ops/fcntl";
import { flock, ftruncate, ioctl, lseek } from "../file/ops/io";
import { FLOCK_SIZE, fcntlLock } from "../file/ops/record";
import { fsync, sync, syncfs } from "../file/ops/sync";
import type { Blocked } from "../wait";
import { cString, EFAULT, EINVAL, int, put, row, uint, viewOf } from "./decode";
import type { GuestMemory, GuestTask, SyscallRow } from "./row";

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

/** struct cachestat: everything is in memory, and nothing of it is dirty, being written or evicted. */
function cachestat(task: GuestTask, fd: number, rangeAt: number, into: number, flags: number): number {
	const range = task.memory.readable(rangeAt, 16);
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (!range) return EFAULT;
	const [offset, length] = [0, 8].map((at) => Number(viewOf(range).getBigUint64(at, true))) as [number, number];
	if (flags !== 0) return EINVAL;
	const pages = cachedPages(file, offset, length);
	if (pages < 0) return pages;
	const bytes = new Uint8Array(40);
	viewOf(bytes).setBigUint64(0, BigInt(pages), true);
	return put(task.memory, into, bytes);
}

/** struct f_owner_ex: type and number. */
function ownerEx(task: GuestTask, fd: number, command: number, address: number): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (command === F_SETOWN_EX) {
		const bytes = task.memory.readable(address, 8);
		return bytes ? setOwner(task, file, viewOf(bytes).getInt32(0, true), viewOf(bytes).getInt32(4, true)) : EFAULT;
	}
	const owner = ownerOf(file);
	const id = owner ? task.kernel.groupIn(owner.id, task.namespaces.pid) : 0;
	return put(task.memory, address, new Uint8Array(Int32Array.of(owner?.type ?? 0, id).buffer));
}

const LOCK_COMMANDS = new Set([F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW]);
function fcntlGuest(task: GuestTask, fd: number, command: number, argument: number): number | Blocked {
	if (command === F_SETOWN_EX || command === F_GETOWN_EX) return ownerEx(task, fd, command, argument);
	if (!LOCK_COMMANDS.has(command)) return fcntl(task, fd, command, int(argument));
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	// Only those that ask are answered in place.
	const asks = command === F_GETLK || command === F_OFD_GETLK;
	const lock = asks ? task.memory.writable(argument, FLOCK_SIZE) : task.memory.readable(argument, FLOCK_SIZE);
	return lock ? fcntlLock(task, fd, command, lock) : EFAULT;
}

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;
const MFD_EXEC = 16;
const MEMFD_NAME_MAX = 249;
function memfd(task: GuestTask, nameAt: number, flags: number): number {
	// Huge pages are not there, so MFD_HUGETLB is as unknown as any other flag.
	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC)) return EINVAL;
	if (flags & MFD_EXEC && flags & MFD_NOEXEC_SEAL) return EINVAL;
	const name = cString(task.memory, nameAt, MEMFD_NAME_MAX + 1);
	if (typeof name === "number") return name;
	if (name.length > MEMFD_NAME_MAX) return EINVAL;
	const noexec = (flags & MFD_NOEXEC_SEAL) !== 0;
	const seals = noexec ? F_SEAL.EXEC : flags & MFD_ALLOW_SEALING ? 0 : F_SEAL.SEAL;
	const file = createMemfd(task, name, seals, noexec ? 0o666 : 0o777);
	return typeof file === "number" ? file : install(task, file, (flags & MFD_CLOEXEC) !== 0);
}

export const fileRows: SyscallRow[] = [
	row(3, "close", ["fd"], (task, [fd]) => close(task, int(fd))),
	row(8, "lseek", ["fd", "offset", "whence"], (task, [fd, offset, whence]) => lseek(task, int(fd), offset, int(whence))),
	row(16, "ioctl", ["fd", "ioctlRequest", "ioctlArgument"], (task, [fd, request, argument]) =>
		ioctl(task, int(fd), uint(request), argument, guestArgument(task.memory, argument)),
	),
	row(22, "pipe", ["descriptorPair"], (task, [address]) => pipeTo(task, address, 0)),
	row(32, "dup", ["fd"], (task, [fd]) => dup(task, int(fd))),
	row(33, "dup2", ["fd", "fd"], (task, [fd, to]) => dup2(task, int(fd), int(to))),
	row(72, "fcntl", ["fd", "fcntlCommand", "fcntlArgument"], (task, [fd, command, argument]) =>
		fcntlGuest(task, int(fd), int(command), argument),
	),
	row(73, "flock", ["fd", "lockOperation"], (task, [fd, operation]) => flock(task, int(fd), int(operation))),
	row(74, "fsync", ["fd"], (task, [fd]) => fsync(task, int(fd))),
	row(75, "fdatasync", ["fd"], (task, [fd]) => fsync(task, int(fd))),
	row(77, "ftruncate", ["fd", "offset"], (task, [fd, size]) => ftruncate(task, int(fd), size)),
	row(162, "sync", [], (task) => sync(task)),
	row(187, "readahead", ["fd", "offset", "size"], (task, [fd]) => readahead(task, int(fd))),
	row(221, "fadvise64", ["fd", "offset", "size", "fileAdvice"], (task, [fd, , length, advice]) =>
		fadvise(task, int(fd), length, int(advice)),
	),
	row(277, "sync_file_range", ["fd", "offset", "offset", "flags"], (task, [fd, offset, length, flags]) =>
		syncRange(task, int(fd), offset, length, int(flags)),
	),
	row(451, "cachestat", ["fd", "address", "address", "flags"], (task, [fd, range, into, flags]) =>
		cachestat(task, int(fd), range, into, int(flags)),
	),
	row(285, "fallocate", ["fd", "allocateMode", "offset", "offset"], (task, [fd, mode, offset, length]) =>
		fallocate(task, int(fd), int(mode), offset, length),
	),
	row(292, "dup3", ["fd", "fd", "descriptorFlags"], (task, [fd, to, flags]) => dup3(task, int(fd), int(to), int(flags))),
	row(293, "pipe2", ["descriptorPair", "descriptorFlags"], (task, [address, flags]) => pipeTo(task, address, int(flags))),
	row(306, "syncfs", ["fd"], (task, [fd]) => syncfs(task, int(fd))),
	row(319, "memfd_create", ["string", "memfdFlags"], (task, [name, flags]) => memfd(task, name, int(flags))),
	row(436, "close_range", ["fd", "fd", "closeFlags"], (task, [first, last, flags]) =>
		closeRange(task, uint(first), uint(last), int(flags)),
	),
];
