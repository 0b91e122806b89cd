// What execve(2) makes of ids and capabilities (man 7 capabilities, "Transformation of capabilities during execve" and "Capabilities
// and execution of programs by root"): set-user-ID and set-group-ID files, capabilities of files, root.

import { ERRNO, type Errno } from "../../lib/errno";
import { ALL_CAPABILITIES } from "./capability";
import { SECBIT } from "./capset";
import { rootOf } from "./identity";
import type { TaskRecord } from "./task";

/** The extended attribute security.capability of a file. */
export interface FileCapabilities {
	permitted: bigint;
	inheritable: bigint;
	/** What is gained is effective at once. */
	effective: boolean;
}
/** What a file gives to who executes it, as far as its mount and no_new_privs allow. */
export interface FilePrivileges {
	/** Its owner, if it is set-user-ID; its group, if it is set-group-ID. */
	uid?: number;
	gid?: number;
	capabilities?: FileCapabilities;
}
export interface IdentityAfter {
	uid: number;
	gid: number;
	permitted: bigint;
	effective: bigint;
	ambient: bigint;
	/** AT_SECURE: the program must not trust its environment. */
	secure: boolean;
}

/** struct vfs_cap_data: magic and version, then pairs of words. Undefined for what is no such thing. */
export function parseFileCapabilities(bytes: Uint8Array): FileCapabilities | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const magic = bytes.length >= 12 ? view.getUint32(0, true) : 0;
	const words = { 16777216: 1, 33554432: 2, 50331648: 2 }[magic & 0xff00_0000 & 0x7fff_ffff];
	if (!words || bytes.length < 4 + words * 8) return undefined;
	const set = (offset: number): bigint => {
		let bits = BigInt(view.getUint32(4 + offset, true));
		if (words === 2) bits |= BigInt(view.getUint32(12 + offset, true)) << 32n;
		return bits & ALL_CAPABILITIES;
	};
	return { permitted: set(0), inheritable: set(4), effective: (magic & 1) !== 0 };
}

/** EPERM: the file's capabilities are effective, and not all of them can be had. */
export function identityAfterExec(task: TaskRecord, file: FilePrivileges): IdentityAfter | Errno {
	const { identity } = task;
	const root = rootOf(task);
	const uid = file.uid ?? identity.euid;
	const gid = file.gid ?? identity.egid;
	const setId = uid !== identity.ruid || gid !== identity.rgid;
	let given = file.capabilities ?? { permitted: 0n, inheritable: 0n, effective: false };
	const { bounding, inheritable } = identity;
	if (file.capabilities?.effective && file.capabilities.permitted & ~(bounding | inheritable)) return -ERRNO.EPERM;
	const rootBySetId = file.capabilities && uid === root && identity.ruid !== root;
	if (!(identity.securebits & SECBIT.NOROOT) && !rootBySetId) {
		if (uid === root || identity.ruid === root)
			given = { permitted: ALL_CAPABILITIES, inheritable: ALL_CAPABILITIES, effective: given.effective };
		if (uid === root) given = { ...given, effective: true };
	}
	const clearsAmbient = file.capabilities !== undefined || file.uid !== undefined || file.gid !== undefined;
	const ambient = clearsAmbient ? 0n : identity.ambient;
	let permitted = (inheritable & given.inheritable) | (given.permitted & bounding) | ambient;
	// no_new_privs: nothing may be gained.
	if (identity.noNewPrivs && file.capabilities) permitted &= identity.permitted | ambient;
	const effective = given.effective ? permitted : ambient;
	const gains = identity.ruid !== root && (given.effective || (permitted & ~ambient) !== 0n);
	return { uid, gid, permitted, effective, ambient, secure: setId || gains };
}

/** Makes it so. */
export function assume(task: TaskRecord, after: IdentityAfter): void {
	const { identity, process } = task;
	const changed = after.uid !== identity.euid || after.gid !== identity.egid;
	const gained = (after.permitted & ~identity.permitted) !== 0n;
	if (changed || gained) process.deathSignal = 0;
	process.dumpable = changed || after.uid !== identity.ruid || after.gid !== identity.rgid ? 0 : 1;
	Object.assign(identity, {
		euid: after.uid,
		suid: after.uid,
		egid: after.gid,
		sgid: after.gid,
		permitted: after.permitted,
		ambient: after.ambient,
		securebits: identity.securebits & ~SECBIT.KEEP_CAPS,
	});
	task.credentials = { ...task.credentials, uid: after.uid, gid: after.gid, capabilities: after.effective };
}
