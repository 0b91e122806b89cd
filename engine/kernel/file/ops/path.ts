// Operations on paths. The work is done by fs/vfs/operations; here a task's context and the descriptors of the *at() calls
// are added. `dirfd` is where a relative path begins, the working directory unless said otherwise.

import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, typeOf } from "../../../fs/vfs/mode";
import { inodeAt, pathOf } from "../../../fs/vfs/mount";
import { IN, notify } from "../../../fs/vfs/notify";
import * as vfs from "../../../fs/vfs/operations";
import { MAY_EXEC, permission } from "../../../fs/vfs/permission";
import { SCOPED } from "../../../fs/vfs/scope";
import { resolve } from "../../../fs/vfs/walk";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { DirEntry, Stat, StatFs } from "../../../sys";
import { DEVICE_TYPE } from "../../cgroup/devices";
import type { UserNamespace } from "../../ns/namespaces";
import { fromOutside, toOutside } from "../../ns/user";
import { CAP, capable } from "../../proc/capability";
import type { Task } from "../../task";
import { type Blocked, whenDone } from "../../wait";
import type { FileDescription, Place } from "../description";
import { AT_EACCESS, AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, direntType, O_CLOEXEC, O_PATH, O_TRUNC } from "../flags";
import { describe } from "../open";
import { contextAt, contextOf, descriptorLimit, fileOf, install, withContext } from "./context";
import { beyondLimit } from "./limit";

// ---- open

export const open = (task: Task, path: string, flags: number, mode = 0): number | Blocked =>
	openat(task, AT_FDCWD, path, flags, mode);
/** `scope`: RESOLVE_* of openat2(2). */
export function openat(task: Task, dirfd: number, path: string, flags: number, mode = 0, scope = 0): number | Blocked {
	if (!task.files.hasRoom(1, descriptorLimit(task))) return -ERRNO.EMFILE;
	return whenDone(openFile(task, path, flags, mode, dirfd, scope), (file) =>
		typeof file === "number" ? file : install(task, file, (flags & O_CLOEXEC) !== 0),
	);
}
/** As open(2), but gives the description itself. */
export function openFile(
	task: Task,
	path: string,
	flags: number,
	mode = 0,
	dirfd = AT_FDCWD,
	scope = 0,
): FileDescription | Errno | Blocked<FileDescription | Errno> {
	const from = contextAt(task, path, dirfd, (scope & SCOPED) !== 0);
	if (typeof from === "number") return from;
	const context = scope === 0 ? from : { ...from, resolve: scope, root: scope & SCOPED ? from.cwd : from.root };
	const opened = vfs.open(context, path, flags, mode);
	if (typeof opened === "number") return opened;
	return whenDone(describe(task, opened, flags), (file) => {
		if (typeof file === "number") return file;
		file.created = opened.created;
		if (!(flags & O_PATH)) tellOpened(opened, flags);
		return file;
	});
}

function tellOpened({ place: { dentry }, created }: vfs.Opened, flags: number): void {
	notify(dentry, IN.OPEN);
	if (flags & O_TRUNC && !created && typeOf(dentry.inode) === S_IFREG) notify(dentry, IN.MODIFY);
}

// ---- looking

/** The place that a path of an *at() call means; with AT_EMPTY_PATH "" is what the descriptor has open. */
export function placeAt(task: Task, path: string, flags: number, dirfd: number): Place | Errno {
	if (path === "" && flags & AT_EMPTY_PATH && dirfd !== AT_FDCWD) {
		const file = fileOf(task, dirfd, true);
		if (typeof file === "number") return file;
		return file.place ?? -ERRNO.EBADF;
	}
	return withContext(task, path, dirfd, (context) =>
		resolve(context, path, { followLast: !(flags & AT_SYMLINK_NOFOLLOW), allowEmpty: (flags & AT_EMPTY_PATH) !== 0 }),
	);
}
/** Owners as the task's user namespace numbers them. */
function seenBy(task: Task, stat: Stat | Errno): Stat | Errno {
	const { user } = task.namespaces;
	if (typeof stat === "number" || !user.parent) return stat;
	return { ...stat, uid: fromOutside(user, "uidMap", stat.uid), gid: fromOutside(user, "gidMap", stat.gid) };
}
export function fstatat(task: Task, dirfd: number, path: string, flags: number): Stat | Errno {
	const place = placeAt(task, path, flags, dirfd);
	return typeof place === "number" ? place : seenBy(task, vfs.statusOf(inodeAt(place)));
}
export const stat = (task: Task, path: string): Stat | Errno => seenBy(task, vfs.stat(contextOf(task), path));
export const lstat = (task: Task, path: string): Stat | Errno => seenBy(task, vfs.lstat(contextOf(task), path));
export function fstat(task: Task, fd: number): Stat | Errno {
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	return file.inode ? seenBy(task, vfs.statusOf(file.inode)) : -ERRNO.EBADF;
}
const NAME_MAX = 255;
export function statfs(task: Task, path: string): StatFs | Errno {
	const result = vfs.statfs(contextOf(task), path);
	return typeof result === "number" ? result : { ...result, namelen: NAME_MAX };
}
export function fstatfs(task: Task, fd: number): StatFs | Errno {
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	return file.place ? { ...file.place.mount.fs.statfs(), namelen: NAME_MAX } : -ERRNO.ENOSYS;
}
export function readdir(task: Task, path: string): DirEntry[] | Errno {
	const place = resolve(contextOf(task), path);
	if (typeof place === "number") return place;
	const inode = inodeAt(place);
	if (typeOf(inode) !== S_IFDIR) return -ERRNO.ENOTDIR;
	const denied = permission(inode, task.credentials, 4);
	if (denied !== 0) return denied;
	const entries = inode.readdir();
	return typeof entries === "number" ? entries : entries.map(({ name, ino, type }) => ({ name, ino, type: direntType(type) }));
}
export const readlink = (task: Task, path: string, dirfd = AT_FDCWD): string | Errno => {
	if (path === "" && dirfd !== AT_FDCWD) {
		const place = placeAt(task, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, dirfd);
		if (typeof place === "number") return place;
		return typeOf(inodeAt(place)) === S_IFLNK ? inodeAt(place).readlink(contextOf(task)) : -ERRNO.ENOENT;
	}
	return withContext(task, path, dirfd, (context) => vfs.readlink(context, path));
};

