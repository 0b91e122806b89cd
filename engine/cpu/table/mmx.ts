// MMX, and the 64-bit forms that SSE and SSE2 added to it. Its registers are the significands of the x87's: an instruction
// that uses them makes the x87's stack full, with its top at 0, and what is written has an exponent of all ones.
//
// An operation works on vectors whose low half is the operand; lanes above are computed too and dropped.

import type { Value } from "../wasm/expression";
import { ADDRESSINGS } from "./addressing";
import type { Emitter } from "./emitter";
import { group, type Row } from "./row";
import { bytesShuffledBy, maskedStore, SAME, shifted, sseWords } from "./sse";
import { toIntegers, toSingles } from "./sse-convert";
import { waiting } from "./x87";

const TOP = 0x3800;
const ALL_TAGS = 0xff;

/** As every MMX instruction does. After loads, which may fault. */
function enter(e: Emitter): void {
	clearTop(e);
	e.setState("x87Tags", e.sequence.const32(ALL_TAGS));
}

function clearTop(e: Emitter): void {
	const q = e.sequence;
	e.setState("x87Status", q.binary("and", e.state("x87Status"), q.const32(~TOP)));
}

/** Stores operand 1. Processors move the top even if the store then faults. */
function store(e: Emitter): void {
	clearTop(e);
	e.write(0, e.read(1));
	enter(e);
}

/** Writes an MMX register, from the low half of a vector. */
function writeBack(e: Emitter, operand: number, value: Value): void {
	enter(e);
	e.writeMmx(operand, value);
}

const low = (e: Emitter, v: Value): Value => e.lane("i64x2_extract", 0, v);
const vector = (e: Emitter, value: Value): Value => e.lane("i64x2_replace", 0, e.vector(0n), value);
/** a in the low half, b in the high one. */
const joined = (e: Emitter, a: Value, b: Value): Value => e.lane("i8x16_shuffle", JOIN, a, b);
const JOIN = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

