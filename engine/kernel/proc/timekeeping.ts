// The wall clock's setting and keeping (man 2 settimeofday, adjtimex). A machine's clock runs at the pace of its surroundings': what
// adjtimex(2) says of frequency, tick and offset is kept and told, and does not change the pace.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Kernel, Task } from "../task";
import { CAP, capableGlobally } from "./capability";

const BILLION = 1_000_000_000n;
/** Thirty years before the counter of nanoseconds ends (TIME_SETTOD_SEC_MAX). */
const LAST_SECOND = 8_277_292_036n;
/** Microseconds by which a clock that nobody keeps may be wrong (NTP_PHASE_LIMIT). */
export const WORST_ERROR = 16_000_000n;

export const STA = { PLL: 0x1, UNSYNC: 0x40, CLOCKERR: 0x1000, NANO: 0x2000, READ_ONLY: 0xff00 } as const;

/** What ntp_data of Linux holds, in the units of struct timex. */
export interface TimeKeeping {
	status: number;
	frequency: bigint;
	maximumError: bigint;
	estimatedError: bigint;
	constant: bigint;
	tick: bigint;
	tai: number;
	/** Nanoseconds that ADJ_OFFSET asked for. */
	offset: bigint;
	/** Microseconds that adjtime(3) asked for. */
	singleShot: bigint;
	zone: { minutesWest: number; summerTime: number };
}
const kept = new WeakMap<Kernel, TimeKeeping>();
export function timeKeepingOf(kernel: Kernel): TimeKeeping {
	let found = kept.get(kernel);
	if (!found) {
		found = {
			...{ status: 0, frequency: 0n, maximumError: 0n, estimatedError: 0n, constant: 2n, tick: 10_000n, tai: 0 },
			...{ offset: 0n, singleShot: 0n, zone: { minutesWest: 0, summerTime: 0 } },
		};
		kept.set(kernel, found);
	}
	return found;
}

/** May the clock be set, and to that? EINVAL, EPERM. */
export function checkSetting(task: Task, seconds: bigint, nanoseconds: bigint): Errno | 0 {
	if (seconds < 0n || seconds >= LAST_SECOND || nanoseconds < 0n || nanoseconds >= BILLION) return -ERRNO.EINVAL;
	return capableGlobally(task, CAP.SYS_TIME) ? 0 : -ERRNO.EPERM;
}
/** Whoever kept the clock has to begin anew. EINVAL for times before the machine booted as well; EPERM. */
export function setClock(task: Task, seconds: bigint, nanoseconds: bigint): Errno | 0 {
	const failed = checkSetting(task, seconds, nanoseconds);
	return failed < 0 ? failed : moveTo(task.kernel, seconds * BILLION + nanoseconds);
}
/** Nanoseconds since 1970. EINVAL before the machine booted. */
export function moveTo(kernel: Kernel, wanted: bigint): Errno | 0 {
	if (wanted < BigInt(Math.floor(kernel.uptime() * 1e6))) return -ERRNO.EINVAL;
	kernel.setNow(wanted);
	const keeping = timeKeepingOf(kernel);
	keeping.status |= STA.UNSYNC;
	keeping.maximumError = WORST_ERROR;
	keeping.estimatedError = WORST_ERROR;
	keeping.singleShot = 0n;
	keeping.offset = 0n;
	return 0;
}
/** At most fifteen hours from Greenwich. */
export function setZone(kernel: Kernel, minutesWest: number, summerTime: number): Errno | 0 {
	if (Math.abs(minutesWest) > 15 * 60) return -ERRNO.EINVAL;
	timeKeepingOf(kernel).zone = { minutesWest, summerTime };
	return 0;
}
