// File handles (man 2 name_to_handle_at): a number for a file that finds it again without a path, as long as it is there.
// Inode numbers are used anew, so a handle has a generation besides, as on Linux.

import type { Dentry } from "../../fs/vfs/dentry";
import type { Place } from "../../fs/vfs/mount";
import type { FileSystem, Inode } from "../../fs/vfs/types";

/** u32 generation, u64 inode number: what tmpfs has. */
export const HANDLE_BYTES = 12;
/** FILEID_INO32_GEN. */
export const HANDLE_TYPE = 1;

const generations = new WeakMap<object, number>();
const given = new WeakMap<FileSystem, Map<number, WeakRef<Dentry>>>();
let last = 0;

/** Undefined where the file system has no handles: what it shows is made anew each time. */
export function handleOf({ dentry }: Place): Uint8Array | undefined {
	const { inode } = dentry;
	if (inode.fs.exportable !== true) return undefined;
	const key = inode.identity();
	const generation = generations.get(key) ?? ++last;
	generations.set(key, generation);
	const known = given.get(inode.fs) ?? new Map<number, WeakRef<Dentry>>();
	given.set(inode.fs, known.set(generation, new WeakRef(dentry)));
	const bytes = new Uint8Array(HANDLE_BYTES);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, generation, true);
	view.setBigUint64(4, BigInt(inode.attributes().ino), true);
	return bytes;
}
/** Undefined: ESTALE. */
export function byHandle(fs: FileSystem, type: number, bytes: Uint8Array): Dentry | undefined {
	if (type !== HANDLE_TYPE || bytes.length !== HANDLE_BYTES) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const dentry = given.get(fs)?.get(view.getUint32(0, true))?.deref();
	return dentry && isThere(dentry.inode, view.getBigUint64(4, true)) ? dentry : undefined;
}
function isThere(inode: Inode, ino: bigint): boolean {
	const attributes = inode.attributes();
	return BigInt(attributes.ino) === ino && attributes.nlink > 0;
}
