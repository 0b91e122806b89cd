// Integer arithmetic, logic and moves.

import type { Value } from "../wasm/expression";
import { type Emitter, type IntegerSize, REG } from "./emitter";
import { ALL_FLAGS, CC, CONDITION_READS, CONDITIONS, FLAG } from "./flags";
import { group, hex } from "./row";

const { C, P, A, Z, S, O } = FLAG;
const writesAll = { writes: ALL_FLAGS };
const lockable = { writes: ALL_FLAGS, lockable: true };
const logic = { writes: ALL_FLAGS, undefined: A };

/** The nine encodings that the eight classic two-operand instructions share. */
function alu(base: number): string {
	const digit = base >> 3;
	return [
		`${hex(base)} Eb,Gb; ${hex(base + 1)} Ev,Gv; ${hex(base + 2)} Gb,Eb; ${hex(base + 3)} Gv,Ev`,
		`${hex(base + 4)} AL,Ib; ${hex(base + 5)} rAX,Iz; 80/${digit} Eb,Ib; 81/${digit} Ev,Iz; 83/${digit} Ev,Ib`,
	].join("; ");
}

export const moves = group((row) => {
	row("mov", "88 Eb,Gb; 89 Ev,Gv; 8A Gb,Eb; 8B Gv,Ev; B0+ Zb,Ib; B8+ Zv,Iv; C6/0 Eb,Ib; C7/0 Ev,Iz", {}, (e) =>
		e.write(0, e.read(1)),
	);
	row("mov offset", "A0 AL,Ob; A1 rAX,Ov", { rare: true }, (e) => e.write(0, e.load(e.add(e.read(1), e.segment()), e.size)));
	row("mov to offset", "A2 Ob,AL; A3 Ov,rAX", { rare: true }, (e) => e.store(e.add(e.read(0), e.segment()), e.size, e.read(1)));
	row("lea", "8D Gv,M", {}, (e) => e.write(0, e.address(1)));
	row("movzx", "0F B6 Gv,Eb; 0F B7 Gv,Ew", {}, (e) => e.write(0, e.read(1, false)));
	row("movsx", "0F BE Gv,Eb; 0F BF Gv,Ew; 63 Gv,Ez", {}, (e) => e.write(0, e.read(1)));
	row("xchg", "86 Eb,Gb; 87 Ev,Gv; 90+ Zv,rAX", { lockable: true }, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		e.write(0, b);
		e.write(1, a);
	});
	row("nop", "90; F3 90; 0F 18 Eb; 0F 19 Eb; 0F 1A Eb; 0F 1B Eb; 0F 1C Eb; 0F 1D Eb; 0F 1E Ev; 0F 1F Ev; 0F 0D Eb", {}, () => {});
	row("push", "50+ Zs; FF/6 Es; 68 Iz:s; 6A Ib:s", {}, (e) => e.push(e.read(0), e.size));
	row("pop", "58+ Zs; 8F/0 Es", {}, (e) => {
		const sp = e.register(REG.sp, 64);
		const value = e.load(sp, e.size);
		if (e.kinds[0] !== "r") e.write(0, value);
		e.setRegister(REG.sp, 64, e.add(sp, e.constant(e.size / 8)));
		if (e.kinds[0] === "r") e.write(0, value);
	});
	row("leave", "C9 Ys", {}, (e) => {
		const frame = e.register(REG.bp, 64);
		const saved = e.load(frame, e.size);
		e.setRegister(REG.sp, 64, e.add(frame, e.constant(e.size / 8)));
		e.setRegister(REG.bp, e.size, saved);
	});
	row("enter", "C8 Ys,Iw,Ib", { rare: true }, enter);
	row("cbw", "98 rAX", {}, (e) => e.write(0, e.register(REG.ax, (e.size / 2) as IntegerSize)));
	row("cwd", "99 rAX", {}, (e) => e.setRegister(REG.dx, e.size, e.op("shr_s", e.read(0), e.constant(63))));
	row("bswap", "0F C8+ Zv", {}, (e) =>
		// Of 16 bits there is nothing left.
		e.write(0, e.size === 16 ? e.constant(0) : reversed(e, e.read(0, false))),
	);
	CONDITIONS.forEach((name, code) => {
		const reads = CONDITION_READS[code]!;
		row(`set${name}`, `0F ${hex(0x90 + code)} Eb`, { reads }, (e) => e.write(0, e.bool(e.condition(code))));
		row(`cmov${name}`, `0F ${hex(0x40 + code)} Gv,Ev`, { reads }, (e) => {
			const b = e.read(1);
			const a = e.read(0);
			e.write(0, e.select(e.condition(code), b, a));
		});
	});
});

