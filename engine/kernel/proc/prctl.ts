// prctl(2): the options that containers and their helpers use. Others are EINVAL, as on a kernel without them.

import { ERRNO } from "../../lib/errno";
import { CAP_LAST, has } from "./capability";
import { dropBounding, raiseAmbient } from "./identity";
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
	GET_SECCOMP: 21,
	CAPBSET_READ: 23,
	CAPBSET_DROP: 24,
	GET_TSC: 25,
	SET_TIMERSLACK: 29,
	GET_TIMERSLACK: 30,
	SET_CHILD_SUBREAPER: 36,
	GET_CHILD_SUBREAPER: 37,
	SET_NO_NEW_PRIVS: 38,
	GET_NO_NEW_PRIVS: 39,
	CAP_AMBIENT: 47,
} as const;
const AMBIENT = { IS_SET: 1, RAISE: 2, LOWER: 3, CLEAR_ALL: 4 } as const;
const NAME_BYTES = 15;

/** The number that the call answers; options that write to memory answer in `text` or `word`. */
export function prctl(task: TaskRecord, option: number, argument: number, third = 0): number {
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
			return process.keepCapabilities ? 1 : 0;
		case PR.SET_KEEPCAPS:
			if (argument !== 0 && argument !== 1) return -ERRNO.EINVAL;
			process.keepCapabilities = argument === 1;
			return 0;
		case PR.GET_SECCOMP:
			return 0;
		case PR.CAPBSET_READ:
			return argument < 0 || argument > CAP_LAST ? -ERRNO.EINVAL : has(identity.bounding, argument) ? 1 : 0;
		case PR.CAPBSET_DROP:
			return dropBounding(task, argument);
		case PR.SET_TIMERSLACK:
			return 0;
		case PR.GET_TIMERSLACK:
			return 50_000;
		case PR.SET_CHILD_SUBREAPER:
			process.subreaper = argument !== 0;
			return 0;
		case PR.SET_NO_NEW_PRIVS:
			if (argument !== 1) return -ERRNO.EINVAL;
			identity.noNewPrivs = true;
			return 0;
		case PR.GET_NO_NEW_PRIVS:
			return identity.noNewPrivs ? 1 : 0;
		case PR.CAP_AMBIENT:
			return ambient(task, argument, third);
		default:
			return -ERRNO.EINVAL;
	}
}
function ambient(task: TaskRecord, operation: number, capability: number): number {
	const { identity } = task;
	if (operation === AMBIENT.CLEAR_ALL) {
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
