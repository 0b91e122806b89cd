// All forms of the table, and the index that finds a form by an instruction's bytes.

import { rows } from "../table";
import { type Form, OPERAND_SIZES, parseForm, placesOf, type Shape, shapeOf } from "./encoding";

export const forms: readonly Form[] = rows.flatMap((row) => row.encodings.map((text) => parseForm(row, text)));

/** Every shape that the encodings allow, in a fixed order. */
export function shapes(): readonly Shape[] {
	const found = new Map<string, Shape>();
	for (const form of forms)
		for (const size of OPERAND_SIZES)
			for (const place of placesOf(form)) {
				const shape = shapeOf(form, size, place);
				if (!found.has(shape.key)) found.set(shape.key, shape);
			}
	return [...found.values()];
}

/** Classes of mandatory prefixes, as part of the index. */
export const PREFIX_CLASS = { NP: 0, "66": 1, F3: 2, F2: 3 } as const;
const NONE = -1;

/**
 * entry[((opcode * 4 + prefix class) * 8 + reg) * 2 + (r/m is a register)] is a form's number, NONE, or for forms with a
 * fixed ModRM byte -2 - the number of a list by r/m.
 */
const entries = new Int16Array(0x200 * 4 * 8 * 2).fill(NONE);
const byRm: Int16Array[] = [];
/** Does the opcode have a ModRM byte? All forms of an opcode agree. */
const hasModrm = new Uint8Array(0x200);

function fill(form: Form, number: number, prefix: number): void {
	const opcodes = form.plus ? 8 : 1;
	for (let offset = 0; offset < opcodes; offset++)
		for (let reg = 0; reg < 8; reg++) {
			const digit = form.exact >= 0 ? (form.exact >> 3) & 7 : form.digit;
			if (digit >= 0 && digit !== reg) continue;
			for (const register of [0, 1]) {
				if (form.modrm && !(register ? form.register : form.memory)) continue;
				const at = (((form.opcode + offset) * 4 + prefix) * 8 + reg) * 2 + register;
				if (form.exact < 0) {
					entries[at] = number;
					continue;
				}
				if (entries[at]! > NONE - 1) entries[at] = -2 - (byRm.push(new Int16Array(8).fill(entries[at]!)) - 1);
				byRm[-2 - entries[at]!]![form.exact & 7] = number;
			}
		}
}

// From the least specific to the most: forms that ignore prefixes, forms that allow an operand-size prefix, the rest;
// within each, forms with a fixed ModRM byte last.
const order = (form: Form): number => (form.prefix === "" ? 0 : form.prefix === "NP" ? 2 : 4) + (form.exact >= 0 ? 1 : 0);
const sorted = forms
	.map((form, number) => ({ form, number }))
	.sort((a, b) => order(a.form) - order(b.form) || a.number - b.number);
/** For each form, its unusual one, or NONE. */
const unusual = forms.map((form) =>
	forms.findIndex((other) => other.unusual && other.text.slice(3) === withoutMask(form, other)),
);
function withoutMask(form: Form, other: Form): string {
	return other.specs.at(-1)?.letter === "A" ? [form.text, form.specs.length ? "," : " ", "A"].join("") : form.text;
}
for (const { form, number } of sorted) {
	if (form.unusual) continue;
	const classes =
		form.prefix === "" ? [0, 1, 2, 3] : form.prefix === "NP" ? (form.opcode < 0x100 ? [0, 1] : [0]) : [PREFIX_CLASS[form.prefix]];
	for (const prefix of classes) fill(form, number, prefix);
	for (let offset = 0; offset < (form.plus ? 8 : 1); offset++) if (form.modrm) hasModrm[form.opcode + offset] = 1;
}

export const opcodeHasModrm = (opcode: number): boolean => hasModrm[opcode] === 1;

/** The form for implied addresses that are cut or have a segment: its number, or -1. */
export const unusualForm = (number: number): number => unusual[number]!;

/** The form's number, or -1. */
export function findForm(opcode: number, prefix: number, modrm: number): number {
	const entry = entries[((opcode * 4 + prefix) * 8 + ((modrm >> 3) & 7)) * 2 + (modrm >= 0xc0 ? 1 : 0)]!;
	return entry >= NONE ? entry : byRm[-2 - entry]![modrm & 7]!;
}
