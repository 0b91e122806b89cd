// SSE and SSE2: moves, integer arithmetic, shuffles. Floating point is in sse-float.ts.

import type { Value } from "../wasm/expression";
import type { SimpleName } from "../wasm/opcodes";
import { ADDRESSINGS, type Addressing } from "./addressing";
import { type Emitter, REG } from "./emitter";
import { group } from "./row";

const rare = { rare: true };

const LOW_LANE = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const zero = (e: Emitter): Value => e.vector(0n);

/** The low 64 bits of a vector, the rest zero. */
const lowHalf = (e: Emitter, v: Value): Value => e.lane("i8x16_shuffle", LOW_LANE, v, zero(e));

export const sseMoves = group((row) => {
	const whole = (e: Emitter): void => e.writeVector(0, e.readVector(1));
	row("movaps", "NP 0F 28 Vx,Wx; 66 0F 28 Vx,Wx; 66 0F 6F Vx,Wx; NP 0F 29 Wx,Vx; 66 0F 29 Wx,Vx; 66 0F 7F Wx,Vx", {}, whole);
	row("movups", "NP 0F 10 Vu,Wu; 66 0F 10 Vu,Wu; F3 0F 6F Vu,Wu; NP 0F 11 Wu,Vu; 66 0F 11 Wu,Vu; F3 0F 7F Wu,Vu", {}, whole);
	row("movnt", "NP 0F 2B Mx,Vx; 66 0F 2B Mx,Vx; 66 0F E7 Mx,Vx", rare, whole);
	row("movnti", "NP 0F C3 My,Gy", rare, (e) => e.write(0, e.read(1)));
	for (const m of ADDRESSINGS) row(m.name("maskmovdqu"), m.encodings("66 0F F7 Vx,Ux"), rare, (e) => maskedStore(e, m, 128));
	// Scalars: from memory the rest of the register is cleared, between registers it stays.
	row("movs load", "F3 0F 10 Vu,Md; F2 0F 10 Vu,Mq; F3 0F 7E Vu,Mq", {}, whole);
	row("movs", "F3 0F 10 Vd,Ud; F2 0F 10 Vq,Uq; F3 0F 11 Wd,Vd; F2 0F 11 Wq,Vq", {}, (e) => e.write(0, e.read(1)));
	row("movq", "F3 0F 7E Vu,Uq", {}, (e) => e.writeVector(0, lowHalf(e, e.readVector(1))));
	row("movq store", "66 0F D6 Mq,Vq", {}, (e) => e.write(0, e.read(1)));
	row("movq back", "66 0F D6 Uu,Vq", rare, (e) => e.writeVector(0, lowHalf(e, e.readVector(1))));
	row("movd", "66 0F 6E Vu,Ey", {}, (e) => {
		const value = e.read(1, false);
		e.writeVector(0, e.lane("i64x2_replace", 0, zero(e), value));
	});
	row("movd back", "66 0F 7E Ey,Vy", {}, (e) => e.write(0, e.read(1)));
	row("movlp", "NP 0F 12 Vq,Mq; 66 0F 12 Vq,Mq; NP 0F 13 Mq,Vq; 66 0F 13 Mq,Vq", {}, (e) => e.write(0, e.read(1)));
	row("movhp", "NP 0F 16 Vu,Mq; 66 0F 16 Vu,Mq", {}, (e) => {
		const high = e.read(1);
		e.writeVector(0, e.lane("i64x2_replace", 1, e.readVector(0), high));
	});
	row("movhp store", "NP 0F 17 Mq,Vu; 66 0F 17 Mq,Vu", {}, (e) => e.write(0, e.lane("i64x2_extract", 1, e.readVector(1))));
	row("movhlps", "NP 0F 12 Vq,Uu", {}, (e) => e.write(0, e.lane("i64x2_extract", 1, e.readVector(1))));
	row("movlhps", "NP 0F 16 Vu,Uq", {}, (e) => {
		const low = e.read(1);
		e.writeVector(0, e.lane("i64x2_replace", 1, e.readVector(0), low));
	});
	const mask = (name: SimpleName) => (e: Emitter) => e.write(0, e.bool(e.simple(name, e.readVector(1))));
	row("movmskps", "NP 0F 50 Gd,Ux", {}, mask("i32x4_bitmask"));
	row("movmskpd", "66 0F 50 Gd,Ux", {}, mask("i64x2_bitmask"));
	row("pmovmskb", "66 0F D7 Gd,Ux", {}, mask("i8x16_bitmask"));
	row("ldmxcsr", "NP 0F AE/2 Md", rare, (e) => {
		const value = e.read(0, false);
		e.faultIf(e.not(e.isZero(e.and(value, e.constant(~0xffff)))), "protection");
		e.setState("mxcsr", e.sequence.wrap(value));
	});
	row("stmxcsr", "NP 0F AE/3 Md", rare, (e) => e.write(0, e.sequence.extend(32, false, e.state("mxcsr"))));
});

