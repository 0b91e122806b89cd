// Generates the interpreter: one function with one br_table, a handler for each shape of each row, and for measured pairs.
//
// The table index of a handler is its number in a record. Numbers are stable for one table: generating is deterministic.

import type { Shape } from "../decode/encoding";
import { shapes } from "../decode/forms";
import { Bytes } from "../wasm/bytes";
import { Sequence, type Value } from "../wasm/expression";
import { ModuleWriter } from "../wasm/module";
import { I32, I64, OP, type ValueType, VOID } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";
import { type Functions, InterpreterEmitter, LOCAL, type Options } from "./emitter";
import { addFunctions } from "./functions";
import { EXIT, LAYOUT, RECORD, TEMPORARY_SLOT } from "./layout";
import { PAIRS } from "./pairs";

/** Handlers of records that are no instructions; they cost no fuel. */
export const PSEUDO = {
	/** Finds its instruction's record anew: its page has changed, or may have. */
	stale: 0,
	/** Goes on at `target`: the end of a run of records. */
	goTo: 1,
	/** Computes an address (with a segment in the first register's slot) for the record behind it. */
	address: 2,
	address32: 3,
	/** An instruction that cannot be fetched: the address is the immediate. */
	fetchFault: 4,
} as const;
const PSEUDO_COUNT = 5;

const LOCALS: ValueType[] = [I32, I64, I64, I64, I32, I32];

export interface Handlers {
	/** Handler numbers by a shape's key; a pair's key is both with " + " between. */
	readonly numbers: ReadonlyMap<string, number>;
	readonly count: number;
}

let known: { handlers: Handlers; programs: readonly (readonly Shape[])[] } | undefined;

function programs(): { handlers: Handlers; programs: readonly (readonly Shape[])[] } {
	if (known) return known;
	const single = shapes();
	const byKey = new Map(single.map((shape) => [shape.key, shape]));
	const list: (readonly Shape[])[] = single.map((shape) => [shape]);
	for (const [first, second] of PAIRS) {
		const a = byKey.get(first);
		const b = byKey.get(second);
		if (!a || !b) throw new Error(`no such pair: ${first} + ${second}`);
		list.push([a, b]);
	}
	const numbers = new Map(list.map((program, i) => [program.map((shape) => shape.key).join(" + "), PSEUDO_COUNT + i]));
	known = { handlers: { numbers, count: PSEUDO_COUNT + list.length }, programs: list };
	return known;
}

/** What the decoder needs of the interpreter; making it is cheap beside making the module. */
export function handlers(): Handlers {
	return programs().handlers;
}

export function interpreterModule(): Uint8Array<ArrayBuffer> {
	const writer = new ModuleWriter();
	writer.importMemory("env", "memory");
	const functions = addFunctions(writer);
	const temporaries = new Temporaries(LOCAL.firstTemporary);
	const { programs: list, handlers: table } = programs();
	const sequences = [...pseudoHandlers(functions), ...list.map((program) => handler(program, functions))];
	const code = new Bytes();
	emitStart(code, temporaries);
	for (const opcode of [OP.block, OP.block, OP.loop]) {
		code.byte(opcode);
		code.byte(VOID);
	}
	emitDispatch(code, table.count);
	sequences.forEach((sequence, i) => {
		code.byte(OP.end);
		const depth = { next: table.count - 1 - i, leaveAt: table.count - i, leaveAfter: table.count - i + 1 };
		sequence.emit(code, temporaries, (label) => depth[label as keyof typeof depth]);
	});
	code.byte(OP.end);
	code.byte(OP.unreachable);
	for (const before of [true, false]) {
		code.byte(OP.end);
		emitLeave(code, temporaries, before);
	}
	code.byte(OP.unreachable);
	writer.addFunction({ params: [I32], results: [I32], locals: [...LOCALS, ...temporaries.types], code, exportAs: "run" });
	return writer.finish();
}

/** One instruction's code, or a pair's: the second sees the flags of the first as values. */
function handler(program: readonly Shape[], functions: Functions): Sequence {
	const sequence = new Sequence();
	let emitter: InterpreterEmitter | undefined;
	program.forEach((shape, i) => {
		const at = i * RECORD.size;
		if (i > 0) sequence.set(LOCAL.budget, sequence.binary("sub", sequence.get(LOCAL.budget, I32), sequence.const32(1)));
		if (emitter?.ended) throw new Error(`nothing can follow ${program[i - 1]!.key}`);
		const known = emitter?.known;
		emitter = new InterpreterEmitter(sequence, shape, functions, { at, known, written: writtenOperands(shape, functions) });
		shape.row.semantics(emitter);
	});
	if (!emitter!.ended) emitter!.next();
	return sequence;
}

/** A trial run of the semantics tells which operands they write. */
function writtenOperands(shape: Shape, functions: Functions): ReadonlySet<number> {
	const options: Options = { at: 0, written: new Set() };
	const trial = new InterpreterEmitter(new Sequence(), shape, functions, options);
	shape.row.semantics(trial);
	return trial.wrote;
}

