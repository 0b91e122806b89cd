// Assembles a WebAssembly module: types, imports, functions, exports.

import { Bytes, type Hint } from "./bytes";
import { OP, type ValueType } from "./opcodes";

const FUNCREF = 0x70;

export interface Signature {
	params: readonly ValueType[];
	results: readonly ValueType[];
}

export interface FunctionBody extends Signature {
	locals: readonly ValueType[];
	code: Bytes;
	exportAs?: string;
}

/** Function imports come first: all are declared before the first function is added, so that indices are final at once. */
export class ModuleWriter {
	private readonly types = new Map<string, number>();
	private readonly signatures: Signature[] = [];
	private readonly imports = new Bytes();
	private importCount = 0;
	private functionImports = 0;
	private readonly functions: FunctionBody[] = [];
	private tableImports = 0;
	private elements: readonly number[] = [];
	private readonly notes: Bytes[] = [];
	private readonly exports: (readonly [name: string, index: number])[] = [];

	importMemory(module: string, name: string): void {
		this.beginImport(module, name, 2);
		this.imports.byte(0);
		this.imports.u32(1);
	}

	/** Gives the table's number. */
	importTable(module: string, name: string): number {
		this.beginImport(module, name, 1);
		this.imports.byte(FUNCREF);
		this.imports.byte(0);
		this.imports.u32(0);
		return this.tableImports++;
	}

	importFunction(module: string, name: string, signature: Signature): number {
		this.beginImport(module, name, 0);
		this.imports.u32(this.type(signature));
		return this.functionImports++;
	}

	addFunction(body: FunctionBody): number {
		return this.functionImports + this.functions.push(body) - 1;
	}

	exportFunction(name: string, index: number): void {
		this.exports.push([name, index]);
	}

	/** The functions of the module's own table; gives its number, after those that are imported. */
	setTable(functions: readonly number[]): number {
		this.elements = functions;
		return this.tableImports;
	}

	/** A custom section: the host hands out its content, and nothing else is done with it. */
	addNote(name: string, content: Uint8Array): void {
		const body = new Bytes();
		body.name(name);
		for (const byte of content) body.byte(byte);
		this.notes.push(body);
	}

	finish(): Uint8Array<ArrayBuffer> {
		const declared = new Bytes();
		const code = new Bytes();
		const hints = new Bytes();
		let hinted = 0;
		const exported = new Bytes();
		let exportCount = 0;
		const exportAs = (name: string, index: number): void => {
			exported.name(name);
			exported.byte(0);
			exported.u32(index);
			exportCount++;
		};
		this.functions.forEach((body, index) => {
			declared.u32(this.type(body));
			const bytes = functionBytes(body);
			code.u32(bytes.length);
			code.append(bytes);
			if (bytes.hints.length > 0) {
				hinted++;
				addHints(hints, this.functionImports + index, bytes.hints);
			}
			if (body.exportAs !== undefined) exportAs(body.exportAs, this.functionImports + index);
		});
		for (const [name, index] of this.exports) exportAs(name, index);
		const out = new Bytes();
		for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
		section(out, 1, this.signatures.length, signatureBytes(this.signatures));
		section(out, 2, this.importCount, this.imports);
		section(out, 3, this.functions.length, declared);
		section(out, 4, this.elements.length && 1, tableBytes(this.elements.length));
		section(out, 7, exportCount, exported);
		section(out, 9, this.elements.length && 1, elementBytes(this.tableImports, this.elements));
		if (hinted > 0) {
			const note = new Bytes();
			note.name("metadata.code.branch_hint");
			note.u32(hinted);
			note.append(hints);
			custom(out, note);
		}
		section(out, 10, this.functions.length, code);
		for (const note of this.notes) custom(out, note);
		return out.toArray();
	}

	private beginImport(module: string, name: string, kind: number): void {
		this.imports.name(module);
		this.imports.name(name);
		this.imports.byte(kind);
		this.importCount++;
	}

	/** A signature's number. */
	type(signature: Signature): number {
		const key = `${signature.params.join()}>${signature.results.join()}`;
		let index = this.types.get(key);
		if (index === undefined) {
			index = this.signatures.push(signature) - 1;
			this.types.set(key, index);
		}
		return index;
	}
}

function section(out: Bytes, id: number, count: number, body: Bytes): void {
	if (count === 0) return;
	const counted = new Bytes();
	counted.u32(count);
	counted.append(body);
	out.byte(id);
	out.u32(counted.length);
	out.append(counted);
}

function signatureBytes(signatures: readonly Signature[]): Bytes {
	const out = new Bytes();
	for (const { params, results } of signatures) {
		out.byte(0x60);
		out.u32(params.length);
		for (const type of params) out.byte(type);
		out.u32(results.length);
		for (const type of results) out.byte(type);
	}
	return out;
}

function custom(out: Bytes, content: Bytes): void {
	out.byte(0);
	out.u32(content.length);
	out.append(content);
}

/** Of one function, as the proposal "branch hinting" has it: places count from where its locals are declared. */
function addHints(out: Bytes, index: number, hints: readonly Hint[]): void {
	out.u32(index);
	out.u32(hints.length);
	for (const { at, likely } of hints) {
		out.u32(at);
		out.u32(1);
		out.byte(likely ? 1 : 0);
	}
}

/** A table of functions that has its size from the start. */
function tableBytes(size: number): Bytes {
	const out = new Bytes();
	out.byte(FUNCREF);
	out.byte(1);
	out.u32(size);
	out.u32(size);
	return out;
}

/** What a table holds, from its beginning. */
function elementBytes(table: number, functions: readonly number[]): Bytes {
	const out = new Bytes();
	// An element segment of the first table needs no number.
	out.u32(table === 0 ? 0 : 2);
	if (table > 0) out.u32(table);
	out.byte(OP.i32const);
	out.s64(0n);
	out.byte(OP.end);
	if (table > 0) out.byte(0);
	out.u32(functions.length);
	for (const index of functions) out.u32(index);
	return out;
}

function functionBytes(body: FunctionBody): Bytes {
	const runs: [count: number, type: ValueType][] = [];
	for (const type of body.locals) {
		const last = runs.at(-1);
		if (last && last[1] === type) last[0]++;
		else runs.push([1, type]);
	}
	const out = new Bytes();
	out.u32(runs.length);
	for (const [count, type] of runs) {
		out.u32(count);
		out.byte(type);
	}
	out.append(body.code);
	out.byte(OP.end);
	return out;
}
