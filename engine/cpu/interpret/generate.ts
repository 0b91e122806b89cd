// Generates the interpreter's module. Numbers of handlers and functions are stable for one table: generating is deterministic.

import type { Shape } from "../decode/encoding";
import { shapes } from "../decode/forms";
import { ModuleWriter } from "../wasm/module";
import { addFollow } from "./calls";
import { addRun } from "./driver";
import { addFunctions } from "./functions";
import { addLoop, LOOP_PSEUDO_COUNT } from "./loop";
import { SEQUENCES } from "./sequences";
import { addSingles, PSEUDO_COUNT, writtenOperands } from "./single";

export interface Handlers {
	/** Numbers of single shapes by their keys. */
	readonly singles: ReadonlyMap<string, number>;
	/** The loop's handlers, in order of their numbers, each the numbers of its shapes. */
	readonly loop: readonly (readonly number[])[];
}

interface Programs {
	readonly handlers: Handlers;
	readonly singles: readonly Shape[];
	readonly loop: readonly (readonly Shape[])[];
}

let known: Programs | undefined;

function programs(): Programs {
	if (known) return known;
	const singles = shapes();
	const byKey = new Map(singles.map((shape) => [shape.key, shape]));
	const loop = SEQUENCES.map((keys) =>
		keys.map((key) => {
			const shape = byKey.get(key);
			if (!shape) throw new Error(`no such shape: ${key}`);
			return shape;
		}),
	);
	const numbers = new Map(singles.map((shape, i) => [shape.key, PSEUDO_COUNT + i]));
	const handlers = { singles: numbers, loop: SEQUENCES.map((keys) => keys.map((key) => numbers.get(key)!)) };
	known = { handlers, singles, loop };
	return known;
}

/** What the decoder needs of the interpreter; making it is cheap beside making the module. */
export function handlers(): Handlers {
	return programs().handlers;
}

/** The number of the first of `Handlers.loop`. */
export const FIRST_HANDLER = LOOP_PSEUDO_COUNT;

const VERSION = "drydock.version";

/** @param version names what both tiers were made from: then `versionOf` tells it */
export function interpreterModule(version?: string): Uint8Array<ArrayBuffer> {
	const writer = new ModuleWriter();
	writer.importMemory("env", "memory");
	const regions = writer.importTable("env", "regions");
	const functions = addFunctions(writer);
	const follow = addFollow(writer, regions);
	const { singles, loop } = programs();
	const found = new Map<Shape, ReadonlySet<number>>();
	const written = (shape: Shape): ReadonlySet<number> => {
		const operands = found.get(shape) ?? writtenOperands(shape, functions);
		found.set(shape, operands);
		return operands;
	};
	const table = addSingles(writer, singles, functions, written);
	const singlesTable = writer.setTable(table);
	addRun(writer, addLoop(writer, loop, written), { ...functions, follow }, { singles: singlesTable, regions });
	if (version !== undefined) writer.addNote(VERSION, new TextEncoder().encode(version));
	return writer.finish();
}

/** What an interpreter was said to be made from; undefined where nothing was said. */
export function versionOf(module: WebAssembly.Module): string | undefined {
	const [note] = WebAssembly.Module.customSections(module, VERSION);
	return note && new TextDecoder().decode(new Uint8Array(note));
}
