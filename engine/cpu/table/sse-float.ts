// SSE and SSE2 floating point: arithmetic, comparison, conversion.
//
// A NaN's sign and payload are open in WebAssembly and fixed on this processor, so results that are NaN are made again from
// the operands. Rounding modes other than to nearest go through Emitter.rounded. MXCSR's exception flags are not raised.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import type { Emitter } from "./emitter";
import { ALL_FLAGS } from "./flags";
import type { RoundedOperation } from "./rounded";
import { group } from "./row";

type Lanes = "f32x4" | "f64x2";

const QUIET = { f32x4: 0x0040000000400000n, f64x2: 0x0008000000000000n } as const;
/** The NaN that an invalid operation gives. */
const INDEFINITE = { f32x4: 0xffc00000ffc00000n, f64x2: 0xfff8000000000000n } as const;
const ROUNDING = 0x6000;

const rounding = (e: Emitter): Value => e.sequence.binary("and", e.state("mxcsr"), e.sequence.const32(ROUNDING));

const unordered = (e: Emitter, lanes: Lanes, v: Value): Value => e.simple(`${lanes}_ne`, v, v);
const quiet = (e: Emitter, lanes: Lanes, v: Value): Value => e.simple("v128_or", v, e.vector(QUIET[lanes]));

/** NaN lanes of a result become the first operand's NaN, else the second's, else the indefinite; quiet. */
function settleNaN(e: Emitter, lanes: Lanes, result: Value, a: Value, b: Value): Value {
	const bad = unordered(e, lanes, result);
	const fromB = e.simple("v128_bitselect", quiet(e, lanes, b), e.vector(INDEFINITE[lanes]), unordered(e, lanes, b));
	const right = e.simple("v128_bitselect", quiet(e, lanes, a), fromB, unordered(e, lanes, a));
	return e.chooseVector(e.anyTrue(bad), e.simple("v128_bitselect", right, result, bad), result);
}

/** Writes `nearest`, or in other rounding modes what the operation gives there. */
function writeRounded(e: Emitter, operation: RoundedOperation, a: Value, b: Value, nearest: () => Value): void {
	e.when(
		rounding(e),
		() => e.writeVector(0, e.rounded(operation, a, b)),
		() => e.writeVector(0, nearest()),
	);
}

/** Packed and scalar encodings of an operation in both precisions: [lanes, encodings]. */
const precisions = (opcode: string): readonly (readonly [Lanes, string])[] => [
	["f32x4", `NP 0F ${opcode} Vx,Wx; F3 0F ${opcode} Vd,Wd`],
	["f64x2", `66 0F ${opcode} Vx,Wx; F2 0F ${opcode} Vq,Wq`],
];

export const sseArithmetic = group((row) => {
	for (const [name, opcode] of [
		["add", "58"],
		["mul", "59"],
		["sub", "5C"],
		["div", "5E"],
	] as const)
		for (const [lanes, encodings] of precisions(opcode))
			row(`${name} ${lanes}`, encodings, {}, (e) => {
				const b = e.readVector(1);
				const a = e.readVector(0);
				writeRounded(e, `${lanes} ${name}`, a, b, () => settleNaN(e, lanes, e.simple(`${lanes}_${name}`, a, b), a, b));
			});
	for (const [lanes, encodings] of precisions("51"))
		row(`sqrt ${lanes}`, encodings, {}, (e) => {
			const b = e.readVector(1);
			writeRounded(e, `${lanes} sqrt`, b, b, () => settleNaN(e, lanes, e.simple(`${lanes}_sqrt`, b), b, b));
		});
	// "The second operand unless the first is less (greater)": also for NaN and for zeros of both signs.
	for (const [name, opcode] of [
		["min", "5D"],
		["max", "5F"],
	] as const)
		for (const [lanes, encodings] of precisions(opcode))
			row(`${name} ${lanes}`, encodings, {}, (e) => {
				const b = e.readVector(1);
				e.writeVector(0, e.simple(`${lanes}_p${name}`, b, e.readVector(0)));
			});
	for (const [lanes, encodings] of precisions("C2"))
		row(`cmp ${lanes}`, encodings.replaceAll(/W./g, "$&,Ib"), {}, (e) => {
			const b = e.readVector(1);
			e.writeVector(0, compared(e, lanes, e.readVector(0), b));
		});
	// Approximations to 12 bits on the hardware; more exact here.
	const one = (e: Emitter): Value => e.vector(0x3f8000003f800000n);
	row("rcp", "NP 0F 53 Vx,Wx; F3 0F 53 Vd,Wd", { rare: true }, (e) => {
		const b = e.readVector(1);
		e.writeVector(0, settleNaN(e, "f32x4", e.simple("f32x4_div", one(e), b), b, b));
	});
	row("rsqrt", "NP 0F 52 Vx,Wx; F3 0F 52 Vd,Wd", { rare: true }, (e) => {
		const b = e.readVector(1);
		e.writeVector(0, settleNaN(e, "f32x4", e.simple("f32x4_div", one(e), e.simple("f32x4_sqrt", b)), b, b));
	});
	const compareFlags = { writes: ALL_FLAGS };
	row("comiss", "NP 0F 2E Vd,Wd; NP 0F 2F Vd,Wd", compareFlags, (e) => flagsOfComparison(e, "f32x4"));
	row("comisd", "66 0F 2E Vq,Wq; 66 0F 2F Vq,Wq", compareFlags, (e) => flagsOfComparison(e, "f64x2"));
});

