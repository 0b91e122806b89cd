// SSE and SSE2 conversions between floating-point formats and integers.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import type { Emitter } from "./emitter";
import { group } from "./row";
import { incomparable, isComparable, isOrdinary, type Lanes, roundsQuietly, type Scalar, writeCareful } from "./sse-care";
import { asVector, readScalar, scalarBits } from "./sse-float";

const real = (e: Emitter, value: number): Value => {
	const bits = new DataView(new ArrayBuffer(8));
	bits.setFloat64(0, value);
	return e.simple("f64_reinterpret", e.constant(bits.getBigInt64(0)));
};

/** A value rounded to an integer in the rounding mode: nearest, down, up, towards zero. */
function toIntegral(e: Emitter, prefix: "f64" | Lanes, v: Value): Value {
	const q = e.sequence;
	const mode = q.binary("and", e.state("mxcsr"), q.const32(0x6000));
	const is = (n: number): Value => q.binary("eq", mode, q.const32(n));
	const op = (name: "nearest" | "floor" | "ceil" | "trunc"): Value => e.simple(`${prefix}_${name}` as SimpleName, v);
	return q.choose(q.eqz(mode), op("nearest"), q.choose(is(0x2000), op("floor"), q.choose(is(0x4000), op("ceil"), op("trunc"))));
}

/** Nothing was rounded, or that is nothing new and no operand is taken for zero; the mode does not matter. */
function raisesNothing(e: Emitter, exact: Value): Value {
	const q = e.sequence;
	const noted = q.binary("eq", q.binary("and", e.state("mxcsr"), q.const32(0x1060)), q.const32(0x1020));
	return q.binary("or", exact, noted);
}

/** To a signed integer of the first operand's size; the smallest one also stands for what does not fit. */
function toInteger(e: Emitter, scalar: Scalar, truncate: boolean): void {
	const q = e.sequence;
	const source = readScalar(e, 1, scalar);
	const value = scalar === "f32" ? e.simple("f64_promote", source) : source;
	const whole = truncate ? e.simple("f64_trunc", value) : toIntegral(e, "f64", value);
	const narrow = e.size === 32;
	const r = narrow ? q.extend(32, true, e.simple("i32_trunc_sat_f64", whole)) : e.simple("i64_trunc_sat_f64", whole);
	const limit = narrow ? 2 ** 31 : 2 ** 63;
	const inside = q.binary("and", e.simple("f64_lt", whole, real(e, limit)), e.simple("f64_gt", whole, real(e, -limit)));
	const exact = e.simple("f64_eq", whole, value);
	e.usually(
		q.binary("and", inside, raisesNothing(e, exact)),
		() => e.write(0, r),
		() => {
			const name = `convert ${scalar} ${truncate ? "trunc " : ""}i${e.size}`;
			e.write(0, e.fit(e.lane("i64x2_extract", 0, e.careful(name, e.vector(0n), asVector(e, scalar, source)))));
		},
	);
}

/** From a signed integer of the second operand's size. */
function fromInteger(e: Emitter, scalar: Scalar): void {
	const q = e.sequence;
	const source = e.read(1);
	const r = e.simple(`${scalar}_convert_i64`, source);
	const wide = e.sizes[1] === 64;
	if (scalar === "f64" && !wide) {
		e.write(0, scalarBits(e, scalar, r));
		return;
	}
	const limit = scalar === "f64" ? 1n << 53n : 1n << 24n;
	const small = e.op("lt_u", e.add(source, e.constant(limit)), e.constant(2n * limit));
	writeCareful(
		e,
		q.binary("or", small, roundsQuietly(e)),
		() => e.write(0, scalarBits(e, scalar, r)),
		() => e.careful(`convert i64 ${scalar}`, e.vector(0n), e.lane("i64x2_replace", 0, e.vector(0n), source)),
	);
}

/** Packed to integers of 32 bits: `count` lanes of the result, the others are zero. */
export function toIntegers(
	e: Emitter,
	lanes: Lanes,
	v: Value,
	truncate: boolean,
	count: 2 | 4,
	write: (result: Value) => void,
): void {
	const q = e.sequence;
	const whole = truncate ? e.simple(`${lanes}_trunc`, v) : toIntegral(e, lanes, v);
	const single = lanes === "f32x4";
	const r = e.simple(single ? "i32x4_trunc_sat_f32x4_s" : "i32x4_trunc_sat_f64x2_s_zero", whole);
	const limit = e.vector(single ? 0x4f0000004f000000n : 0x41e0000000000000n);
	const inside = e.simple(`${lanes}_lt`, e.simple(`${lanes}_abs`, whole), limit);
	// Of two lanes of four, the others are not looked at.
	const mask = single && count === 2 ? e.vector(-1n, 0n) : e.vector(-1n);
	const outside = e.anyTrue(e.simple("v128_andnot", mask, inside));
	const inexact = e.anyTrue(e.simple("v128_and", mask, e.simple(`${lanes}_ne`, whole, v)));
	const type = single && count === 2 ? "f32x2" : lanes;
	e.usually(
		q.binary("and", q.eqz(outside), raisesNothing(e, q.eqz(inexact))),
		() => write(r),
		() => write(e.careful(`convert ${type} ${truncate ? "trunc " : ""}i32x${count}`, e.vector(0n), v)),
	);
}

