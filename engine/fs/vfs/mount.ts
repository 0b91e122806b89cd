// Mounts, and the places in their tree: what a path resolves to. man 7 mount_namespaces.
//
// A Mount shows a file system (from its root, or for a bind mount from any dentry of it) on top of a place of another mount.
// A Place is a mount and a dentry in it; it stays right when things are renamed, unlinked or mounted over.
// MountNamespace (namespace.ts) is the tree of mounts that a process sees, and the only one to change it.

import { MS } from "../../lib/linux";
import type { Dentry } from "./dentry";
import { rootDentry } from "./dentry";
import type { MountNamespace } from "./namespace";
import type { FileSystem, Inode } from "./types";

export { Dentry, rootDentry } from "./dentry";
export type { MountNamespace } from "./namespace";

export { MS };

/** The flags that belong to a mount rather than to its file system. */
export const MOUNT_FLAGS =
	MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.NOSYMFOLLOW | MS.NOATIME | MS.NODIRATIME | MS.RELATIME;

/** flags of umount2(2). */
export const MNT_FORCE = 1;
export const MNT_DETACH = 2;
export const MNT_EXPIRE = 4;
export const UMOUNT_NOFOLLOW = 8;

/** A position in the tree of mounts. Compare with samePlace: two objects may be the same place. */
export interface Place {
	readonly mount: Mount;
	readonly dentry: Dentry;
}

/** Mounts that tell each other what is mounted and unmounted below them ("shared:N" in mountinfo). */
export interface PeerGroup {
	readonly id: number;
	readonly members: Set<Mount>;
	/** Mounts that hear of this group's changes, but do not tell of theirs ("master:N"). */
	readonly slaves: Set<Mount>;
}

export class Mount {
	/** Where it is mounted; undefined for the root of a namespace, and after it was unmounted. */
	parent: Mount | undefined;
	mountpoint: Dentry | undefined;
	/** What is mounted on dentries of this mount. */
	readonly children = new Map<Dentry, Mount>();
	/** undefined once unmounted (MNT_DETACH leaves such mounts to those who are in them). */
	namespace: MountNamespace | undefined;
	peers: PeerGroup | undefined;
	master: PeerGroup | undefined;
	unbindable = false;
	/** umount2(2) with MNT_EXPIRE has been here once: the next one unmounts. */
	expiring = false;

	constructor(
		readonly id: number,
		readonly fs: FileSystem,
		/** The dentry that is seen as the mount's root. */
		readonly root: Dentry,
		/** The first field of /proc/mounts: a device, or any word. */
		readonly source: string,
		/** MOUNT_FLAGS. */
		public flags: number,
	) {}

	get readonly(): boolean {
		return (this.flags & MS.RDONLY) !== 0 || this.fs.readonly === true;
	}
	has(flag: number): boolean {
		return (this.flags & flag) !== 0;
	}
	/** The place of its root. */
	get place(): Place {
		return { mount: this, dentry: this.root };
	}
}

export const inodeAt = (place: Place): Inode => place.dentry.inode;
export const samePlace = (a: Place, b: Place): boolean => a.dentry === b.dentry && a.mount === b.mount;

/** The top of what is mounted on a place: the place that a walk which arrives there goes on from. */
export function throughMounts(place: Place): Place {
	let { mount, dentry } = place;
	while (dentry.mounts.size > 0) {
		const over = mount.children.get(dentry);
		if (over === undefined) break;
		mount = over;
		dentry = over.root;
	}
	return mount === place.mount ? place : { mount, dentry };
}

/**
 * The path of a place as seen from `root` (d_path). `reachable` is false when the place is not below root: the path is then
 * that from the root of its own mounts. A name that is gone ends in " (deleted)" unless `plain`.
 */
export function pathOf(place: Place, root: Place, plain = false): { path: string; reachable: boolean } {
	let { mount, dentry } = place;
	const names: string[] = [];
	const suffix = place.dentry.deleted && !plain ? " (deleted)" : "";
	while (dentry !== root.dentry || mount !== root.mount) {
		if (dentry === mount.root) {
			if (mount.parent === undefined) return { path: `/${names.reverse().join("/")}${suffix}`, reachable: false };
			dentry = mount.mountpoint!;
			mount = mount.parent;
		} else if (dentry.parent === undefined) {
			// An anonymous file has a label; a directory moved out of its bind mount has only what names it still has.
			return { path: names.length === 0 ? dentry.name : `/${names.reverse().join("/")}`, reachable: false };
		} else {
			names.push(dentry.name);
			dentry = dentry.parent;
		}
	}
	return { path: `/${names.reverse().join("/")}${suffix}`, reachable: true };
}

/** A mount that is in no namespace: for pipes, sockets and other files without a path. */
export const detachedMount = (fs: FileSystem): Mount => new Mount(0, fs, rootDentry(fs), fs.type, 0);

/** Numbers of mounts and peer groups; shared by all namespaces of one machine. */
export class MountNumbers {
	private mounts = 20;
	private groups = 0;
	nextMount(): number {
		return ++this.mounts;
	}
	nextGroup(): number {
		return ++this.groups;
	}
}

/** Puts a mount on a dentry of another. */
export function hook(mount: Mount, parent: Mount, mountpoint: Dentry): void {
	mount.parent = parent;
	mount.mountpoint = mountpoint;
	mountpoint.mounts.add(mount);
	parent.children.set(mountpoint, mount);
}
export function unhook(mount: Mount): void {
	if (mount.parent?.children.get(mount.mountpoint!) === mount) mount.parent.children.delete(mount.mountpoint!);
	mount.mountpoint?.mounts.delete(mount);
	mount.parent = undefined;
	mount.mountpoint = undefined;
}
/** A mount and all below it, parents first. */
export function treeOf(top: Mount, into: Mount[] = []): Mount[] {
	into.push(top);
	for (const child of top.children.values()) treeOf(child, into);
	return into;
}
/** Is a place the other place, or can it be reached going down from it? */
export function isBelow(place: Place, ancestor: Place): boolean {
	let { mount, dentry } = place;
	while (mount !== ancestor.mount && mount.parent !== undefined) {
		dentry = mount.mountpoint!;
		mount = mount.parent;
	}
	return mount === ancestor.mount && (samePlace({ mount, dentry }, ancestor) || dentry.isUnder(ancestor.dentry));
}