function pseudoHandlers(functions: Functions): Sequence[] {
	const build = (write: (q: Sequence) => void): Sequence => {
		const q = new Sequence();
		write(q);
		return q;
	};
	const field = (q: Sequence, opcode: number, type: ValueType, offset: number): Value =>
		q.load(opcode, type, q.get(LOCAL.pc, I32), offset);
	const refund = (q: Sequence): void => q.set(LOCAL.budget, q.binary("add", q.get(LOCAL.budget, I32), q.const32(1)));
	const goTo = (q: Sequence, record: Value): void => {
		q.set(LOCAL.pc, record);
		q.branch("next");
	};
	const stale = build((q) => {
		refund(q);
		const length = field(q, OP.i64load8u, I64, RECORD.length);
		// Not by the page's table, which would find this very record.
		goTo(q, q.call(functions.lookup, I32, [q.binary("sub", field(q, OP.i64load32u, I64, RECORD.next), length)]));
	});
	const jump = build((q) => {
		refund(q);
		const target = field(q, OP.i32load, I32, RECORD.target);
		goTo(q, q.choose(q.eqz(target), q.call(functions.resolve, I32, [q.get(LOCAL.pc, I32)]), target));
	});
	const address = (narrow: boolean): Sequence =>
		build((q) => {
			refund(q);
			const slot = (offset: number): Value => q.load(OP.i64load, I64, field(q, OP.i32load16u, I32, offset));
			const scaled = q.binary("shl", slot(RECORD.index), field(q, OP.i64load8u, I64, RECORD.scale));
			const offset = q.binary(
				"add",
				q.binary("add", slot(RECORD.base), scaled),
				field(q, OP.i64load32s, I64, RECORD.displacement),
			);
			const effective = narrow ? q.extend(32, false, offset) : offset;
			q.store(OP.i64store, q.const32(0), q.binary("add", effective, slot(RECORD.register[0])), TEMPORARY_SLOT);
			goTo(q, q.binary("add", q.get(LOCAL.pc, I32), q.const32(RECORD.size)));
		});
	const fetchFault = build((q) => {
		refund(q);
		q.store(OP.i64store, q.const32(0), field(q, OP.i64load, I64, RECORD.immediate), LAYOUT.faultAddress);
		q.set(LOCAL.reason, q.const32(EXIT.fetch));
		q.branch("leaveAt");
	});
	return [stale, jump, address(false), address(true), fetchFault];
}

function emitStart(code: Bytes, temporaries: Temporaries): void {
	const q = new Sequence();
	const zero = q.const32(0);
	q.set(LOCAL.kind, q.load(OP.i32load, I32, zero, LAYOUT.flagKind));
	q.set(LOCAL.a, q.load(OP.i64load, I64, zero, LAYOUT.flagA));
	q.set(LOCAL.b, q.load(OP.i64load, I64, zero, LAYOUT.flagB));
	q.set(LOCAL.r, q.load(OP.i64load, I64, zero, LAYOUT.flagR));
	q.set(LOCAL.budget, q.load(OP.i32load, I32, zero, LAYOUT.budget));
	q.emit(code, temporaries, () => 0);
}

/**
 * Takes one unit of fuel and goes to the record's handler. The last unit is spent on the instruction alone, since a pair
 * would need two; with none left, the run ends before the record.
 */
function emitDispatch(code: Bytes, count: number): void {
	const localGet = (local: number): void => {
		code.byte(OP.get);
		code.u32(local);
	};
	const loadHandler = (offset: number): void => {
		localGet(LOCAL.pc);
		code.byte(OP.i32load16u);
		code.byte(0);
		code.u32(offset);
	};
	for (let i = 0; i < count; i++) {
		code.byte(OP.block);
		code.byte(VOID);
	}
	localGet(LOCAL.budget);
	code.byte(OP.i32const);
	code.s64(1n);
	code.byte(0x6b); // i32.sub
	code.byte(OP.tee);
	code.u32(LOCAL.budget);
	code.byte(OP.i32const);
	code.s64(0n);
	code.byte(0x4a); // i32.gt_s
	code.byte(OP.if);
	code.byte(I32);
	loadHandler(RECORD.handler);
	code.byte(OP.else);
	// Pseudo records give their unit back, so they may still run.
	localGet(LOCAL.budget);
	code.byte(OP.i32const);
	code.s64(0n);
	code.byte(0x48); // i32.lt_s
	code.byte(OP.if);
	code.byte(VOID);
	code.byte(OP.i32const);
	code.s64(BigInt(EXIT.fuel));
	code.byte(OP.set);
	code.u32(LOCAL.reason);
	code.byte(OP.br);
	code.u32(count + 3); // both ifs, the handlers' blocks, the loop: to leaveAt
	code.byte(OP.end);
	loadHandler(RECORD.plain);
	loadHandler(RECORD.handler);
	loadHandler(RECORD.handler);
	code.byte(OP.select);
	code.byte(OP.end);
	code.byte(OP.brTable);
	code.u32(count - 1);
	for (let i = 0; i < count; i++) code.u32(i);
}

/** Stores what the locals hold. At the instruction: rip is its address, and its fuel was not used; after: rip is behind it. */
function emitLeave(code: Bytes, temporaries: Temporaries, at: boolean): void {
	const q = new Sequence();
	const zero = q.const32(0);
	const pc = q.get(LOCAL.pc, I32);
	const next = q.load(OP.i64load32u, I64, pc, RECORD.next);
	const rip = at ? q.binary("sub", next, q.load(OP.i64load8u, I64, pc, RECORD.length)) : next;
	const budget = q.get(LOCAL.budget, I32);
	q.store(OP.i64store, zero, rip, LAYOUT.rip);
	q.store(OP.i32store, zero, at ? q.binary("add", budget, q.const32(1)) : budget, LAYOUT.budget);
	q.store(OP.i32store, zero, q.get(LOCAL.kind, I32), LAYOUT.flagKind);
	q.store(OP.i64store, zero, q.get(LOCAL.a, I64), LAYOUT.flagA);
	q.store(OP.i64store, zero, q.get(LOCAL.b, I64), LAYOUT.flagB);
	q.store(OP.i64store, zero, q.get(LOCAL.r, I64), LAYOUT.flagR);
	q.return(q.get(LOCAL.reason, I32));
	q.emit(code, temporaries, () => 0);
}
