// System calls on paths: open, mkdir, rename, unlink, chmod, mount and their families, and where a process is.

import { IN, notify } from "../../fs/vfs/notify";
import type { Time } from "../../fs/vfs/operations";
import { bytesFromName } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Dirent } from "../file/directory";
import { AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW, O_CREAT, O_TRUNC, O_WRONLY } from "../file/flags";
import { fileOf } from "../file/ops/context";
import { mount, pivotRoot, umount2 } from "../file/ops/mount";
import * as paths from "../file/ops/path";
import { cString, EFAULT, EINVAL, int, put, row, uint, viewOf, withPath, withPaths } from "./decode";
import type { GuestTask, SyscallRow } from "./row";
import { statRows } from "./stat";
import { xattrRows } from "./xattr";

// ---- getdents

type Encode = (entry: Dirent, next: number) => Uint8Array;
/** struct linux_dirent64. */
const dirent64: Encode = ({ name, ino, type }, next) => {
	const text = bytesFromName(name);
	const bytes = new Uint8Array((19 + text.length + 1 + 7) & ~7);
	const view = viewOf(bytes);
	view.setBigUint64(0, BigInt(ino), true);
	view.setBigInt64(8, BigInt(next), true);
	view.setUint16(16, bytes.length, true);
	view.setUint8(18, type);
	bytes.set(text, 19);
	return bytes;
};
/** struct linux_dirent: the type is the last byte. */
const dirent: Encode = ({ name, ino, type }, next) => {
	const text = bytesFromName(name);
	const bytes = new Uint8Array((18 + text.length + 2 + 7) & ~7);
	const view = viewOf(bytes);
	view.setBigUint64(0, BigInt(ino), true);
	view.setBigInt64(8, BigInt(next), true);
	view.setUint16(16, bytes.length, true);
	bytes.set(text, 18);
	bytes[bytes.length - 1] = type;
	return bytes;
};
function getdents(task: GuestTask, fd: number, address: number, size: number, encode: Encode): number {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (!file.operations.readdir) return -ERRNO.ENOTDIR;
	if (file.place?.dentry.deleted) return -ERRNO.ENOENT;
	const entries = file.operations.readdir(file);
	if (typeof entries === "number") return entries;
	if (file.place) notify(file.place.dentry, IN.ACCESS);
	let done = 0;
	for (let at = file.position; at < entries.length; at++) {
		const bytes = encode(entries[at]!, at + 1);
		if (done + bytes.length > size) return done || EINVAL;
		if (put(task.memory, address + done, bytes) !== 0) return done || EFAULT;
		done += bytes.length;
		file.position = at + 1;
	}
	return done;
}

// ---- times

const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;
type Times = readonly [Time, Time];
const NOW: Times = ["now", "now"];
/** Two structures of seconds and nanoseconds (utimensat) or microseconds (utimes). */
function readTimes(task: GuestTask, address: number, unit: "nanoseconds" | "microseconds"): Times | Errno {
	if (address === 0) return NOW;
	const bytes = task.memory.readable(address, 32);
	if (!bytes) return EFAULT;
	const view = viewOf(bytes);
	const read = (at: number): Time | Errno => {
		const [seconds, fraction] = [view.getBigInt64(at, true), view.getBigInt64(at + 8, true)];
		if (unit === "nanoseconds" && fraction === UTIME_NOW) return "now";
		if (unit === "nanoseconds" && fraction === UTIME_OMIT) return "omit";
		const scale = unit === "nanoseconds" ? 1n : 1000n;
		if (fraction < 0n || fraction * scale >= 1_000_000_000n) return EINVAL;
		return seconds * 1_000_000_000n + fraction * scale;
	};
	const [atime, mtime] = [read(0), read(16)];
	return typeof atime === "number" || typeof mtime === "number" ? EINVAL : [atime, mtime];
}
function setTimes(task: GuestTask, dirfd: number, path: number, times: Times | Errno, flags: number): number {
	if (typeof times === "number") return times;
	// Without a path the descriptor's own file is meant (futimens).
	if (path === 0 && dirfd !== AT_FDCWD) {
		if (flags !== 0) return EINVAL;
		return onFile(task, dirfd, () => paths.utimensat(task, dirfd, "", ...times, AT_EMPTY_PATH));
	}
	// Nothing is to be done, not even to look for the file.
	if (times[0] === "omit" && times[1] === "omit") return 0;
	return withPath(task, path, (name) => paths.utimensat(task, dirfd, name, ...times, flags));
}
function utime(task: GuestTask, path: number, address: number): number {
	if (address === 0) return setTimes(task, AT_FDCWD, path, NOW, 0);
	const bytes = task.memory.readable(address, 16);
	if (!bytes) return EFAULT;
	const view = viewOf(bytes);
	const at = (offset: number): bigint => view.getBigInt64(offset, true) * 1_000_000_000n;
	return setTimes(task, AT_FDCWD, path, [at(0), at(8)], 0);
}