/** access(2) asks for the real ids, faccessat2(2) with AT_EACCESS for the effective ones. */
export const access = (task: Task, path: string, mode: number): 0 | Errno => faccessat(task, AT_FDCWD, path, mode, 0);
export function faccessat(task: Task, dirfd: number, path: string, mode: number, flags: number): 0 | Errno {
	if (mode & ~7 || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -ERRNO.EINVAL;
	const place = placeAt(task, path, flags, dirfd);
	if (typeof place === "number") return place;
	const context = contextOf(task);
	return vfs.accessAt(flags & AT_EACCESS ? context : { ...context, credentials: asReal(task) }, place, mode);
}
function asReal(task: Task) {
	const { ruid, rgid, permitted } = task.identity;
	const { credentials } = task;
	if (ruid === credentials.uid && rgid === credentials.gid) return credentials;
	return { ...credentials, uid: ruid, gid: rgid, capabilities: ruid === 0 ? permitted : 0n };
}

// ---- changing

export const mkdir = (task: Task, path: string, mode: number, dirfd = AT_FDCWD): 0 | Errno =>
	withContext<0>(task, path, dirfd, (context) => vfs.mkdir(context, path, mode));
export const rmdir = (task: Task, path: string, dirfd = AT_FDCWD): 0 | Errno =>
	withContext<0>(task, path, dirfd, (context) => vfs.rmdir(context, path));
export const unlink = (task: Task, path: string, dirfd = AT_FDCWD): 0 | Errno =>
	withContext<0>(task, path, dirfd, (context) => vfs.unlink(context, path));
export const symlink = (task: Task, target: string, path: string, dirfd = AT_FDCWD): 0 | Errno =>
	withContext<0>(task, path, dirfd, (context) => vfs.symlink(context, target, path));
export const mknod = (task: Task, path: string, mode: number, rdev: number, dirfd = AT_FDCWD): 0 | Errno =>
	withContext<0>(task, path, dirfd, (context) => {
		const type = DEVICE_TYPE.get(mode & S_IFMT);
		// A whiteout is no device that could be opened.
		const free = !type || (type === "c" && rdev === 0) || task.kernel.cgroups.allowsDevice(task.process, type, rdev, "m");
		return free ? vfs.mknod(context, path, mode, rdev) : -ERRNO.EPERM;
	});

export const rename = (task: Task, from: string, to: string): 0 | Errno => renameat2(task, AT_FDCWD, from, AT_FDCWD, to, 0);
export function renameat2(task: Task, fromFd: number, from: string, toFd: number, to: string, flags: number): 0 | Errno {
	const target = contextAt(task, to, toFd);
	if (typeof target === "number") return target;
	return withContext<0>(task, from, fromFd, (context) => vfs.rename(context, from, to, flags, target.cwd));
}
export const link = (task: Task, from: string, to: string): 0 | Errno => linkat(task, AT_FDCWD, from, AT_FDCWD, to, 0);
export function linkat(task: Task, fromFd: number, from: string, toFd: number, to: string, flags: number): 0 | Errno {
	const AT_SYMLINK_FOLLOW = 0x400;
	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return -ERRNO.EINVAL;
	const source = placeAt(task, from, (flags & AT_EMPTY_PATH) | (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW), fromFd);
	if (typeof source === "number") return source;
	return withContext<0>(task, to, toFd, (context) => vfs.linkPlace(context, source, to));
}

export const chmod = (task: Task, path: string, mode: number): 0 | Errno => fchmodat(task, AT_FDCWD, path, mode, 0);
export function fchmodat(task: Task, dirfd: number, path: string, mode: number, flags: number): 0 | Errno {
	const place = placeAt(task, path, flags, dirfd);
	return typeof place === "number" ? place : vfs.setMode(contextOf(task), place, mode);
}
export const chown = (task: Task, path: string, uid: number, gid: number): 0 | Errno =>
	fchownat(task, AT_FDCWD, path, uid, gid, 0);
export const lchown = (task: Task, path: string, uid: number, gid: number): 0 | Errno =>
	fchownat(task, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
export function fchownat(task: Task, dirfd: number, path: string, uid: number, gid: number, flags: number): 0 | Errno {
	const place = placeAt(task, path, flags, dirfd);
	if (typeof place === "number") return place;
	const { user } = task.namespaces;
	const [owner, group] = [outside(user, "uidMap", uid), outside(user, "gidMap", gid)];
	return owner === undefined || group === undefined ? -ERRNO.EINVAL : vfs.setOwner(contextOf(task), place, owner, group);
}
/** -1 keeps an id; undefined is one that the namespace does not have. */
const outside = (user: UserNamespace, map: "uidMap" | "gidMap", id: number): number | undefined =>
	id >>> 0 === 0xffffffff ? -1 : toOutside(user, map, id >>> 0);
export const utimens = (task: Task, path: string, atime: vfs.Time, mtime: vfs.Time, nofollow = false): 0 | Errno =>
	utimensat(task, AT_FDCWD, path, atime, mtime, nofollow ? AT_SYMLINK_NOFOLLOW : 0);
export function utimensat(task: Task, dirfd: number, path: string, atime: vfs.Time, mtime: vfs.Time, flags: number): 0 | Errno {
	const place = placeAt(task, path, flags, dirfd);
	return typeof place === "number" ? place : vfs.setTimes(contextOf(task), place, atime, mtime);
}
export const truncate = (task: Task, path: string, size: number): number =>
	vfs.truncate(contextOf(task), path, size, (wanted) => beyondLimit(task, wanted));

// ---- extended attributes; `follow` is false for the l…() calls

export const getxattr = (task: Task, path: string, name: string, follow = true): Uint8Array | Errno =>
	vfs.getxattr(contextOf(task), path, name, follow);
export const setxattr = (task: Task, path: string, name: string, value: Uint8Array, flags = 0, follow = true): 0 | Errno =>
	vfs.setxattr(contextOf(task), path, name, value, flags, follow);
export const listxattr = (task: Task, path: string, follow = true): string[] | Errno =>
	vfs.listxattr(contextOf(task), path, follow);
export const removexattr = (task: Task, path: string, name: string, follow = true): 0 | Errno =>
	vfs.removexattr(contextOf(task), path, name, follow);
export const lgetxattr = (task: Task, path: string, name: string): Uint8Array | Errno => getxattr(task, path, name, false);
export const lsetxattr = (task: Task, path: string, name: string, value: Uint8Array, flags = 0): 0 | Errno =>
	setxattr(task, path, name, value, flags, false);
export const llistxattr = (task: Task, path: string): string[] | Errno => listxattr(task, path, false);
export const lremovexattr = (task: Task, path: string, name: string): 0 | Errno => removexattr(task, path, name, false);

// ---- where a process is

export function umask(task: Task, mask: number): number {
	const before = task.fs.umask;
	task.fs.umask = mask & 0o777;
	return before;
}
export function chdir(task: Task, path: string): 0 | Errno {
	const place = vfs.directory(contextOf(task), path);
	if (typeof place === "number") return place;
	task.fs.cwd = place;
	return 0;
}
export function fchdir(task: Task, fd: number): 0 | Errno {
	const file = fileOf(task, fd, true);
	if (typeof file === "number") return file;
	if (!file.place || typeOf(inodeAt(file.place)) !== S_IFDIR) return -ERRNO.ENOTDIR;
	const denied = permission(inodeAt(file.place), task.credentials, MAY_EXEC);
	if (denied !== 0) return denied;
	task.fs.cwd = file.place;
	return 0;
}
/** ENOENT when the directory was removed; "(unreachable)…" outside the root, as getcwd(2) has it. */
export function getcwd(task: Task): string | Errno {
	const { cwd, root } = task.fs;
	if (cwd.dentry.deleted) return -ERRNO.ENOENT;
	const { path, reachable } = pathOf(cwd, root, true);
	return reachable ? path : `(unreachable)${path}`;
}
export function chroot(task: Task, path: string): 0 | Errno {
	const place = vfs.directory(contextOf(task), path);
	if (typeof place === "number") return place;
	if (!capable(task, CAP.SYS_CHROOT)) return -ERRNO.EPERM;
	task.fs.root = place;
	return 0;
}
