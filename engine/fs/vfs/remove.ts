// Operations that remove and change names: unlink(2), rmdir(2), rename(2).

import { ERRNO, type Errno } from "../../lib/errno";
import { detachMounts, entryOf, isMountpoint, mayCreate, mayDelete, type PathContext, wantWrite } from "./context";
import type { Dentry } from "./dentry";
import { CAP_MKNOD, S_IFDIR, typeOf } from "./mode";
import { inodeAt } from "./mount";
import { notifyMoved, notifyRemoved } from "./notify";
import { capable, MAY_WRITE, permission } from "./permission";
import { type Last, resolveParent } from "./walk";

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
export const RENAME_WHITEOUT = 4;

export function unlink(context: PathContext, path: string): 0 | Errno {
	const last = resolveParent(context, path);
	if (typeof last === "number") return last;
	if (last.kind !== "name") return -ERRNO.EISDIR;
	const readonly = wantWrite(last.parent);
	if (readonly !== 0) return readonly;
	const entry = entryOf(last);
	if (typeof entry === "number") return entry;
	if (last.slash) return typeOf(entry.inode) === S_IFDIR ? -ERRNO.EISDIR : -ERRNO.ENOTDIR;
	return remove(context, last, entry, false);
}

export function rmdir(context: PathContext, path: string): 0 | Errno {
	const last = resolveParent(context, path);
	if (typeof last === "number") return last;
	if (last.kind === "dotdot") return -ERRNO.ENOTEMPTY;
	if (last.kind === "dot") return -ERRNO.EINVAL;
	if (last.kind === "root") return -ERRNO.EBUSY;
	const readonly = wantWrite(last.parent);
	if (readonly !== 0) return readonly;
	const entry = entryOf(last);
	return typeof entry === "number" ? entry : remove(context, last, entry, true);
}

function remove(context: PathContext, { parent, name }: Last, entry: Dentry, asDirectory: boolean): 0 | Errno {
	const directory = inodeAt(parent);
	const denied = mayDelete(directory, entry.inode, context.credentials, asDirectory);
	if (denied !== 0) return denied;
	if (isMountpoint(context, entry)) return -ERRNO.EBUSY;
	const failed = asDirectory ? directory.rmdir(name) : directory.unlink(name);
	if (failed !== 0) return failed;
	entry.remove();
	detachMounts(entry);
	notifyRemoved(directory, entry);
	return 0;
}

/** `flags`: RENAME_NOREPLACE, RENAME_EXCHANGE or RENAME_WHITEOUT. `toCwd`: where a relative `to` begins (renameat). */
export function rename(context: PathContext, from: string, to: string, flags = 0, toCwd = context.cwd): 0 | Errno {
	if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) !== 0) return -ERRNO.EINVAL;
	if ((flags & RENAME_EXCHANGE) !== 0 && flags !== RENAME_EXCHANGE) return -ERRNO.EINVAL;
	if ((flags & RENAME_WHITEOUT) !== 0 && !capable(context.credentials, CAP_MKNOD)) return -ERRNO.EPERM;
	const source = resolveParent(context, from);
	if (typeof source === "number") return source;
	const target = resolveParent(context, to, toCwd);
	if (typeof target === "number") return target;
	if (source.parent.mount !== target.parent.mount) return -ERRNO.EXDEV;
	if (source.kind !== "name") return -ERRNO.EBUSY;
	if (target.kind !== "name") return (flags & RENAME_NOREPLACE) !== 0 ? -ERRNO.EEXIST : -ERRNO.EBUSY;
	const readonly = wantWrite(source.parent);
	if (readonly !== 0) return readonly;
	const entry = entryOf(source);
	if (typeof entry === "number") return entry;
	const there = entryOf(target);
	const free = there === -ERRNO.ENOENT && !(flags & RENAME_EXCHANGE) && !inodeAt(target.parent).fs.givenNames;
	if (typeof there === "number" && !free) return there;
	return renameEntries(context, source, entry, target, typeof there === "number" ? undefined : there, flags);
}

function renameEntries(
	context: PathContext,
	source: Last,
	entry: Dentry,
	target: Last,
	there: Dentry | undefined,
	flags: number,
): 0 | Errno {
	const exchange = (flags & RENAME_EXCHANGE) !== 0;
	if (there !== undefined && (flags & RENAME_NOREPLACE) !== 0) return -ERRNO.EEXIST;
	const isDirectory = typeOf(entry.inode) === S_IFDIR;
	const thereIsDirectory = there !== undefined && typeOf(there.inode) === S_IFDIR;
	if (exchange && !thereIsDirectory && target.slash) return -ERRNO.ENOTDIR;
	if (!isDirectory && (source.slash || (!exchange && target.slash))) return -ERRNO.ENOTDIR;
	if (isDirectory && target.parent.dentry.isUnder(entry)) return -ERRNO.EINVAL;
	if (thereIsDirectory && source.parent.dentry.isUnder(there!)) return exchange ? -ERRNO.EINVAL : -ERRNO.ENOTEMPTY;
	// Two names of one inode: nothing is done, successfully.
	if (there !== undefined && there.inode.identity() === entry.inode.identity()) return 0;

	const denied = mayRename(context, source, entry, target, there, exchange, isDirectory, thereIsDirectory);
	if (denied !== 0) return denied;
	const [from, to] = [inodeAt(source.parent), inodeAt(target.parent)];
	const failed = from.rename(source.name, to, target.name, flags);
	if (failed !== 0) return failed;
	if (exchange) {
		entry.exchange(there!);
		notifyMoved(from, source.name, to, target.name, entry.inode);
		notifyMoved(to, target.name, from, source.name, there!.inode);
		return 0;
	}
	entry.move(target.parent.dentry, target.name);
	if (there !== undefined) detachMounts(there);
	notifyMoved(from, source.name, to, target.name, entry.inode, there);
	return 0;
}

function mayRename(
	context: PathContext,
	source: Last,
	entry: Dentry,
	target: Last,
	there: Dentry | undefined,
	exchange: boolean,
	isDirectory: boolean,
	thereIsDirectory: boolean,
): 0 | Errno {
	const who = context.credentials;
	const [from, to] = [inodeAt(source.parent), inodeAt(target.parent)];
	const denied =
		mayDelete(from, entry.inode, who, isDirectory) ||
		(there === undefined ? mayCreate(to, who) : mayDelete(to, there.inode, who, exchange ? thereIsDirectory : isDirectory));
	if (denied !== 0) return denied;
	// A directory that changes its parent has its ".." rewritten.
	if (source.parent.dentry !== target.parent.dentry) {
		if (isDirectory && permission(entry.inode, who, MAY_WRITE) !== 0) return -ERRNO.EACCES;
		if (exchange && thereIsDirectory && permission(there!.inode, who, MAY_WRITE) !== 0) return -ERRNO.EACCES;
	}
	if (isMountpoint(context, entry) || (there !== undefined && isMountpoint(context, there))) return -ERRNO.EBUSY;
	return 0;
}