/** A frame, and above it the frame pointers of the `level` procedures that it is nested in: [rBP - 8], … of the one before. */
function enter(e: Emitter): void {
	const { size } = e;
	const bytes = size / 8;
	const level = e.and(e.read(2), e.constant(31));
	const old = e.register(REG.bp, 64);
	const frame = e.sub(e.register(REG.sp, 64), e.constant(bytes));
	e.store(frame, size, old);
	for (let i = 1; i < 31; i++)
		e.when(e.op("lt_u", e.constant(i), level), () => {
			const link = e.load(e.sub(old, e.constant(i * bytes)), size);
			e.store(e.sub(frame, e.constant(i * bytes)), size, link);
		});
	e.when(e.not(e.isZero(level)), () => e.store(e.sub(frame, e.op("mul", level, e.constant(bytes))), size, frame));
	// The frame's far end must be writable too.
	const end = e.sub(e.sub(frame, e.op("mul", level, e.constant(bytes))), e.unsigned(e.read(1), 16));
	e.check(end, bytes, true);
	e.setRegister(REG.sp, 64, end);
	e.setRegister(REG.bp, size, frame);
}

/** The bytes of a 32- or 64-bit value in reverse order. */
function reversed(e: Emitter, value: Value): Value {
	const swap = (x: Value, by: number, mask: bigint): Value => {
		const up = e.op("shl", e.and(x, e.constant(mask)), e.constant(by));
		return e.or(up, e.and(e.op("shr_u", x, e.constant(by)), e.constant(mask)));
	};
	const pairs = swap(swap(value, 8, 0x00ff00ff00ff00ffn), 16, 0x0000ffff0000ffffn);
	const whole = e.op("rotl", pairs, e.constant(32));
	return e.size === 64 ? whole : e.op("shr_u", whole, e.constant(32));
}