/** Stores the bytes of the first operand whose byte in the second has its top bit set, at rDI. */
export function maskedStore(e: Emitter, m: Addressing, size: 64 | 128): void {
	const value = e.readVector(0);
	const selected = e.readVector(1);
	const at = m.withSegment(e, m.cut(e, e.register(REG.di, 64)));
	// As a read, a choice and a write, which faults for masked bytes too: the manual allows that.
	const old = e.loadVector(at, size);
	e.storeVector(at, size, e.simple("v128_bitselect", value, old, e.simple("i8x16_gt_s", zero(e), selected)));
}

/** Vector operations that WebAssembly has just so: [name, opcode after 0F, operation]. */
export const SAME: readonly (readonly [name: string, opcode: string, operation: SimpleName])[] = [
	["pcmpgtb", "64", "i8x16_gt_s"],
	["pcmpgtw", "65", "i16x8_gt_s"],
	["pcmpgtd", "66", "i32x4_gt_s"],
	["pcmpeqb", "74", "i8x16_eq"],
	["pcmpeqw", "75", "i16x8_eq"],
	["pcmpeqd", "76", "i32x4_eq"],
	["packsswb", "63", "i8x16_narrow_i16x8_s"],
	["packuswb", "67", "i8x16_narrow_i16x8_u"],
	["packssdw", "6B", "i16x8_narrow_i32x4_s"],
	["paddq", "D4", "i64x2_add"],
	["pmullw", "D5", "i16x8_mul"],
	["psubusb", "D8", "i8x16_sub_sat_u"],
	["psubusw", "D9", "i16x8_sub_sat_u"],
	["pminub", "DA", "i8x16_min_u"],
	["pand", "DB", "v128_and"],
	["paddusb", "DC", "i8x16_add_sat_u"],
	["paddusw", "DD", "i16x8_add_sat_u"],
	["pmaxub", "DE", "i8x16_max_u"],
	["pavgb", "E0", "i8x16_avgr_u"],
	["pavgw", "E3", "i16x8_avgr_u"],
	["psubsb", "E8", "i8x16_sub_sat_s"],
	["psubsw", "E9", "i16x8_sub_sat_s"],
	["pminsw", "EA", "i16x8_min_s"],
	["por", "EB", "v128_or"],
	["paddsb", "EC", "i8x16_add_sat_s"],
	["paddsw", "ED", "i16x8_add_sat_s"],
	["pmaxsw", "EE", "i16x8_max_s"],
	["pxor", "EF", "v128_xor"],
	["pmaddwd", "F5", "i32x4_dot_i16x8_s"],
	["psubb", "F8", "i8x16_sub"],
	["psubw", "F9", "i16x8_sub"],
	["psubd", "FA", "i32x4_sub"],
	["psubq", "FB", "i64x2_sub"],
	["paddb", "FC", "i8x16_add"],
	["paddw", "FD", "i16x8_add"],
	["paddd", "FE", "i32x4_add"],
];

const highHalves =
	(signed: "s" | "u") =>
	(e: Emitter, a: Value, b: Value): Value => {
		const lower = e.simple(`i32x4_extmul_low_i16x8_${signed}`, a, b);
		const upper = e.simple(`i32x4_extmul_high_i16x8_${signed}`, a, b);
		return e.lane("i8x16_shuffle", lanes16([1, 3, 5, 7, 9, 11, 13, 15]), lower, upper);
	};

