// A mount namespace: the tree of mounts that its processes see, and everything that mount(2), umount2(2) and pivot_root(2) do
// to it. Calls return 0 (or what they made) or a negative errno. Who may call (CAP_SYS_ADMIN) is checked by the kernel.
//
// A mount lives so: made → attached at a place (parent, mountpoint) → perhaps moved → unmounted (in no namespace any more).
// What is attached or unmounted below a shared mount is so in its peers and their slaves too: see propagation.ts.

import { ERRNO, type Errno } from "../../lib/errno";
import { type Dentry, rootDentry } from "./dentry";
import {
	hook,
	isBelow,
	MNT_DETACH,
	MNT_EXPIRE,
	MNT_FORCE,
	MOUNT_FLAGS,
	Mount,
	MountNumbers,
	MS,
	type Place,
	treeOf,
	unhook,
} from "./mount";
import { changePropagation, joinAs, propagateAttach, propagateDetach, release } from "./propagation";
import type { FileSystem, Inode } from "./types";

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const isDirectory = (inode: Inode): boolean => (inode.attributes().mode & S_IFMT) === S_IFDIR;

export class MountNamespace {
	/** In the order in which they were made. */
	readonly mounts = new Set<Mount>();
	root!: Mount;

	private constructor(readonly numbers: MountNumbers) {}

	/** A machine's first namespace, with `fs` as its root. */
	static create(fs: FileSystem, source: string, flags = MS.RELATIME as number, numbers = new MountNumbers()): MountNamespace {
		const namespace = new MountNamespace(numbers);
		namespace.root = new Mount(numbers.nextMount(), fs, rootDentry(fs), source, flags & MOUNT_FLAGS);
		namespace.enlist(namespace.root);
		return namespace;
	}

	/**
	 * CLONE_NEWNS: a copy of the tree; copies of shared mounts are peers of what they copy. With `asSlaves` (the new namespace
	 * belongs to another user namespace) they only listen. `translate` maps the caller's root and cwd into the copy.
	 */
	clone(asSlaves = false): { namespace: MountNamespace; translate(place: Place): Place } {
		const namespace = new MountNamespace(this.numbers);
		const copies = new Map<Mount, Mount>();
		namespace.root = this.copyTree(this.root, asSlaves ? "slave" : "peer", () => true, copies);
		for (const copy of copies.values()) namespace.enlist(copy);
		const translate = (place: Place): Place => {
			const mount = copies.get(place.mount);
			return mount === undefined ? place : { mount, dentry: place.dentry };
		};
		return { namespace, translate };
	}

	/** mount(2) of a file system. `flags` are MS_*; those of MOUNT_FLAGS stay with the mount. */
	mount(target: Place, fs: FileSystem, source: string, flags: number): Mount | Errno {
		if (!this.owns(target.mount)) return -ERRNO.EINVAL;
		if (target.dentry.deleted) return -ERRNO.ENOENT;
		if (isDirectory(target.dentry.inode) !== isDirectory(fs.root)) return -ERRNO.ENOTDIR;
		// The same file system twice on the same place (do_add_mount).
		if (target.mount.fs === fs && target.dentry === target.mount.root && target.mount.root === rootDentry(fs))
			return -ERRNO.EBUSY;
		const mount = new Mount(this.numbers.nextMount(), fs, rootDentry(fs), source, withAtime(flags));
		this.attachTree(mount, target);
		return mount;
	}

	/** MS_BIND, with MS_REC when `recursive`: also of a single file. */
	bind(from: Place, target: Place, recursive = false): Mount | Errno {
		if (!this.owns(target.mount) || from.mount.unbindable) return -ERRNO.EINVAL;
		if (!this.owns(from.mount) && from.mount.namespace !== undefined) return -ERRNO.EINVAL;
		if (from.dentry.deleted && from.dentry !== from.mount.root) return -ERRNO.ENOENT;
		if (target.dentry.deleted) return -ERRNO.ENOENT;
		if (isDirectory(from.dentry.inode) !== isDirectory(target.dentry.inode)) return -ERRNO.ENOTDIR;
		const copy = recursive
			? this.copyTree(from.mount, "peer", (child) => !child.unbindable, new Map(), from.dentry)
			: this.copyMount(from.mount, from.dentry, "peer");
		this.attachTree(copy, target);
		return copy;
	}