export const arithmetic = group((row) => {
	row("add", alu(0x00), lockable, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		const r = e.fit(e.add(a, b));
		e.write(0, r);
		e.flagsOfAdd(a, b, r);
	});
	row("sub", alu(0x28), lockable, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		const r = e.fit(e.sub(a, b));
		e.write(0, r);
		e.flagsOfSub(a, b, r);
	});
	row("cmp", alu(0x38), writesAll, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		e.flagsOfSub(a, b, e.fit(e.sub(a, b)));
	});
	row("adc", alu(0x10), { reads: C, ...lockable }, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		const carry = e.condition(CC.B);
		const r = e.fit(e.add(e.add(a, b), e.bool(carry)));
		e.write(0, r);
		const out = e.select(carry, e.op("le_u", r, a), e.op("lt_u", r, a));
		e.flagsOfBits(out, e.negative(e.and(e.xor(r, a), e.xor(r, b))), r, e.xor(e.xor(a, b), r));
	});
	row("sbb", alu(0x18), { reads: C, ...lockable }, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		const carry = e.condition(CC.B);
		const r = e.fit(e.sub(e.sub(a, b), e.bool(carry)));
		e.write(0, r);
		const out = e.select(carry, e.op("le_u", a, b), e.op("lt_u", a, b));
		e.flagsOfBits(out, e.negative(e.and(e.xor(a, b), e.xor(a, r))), r, e.xor(e.xor(a, b), r));
	});
	for (const [name, base] of [
		["or", 0x08],
		["and", 0x20],
		["xor", 0x30],
	] as const)
		row(name, alu(base), { ...logic, lockable: true }, (e) => {
			const r = e.op(name, e.read(0), e.read(1));
			e.write(0, r);
			e.flagsOfLogic(r);
		});
	row("test", "84 Eb,Gb; 85 Ev,Gv; A8 AL,Ib; A9 rAX,Iz; F6/0 Eb,Ib; F7/0 Ev,Iz; F6/1 Eb,Ib; F7/1 Ev,Iz", logic, (e) =>
		e.flagsOfLogic(e.and(e.read(0), e.read(1))),
	);
	// CF survives, so these pay for it where it is kept.
	row("inc", "FE/0 Eb; FF/0 Ev", { reads: C, writes: P | A | Z | S | O, lockable: true }, (e) => {
		const a = e.read(0);
		const r = e.fit(e.add(a, e.constant(1)));
		const minimum = e.constant(-(1n << BigInt(e.size - 1)));
		e.write(0, r);
		e.flagsOfBits(e.condition(CC.B), e.op("eq", r, minimum), r, e.xor(e.xor(a, r), e.constant(1)));
	});
	row("dec", "FE/1 Eb; FF/1 Ev", { reads: C, writes: P | A | Z | S | O, lockable: true }, (e) => {
		const a = e.read(0);
		const r = e.fit(e.sub(a, e.constant(1)));
		const maximum = e.constant((1n << BigInt(e.size - 1)) - 1n);
		e.write(0, r);
		e.flagsOfBits(e.condition(CC.B), e.op("eq", r, maximum), r, e.xor(e.xor(a, r), e.constant(1)));
	});
	row("neg", "F6/3 Eb; F7/3 Ev", lockable, (e) => {
		const b = e.read(0);
		const a = e.constant(0);
		const r = e.fit(e.sub(a, b));
		e.write(0, r);
		e.flagsOfSub(a, b, r);
	});
	row("not", "F6/2 Eb; F7/2 Ev", { lockable: true }, (e) => e.write(0, e.xor(e.read(0), e.constant(-1))));
	row("xadd", "0F C0 Eb,Gb; 0F C1 Ev,Gv", lockable, (e) => {
		const a = e.read(0);
		const b = e.read(1);
		const r = e.fit(e.add(a, b));
		if (e.kinds[0] === "r") e.write(1, a);
		e.write(0, r);
		if (e.kinds[0] !== "r") e.write(1, a);
		e.flagsOfAdd(a, b, r);
	});
	row("cmpxchg", "0F B0 Eb,Gb; 0F B1 Ev,Gv", lockable, (e) => {
		const found = e.read(0);
		const source = e.read(1);
		const expected = e.register(REG.ax, e.size);
		e.when(
			e.op("eq", found, expected),
			() => e.write(0, source),
			() => {
				// Memory is written either way, with what was there.
				if (e.kinds[0] !== "r") e.write(0, found);
				e.setRegister(REG.ax, e.size, found);
			},
		);
		e.flagsOfSub(expected, found, e.fit(e.sub(expected, found)));
	});
	row("cmpxchg8b", "0F C7/1 My", { reads: C | P | A | S | O, writes: Z, rare: true, lockable: true }, (e) => {
		const half = e.size;
		const at = e.address(0);
		if (half === 64) e.faultIf(e.not(e.isZero(e.and(at, e.constant(15)))), "protection");
		e.check(at, half / 4, true);
		const high = e.add(at, e.constant(half / 8));
		const low = e.load(at, half);
		const top = e.load(high, half);
		const same = e.sequence.binary("and", e.op("eq", low, e.register(REG.ax, half)), e.op("eq", top, e.register(REG.dx, half)));
		const image = e.and(e.flagsImage(), e.constant(~Z));
		e.when(
			same,
			() => {
				e.store(at, half, e.register(REG.bx, half));
				e.store(high, half, e.register(REG.cx, half));
			},
			() => {
				e.setRegister(REG.ax, half, low);
				e.setRegister(REG.dx, half, top);
			},
		);
		e.setFlags(e.or(image, e.op("shl", e.bool(same), e.constant(6))));
	});
});

interface Product {
	low: Value;
	high: Value;
	overflow: Value;
}

function multiply(e: Emitter, a: Value, b: Value): Product {
	const product = e.op("mul", a, b);
	const low = e.fit(product);
	if (e.size === 64) {
		const high = e.helper("mulHighS", a, b);
		return { low, high, overflow: e.op("ne", high, e.op("shr_s", low, e.constant(63))) };
	}
	return { low, high: e.op("shr_s", product, e.constant(e.size)), overflow: e.op("ne", product, low) };
}

/** rDX:rAX (AH:AL for bytes), the fixed operands of mul and div. */
function setPair(e: Emitter, low: Value, high: Value): void {
	e.setRegister(REG.ax, e.size, low);
	if (e.size === 8) e.setRegister(REG.ax, 8, high, true);
	else e.setRegister(REG.dx, e.size, high);
}

