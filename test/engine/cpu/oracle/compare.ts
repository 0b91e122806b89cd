// Runs cases on our CPU, and says how an outcome differs from the processor's.

import { sizesOf } from "../../../../engine/cpu/decode/encoding";
import type { GuestSpace } from "../../../../engine/cpu/run/space";
import { ALL_FLAGS, FLAG } from "../../../../engine/cpu/table/flags";
import {
	type AddressSpace,
	type Cpu,
	PROT_EXEC,
	PROT_READ,
	PROT_WRITE,
	type Stop,
	type Thread,
} from "../../../../engine/cpu/types";
import {
	type Case,
	CODE,
	DATA,
	DATA_SIZE,
	ENTRY,
	FLAGS_AT,
	FS_BASE,
	FXSAVE_AT,
	FXSAVE_SIZE,
	GS_BASE,
	MEMORY_AT,
	OUTPUT_SIZE,
	type Outcome,
	placeCode,
	SLOT,
	WINDOW,
	WINDOW_SIZE,
} from "./case";
import { forgetPointers, otherwise } from "./maker";

/** RFLAGS' TF, and si_code of the trap it makes; native.c has the same bound. */
export const TRAP_FLAG = 0x100;
export const TRAP_TRACE = 2;
const MOST_STEPS = 300;
/** Functions in a translated module. */
const TOGETHER = 100;
/** More than a case of any kind takes, until it ends by a trap or has used up the stack. */
const MOST_FUEL = 100_000;

const SIGNALS = { SIGILL: 4, SIGTRAP: 5, SIGBUS: 7, SIGFPE: 8, SIGSEGV: 11 } as const;

/** Our side: an address space laid out like native.c's. */
export class Subject {
	private readonly space: AddressSpace;
	private readonly thread: Thread;
	private readonly image = new Uint8Array(512);
	private readonly starts: readonly number[];

	constructor(cpu: Cpu, cases: readonly Case[]) {
		this.space = cpu.createSpace()!;
		const codeSize = Math.ceil((cases.length * SLOT + 4096) / 4096) * 4096;
		this.space.map(CODE, codeSize, PROT_READ | PROT_WRITE | PROT_EXEC);
		this.space.map(DATA, DATA_SIZE, PROT_READ | PROT_WRITE);
		const code = this.space.bytes(CODE, codeSize);
		code.fill(0xcc);
		cases.forEach((c, i) => {
			placeCode(code, c, i);
		});
		this.space.written(CODE, codeSize);
		this.thread = this.space.createThread();
		this.starts = cases.map((_, i) => CODE + i * SLOT + ENTRY);
	}

	/** Has all of it translated at once, which is quicker than one by one where the CPU's tier would have it so. */
	translate(): void {
		const { regions } = (this.space as GuestSpace).bank;
		for (let i = 0; i < this.starts.length; i += TOGETHER) regions.translate(this.starts.slice(i, i + TOGETHER));
	}

	/** Runs a case, so many instructions at a time, and writes its outcome, OUTPUT_SIZE bytes. */
	run(c: Case, index: number, out: Uint8Array, slice = MOST_FUEL): void {
		const { space, thread } = this;
		// No case begins with what another has left.
		const data = space.bytes(DATA, DATA_SIZE);
		data.fill(0);
		data.set(c.memory, WINDOW - DATA);
		for (let i = 0; i < 16; i++) thread.set(i, c.registers[i]!);
		thread.gsBase = GS_BASE;
		thread.fsBase = FS_BASE;
		thread.rflags = c.flags;
		this.image.set(c.fxsave);
		thread.fxrstor(this.image);
		thread.rip = CODE + index * SLOT + ENTRY;
		const stop = this.execute(c, slice);
		const fault = stop.reason === "fault" ? stop : undefined;
		const view = new DataView(out.buffer, out.byteOffset, OUTPUT_SIZE);
		view.setUint32(0, fault ? SIGNALS[fault.signal] : 0, true);
		view.setUint32(4, fault?.code ?? 0, true);
		view.setBigUint64(8, BigInt(fault?.address ?? 0), true);
		view.setBigUint64(16, BigInt(thread.rip), true);
		for (let i = 0; i < 16; i++) view.setBigUint64(24 + 8 * i, thread.get(i), true);
		view.setBigUint64(FLAGS_AT, BigInt(thread.rflags), true);
		out.set(thread.fxsave().subarray(0, FXSAVE_SIZE), FXSAVE_AT);
		out.set(space.bytes(WINDOW, WINDOW_SIZE), MEMORY_AT);
	}

	release(): void {
		this.space.release();
	}

