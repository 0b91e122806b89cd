// futex(2) and futex_waitv(2): decoding of their operations; proc/futex acts.

import { ERRNO } from "../../lib/errno";
import * as futex from "../proc/futex/operations";
import { lockPi, requeuePi, unlockPi, waitRequeuePi } from "../proc/futex/pi";
import { MATCH_ANY } from "../proc/futex/queue";
import type { TaskRecord } from "../proc/task";
import type { Blocked } from "../wait";
import type { Arguments } from "./row";
import { readTimespec } from "./timespec";

const WAIT = 0;
const WAKE = 1;
const REQUEUE = 3;
const CMP_REQUEUE = 4;
const WAKE_OP = 5;
const LOCK_PI = 6;
const UNLOCK_PI = 7;
const TRYLOCK_PI = 8;
const WAIT_BITSET = 9;
const WAKE_BITSET = 10;
const WAIT_REQUEUE_PI = 11;
const CMP_REQUEUE_PI = 12;
const LOCK_PI2 = 13;
const PRIVATE = 128;
const CLOCK_REALTIME = 256;
const TIMED: ReadonlySet<number> = new Set([WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2]);
const MAY_NAME_CLOCK: ReadonlySet<number> = new Set([WAIT, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2]);

export function futexCall(task: TaskRecord, args: Arguments): number | Blocked {
	const [address, , , fourth, second] = args;
	const operation = args[1] | 0;
	const value = args[2] | 0;
	const third = args[5] | 0;
	const command = operation & ~(PRIVATE | CLOCK_REALTIME);
	if (operation & CLOCK_REALTIME && !MAY_NAME_CLOCK.has(command)) return -ERRNO.ENOSYS;
	const deadline = TIMED.has(command) && fourth !== 0 ? deadlineOf(task, command, operation, fourth) : undefined;
	if (deadline !== undefined && deadline < 0) return deadline;
	const isPrivate = (operation & PRIVATE) !== 0;
	const at = { address, isPrivate };
	const other = { address: second, isPrivate };
	const misplaced = (place: number): boolean => place % 4 !== 0;
	if (misplaced(address)) return -ERRNO.EINVAL;
	const { mm } = task.process;
	switch (command) {
		case WAIT:
			return futex.futexWait(task, at, value, deadline);
		case WAIT_BITSET:
			return third === 0 ? -ERRNO.EINVAL : futex.futexWait(task, at, value, deadline, third);
		case WAKE:
			return reachable(task, at) ? futex.futexWake(mm!, at, value) : -ERRNO.EFAULT;
		case WAKE_BITSET:
			if (third === 0) return -ERRNO.EINVAL;
			return reachable(task, at) ? futex.futexWake(mm!, at, value, third) : -ERRNO.EFAULT;
		case REQUEUE:
		case CMP_REQUEUE:
			if (misplaced(second)) return -ERRNO.EINVAL;
			return futex.futexRequeue(task, at, other, value, fourth | 0, command === CMP_REQUEUE ? third : undefined);
		case WAKE_OP:
			return misplaced(second) ? -ERRNO.EINVAL : futex.futexWakeOp(task, at, other, value, fourth | 0, third);
		case LOCK_PI:
		case LOCK_PI2:
			return lockPi(task, at, deadline);
		case TRYLOCK_PI:
			return lockPi(task, at, undefined, false);
		case UNLOCK_PI:
			return unlockPi(task, at);
		case WAIT_REQUEUE_PI:
			return waitRequeuePi(task, at, other, value, deadline, third === 0 ? MATCH_ANY : third);
		case CMP_REQUEUE_PI:
			return value === 1 ? requeuePi(task, at, other, fourth | 0, third) : -ERRNO.EINVAL;
		default:
			return -ERRNO.ENOSYS;
	}
}
/** Words that may be shared have to be there to be told apart; for private ones the address is enough. */
const reachable = (task: TaskRecord, at: futex.FutexAddress): boolean =>
	at.isPrivate ? at.address < task.process.mm!.space.limit : task.memory.readable(at.address, 4) !== undefined;

/** Monotonic milliseconds, or a negative errno. */
function deadlineOf(task: TaskRecord, command: number, operation: number, address: number): number {
	const timeout = readTimespec(task, address);
	if (timeout < 0) return timeout;
	// FUTEX_WAIT counts from now; the others name a moment of a clock, LOCK_PI always of the real one.
	if (command === WAIT) return task.kernel.uptime() + timeout;
	const real = command === LOCK_PI || (operation & CLOCK_REALTIME) !== 0;
	return Math.max(0, real ? fromRealtime(task, timeout) : timeout);
}
const fromRealtime = (task: TaskRecord, ms: number): number => task.kernel.uptime() + ms - Number(task.kernel.now()) / 1e6;

const WAITV_MAX = 128;
const WAITV_SIZE = 24;
const SIZE_U32 = 2;
/** struct futex_waitv: value, address, flags, reserved. */
export function futexWaitv(task: TaskRecord, [at, count, flags, timeoutAt, clock]: Arguments): number | Blocked {
	if (flags >>> 0 !== 0 || count === 0 || count > WAITV_MAX || at === 0) return -ERRNO.EINVAL;
	let deadline: number | undefined;
	if (timeoutAt !== 0) {
		if (clock !== 0 && clock !== 1) return -ERRNO.EINVAL;
		const timeout = readTimespec(task, timeoutAt);
		if (timeout < 0) return timeout;
		deadline = clock === 0 ? fromRealtime(task, timeout) : timeout;
	}
	const bytes = task.memory.readable(at, count * WAITV_SIZE);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const words: Array<futex.FutexAddress & { value: number }> = [];
	for (let offset = 0; offset < bytes.length; offset += WAITV_SIZE) {
		const bits = view.getUint32(offset + 16, true);
		const address = Number(view.getBigUint64(offset + 8, true));
		if (bits & ~(PRIVATE | SIZE_U32) || !(bits & SIZE_U32) || view.getUint32(offset + 20, true) !== 0) return -ERRNO.EINVAL;
		if (address % 4 !== 0) return -ERRNO.EINVAL;
		words.push({ address, isPrivate: (bits & PRIVATE) !== 0, value: Number(view.getBigUint64(offset, true) & 0xffff_ffffn) });
	}
	return futex.futexWaitAny(task, words, deadline);
}
