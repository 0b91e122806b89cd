// Shifts, rotates and single bits.

import type { Value } from "../wasm/expression";
import { type Emitter, REG } from "./emitter";
import { ALL_FLAGS, CC, FLAG } from "./flags";
import { type Define, group } from "./row";

const { C, P, A, S, O } = FLAG;

const encodings = (digit: number): string =>
	`C0/${digit} Eb,Ib; C1/${digit} Ev,Ib; D0/${digit} Eb,1; D1/${digit} Ev,1; D2/${digit} Eb,CL; D3/${digit} Ev,CL`;

interface Shifted {
	r: Value;
	carry: Value;
	overflow: Value;
	/** Rotates leave ZF, SF, PF and AF alone. */
	rotate?: boolean;
}

/**
 * A count of 0 changes no flag, so the flag writes are conditional (the column `writes` is empty and `reads` is full); it
 * still clears the upper half of a 32-bit register.
 */
function shiftRow(row: Define, name: string, digit: number, body: (e: Emitter, count: Value, last: Value) => Shifted): void {
	const rotate = name.startsWith("r");
	const undefinedFlags = (count: number, size: number): number => {
		if (count === 0) return 0;
		// CF of a plain shift by more than the operand's size is open too.
		const open = (rotate ? 0 : A) | (count === 1 ? 0 : O);
		return !rotate && count >= size && name !== "sar" ? open | C : open;
	};
	row(name, encodings(digit), { reads: ALL_FLAGS, undefined: undefinedFlags }, (e) => {
		const count = e.and(e.read(1, false), e.constant(e.size === 64 ? 63 : 31));
		if (e.kinds[0] !== "r" || e.size === 32) touch(e);
		e.when(e.not(e.isZero(count)), () => {
			const { r, carry, overflow } = body(e, count, e.sub(count, e.constant(1)));
			e.write(0, r);
			if (rotate) e.setCarryOverflow(carry, overflow);
			else e.flagsOfBits(carry, overflow, r);
		});
	});
}

/** What happens for a count of 0 too: memory is accessed, and the upper half of a 32-bit register is cleared. */
function touch(e: Emitter): void {
	const value = e.read(0);
	if (e.kinds[0] === "r") e.write(0, value);
}

function rotateLeft(e: Emitter, value: Value, by: Value): Value {
	if (e.size === 64) return e.op("rotl", value, by);
	const q = e.sequence;
	if (e.size === 32) return q.extend(32, true, q.binary("rotl", q.wrap(value), q.wrap(by)));
	const count = e.and(by, e.constant(e.size - 1));
	return e.fit(e.or(e.op("shl", value, count), e.op("shr_u", value, e.sub(e.constant(e.size), count))));
}

/** Rotation through CF of a value of fewer than 64 bits: CF and the value as one number of size + 1 bits, twice. */
function throughCarry(e: Emitter, count: Value, left: boolean): Shifted {
	const q = e.sequence;
	const a = e.read(0, false);
	const carry = e.bool(e.condition(CC.B));
	const top = e.constant(e.size - 1);
	if (e.size < 64) {
		const width = e.constant(e.size + 1);
		const n = e.size === 32 ? count : e.op("rem_u", count, width);
		const whole = e.or(a, e.op("shl", carry, e.constant(e.size)));
		const by = left ? n : e.sub(width, n);
		const turned = e.or(e.op("shl", whole, by), e.op("shr_u", whole, e.sub(width, by)));
		const r = e.fit(turned);
		const out = e.bit(turned, e.size);
		const overflow = left ? q.binary("ne", out, e.bit(r, top)) : q.binary("ne", e.bit(r, top), e.bit(r, e.size - 2));
		return { r, carry: out, overflow, rotate: true };
	}
	// A 64-bit shift by 64 is one by 0 in WebAssembly, so the far part is shifted in two steps.
	const near = left ? e.op("shl", a, count) : e.op("shr_u", a, count);
	const shift = left ? "shr_u" : "shl";
	const far = e.op(shift, e.op(shift, a, e.sub(e.constant(64), count)), e.constant(1));
	const middle = e.op("shl", carry, left ? e.sub(count, e.constant(1)) : e.sub(e.constant(64), count));
	const r = e.or(e.or(near, far), middle);
	const out = e.bit(a, left ? e.sub(e.constant(64), count) : e.sub(count, e.constant(1)));
	const overflow = left ? q.binary("ne", out, e.bit(r, top)) : q.binary("ne", e.bit(r, top), e.bit(r, 62));
	return { r, carry: out, overflow, rotate: true };
}

