// prctl(2): the options whose arguments are numbers. What is about other processors or not there is EINVAL, as on a kernel without it.

import { ERRNO } from "../../lib/errno";
import { CAP, CAP_LAST, capableGlobally, has } from "./capability";
import { dropBounding, raiseAmbient, SECBIT, setSecurebits } from "./capset";
import { SIGNAL_MAX } from "./signal/numbers";
import type { TaskRecord } from "./task";

export const PR = {
	SET_PDEATHSIG: 1,
	GET_PDEATHSIG: 2,
	GET_DUMPABLE: 3,
	SET_DUMPABLE: 4,
	GET_KEEPCAPS: 7,
	SET_KEEPCAPS: 8,
	SET_NAME: 15,
	GET_NAME: 16,
	GET_TIMING: 13,
	SET_TIMING: 14,
	GET_SECCOMP: 21,
	SET_SECCOMP: 22,
	CAPBSET_READ: 23,
	CAPBSET_DROP: 24,
	GET_TSC: 25,
	SET_TSC: 26,
	GET_SECUREBITS: 27,
	SET_SECUREBITS: 28,
	SET_TIMERSLACK: 29,
	GET_TIMERSLACK: 30,
	MCE_KILL_GET: 34,
	SET_MM: 35,
	SET_CHILD_SUBREAPER: 36,
	GET_CHILD_SUBREAPER: 37,
	SET_NO_NEW_PRIVS: 38,
	GET_NO_NEW_PRIVS: 39,
	SET_THP_DISABLE: 41,
	GET_THP_DISABLE: 42,
	CAP_AMBIENT: 47,
	GET_SPECULATION_CTRL: 52,
	SET_SPECULATION_CTRL: 53,
	SET_IO_FLUSHER: 57,
	GET_IO_FLUSHER: 58,
	SYSCALL_USER_DISPATCH: 59,
	SET_VMA: 0x53564d41,
} as const;
/** PR_MCE_KILL_DEFAULT; there are no machine checks. */
const MCE_KILL_DEFAULT = 2;
/** Kinds of speculation that one may ask about: none of them is done here (PR_SPEC_NOT_AFFECTED). */
const SPECULATION_KINDS = 3;
const AMBIENT = { IS_SET: 1, RAISE: 2, LOWER: 3, CLEAR_ALL: 4 } as const;
const NAME_BYTES = 15;

