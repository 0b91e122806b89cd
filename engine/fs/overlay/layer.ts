// What overlay writes into the directories that it is made of: whiteouts, opaque marks, origins.
// Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".

import type { Errno } from "../../lib/errno";
import { S_IFCHR, typeOf } from "../vfs/mode";
import type { Inode } from "../vfs/types";

/** Attributes with this prefix are overlay's own. An overlay shows and takes them one level deeper (see xattr in node.ts). */
export const OWN = "trusted.overlay.";
const OPAQUE = `${OWN}opaque`;
const ORIGIN = `${OWN}origin`;
const YES = Uint8Array.of(0x79);

/** A character device 0/0 stands for "no such name, whatever is below". */
export const isWhiteout = (inode: Inode): boolean => typeOf(inode) === S_IFCHR && inode.attributes().rdev === 0;

/** An opaque directory hides the directories of its name below it. */
export function isOpaque(directory: Inode): boolean {
	const value = directory.getxattr(OPAQUE);
	return typeof value !== "number" && value.length === 1 && value[0] === YES[0];
}
export const setOpaque = (directory: Inode): 0 | Errno => directory.setxattr(OPAQUE, YES, 0);

/**
 * Copied-up inodes remember the number of what they were copied from, so that st_ino stays as it was.
 * (The kernel keeps a file handle there; the number is what it uses it for.)
 */
export function setOrigin(inode: Inode, ino: number): 0 | Errno {
	const value = new Uint8Array(8);
	new DataView(value.buffer).setBigUint64(0, BigInt(ino), true);
	return inode.setxattr(ORIGIN, value, 0);
}
export function originOf(inode: Inode): number | undefined {
	const value = inode.getxattr(ORIGIN);
	if (typeof value === "number" || value.length !== 8) return undefined;
	return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0, true));
}