// ---- texts that go back to the guest

function readlinkTo(task: GuestTask, dirfd: number, path: number, address: number, size: number): number {
	if (size <= 0) return EINVAL;
	const target = withPath<string | Errno>(task, path, (name) => paths.readlink(task, name, dirfd));
	if (typeof target === "number") return target;
	const bytes = bytesFromName(target).subarray(0, size);
	return put(task.memory, address, bytes) || bytes.length;
}
function getcwd(task: GuestTask, address: number, size: number): number {
	const path = paths.getcwd(task);
	if (typeof path === "number") return path;
	const bytes = bytesFromName(`${path}\0`);
	// A size is unsigned: -1 is all the room there is.
	return size >= 0 && bytes.length > size ? -ERRNO.ERANGE : put(task.memory, address, bytes) || bytes.length;
}

// ---- mount

const PAGE = 4096;
function mountGuest(task: GuestTask, source: number, target: number, type: number, flags: number, data: number): number {
	const text = (address: number, limit: number): string | Errno => (address === 0 ? "" : cString(task.memory, address, limit));
	const [kind, options, from] = [text(type, PAGE), text(data, PAGE), text(source, PAGE)];
	if (typeof kind === "number" || typeof options === "number" || typeof from === "number") return EFAULT;
	return withPath(task, target, (path) => mount(task, from, path, kind, flags, options));
}