/** Multiplications and sums that take more than one step. */
export const sseWords: readonly { name: string; opcode: string; operation: (e: Emitter, a: Value, b: Value) => Value }[] = [
	{ name: "pmulhw", opcode: "E5", operation: highHalves("s") },
	{ name: "pmulhuw", opcode: "E4", operation: highHalves("u") },
	{
		name: "pmuludq",
		opcode: "F4",
		operation: (e, a, b) => {
			const mask = e.vector(0xffffffffn);
			return e.simple("i64x2_mul", e.simple("v128_and", a, mask), e.simple("v128_and", b, mask));
		},
	},
	{
		name: "psadbw",
		opcode: "F6",
		operation: (e, a, b) => {
			const difference = e.simple("v128_or", e.simple("i8x16_sub_sat_u", a, b), e.simple("i8x16_sub_sat_u", b, a));
			const words = e.simple("i16x8_extadd_pairwise_i8x16_u", difference);
			const doubles = e.simple("i32x4_extadd_pairwise_i16x8_u", words);
			const both = e.simple("i64x2_add", e.simple("i64x2_shr_u", doubles, e.sequence.const32(32)), doubles);
			return e.simple("v128_and", both, e.vector(0xffffffffn));
		},
	},
];

export const sseIntegers = group((row) => {
	const binary = (operation: (e: Emitter, a: Value, b: Value) => Value) => (e: Emitter) => {
		const b = e.readVector(1);
		e.writeVector(0, operation(e, e.readVector(0), b));
	};
	for (const [name, opcode, operation] of SAME)
		row(
			name,
			`66 0F ${opcode} Vx,Wx`,
			{},
			binary((e, a, b) => e.simple(operation, a, b)),
		);
	const bitwise = [
		["andps", "54", "v128_and"],
		["orps", "56", "v128_or"],
		["xorps", "57", "v128_xor"],
	] as const;
	for (const [name, opcode, operation] of bitwise)
		row(
			name,
			`NP 0F ${opcode} Vx,Wx; 66 0F ${opcode} Vx,Wx`,
			{},
			binary((e, a, b) => e.simple(operation, a, b)),
		);
	row(
		"andnps",
		"NP 0F 55 Vx,Wx; 66 0F 55 Vx,Wx; 66 0F DF Vx,Wx",
		{},
		binary((e, a, b) => e.simple("v128_andnot", b, a)),
	);
	for (const { name, opcode, operation } of sseWords) row(name, `66 0F ${opcode} Vx,Wx`, {}, binary(operation));
	const shift = (
		name: string,
		opcode: string,
		digit: string,
		lane: "i16x8" | "i32x4" | "i64x2",
		kind: "shl" | "shr_s" | "shr_u",
	): void => {
		const [byRegister, byImmediate] = opcode.split(" ");
		row(name, `66 0F ${byRegister} Vx,Wx`, {}, (e) => {
			const count = e.lane("i64x2_extract", 0, e.readVector(1));
			e.writeVector(0, shifted(e, e.readVector(0), count, lane, kind));
		});
		row(`${name} imm`, `66 0F ${byImmediate}/${digit} Ux,Ib`, {}, (e) => {
			const count = e.unsigned(e.read(1), 8);
			e.writeVector(0, shifted(e, e.readVector(0), count, lane, kind));
		});
	};
	shift("psrlw", "D1 71", "2", "i16x8", "shr_u");
	shift("psraw", "E1 71", "4", "i16x8", "shr_s");
	shift("psllw", "F1 71", "6", "i16x8", "shl");
	shift("psrld", "D2 72", "2", "i32x4", "shr_u");
	shift("psrad", "E2 72", "4", "i32x4", "shr_s");
	shift("pslld", "F2 72", "6", "i32x4", "shl");
	shift("psrlq", "D3 73", "2", "i64x2", "shr_u");
	shift("psllq", "F3 73", "6", "i64x2", "shl");
	// Whole bytes: a swizzle gives 0 for lanes out of range.
	const bytes = (name: string, digit: number, left: boolean): void =>
		row(name, `66 0F 73/${digit} Ux,Ib`, {}, (e) => {
			const raw = e.unsigned(e.read(1), 8);
			const count = e.sequence.wrap(e.select(e.op("lt_u", raw, e.constant(16)), raw, e.constant(16)));
			const identity = e.vector(0x0706050403020100n, 0x0f0e0d0c0b0a0908n);
			const by = e.simple("i8x16_splat", count);
			const from = e.simple(left ? "i8x16_sub" : "i8x16_add", identity, by);
			e.writeVector(0, e.simple("i8x16_swizzle", e.readVector(0), from));
		});
	bytes("psrldq", 3, false);
	bytes("pslldq", 7, true);
});