/** Integers of 32 bits to single precision, `count` lanes. */
export function toSingles(e: Emitter, v: Value, count: 2 | 4, write: (result: Value) => void): void {
	const q = e.sequence;
	const mask = count === 2 ? e.vector(-1n, 0n) : e.vector(-1n);
	const shifted = e.simple("i32x4_add", v, e.vector(0x0100000001000000n));
	const large = e.anyTrue(e.simple("v128_and", mask, e.simple("v128_andnot", shifted, e.vector(0x01ffffff01ffffffn))));
	e.usually(
		q.binary("or", q.eqz(large), roundsQuietly(e)),
		() => write(e.simple("f32x4_convert_i32x4_s", v)),
		() => write(e.careful(`convert i32x${count} f32x${count}`, e.vector(0n), v)),
	);
}

/** Double to single: exact, or quietly rounded to an ordinary number. */
function narrowScalar(e: Emitter): void {
	const q = e.sequence;
	const v = readScalar(e, 1, "f64");
	const r = e.simple("f32_demote", v);
	const exact = e.simple("f64_eq", e.simple("f64_promote", r), v);
	const isZero = e.isZero(e.op("shl", e.simple("i64_reinterpret", v), e.constant(1)));
	const fine = q.binary("and", isOrdinary(e, "f32", r), q.binary("or", exact, roundsQuietly(e)));
	writeCareful(
		e,
		q.binary("or", fine, isZero),
		() => e.write(0, scalarBits(e, "f32", r)),
		() => e.careful("convert f64 f32", e.vector(0n), asVector(e, "f64", v)),
	);
}

function narrowPacked(e: Emitter): void {
	const q = e.sequence;
	const v = e.readVector(1);
	const r = e.simple("f32x4_demote_f64x2_zero", v);
	const back = e.simple("f64x2_promote_low_f32x4", r);
	const size = e.simple("f64x2_abs", back);
	const smallest = e.vector(0x3810000000000000n);
	const between = e.simple(
		"v128_and",
		e.simple("f64x2_lt", smallest, size),
		e.simple("f64x2_lt", size, e.vector(0x7ff0000000000000n)),
	);
	const ordinary = q.eqz(e.anyTrue(e.simple("v128_not", e.simple("v128_or", between, e.simple("f64x2_eq", v, e.vector(0n))))));
	const exact = q.eqz(e.anyTrue(e.simple("f64x2_ne", back, v)));
	writeCareful(
		e,
		q.binary("and", ordinary, q.binary("or", exact, roundsQuietly(e))),
		() => e.writeVector(0, r),
		() => e.careful("convert f64x2 f32x4", e.vector(0n), v),
	);
}

export const sseConversions = group((row) => {
	row("cvtsi2sd", "F2 0F 2A Vq,Ey", {}, (e) => fromInteger(e, "f64"));
	row("cvtsi2ss", "F3 0F 2A Vd,Ey", {}, (e) => fromInteger(e, "f32"));
	row("cvttsd2si", "F2 0F 2C Gy,Wq", {}, (e) => toInteger(e, "f64", true));
	row("cvttss2si", "F3 0F 2C Gy,Wd", {}, (e) => toInteger(e, "f32", true));
	row("cvtsd2si", "F2 0F 2D Gy,Wq", {}, (e) => toInteger(e, "f64", false));
	row("cvtss2si", "F3 0F 2D Gy,Wd", {}, (e) => toInteger(e, "f32", false));
	row("cvtss2sd", "F3 0F 5A Vq,Wd", {}, (e) => {
		const v = readScalar(e, 1, "f32");
		writeCareful(
			e,
			isComparable(e, "f32", v),
			() => e.write(0, scalarBits(e, "f64", e.simple("f64_promote", v))),
			() => e.careful("convert f32 f64", e.vector(0n), asVector(e, "f32", v)),
		);
	});
	row("cvtps2pd", "NP 0F 5A Vx,Wq", {}, (e) => {
		const v = e.readVector(1);
		const odd = e.anyTrue(e.simple("v128_and", incomparable(e, "f32x4", v), e.vector(-1n, 0n)));
		writeCareful(
			e,
			e.not(odd),
			() => e.writeVector(0, e.simple("f64x2_promote_low_f32x4", v)),
			() => e.careful("convert f32x4 f64x2", e.vector(0n), v),
		);
	});
	row("cvtsd2ss", "F2 0F 5A Vd,Wq", {}, narrowScalar);
	row("cvtpd2ps", "66 0F 5A Vx,Wx", {}, narrowPacked);
	row("cvtdq2ps", "NP 0F 5B Vx,Wx", {}, (e) => toSingles(e, e.readVector(1), 4, (result) => e.writeVector(0, result)));
	row("cvtdq2pd", "F3 0F E6 Vx,Wq", {}, (e) => e.writeVector(0, e.simple("f64x2_convert_low_i32x4_s", e.readVector(1))));
	const integers = (name: string, encoding: string, lanes: Lanes, truncate: boolean): void =>
		row(name, encoding, {}, (e) =>
			toIntegers(e, lanes, e.readVector(1), truncate, lanes === "f32x4" ? 4 : 2, (result) => e.writeVector(0, result)),
		);
	integers("cvttps2dq", "F3 0F 5B Vx,Wx", "f32x4", true);
	integers("cvtps2dq", "66 0F 5B Vx,Wx", "f32x4", false);
	integers("cvttpd2dq", "66 0F E6 Vx,Wx", "f64x2", true);
	integers("cvtpd2dq", "F2 0F E6 Vx,Wx", "f64x2", false);
});
