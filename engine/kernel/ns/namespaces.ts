// The namespaces a task lives in (man 7 namespaces). Each kind is an object; sharing the object is sharing the namespace.

import type { MountNamespace } from "../../fs/vfs/mount";

export type NamespaceKind = "mnt" | "pid" | "net" | "uts" | "ipc" | "user" | "cgroup";

/** CLONE_NEW* of sched.h. */
export const CLONE_NEW: Record<NamespaceKind, number> = {
	mnt: 0x00020000,
	cgroup: 0x02000000,
	uts: 0x04000000,
	ipc: 0x08000000,
	user: 0x10000000,
	pid: 0x20000000,
	net: 0x40000000,
};

export interface Namespace {
	readonly kind: NamespaceKind;
	/** As in /proc/PID/ns: "uts:[4026531838]". */
	readonly inode: number;
	readonly owner: UserNamespace;
	/** Of those whose end matters: tasks in it, open files and mounts of it (and sockets, of a network) keep it. */
	hold?(): void;
	drop?(): void;
}
export interface UtsNamespace extends Namespace {
	readonly kind: "uts";
	hostname: string;
	domainname: string;
}
export interface UserNamespace extends Namespace {
	readonly kind: "user";
	readonly parent: UserNamespace | undefined;
	/** The user (as the initial namespace numbers them) that made it, and that has all capabilities over it. */
	readonly creator: number;
	/** Lines of uid_map and gid_map: inside, outside, count. */
	uidMap: Array<[inside: number, outside: number, count: number]>;
	gidMap: Array<[inside: number, outside: number, count: number]>;
	/** /proc/PID/setgroups: "deny" was written here or above. */
	setgroupsDenied: boolean;
}
export interface PidNamespace extends Namespace {
	readonly kind: "pid";
	readonly parent: PidNamespace | undefined;
	readonly level: number;
}
export interface IpcNamespace extends Namespace {
	readonly kind: "ipc";
}
export interface CgroupNamespace extends Namespace {
	readonly kind: "cgroup";
	/** The cgroup that looks like / from inside. */
	readonly root: string;
}
/** kernel/net adds its tables to this. */
export interface NetNamespace extends Namespace {
	readonly kind: "net";
	/** Opaque to all but kernel/net. */
	readonly stack: unknown;
}
export interface Namespaces {
	mnt: MountNamespace & Namespace;
	pid: PidNamespace;
	/** The one that children are born into (unshare(CLONE_NEWPID), setns). */
	pidForChildren: PidNamespace;
	net: NetNamespace;
	uts: UtsNamespace;
	ipc: IpcNamespace;
	user: UserNamespace;
	cgroup: CgroupNamespace;
}
