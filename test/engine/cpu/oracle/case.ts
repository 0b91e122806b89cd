// A case: one instruction and the machine before it; and an outcome: the machine after it. The layouts are those of native.c.

import type { Form } from "../../../../engine/cpu/decode/encoding";
import type { Encoded } from "./encode";

export const CODE = 0x5000000;
export const DATA = 0x6000000;
export const DATA_SIZE = 8192;
export const WINDOW = 0x6000c00;
export const WINDOW_SIZE = 0x800;
export const SLOT = 64;
/** Where in its slot an instruction lies; the rest is int3. */
export const ENTRY = 32;
export const INPUT_SIZE = SLOT + 16 * 8 + 8 + 512 + WINDOW_SIZE;
export const OUTPUT_SIZE = 8 + 8 + 8 + 16 * 8 + 8 + 512 + WINDOW_SIZE;

export interface Case {
	form: Form;
	encoded: Encoded;
	/** SLOT bytes. */
	code: Uint8Array;
	registers: bigint[];
	flags: number;
	fxsave: Uint8Array;
	memory: Uint8Array;
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

export function writeInputs(cases: readonly Case[]): Uint8Array {
	const out = new Uint8Array(cases.length * INPUT_SIZE);
	const view = new DataView(out.buffer);
	cases.forEach((c, i) => {
		let at = i * INPUT_SIZE;
		out.set(c.code, at);
		at += SLOT;
		for (const register of c.registers) {
			view.setBigUint64(at, register, true);
			at += 8;
		}
		view.setBigUint64(at, BigInt(c.flags), true);
		out.set(c.fxsave, at + 8);
		out.set(c.memory, at + 8 + 512);
	});
	return out;
}

export function readOutcome(bytes: Uint8Array, index: number): Outcome {
	const view = new DataView(bytes.buffer, bytes.byteOffset + index * OUTPUT_SIZE, OUTPUT_SIZE);
	const fxsave = bytes.subarray(index * OUTPUT_SIZE + 160, index * OUTPUT_SIZE + 160 + 512);
	return {
		signal: view.getUint32(0, true),
		code: view.getUint32(4, true),
		address: view.getBigUint64(8, true),
		rip: Number(view.getBigUint64(16, true)),
		registers: Array.from({ length: 16 }, (_, i) => view.getBigUint64(24 + 8 * i, true)),
		flags: Number(view.getBigUint64(152, true)),
		fxsave,
		memory: bytes.subarray(index * OUTPUT_SIZE + 672, (index + 1) * OUTPUT_SIZE),
	};
}
