// Handler numbers, arranged for the decoder: by form, operand size and place, without strings.

import { type OperandSize, type Place, placesOf, shapeOf } from "../decode/encoding";
import { forms } from "../decode/forms";
import { handlers, PSEUDO } from "./generate";

export interface HandlerNumbers {
	readonly plain: (form: number, size: OperandSize, place: Place) => number;
	/** By first * 65536 + second. */
	readonly pairs: ReadonlyMap<number, number>;
	readonly illegal: number;
	readonly protection: number;
	readonly stale: number;
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
	const { numbers } = handlers();
	// Filled as forms are met: a program uses a small part of the table.
	const table = new Int16Array(forms.length * 9).fill(-1);
	const plain = (form: number, size: OperandSize, place: Place): number => {
		const at = form * 9 + (size >> 5) * 3 + (place === "r" ? 0 : place === "m" ? 1 : 2);
		const known = table[at]!;
		if (known >= 0) return known;
		const possible = placesOf(forms[form]!);
		const used = possible.includes(place) ? place : possible.includes("m") && place !== "r" ? "m" : PLACES[0]!;
		const number = numbers.get(shapeOf(forms[form]!, size, used).key)!;
		table[at] = number;
		return number;
	};
	const pairs = new Map<number, number>();
	for (const [key, number] of numbers) {
		const [first, second] = key.split(" + ");
		if (second !== undefined) pairs.set(numbers.get(first!)! * 0x10000 + numbers.get(second)!, number);
	}
	return { plain, pairs, illegal: numbers.get("ud")!, protection: numbers.get("privileged")!, ...PSEUDO };
}