	/** MS_REMOUNT | MS_BIND: the flags of one mount. Plain MS_REMOUNT changes its file system's read-only state as well. */
	remount(target: Place, flags: number): 0 | Errno {
		const { mount } = target;
		if (!this.owns(mount) || target.dentry !== mount.root) return -ERRNO.EINVAL;
		if ((flags & MS.BIND) === 0) {
			const readonly = (flags & MS.RDONLY) !== 0;
			if (mount.fs.readonly !== undefined && mount.fs.readonly && !readonly && mount.fs.remountable === false)
				return -ERRNO.EROFS;
			mount.fs.readonly = readonly;
		}
		mount.flags = withAtime(flags);
		return 0;
	}

	/** MS_MOVE. */
	move(from: Place, target: Place): 0 | Errno {
		const { mount } = from;
		if (!this.owns(mount) || !this.owns(target.mount)) return -ERRNO.EINVAL;
		if (from.dentry !== mount.root || mount.parent === undefined) return -ERRNO.EINVAL;
		if (isDirectory(mount.root.inode) !== isDirectory(target.dentry.inode)) return -ERRNO.EINVAL;
		if (mount.parent.peers !== undefined) return -ERRNO.EINVAL;
		if (target.mount.peers !== undefined && treeOf(mount).some((each) => each.unbindable)) return -ERRNO.EINVAL;
		for (let at: Mount | undefined = target.mount; at !== undefined; at = at.parent) if (at === mount) return -ERRNO.ELOOP;
		unhook(mount);
		this.attachTree(mount, target);
		return 0;
	}

	/** MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE, with MS_REC for the whole tree below. */
	setPropagation(target: Place, flags: number): 0 | Errno {
		if (!this.owns(target.mount) || target.dentry !== target.mount.root) return -ERRNO.EINVAL;
		const kind = flags & (MS.SHARED | MS.PRIVATE | MS.SLAVE | MS.UNBINDABLE);
		if (kind === 0 || (kind & (kind - 1)) !== 0) return -ERRNO.EINVAL;
		const mounts = (flags & MS.REC) !== 0 ? treeOf(target.mount) : [target.mount];
		for (const mount of mounts) changePropagation(mount, kind, this.numbers);
		return 0;
	}

	/** umount2(2). `isBusy` tells whether files or working directories are held in a mount (EBUSY without MNT_DETACH). */
	umount(target: Place, flags: number, isBusy: (mount: Mount) => boolean): 0 | Errno {
		const { mount } = target;
		if (!this.owns(mount) || target.dentry !== mount.root) return -ERRNO.EINVAL;
		if ((flags & MNT_EXPIRE) !== 0 && (flags & (MNT_FORCE | MNT_DETACH)) !== 0) return -ERRNO.EINVAL;
		if (mount.parent === undefined) {
			if ((flags & MNT_DETACH) !== 0) return -ERRNO.EINVAL;
			// "umount /" does what can be done: nothing is written to it any more.
			mount.fs.readonly = true;
			return 0;
		}
		if ((flags & MNT_DETACH) === 0 && (mount.children.size > 0 || isBusy(mount))) return -ERRNO.EBUSY;
		if ((flags & MNT_EXPIRE) !== 0 && !mount.expiring) {
			mount.expiring = true;
			return -ERRNO.EAGAIN;
		}
		this.detachTree(mount);
		return 0;
	}