const product = { writes: ALL_FLAGS, undefined: S | Z | A | P };

export const products = group((row) => {
	row("imul", "0F AF Gv,Ev", product, (e) => {
		const { low, overflow } = multiply(e, e.read(0), e.read(1));
		e.write(0, low);
		e.flagsOfBits(overflow, overflow, low);
	});
	row("imul3", "69 Gv,Ev,Iz; 6B Gv,Ev,Ib", product, (e) => {
		const { low, overflow } = multiply(e, e.read(1), e.read(2));
		e.write(0, low);
		e.flagsOfBits(overflow, overflow, low);
	});
	row("imul1", "F6/5 Eb; F7/5 Ev", product, (e) => {
		const { low, high, overflow } = multiply(e, e.register(REG.ax, e.size), e.read(0));
		setPair(e, low, high);
		e.flagsOfBits(overflow, overflow, low);
	});
	row("mul", "F6/4 Eb; F7/4 Ev", product, (e) => {
		const a = e.register(REG.ax, e.size, false);
		const b = e.read(0, false);
		const low = e.op("mul", a, b);
		const high = e.size === 64 ? e.helper("mulHighU", a, b) : e.op("shr_u", low, e.constant(e.size));
		const overflow = e.not(e.isZero(high));
		setPair(e, low, high);
		e.flagsOfBits(overflow, overflow, e.fit(low));
	});
	for (const [name, digit] of [
		["div", 6],
		["idiv", 7],
	] as const)
		row(name, `F6/${digit} Eb; F7/${digit} Ev`, { undefined: ALL_FLAGS }, (e) => divide(e, name === "idiv"));
});

function divide(e: Emitter, signed: boolean): void {
	const divisor = e.read(0, signed);
	const sign = signed ? "s" : "u";
	e.faultIf(e.isZero(divisor), "divide");
	if (e.size === 64) {
		divideWide(e, divisor, signed);
		return;
	}
	const low = e.register(REG.ax, e.size, false);
	const high = e.size === 8 ? e.register(REG.ax, 8, signed, true) : e.register(REG.dx, e.size, signed);
	const dividend = e.or(low, e.op("shl", high, e.constant(e.size)));
	if (signed) e.faultIf(overflows(e, dividend, divisor), "divide");
	const quotient = e.op(`div_${sign}`, dividend, divisor);
	e.faultIf(e.op("ne", quotient, signed ? e.fit(quotient) : e.unsigned(quotient)), "divide");
	setPair(e, quotient, e.op(`rem_${sign}`, dividend, divisor));
}

/** The one 64-bit division that WebAssembly traps on: minimum by -1. */
function overflows(e: Emitter, dividend: Value, divisor: Value): Value {
	const minimum = e.op("eq", dividend, e.constant(-(1n << 63n)));
	return e.sequence.binary("and", e.op("eq", divisor, e.constant(-1)), minimum);
}

/** A 128-bit dividend: the quotient from a helper where it does not fit 64 bits, the remainder by multiplication. */
function divideWide(e: Emitter, divisor: Value, signed: boolean): void {
	const low = e.register(REG.ax, 64);
	const high = e.register(REG.dx, 64);
	const simple = e.op("eq", high, signed ? e.op("shr_s", low, e.constant(63)) : e.constant(0));
	if (signed) {
		e.faultIf(e.sequence.binary("and", simple, overflows(e, low, divisor)), "divide");
		// |high:low| / |divisor| fits 63 bits only if |high| is at most half of |divisor|; the helper answers the exact question.
		e.faultIf(
			e.sequence.choose(simple, e.sequence.const32(0), e.not(e.isZero(e.helper("divideS", high, low, divisor, e.constant(1))))),
			"divide",
		);
	} else {
		e.faultIf(e.op("ge_u", high, divisor), "divide");
	}
	const name = signed ? "divideS" : "divideU";
	const wide = e.helper(name, high, low, divisor, e.constant(0));
	const quotient = e.sequence.choose(simple, e.op(signed ? "div_s" : "div_u", low, divisor), wide);
	setPair(e, quotient, e.sub(low, e.op("mul", quotient, divisor)));
}
