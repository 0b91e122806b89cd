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
	firstTemporary: 40,
} as const;

const many = (count: number, type: ValueType): ValueType[] => Array.from({ length: count }, () => type);

/** Of those that come after the parameter. */
export const LOCALS: readonly ValueType[] = [...many(16, I64), I32, ...many(3, I64), I32, I64, I32, ...many(16, V128)];
