// When the plain result of a floating-point operation stands: all operands and the result are ordinary numbers, and either
// nothing was rounded, or that this is so has been noted in MXCSR before and raises nothing. The tests are a few integer operations, since
// they are made at every operation.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import type { Emitter } from "./emitter";
import { type Floats, MXCSR, type PlainOperation } from "./float";

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

export function isDenormal(e: Emitter, scalar: Scalar, value: Value): Value {
	const { minimum } = RANGE[scalar];
	const less = e.sequence.binary("sub", magnitude(e, scalar, value), constant(e, scalar, 1n));
	return e.sequence.binary("lt_u", less, constant(e, scalar, minimum - 1n));
}

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

/** Does a scalar result stand? */
export function standsScalar(e: Emitter, operation: PlainOperation, a: Value, b: Value, r: Value): Value {
	const q = e.sequence;
	const scalar = operation.slice(0, 3) as Scalar;
	const odd = a === b ? isDenormal(e, scalar, a) : either(e, isDenormal(e, scalar, a), isDenormal(e, scalar, b));
	const quick = q.binary("and", q.binary("and", roundsQuietly(e), isOrdinary(e, scalar, r)), q.eqz(odd));
	return q.choose(quick, q.const32(1), e.plain(operation, a, b, r), true);
}

const SMALLEST = { f32x4: 0x0080000000800000n, f64x2: 0x0010000000000000n } as const;
const INFINITE = { f32x4: 0x7f8000007f800000n, f64x2: 0x7ff0000000000000n } as const;
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

function extraordinary(e: Emitter, lanes: Lanes, r: Value): Value {
	const size = simple(e, lanes, "abs", r);
	const above = simple(e, lanes, "lt", e.vector(SMALLEST[lanes]), size);
	const below = simple(e, lanes, "lt", size, e.vector(INFINITE[lanes]));
	return e.simple("v128_not", e.simple("v128_and", above, below));
}

/** Does a packed result stand? */
export function standsPacked(e: Emitter, lanes: Lanes, operation: string, a: Value, b: Value, r: Value): Value {
	const q = e.sequence;
	const scalar = lanes === "f32x4" ? "f32" : "f64";
	const operands = a === b ? denormals(e, lanes, a) : e.simple("v128_or", denormals(e, lanes, a), denormals(e, lanes, b));
	const odd = e.anyTrue(e.simple("v128_or", operands, extraordinary(e, lanes, r)));
	const quick = q.binary("and", roundsQuietly(e), q.eqz(odd));
	const lane = (v: Value, i: number): Value => e.lane(`${lanes}_extract`, i, v);
	const each = (i: number): Value => e.plain(`${scalar} ${operation}` as PlainOperation, lane(a, i), lane(b, i), lane(r, i));
	const count = lanes === "f32x4" ? 4 : 2;
	let all = each(0);
	for (let i = 1; i < count; i++) all = q.choose(all, each(i), q.const32(0));
	return q.choose(quick, q.const32(1), all, true);
}

/** Writes the plain result of operand 0 where it stands, else the careful one. */
export function writeCareful(e: Emitter, stands: Value, plain: () => void, careful: () => Value): void {
	e.usually(stands, plain, () => e.writeVector(0, careful()));
}

export const scalarOf = (type: Floats): Scalar => (type.startsWith("f32") ? "f32" : "f64");
