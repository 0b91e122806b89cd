// User and group ids (man 7 credentials): who may change to what, and what a change of the user takes away of the capabilities
// (man 7 capabilities, "Effect of user ID changes on capabilities"). Ids are those of the initial user namespace.
//
// The ids for files (credentials.uid, gid: fsuid and fsgid) follow the effective ones and differ from them only after setfsuid(2).

import { ERRNO } from "../../lib/errno";
import { toOutside } from "../ns/user";
import type { Task } from "../task";
import { CAP, capable, FILE_CAPABILITIES } from "./capability";
import { SECBIT } from "./capset";
import type { TaskRecord } from "./task";

const SAME = -1;

/** Root as the task's user namespace has it, or undefined where it has none. */
export const rootOf = (task: Task): number | undefined => toOutside(task.namespaces.user, "uidMap", 0);

/** setresuid(2); -1 leaves an id as it is. */
export function setresuid(task: TaskRecord, ruid: number, euid: number, suid: number): number {
	const { identity } = task;
	const mine = [identity.ruid, identity.euid, identity.suid];
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
	const { identity } = task;
	const free = capable(task, CAP.SETUID);
	if (ruid !== SAME && !free && ruid !== identity.ruid && ruid !== identity.euid) return -ERRNO.EPERM;
	if (euid !== SAME && !free && ![identity.ruid, identity.euid, identity.suid].includes(euid)) return -ERRNO.EPERM;
	const saved = ruid !== SAME || (euid !== SAME && euid !== identity.ruid);
	changeUser(task, ruid, euid, saved ? (euid === SAME ? identity.euid : euid) : SAME);
	return 0;
}

function changeUser(task: TaskRecord, ruid: number, euid: number, suid: number): void {
	const { identity, credentials } = task;
	const root = rootOf(task);
	const { securebits } = identity;
	const hadRoot = [identity.ruid, identity.euid, identity.suid].includes(root!);
	const wasRoot = identity.euid === root;
	const before = identity.euid;
	if (ruid !== SAME) identity.ruid = ruid;
	if (suid !== SAME) identity.suid = suid;
	if (euid !== SAME) identity.euid = euid;
	const isRoot = identity.euid === root;
	let { capabilities } = credentials;
	if (!(securebits & SECBIT.NO_SETUID_FIXUP)) {
		if (hadRoot && ![identity.ruid, identity.euid, identity.suid].includes(root!)) {
			if (!(securebits & SECBIT.KEEP_CAPS)) {
				identity.permitted = 0n;
				capabilities = 0n;
			}
			identity.ambient = 0n;
		}
		if (wasRoot && !isRoot) capabilities = 0n;
		if (!wasRoot && isRoot) capabilities = identity.permitted;
	}
	if (identity.euid !== before) task.process.dumpable = 0;
	task.credentials = { ...credentials, uid: identity.euid, capabilities };
}

export function setresgid(task: TaskRecord, rgid: number, egid: number, sgid: number): number {
	const { identity } = task;
	const mine = [identity.rgid, identity.egid, identity.sgid];
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
	const { identity } = task;
	const free = capable(task, CAP.SETGID);
	if (rgid !== SAME && !free && rgid !== identity.rgid && rgid !== identity.egid) return -ERRNO.EPERM;
	if (egid !== SAME && !free && ![identity.rgid, identity.egid, identity.sgid].includes(egid)) return -ERRNO.EPERM;
	const saved = rgid !== SAME || (egid !== SAME && egid !== identity.rgid);
	changeGroup(task, rgid, egid, saved ? (egid === SAME ? identity.egid : egid) : SAME);
	return 0;
}
function changeGroup(task: TaskRecord, rgid: number, egid: number, sgid: number): void {
	const { identity } = task;
	if (rgid !== SAME) identity.rgid = rgid;
	if (sgid !== SAME) identity.sgid = sgid;
	if (egid !== SAME && egid !== identity.egid) {
		identity.egid = egid;
		task.process.dumpable = 0;
	}
	task.credentials = { ...task.credentials, gid: identity.egid };
}

/** setfsuid(2): the id before, whether it could be changed or not. */
export function setfsuid(task: TaskRecord, uid: number): number {
	const { identity, credentials } = task;
	const before = credentials.uid;
	const mine = [identity.ruid, identity.euid, identity.suid, before];
	if (uid === before || uid === SAME || !(mine.includes(uid) || capable(task, CAP.SETUID))) return before;
	let { capabilities } = credentials;
	const root = rootOf(task);
	if (!(identity.securebits & SECBIT.NO_SETUID_FIXUP)) {
		if (before === root) capabilities &= ~FILE_CAPABILITIES;
		else if (uid === root) capabilities |= identity.permitted & FILE_CAPABILITIES;
	}
	task.credentials = { ...credentials, uid, capabilities };
	return before;
}
export function setfsgid(task: TaskRecord, gid: number): number {
	const { identity, credentials } = task;
	const before = credentials.gid;
	const mine = [identity.rgid, identity.egid, identity.sgid, before];
	if (gid !== SAME && (mine.includes(gid) || capable(task, CAP.SETGID))) task.credentials = { ...credentials, gid };
	return before;
}

/** setgroups(2): not where the namespace forbids it, nor before its groups are mapped. */
export function setgroups(task: TaskRecord, groups: readonly number[]): number {
	const { user } = task.namespaces;
	const mayDrop = !user.parent || (user.gidMap.length > 0 && !user.setgroupsDenied);
	if (!capable(task, CAP.SETGID) || !mayDrop) return -ERRNO.EPERM;
	if (groups.length > 65536) return -ERRNO.EINVAL;
	// In order, as the kernel keeps them (groups_sort).
	task.credentials = { ...task.credentials, groups: [...groups].sort((a, b) => a - b) };
	return 0;
}
