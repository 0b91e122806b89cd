// What every operation on a path is given, and the rules that many of them share.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Dentry } from "./dentry";
import { CAP_FSETID, S_IFDIR, S_IFMT, S_ISGID, S_ISUID, typeOf } from "./mode";
import { inodeAt, MNT_DETACH, type Place } from "./mount";
import { notifyCreated } from "./notify";
import { capable, inGroup, MAY_EXEC, MAY_WRITE, permission, stickyDenies } from "./permission";
import type { Asker, Credentials, Inode, NewNode } from "./types";
import { type Last, NAME_MAX, resolveParent, tooLong } from "./walk";

export interface PathContext extends Asker {
	/** Cleared from the mode of what is made. */
	readonly umask: number;
}

/** mnt_want_write: may this mount be written to? */
export const wantWrite = (place: Place): 0 | Errno => (place.mount.readonly ? -ERRNO.EROFS : 0);

/** May an entry be made in the directory? */
export const mayCreate = (directory: Inode, who: Credentials): 0 | Errno =>
	directory.attributes().nlink === 0 ? -ERRNO.ENOENT : permission(directory, who, MAY_WRITE | MAY_EXEC);

/** May the entry be removed from the directory (or replaced by something that is a directory, or none)? */
export function mayDelete(directory: Inode, entry: Inode, who: Credentials, asDirectory: boolean): 0 | Errno {
	const denied = permission(directory, who, MAY_WRITE | MAY_EXEC);
	if (denied !== 0) return denied;
	if (stickyDenies(directory, entry, who)) return -ERRNO.EPERM;
	const isDirectory = typeOf(entry) === S_IFDIR;
	if (asDirectory) return isDirectory ? 0 : -ERRNO.ENOTDIR;
	return isDirectory ? -ERRNO.EISDIR : 0;
}

/** The entry itself: not what is mounted on it, nor where it leads. */
export function entryOf(last: Last): Dentry | Errno {
	return tooLong(last.name, NAME_MAX) ? -ERRNO.ENAMETOOLONG : last.parent.dentry.lookup(last.name);
}

/** Is something mounted on it, as the asker sees it? */
export const isMountpoint = (asker: Asker, dentry: Dentry): boolean =>
	dentry.mounts.size > 0 && asker.root.mount.namespace?.isMountpoint(dentry) === true;

/** What other namespaces have mounted on a name that is gone falls off. */
export function detachMounts(dentry: Dentry): void {
	for (const mount of [...dentry.mounts]) mount.namespace?.umount(mount.place, MNT_DETACH, () => false);
}

/**
 * Makes an entry: the path must lead to a free name in a directory that may be written (filename_create).
 * `isDirectory`: a slash may follow the name. `check` comes last, before anything is made.
 */
export function makeAt(
	context: PathContext,
	path: string,
	node: { mode: number; rdev?: number; target?: string },
	check?: (parent: Place) => 0 | Errno,
): Place | Errno {
	const last = freeName(context, path, (node.mode & S_IFMT) === S_IFDIR);
	if (typeof last === "number") return last;
	const denied = mayCreate(inodeAt(last.parent), context.credentials) || (check?.(last.parent) ?? 0);
	if (denied !== 0) return denied;
	return makeIn(context, last, node);
}

/** The parent and the name of something to be made: EEXIST, then ENOENT for a slash, then EROFS. Permissions come after. */
export function freeName(context: PathContext, path: string, isDirectory: boolean): Last | Errno {
	const last = resolveParent(context, path);
	if (typeof last === "number") return last;
	if (last.kind !== "name") return -ERRNO.EEXIST;
	const there = entryOf(last);
	if (typeof there !== "number") return -ERRNO.EEXIST;
	if (there !== -ERRNO.ENOENT || inodeAt(last.parent).fs.givenNames) return there;
	if (last.slash && !isDirectory) return -ERRNO.ENOENT;
	return wantWrite(last.parent) || last;
}

/** Makes the inode and its dentry. The caller has checked that it may. */
export function makeIn(
	context: PathContext,
	{ parent, name }: Last,
	{ mode, rdev, target }: { mode: number; rdev?: number; target?: string },
): Place | Errno {
	const { uid, gid } = context.credentials;
	const node: NewNode = { mode: strippedMode(context, inodeAt(parent), mode), uid, gid, rdev, target };
	const made = inodeAt(parent).make(name, node);
	if (typeof made === "number") return made;
	notifyCreated(inodeAt(parent), name, made);
	return { mount: parent.mount, dentry: parent.dentry.adopt(name, made) };
}

/** vfs_prepare_mode: the umask, and no setgid executable in a setgid directory by one who is not of that group. */
function strippedMode(context: PathContext, directory: Inode, mode: number): number {
	if (target(mode)) return mode;
	const masked = mode & ~context.umask;
	if ((masked & 0o2010) !== 0o2010 || (masked & S_IFMT) === S_IFDIR) return masked;
	const { mode: parentMode, gid } = directory.attributes();
	if ((parentMode & S_ISGID) === 0 || inGroup(context.credentials, gid) || capable(context.credentials, CAP_FSETID))
		return masked;
	return masked & ~S_ISGID;
}
const target = (mode: number): boolean => (mode & S_IFMT) === 0o120000;

/**
 * The mode after a write or a truncation by `who`, or undefined when it stays (file_remove_privs): without CAP_FSETID the
 * setuid bit goes, and the setgid bit of an executable.
 */
export function modeAfterWrite(inode: Inode, who: Credentials): number | undefined {
	const { mode } = inode.attributes();
	if ((mode & (S_ISUID | S_ISGID)) === 0 || (mode & S_IFMT) === S_IFDIR || capable(who, CAP_FSETID)) return undefined;
	return withoutPrivileges(mode, false);
}
/** `anyway`: the setgid bit goes even where it does not mean execution. */
export function withoutPrivileges(mode: number, anyway: boolean): number | undefined {
	const drop = S_ISUID | (anyway || (mode & 0o010) !== 0 ? S_ISGID : 0);
	return (mode & drop) === 0 ? undefined : mode & ~drop;
}
