// Flags as a whole, identification, time, and memory ordering.

import type { Value } from "../wasm/expression";
import { ADDRESSINGS } from "./addressing";
import { type Emitter, REG } from "./emitter";
import { ALL_FLAGS, CC, FLAG } from "./flags";
import { group } from "./row";

/** TF: a trap behind every instruction, which run() makes. */
const TRAP = 0x100;
/** Flags that user mode keeps but arithmetic does not touch: TF, DF, NT, AC, ID. */
const SYSTEM_FLAGS = TRAP | FLAG.D | 0x4000 | 0x40000 | 0x200000;

/**
 * What CPUID answers, by leaf: a baseline x86-64 processor with SSE2 and without XSAVE, so that glibc picks its SSE2
 * functions. The vendor is one for which glibc reads cache sizes from two simple leaves.
 */
const LEAVES: readonly (readonly [leaf: number, eax: number, ebx: number, ecx: number, edx: number])[] = [
	[0x0, 0x1, text("Auth"), text("cAMD"), text("enti")],
	// FPU, TSC, CX8, CMOV, MMX, FXSR, SSE, SSE2; CLFLUSH lines of 64 bytes.
	[0x1, 0xf4a, 0x10800, 0, bits(0, 4, 8, 15, 23, 24, 25, 26)],
	[0x80000000, 0x80000008, 0, 0, 0],
	// SYSCALL, NX, long mode.
	[0x80000001, 0, 0, 0, bits(11, 20, 29)],
	...brand("Drydock x86-64 in WebAssembly"),
	[0x80000005, 0, 0, 0x40020140, 0x40020140],
	[0x80000006, 0, 0, 0x04008140, 0],
	[0x80000008, 0x3028, 0, 0, 0],
];

function text(four: string): number {
	return [...four].reduceRight((sum, character) => sum * 256 + character.charCodeAt(0), 0);
}

function bits(...numbers: number[]): number {
	return numbers.reduce((sum, n) => sum + 2 ** n, 0);
}

function brand(name: string): (readonly [number, number, number, number, number])[] {
	const padded = name.padEnd(48, "\0");
	const word = (n: number): number => text(padded.slice(4 * n, 4 * n + 4));
	return [0, 1, 2].map((i) => [0x80000002 + i, word(4 * i), word(4 * i + 1), word(4 * i + 2), word(4 * i + 3)]);
}

function cpuid(e: Emitter): void {
	const leaf = e.register(REG.ax, 32, false);
	const answer = (column: 1 | 2 | 3 | 4): Value =>
		LEAVES.reduce((rest, row) => e.select(e.op("eq", leaf, e.constant(row[0])), e.constant(row[column]), rest), e.constant(0));
	const values = ([1, 2, 3, 4] as const).map(answer);
	[REG.ax, REG.bx, REG.cx, REG.dx].forEach((register, i) => {
		e.setRegister(register, 32, values[i]!);
	});
}

/** From an RFLAGS image, as far as user mode may. */
export function setAll(e: Emitter, image: Value): void {
	e.setState("system", e.sequence.wrap(e.and(image, e.constant(SYSTEM_FLAGS))));
	e.setFlags(image);
}

const rare = { rare: true };

export const system = group((row) => {
	row("pushf", "9C Ys", { reads: ALL_FLAGS }, (e) => e.push(e.flagsImage(), e.size));
	row("popf", "9D Ys", { writes: ALL_FLAGS }, (e) => {
		const image = e.pop(e.size);
		setAll(e, image);
		e.when(e.bit(image, 8), () => e.exit("trace"));
	});
	row("lahf", "9F", { reads: ALL_FLAGS }, (e) => e.setRegister(REG.ax, 8, e.flagsImage(), true));
	row("sahf", "9E", { reads: ALL_FLAGS, writes: ALL_FLAGS }, (e) => {
		const overflow = e.op("shl", e.bool(e.condition(CC.O)), e.constant(11));
		e.setFlags(e.or(e.register(REG.ax, 8, false, true), overflow));
	});
	row("clc", "F8", { reads: ALL_FLAGS }, (e) => e.setCarryOverflow(e.sequence.const32(0), e.condition(CC.O)));
	row("stc", "F9", { reads: ALL_FLAGS }, (e) => e.setCarryOverflow(e.sequence.const32(1), e.condition(CC.O)));
	row("cmc", "F5", { reads: ALL_FLAGS }, (e) => e.setCarryOverflow(e.condition(CC.B + 1), e.condition(CC.O)));
	const direction = (e: Emitter, set: boolean): void => {
		const others = e.sequence.binary("and", e.state("system"), e.sequence.const32(~FLAG.D));
		e.setState("system", set ? e.sequence.binary("or", others, e.sequence.const32(FLAG.D)) : others);
	};
	row("cld", "FC", rare, (e) => direction(e, false));
	row("std", "FD", rare, (e) => direction(e, true));
	row("cpuid", "0F A2", rare, cpuid);
	row("rdtsc", "0F 31", rare, (e) => {
		const now = e.helper("timestamp");
		e.setRegister(REG.ax, 32, now);
		e.setRegister(REG.dx, 32, e.op("shr_u", now, e.constant(32)));
	});
	row("fence", "NP 0F AE/5 X; NP 0F AE/6 X; NP 0F AE/7 X", rare, () => {});
	row("clflush", "NP 0F AE/7 Mb", rare, (e) => e.check(e.address(0), 1, false));
	for (const m of ADDRESSINGS)
		row(m.name("xlat"), m.encodings("D7"), rare, (e) => {
			const at = m.cut(e, e.add(e.register(REG.bx, 64), e.register(REG.ax, 8, false)));
			e.setRegister(REG.ax, 8, e.load(m.withSegment(e, at), 8));
		});
});