const at = AT_FDCWD;
const pathRows: SyscallRow[] = [
	row(2, "open", ["path", "openFlags", "openMode"], (task, [path, flags, mode]) =>
		withPath(task, path, (name) => paths.open(task, name, int(flags), mode)),
	),
	row(257, "openat", ["dirfd", "path", "openFlags", "openMode"], (task, [dirfd, path, flags, mode]) =>
		withPath(task, path, (name) => paths.openat(task, int(dirfd), name, int(flags), mode)),
	),
	row(85, "creat", ["path", "mode"], (task, [path, mode]) =>
		withPath(task, path, (name) => paths.open(task, name, O_CREAT | O_WRONLY | O_TRUNC, mode)),
	),
	row(78, "getdents", ["fd", "address", "size"], (task, [fd, into, size]) => getdents(task, int(fd), into, uint(size), dirent)),
	row(217, "getdents64", ["fd", "directoryEntries", "size"], (task, [fd, into, size]) =>
		getdents(task, int(fd), into, uint(size), dirent64),
	),
	row(79, "getcwd", ["outString", "size"], (task, [into, size]) => getcwd(task, into, size)),
	row(80, "chdir", ["path"], (task, [path]) => withPath(task, path, (name) => paths.chdir(task, name))),
	row(81, "fchdir", ["fd"], (task, [fd]) => paths.fchdir(task, int(fd))),
	row(161, "chroot", ["path"], (task, [path]) => withPath(task, path, (name) => paths.chroot(task, name))),
	row(95, "umask", ["mode"], (task, [mask]) => paths.umask(task, int(mask))),

	row(82, "rename", ["path", "path"], (task, [from, to]) => withPaths(task, from, to, (a, b) => paths.rename(task, a, b))),
	row(264, "renameat", ["dirfd", "path", "dirfd", "path"], (task, [fromFd, from, toFd, to]) =>
		withPaths(task, from, to, (a, b) => paths.renameat2(task, int(fromFd), a, int(toFd), b, 0)),
	),
	row(316, "renameat2", ["dirfd", "path", "dirfd", "path", "renameFlags"], (task, [fromFd, from, toFd, to, flags]) =>
		withPaths(task, from, to, (a, b) => paths.renameat2(task, int(fromFd), a, int(toFd), b, int(flags))),
	),
	row(83, "mkdir", ["path", "mode"], (task, [path, mode]) => withPath(task, path, (name) => paths.mkdir(task, name, mode))),
	row(258, "mkdirat", ["dirfd", "path", "mode"], (task, [dirfd, path, mode]) =>
		withPath(task, path, (name) => paths.mkdir(task, name, mode, int(dirfd))),
	),
	row(84, "rmdir", ["path"], (task, [path]) => withPath(task, path, (name) => paths.rmdir(task, name))),
	row(86, "link", ["path", "path"], (task, [from, to]) => withPaths(task, from, to, (a, b) => paths.link(task, a, b))),
	row(265, "linkat", ["dirfd", "path", "dirfd", "path", "atFlags"], (task, [fromFd, from, toFd, to, flags]) =>
		withPaths(task, from, to, (a, b) => paths.linkat(task, int(fromFd), a, int(toFd), b, int(flags))),
	),
	row(87, "unlink", ["path"], (task, [path]) => withPath(task, path, (name) => paths.unlink(task, name))),
	row(263, "unlinkat", ["dirfd", "path", "atFlags"], (task, [dirfd, path, flags]) => {
		if (int(flags) & ~AT_REMOVEDIR) return EINVAL;
		const remove = flags & AT_REMOVEDIR ? paths.rmdir : paths.unlink;
		return withPath(task, path, (name) => remove(task, name, int(dirfd)));
	}),
	row(88, "symlink", ["string", "path"], (task, [target, path]) =>
		withPaths(task, target, path, (a, b) => paths.symlink(task, a, b)),
	),
	row(266, "symlinkat", ["string", "dirfd", "path"], (task, [target, dirfd, path]) =>
		withPaths(task, target, path, (a, b) => paths.symlink(task, a, b, int(dirfd))),
	),
	row(89, "readlink", ["path", "outPath", "size"], (task, [path, into, size]) => readlinkTo(task, at, path, into, size)),
	row(267, "readlinkat", ["dirfd", "path", "outPath", "size"], (task, [dirfd, path, into, size]) =>
		readlinkTo(task, int(dirfd), path, into, int(size)),
	),
	row(133, "mknod", ["path", "fileMode", "makeDevice"], (task, [path, mode, device]) =>
		withPath(task, path, (name) => paths.mknod(task, name, mode, uint(device))),
	),
	row(259, "mknodat", ["dirfd", "path", "fileMode", "makeDevice"], (task, [dirfd, path, mode, device]) =>
		withPath(task, path, (name) => paths.mknod(task, name, mode, uint(device), int(dirfd))),
	),

	row(90, "chmod", ["path", "mode"], (task, [path, mode]) => withPath(task, path, (name) => paths.chmod(task, name, mode))),
	row(91, "fchmod", ["fd", "mode"], (task, [fd, mode]) =>
		onFile(task, fd, () => paths.fchmodat(task, int(fd), "", mode, AT_EMPTY_PATH)),
	),
	row(268, "fchmodat", ["dirfd", "path", "mode"], (task, [dirfd, path, mode]) =>
		withPath(task, path, (name) => paths.fchmodat(task, int(dirfd), name, mode, 0)),
	),
	row(452, "fchmodat2", ["dirfd", "path", "mode", "flags"], (task, [dirfd, path, mode, flags]) =>
		int(flags) & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)
			? EINVAL
			: withPath(task, path, (name) => paths.fchmodat(task, int(dirfd), name, mode, int(flags))),
	),
	row(92, "chown", ["path", "id", "id"], (task, [path, uid, gid]) =>
		withPath(task, path, (name) => paths.chown(task, name, uid, gid)),
	),
	row(93, "fchown", ["fd", "id", "id"], (task, [fd, uid, gid]) =>
		onFile(task, fd, () => paths.fchownat(task, int(fd), "", uid, gid, AT_EMPTY_PATH)),
	),
	row(94, "lchown", ["path", "id", "id"], (task, [path, uid, gid]) =>
		withPath(task, path, (name) => paths.lchown(task, name, uid, gid)),
	),
	row(260, "fchownat", ["dirfd", "path", "id", "id", "atFlags"], (task, [dirfd, path, uid, gid, flags]) =>
		int(flags) & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)
			? EINVAL
			: withPath(task, path, (name) => paths.fchownat(task, int(dirfd), name, uid, gid, int(flags))),
	),
	row(76, "truncate", ["path", "offset"], (task, [path, size]) =>
		withPath(task, path, (name) => paths.truncate(task, name, size)),
	),
	row(132, "utime", ["path", "address"], (task, [path, times]) => utime(task, path, times)),
	row(235, "utimes", ["path", "address"], (task, [path, times]) =>
		setTimes(task, at, path, readTimes(task, times, "microseconds"), 0),
	),
	row(261, "futimesat", ["dirfd", "path", "address"], (task, [dirfd, path, times]) =>
		setTimes(task, int(dirfd), path, readTimes(task, times, "microseconds"), 0),
	),
	row(280, "utimensat", ["dirfd", "path", "utimes", "atFlags"], (task, [dirfd, path, times, flags]) =>
		int(flags) & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)
			? EINVAL
			: setTimes(task, int(dirfd), path, readTimes(task, times, "nanoseconds"), int(flags)),
	),

	row(165, "mount", ["string", "path", "string", "mountFlags", "string"], (task, [source, target, type, flags, data]) =>
		mountGuest(task, source, target, type, int(flags), data),
	),
	row(166, "umount2", ["path", "umountFlags"], (task, [target, flags]) =>
		withPath(task, target, (name) => umount2(task, name, int(flags))),
	),
	row(155, "pivot_root", ["path", "path"], (task, [to, old]) => withPaths(task, to, old, (a, b) => pivotRoot(task, a, b))),
];

/** fchmod and fchown: EBADF for O_PATH too. */
function onFile(task: GuestTask, fd: number, act: () => number): number {
	const file = fileOf(task, int(fd));
	return typeof file === "number" ? file : act();
}

/** With those that ask about files, and about extended attributes. */
export const directoryRows: SyscallRow[] = [...pathRows, ...statRows, ...xattrRows];
