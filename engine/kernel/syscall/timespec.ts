// Times as guests write them: struct timespec, timeval and itimerval, in milliseconds here.

import { ERRNO } from "../../lib/errno";
import type { GuestTask } from "./row";

/** struct timespec → milliseconds. EFAULT, EINVAL for one that is negative or no time. */
export function readTimespec(task: GuestTask, address: number): number {
	return readPair(task, address, 1e6, 1e9);
}
/** struct timeval → milliseconds. */
export function readTimeval(task: GuestTask, address: number): number {
	return readPair(task, address, 1e3, 1e6);
}
function readPair(task: GuestTask, address: number, perMs: number, most: number): number {
	const bytes = task.memory.readable(address, 16);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
	const seconds = Number(view.getBigInt64(0, true));
	const fraction = Number(view.getBigInt64(8, true));
	if (seconds < 0 || fraction < 0 || fraction >= most) return -ERRNO.EINVAL;
	return seconds * 1000 + fraction / perMs;
}

/** False: EFAULT. */
export function writeTimespec(task: GuestTask, address: number, nanoseconds: bigint): boolean {
	return writePair(task, address, nanoseconds / 1_000_000_000n, nanoseconds % 1_000_000_000n);
}
export function writeTimeval(task: GuestTask, address: number, microseconds: bigint): boolean {
	return writePair(task, address, microseconds / 1_000_000n, microseconds % 1_000_000n);
}
function writePair(task: GuestTask, address: number, seconds: bigint, fraction: bigint): boolean {
	const bytes = task.memory.writable(address, 16);
	if (!bytes) return false;
	const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
	view.setBigInt64(0, seconds, true);
	view.setBigInt64(8, fraction, true);
	return true;
}
export const nanosecondsOf = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
