// System calls that threads are made of: futexes and restartable sequences. Decoding only; proc/ acts.

import { ERRNO } from "../../lib/errno";
import * as futex from "../proc/futex";
import { taskRecord } from "../proc/process";
import { rseq } from "../proc/rseq";
import type { TaskRecord } from "../proc/task";
import type { Blocked } from "../wait";
import type { SyscallRow } from "./row";
import { readTimespec } from "./timespec";

function futexCall(
	task: TaskRecord,
	address: number,
	operation: number,
	value: number,
	timeoutAt: number,
	third: number,
): number | Blocked {
	const command = operation & ~(futex.FUTEX_PRIVATE | futex.FUTEX_CLOCK_REALTIME);
	const mm = task.process.mm!;
	if (address % 4 !== 0) return -ERRNO.EINVAL;
	switch (command) {
		case futex.FUTEX_WAIT:
		case futex.FUTEX_WAIT_BITSET: {
			const timeout = timeoutAt === 0 ? undefined : readTimespec(task, timeoutAt);
			if (timeout !== undefined && timeout < 0) return timeout;
			return futex.futexWait(
				task,
				address,
				value,
				timeout === undefined ? undefined : deadline(task, command, operation, timeout),
			);
		}
		case futex.FUTEX_WAKE:
		case futex.FUTEX_WAKE_BITSET:
			return futex.futexWake(mm, address, value);
		case futex.FUTEX_CMP_REQUEUE:
			if (task.memory.i32(address) !== (third | 0)) return -ERRNO.EAGAIN;
			return futex.futexRequeue(mm, address, value, timeoutAt);
		case futex.FUTEX_REQUEUE:
			return futex.futexRequeue(mm, address, value, timeoutAt);
		default:
			return -ERRNO.ENOSYS;
	}
}
/** FUTEX_WAIT counts from now; FUTEX_WAIT_BITSET names a moment of a clock. In monotonic milliseconds. */
function deadline(task: TaskRecord, command: number, operation: number, timeout: number): number {
	const now = task.kernel.uptime();
	if (command === futex.FUTEX_WAIT) return now + timeout;
	if (!(operation & futex.FUTEX_CLOCK_REALTIME)) return timeout;
	return now + timeout - Number(task.kernel.now()) / 1e6;
}

export const threadRows: SyscallRow[] = [
	{
		number: 202,
		name: "futex",
		args: ["address", "int", "uint", "address", "address", "uint"],
		handler: (task, [address, operation, value, timeout, , third]) =>
			futexCall(taskRecord(task), address, operation | 0, value | 0, timeout, third),
	},
	{
		number: 334,
		name: "rseq",
		args: ["address", "uint", "flags", "uint"],
		handler: (task, [address, length, flags, signature]) =>
			rseq(taskRecord(task), address, length >>> 0, flags | 0, signature >>> 0),
	},
];