/** The eight predicates: equal, less, less or equal, unordered, and their negations. */
function compared(e: Emitter, lanes: Lanes, a: Value, b: Value): Value {
	const predicate = e.and(e.read(2), e.constant(7));
	const eitherNaN = e.simple("v128_or", unordered(e, lanes, a), unordered(e, lanes, b));
	const odd = e.bit(predicate, 0);
	const lower = e.chooseVector(odd, e.simple(`${lanes}_lt`, a, b), e.simple(`${lanes}_eq`, a, b));
	const upper = e.chooseVector(odd, eitherNaN, e.simple(`${lanes}_le`, a, b));
	const result = e.chooseVector(e.bit(predicate, 1), upper, lower);
	return e.chooseVector(e.bit(predicate, 2), e.simple("v128_not", result), result);
}

/** ZF, PF and CF as for an unsigned comparison, all three when unordered; the others are cleared. */
function flagsOfComparison(e: Emitter, lanes: Lanes): void {
	const scalar = lanes === "f32x4" ? "f32" : "f64";
	const b = e.lane(`${lanes}_extract`, 0, e.readVector(1));
	const a = e.lane(`${lanes}_extract`, 0, e.readVector(0));
	const q = e.sequence;
	const nan = q.binary("or", e.simple(`${scalar}_ne`, a, a), e.simple(`${scalar}_ne`, b, b));
	const below = q.binary("or", nan, e.simple(`${scalar}_lt`, a, b));
	const equal = q.binary("or", nan, e.simple(`${scalar}_eq`, a, b));
	const at = (condition: Value, bit: number): Value => e.op("shl", e.bool(condition), e.constant(bit));
	e.setFlags(e.or(e.or(at(below, 0), at(nan, 2)), at(equal, 6)));
}

const real = (e: Emitter, value: number): Value => {
	const bits = new DataView(new ArrayBuffer(8));
	bits.setFloat64(0, value);
	return e.simple("f64_reinterpret", e.constant(bits.getBigInt64(0)));
};

/** A value rounded to an integer in the rounding mode: nearest, down, up, towards zero. */
function toIntegral(e: Emitter, prefix: "f64" | Lanes, v: Value): Value {
	const q = e.sequence;
	const mode = rounding(e);
	const is = (n: number): Value => q.binary("eq", mode, q.const32(n));
	const op = (name: "nearest" | "floor" | "ceil" | "trunc"): Value => e.simple(`${prefix}_${name}` as SimpleName, v);
	return q.choose(q.eqz(mode), op("nearest"), q.choose(is(0x2000), op("floor"), q.choose(is(0x4000), op("ceil"), op("trunc"))));
}

/** To a signed integer of the first operand's size; what does not fit, and NaN, gives the smallest integer. */
function toInteger(e: Emitter, value: Value): Value {
	const q = e.sequence;
	if (e.size === 64) {
		const fits = e.simple("f64_lt", value, real(e, 2 ** 63));
		return q.select(fits, e.simple("i64_trunc_sat_f64", value), e.constant(-(1n << 63n)));
	}
	const fits = e.simple("f64_lt", value, real(e, 2 ** 31));
	return q.extend(32, true, q.select(fits, e.simple("i32_trunc_sat_f64", value), q.const32(-0x80000000)));
}

const lowF64 = (e: Emitter, v: Value): Value => e.lane("f64x2_extract", 0, v);
const lowF32AsF64 = (e: Emitter, v: Value): Value => e.simple("f64_promote", e.lane("f32x4_extract", 0, v));

/** Four lanes of single precision to integers; what does not fit gives the smallest integer. */
function toIntegers32(e: Emitter, v: Value): Value {
	const fits = e.simple("f32x4_lt", v, e.vector(0x4f0000004f000000n));
	return e.simple("v128_bitselect", e.simple("i32x4_trunc_sat_f32x4_s", v), e.vector(0x8000000080000000n), fits);
}

const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

/** Two lanes of double precision to integers in the low half; the high half is zero. */
function toIntegers64(e: Emitter, v: Value): Value {
	const fits = e.simple("f64x2_lt", v, e.vector(0x41e0000000000000n));
	const narrow = e.lane("i8x16_shuffle", EVEN_WORDS, fits, fits);
	return e.simple("v128_bitselect", e.simple("i32x4_trunc_sat_f64x2_s_zero", v), e.vector(0x8000000080000000n, 0n), narrow);
}

