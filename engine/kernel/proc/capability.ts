// Capabilities (man 7 capabilities): numbers, sets, and whether a task has one.

import type { UserNamespace } from "../ns/namespaces";
import type { Task } from "../task";

export const CAP = {
	CHOWN: 0,
	DAC_OVERRIDE: 1,
	DAC_READ_SEARCH: 2,
	FOWNER: 3,
	FSETID: 4,
	KILL: 5,
	SETGID: 6,
	SETUID: 7,
	SETPCAP: 8,
	LINUX_IMMUTABLE: 9,
	NET_BIND_SERVICE: 10,
	NET_BROADCAST: 11,
	NET_ADMIN: 12,
	NET_RAW: 13,
	IPC_LOCK: 14,
	IPC_OWNER: 15,
	SYS_MODULE: 16,
	SYS_RAWIO: 17,
	SYS_CHROOT: 18,
	SYS_PTRACE: 19,
	SYS_PACCT: 20,
	SYS_ADMIN: 21,
	SYS_BOOT: 22,
	SYS_NICE: 23,
	SYS_RESOURCE: 24,
	SYS_TIME: 25,
	SYS_TTY_CONFIG: 26,
	MKNOD: 27,
	LEASE: 28,
	AUDIT_WRITE: 29,
	AUDIT_CONTROL: 30,
	SETFCAP: 31,
	MAC_OVERRIDE: 32,
	MAC_ADMIN: 33,
	SYSLOG: 34,
	WAKE_ALARM: 35,
	BLOCK_SUSPEND: 36,
	AUDIT_READ: 37,
	PERFMON: 38,
	BPF: 39,
	CHECKPOINT_RESTORE: 40,
} as const;
export const CAP_LAST = CAP.CHECKPOINT_RESTORE;
export const ALL_CAPABILITIES = (1n << BigInt(CAP_LAST + 1)) - 1n;

const setOf = (...capabilities: number[]): bigint => capabilities.reduce((set, one) => set | (1n << BigInt(one)), 0n);
/** Those about files, which go and come with the user for files (setfsuid(2)). */
export const FILE_CAPABILITIES = setOf(
	CAP.CHOWN,
	CAP.DAC_OVERRIDE,
	CAP.DAC_READ_SEARCH,
	CAP.FOWNER,
	CAP.FSETID,
	CAP.LINUX_IMMUTABLE,
	CAP.MKNOD,
	CAP.MAC_OVERRIDE,
);

export const has = (set: bigint, capability: number): boolean => ((set >> BigInt(capability)) & 1n) === 1n;

/** In the task's own user namespace. */
export const capable = (task: Task, capability: number): boolean => has(task.credentials.capabilities, capability);

/** Over the machine as a whole: limits, clocks, priorities. */
export const capableGlobally = (task: Task, capability: number): boolean =>
	task.namespaces.user.parent === undefined && capable(task, capability);

/**
 * Over something that `owner` owns: the task has the capability in that namespace or in one around it, or it is the
 * creator's side of it (man 7 user_namespaces). A child's capabilities say nothing about its parent.
 */
export function capableIn(task: Task, owner: UserNamespace, capability: number): boolean {
	for (let at: UserNamespace | undefined = owner; at; at = at.parent) {
		if (at === task.namespaces.user) return capable(task, capability);
		if (at.parent === task.namespaces.user && at.creator === task.identity.euid) return true;
	}
	return false;
}
