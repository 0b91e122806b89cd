// struct rusage (man 2 getrusage). CPU time is what the scheduler counted; it is all user time, since the kernel's is not guest work.

import type { GuestTask } from "./row";

const SIZE = 144;

/** `cpuTime` in milliseconds. False: EFAULT. */
export function writeUsage(task: GuestTask, address: number, cpuTime: number, residentBytes = 0): boolean {
	const bytes = task.memory.writable(address, SIZE);
	if (!bytes) return false;
	bytes.fill(0);
	const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE);
	view.setBigUint64(0, BigInt(Math.floor(cpuTime / 1000)), true);
	view.setBigUint64(8, BigInt(Math.floor((cpuTime % 1000) * 1000)), true);
	view.setBigUint64(32, BigInt(residentBytes >> 10), true);
	return true;
}
