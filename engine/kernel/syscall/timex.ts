// adjtimex(2) and clock_adjtime(2): how well the clock is kept. It is the surroundings', so it can be asked about and not changed.

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { CLOCK } from "../proc/clock";
import type { GuestTask, SyscallRow } from "./row";

const SIZE = 208;
const TIME_OK = 0;
const ADJ_NANO = 0x2000;
/** struct timex: modes, offset, frequency, maximum and estimated error, status, constant, precision, tolerance, time, tick … */
function adjtimex(task: GuestTask, address: number): number {
	const bytes = task.memory.writable(address, SIZE);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE);
	const modes = view.getUint32(0, true);
	if (modes & ~ADJ_NANO) return capableGlobally(task, CAP.SYS_TIME) ? -ERRNO.EOPNOTSUPP : -ERRNO.EPERM;
	bytes.fill(0);
	view.setUint32(0, modes, true);
	view.setBigInt64(48, 2n, true);
	view.setBigInt64(56, 1n, true);
	view.setBigInt64(64, 32_768_000n, true);
	const now = task.kernel.now();
	view.setBigInt64(72, now / 1_000_000_000n, true);
	view.setBigInt64(80, (now % 1_000_000_000n) / 1000n, true);
	view.setBigInt64(88, 10_000n, true);
	return TIME_OK;
}

export const timexRows: SyscallRow[] = [
	{ number: 159, name: "adjtimex", args: ["address"], handler: (task, [address]) => adjtimex(task, address) },
	{
		number: 305,
		name: "clock_adjtime",
		args: ["clockid", "address"],
		handler: (task, [clock, address]) => ((clock | 0) === CLOCK.REALTIME ? adjtimex(task, address) : -ERRNO.EINVAL),
	},
];
