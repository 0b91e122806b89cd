// How mounts spread: shared subtrees, as man 7 mount_namespaces describes them.
//
//   shared    in a peer group: what is mounted below one member is mounted below all, and below the group's slaves
//   slave     hears from its master's group, tells nobody; may itself be shared with a group of its own
//   private   neither (unbindable: and may not be bound either)

import { hook, type Mount, type MountNumbers, MS, type PeerGroup, type Place, treeOf, unhook } from "./mount";

interface Copier {
	/** A copy of a tree of mounts whose members are peers or slaves of what they copy. */
	copy(source: Mount, how: "peer" | "slave"): Mount;
	numbers: MountNumbers;
}

const newGroup = (numbers: MountNumbers): PeerGroup => ({ id: numbers.nextGroup(), members: new Set(), slaves: new Set() });

function join(mount: Mount, group: PeerGroup): void {
	mount.peers = group;
	group.members.add(mount);
}
function listenTo(mount: Mount, group: PeerGroup): void {
	mount.master?.slaves.delete(mount);
	mount.master = group;
	group.slaves.add(mount);
}

/** The standing of a copy towards what it copies: a peer of its peers, or only a listener. */
export function joinAs(copy: Mount, original: Mount, how: "peer" | "slave"): void {
	if (original.peers !== undefined) {
		if (how === "peer") join(copy, original.peers);
		else listenTo(copy, original.peers);
	}
	if (original.master !== undefined && copy.master === undefined) listenTo(copy, original.master);
}

/** A mount leaves its group and its master; the slaves of a group that ends go to the group's own master. */
export function leavePeers(mount: Mount): void {
	leaveGroup(mount);
	mount.master?.slaves.delete(mount);
	mount.master = undefined;
}
function leaveGroup(mount: Mount): void {
	const group = mount.peers;
	if (group === undefined) return;
	group.members.delete(mount);
	mount.peers = undefined;
	if (group.members.size > 0) return;
	for (const slave of group.slaves) {
		slave.master = undefined;
		if (mount.master !== undefined) listenTo(slave, mount.master);
	}
	group.slaves.clear();
}

/** One mount becomes MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE. */
export function changePropagation(mount: Mount, kind: number, numbers: MountNumbers): void {
	if (kind !== MS.SLAVE) mount.unbindable = kind === MS.UNBINDABLE;
	if (kind === MS.SHARED) {
		if (mount.peers === undefined) join(mount, newGroup(numbers));
	} else if (kind === MS.SLAVE) {
		const group = mount.peers;
		if (group === undefined) return;
		const alone = group.members.size === 1;
		leaveGroup(mount);
		// The only member of its group has nobody to listen to but the master that it had.
		if (!alone) listenTo(mount, group);
	} else leavePeers(mount);
}

/** Who hears what happens below a mount: its peers, their slaves, the slaves' peers and so on; never itself. */
function* receivers(mount: Mount): Generator<{ mount: Mount; how: "peer" | "slave" }> {
	const seen = new Set<Mount>([mount]);
	function* ofGroup(group: PeerGroup, how: "peer" | "slave"): Generator<{ mount: Mount; how: "peer" | "slave" }> {
		for (const member of group.members) {
			if (seen.has(member)) continue;
			seen.add(member);
			yield { mount: member, how };
		}
		for (const slave of group.slaves) {
			if (seen.has(slave)) continue;
			if (slave.peers !== undefined) yield* ofGroup(slave.peers, "slave");
			else {
				seen.add(slave);
				yield { mount: slave, how: "slave" };
			}
		}
	}
	if (mount.peers !== undefined) yield* ofGroup(mount.peers, "peer");
}

/** Before `top` is attached at `target`: copies of it appear below every receiver that shows the same dentry. */
export function propagateAttach(top: Mount, target: Place, { copy, numbers }: Copier): void {
	// What is mounted below a shared mount is shared itself.
	if (target.mount.peers !== undefined) for (const mount of treeOf(top)) changePropagation(mount, MS.SHARED, numbers);
	for (const { mount: receiver, how } of [...receivers(target.mount)]) {
		if (!target.dentry.isUnder(receiver.root) || receiver.namespace === undefined) continue;
		const mounted = copy(top, how);
		if (how === "slave" && receiver.peers !== undefined)
			for (const each of treeOf(mounted)) changePropagation(each, MS.SHARED, numbers);
		// Where something is mounted already, the newcomer goes beneath it.
		const above = receiver.children.get(target.dentry);
		hook(mounted, receiver, target.dentry);
		if (above !== undefined) hook(above, mounted, mounted.root);
		for (const each of treeOf(mounted)) {
			if (each === above) break;
			each.namespace = receiver.namespace;
			receiver.namespace.mounts.add(each);
		}
	}
}

/** Before `mount` is unmounted: what was mounted by propagation with it goes too, unless something is mounted within it. */
export function propagateDetach(mount: Mount): void {
	if (mount.parent === undefined) return;
	for (const { mount: receiver } of [...receivers(mount.parent)]) {
		const there = receiver.children.get(mount.mountpoint!);
		if (there === undefined || there.root !== mount.root) continue;
		// What covers all of it comes down to where it was.
		const cover = there.children.get(there.root);
		if (there.children.size > (cover === undefined ? 0 : 1)) continue;
		release(there);
		if (cover === undefined) continue;
		unhook(cover);
		hook(cover, receiver, mount.mountpoint!);
	}
}

/** Takes a mount out of its place, its namespace and its peer group. */
export function release(mount: Mount): void {
	if (mount.namespace) mount.root.inode.unmounted?.();
	unhook(mount);
	mount.namespace?.mounts.delete(mount);
	mount.namespace = undefined;
	leavePeers(mount);
}
