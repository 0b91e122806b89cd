// Extended attributes: getxattr(2), setxattr(2), listxattr(2), removexattr(2). man 7 xattr.

import { ERRNO, type Errno } from "../../lib/errno";
import { type PathContext, wantWrite } from "./context";
import { CAP_SETFCAP, CAP_SYS_ADMIN, S_IFDIR, S_IFREG, S_ISVTX, typeOf } from "./mode";
import { inodeAt, type Place } from "./mount";
import { IN, notify } from "./notify";
import { capable, MAY_READ, MAY_WRITE, ownerOrCapable, permission } from "./permission";
import type { Credentials, Inode } from "./types";
import { resolve } from "./walk";

const NAME_MAX = 255;
const VALUE_MAX = 65536;

export function getxattr(context: PathContext, path: string, name: string, follow = true): Uint8Array | Errno {
	const place = resolve(context, path, { followLast: follow });
	return typeof place === "number" ? place : getxattrAt(context, place, name);
}
/** Names that the asker may see. */
export function listxattr(context: PathContext, path: string, follow = true): string[] | Errno {
	const place = resolve(context, path, { followLast: follow });
	return typeof place === "number" ? place : listxattrAt(context, place);
}
/** `flags`: 1 XATTR_CREATE (EEXIST), 2 XATTR_REPLACE (ENODATA). */
export function setxattr(
	context: PathContext,
	path: string,
	name: string,
	value: Uint8Array,
	flags = 0,
	follow = true,
): 0 | Errno {
	const place = resolve(context, path, { followLast: follow });
	return typeof place === "number" ? place : setxattrAt(context, place, name, value, flags);
}
export function removexattr(context: PathContext, path: string, name: string, follow = true): 0 | Errno {
	const place = resolve(context, path, { followLast: follow });
	return typeof place === "number" ? place : removexattrAt(context, place, name);
}

export function getxattrAt(context: PathContext, place: Place, name: string): Uint8Array | Errno {
	const inode = inodeAt(place);
	return checkName(name) || mayRead(inode, name, context.credentials) || checkSpace(name) || inode.getxattr(name);
}
export function listxattrAt(context: PathContext, place: Place): string[] | Errno {
	const names = inodeAt(place).listxattr();
	if (typeof names === "number" || capable(context.credentials, CAP_SYS_ADMIN)) return names;
	return names.filter((name) => !name.startsWith("trusted."));
}
export function setxattrAt(context: PathContext, place: Place, name: string, value: Uint8Array, flags = 0): 0 | Errno {
	if ((flags & ~3) !== 0) return -ERRNO.EINVAL;
	if (value.length > VALUE_MAX) return -ERRNO.E2BIG;
	const inode = inodeAt(place);
	return told(
		place,
		checkName(name) ||
			wantWrite(place) ||
			mayWrite(inode, name, context.credentials) ||
			checkSpace(name) ||
			checkValue(name, value) ||
			inode.setxattr(name, value, flags),
	);
}
export function removexattrAt(context: PathContext, place: Place, name: string): 0 | Errno {
	const inode = inodeAt(place);
	return told(
		place,
		checkName(name) ||
			wantWrite(place) ||
			mayWrite(inode, name, context.credentials) ||
			checkSpace(name) ||
			inode.removexattr(name),
	);
}
/** Who watches hears of a change that succeeded. */
function told(place: Place, result: 0 | Errno): 0 | Errno {
	if (result === 0) notify(place.dentry, IN.ATTRIB);
	return result;
}

const checkName = (name: string): 0 | Errno => (name.length === 0 || name.length > NAME_MAX ? -ERRNO.ERANGE : 0);
/** Only these name spaces are kept; access control lists (system.posix_acl_*) are not. */
function checkSpace(name: string): 0 | Errno {
	const space = /^(user|trusted|security)\./.exec(name);
	if (space === null) return -ERRNO.EOPNOTSUPP;
	return name.length === space[0].length ? -ERRNO.EINVAL : 0;
}
/** Capabilities have a form: the revision in the highest byte of the first word says how long they are (linux/capability.h). */
function checkValue(name: string, value: Uint8Array): 0 | Errno {
	if (name !== "security.capability") return 0;
	const wanted = [undefined, 12, 20, 24][value[3] ?? 0];
	return value.length === wanted ? 0 : -ERRNO.EINVAL;
}
const holdsUserAttributes = (inode: Inode): boolean => {
	const type = typeOf(inode);
	return type === S_IFREG || type === S_IFDIR;
};

function mayRead(inode: Inode, name: string, who: Credentials): 0 | Errno {
	if (name.startsWith("trusted.")) return capable(who, CAP_SYS_ADMIN) ? 0 : -ERRNO.ENODATA;
	if (/^(security|system)\./.test(name)) return 0;
	if (!name.startsWith("user.")) return permission(inode, who, MAY_READ);
	return holdsUserAttributes(inode) ? permission(inode, who, MAY_READ) : -ERRNO.ENODATA;
}
function mayWrite(inode: Inode, name: string, who: Credentials): 0 | Errno {
	if (name.startsWith("trusted.")) return capable(who, CAP_SYS_ADMIN) ? 0 : -ERRNO.EPERM;
	if (name === "security.capability") return capable(who, CAP_SETFCAP) ? 0 : -ERRNO.EPERM;
	if (name.startsWith("security.")) return capable(who, CAP_SYS_ADMIN) ? 0 : -ERRNO.EPERM;
	if (name.startsWith("system.")) return 0;
	if (!name.startsWith("user.")) return permission(inode, who, MAY_WRITE);
	if (!holdsUserAttributes(inode)) return -ERRNO.EPERM;
	const sticky = typeOf(inode) === S_IFDIR && (inode.attributes().mode & S_ISVTX) !== 0;
	if (sticky && !ownerOrCapable(inode, who)) return -ERRNO.EPERM;
	return permission(inode, who, MAY_WRITE);
}
