// The locals of a translated function: an entry's number as its parameter, and the machine's state.

import { I32, I64, V128, type ValueType } from "../wasm/opcodes";

export const LOCAL = {
	entry: 0,
	/** General registers. */
	registers: 1,
	/** The lazy flags. */
	kind: 17,
	a: 18,
	b: 19,
	r: 20,
	fuel: 21,
	/** Where the machine goes on when the function is left, and how: see LEFT. */
	target: 22,
	status: 23,
	/** XMM registers. */
	vectors: 24,
	/** How many calls deep this function is, as it is in the parameter: from DEPTH_SHIFT on. */
	depth: 40,
	/** Of what is called: its entry's word. */
	word: 41,
	firstTemporary: 42,
} as const;

/** Among the state's locals, counted from `registers` on, where the flags begin, and the XMM registers. */
export const FLAGS = LOCAL.kind - LOCAL.registers;
export const VECTORS = LOCAL.vectors - LOCAL.registers;

const many = (count: number, type: ValueType): ValueType[] => Array.from({ length: count }, () => type);

/** Of those that come after the parameter. */
export const LOCALS: readonly ValueType[] = [...many(16, I64), I32, ...many(3, I64), I32, I64, I32, ...many(16, V128), I32, I32];

/** The parameter is an entry's number, and from this bit on how many functions of regions called one another. */
export const DEPTH_SHIFT = 12;
/** More deeply they do not call: the engine's stack is not without end. */
export const DEEPEST = 100;
