// Making namespaces (man 7 namespaces): what clone, unshare and setns ask for, from the set that a task is in.

import { type MountNamespace, type Place, samePlace, throughMounts } from "../../fs/vfs/mount";
import type { Credentials } from "../../fs/vfs/types";
import { ERRNO, type Errno } from "../../lib/errno";
import { ALL_CAPABILITIES, CAP, capableIn } from "../proc/capability";
import { PidNamespaceRecord } from "../proc/pid";
import type { TaskRecord } from "../proc/task";
import type { FsState, Identity } from "../task";
import { counted } from "./enter";
import {
	CLONE_NEW,
	type IpcNamespace,
	type NamespaceKind,
	type Namespaces,
	type UserNamespace,
	type UtsNamespace,
} from "./namespaces";
import { isMapped } from "./user";

export const NAMESPACE_FLAGS = Object.values(CLONE_NEW).reduce((all, flag) => all | flag, 0);
/** User namespaces may be nested so deep. */
const MAX_DEPTH = 32;

export const kindsOf = (flags: number): NamespaceKind[] =>
	(Object.keys(CLONE_NEW) as NamespaceKind[]).filter((kind) => flags & CLONE_NEW[kind]);

/** What a task has after entering new namespaces. */
export interface Entered {
	namespaces: Namespaces;
	fs: FsState;
	credentials: Credentials;
	identity: Identity;
}

/**
 * New namespaces as `flags` say. CLONE_NEWPID makes one for children only. EPERM without CAP_SYS_ADMIN, unless a new user
 * namespace is made along with them.
 */
export function createNamespaces(task: TaskRecord, flags: number): Entered | Errno {
	const { kernel } = task;
	const before = task.namespaces;
	let user = before.user;
	let { credentials, identity } = task;
	if (flags & CLONE_NEW.user) {
		if (depth(user) >= MAX_DEPTH) return -ERRNO.ENOSPC;
		// Who sees but a part of the tree would see the rest with CAP_SYS_CHROOT.
		if (!samePlace(task.fs.root, throughMounts(before.mnt.root.place))) return -ERRNO.EPERM;
		user = createUser(kernel.nextNamespace(), before.user, credentials);
		credentials = credentialsWithin(user, credentials);
		identity = { ...identity, permitted: ALL_CAPABILITIES, bounding: ALL_CAPABILITIES, inheritable: 0n, ambient: 0n };
	} else if (flags & NAMESPACE_FLAGS && !capableIn(task, before.user, CAP.SYS_ADMIN)) return -ERRNO.EPERM;
	const base = { owner: user };
	const namespaces: Namespaces = { ...before, user };
	let fs = task.fs;
	if (flags & CLONE_NEW.uts) {
		const uts: UtsNamespace = {
			...base,
			kind: "uts",
			inode: kernel.nextNamespace(),
			hostname: before.uts.hostname,
			domainname: before.uts.domainname,
		};
		namespaces.uts = uts;
	}
	if (flags & CLONE_NEW.ipc) namespaces.ipc = { ...base, kind: "ipc", inode: kernel.nextNamespace() } satisfies IpcNamespace;
	if (flags & CLONE_NEW.net) namespaces.net = kernel.createNet(kernel.nextNamespace(), user);
	if (flags & CLONE_NEW.cgroup) {
		namespaces.cgroup = { ...base, kind: "cgroup", inode: kernel.nextNamespace(), root: task.process.cgroup };
	}
	if (flags & CLONE_NEW.pid) {
		const parent = before.pidForChildren as PidNamespaceRecord;
		if (parent.level >= MAX_DEPTH) return -ERRNO.ENOSPC;
		namespaces.pidForChildren = new PidNamespaceRecord(kernel.nextNamespace(), user, parent);
	}
	if (flags & CLONE_NEW.mnt) {
		const { namespace, translate } = before.mnt.clone(user !== before.user);
		namespaces.mnt = asMount(namespace, kernel.nextNamespace(), user);
		fs = translateFs(task.fs, translate);
	}
	return { namespaces, fs, credentials, identity };
}

export const translateFs = (fs: FsState, translate: (place: Place) => Place): FsState => ({
	root: translate(fs.root),
	cwd: translate(fs.cwd),
	umask: fs.umask,
});
/** A tree of mounts with what every namespace has. */
export const asMount = (namespace: MountNamespace, inode: number, owner: UserNamespace): Namespaces["mnt"] =>
	Object.assign(namespace, { kind: "mnt" as const, inode, owner, ...counted(() => namespace.dissolve()) });

export const createUser = (inode: number, parent: UserNamespace | undefined, creator?: Credentials): UserNamespace => {
	const user: UserNamespace = {
		kind: "user",
		inode,
		parent,
		uidMap: parent ? [] : [[0, 0, 4294967295]],
		gidMap: parent ? [] : [[0, 0, 4294967295]],
		creator: creator?.uid ?? 0,
		setgroupsDenied: parent?.setgroupsDenied ?? false,
		get owner() {
			return parent ?? user;
		},
	};
	return user;
};
/** All capabilities, over what the namespace has. */
export const credentialsWithin = (user: UserNamespace, credentials: Credentials): Credentials => ({
	...credentials,
	capabilities: ALL_CAPABILITIES,
	owns: (uid, gid) => isMapped(user, "uidMap", uid) && isMapped(user, "gidMap", gid),
});
const depth = (user: UserNamespace): number => (user.parent ? depth(user.parent) + 1 : 0);
