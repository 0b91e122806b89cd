// Registers as a tracer sees them: struct user_regs_struct, struct user_fpregs_struct (FXSAVE's image), and struct user around them
// (sys/user.h).

import type { Thread } from "../../../cpu/types";
import { ERRNO } from "../../../lib/errno";
import type { TaskRecord } from "../task";

export const REGS_SIZE = 27 * 8;
export const FPREGS_SIZE = 512;
/** With the two words behind the debug registers that the kernel has for itself. */
const USER_SIZE = 928;
/** u_debugreg. */
const DEBUG = { start: 848, end: 912 };
const [CS, SS] = [0x33n, 0x2bn];
/** CF PF AF ZF SF TF DF OF, and bit 1. */
const FLAGS = 0xdd5n;
const IF = 0x200n;
const CANONICAL = 1n << 47n;

/** In the order of user_regs_struct: general registers by the manual's numbers, and those with names. */
const ORDER = [15, 14, 13, 12, 5, 3, 11, 10, 9, 8, 0, 1, 2, 6, 7] as const;
const NAMED = ["origRax", "rip", "cs", "eflags", 4, "ss", "fsBase", "gsBase", "ds", "es", "fs", "gs"] as const;
const ALL: ReadonlyArray<number | string> = [...ORDER, ...NAMED];

function get(task: TaskRecord, thread: Thread, register: number | string): bigint {
	if (typeof register === "number") return thread.get(register);
	switch (register) {
		case "origRax":
			return BigInt.asUintN(64, BigInt(task.callNumber));
		case "rip":
			return BigInt.asUintN(64, BigInt(thread.rip));
		case "cs":
			return CS;
		case "eflags":
			return BigInt(thread.rflags >>> 0) | IF;
		case "ss":
			return SS;
		case "fsBase":
			return thread.fsBase;
		case "gsBase":
			return thread.gsBase;
		default:
			return 0n;
	}
}
/** EIO for what Linux refuses (putreg in arch/x86/kernel/ptrace.c). */
function set(task: TaskRecord, thread: Thread, register: number | string, value: bigint): number {
	if (typeof register === "number") {
		thread.set(register, value);
		return 0;
	}
	switch (register) {
		case "origRax":
			task.callNumber = Number(BigInt.asIntN(32, value));
			return 0;
		case "rip":
			thread.rip = Number(BigInt.asIntN(64, value));
			return 0;
		case "eflags":
			thread.rflags = Number((value & FLAGS) | 2n);
			return 0;
		case "fsBase":
		case "gsBase":
			if (value >= CANONICAL) return -ERRNO.EIO;
			thread[register] = value;
			return 0;
		case "cs":
		case "ss":
			// A selector of the kernel's, or none at all.
			return (value & 3n) === 3n ? 0 : -ERRNO.EIO;
		default:
			return value === 0n || (value & 3n) === 3n ? 0 : -ERRNO.EIO;
	}
}

export function readRegisters(task: TaskRecord): Uint8Array {
	const bytes = new Uint8Array(REGS_SIZE);
	const view = new DataView(bytes.buffer);
	ALL.forEach((register, index) => {
		view.setBigUint64(index * 8, get(task, task.thread!, register), true);
	});
	return bytes;
}
/** As many as there are; they are set in order until one is refused. */
export function writeRegisters(task: TaskRecord, bytes: Uint8Array): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let index = 0; (index + 1) * 8 <= bytes.length; index++) {
		const failed = set(task, task.thread!, ALL[index]!, view.getBigUint64(index * 8, true));
		if (failed < 0) return failed;
	}
	return 0;
}

const isWord = (offset: number): boolean => offset >= 0 && offset % 8 === 0 && offset < USER_SIZE;
/** PTRACE_PEEKUSER: a word of struct user. */
export function peekUser(task: TaskRecord, offset: number): bigint | number {
	if (!isWord(offset)) return -ERRNO.EIO;
	if (isDebug(offset)) return task.tracee!.debug.read((offset - DEBUG.start) / 8);
	return offset < REGS_SIZE ? get(task, task.thread!, ALL[offset / 8]!) : 0n;
}
const isDebug = (offset: number): boolean => offset >= DEBUG.start && offset < DEBUG.end;
export function pokeUser(task: TaskRecord, offset: number, value: bigint): number {
	if (!isWord(offset)) return -ERRNO.EIO;
	if (offset < REGS_SIZE) return set(task, task.thread!, ALL[offset / 8]!, value);
	return isDebug(offset) ? task.tracee!.debug.write((offset - DEBUG.start) / 8, value, task.process.mm!) : -ERRNO.EIO;
}
