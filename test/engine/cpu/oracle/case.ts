// A case: one instruction and the machine before it; and an outcome: the machine after it. The layouts are those of native.c.

import type { Form } from "../../../../engine/cpu/decode/encoding";
import type { Encoded } from "./encode";

export const CODE = 0x5000000;
export const DATA = 0x6000000;
export const DATA_SIZE = 8192;
/** What is filled before and compared after; a page ends in its middle. */
export const WINDOW = 0x6000e00;
export const WINDOW_SIZE = 0x400;
/** What addresses with an override are relative to. */
export const GS_BASE = 0x40n;
export const FS_BASE = 0x80n;
/** What the state of x87 and SSE takes of FXSAVE's 512 bytes. */
export const FXSAVE_SIZE = 416;
export const SLOT = 256;
/** Where in its slot an instruction lies; the rest is int3. */
export const ENTRY = 32;
export const INPUT_SIZE = SLOT + 16 * 8 + 8 + FXSAVE_SIZE + WINDOW_SIZE;
/** signal, si_code, si_addr, rip, registers, flags, fxsave, memory. */
export const OUTPUT_SIZE = 8 + 8 + 8 + 16 * 8 + 8 + FXSAVE_SIZE + WINDOW_SIZE;
export const FLAGS_AT = 24 + 16 * 8;
export const FXSAVE_AT = FLAGS_AT + 8;
export const MEMORY_AT = FXSAVE_AT + FXSAVE_SIZE;

export interface Case {
	form: Form;
	encoded: Encoded;
	registers: bigint[];
	flags: number;
	fxsave: Uint8Array;
	memory: Uint8Array;
	/** Flags that are open whatever happens. */
	open?: number;
	/** Of a shift: the count as masked; else 1. */
	count: number;
}

export interface Outcome {
	/** The signal's number; 5 (SIGTRAP) when the instruction was executed. */
	signal: number;
	code: number;
	address: bigint;
	rip: number;
	registers: bigint[];
	flags: number;
	fxsave: Uint8Array;
	memory: Uint8Array;
}

/** Puts a case's instruction into its slot, all of it int3 before. */
export function placeCode(code: Uint8Array, c: Case, index: number): void {
	code.set(c.encoded.bytes, index * SLOT + ENTRY);
}

export function writeInputs(cases: readonly Case[]): Uint8Array {
	const out = new Uint8Array(cases.length * INPUT_SIZE);
	const words = new BigUint64Array(out.buffer);
	cases.forEach((c, i) => {
		const at = i * INPUT_SIZE;
		out.fill(0xcc, at, at + SLOT);
		out.set(c.encoded.bytes, at + ENTRY);
		const first = (at + SLOT) >> 3;
		for (let r = 0; r < 16; r++) words[first + r] = c.registers[r]!;
		words[first + 16] = BigInt(c.flags);
		out.set(c.fxsave, at + SLOT + 136);
		out.set(c.memory, at + SLOT + 136 + FXSAVE_SIZE);
	});
	return out;
}

/** An outcome from its OUTPUT_SIZE bytes. */
export function readOutcome(bytes: Uint8Array): Outcome {
	const view = new DataView(bytes.buffer, bytes.byteOffset, OUTPUT_SIZE);
	return {
		signal: view.getUint32(0, true),
		code: view.getUint32(4, true),
		address: view.getBigUint64(8, true),
		rip: Number(view.getBigUint64(16, true)),
		registers: Array.from({ length: 16 }, (_, i) => view.getBigUint64(24 + 8 * i, true)),
		flags: Number(view.getBigUint64(FLAGS_AT, true)),
		fxsave: bytes.subarray(FXSAVE_AT, MEMORY_AT),
		memory: bytes.subarray(MEMORY_AT, OUTPUT_SIZE),
	};
}
