// A decoded instruction as the translator keeps it, and whether the translator can do it at all.

import { BASE, Decoder } from "../decode/decoder";
import { placesOf, type Shape, shapeOf } from "../decode/encoding";
import { forms } from "../decode/forms";
import type { Decoded } from "../decode/text";
import { LIMIT } from "../interpret/layout";
import { Sequence } from "../wasm/expression";
import { OperandEmitter, Untranslatable } from "./emitter";
import { State } from "./state";

export interface Instruction extends Decoded {
	/** The address behind it. */
	readonly next: number;
	/** Operands that the semantics write; undefined: only the interpreter can execute it. */
	readonly writes: ReadonlySet<number> | undefined;
	/** May it be left to the interpreter: may it fault? */
	readonly leaves: boolean;
	/** May it be executed again, as `rep` does? Then it is a block of its own, which may lead to itself. */
	readonly repeats: boolean;
}

/** Where a direct branch leads; undefined if it is not one. */
export function directTarget({ form, immediate }: Instruction): number | undefined {
	return form.specs[0]?.letter === "J" ? Number(immediate) : undefined;
}

const decoder = new Decoder();

/** Undefined: there is no instruction. */
export function decode(guest: DataView, address: number): Instruction | undefined {
	decoder.decode(guest, address);
	if (decoder.form < 0) return undefined;
	const form = forms[decoder.form]!;
	const { place } = decoder;
	const possible = placesOf(form);
	const used = possible.includes(place) ? place : possible.includes("m") && place !== "r" ? "m" : "r";
	const shape = known(shapeOf(form, decoder.operandSize, used));
	const low = BigInt(decoder.immediate);
	const wide = shape.kinds.includes("q");
	const instruction: Instruction = {
		address,
		next: decoder.next,
		form,
		shape,
		register: [decoder.register[0]!, decoder.register[1]!],
		high: [decoder.high[0]!, decoder.high[1]!],
		base: decoder.base,
		index: decoder.index,
		scale: decoder.scale,
		displacement: decoder.displacement,
		segment: form.row.name === "lea" ? BASE.none : decoder.segment,
		address32: decoder.address32,
		immediate: wide ? (BigInt(decoder.immediateHigh) << 32n) | BigInt.asUintN(32, low) : low,
		writes: undefined,
		leaves: false,
		repeats: false,
	};
	const target = directTarget(instruction);
	const leads = target === undefined || (target >= 0 && target < LIMIT);
	return { ...instruction, ...(leads ? trial(instruction) : IMPOSSIBLE) };
}

const shapes = new Map<string, Shape>();
/** One object for each shape. */
function known(shape: Shape): Shape {
	const found = shapes.get(shape.key);
	if (found) return found;
	shapes.set(shape.key, shape);
	return shape;
}

interface Trial {
	readonly writes: ReadonlySet<number> | undefined;
	readonly leaves: boolean;
	readonly repeats: boolean;
}
const trials = new Map<Shape, { semantics: unknown; trial: Trial }>();
/** Which operands the semantics write, or that they cannot be translated: it is tried, once for a shape. */
function trial(instruction: Instruction): Trial {
	const { shape, form } = instruction;
	const { row } = form;
	const before = trials.get(shape);
	// A row's semantics change only where tests break one on purpose.
	if (before && before.semantics === row.semantics) return before.trial;
	const made = attempt(instruction);
	trials.set(shape, { semantics: row.semantics, trial: made });
	return made;
}

const IMPOSSIBLE: Trial = { writes: undefined, leaves: true, repeats: false };
function attempt(instruction: Instruction): Trial {
	const { form } = instruction;
	// Implied addresses with a segment or a mask are for the interpreter.
	if (form.unusual || form.row.flow === "syscall") return IMPOSSIBLE;
	// Neither constant addresses nor immediates may hide anything.
	const typical = { ...instruction, immediate: 1n, writes: new Set<number>(), base: 0, index: 0 };
	try {
		const emitter = new OperandEmitter(new Sequence(), typical, new State(true));
		form.row.semantics(emitter);
		return { writes: emitter.wrote, leaves: emitter.leaves, repeats: emitter.repeats };
	} catch (error) {
		if (!(error instanceof Untranslatable)) throw error;
		return IMPOSSIBLE;
	}
}
