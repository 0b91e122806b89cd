// Who may do what to an inode: mode bits and capabilities. man 7 path_resolution ("Permissions"), man 7 capabilities.

import { ERRNO, type Errno } from "../../lib/errno";
import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, S_IFDIR, S_IFMT, S_ISVTX } from "./mode";
import type { Credentials, Inode } from "./types";

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

const BITS = Array.from({ length: 64 }, (_, capability) => 1n << BigInt(capability));
const has = (who: Credentials, capability: number): boolean => (who.capabilities & BITS[capability]!) !== 0n;
/** Over the machine as a whole: device nodes, trusted attributes. */
export const capable = (who: Credentials, capability: number): boolean => who.owns === undefined && has(who, capability);
/** Over one file, by its owner. */
export const capableOver = (who: Credentials, capability: number, { uid, gid }: { uid: number; gid: number }): boolean =>
	has(who, capability) && (who.owns === undefined || who.owns(uid, gid));
export const inGroup = (who: Credentials, gid: number): boolean => who.gid === gid || who.groups.includes(gid);

/** `wanted` is MAY_* ORed. 0 or -EACCES. */
export function permission(inode: Inode, who: Credentials, wanted: number): 0 | Errno {
	// Whoever may search and write every directory need not be compared with its owner: most steps of root's walks.
	if (inode.type === S_IFDIR && capable(who, CAP_DAC_OVERRIDE)) return 0;
	const owner = inode.attributes();
	const { mode, uid, gid } = owner;
	const bits = who.uid === uid ? mode >> 6 : inGroup(who, gid) ? mode >> 3 : mode;
	if ((wanted & ~bits & 7) === 0) return 0;
	if ((mode & S_IFMT) === S_IFDIR) {
		if ((wanted & MAY_WRITE) === 0 && capableOver(who, CAP_DAC_READ_SEARCH, owner)) return 0;
		return capableOver(who, CAP_DAC_OVERRIDE, owner) ? 0 : -ERRNO.EACCES;
	}
	if (wanted === MAY_READ && capableOver(who, CAP_DAC_READ_SEARCH, owner)) return 0;
	// Even root executes only what somebody may execute.
	if (((wanted & MAY_EXEC) === 0 || (mode & 0o111) !== 0) && capableOver(who, CAP_DAC_OVERRIDE, owner)) return 0;
	return -ERRNO.EACCES;
}

/** Does `who` own the inode, or act as its owner? */
export const ownerOrCapable = (inode: Inode, who: Credentials): boolean =>
	inode.attributes().uid === who.uid || capableOver(who, CAP_FOWNER, inode.attributes());

/** In a directory with the sticky bit, only the owner of the directory or of the entry removes or renames it. */
export function stickyDenies(directory: Inode, entry: Inode, who: Credentials): boolean {
	const { mode, uid } = directory.attributes();
	if ((mode & S_ISVTX) === 0 || uid === who.uid || entry.attributes().uid === who.uid) return false;
	return !capableOver(who, CAP_FOWNER, entry.attributes());
}
