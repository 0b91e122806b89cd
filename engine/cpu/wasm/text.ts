// A function's body in WebAssembly's text format (core specification 2.0, chapter 6), folded: a line is a statement with all
// that it is computed from. Alignments are left out, since engines take them for hints.

import { BINARY, F32, F64, I32, I64, LANE, OP, SIMPLE, V128, VOID } from "./opcodes";

export interface TextLine {
	text: string;
	/** How many blocks it is in. */
	depth: number;
	/** Where in the body it begins: the first byte of what it is computed from. */
	at: number;
}

/** What things are called, and what functions take and give. */
export interface Names {
	local(index: number): string;
	func(index: number): { name: string; params: number; results: number };
	/** What is called through a table: the table and the type, by name. */
	indirect(type: number, table: number): { name: string; params: number; results: number };
}

interface Operation {
	name: string;
	pops: number;
	pushes: number;
	immediate?: "memory" | "lanes" | "lane" | "i32" | "i64" | "v128" | "memories" | "memoryFill";
}

const TYPES: Readonly<Record<number, string>> = { [I32]: "i32", [I64]: "i64", [F32]: "f32", [F64]: "f64", [V128]: "v128" };

const OPERATIONS = new Map<number, Operation>();
function define(opcode: number, name: string, pops: number, pushes = 1, immediate?: Operation["immediate"]): void {
	OPERATIONS.set(opcode, { name, pops, pushes, immediate });
}

const MEMORY = /^(i32|i64|v128)(load|store)(\d*)(Zero|[su])?$/;
for (const [key, opcode] of Object.entries(OP)) {
	const found = MEMORY.exec(key);
	if (!found) continue;
	const [, type, what, bits, sign] = found;
	const store = what === "store";
	define(opcode, `${type}.${what}${bits}${sign ? `_${sign.toLowerCase()}` : ""}`, store ? 2 : 1, store ? 0 : 1, "memory");
}
for (const [name, opcodes] of Object.entries(BINARY))
	opcodes.forEach((opcode, i) => {
		define(opcode, `${i === 0 ? "i32" : "i64"}.${name}`, 2);
	});
const INTEGER = [
	[OP.i32eqz, "i32.eqz"],
	[OP.i64eqz, "i64.eqz"],
	[OP.i32clz, "i32.clz"],
	[OP.i32ctz, "i32.ctz"],
	[OP.i32popcnt, "i32.popcnt"],
	[OP.i64clz, "i64.clz"],
	[OP.i64ctz, "i64.ctz"],
	[OP.wrap, "i32.wrap_i64"],
	[OP.extendS, "i64.extend_i32_s"],
	[OP.extendU, "i64.extend_i32_u"],
	[OP.extend8, "i64.extend8_s"],
	[OP.extend16, "i64.extend16_s"],
	[OP.extend32, "i64.extend32_s"],
] as const;
for (const [opcode, name] of INTEGER) define(opcode, name, 1);
define(OP.select, "select", 3);
define(OP.i32const, "i32.const", 0, 1, "i32");
define(OP.i64const, "i64.const", 0, 1, "i64");
define(OP.v128const, "v128.const", 0, 1, "v128");
define(OP.memoryCopy, "memory.copy", 3, 0, "memories");
define(OP.memoryFill, "memory.fill", 3, 0, "memoryFill");

/** Conversions name what they take: `f64_convert_i32` is f64.convert_i32_s. */
const SCALAR: Readonly<Record<string, string>> = {
	f32_reinterpret: "f32.reinterpret_i32",
	f64_reinterpret: "f64.reinterpret_i64",
	i32_reinterpret: "i32.reinterpret_f32",
	i64_reinterpret: "i64.reinterpret_f64",
	f32_demote: "f32.demote_f64",
	f64_promote: "f64.promote_f32",
	f32_convert_i32: "f32.convert_i32_s",
	f32_convert_i64: "f32.convert_i64_s",
	f64_convert_i32: "f64.convert_i32_s",
	f64_convert_i64: "f64.convert_i64_s",
	i32_trunc_sat_f64: "i32.trunc_sat_f64_s",
	i64_trunc_sat_f64: "i64.trunc_sat_f64_s",
};
/** Vector instructions of one operand; the others have two, bitselect three. */
const UNARY = /_(splat|abs|neg|sqrt|nearest|floor|ceil|trunc|not|bitmask|any_true)$|_(demote|promote|trunc_sat|convert|extadd)_/;
for (const [key, [opcode]] of Object.entries(SIMPLE)) {
	const name = SCALAR[key] ?? key.replace("_", ".");
	const pops = SCALAR[key] || UNARY.test(key) ? 1 : key === "v128_bitselect" ? 3 : 2;
	define(opcode, name, pops);
}
for (const [key, [opcode]] of Object.entries(LANE)) {
	const shuffle = key === "i8x16_shuffle";
	const [shape = "", what = "", sign] = key.split("_");
	const name = shuffle ? "i8x16.shuffle" : `${shape}.${what}_lane${sign ? `_${sign}` : ""}`;
	define(opcode, name, what === "extract" ? 1 : 2, 1, shuffle ? "lanes" : "lane");
}

/** @throws Error at an instruction that emitted code never has */
export function bodyText(code: Uint8Array, names: Names): TextLine[] {
	return new Printer(code, names).print();
}

interface Pending {
	text: string;
	at: number;
}

class Printer {
	private readonly lines: TextLine[] = [];
	/** What was computed and is not used yet. */
	private stack: Pending[] = [];
	private at = 0;
	private depth = 0;