	/** With TF, as native.c does: until one instruction is done, with all its repetitions. */
	private execute({ flags }: Case, slice: number): Stop {
		const { thread } = this;
		if (!(flags & TRAP_FLAG)) {
			let stop = thread.run(slice);
			for (let used = slice; stop.reason === "fuel" && used < MOST_FUEL; used += slice) stop = thread.run(slice);
			return stop;
		}
		const start = thread.rip;
		for (let steps = 1; ; steps++) {
			const stop = thread.run(1);
			const stepped = stop.reason === "fault" && stop.signal === "SIGTRAP" && stop.code === TRAP_TRACE;
			if (!stepped || thread.rip !== start || steps === MOST_STEPS) return stop;
		}
	}
}

/** Rows whose results are approximations, with the units in the last place that are let pass. */
const ULPS: Readonly<Record<string, number>> = {
	f2xm1: 2,
	fyl2x: 2,
	fptan: 2,
	fpatan: 2,
	fyl2xp1: 2,
	fsincos: 2,
	fsin: 2,
	fcos: 2,
};
/** Approximations in XMM registers to 12 bits. */
const COARSE = new Set(["rcp", "rsqrt"]);

const WIDE = /^(fxsave|fxrstor|fnsave|frstor|fnstenv|fldenv)$/;

/** Linux tells where the operand begins, not where it cannot be written. */
const EMULATED = /^(s[gil]dt|str|smsw)$/;

/** Inputs for which the manual leaves the result itself open. */
function isUndefined(c: Case): boolean {
	const { name } = c.form.row;
	if (/^sh[lr]d$/.test(name)) return c.encoded.size === 16 && c.count > 16;
	const exponent = viewOf(c.fxsave).getUint16(40, true) & 0x7fff;
	if (name === "f2xm1") return exponent >= 0x3fff;
	return name === "fyl2xp1" && exponent >= 0x3ffd;
}

/** Are two outcomes the same but for flags that the manual leaves open? The common case, and quick. */
export function agree(c: Case, native: Uint32Array, ours: Uint32Array): boolean {
	forgetPointers(native, ours);
	for (let i = 0; i < native.length; i++) {
		if (native[i] === ours[i]) continue;
		if (i !== FLAGS_AT >> 2) return false;
		if ((native[i]! ^ ours[i]!) & comparedFlags(c, native[0]!)) return false;
	}
	return true;
}

/** The flags that must agree after a case that ended with a signal. */
function comparedFlags(c: Case, signal: number): number {
	const size = Number(sizesOf(c.form, c.encoded.size)[0] ?? 64);
	return (ALL_FLAGS | FLAG.D) & ~(c.open ?? 0) & (signal === SIGNALS.SIGTRAP ? ~c.form.row.undefined(c.count, size) : -1);
}

/** Below the stack a call to what is no address may have left the one to return to. */
export function forgetBelowStack(native: Outcome, ours: Outcome): void {
	if (native.signal === SIGNALS.SIGTRAP) return;
	const at = Number(native.registers[4]! - BigInt(WINDOW));
	if (at >= 8 && at <= WINDOW_SIZE) ours.memory.set(native.memory.subarray(at - 8, at), at - 8);
}

/** Differences, in words; empty if there are none. */
export function differences(c: Case, native: Outcome, ours: Outcome): string[] {
	const found: string[] = [];
	if (isUndefined(c) || otherwise(c, native, ours)) return found;
	const differ = (what: string, a: unknown, b: unknown): void => {
		found.push(`${what}: processor ${show(a)}, ours ${show(b)}`);
	};
	if (native.signal !== ours.signal) {
		differ("signal", native.signal, ours.signal);
		return found;
	}
	if (native.code !== ours.code) differ("si_code", native.code, ours.code);
	// Of an operand of many bytes it is open which page is tried first.
	const unit = WIDE.test(c.form.row.name) ? 4096 : 1;
	// An address is a number here: the last bytes below 2^64 are 2^64, which is 0.
	const where = (address: bigint): number => Math.floor((Number(address) % 2 ** 64) / unit);
	if (native.signal !== SIGNALS.SIGTRAP && !EMULATED.test(c.form.row.name) && where(native.address) !== where(ours.address))
		differ("si_addr", native.address, ours.address);
	if (native.rip !== ours.rip) differ("rip", native.rip, ours.rip);
	native.registers.forEach((value, i) => {
		if (value !== ours.registers[i]) differ(`register ${i}`, value, ours.registers[i]);
	});
	const mask = comparedFlags(c, native.signal);
	if ((native.flags ^ ours.flags) & mask) differ("flags", native.flags & mask, ours.flags & mask);
	const memoryAt = native.memory.findIndex((byte, i) => byte !== ours.memory[i]);
	if (memoryAt >= 0) differ(`memory at ${(WINDOW + memoryAt).toString(16)}`, native.memory[memoryAt], ours.memory[memoryAt]);
	compareVectors(c, native, ours, differ);
	compareX87(c, native, ours, differ);
	return found;
}