/** Single to double: exact; a NaN keeps its sign and payload. */
function widened(e: Emitter, v: Value): Value {
	const result = e.simple("f64x2_promote_low_f32x4", v);
	const lanes = e.lane("i8x16_shuffle", [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7], v, v);
	const sign = e.simple("v128_and", lanes, e.vector(0x8000000000000000n));
	const payload = e.simple("i64x2_shl", e.simple("v128_and", lanes, e.vector(0x7fffffn)), e.sequence.const32(29));
	const nan = e.simple("v128_or", e.simple("v128_or", sign, payload), e.vector(0x7ff8000000000000n));
	const bad = unordered(e, "f64x2", result);
	return e.chooseVector(e.anyTrue(bad), e.simple("v128_bitselect", nan, result, bad), result);
}

/** Double to single, in the low half; a NaN keeps its sign and the top of its payload. */
function narrowed(e: Emitter, v: Value): Value {
	const result = e.simple("f32x4_demote_f64x2_zero", v);
	const shuffled = (x: Value): Value => e.lane("i8x16_shuffle", EVEN_WORDS, x, x);
	const payload = e.simple("v128_and", e.simple("i64x2_shr_u", v, e.sequence.const32(29)), e.vector(0x7fffffn));
	const sign = e.simple("v128_and", e.simple("i64x2_shr_u", v, e.sequence.const32(32)), e.vector(0x80000000n));
	const nan = shuffled(e.simple("v128_or", e.simple("v128_or", sign, payload), e.vector(0x7fc00000n)));
	const bad = unordered(e, "f32x4", result);
	return e.chooseVector(e.anyTrue(bad), e.simple("v128_bitselect", nan, result, bad), result);
}

export const sseConversions = group((row) => {
	const fromInteger = (e: Emitter): Value => e.lane("i64x2_replace", 0, e.vector(0n), e.read(1));
	row("cvtsi2sd", "F2 0F 2A Vq,Ey", {}, (e) => {
		const source = fromInteger(e);
		writeRounded(e, "f64x2 from i64", source, source, () =>
			e.simple("f64x2_splat", e.simple("f64_convert_i64", e.lane("i64x2_extract", 0, source))),
		);
	});
	row("cvtsi2ss", "F3 0F 2A Vd,Ey", {}, (e) => {
		const source = fromInteger(e);
		writeRounded(e, "f32x4 from i64", source, source, () =>
			e.simple("f32x4_splat", e.simple("f32_convert_i64", e.lane("i64x2_extract", 0, source))),
		);
	});
	row("cvttsd2si", "F2 0F 2C Gy,Wq", {}, (e) => e.write(0, toInteger(e, lowF64(e, e.readVector(1)))));
	row("cvttss2si", "F3 0F 2C Gy,Wd", {}, (e) => e.write(0, toInteger(e, lowF32AsF64(e, e.readVector(1)))));
	row("cvtsd2si", "F2 0F 2D Gy,Wq", {}, (e) => e.write(0, toInteger(e, toIntegral(e, "f64", lowF64(e, e.readVector(1))))));
	row("cvtss2si", "F3 0F 2D Gy,Wd", {}, (e) => e.write(0, toInteger(e, toIntegral(e, "f64", lowF32AsF64(e, e.readVector(1))))));
	row("cvtps2pd", "NP 0F 5A Vx,Wq", {}, (e) => e.writeVector(0, widened(e, e.readVector(1))));
	row("cvtss2sd", "F3 0F 5A Vq,Wd", {}, (e) => e.writeVector(0, widened(e, e.readVector(1))));
	row("cvtpd2ps", "66 0F 5A Vx,Wx", {}, (e) => {
		const v = e.readVector(1);
		writeRounded(e, "f32x4 from f64x2", v, v, () => narrowed(e, v));
	});
	row("cvtsd2ss", "F2 0F 5A Vd,Wq", {}, (e) => {
		const v = e.readVector(1);
		writeRounded(e, "f32x4 from f64x2", v, v, () => narrowed(e, v));
	});
	row("cvtdq2ps", "NP 0F 5B Vx,Wx", {}, (e) => {
		const v = e.readVector(1);
		writeRounded(e, "f32x4 from i32x4", v, v, () => e.simple("f32x4_convert_i32x4_s", v));
	});
	row("cvtdq2pd", "F3 0F E6 Vx,Wq", {}, (e) => e.writeVector(0, e.simple("f64x2_convert_low_i32x4_s", e.readVector(1))));
	row("cvttps2dq", "F3 0F 5B Vx,Wx", {}, (e) => e.writeVector(0, toIntegers32(e, e.readVector(1))));
	row("cvtps2dq", "66 0F 5B Vx,Wx", {}, (e) => e.writeVector(0, toIntegers32(e, toIntegral(e, "f32x4", e.readVector(1)))));
	row("cvttpd2dq", "66 0F E6 Vx,Wx", {}, (e) => e.writeVector(0, toIntegers64(e, e.readVector(1))));
	row("cvtpd2dq", "F2 0F E6 Vx,Wx", {}, (e) => e.writeVector(0, toIntegers64(e, toIntegral(e, "f64x2", e.readVector(1)))));
});
