// When the plain result of a floating-point operation stands: all operands and the result are ordinary numbers, and either
// nothing was rounded, or that this is so has been noted in MXCSR before and raises nothing. The tests are a few integer operations, since
// they are made at every operation.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import type { Emitter } from "./emitter";
import { type Floats, MXCSR } from "./float";

export type Lanes = "f32x4" | "f64x2";
export type Scalar = "f32" | "f64";

/** The smallest normal number and infinity, without the sign bit and shifted left by one. */
const RANGE = {
	f32: { minimum: 0x01000000n, infinity: 0xff000000n },
	f64: { minimum: 0x0020000000000000n, infinity: 0xffe0000000000000n },
} as const;

const integerOf = (e: Emitter, scalar: Scalar, value: Value): Value =>
	e.simple(scalar === "f32" ? "i32_reinterpret" : "i64_reinterpret", value);

const constant = (e: Emitter, scalar: Scalar, value: bigint): Value =>
	scalar === "f32" ? e.sequence.const32(value) : e.sequence.const64(value);

/** The value's bits without the sign. */
const magnitude = (e: Emitter, scalar: Scalar, value: Value): Value =>
	e.sequence.binary("shl", integerOf(e, scalar, value), constant(e, scalar, 1n));

const either = (e: Emitter, a: Value, b: Value): Value => e.sequence.binary("or", a, b);

/** Normal, and larger than the smallest such number, to which a smaller one may have been rounded. */
export function isOrdinary(e: Emitter, scalar: Scalar, value: Value): Value {
	const { minimum, infinity } = RANGE[scalar];
	const above = e.sequence.binary("sub", magnitude(e, scalar, value), constant(e, scalar, minimum + 2n));
	return e.sequence.binary("lt_u", above, constant(e, scalar, infinity - minimum - 2n));
}

/** Neither NaN nor denormal: what comparisons do not look at twice. */
export function isComparable(e: Emitter, scalar: Scalar, value: Value): Value {
	const { minimum, infinity } = RANGE[scalar];
	const bits = magnitude(e, scalar, value);
	const above = e.sequence.binary("sub", bits, constant(e, scalar, minimum));
	return either(e, e.sequence.binary("le_u", above, constant(e, scalar, infinity - minimum)), e.sequence.eqz(bits));
}

/** To nearest, with rounding noted and masked. */
export function roundsQuietly(e: Emitter): Value {
	const q = e.sequence;
	const noted = MXCSR.precision | MXCSR.maskPrecision;
	return q.binary("eq", q.binary("and", e.state("mxcsr"), q.const32(noted | MXCSR.rounding)), q.const32(noted));
}

export const isNearest = (e: Emitter): Value =>
	e.sequence.eqz(e.sequence.binary("and", e.state("mxcsr"), e.sequence.const32(MXCSR.rounding)));

const SMALLEST = { f32x4: 0x0080000000800000n, f64x2: 0x0010000000000000n } as const;
const simple = (e: Emitter, lanes: Lanes, name: string, ...args: Value[]): Value =>
	e.simple(`${lanes}_${name}` as SimpleName, ...args);

/** Lanes that are denormal. */
export function denormals(e: Emitter, lanes: Lanes, v: Value): Value {
	const small = simple(e, lanes, "lt", simple(e, lanes, "abs", v), e.vector(SMALLEST[lanes]));
	return e.simple("v128_and", small, simple(e, lanes, "ne", v, e.vector(0n)));
}

/** Lanes that comparisons look at twice. */
export const incomparable = (e: Emitter, lanes: Lanes, v: Value): Value =>
	e.simple("v128_or", denormals(e, lanes, v), simple(e, lanes, "ne", v, v));

/**
 * Bounds of what is quick to tell, in lanes of 32 bits: of double precision the high half tells enough, and a few numbers just
 * above the smallest normal one are looked at closely like it.
 */
const BOUNDS = {
	f32x4: { least: 0x0100000101000001n, most: 0xfeffffff_feffffffn },
	f64x2: { least: 0x0020000100000000n, most: 0xffdfffff_ffffffffn },
} as const;
const LANE_BITS = { f32x4: 4, f64x2: 8 } as const;

/** An operation's operands and its result; of a scalar operation the lowest lane. */
export interface Operation {
	readonly lanes: Lanes;
	/** A difference is a sum with -b. */
	readonly name: "add" | "mul" | "div" | "sqrt";
	readonly a: Value;
	readonly b: Value;
	readonly r: Value;
	/** How many lanes. */
	readonly count: number;
}

/**
 * Does the plain result stand? Quickly: no operand is denormal, the result is finite and not smaller than normal numbers are, and
 * that something may have been rounded is noted. Without their signs and shifted by one, numbers are in order as integers; less one,
 * zeros are the largest. A sum that is zero is exact, and so is a root.
 */
export function stands(e: Emitter, operation: Operation, negateB = false): Value {
	const { lanes, name, a, b, r, count } = operation;
	const q = e.sequence;
	const int = lanes === "f32x4" ? "i32x4" : "i64x2";
	const size = (v: Value): Value => e.simple(`${int}_shl`, v, q.const32(1));
	const lessOne = (v: Value): Value => e.simple(`${int}_add`, v, e.vector(-1n));
	const least = (x: Value, y: Value): Value => e.simple("i32x4_min_u", x, y);
	const sizeOfA = lessOne(size(a));
	const operands = a === b ? sizeOfA : least(sizeOfA, lessOne(size(b)));
	const sizeOfR = size(r);
	const result = name === "add" || name === "sqrt" ? lessOne(sizeOfR) : sizeOfR;
	const { least: low, most } = BOUNDS[lanes];
	const above = e.simple("i32x4_ge_u", least(operands, result), e.vector(low));
	const below = e.simple("i32x4_le_u", sizeOfR, e.vector(most));
	// A bit for each byte.
	const mask = q.const32((1 << (count * LANE_BITS[lanes])) - 1);
	const bits = e.simple("i8x16_bitmask", e.simple("v128_and", above, below));
	const odd = q.binary("xor", count * LANE_BITS[lanes] === 16 ? bits : q.binary("and", bits, mask), mask);
	const noted = MXCSR.precision | MXCSR.maskPrecision;
	const unnoted = q.binary("xor", q.binary("and", e.state("mxcsr"), q.const32(noted | MXCSR.rounding)), q.const32(noted));
	const scalar: Scalar = lanes === "f32x4" ? "f32" : "f64";
	const lane = (v: Value, i: number): Value => e.lane(`${lanes}_extract`, i, v);
	const each = (i: number): Value => {
		const second = lane(b, i);
		return e.plain(`${scalar} ${name}`, lane(a, i), negateB ? e.simple(`${scalar}_neg`, second) : second, lane(r, i));
	};
	let all = each(0);
	for (let i = 1; i < count; i++) all = q.choose(all, each(i), q.const32(0));
	return q.choose(q.eqz(q.binary("or", odd, unnoted)), q.const32(1), all, true);
}

/** Writes the plain result of operand 0 where it stands, else the careful one. */
export function writeCareful(e: Emitter, stands: Value, plain: () => void, careful: () => Value): void {
	e.usually(stands, plain, () => e.writeVector(0, careful()));
}

export const scalarOf = (type: Floats): Scalar => (type.startsWith("f32") ? "f32" : "f64");
