// adjtimex(2) and clock_adjtime(2): how well the clock is kept, and what is to change of it (proc/timekeeping holds it).

import { ERRNO } from "../../lib/errno";
import { CAP, capableGlobally } from "../proc/capability";
import { CLOCK, clockOf } from "../proc/clock";
import { moveTo, STA, type TimeKeeping, timeKeepingOf, WORST_ERROR } from "../proc/timekeeping";
import type { GuestTask, SyscallRow } from "./row";

/** struct timex: where its fields are, and how long it is. */
const AT = {
	...{ modes: 0, offset: 8, frequency: 16, maximum: 24, estimated: 32, status: 40, constant: 48 },
	...{ precision: 56, tolerance: 64, seconds: 72, fraction: 80, tick: 88, tai: 160 },
} as const;
const SIZE = 208;
const TIME_OK = 0;
const TIME_ERROR = 5;
const ADJ = {
	...{ OFFSET: 0x1, FREQUENCY: 0x2, MAXERROR: 0x4, ESTERROR: 0x8, STATUS: 0x10, TIMECONST: 0x20, TAI: 0x80 },
	...{ SETOFFSET: 0x100, MICRO: 0x1000, NANO: 0x2000, TICK: 0x4000, ADJTIME: 0x8000 },
} as const;
/** With ADJ_ADJTIME these bits mean: adjtime(3), and only asking. */
const SINGLESHOT = ADJ.OFFSET;
const READ_ONLY = ADJ.NANO;
/** Parts per million, shifted by 16. */
const MOST_FREQUENCY = 32_768_000n;
/** What does not overflow on its way to the kernel's own scale (PPM_SCALE). */
const FREQUENCY_LIMIT = (1n << 63n) / 281_474_977n;
const MOST_CONSTANT = 10n;
const MOST_TAI = 100_000n;
/** Nanoseconds (MAXPHASE). */
const MOST_OFFSET = 500_000_000n;
const LEAST_TICK = 9_000n;
const MOST_TICK = 11_000n;

const clamp = (value: bigint, least: bigint, most: bigint): bigint => (value < least ? least : value > most ? most : value);

/** EINVAL, EPERM (timekeeping_validate_timex). */
function check(task: GuestTask, modes: number, view: DataView): number {
	const mayChange = capableGlobally(task, CAP.SYS_TIME);
	if (modes & ADJ.ADJTIME) {
		if (!(modes & SINGLESHOT)) return -ERRNO.EINVAL;
		if (!(modes & READ_ONLY) && !mayChange) return -ERRNO.EPERM;
	} else {
		if (modes && !mayChange) return -ERRNO.EPERM;
		const tick = view.getBigInt64(AT.tick, true);
		if (modes & ADJ.TICK && (tick < LEAST_TICK || tick > MOST_TICK)) return -ERRNO.EINVAL;
	}
	if (modes & ADJ.SETOFFSET) {
		if (!mayChange) return -ERRNO.EPERM;
		const fraction = view.getBigInt64(AT.fraction, true);
		if (fraction < 0n || fraction >= (modes & ADJ.NANO ? 1_000_000_000n : 1_000_000n)) return -ERRNO.EINVAL;
	}
	const frequency = view.getBigInt64(AT.frequency, true);
	return modes & ADJ.FREQUENCY && (frequency > FREQUENCY_LIMIT || frequency < -FREQUENCY_LIMIT) ? -ERRNO.EINVAL : 0;
}

