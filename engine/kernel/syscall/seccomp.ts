// seccomp(2), and the option of prctl(2) that is its older form.

import { BPF_INSTRUCTION_SIZE } from "../../lib/bpf";
import { ERRNO } from "../../lib/errno";
import { taskRecord } from "../proc/process";
import type { TaskRecord } from "../proc/task";
import { actionAvailable, MODE, setFilter, setStrict } from "../seccomp/set";
import type { SyscallRow } from "./row";

const OPERATION = { STRICT: 0, FILTER: 1, GET_ACTION_AVAIL: 2, GET_NOTIF_SIZES: 3 } as const;
/** struct seccomp_notif_sizes: three words of 16 bits. */
const NOTIFICATION_SIZES = [80, 24, 64];

/** struct sock_fprog: a count and, aligned, where the instructions lie. */
function filterAt(task: TaskRecord, address: number, flags: number): number {
	const { memory } = task;
	const head = memory.readable(address, 16);
	if (!head) return -ERRNO.EFAULT;
	const view = new DataView(head.buffer, head.byteOffset, 16);
	const count = view.getUint16(0, true);
	if (count === 0 || count > 4096) return -ERRNO.EINVAL;
	const bytes = memory.readable(Number(view.getBigUint64(8, true)), count * BPF_INSTRUCTION_SIZE);
	return bytes ? setFilter(task, bytes.slice(), flags) : -ERRNO.EFAULT;
}
/** PR_SET_SECCOMP. */
export function prctlSeccomp(task: TaskRecord, mode: number, address: number): number {
	if (mode === MODE.STRICT) return setStrict(task);
	return mode === MODE.FILTER ? filterAt(task, address, 0) : -ERRNO.EINVAL;
}
function seccomp(task: TaskRecord, operation: number, flags: number, address: number): number {
	switch (operation) {
		case OPERATION.STRICT:
			return flags !== 0 || address !== 0 ? -ERRNO.EINVAL : setStrict(task);
		case OPERATION.FILTER:
			return filterAt(task, address, flags);
		case OPERATION.GET_ACTION_AVAIL: {
			if (flags !== 0) return -ERRNO.EINVAL;
			const action = task.memory.u32(address);
			return action === undefined ? -ERRNO.EFAULT : actionAvailable(action);
		}
		case OPERATION.GET_NOTIF_SIZES: {
			if (flags !== 0) return -ERRNO.EINVAL;
			const bytes = task.memory.writable(address, 6);
			if (!bytes) return -ERRNO.EFAULT;
			bytes.set(NOTIFICATION_SIZES.flatMap((size) => [size & 0xff, size >> 8]));
			return 0;
		}
		default:
			return -ERRNO.EINVAL;
	}
}

export const seccompRows: SyscallRow[] = [
	{
		number: 317,
		name: "seccomp",
		args: ["int", "flags", "address"],
		handler: (task, [operation, flags, address]) => seccomp(taskRecord(task), operation >>> 0, flags >>> 0, address),
	},
];
