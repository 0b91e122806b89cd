// The locals of a translated function: an entry's number and the fuel as parameters, and the machine's state.

import { I32, I64, V128, type ValueType } from "../wasm/opcodes";

export const LOCAL = {
	entry: 0,
	fuel: 1,
	/** General registers. */
	registers: 2,
	/** The lazy flags. */
	kind: 18,
	a: 19,
	b: 20,
	r: 21,
	/** XMM registers. */
	vectors: 22,
	/** Where the machine goes on when the function is left, as in its outcome. */
	target: 38,
	/** How many calls deep this function is, as it is in the parameter: from DEPTH_SHIFT on. */
	depth: 39,
	/** Of what is called. */
	outcome: 40,
	firstTemporary: 41,
} as const;

/** Among the state's locals, counted from `registers` on, where the flags begin, and the XMM registers. */
export const FLAGS = LOCAL.kind - LOCAL.registers;
export const VECTORS = LOCAL.vectors - LOCAL.registers;

const many = (count: number, type: ValueType): ValueType[] => Array.from({ length: count }, () => type);

/** Of those that come after the parameters. */
export const LOCALS: readonly ValueType[] = [...many(16, I64), I32, ...many(3, I64), ...many(16, V128), I32, I32, I64];