/** Shifts all lanes; a count beyond the lane's width gives zero, or the sign. */
export function shifted(
	e: Emitter,
	value: Value,
	count: Value,
	lane: "i16x8" | "i32x4" | "i64x2",
	kind: "shl" | "shr_s" | "shr_u",
): Value {
	const width = { i16x8: 16, i32x4: 32, i64x2: 64 }[lane];
	const inRange = e.op("lt_u", count, e.constant(width));
	if (kind === "shr_s") {
		const most = e.select(inRange, count, e.constant(width - 1));
		return e.simple(`${lane}_shr_s`, value, e.sequence.wrap(most));
	}
	return e.chooseVector(inRange, e.simple(`${lane}_${kind}`, value, e.sequence.wrap(count)), zero(e));
}

/** Byte lanes of 16-bit lanes. */
const lanes16 = (lanes: readonly number[]): number[] => lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]);
const lanes32 = (lanes: readonly number[]): number[] => lanes16(lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]));
const lanes64 = (lanes: readonly number[]): number[] => lanes32(lanes.flatMap((lane) => [2 * lane, 2 * lane + 1]));

export const sseShuffles = group((row) => {
	const interleave = (name: string, encodings: string, lanes: readonly number[]): void =>
		row(name, encodings, {}, (e) => {
			const b = e.readVector(1);
			e.writeVector(0, e.lane("i8x16_shuffle", lanes, e.readVector(0), b));
		});
	const bytes = (from: number): number[] => Array.from({ length: 16 }, (_, i) => from + (i >> 1) + (i & 1 ? 16 : 0));
	interleave("punpcklbw", "66 0F 60 Vx,Wx", bytes(0));
	interleave("punpcklwd", "66 0F 61 Vx,Wx", lanes16([0, 8, 1, 9, 2, 10, 3, 11]));
	interleave("punpckldq", "66 0F 62 Vx,Wx; NP 0F 14 Vx,Wx", lanes32([0, 4, 1, 5]));
	interleave("punpcklqdq", "66 0F 6C Vx,Wx; 66 0F 14 Vx,Wx", lanes64([0, 2]));
	interleave("punpckhbw", "66 0F 68 Vx,Wx", bytes(8));
	interleave("punpckhwd", "66 0F 69 Vx,Wx", lanes16([4, 12, 5, 13, 6, 14, 7, 15]));
	interleave("punpckhdq", "66 0F 6A Vx,Wx; NP 0F 15 Vx,Wx", lanes32([2, 6, 3, 7]));
	interleave("punpckhqdq", "66 0F 6D Vx,Wx; 66 0F 15 Vx,Wx", lanes64([1, 3]));

	/**
	 * Shuffles whose lanes are in an immediate: byte indices for a swizzle, made from the immediate. For lane i, two bits
	 * choose one of four lanes; `spread` puts them into the lane's bytes.
	 */
	row("pshufd", "66 0F 70 Vx,Wx,Ib", {}, (e) => {
		e.writeVector(0, e.simple("i8x16_swizzle", e.readVector(1), indices(e, [0, 1, 2, 3], 4)));
	});
	const words = (name: string, prefix: string, high: boolean): void =>
		row(name, `${prefix} 0F 70 Vx,Wx,Ib`, {}, (e) => {
			const source = e.readVector(1);
			const chosen = e.simple("i8x16_swizzle", source, indices(e, [0, 1, 2, 3], 2, high ? 8 : 0));
			const lanes = high ? lanes64([0, 2]) : lanes64([2, 1]);
			e.writeVector(0, high ? e.lane("i8x16_shuffle", lanes, source, chosen) : e.lane("i8x16_shuffle", lanes, source, chosen));
		});
	words("pshuflw", "F2", false);
	words("pshufhw", "F3", true);
	row("shufps", "NP 0F C6 Vx,Wx,Ib", {}, (e) => {
		const b = e.readVector(1);
		const from = indices(e, [0, 1, 2, 3], 4);
		const low = e.simple("i8x16_swizzle", e.readVector(0), from);
		e.writeVector(0, e.lane("i8x16_shuffle", lanes64([0, 3]), low, e.simple("i8x16_swizzle", b, from)));
	});
	row("shufpd", "66 0F C6 Vx,Wx,Ib", {}, (e) => {
		const b = e.readVector(1);
		const a = e.readVector(0);
		const pick = (v: Value, bit: number): Value =>
			e.select(e.bit(e.read(2), bit), e.lane("i64x2_extract", 1, v), e.lane("i64x2_extract", 0, v));
		e.writeVector(0, e.lane("i64x2_replace", 1, e.lane("i64x2_replace", 0, zero(e), pick(a, 0)), pick(b, 1)));
	});
	row("pinsrw", "66 0F C4 Vx,Ed,Ib", {}, (e) => {
		const word = e.unsigned(e.kinds[1] === "r" ? e.read(1) : e.load(e.address(1), 16), 16);
		const at = e.and(e.read(2), e.constant(7));
		const wanted = e.simple("i16x8_splat", e.sequence.wrap(word));
		const lane = e.simple(
			"i16x8_eq",
			e.vector(0x0003000200010000n, 0x0007000600050004n),
			e.simple("i16x8_splat", e.sequence.wrap(at)),
		);
		e.writeVector(0, e.simple("v128_bitselect", wanted, e.readVector(0), lane));
	});
	row("pextrw", "66 0F C5 Gd,Ux,Ib", {}, (e) => {
		const from = e.op("shl", e.and(e.read(2), e.constant(7)), e.constant(1));
		const by = e.simple("i8x16_splat", e.sequence.wrap(from));
		const moved = e.simple(
			"i8x16_swizzle",
			e.readVector(1),
			e.simple("i8x16_add", e.vector(0x0706050403020100n, 0x0f0e0d0c0b0a0908n), by),
		);
		e.write(0, e.bool(e.lane("i16x8_extract_u", 0, moved)));
	});
});

