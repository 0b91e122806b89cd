// What translated code calls: functions of the interpreter's module and of the bank, imported in this order by every module.

import { REGION } from "../interpret/calls";
import { PLAIN, type PlainOperation } from "../table/float";
import { ModuleWriter, type Signature } from "../wasm/module";
import { F32, F64, I32, I64 } from "../wasm/opcodes";

const wide: Signature = { params: [I64, I64, I64, I64], results: [I64] };
const plain = (name: PlainOperation): Signature => {
	const type = name.startsWith("f32") ? F32 : F64;
	return { params: [type, type, type], results: [I32] };
};

type ImportName = "follow" | "x87" | "open" | "careful" | "divideU" | "divideS" | PlainOperation;

export const IMPORTS: readonly (readonly [ImportName, Signature])[] = [
	/** (outcome, address, depth, fuel) → outcome: goes on until the machine is at that address (see calls.ts). */
	["follow", { params: [I64, I32, I32, I32], results: [I64] }],
	/** (address, length and direction) → 0 if the access may be made, or 1 and nothing happened. */
	["open", { params: [I64, I32], results: [I32] }],
	/** (operation, operand, number) → result. */
	["x87", { params: [I32, I64, I32], results: [I64] }],
	["careful", { params: [I32], results: [I32] }],
	["divideU", wide],
	["divideS", wide],
	...PLAIN.map((name): [PlainOperation, Signature] => [name, plain(name)]),
];

/** By index. */
export const FUNCTIONS = Object.fromEntries(IMPORTS.map(([name], i) => [name, i])) as Readonly<Record<ImportName, number>>;

/** Gives the number of the table of regions. */
export function addImports(writer: ModuleWriter): number {
	writer.importMemory("env", "memory");
	const table = writer.importTable("env", "regions");
	for (const [name, signature] of IMPORTS) writer.importFunction("env", name, signature);
	return table;
}

const example = new ModuleWriter();
/** Numbers in every module that begins with these imports. */
export const REGIONS_TABLE = addImports(example);
export const REGION_TYPE = example.type(REGION);
