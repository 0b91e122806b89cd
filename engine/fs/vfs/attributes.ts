// Operations on attributes: stat(2), access(2), chmod(2), chown(2), truncate(2), utimensat(2), readlink(2), statfs(2).
// Each exists for a path and for a place that is already known (fchmod and its family).

import { ERRNO, type Errno } from "../../lib/errno";
import { modeAfterWrite, type PathContext, wantWrite, withoutPrivileges } from "./context";
import { resizing } from "./mapped";
import { CAP_CHOWN, CAP_FSETID, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISGID, typeOf } from "./mode";
import { inodeAt, MS, type Place } from "./mount";
import { IN, notify } from "./notify";
import { capableOver, inGroup, MAY_EXEC, MAY_WRITE, ownerOrCapable, permission } from "./permission";
import type { AttributeChange, Attributes, FileSystem, Inode } from "./types";
import { resolve } from "./walk";

/** struct stat, as sys.ts has it. */
export type Status = Required<Omit<Attributes, "btime">> & { blksize: number };

export function statusOf(inode: Inode): Status {
	const { ino, mode, nlink, uid, gid, rdev, size, dev, blocks, atime, mtime, ctime } = inode.attributes();
	return {
		dev: dev ?? inode.fs.dev,
		ino,
		mode,
		nlink,
		uid,
		gid,
		rdev,
		size,
		blksize: 4096,
		blocks: blocks ?? Math.ceil(size / 512),
		atime,
		mtime,
		ctime,
	};
}

const at = <Result>(
	context: PathContext,
	path: string,
	follow: boolean,
	act: (place: Place) => Result | Errno,
): Result | Errno => {
	const place = resolve(context, path, { followLast: follow });
	return typeof place === "number" ? place : act(place);
};

export const stat = (context: PathContext, path: string): Status | Errno =>
	at(context, path, true, (place) => statusOf(inodeAt(place)));
export const lstat = (context: PathContext, path: string): Status | Errno =>
	at(context, path, false, (place) => statusOf(inodeAt(place)));

export function readlink(context: PathContext, path: string): string | Errno {
	return at<string>(context, path, false, (place) => {
		const inode = inodeAt(place);
		return typeOf(inode) === S_IFLNK ? inode.readlink(context) : -ERRNO.EINVAL;
	});
}

export const statfs = (context: PathContext, path: string): ReturnType<FileSystem["statfs"]> | Errno =>
	at(context, path, true, (place) => place.mount.fs.statfs());

/** For chdir(2) and chroot(2): a directory that may be searched. */
export function directory(context: PathContext, path: string): Place | Errno {
	return at<Place>(context, path, true, (place) => {
		if (typeOf(inodeAt(place)) !== S_IFDIR) return -ERRNO.ENOTDIR;
		return permission(inodeAt(place), context.credentials, MAY_EXEC) || place;
	});
}

/** `wanted`: R_OK 4, W_OK 2, X_OK 1, or 0 for existence. access(2) asks for the real ids: the caller puts them in the context. */
export const access = (context: PathContext, path: string, wanted: number, follow = true): 0 | Errno =>
	at<0>(context, path, follow, (place) => accessAt(context, place, wanted));
export function accessAt(context: PathContext, place: Place, wanted: number): 0 | Errno {
	const inode = inodeAt(place);
	const type = typeOf(inode);
	if ((wanted & MAY_EXEC) !== 0 && type === S_IFREG && place.mount.has(MS.NOEXEC)) return -ERRNO.EACCES;
	const denied = permission(inode, context.credentials, wanted);
	if (denied !== 0) return denied;
	const onDisk = type === S_IFREG || type === S_IFDIR || type === S_IFLNK;
	return (wanted & MAY_WRITE) !== 0 && onDisk && place.mount.readonly ? -ERRNO.EROFS : 0;
}

export const chmod = (context: PathContext, path: string, mode: number, follow = true): 0 | Errno =>
	at<0>(context, path, follow, (place) => setMode(context, place, mode));
export function setMode(context: PathContext, place: Place, mode: number): 0 | Errno {
	const inode = inodeAt(place);
	const readonly = wantWrite(place);
	if (readonly !== 0) return readonly;
	if (typeOf(inode) === S_IFLNK) return -ERRNO.EOPNOTSUPP;
	const who = context.credentials;
	if (!ownerOrCapable(inode, who)) return -ERRNO.EPERM;
	const keepsGroupBit = inGroup(who, inode.attributes().gid) || capableOver(who, CAP_FSETID, inode.attributes());
	return change(place, { mode: mode & (keepsGroupBit ? 0o7777 : 0o5777) });
}

