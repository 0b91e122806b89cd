// SSE and SSE2 floating point: arithmetic and comparison. Conversions are in sse-convert.ts, what stands behind "careful" in
// sse-care.ts.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import type { Emitter } from "./emitter";
import { ALL_FLAGS } from "./flags";
import { group } from "./row";
import { incomparable, isComparable, type Lanes, type Scalar, stands, writeCareful } from "./sse-care";

const QUIET = 0x0040000000400000n;
const INDEFINITE = 0xffc00000ffc00000n;

/** Packed and scalar encodings of an operation in both precisions. */
const PRECISIONS: readonly { lanes: Lanes; scalar: Scalar; packed: string; single: string }[] = [
	{ lanes: "f32x4", scalar: "f32", packed: "NP 0F @ Vx,Wx", single: "F3 0F @ Vd,Wd" },
	{ lanes: "f64x2", scalar: "f64", packed: "66 0F @ Vx,Wx", single: "F2 0F @ Vq,Wq" },
];

/** A scalar operand as a floating-point value. */
export function readScalar(e: Emitter, operand: number, scalar: Scalar): Value {
	const bits = e.read(operand, false);
	return scalar === "f32" ? e.simple("f32_reinterpret", e.sequence.wrap(bits)) : e.simple("f64_reinterpret", bits);
}

/** The bits of a floating-point value as an operand of 32 or 64 bits. */
export function scalarBits(e: Emitter, scalar: Scalar, value: Value): Value {
	if (scalar === "f64") return e.simple("i64_reinterpret", value);
	return e.sequence.extend(32, false, e.simple("i32_reinterpret", value));
}

/** A vector with a scalar in its low lane, for a careful operation; the other lanes are not looked at. */
export const asVector = (e: Emitter, scalar: Scalar, value: Value): Value =>
	e.simple(scalar === "f32" ? "f32x4_splat" : "f64x2_splat", value);

export const sseArithmetic = group((row) => {
	for (const [name, opcode] of [
		["add", "58"],
		["mul", "59"],
		["sub", "5C"],
		["div", "5E"],
		["sqrt", "51"],
	] as const)
		for (const { lanes, scalar, packed, single } of PRECISIONS) {
			const sum = name === "sub" ? "add" : name;
			row(`${name} ${lanes}`, packed.replace("@", opcode), {}, (e) => {
				const b = e.readVector(1);
				const a = name === "sqrt" ? b : e.readVector(0);
				const r = name === "sqrt" ? e.simple(`${lanes}_sqrt`, b) : e.simple(`${lanes}_${name}`, a, b);
				const count = lanes === "f32x4" ? 4 : 2;
				writeCareful(
					e,
					stands(e, { lanes, name: sum, a, b, r, count }, name === "sub"),
					() => e.writeVector(0, r),
					() => e.careful(`${lanes} ${name}`, a, b),
				);
			});
			row(`${name} ${scalar}`, single.replace("@", opcode), {}, (e) => {
				const b = e.readVector(1);
				const before = e.readVector(0);
				const a = name === "sqrt" ? b : before;
				const [x, y] = [a, b].map((v) => e.lane(`${lanes}_extract`, 0, v)) as [Value, Value];
				const result = name === "sqrt" ? e.simple(`${scalar}_sqrt`, y) : e.simple(`${scalar}_${name}`, x, y);
				const r = e.lane(`${lanes}_replace`, 0, before, result);
				writeCareful(
					e,
					stands(e, { lanes, name: sum, a, b, r, count: 1 }, name === "sub"),
					() => e.writeVector(0, r),
					() => e.careful(`${scalar} ${name}`, a, b),
				);
			});
		}
	// "The second operand unless the first is less (greater)": also for zeros of both signs.
	for (const [name, opcode] of [
		["min", "5D"],
		["max", "5F"],
	] as const)
		for (const { lanes, scalar, packed, single } of PRECISIONS) {
			row(`${name} ${lanes}`, packed.replace("@", opcode), {}, (e) => {
				const b = e.readVector(1);
				const a = e.readVector(0);
				writeCareful(
					e,
					areComparable(e, lanes, a, b),
					() => e.writeVector(0, e.simple(`${lanes}_p${name}`, b, a)),
					() => e.careful(`${lanes} ${name}`, a, b),
				);
			});
			row(`${name} ${scalar}`, single.replace("@", opcode), {}, (e) => {
				const b = readScalar(e, 1, scalar);
				const a = readScalar(e, 0, scalar);
				const first = name === "min" ? e.simple(`${scalar}_lt`, a, b) : e.simple(`${scalar}_gt`, a, b);
				writeCareful(
					e,
					bothComparable(e, scalar, a, b),
					() => e.write(0, scalarBits(e, scalar, e.select(first, a, b))),
					() => e.careful(`${scalar} ${name}`, asVector(e, scalar, a), asVector(e, scalar, b)),
				);
			});
		}
	for (const { lanes, scalar, packed, single } of PRECISIONS) {
		const predicate = (e: Emitter): Value => e.sequence.wrap(e.and(e.read(2), e.constant(7)));
		row(`cmp ${lanes}`, `${packed.replace("@", "C2")},Ib`, {}, (e) => {
			const b = e.readVector(1);
			const a = e.readVector(0);
			writeCareful(
				e,
				areComparable(e, lanes, a, b),
				() => e.writeVector(0, compared(e, lanes, a, b)),
				() => e.careful(`${lanes} cmp eq`, a, b, predicate(e)),
			);
		});
		row(`cmp ${scalar}`, `${single.replace("@", "C2")},Ib`, {}, (e) => {
			const b = readScalar(e, 1, scalar);
			const a = readScalar(e, 0, scalar);
			writeCareful(
				e,
				bothComparable(e, scalar, a, b),
				() => e.writeVector(0, compared(e, lanes, asVector(e, scalar, a), asVector(e, scalar, b))),
				() => e.careful(`${scalar} cmp eq`, asVector(e, scalar, a), asVector(e, scalar, b), predicate(e)),
			);
		});
	}
	// Approximations to 12 bits on the hardware, which raise nothing and take denormals for zeros; more exact here.
	const one = (e: Emitter): Value => e.vector(0x3f8000003f800000n);
	row("rcp", "NP 0F 53 Vx,Wx; F3 0F 53 Vd,Wd", { rare: true }, (e) => {
		const b = withoutDenormals(e, e.readVector(1));
		e.writeVector(0, withoutDenormals(e, settleNaN(e, e.simple("f32x4_div", one(e), b), b)));
	});
	row("rsqrt", "NP 0F 52 Vx,Wx; F3 0F 52 Vd,Wd", { rare: true }, (e) => {
		const b = withoutDenormals(e, e.readVector(1));
		e.writeVector(0, settleNaN(e, e.simple("f32x4_div", one(e), e.simple("f32x4_sqrt", b)), b));
	});
	const compareFlags = { writes: ALL_FLAGS };
	for (const [prefix, scalar, width] of [
		["NP", "f32", "d"],
		["66", "f64", "q"],
	] as const)
		for (const [name, opcode] of [
			["ucomi", "2E"],
			["comi", "2F"],
		] as const)
			row(`${name} ${scalar}`, `${prefix} 0F ${opcode} V${width},W${width}`, compareFlags, (e) =>
				flagsOfComparison(e, scalar, name),
			);
});

