// open(2), as far as it is about paths: what is opened, whether it may be, what is made or emptied on the way.

import { ERRNO, type Errno } from "../../lib/errno";
import { O } from "../../lib/linux";
import { makeIn, mayCreate, modeAfterWrite, type PathContext, wantWrite } from "./context";
import { resizing } from "./mapped";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK, S_ISVTX, typeOf } from "./mode";
import { Dentry, inodeAt, MS, type Place } from "./mount";
import { MAY_READ, MAY_WRITE, ownerOrCapable, permission } from "./permission";
import type { Inode } from "./types";
import { resolve, resolveForCreate } from "./walk";

export { O };

export interface Opened {
	place: Place;
	/** What reads and writes go to. With O_PATH: the inode at the place, not opened. */
	inode: Inode;
	created: boolean;
}

/** `mode` is for what O_CREAT and O_TMPFILE make; the umask is taken off here. */
export function open(context: PathContext, path: string, flags: number, mode = 0): Opened | Errno {
	if ((flags & O.PATH) !== 0) return openPath(context, path, flags);
	if ((flags & O.TMPFILE) === O.TMPFILE) return openUnnamed(context, path, flags, mode);
	if ((flags & O.CREAT) === 0) {
		const place = resolve(context, path, { followLast: (flags & O.NOFOLLOW) === 0 });
		return typeof place === "number" ? place : openPlace(context, place, flags);
	}
	if ((flags & O.DIRECTORY) !== 0) return -ERRNO.EINVAL;
	const walked = resolveForCreate(context, path, (flags & (O.NOFOLLOW | O.EXCL)) === 0);
	if (typeof walked === "number") return walked;
	const { last, found } = walked;
	if (found !== undefined) {
		if ((flags & O.EXCL) !== 0) return -ERRNO.EEXIST;
		if (typeOf(inodeAt(found)) === S_IFDIR) return -ERRNO.EISDIR;
		if (isTrap(inodeAt(last.parent), inodeAt(found), context.credentials.uid)) return -ERRNO.EACCES;
		return openPlace(context, found, flags);
	}
	const denied = wantWrite(last.parent) || mayCreate(inodeAt(last.parent), context.credentials);
	if (denied !== 0) return denied;
	const made = makeIn(context, last, { mode: S_IFREG | (mode & 0o7777) });
	if (typeof made === "number") return made;
	// Whoever makes a file has it open as asked, whatever its mode.
	const inode = inodeAt(made).open(writes(flags), false);
	return typeof inode === "number" ? inode : { place: made, inode, created: true };
}

/** O_TMPFILE: `path` is the directory that it is in without a name. With O_EXCL it never gets one. */
function openUnnamed(context: PathContext, path: string, flags: number, mode: number): Opened | Errno {
	if (!writes(flags)) return -ERRNO.EINVAL;
	const directory = resolve(context, path);
	if (typeof directory === "number") return directory;
	const parent = inodeAt(directory);
	if (typeOf(parent) !== S_IFDIR) return -ERRNO.ENOTDIR;
	const denied = wantWrite(directory) || mayCreate(parent, context.credentials);
	if (denied !== 0) return denied;
	if (!parent.makeUnnamed) return -ERRNO.EOPNOTSUPP;
	const { uid, gid } = context.credentials;
	const made = parent.makeUnnamed({ mode: S_IFREG | (mode & 0o7777 & ~context.umask), uid, gid }, (flags & O.EXCL) === 0);
	if (typeof made === "number") return made;
	const dentry = new Dentry(made, directory.dentry, `#${made.attributes().ino}`);
	dentry.deleted = true;
	return { place: { mount: directory.mount, dentry }, inode: made, created: true };
}

/**
 * In a sticky directory that everybody can write to, O_CREAT does not open another's special file as if it were new
 * (may_create_in_sticky; regular files and fifos are let through, as protected_regular and protected_fifos are off).
 */
function isTrap(directory: Inode, inode: Inode, uid: number): boolean {
	const { mode, uid: owner } = directory.attributes();
	const type = typeOf(inode);
	if ((mode & (S_ISVTX | 0o002)) !== (S_ISVTX | 0o002) || type === S_IFREG || type === S_IFIFO) return false;
	const maker = inode.attributes().uid;
	return maker !== owner && maker !== uid;
}

function openPath(context: PathContext, path: string, flags: number): Opened | Errno {
	const place = resolve(context, path, { followLast: (flags & O.NOFOLLOW) === 0 });
	if (typeof place === "number") return place;
	const inode = inodeAt(place);
	if ((flags & O.DIRECTORY) !== 0 && typeOf(inode) !== S_IFDIR) return -ERRNO.ENOTDIR;
	return { place, inode, created: false };
}

const writes = (flags: number): boolean => (flags & O.ACCMODE) !== O.RDONLY;

/** Opens what is at a place already found (also: /proc/self/fd/N anew, execve's file). */
export function openPlace(context: PathContext, place: Place, flags: number): Opened | Errno {
	const inode = inodeAt(place);
	const type = typeOf(inode);
	if ((flags & O.DIRECTORY) !== 0 && type !== S_IFDIR) return -ERRNO.ENOTDIR;
	const truncates = (flags & O.TRUNC) !== 0 && type === S_IFREG;
	if (truncates && place.mount.readonly) return -ERRNO.EROFS;
	const denied = mayOpen(context, place, inode, type, flags);
	if (denied !== 0) return denied;
	if (writes(flags) && type === S_IFREG && place.mount.readonly) return -ERRNO.EROFS;
	if (type === S_IFSOCK) return -ERRNO.ENXIO;
	const opened = inode.open(writes(flags) || truncates, truncates);
	if (typeof opened === "number") return opened;
	if (truncates) {
		const failed = truncate(context, opened);
		if (failed !== 0) return failed;
	}
	return { place, inode: opened, created: false };
}

function mayOpen(context: PathContext, place: Place, inode: Inode, type: number, flags: number): 0 | Errno {
	const access = flags & O.ACCMODE;
	let wanted = access === O.RDONLY ? MAY_READ : access === O.WRONLY ? MAY_WRITE : MAY_READ | MAY_WRITE;
	if ((flags & O.TRUNC) !== 0) wanted |= MAY_WRITE;
	if (type === S_IFLNK) return -ERRNO.ELOOP;
	if (type === S_IFDIR && (wanted & MAY_WRITE) !== 0) return -ERRNO.EISDIR;
	if ((type === S_IFCHR || type === S_IFBLK) && place.mount.has(MS.NODEV)) return -ERRNO.EACCES;
	const denied = permission(inode, context.credentials, wanted);
	if (denied !== 0) return denied;
	return (flags & O.NOATIME) !== 0 && !ownerOrCapable(inode, context.credentials) ? -ERRNO.EPERM : 0;
}

/** O_TRUNC counts as a change even when the file was empty. */
function truncate(context: PathContext, inode: Inode): 0 | Errno {
	const change = { size: 0, mtime: "now", mode: modeAfterWrite(inode, context.credentials) } as const;
	return resizing(inode, () => inode.setAttributes(change));
}