/** The number that the call answers; options that write to memory answer in `text` or `word`. */
export function prctl(task: TaskRecord, option: number, argument: number, third = 0, fourth = 0, fifth = 0): number {
	const { process, identity } = task;
	switch (option) {
		case PR.SET_PDEATHSIG:
			if (argument < 0 || argument > SIGNAL_MAX) return -ERRNO.EINVAL;
			process.deathSignal = argument;
			return 0;
		case PR.GET_DUMPABLE:
			return process.dumpable;
		case PR.SET_DUMPABLE:
			if (argument !== 0 && argument !== 1) return -ERRNO.EINVAL;
			process.dumpable = argument;
			return 0;
		case PR.GET_KEEPCAPS:
			return identity.securebits & SECBIT.KEEP_CAPS ? 1 : 0;
		case PR.SET_KEEPCAPS:
			if (argument !== 0 && argument !== 1) return -ERRNO.EINVAL;
			if (identity.securebits & (SECBIT.KEEP_CAPS << 1)) return -ERRNO.EPERM;
			identity.securebits = argument === 1 ? identity.securebits | SECBIT.KEEP_CAPS : identity.securebits & ~SECBIT.KEEP_CAPS;
			return 0;
		case PR.GET_SECCOMP:
			return task.seccomp.mode;
		case PR.CAPBSET_READ:
			return argument < 0 || argument > CAP_LAST ? -ERRNO.EINVAL : has(identity.bounding, argument) ? 1 : 0;
		case PR.CAPBSET_DROP:
			return dropBounding(task, argument);
		case PR.GET_TIMING:
			return 0;
		case PR.SET_TIMING:
			return argument === 0 ? 0 : -ERRNO.EINVAL;
		case PR.SET_TSC:
			// The counter can always be read.
			return argument === 1 ? 0 : -ERRNO.EINVAL;
		case PR.GET_SECUREBITS:
			return identity.securebits;
		case PR.SET_SECUREBITS:
			return setSecurebits(task, argument);
		case PR.SET_TIMERSLACK:
			task.timerSlack = argument > 0 ? argument : task.defaultTimerSlack;
			return 0;
		case PR.GET_TIMERSLACK:
			return task.timerSlack;
		case PR.MCE_KILL_GET:
			return argument || third || fourth || fifth ? -ERRNO.EINVAL : MCE_KILL_DEFAULT;
		case PR.SET_MM:
			return capableGlobally(task, CAP.SYS_RESOURCE) ? -ERRNO.EINVAL : -ERRNO.EPERM;
		case PR.SET_THP_DISABLE:
			if (third || fourth || fifth) return -ERRNO.EINVAL;
			process.hugePagesOff = argument !== 0;
			return 0;
		case PR.GET_THP_DISABLE:
			if (argument || third || fourth || fifth) return -ERRNO.EINVAL;
			return process.hugePagesOff ? 1 : 0;
		case PR.GET_SPECULATION_CTRL:
			if (third || fourth || fifth) return -ERRNO.EINVAL;
			return argument < SPECULATION_KINDS ? 0 : -ERRNO.ENODEV;
		case PR.SET_SPECULATION_CTRL:
			if (fourth || fifth) return -ERRNO.EINVAL;
			return argument < SPECULATION_KINDS ? -ERRNO.ENXIO : -ERRNO.ENODEV;
		case PR.SET_IO_FLUSHER:
		case PR.GET_IO_FLUSHER:
			return capableGlobally(task, CAP.SYS_RESOURCE) ? 0 : -ERRNO.EPERM;
		case PR.SYSCALL_USER_DISPATCH:
			return argument || third || fourth || fifth ? -ERRNO.EINVAL : 0;
		case PR.SET_CHILD_SUBREAPER:
			process.subreaper = argument !== 0;
			return 0;
		case PR.SET_NO_NEW_PRIVS:
			if (argument !== 1 || third || fourth || fifth) return -ERRNO.EINVAL;
			identity.noNewPrivs = true;
			return 0;
		case PR.GET_NO_NEW_PRIVS:
			if (argument || third || fourth || fifth) return -ERRNO.EINVAL;
			return identity.noNewPrivs ? 1 : 0;
		case PR.CAP_AMBIENT:
			return fourth || fifth ? -ERRNO.EINVAL : ambient(task, argument, third);
		default:
			return -ERRNO.EINVAL;
	}
}
function ambient(task: TaskRecord, operation: number, capability: number): number {
	const { identity } = task;
	if (operation === AMBIENT.CLEAR_ALL) {
		if (capability !== 0) return -ERRNO.EINVAL;
		identity.ambient = 0n;
		return 0;
	}
	if (capability < 0 || capability > CAP_LAST) return -ERRNO.EINVAL;
	if (operation === AMBIENT.IS_SET) return has(identity.ambient, capability) ? 1 : 0;
	if (operation === AMBIENT.RAISE) return raiseAmbient(task, capability);
	if (operation !== AMBIENT.LOWER) return -ERRNO.EINVAL;
	identity.ambient &= ~(1n << BigInt(capability));
	return 0;
}

/** PR_SET_NAME and execve's comm. */
export function setName(task: TaskRecord, name: string): void {
	task.name = shorten(name, NAME_BYTES);
}
const encoder = new TextEncoder();
function shorten(name: string, bytes: number): string {
	let short = name;
	while (encoder.encode(short).length > bytes) short = short.slice(0, -1);
	return short;
}