/** Byte indices for a swizzle: four lanes of `size` bytes, each chosen by two bits of the immediate. */
export const bytesShuffledBy = (e: Emitter, size: 2 | 4): Value => indices(e, [0, 1, 2, 3], size);

/** Byte indices that pick lanes of `size` bytes by the immediate's pairs of bits, plus `offset`. */
function indices(e: Emitter, lanes: readonly number[], size: 2 | 4, offset = 0): Value {
	const immediate = e.unsigned(e.read(2), 8);
	const perLane = size === 4 ? 0x03020100n : 0x0100n;
	const spread = size === 4 ? 0x01010101n : 0x0101n;
	const part = (lane: number): Value => {
		const choice = e.and(e.op("shr_u", immediate, e.constant(2 * lane)), e.constant(3));
		const first = e.add(e.op("mul", choice, e.constant(size)), e.constant(offset));
		return e.add(e.op("mul", first, e.constant(spread)), e.constant(perLane));
	};
	const width = 8 * size;
	const pack = (from: number, count: number): Value =>
		lanes
			.slice(from, from + count)
			.map((lane, i) => e.op("shl", part(lane), e.constant(i * width)))
			.reduce((x, y) => e.or(x, y));
	const perHalf = 8 / size;
	const low = pack(0, perHalf);
	const high = lanes.length > perHalf ? pack(perHalf, perHalf) : low;
	return e.lane("i64x2_replace", 1, e.simple("i64x2_splat", low), high);
}