type Differ = (what: string, a: unknown, b: unknown) => void;

function compareVectors(c: Case, native: Outcome, ours: Outcome, differ: Differ): void {
	const [a, b] = [viewOf(native.fxsave), viewOf(ours.fxsave)];
	if (a.getUint32(24, true) !== b.getUint32(24, true)) differ("mxcsr", a.getUint32(24, true), b.getUint32(24, true));
	for (let at = 160; at < 416; at += 4) {
		if (a.getUint32(at, true) === b.getUint32(at, true)) continue;
		if (COARSE.has(c.form.row.name)) {
			const [x, y] = [a.getFloat32(at, true), b.getFloat32(at, true)];
			if (Math.abs(x - y) <= Math.abs(y) * 1.5 * 2 ** -12) continue;
			// Results that would be denormal are flushed to zero by the hardware's approximation.
			if (Math.abs(y) < 2 ** -125 || Math.abs(x) === Infinity || (x === 0 && y === 0)) continue;
		}
		differ(`xmm${(at - 160) >> 4}+${(at - 160) & 15}`, a.getUint32(at, true), b.getUint32(at, true));
	}
}

function compareX87(c: Case, native: Outcome, ours: Outcome, differ: Differ): void {
	const [a, b] = [viewOf(native.fxsave), viewOf(ours.fxsave)];
	const ulps = ULPS[c.form.row.name] ?? 0;
	if (a.getUint16(0, true) !== b.getUint16(0, true)) differ("x87 control", a.getUint16(0, true), b.getUint16(0, true));
	// Of an approximation, "rounded up" says nothing.
	const statusMask = ulps ? 0xfdff & ~0x30 : 0xffff;
	const [statusA, statusB] = [a.getUint16(2, true) & statusMask, b.getUint16(2, true) & statusMask];
	if (statusA !== statusB) differ("x87 status", statusA, statusB);
	if (a.getUint8(4) !== b.getUint8(4)) differ("x87 tags", a.getUint8(4), b.getUint8(4));
	if (a.getUint16(6, true) !== b.getUint16(6, true)) differ("x87 opcode", a.getUint16(6, true), b.getUint16(6, true));
	for (const [name, at] of [
		["x87 instruction", 8],
		["x87 operand", 16],
	] as const)
		if (a.getBigUint64(at, true) !== b.getBigUint64(at, true)) differ(name, a.getBigUint64(at, true), b.getBigUint64(at, true));
	for (let i = 0; i < 8; i++) {
		const at = 32 + 16 * i;
		const [x, y] = [a.getBigUint64(at, true), b.getBigUint64(at, true)];
		const [ex, ey] = [a.getUint16(at + 8, true), b.getUint16(at + 8, true)];
		if (distance(x, ex, y, ey) > ulps) differ(`st${i}`, `${hex(x)}:${hex(ex)}`, `${hex(y)}:${hex(ey)}`);
	}
}

/** In units of the last place, also over a power of two. */
function distance(x: bigint, ex: number, y: bigint, ey: number): number {
	const line = (significand: bigint, exponent: number): bigint => (BigInt(exponent) << 63n) + BigInt.asUintN(63, significand);
	if (ex === ey && x === y) return 0;
	return Math.max(1, Math.abs(Number(line(x, ex) - line(y, ey))));
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const hex = (value: bigint | number): string => value.toString(16);
const show = (value: unknown): string =>
	typeof value === "bigint" || typeof value === "number" ? `0x${hex(value)}` : String(value);

/** The machine before the instruction, for a report. */
export function describe(c: Case): string {
	const bytes = c.encoded.bytes.map((byte) => hex(byte).padStart(2, "0")).join(" ");
	const registers = c.registers.map((value, i) => `r${i}=${hex(value)}`).join(" ");
	const view = viewOf(c.fxsave);
	const control = `mxcsr=${hex(view.getUint32(24, true))} fcw=${hex(view.getUint16(0, true))} fsw=${hex(view.getUint16(2, true))}`;
	const vectors = c.form.specs.some((spec) => "VWUPQ".includes(spec.letter))
		? Array.from(
				{ length: 16 },
				(_, i) => `x${i}=${hex(view.getBigUint64(168 + 16 * i, true))}:${hex(view.getBigUint64(160 + 16 * i, true))}`,
			)
		: [];
	const stack = Array.from(
		{ length: 8 },
		(_, i) => `st${i}=${hex(view.getBigUint64(32 + 16 * i, true))}:${hex(view.getUint16(40 + 16 * i, true))}`,
	);
	const state = [control, `tags=${hex(view.getUint8(4))}`, ...vectors, ...stack].join(" ");
	return `${c.form.row.name} [${c.form.text}] ${bytes}\n  ${registers} flags=${hex(c.flags)}\n  ${state}`;
}