/** process_adjtimex_modes: one after the other, in this order. */
function change(keeping: TimeKeeping, modes: number, view: DataView): void {
	const constant = view.getBigInt64(AT.constant, true);
	if (modes & ADJ.STATUS) {
		const wanted = view.getInt32(AT.status, true);
		const kept = keeping.status & STA.PLL && !(wanted & STA.PLL) ? STA.UNSYNC : keeping.status;
		keeping.status = (kept & STA.READ_ONLY) | (wanted & ~STA.READ_ONLY);
	}
	if (modes & ADJ.NANO) keeping.status |= STA.NANO;
	if (modes & ADJ.MICRO) keeping.status &= ~STA.NANO;
	if (modes & ADJ.FREQUENCY) keeping.frequency = clamp(view.getBigInt64(AT.frequency, true), -MOST_FREQUENCY, MOST_FREQUENCY);
	if (modes & ADJ.MAXERROR) keeping.maximumError = clamp(view.getBigInt64(AT.maximum, true), 0n, WORST_ERROR);
	if (modes & ADJ.ESTERROR) keeping.estimatedError = clamp(view.getBigInt64(AT.estimated, true), 0n, WORST_ERROR);
	if (modes & ADJ.TIMECONST) {
		const scaled = clamp(constant, 0n, MOST_CONSTANT) + (keeping.status & STA.NANO ? 0n : 4n);
		keeping.constant = clamp(scaled, 0n, MOST_CONSTANT);
	}
	if (modes & ADJ.TAI && constant >= 0n && constant <= MOST_TAI) keeping.tai = Number(constant);
	if (modes & ADJ.OFFSET && keeping.status & STA.PLL) {
		const unit = keeping.status & STA.NANO ? 1n : 1000n;
		keeping.offset = clamp(view.getBigInt64(AT.offset, true) * unit, -MOST_OFFSET, MOST_OFFSET);
	}
	if (modes & ADJ.TICK) keeping.tick = view.getBigInt64(AT.tick, true);
}

function adjtimex(task: GuestTask, address: number): number {
	const bytes = task.memory.writable(address, SIZE);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, SIZE);
	const modes = view.getUint32(AT.modes, true);
	const failed = check(task, modes, view);
	if (failed < 0) return failed;
	const { kernel } = task;
	const keeping = timeKeepingOf(kernel);
	if (modes & ADJ.SETOFFSET) {
		const fraction = view.getBigInt64(AT.fraction, true) * (modes & ADJ.NANO ? 1n : 1000n);
		const moved = moveTo(kernel, kernel.now() + view.getBigInt64(AT.seconds, true) * 1_000_000_000n + fraction);
		if (moved < 0) return moved;
	}
	let offset: bigint;
	if (modes & ADJ.ADJTIME) {
		offset = keeping.singleShot;
		if (!(modes & READ_ONLY)) keeping.singleShot = view.getBigInt64(AT.offset, true);
	} else {
		change(keeping, modes, view);
		offset = keeping.status & STA.NANO ? keeping.offset : keeping.offset / 1000n;
	}
	tell(view, bytes, { modes, offset, now: kernel.now() }, keeping);
	return keeping.status & (STA.UNSYNC | STA.CLOCKERR) ? TIME_ERROR : TIME_OK;
}
function tell(
	view: DataView,
	bytes: Uint8Array,
	{ modes, offset, now }: { modes: number; offset: bigint; now: bigint },
	keeping: TimeKeeping,
): void {
	bytes.fill(0);
	view.setUint32(AT.modes, modes, true);
	view.setBigInt64(AT.offset, offset, true);
	view.setBigInt64(AT.frequency, keeping.frequency, true);
	view.setBigInt64(AT.maximum, keeping.maximumError, true);
	view.setBigInt64(AT.estimated, keeping.estimatedError, true);
	view.setInt32(AT.status, keeping.status, true);
	view.setBigInt64(AT.constant, keeping.constant, true);
	view.setBigInt64(AT.precision, 1n, true);
	view.setBigInt64(AT.tolerance, MOST_FREQUENCY, true);
	view.setBigInt64(AT.seconds, now / 1_000_000_000n, true);
	view.setBigInt64(AT.fraction, (now % 1_000_000_000n) / (keeping.status & STA.NANO ? 1n : 1000n), true);
	view.setBigInt64(AT.tick, keeping.tick, true);
	view.setInt32(AT.tai, keeping.tai, true);
}

/** Only the wall clock can be adjusted; which clock is asked after the structure is read. */
function clockAdjtime(task: GuestTask, clock: number, address: number): number {
	if (!task.memory.readable(address, SIZE)) return -ERRNO.EFAULT;
	if (clock === CLOCK.REALTIME) return adjtimex(task, address);
	return clockOf(task, clock) || clock < 0 ? -ERRNO.EOPNOTSUPP : -ERRNO.EINVAL;
}

export const timexRows: SyscallRow[] = [
	{ number: 159, name: "adjtimex", args: ["address"], handler: (task, [address]) => adjtimex(task, address) },
	{
		number: 305,
		name: "clock_adjtime",
		args: ["clockid", "address"],
		handler: (task, [clock, address]) => clockAdjtime(task, clock | 0, address),
	},
];