	/**
	 * pivot_root(2): `newRoot` becomes the root, the old one goes to `putOld` (which may be the same place: runc's
	 * pivot_root(".", ".")). The caller then moves every process whose root or cwd was `root` to newRoot.
	 */
	pivotRoot(root: Place, newRoot: Place, putOld: Place): 0 | Errno {
		if (!isDirectory(newRoot.dentry.inode) || !isDirectory(putOld.dentry.inode)) return -ERRNO.ENOTDIR;
		const shared = (mount: Mount | undefined): boolean => mount?.peers !== undefined;
		if (shared(putOld.mount) || shared(newRoot.mount.parent) || shared(root.mount.parent)) return -ERRNO.EINVAL;
		if (!this.owns(root.mount) || !this.owns(newRoot.mount)) return -ERRNO.EINVAL;
		if (newRoot.dentry.deleted) return -ERRNO.ENOENT;
		if (newRoot.mount === root.mount || putOld.mount === root.mount) return -ERRNO.EBUSY;
		if (root.dentry !== root.mount.root) return -ERRNO.EINVAL;
		if (newRoot.dentry !== newRoot.mount.root || newRoot.mount.parent === undefined) return -ERRNO.EINVAL;
		if (!isBelow(putOld, newRoot) || !isBelow(newRoot, root)) return -ERRNO.EINVAL;
		const { parent, mountpoint } = root.mount;
		unhook(newRoot.mount);
		if (parent !== undefined) unhook(root.mount);
		hook(root.mount, putOld.mount, putOld.dentry);
		if (parent !== undefined) hook(newRoot.mount, parent, mountpoint!);
		else this.root = newRoot.mount;
		return 0;
	}

	/** Nobody is in it any more: everything is unmounted. */
	dissolve(): void {
		for (const mount of treeOf(this.root).reverse()) release(mount);
	}
	/** Is something of this namespace mounted on the dentry? (EBUSY for unlink, rmdir and rename) */
	isMountpoint(dentry: Dentry): boolean {
		for (const mount of dentry.mounts) if (mount.namespace === this) return true;
		return false;
	}
	owns(mount: Mount): boolean {
		return mount.namespace === this;
	}

	/** Attaches a tree of new or moved mounts, here and wherever it propagates. */
	private attachTree(top: Mount, target: Place): void {
		propagateAttach(top, target, {
			copy: (source, how) => this.copyTree(source, how, () => true, new Map()),
			numbers: this.numbers,
		});
		hook(top, target.mount, target.dentry);
		for (const mount of treeOf(top)) this.enlist(mount);
	}
	private detachTree(top: Mount): void {
		for (const mount of treeOf(top).reverse()) {
			propagateDetach(mount);
			release(mount);
		}
	}
	private copyMount(mount: Mount, root: Dentry, how: "peer" | "slave"): Mount {
		const copy = new Mount(this.numbers.nextMount(), mount.fs, root, mount.source, mount.flags);
		root.inode.mounted?.();
		joinAs(copy, mount, how);
		return copy;
	}
	/** Copies a mount, as seen from `root` on, and what is mounted below. */
	private copyTree(
		top: Mount,
		how: "peer" | "slave",
		wanted: (mount: Mount) => boolean,
		copies: Map<Mount, Mount>,
		root: Dentry = top.root,
	): Mount {
		const copy = this.copyMount(top, root, how);
		copies.set(top, copy);
		for (const [dentry, child] of top.children) {
			if (!dentry.isUnder(root) || !wanted(child)) continue;
			hook(this.copyTree(child, how, wanted, copies), copy, dentry);
		}
		return copy;
	}
	private enlist(mount: Mount): void {
		mount.namespace = this;
		this.mounts.add(mount);
	}
}

export { treeOf } from "./mount";
export { release } from "./propagation";

/** Without any word about access times, they are kept the relative way (man 2 mount, MS_RELATIME). */
const withAtime = (flags: number): number => {
	const kept = flags & MOUNT_FLAGS;
	return (flags & (MS.NOATIME | MS.STRICTATIME)) !== 0 ? kept & ~MS.RELATIME : kept | MS.RELATIME;
};
