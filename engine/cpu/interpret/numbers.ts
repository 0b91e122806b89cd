// Numbers of handlers and functions, arranged for the decoder: by form, operand size and place, without strings.

import { type OperandSize, type Place, placesOf, shapeOf } from "../decode/encoding";
import { forms } from "../decode/forms";
import { FIRST_HANDLER, handlers } from "./generate";
import { LOOP_PSEUDO } from "./loop";
import { PSEUDO } from "./single";

export interface HandlerNumbers {
	/** The function that executes a shape alone. */
	readonly single: (form: number, size: OperandSize, place: Place) => number;
	/** What the loop has handlers for. */
	readonly sequences: Sequences;
	readonly illegal: number;
	readonly protection: number;
	readonly goTo: number;
	readonly address: number;
	readonly address32: number;
	readonly fetchFault: number;
}

const PLACES: readonly Place[] = ["r", "m", "b"];
let made: HandlerNumbers | undefined;

export function handlerNumbers(): HandlerNumbers {
	made ??= make();
	return made;
}

function make(): HandlerNumbers {
	const { singles, loop } = handlers();
	// Filled as forms are met: a program uses a small part of the table.
	const table = new Int16Array(forms.length * 9).fill(-1);
	const single = (form: number, size: OperandSize, place: Place): number => {
		const at = form * 9 + (size >> 5) * 3 + (place === "r" ? 0 : place === "m" ? 1 : 2);
		const known = table[at]!;
		if (known >= 0) return known;
		const possible = placesOf(forms[form]!);
		const used = possible.includes(place) ? place : possible.includes("m") && place !== "r" ? "m" : PLACES[0]!;
		const number = singles.get(shapeOf(forms[form]!, size, used).key)!;
		table[at] = number;
		return number;
	};
	const sequences = new Sequences(loop.reduce((sum, numbers) => sum + numbers.length, 8));
	for (const name of ["goTo", "address", "address32"] as const) sequences.add([PSEUDO[name]], LOOP_PSEUDO[name]);
	loop.forEach((numbers, i) => {
		sequences.add(numbers, FIRST_HANDLER + i);
	});
	return { single, sequences, illegal: singles.get("ud")!, protection: singles.get("privileged")!, ...PSEUDO };
}

/** A trie of the numbers of single shapes; its root is node 0. */
export class Sequences {
	private readonly mask: number;
	private readonly keys: Int32Array;
	private readonly children: Int32Array;
	private readonly handlers: Int32Array;
	private count = 1;

	constructor(most: number) {
		const size = 4 << Math.ceil(Math.log2(most));
		this.mask = size - 1;
		this.keys = new Int32Array(size).fill(-1);
		this.children = new Int32Array(size);
		this.handlers = new Int32Array(most + 1).fill(-1);
	}

	add(numbers: readonly number[], handler: number): void {
		let node = 0;
		for (const number of numbers) {
			const slot = this.slot(node, number);
			if (this.keys[slot] === -1) {
				this.keys[slot] = (node << 12) | number;
				this.children[slot] = this.count++;
			}
			node = this.children[slot]!;
		}
		this.handlers[node] = handler;
	}

	/** The node behind a node, or -1. */
	child(node: number, number: number): number {
		const slot = this.slot(node, number);
		return this.keys[slot] === -1 ? -1 : this.children[slot]!;
	}

	/** The loop's handler for what leads to a node, or -1. */
	handler(node: number): number {
		return this.handlers[node]!;
	}

	private slot(node: number, number: number): number {
		const key = (node << 12) | number;
		let slot = Math.imul(key, 0x9e3779b1) >>> 8;
		for (; ; slot++) {
			slot &= this.mask;
			if (this.keys[slot] === key || this.keys[slot] === -1) return slot;
		}
	}
}