export const mmx: readonly Row[] = group((plain) => {
	const row: typeof plain = (name, encodings, columns, semantics) =>
		plain(`mmx ${name}`, encodings, { ...columns, rare: true }, (e) => {
			// Of these, only those with two registers have to do with the x87.
			if (!name.startsWith("cvtpi") || e.kinds[1] === "x") waiting(e);
			semantics(e);
		});
	row("emms", "NP 0F 77", {}, (e) => {
		enter(e);
		e.setState("x87Tags", e.sequence.const32(0));
	});
	row("movd", "NP 0F 6E Pq,Ey", {}, (e) => writeBack(e, 0, vector(e, e.read(1, false))));
	row("movd back", "NP 0F 7E Ey,Py", {}, store);
	row("movq", "NP 0F 6F Pq,Qq", {}, (e) => writeBack(e, 0, e.readVector(1)));
	row("movq store", "NP 0F 7F Qq,Pq", {}, (e) => {
		if (e.kinds[0] === "x") writeBack(e, 0, e.readVector(1));
		else store(e);
	});
	row("movntq", "NP 0F E7 Mq,Pq", {}, store);
	row("movq2dq", "F3 0F D6 Vu,Nq", {}, (e) => {
		e.writeVector(0, vector(e, e.read(1)));
		enter(e);
	});
	row("movdq2q", "F2 0F D6 Pq,Uq", {}, (e) => writeBack(e, 0, e.readVector(1)));
	row("pmovmskb", "NP 0F D7 Gd,Nq", {}, (e) => {
		e.write(0, e.and(e.bool(e.simple("i8x16_bitmask", e.readVector(1))), e.constant(0xff)));
		enter(e);
	});
	for (const m of ADDRESSINGS)
		row(m.name("maskmovq"), m.encodings("NP 0F F7 Pq,Nq"), {}, (e) => {
			// Also where the store faults.
			enter(e);
			maskedStore(e, m, 64);
		});

	const binary = (name: string, opcode: string, operation: (e: Emitter, a: Value, b: Value) => Value): void =>
		row(name, `NP 0F ${opcode} Pq,${name.startsWith("punpckl") ? "Qd" : "Qq"}`, {}, (e) => {
			const b = e.readVector(1);
			writeBack(e, 0, operation(e, e.readVector(0), b));
		});
	for (const [name, opcode, operation] of SAME)
		binary(name, opcode, (e, a, b) => {
			// Packing takes the lanes of both operands, side by side.
			if (!name.startsWith("pack")) return e.simple(operation, a, b);
			const both = joined(e, a, b);
			return e.simple(operation, both, both);
		});
	binary("pandn", "DF", (e, a, b) => e.simple("v128_andnot", b, a));
	for (const { name, opcode, operation } of sseWords) binary(name, opcode, operation);

	const interleave = (name: string, opcode: string, size: number, high: boolean): void => {
		const lanes = Array.from({ length: 16 }, (_, i) => {
			const lane = Math.floor(i / size);
			return ((lane & 1) * 16 + (lane >> 1) * size + (i % size) + (high ? 4 : 0)) & 31;
		});
		binary(name, opcode, (e, a, b) => e.lane("i8x16_shuffle", lanes, a, b));
	};
	interleave("punpcklbw", "60", 1, false);
	interleave("punpcklwd", "61", 2, false);
	interleave("punpckldq", "62", 4, false);
	interleave("punpckhbw", "68", 1, true);
	interleave("punpckhwd", "69", 2, true);
	interleave("punpckhdq", "6A", 4, true);

	for (const [name, byRegister, byImmediate, digit, lane, kind] of [
		["psrlw", "D1", "71", 2, "i16x8", "shr_u"],
		["psraw", "E1", "71", 4, "i16x8", "shr_s"],
		["psllw", "F1", "71", 6, "i16x8", "shl"],
		["psrld", "D2", "72", 2, "i32x4", "shr_u"],
		["psrad", "E2", "72", 4, "i32x4", "shr_s"],
		["pslld", "F2", "72", 6, "i32x4", "shl"],
		["psrlq", "D3", "73", 2, "i64x2", "shr_u"],
		["psllq", "F3", "73", 6, "i64x2", "shl"],
	] as const) {
		binary(name, byRegister, (e, a, b) => shifted(e, a, low(e, b), lane, kind));
		row(`${name} imm`, `NP 0F ${byImmediate}/${digit} Nq,Ib`, {}, (e) =>
			writeBack(e, 0, shifted(e, e.readVector(0), e.unsigned(e.read(1), 8), lane, kind)),
		);
	}

	row("pshufw", "NP 0F 70 Pq,Qq,Ib", {}, (e) => {
		const source = e.readVector(1);
		writeBack(e, 0, e.simple("i8x16_swizzle", source, bytesShuffledBy(e, 2)));
	});
	row("pinsrw", "NP 0F C4 Pq,Ed,Ib", {}, (e) => {
		const word = e.unsigned(e.kinds[1] === "r" ? e.read(1) : e.load(e.address(1), 16), 16);
		const at = e.op("shl", e.and(e.read(2), e.constant(3)), e.constant(4));
		const hole = e.xor(e.op("shl", e.constant(0xffff), at), e.constant(-1));
		writeBack(e, 0, vector(e, e.or(e.and(e.read(0), hole), e.op("shl", word, at))));
	});
	row("pextrw", "NP 0F C5 Gd,Nq,Ib", {}, (e) => {
		const at = e.op("shl", e.and(e.read(2), e.constant(3)), e.constant(4));
		e.write(0, e.and(e.op("shr_u", e.read(1), at), e.constant(0xffff)));
		enter(e);
	});

	// Conversions to and from XMM registers.
	row("cvtpi2ps", "NP 0F 2A Vq,Qq", {}, (e) => {
		const source = e.readVector(1);
		enterUnlessMemory(e);
		toSingles(e, source, 2, (result) => e.write(0, low(e, result)));
	});
	row("cvtpi2pd", "66 0F 2A Vu,Qq", {}, (e) => {
		const source = e.readVector(1);
		enterUnlessMemory(e);
		e.writeVector(0, e.simple("f64x2_convert_low_i32x4_s", source));
	});
	for (const [name, encoding, truncate] of [
		["cvttps2pi", "NP 0F 2C Pq,Wq", true],
		["cvtps2pi", "NP 0F 2D Pq,Wq", false],
		["cvttpd2pi", "66 0F 2C Pq,Wx", true],
		["cvtpd2pi", "66 0F 2D Pq,Wx", false],
	] as const)
		row(name, encoding, {}, (e) => {
			const source = e.readVector(1);
			enter(e);
			toIntegers(e, name.includes("pd") ? "f64x2" : "f32x4", source, truncate, 2, (result) => e.writeMmx(0, result));
		});
});

function enterUnlessMemory(e: Emitter): void {
	if (e.kinds[1] === "x") enter(e);
}
