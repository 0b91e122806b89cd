// User and group ids, and capabilities (man 7 credentials, man 7 capabilities): who may change to what, and what a change of the
// user takes away. Ids are those of the initial user namespace.

import type { Credentials } from "../../fs/vfs/types";
import { ERRNO } from "../../lib/errno";
import { ALL_CAPABILITIES, CAP, CAP_LAST, capable, has } from "./capability";
import type { TaskRecord } from "./task";

const SAME = -1;

/** setresuid(2); -1 leaves an id as it is. */
export function setresuid(task: TaskRecord, ruid: number, euid: number, suid: number): number {
	const { identity, credentials } = task;
	const mine = [identity.ruid, credentials.uid, identity.suid];
	const allowed = (id: number): boolean => id === SAME || mine.includes(id) || capable(task, CAP.SETUID);
	if (![ruid, euid, suid].every(allowed)) return -ERRNO.EPERM;
	changeUser(task, ruid, euid, suid);
	return 0;
}
/** setuid(2): with the capability all three, else only the effective one. */
export function setuid(task: TaskRecord, uid: number): number {
	if (capable(task, CAP.SETUID)) changeUser(task, uid, uid, uid);
	else if (uid === task.identity.ruid || uid === task.identity.suid) changeUser(task, SAME, uid, SAME);
	else return -ERRNO.EPERM;
	return 0;
}
export function setreuid(task: TaskRecord, ruid: number, euid: number): number {
	const { identity, credentials } = task;
	const free = capable(task, CAP.SETUID);
	if (ruid !== SAME && !free && ruid !== identity.ruid && ruid !== credentials.uid) return -ERRNO.EPERM;
	if (euid !== SAME && !free && ![identity.ruid, credentials.uid, identity.suid].includes(euid)) return -ERRNO.EPERM;
	const saved = ruid !== SAME || (euid !== SAME && euid !== identity.ruid);
	changeUser(task, ruid, euid, saved ? (euid === SAME ? credentials.uid : euid) : SAME);
	return 0;
}

function changeUser(task: TaskRecord, ruid: number, euid: number, suid: number): void {
	const { identity, credentials } = task;
	const hadRoot = [identity.ruid, credentials.uid, identity.suid].includes(0);
	const wasRoot = credentials.uid === 0;
	if (ruid !== SAME) identity.ruid = ruid;
	if (suid !== SAME) identity.suid = suid;
	const uid = euid === SAME ? credentials.uid : euid;
	let { capabilities } = credentials;
	const hasRoot = [identity.ruid, uid, identity.suid].includes(0);
	if (hadRoot && !hasRoot && !task.process.keepCapabilities) {
		identity.permitted = 0n;
		identity.ambient = 0n;
		capabilities = 0n;
	}
	if (wasRoot && uid !== 0) capabilities = 0n;
	if (!wasRoot && uid === 0) capabilities = identity.permitted;
	if (uid !== credentials.uid) task.process.dumpable = 0;
	task.credentials = { ...credentials, uid, capabilities };
}

export function setresgid(task: TaskRecord, rgid: number, egid: number, sgid: number): number {
	const { identity, credentials } = task;
	const mine = [identity.rgid, credentials.gid, identity.sgid];
	const allowed = (id: number): boolean => id === SAME || mine.includes(id) || capable(task, CAP.SETGID);
	if (![rgid, egid, sgid].every(allowed)) return -ERRNO.EPERM;
	changeGroup(task, rgid, egid, sgid);
	return 0;
}
export function setgid(task: TaskRecord, gid: number): number {
	if (capable(task, CAP.SETGID)) changeGroup(task, gid, gid, gid);
	else if (gid === task.identity.rgid || gid === task.identity.sgid) changeGroup(task, SAME, gid, SAME);
	else return -ERRNO.EPERM;
	return 0;
}
export function setregid(task: TaskRecord, rgid: number, egid: number): number {
	const { identity, credentials } = task;
	const free = capable(task, CAP.SETGID);
	if (rgid !== SAME && !free && rgid !== identity.rgid && rgid !== credentials.gid) return -ERRNO.EPERM;
	if (egid !== SAME && !free && ![identity.rgid, credentials.gid, identity.sgid].includes(egid)) return -ERRNO.EPERM;
	const saved = rgid !== SAME || (egid !== SAME && egid !== identity.rgid);
	changeGroup(task, rgid, egid, saved ? (egid === SAME ? credentials.gid : egid) : SAME);
	return 0;
}
function changeGroup(task: TaskRecord, rgid: number, egid: number, sgid: number): void {
	if (rgid !== SAME) task.identity.rgid = rgid;
	if (sgid !== SAME) task.identity.sgid = sgid;
	if (egid !== SAME) task.credentials = { ...task.credentials, gid: egid };
}
export function setgroups(task: TaskRecord, groups: readonly number[]): number {
	if (!capable(task, CAP.SETGID)) return -ERRNO.EPERM;
	if (groups.length > 65536) return -ERRNO.EINVAL;
	task.credentials = { ...task.credentials, groups };
	return 0;
}