const areComparable = (e: Emitter, lanes: Lanes, a: Value, b: Value): Value =>
	e.not(e.anyTrue(e.simple("v128_or", incomparable(e, lanes, a), incomparable(e, lanes, b))));

const bothComparable = (e: Emitter, scalar: Scalar, a: Value, b: Value): Value =>
	e.sequence.binary("and", isComparable(e, scalar, a), isComparable(e, scalar, b));

/** The eight predicates, of numbers: equal, less, less or equal, unordered (never), and their negations. */
function compared(e: Emitter, lanes: Lanes, a: Value, b: Value): Value {
	const predicate = e.and(e.read(2), e.constant(7));
	const odd = e.bit(predicate, 0);
	const lower = e.chooseVector(odd, e.simple(`${lanes}_lt`, a, b), e.simple(`${lanes}_eq`, a, b));
	const upper = e.chooseVector(odd, e.vector(0n), e.simple(`${lanes}_le`, a, b));
	const result = e.chooseVector(e.bit(predicate, 1), upper, lower);
	return e.chooseVector(e.bit(predicate, 2), e.simple("v128_not", result), result);
}

/** ZF, PF and CF as for an unsigned comparison, all three when unordered; the others are cleared. */
function flagsOfComparison(e: Emitter, scalar: Scalar, name: "comi" | "ucomi"): void {
	const b = readScalar(e, 1, scalar);
	const a = readScalar(e, 0, scalar);
	const at = (condition: Value, bit: number): Value => e.op("shl", e.bool(condition), e.constant(bit));
	e.usually(
		bothComparable(e, scalar, a, b),
		() => e.setFlags(e.or(at(e.simple(`${scalar}_lt` as SimpleName, a, b), 0), at(e.simple(`${scalar}_eq`, a, b), 6))),
		() => e.setFlags(e.lane("i64x2_extract", 0, e.careful(`${scalar} ${name}`, asVector(e, scalar, a), asVector(e, scalar, b)))),
	);
}

/** Denormal lanes become zeros of the same sign. */
function withoutDenormals(e: Emitter, v: Value): Value {
	const small = e.simple("f32x4_lt", e.simple("f32x4_abs", v), e.vector(0x0080000000800000n));
	return e.simple("v128_bitselect", e.simple("v128_and", v, e.vector(0x8000000080000000n)), v, small);
}

/** NaN lanes of a result become the operand's NaN, or the indefinite; quiet. */
function settleNaN(e: Emitter, result: Value, b: Value): Value {
	const bad = e.simple("f32x4_ne", result, result);
	const quiet = e.simple("v128_or", b, e.vector(QUIET));
	const right = e.simple("v128_bitselect", quiet, e.vector(INDEFINITE), e.simple("f32x4_ne", b, b));
	return e.simple("v128_bitselect", right, result, bad);
}
