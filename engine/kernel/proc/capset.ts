// The capability sets of a task (man 7 capabilities): capset(2), the bounding and ambient sets, the securebits.

import { ERRNO } from "../../lib/errno";
import { ALL_CAPABILITIES, CAP, CAP_LAST, capable, has } from "./capability";
import type { TaskRecord } from "./task";

/** Each has a lock, the bit above it. */
export const SECBIT = { NOROOT: 1, NO_SETUID_FIXUP: 4, KEEP_CAPS: 16, NO_CAP_AMBIENT_RAISE: 64 } as const;
const SECURE_ALL = 0b0101_0101;
const SECURE_LOCKS = SECURE_ALL << 1;

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
	if (!capable(task, CAP.SETPCAP)) return -ERRNO.EPERM;
	if (capability < 0 || capability > CAP_LAST) return -ERRNO.EINVAL;
	task.identity.bounding &= ~(1n << BigInt(capability));
	return 0;
}
/** PR_CAP_AMBIENT_RAISE. */
export function raiseAmbient(task: TaskRecord, capability: number): number {
	const { identity } = task;
	if (capability < 0 || capability > CAP_LAST) return -ERRNO.EINVAL;
	const forbidden = (identity.securebits & SECBIT.NO_CAP_AMBIENT_RAISE) !== 0;
	if (forbidden || !has(identity.permitted, capability) || !has(identity.inheritable, capability)) return -ERRNO.EPERM;
	identity.ambient |= 1n << BigInt(capability);
	return 0;
}
/** PR_SET_SECUREBITS: what is locked stays, and locks stay. */
export function setSecurebits(task: TaskRecord, bits: number): number {
	const { identity } = task;
	const before = identity.securebits;
	const locked = (before & SECURE_LOCKS) >> 1;
	const unlocks = before & SECURE_LOCKS & ~bits;
	if (locked & (before ^ bits) || unlocks || bits & ~(SECURE_ALL | SECURE_LOCKS)) return -ERRNO.EPERM;
	if (!capable(task, CAP.SETPCAP)) return -ERRNO.EPERM;
	identity.securebits = bits;
	return 0;
}
