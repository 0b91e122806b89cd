// memfd_create(2): a regular file in memory that has no name, and its seals (man 2 fcntl, F_ADD_SEALS).

import { MemFs } from "../../fs/memfs/memfs";
import { S_IFREG } from "../../fs/vfs/mode";
import { Dentry, detachedMount, type Mount } from "../../fs/vfs/mount";
import type { AttributeChange, Inode } from "../../fs/vfs/types";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { FileDescription } from "./description";
import { O_LARGEFILE, O_RDWR } from "./flags";
import { RegularFile } from "./regular";

export const F_SEAL = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 16, EXEC: 32 } as const;
const ALL_SEALS = 63;
const WRITE_SEALS = F_SEAL.WRITE | F_SEAL.FUTURE_WRITE;

const DEVICE = 1;
const mounts = new WeakMap<Kernel, Mount>();
function mountOf(kernel: Kernel): Mount {
	let mount = mounts.get(kernel);
	if (!mount) {
		mount = detachedMount(new MemFs({ now: () => kernel.now(), newDevice: () => DEVICE }));
		mounts.set(kernel, mount);
	}
	return mount;
}

/** What may not be done to a file any more. */
interface Sealed {
	seals: number;
}
const sealed = new WeakMap<object, Sealed>();
const sealsOf = (inode: Inode): Sealed | undefined => sealed.get(inode.identity());

/** F_GET_SEALS: EINVAL for what cannot be sealed. */
export const getSeals = (inode: Inode | undefined): number => (inode && sealsOf(inode)?.seals) ?? -ERRNO.EINVAL;
/**
 * F_ADD_SEALS. The description must be open for writing (EPERM), and F_SEAL_SEAL not be there; F_SEAL_WRITE is refused while
 * somebody could write through a mapping (EBUSY).
 */
export function addSeals(inode: Inode | undefined, seals: number, writable: boolean, isMappedWritable: () => boolean): number {
	const state = inode && sealsOf(inode);
	if (!state) return -ERRNO.EINVAL;
	if (!writable) return -ERRNO.EPERM;
	if (seals & ~ALL_SEALS) return -ERRNO.EINVAL;
	if (state.seals & F_SEAL.SEAL) return -ERRNO.EPERM;
	if (seals & F_SEAL.WRITE && !(state.seals & F_SEAL.WRITE) && isMappedWritable()) return -ERRNO.EBUSY;
	// A file that may never become executable, while it is: it must not be written to either.
	const execSeals =
		seals & F_SEAL.EXEC && (inode.attributes().mode & 0o111) !== 0 ? F_SEAL.SHRINK | F_SEAL.GROW | WRITE_SEALS : 0;
	state.seals |= seals | execSeals;
	return 0;
}
/** May it be mapped shared and writable? */
export const mayMapWritable = (inode: Inode): boolean => !((sealsOf(inode)?.seals ?? 0) & WRITE_SEALS);

/** Puts the seals before an inode's own operations. */
function seal(inode: Inode, seals: number): void {
	const state: Sealed = { seals };
	sealed.set(inode.identity(), state);
	const own = { write: inode.write.bind(inode), setAttributes: inode.setAttributes.bind(inode), clear: inode.clear?.bind(inode) };
	inode.write = (offset, bytes) => {
		if (bytes.length === 0) return 0;
		if (state.seals & WRITE_SEALS) return -ERRNO.EPERM;
		if (state.seals & F_SEAL.GROW && offset + bytes.length > inode.attributes().size) return -ERRNO.EPERM;
		return own.write(offset, bytes);
	};
	inode.clear = (offset, length, allocated) =>
		state.seals & WRITE_SEALS ? -ERRNO.EPERM : (own.clear?.(offset, length, allocated) ?? -ERRNO.EOPNOTSUPP);
	inode.setAttributes = (change: AttributeChange) => {
		const { size, mode } = inode.attributes();
		if (change.size !== undefined && change.size < size && state.seals & F_SEAL.SHRINK) return -ERRNO.EPERM;
		if (change.size !== undefined && change.size > size && state.seals & F_SEAL.GROW) return -ERRNO.EPERM;
		if (change.mode !== undefined && (change.mode ^ mode) & 0o111 && state.seals & F_SEAL.EXEC) return -ERRNO.EPERM;
		return own.setAttributes(change);
	};
}

/** `seals`: those that it begins with; F_SEAL_SEAL alone where sealing was not asked for. */
export function createMemfd(task: Task, name: string, seals: number, mode = 0o777): FileDescription | Errno {
	const mount = mountOf(task.kernel);
	const { uid, gid } = task.credentials;
	const unique = String(task.kernel.nextInode());
	const inode = mount.fs.root.make(unique, { mode: S_IFREG | mode, uid, gid });
	if (typeof inode === "number") return inode;
	mount.fs.root.unlink(unique);
	seal(inode, seals);
	const label = `/memfd:${name} (deleted)`;
	const place = { mount, dentry: new Dentry(inode, undefined, label) };
	return new FileDescription(new RegularFile(inode, label, place), O_RDWR | O_LARGEFILE, place, inode);
}