export interface CapabilitySets {
	effective: bigint;
	permitted: bigint;
	inheritable: bigint;
}
/** capset(2): nothing may be gained in the permitted set, nor be effective without being permitted. */
export function capset(task: TaskRecord, sets: CapabilitySets): number {
	const { identity, credentials } = task;
	const wanted = {
		effective: sets.effective & ALL_CAPABILITIES,
		permitted: sets.permitted & ALL_CAPABILITIES,
		inheritable: sets.inheritable & ALL_CAPABILITIES,
	};
	if (wanted.permitted & ~identity.permitted || wanted.effective & ~wanted.permitted) return -ERRNO.EPERM;
	const mayInherit = capable(task, CAP.SETPCAP)
		? identity.inheritable | identity.bounding
		: identity.inheritable | identity.permitted;
	if (wanted.inheritable & ~mayInherit || wanted.inheritable & ~(identity.inheritable | identity.bounding)) return -ERRNO.EPERM;
	identity.permitted = wanted.permitted;
	identity.inheritable = wanted.inheritable;
	identity.ambient &= wanted.permitted & wanted.inheritable;
	task.credentials = { ...credentials, capabilities: wanted.effective };
	return 0;
}
/** PR_CAPBSET_DROP. */
export function dropBounding(task: TaskRecord, capability: number): number {
	if (capability < 0 || capability > CAP_LAST) return -ERRNO.EINVAL;
	if (!capable(task, CAP.SETPCAP)) return -ERRNO.EPERM;
	task.identity.bounding &= ~(1n << BigInt(capability));
	return 0;
}
/** PR_CAP_AMBIENT_RAISE. */
export function raiseAmbient(task: TaskRecord, capability: number): number {
	const { identity } = task;
	if (capability < 0 || capability > CAP_LAST) return -ERRNO.EINVAL;
	if (!has(identity.permitted, capability) || !has(identity.inheritable, capability)) return -ERRNO.EPERM;
	identity.ambient |= 1n << BigInt(capability);
	return 0;
}

/**
 * What execve(2) makes of the sets, in the words of man 7 capabilities ("Transformation of capabilities during execve").
 * `owner` is given for a set-user-ID or set-group-ID file that counts.
 */
export function identityAfterExec(task: TaskRecord, owner: { uid?: number; gid?: number }): void {
	const { identity } = task;
	const uid = owner.uid ?? task.credentials.uid;
	const gid = owner.gid ?? task.credentials.gid;
	const privileged = owner.uid !== undefined || owner.gid !== undefined;
	const rootish = uid === 0 || identity.ruid === 0;
	const ambient = privileged ? 0n : identity.ambient;
	const filePermitted = rootish ? ALL_CAPABILITIES : 0n;
	const fileInheritable = rootish ? ALL_CAPABILITIES : 0n;
	const permitted = (identity.inheritable & fileInheritable) | (filePermitted & identity.bounding) | ambient;
	const effective = uid === 0 ? permitted : ambient;
	identity.permitted = permitted;
	identity.ambient = ambient;
	identity.suid = uid;
	identity.sgid = gid;
	const credentials: Credentials = { ...task.credentials, uid, gid, capabilities: effective };
	task.credentials = credentials;
	task.process.keepCapabilities = false;
}
