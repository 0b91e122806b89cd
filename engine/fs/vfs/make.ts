// Operations that make names: mkdir(2), mknod(2), symlink(2), link(2).

import { ERRNO, type Errno } from "../../lib/errno";
import { freeName, makeAt, mayCreate, type PathContext } from "./context";
import { CAP_MKNOD, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISUID, typeOf } from "./mode";
import { inodeAt, type Place } from "./mount";
import { IN, notifyCreated, notifySelf } from "./notify";
import { capable, MAY_READ, MAY_WRITE, ownerOrCapable, permission } from "./permission";
import type { Credentials, Inode } from "./types";
import { PATH_MAX, resolve, tooLong } from "./walk";

const done = (made: Place | Errno): 0 | Errno => (typeof made === "number" ? made : 0);

/** Permission and sticky bits count; setuid and setgid do not. */
export const mkdir = (context: PathContext, path: string, mode: number): 0 | Errno =>
	done(makeAt(context, path, { mode: S_IFDIR | (mode & 0o1777) }));

/** `mode` has the type: S_IFREG (or 0), S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK. Devices need CAP_MKNOD, whiteouts (0/0) do not. */
export function mknod(context: PathContext, path: string, mode: number, rdev: number): 0 | Errno {
	return done(mknodPlace(context, path, mode, rdev));
}
/** As mknod, but gives the place: bind(2) of a UNIX socket wants it. */
export function mknodPlace(context: PathContext, path: string, mode: number, rdev: number): Place | Errno {
	const type = mode & S_IFMT || S_IFREG;
	if (type === S_IFDIR) return -ERRNO.EPERM;
	if (![S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].includes(type)) return -ERRNO.EINVAL;
	const isDevice = type === S_IFBLK || (type === S_IFCHR && rdev !== 0);
	const node = { mode: type | (mode & 0o7777), rdev: type === S_IFCHR || type === S_IFBLK ? rdev : 0 };
	return makeAt(context, path, node, () => (isDevice && !capable(context.credentials, CAP_MKNOD) ? -ERRNO.EPERM : 0));
}

export function symlink(context: PathContext, target: string, path: string): 0 | Errno {
	if (target === "") return -ERRNO.ENOENT;
	if (tooLong(target, PATH_MAX - 1)) return -ERRNO.ENAMETOOLONG;
	return done(makeAt(context, path, { mode: S_IFLNK | 0o777, target }));
}

/** `follow`: AT_SYMLINK_FOLLOW, else a symlink itself gets the new name. `toCwd`: where a relative `to` begins (linkat). */
export function link(context: PathContext, from: string, to: string, follow = false, toCwd = context.cwd): 0 | Errno {
	const source = resolve(context, from, { followLast: follow });
	return typeof source === "number" ? source : linkPlace({ ...context, cwd: toCwd }, source, to);
}
/** linkat(2) with AT_EMPTY_PATH: a new name for what is open. */
export function linkPlace(context: PathContext, source: Place, to: string): 0 | Errno {
	const last = freeName(context, to, false);
	if (typeof last === "number") return last;
	if (source.mount !== last.parent.mount) return -ERRNO.EXDEV;
	const inode = inodeAt(source);
	const who = context.credentials;
	if (!mayLink(inode, who)) return -ERRNO.EPERM;
	const denied = mayCreate(inodeAt(last.parent), who);
	if (denied !== 0) return denied;
	if (typeOf(inode) === S_IFDIR) return -ERRNO.EPERM;
	const failed = inodeAt(last.parent).link(last.name, inode);
	if (failed !== 0) return failed;
	last.parent.dentry.adopt(last.name, inode);
	notifySelf(inode, IN.ATTRIB);
	notifyCreated(inodeAt(last.parent), last.name, inode);
	return 0;
}

/**
 * Others' files get no further names from one who could not change them (man 5 proc, protected_hardlinks; on, as every
 * distribution sets it).
 */
function mayLink(inode: Inode, who: Credentials): boolean {
	if (ownerOrCapable(inode, who)) return true;
	const { mode } = inode.attributes();
	const privileged = (mode & S_ISUID) !== 0 || (mode & 0o2010) === 0o2010;
	return (mode & S_IFMT) === S_IFREG && !privileged && permission(inode, who, MAY_READ | MAY_WRITE) === 0;
}