/** -1 (or 0xffffffff) keeps an id. */
export const chown = (context: PathContext, path: string, uid: number, gid: number, follow = true): 0 | Errno =>
	at<0>(context, path, follow, (place) => setOwner(context, place, uid, gid));
export function setOwner(context: PathContext, place: Place, uid: number, gid: number): 0 | Errno {
	const inode = inodeAt(place);
	const readonly = wantWrite(place);
	if (readonly !== 0) return readonly;
	const now = inode.attributes();
	const who = context.credentials;
	const wanted: AttributeChange = {};
	if (uid >>> 0 !== KEEP) wanted.uid = uid >>> 0;
	if (gid >>> 0 !== KEEP) wanted.gid = gid >>> 0;
	if (!capableOver(who, CAP_CHOWN, now)) {
		if (wanted.uid !== undefined && (now.uid !== who.uid || wanted.uid !== now.uid)) return -ERRNO.EPERM;
		if (wanted.gid !== undefined && (now.uid !== who.uid || !(inGroup(who, wanted.gid) || wanted.gid === now.gid)))
			return -ERRNO.EPERM;
	}
	// A file changes hands without its privileges, root's hands included.
	if ((now.mode & S_IFMT) !== S_IFDIR) {
		const outsider = (now.mode & S_ISGID) !== 0 && !inGroup(who, now.gid) && !capableOver(who, CAP_FSETID, now);
		wanted.mode = withoutPrivileges(now.mode, outsider);
		inode.removexattr("security.capability");
	}
	return change(place, wanted);
}
const KEEP = 0xffffffff;

/** Changes attributes other than the size, and tells who watches. */
function change(place: Place, wanted: AttributeChange): 0 | Errno {
	const failed = inodeAt(place).setAttributes(wanted);
	if (failed === 0) notify(place.dentry, IN.ATTRIB);
	return failed;
}

/** `limit`: has the asker another reason to refuse that size? */
export function truncate(context: PathContext, path: string, size: number, limit?: (size: number) => number): 0 | Errno {
	if (size < 0) return -ERRNO.EINVAL;
	return at<0>(context, path, true, (place) => {
		const inode = inodeAt(place);
		const type = typeOf(inode);
		if (type === S_IFDIR) return -ERRNO.EISDIR;
		if (type !== S_IFREG) return -ERRNO.EINVAL;
		return (
			wantWrite(place) ||
			permission(inode, context.credentials, MAY_WRITE) ||
			limit?.(size) ||
			setSize(context, inode, size, place)
		);
	});
}
/** ftruncate(2), for an inode that is open for writing. */
export function setSize(context: Pick<PathContext, "credentials">, inode: Inode, size: number, place?: Place): 0 | Errno {
	inode.removexattr("security.capability");
	const failed = resizing(inode, () => inode.setAttributes({ size, mode: modeAfterWrite(inode, context.credentials) }));
	if (failed === 0 && place) notify(place.dentry, IN.MODIFY);
	return failed;
}

/** A moment in nanoseconds since 1970, UTIME_NOW, or UTIME_OMIT. */
export type Time = bigint | "now" | "omit";
export const utimens = (context: PathContext, path: string, atime: Time, mtime: Time, follow = true): 0 | Errno =>
	at<0>(context, path, follow, (place) => setTimes(context, place, atime, mtime));
export function setTimes(context: PathContext, place: Place, atime: Time, mtime: Time): 0 | Errno {
	if (atime === "omit" && mtime === "omit") return 0;
	const readonly = wantWrite(place);
	if (readonly !== 0) return readonly;
	const inode = inodeAt(place);
	if (!ownerOrCapable(inode, context.credentials)) {
		if (atime !== "now" || mtime !== "now") return -ERRNO.EPERM;
		const denied = permission(inode, context.credentials, MAY_WRITE);
		if (denied !== 0) return denied;
	}
	const wanted: AttributeChange = {};
	if (atime !== "omit") wanted.atime = atime;
	if (mtime !== "omit") wanted.mtime = mtime;
	const failed = inode.setAttributes(wanted);
	// A time alone stands for what usually changes it (fsnotify_change).
	if (failed === 0) notify(place.dentry, atime === "omit" ? IN.MODIFY : mtime === "omit" ? IN.ACCESS : IN.ATTRIB);
	return failed;
}
