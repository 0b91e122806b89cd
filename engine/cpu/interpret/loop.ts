// The interpreter's loop: one function with one br_table, a handler for each common shape and for sequences of them.
//
// It calls nothing, and its locals are few: the engine below takes long to optimise it as it is. Whatever a handler does not do itself (a slow memory
// access, an exception, a branch to code that is not decoded) leaves the loop: `slow` with the instruction not begun, which
// single.ts executes then; `resolve` and `lookup` with the instruction done and the next record to be found.
//
// Fuel costs nothing on the way. Records are executed one behind the other, so that what is left is a matter of where one
// is: `limit` is the record before which fuel would run out if control never branched, and a taken branch moves it by as much.

import type { Shape } from "../decode/encoding";
import type { Exit, Helper } from "../table/emitter";
import { Bytes } from "../wasm/bytes";
import { Sequence, type Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { I32, I64, OP, V128, type ValueType, VOID } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";
import { InterpreterEmitter, type Options, PC } from "./emitter";
import { LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, RECORD, RUN_RECORDS, TEMPORARY_SLOT } from "./layout";
import { mulHighS, mulHighU } from "./products";
import { recordAt } from "./records";

const LOCAL = { limit: 1, target: 2, reason: 3, firstTemporary: 4 } as const;
const LOCALS: ValueType[] = [I32, I64, I32];

/** Why the loop was left. */
export const LEFT = { slow: 0, resolve: 1, lookup: 2 } as const;
/** The loop runs as long as this many units are left: more than the longest run of records can use. */
export const RESERVE = RUN_RECORDS;
const SHIFT = 5;

type Label = "next" | "slow" | "resolve" | "lookup";

export class LoopEmitter extends InterpreterEmitter {
	private aimed: Value | undefined;

	override check(address: Value, _length: number, write: boolean): void {
		this.settle();
		const q = this.sequence;
		const bit = write ? PAGE_BIT.WRITE_FAST : PAGE_BIT.READ_FAST;
		const page = q.wrap(q.binary("shr_u", address, q.const64(PAGE_SHIFT)));
		q.branchIf(q.binary("ge_u", address, q.const64(LIMIT)), "slow");
		q.branchIf(q.eqz(q.binary("and", q.load(OP.i32load8u, I32, page, LAYOUT.pageTable), q.const32(bit))), "slow");
	}

	override jump(): void {
		const q = this.sequence;
		this.settle();
		const target = this.field(OP.i32load, I32, RECORD.target);
		const left = fuelLeft(q);
		q.branchIf(q.eqz(target), "resolve");
		q.branchIf(isLow(q, left), "resolve");
		this.goTo(target, left);
	}

	/** Only single.ts looks at a target that has no record. */
	override aim(target: Value): void {
		this.settle();
		this.aimed = recordAt(this.sequence, target);
		this.sequence.branchIf(this.sequence.eqz(this.aimed), "slow");
	}

	override jumpTo(target: Value): void {
		const q = this.sequence;
		this.settle();
		const record = this.aimed ?? recordAt(q, target);
		const left = fuelLeft(q);
		q.set(LOCAL.target, target);
		q.branchIf(isLow(q, left), "lookup");
		this.goTo(record, left);
	}

	override again(): void {
		throw new Error(`${this.shape.key} repeats itself: it cannot be in the loop`);
	}

	override next(): void {
		const q = this.sequence;
		this.settle();
		this.advance();
		q.branch("next");
		this.ended = true;
	}

	/** To the record behind this one, which is the sequence's next instruction. */
	advance(): void {
		const q = this.sequence;
		q.set(PC, q.binary("add", this.pc(), q.const32(RECORD.size)));
	}

	override exit(_reason: Exit): void {
		this.settle();
		this.sequence.branch("slow");
		this.ended = true;
	}

	override faultIf(condition: Value): void {
		this.settle();
		this.sequence.branchIf(condition, "slow");
	}

	override helper(name: Helper, a: Value, b: Value): Value {
		if (name === "mulHighU") return mulHighU(this.sequence, a, b);
		if (name === "mulHighS") return mulHighS(this.sequence, a, b);
		this.settle();
		return this.sequence.leave("slow", I64);
	}

	override careful(): Value {
		this.settle();
		return this.sequence.leave("slow", V128);
	}

	override plain(): Value {
		this.settle();
		return this.sequence.leave("slow", I32);
	}

	override copyBytes(): void {
		this.exit("illegal");
	}

	override fillBytes(): void {
		this.exit("illegal");
	}

	private goTo(record: Value, left: Value): void {
		const q = this.sequence;
		q.set(LOCAL.limit, q.binary("add", left, q.binary("sub", record, q.const32(RECORD.size))));
		q.set(PC, record);
		q.branch("next");
		this.ended = true;
	}
}

const fuelLeft = (q: Sequence): Value => q.binary("sub", q.get(LOCAL.limit, I32), q.get(PC, I32));
const isLow = (q: Sequence, left: Value): Value => q.binary("lt_s", left, q.const32((RESERVE + 1) << SHIFT));

/** Handlers of records that are no instructions; they cost no fuel. */
function pseudoHandlers(): Sequence[] {
	const build = (write: (q: Sequence) => void): Sequence => {
		const q = new Sequence();
		write(q);
		return q;
	};
	const jump = build((q) => {
		const target = q.load(OP.i32load, I32, q.get(PC, I32), RECORD.target);
		const left = fuelLeft(q);
		q.branchIf(q.eqz(target), "slow");
		q.branchIf(isLow(q, left), "slow");
		q.set(LOCAL.limit, q.binary("add", left, target));
		q.set(PC, target);
		q.branch("next");
	});
	const address = (narrow: boolean): Sequence =>
		build((q) => {
			storeAddress(q, narrow);
			for (const local of [LOCAL.limit, PC]) q.set(local, q.binary("add", q.get(local, I32), q.const32(RECORD.size)));
			q.branch("next");
		});
	return [jump, address(false), address(true)];
}
export const LOOP_PSEUDO = { goTo: 0, address: 1, address32: 2 } as const;
export const LOOP_PSEUDO_COUNT = 3;

/** One instruction's code, or a sequence's: a later one sees the flags of the one before as values. */
function handler(program: readonly Shape[], written: (shape: Shape) => ReadonlySet<number>): Sequence {
	const sequence = new Sequence();
	let emitter: LoopEmitter | undefined;
	program.forEach((shape, i) => {
		if (emitter?.ended) throw new Error(`nothing can follow ${program[i - 1]!.key}`);
		emitter?.advance();
		const options: Options = { known: emitter?.known, pending: emitter?.pending, written: written(shape) };
		emitter = new LoopEmitter(sequence, shape, options);
		shape.row.semantics(emitter);
	});
	if (!emitter!.ended) emitter!.next();
	return sequence;
}

/** Adds (record) → LEFT, with what it leaves in the layout's `record` and `target`. */
export function addLoop(
	writer: ModuleWriter,
	programs: readonly (readonly Shape[])[],
	written: (shape: Shape) => ReadonlySet<number>,
): number {
	const temporaries = new Temporaries(LOCAL.firstTemporary);
	const sequences = [...pseudoHandlers(), ...programs.map((program) => handler(program, written))];
	const count = sequences.length;
	const code = new Bytes();
	const emit = (write: (q: Sequence) => void): void => {
		const q = new Sequence();
		write(q);
		q.emit(code, temporaries, () => 0);
	};
	const begin = (opcode: number): void => {
		code.byte(opcode);
		code.byte(VOID);
	};
	emit(enter);
	for (const _ of ["out", "lookup", "resolve", "slow"]) begin(OP.block);
	begin(OP.loop);
	for (let i = 0; i < count; i++) begin(OP.block);
	emit((q) => q.result(q.load(OP.i32load16u, I32, q.get(PC, I32), RECORD.handler)));
	code.byte(OP.brTable);
	code.u32(count);
	for (let i = 0; i <= count; i++) code.u32(i === count ? count + 1 : i);
	sequences.forEach((sequence, i) => {
		code.byte(OP.end);
		const loop = count - 1 - i;
		const depth: Record<Label, number> = { next: loop, slow: loop + 1, resolve: loop + 2, lookup: loop + 3 };
		sequence.emit(code, temporaries, (label) => depth[label as Label]);
	});
	code.byte(OP.end);
	code.byte(OP.unreachable);
	// Each of the three reasons falls out of its block; the instruction has used its unit unless it is to be done again.
	const outward = { slow: 2, resolve: 1, lookup: 0 } as const;
	for (const reason of ["slow", "resolve", "lookup"] as const) {
		code.byte(OP.end);
		emit((q) => {
			q.set(LOCAL.reason, q.const32(LEFT[reason]));
			if (reason === "lookup") q.store(OP.i64store, q.const32(0), q.get(LOCAL.target, I64), LAYOUT.target);
			if (reason !== "slow") q.set(LOCAL.limit, q.binary("sub", q.get(LOCAL.limit, I32), q.const32(RECORD.size)));
		});
		code.byte(OP.br);
		code.u32(outward[reason]);
	}
	code.byte(OP.end);
	emit(leave);
	code.byte(OP.unreachable);
	return writer.addFunction({ params: [I32], results: [I32], locals: [...LOCALS, ...temporaries.types], code });
}

function enter(q: Sequence): void {
	const zero = q.const32(0);
	const budget = (): Value => q.load(OP.i32load, I32, zero, LAYOUT.budget);
	// Not all: `limit` must fit 32 bits, and the driver looks now and then where the machine is.
	const most = q.load(OP.i32load, I32, zero, LAYOUT.chunk);
	q.set(LOCAL.limit, q.select(q.binary("lt_u", budget(), most), budget(), most));
	q.store(OP.i32store, zero, q.binary("sub", budget(), q.get(LOCAL.limit, I32)), LAYOUT.budget);
	q.set(LOCAL.limit, q.binary("add", q.get(PC, I32), q.binary("shl", q.get(LOCAL.limit, I32), q.const32(SHIFT))));
}

function leave(q: Sequence): void {
	const zero = q.const32(0);
	const unused = q.binary("shr_s", fuelLeft(q), q.const32(SHIFT));
	q.store(OP.i32store, zero, q.binary("add", q.load(OP.i32load, I32, zero, LAYOUT.budget), unused), LAYOUT.budget);
	q.store(OP.i32store, zero, q.get(PC, I32), LAYOUT.record);
	q.return(q.get(LOCAL.reason, I32));
}

/** Of a record: base + index * scale + displacement, with a segment in the first register's slot, for the record behind it. */
export function storeAddress(q: Sequence, narrow: boolean): void {
	const field = (opcode: number, type: ValueType, offset: number): Value => q.load(opcode, type, q.get(PC, I32), offset);
	const slot = (offset: number): Value => q.load(OP.i64load, I64, field(OP.i32load16u, I32, offset));
	const scaled = q.binary("shl", slot(RECORD.index), field(OP.i64load8u, I64, RECORD.scale));
	const offset = q.binary("add", q.binary("add", slot(RECORD.base), scaled), field(OP.i64load32s, I64, RECORD.displacement));
	const effective = narrow ? q.extend(32, false, offset) : offset;
	q.store(OP.i64store, q.const32(0), q.binary("add", effective, slot(RECORD.register[0])), TEMPORARY_SLOT);
}