export const shifts = group((row) => {
	shiftRow(row, "rol", 0, (e, count) => {
		const r = rotateLeft(e, e.read(0, false), count);
		const carry = e.bit(r, 0);
		return { r, carry, overflow: e.sequence.binary("ne", carry, e.negative(r)) };
	});
	shiftRow(row, "ror", 1, (e, count) => {
		const r = rotateLeft(e, e.read(0, false), e.sub(e.constant(0), count));
		const top = e.bit(r, e.size - 1);
		return { r, carry: top, overflow: e.sequence.binary("ne", top, e.bit(r, e.size - 2)) };
	});
	shiftRow(row, "rcl", 2, (e, count) => throughCarry(e, count, true));
	shiftRow(row, "rcr", 3, (e, count) => throughCarry(e, count, false));
	for (const digit of [4, 6])
		shiftRow(row, digit === 4 ? "shl" : "sal", digit, (e, count, last) => {
			const a = e.read(0);
			const r = e.fit(e.op("shl", a, count));
			const carry = e.bit(e.op("shl", a, last), e.size - 1);
			return { r, carry, overflow: e.sequence.binary("ne", carry, e.negative(r)) };
		});
	shiftRow(row, "shr", 5, (e, count, last) => {
		const a = e.read(0, false);
		return { r: e.fit(e.op("shr_u", a, count)), carry: e.bit(a, last), overflow: e.bit(a, e.size - 1) };
	});
	shiftRow(row, "sar", 7, (e, count, last) => {
		const a = e.read(0);
		return { r: e.op("shr_s", a, count), carry: e.bit(e.op("shr_s", a, last), 0), overflow: e.sequence.const32(0) };
	});
	for (const [name, base, left] of [
		["shld", "A4", true],
		["shrd", "AC", false],
	] as const) {
		const byRegister = (Number.parseInt(base, 16) + 1).toString(16).toUpperCase();
		const open = (count: number, size: number): number => (count === 0 ? 0 : count > size ? ALL_FLAGS : count === 1 ? A : A | O);
		row(name, `0F ${base} Ev,Gv,Ib; 0F ${byRegister} Ev,Gv,CL`, { reads: ALL_FLAGS, undefined: open }, (e) =>
			doubleShift(e, left),
		);
	}
	for (const [name, digit] of [
		["bt", 4],
		["bts", 5],
		["btr", 6],
		["btc", 7],
	] as const) {
		const byRegister = (0x83 + digit * 8).toString(16).toUpperCase();
		const columns = { reads: ALL_FLAGS, undefined: O | S | A | P, lockable: name !== "bt" };
		row(name, `0F BA/${digit} Ev,Ib`, columns, (e) => {
			const bit = e.and(e.read(1, false), e.constant(e.size - 1));
			const value = e.read(0, false);
			if (name !== "bt") e.write(0, changed(e, name, value, bit));
			e.setCarryOverflow(e.bit(value, bit), e.condition(CC.O));
		});
		row(`${name} string`, `0F ${byRegister} Ev,Gv`, columns, (e) => bitString(e, name));
	}
	for (const [name, code] of [
		["bsf", "BC"],
		["bsr", "BD"],
	] as const)
		row(name, `0F ${code} Gv,Ev`, { reads: 0, writes: ALL_FLAGS, undefined: C | P | A | S | O }, (e) => {
			const value = e.read(1, false);
			const first = e.sequence.unary(0x7a, value.type, value);
			const last = e.sub(e.constant(63), e.sequence.unary(0x79, value.type, value));
			// A zero source leaves the whole destination as it was, as processors do.
			e.when(e.not(e.isZero(value)), () => e.write(0, name === "bsf" ? first : last));
			e.flagsOfLogic(e.fit(value));
		});
});

function doubleShift(e: Emitter, left: boolean): void {
	const raw = e.kinds[2] === "c" ? e.register(REG.cx, 8, false) : e.read(2, false);
	const count = e.and(raw, e.constant(e.size === 64 ? 63 : 31));
	const size = e.constant(e.size);
	if (e.kinds[0] !== "r" || e.size === 32) touch(e);
	e.when(e.not(e.isZero(count)), () => {
		const a = e.read(0, false);
		const fill = e.read(1, false);
		const rest = e.sub(size, count);
		const r = e.fit(
			left ? e.or(e.op("shl", a, count), e.op("shr_u", fill, rest)) : e.or(e.op("shr_u", a, count), e.op("shl", fill, rest)),
		);
		const carry = left ? e.bit(a, rest) : e.bit(a, e.sub(count, e.constant(1)));
		e.write(0, r);
		e.flagsOfBits(carry, e.bit(e.xor(r, a), e.size - 1), r);
	});
}

function changed(e: Emitter, name: "bts" | "btr" | "btc", value: Value, bit: Value): Value {
	const mask = e.op("shl", e.constant(1), bit);
	if (name === "bts") return e.or(value, mask);
	if (name === "btc") return e.xor(value, mask);
	return e.and(value, e.xor(mask, e.constant(-1)));
}

/** With a memory operand the bit number is signed and reaches beyond the operand. */
function bitString(e: Emitter, name: "bt" | "bts" | "btr" | "btc"): void {
	const number = e.read(1);
	const bit = e.and(number, e.constant(e.size - 1));
	const log = { 8: 3, 16: 4, 32: 5, 64: 6 }[e.size];
	let value: Value;
	if (e.kinds[0] === "r") {
		value = e.read(0, false);
		if (name !== "bt") e.write(0, changed(e, name, value, bit));
	} else {
		const unit = e.op("shl", e.op("shr_s", number, e.constant(log)), e.constant(log - 3));
		const at = e.add(e.address(0), unit);
		if (name !== "bt") e.check(at, e.size / 8, true);
		value = e.load(at, e.size, false);
		if (name !== "bt") e.store(at, e.size, changed(e, name, value, bit));
	}
	e.setCarryOverflow(e.bit(value, bit), e.condition(CC.O));
}
