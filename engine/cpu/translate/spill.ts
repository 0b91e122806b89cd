// The machine's state from memory to locals, and back.

import { LAYOUT, slotOfRegister, slotOfXmm } from "../interpret/layout";
import type { Sequence } from "../wasm/expression";
import { I32, I64, OP, V128 } from "../wasm/opcodes";
import { FLAGS, LOCAL, VECTORS } from "./locals";
import type { Pieces } from "./transfers";

const FLAG_PARTS = [
	[LOCAL.a, LAYOUT.flagA],
	[LOCAL.b, LAYOUT.flagB],
	[LOCAL.r, LAYOUT.flagR],
] as const;

export function reload(q: Sequence, pieces: Pieces): void {
	const zero = q.const32(0);
	for (const number of numbersOf(pieces)) {
		const local = LOCAL.registers + number;
		if (number < FLAGS) q.set(local, q.load(OP.i64load, I64, zero, slotOfRegister(number)));
		else if (number >= VECTORS) q.set(local, q.load(OP.v128load, V128, zero, slotOfXmm(number - VECTORS)));
		else {
			q.set(LOCAL.kind, q.load(OP.i32load, I32, zero, LAYOUT.flagKind));
			for (const [part, at] of FLAG_PARTS) q.set(part, q.load(OP.i64load, I64, zero, at));
		}
	}
}

export function spill(q: Sequence, pieces: Pieces): void {
	const zero = q.const32(0);
	for (const number of numbersOf(pieces)) {
		const local = LOCAL.registers + number;
		if (number < FLAGS) q.store(OP.i64store, zero, q.get(local, I64), slotOfRegister(number));
		else if (number >= VECTORS) q.store(OP.v128store, zero, q.get(local, V128), slotOfXmm(number - VECTORS));
		else {
			q.store(OP.i32store, zero, q.get(LOCAL.kind, I32), LAYOUT.flagKind);
			for (const [part, at] of FLAG_PARTS) q.store(OP.i64store, zero, q.get(part, I64), at);
		}
	}
}

function numbersOf(pieces: Pieces): number[] {
	const numbers: number[] = [];
	let rest = pieces;
	for (let number = 0; rest !== 0n; number++, rest >>= 1n) if (rest & 1n) numbers.push(number);
	return numbers;
}