	constructor(
		private readonly code: Uint8Array,
		private readonly names: Names,
	) {}

	print(): TextLine[] {
		while (this.at < this.code.length) this.instruction();
		this.flush();
		return this.lines;
	}

	private instruction(): void {
		const from = this.at;
		const opcode = this.opcode();
		switch (opcode) {
			case OP.block:
			case OP.loop:
				this.open(opcode === OP.block ? "block" : "loop", from, 0);
				return;
			case OP.if:
				this.open("if", from, 1);
				return;
			case OP.else:
				this.flush();
				this.line("else", from, this.depth - 1);
				return;
			case OP.end:
				this.flush();
				this.depth--;
				this.line("end", from);
				return;
			case OP.br:
				this.statement(`br ${this.u32()}`, 0, from);
				return;
			case OP.brIf:
				this.statement(`br_if ${this.u32()}`, 1, from);
				return;
			case OP.brTable: {
				const count = this.u32();
				this.statement(["br_table", ...Array.from({ length: count + 1 }, () => this.u32())].join(" "), 1, from);
				return;
			}
			case OP.return:
				this.statement("return", 1, from);
				return;
			case OP.unreachable:
				this.statement("unreachable", 0, from);
				return;
			case 0x1a:
				this.statement("drop", 1, from);
				return;
			case OP.get:
				this.push(`local.get ${this.names.local(this.u32())}`, 0, from);
				return;
			case OP.set:
				this.statement(`local.set ${this.names.local(this.u32())}`, 1, from);
				return;
			case OP.tee:
				this.push(`local.tee ${this.names.local(this.u32())}`, 1, from);
				return;
			case OP.call: {
				const { name, params, results } = this.names.func(this.u32());
				if (results > 0) this.push(`call ${name}`, params, from);
				else this.statement(`call ${name}`, params, from);
				return;
			}
			case OP.callIndirect: {
				const { name, params, results } = this.names.indirect(this.u32(), this.u32());
				if (results > 0) this.push(`call_indirect ${name}`, params + 1, from);
				else this.statement(`call_indirect ${name}`, params + 1, from);
				return;
			}
			default:
				this.simple(opcode, from);
		}
	}

	private simple(opcode: number, from: number): void {
		const operation = OPERATIONS.get(opcode);
		if (!operation) throw new Error(`0x${opcode.toString(16)} is no instruction that is emitted`);
		const text = `${operation.name}${this.immediate(operation.immediate)}`;
		if (operation.pushes > 0) this.push(text, operation.pops, from);
		else this.statement(text, operation.pops, from);
	}

	private immediate(kind: Operation["immediate"]): string {
		switch (kind) {
			case undefined:
				return "";
			case "memory": {
				this.u32();
				const offset = this.u32();
				return offset === 0 ? "" : ` offset=${offset}`;
			}
			case "i32":
				return ` ${Number(this.s64()) | 0}`;
			case "i64":
				return ` ${this.s64()}`;
			case "lane":
				return ` ${this.code[this.at++]}`;
			case "lanes":
				return ` ${this.bytes(16).join(" ")}`;
			case "v128": {
				const bytes = this.bytes(16);
				const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
				const words = [0, 4, 8, 12].map((at) => `0x${view.getUint32(at, true).toString(16).padStart(8, "0")}`);
				return ` i32x4 ${words.join(" ")}`;
			}
			case "memories":
				this.at += 2;
				return "";
			case "memoryFill":
				this.at++;
				return "";
		}
	}

	// ---- lines

	private open(name: string, from: number, pops: number): void {
		const type = this.code[this.at++]!;
		// A condition may be folded; whatever else is there stays below the block.
		const condition = this.take(pops, from);
		this.flush();
		const result = type === VOID ? "" : ` (result ${TYPES[type]})`;
		if (condition.text !== "") this.line(condition.text.trim(), condition.at);
		this.line(`${name}${result}`, from);
		this.depth++;
	}

	private push(text: string, pops: number, from: number): void {
		const taken = this.take(pops, from);
		this.stack.push({ text: `(${text}${taken.text})`, at: taken.at });
	}

	private statement(text: string, pops: number, from: number): void {
		const taken = this.take(pops, from);
		// What is below was computed before, and must be seen to be.
		this.flush();
		this.line(taken.text === "" ? text : `(${text}${taken.text})`, taken.at);
	}

	/** The topmost operands as one text; where there are fewer, they have been written as lines before, and are left out. */
	private take(count: number, from: number): Pending {
		if (count === 0) return { text: "", at: from };
		if (this.stack.length < count) {
			this.flush();
			return { text: "", at: from };
		}
		const taken = this.stack.splice(this.stack.length - count);
		return { text: taken.map(({ text }) => ` ${text}`).join(""), at: taken[0]!.at };
	}

	private flush(): void {
		for (const { text, at } of this.stack) this.line(text, at);
		this.stack = [];
	}

	private line(text: string, at: number, depth = this.depth): void {
		this.lines.push({ text, depth, at });
	}

	// ---- bytes

	private opcode(): number {
		const first = this.code[this.at++]!;
		return first === 0xfc || first === 0xfd ? first * 4096 + this.u32() : first;
	}

	private bytes(count: number): Uint8Array {
		this.at += count;
		return this.code.subarray(this.at - count, this.at);
	}

	private u32(): number {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = this.code[this.at++]!;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
		}
	}

	private s64(): bigint {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = this.code[this.at++]!;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, value);
		}
	}
}
