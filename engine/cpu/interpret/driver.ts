// `run`, the module's export: the loop, and beside it instructions one by one, where the loop leaves one to be executed alone,
// and at the end of the fuel.

import { Bytes } from "../wasm/bytes";
import { Sequence, type Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { I32, I64, OP, VOID } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";
import { enter, fuelOf, NOWHERE, REGION, SLOW } from "./calls";
import { PC } from "./emitter";
import type { Functions } from "./functions";
import { EXIT, LAYOUT, NOT_IN_LOOP, RECORD, REGION_FUEL, SERVE, STALE, TRANSLATED } from "./layout";
import { LEFT, RESERVE } from "./loop";
import { entryOf } from "./records";
import { branchTarget, findRecord, PSEUDO, PSEUDO_COUNT } from "./single";

const LOCAL = { number: 1, left: 2, next: 3, before: 4, outcome: 5, firstTemporary: 6 } as const;

/** (record) → EXIT, with rip and what is left of the budget in memory. */
export function addRun(
	writer: ModuleWriter,
	loop: number,
	functions: Functions & { readonly follow: number },
	tables: { singles: number; regions: number },
): void {
	const temporaries = new Temporaries(LOCAL.firstTemporary);
	const code = new Bytes();
	const single = writer.type({ params: [I32], results: [I32] });
	const region = writer.type(REGION);
	const emit = (again: number, step: number, write: (q: Sequence) => void): void => {
		const q = new Sequence();
		write(q);
		q.emit(code, temporaries, (label) => (label === "again" ? again : step));
	};
	const begin = (opcode: number): void => {
		code.byte(opcode);
		code.byte(VOID);
	};
	const translated = (q: Sequence): Value =>
		q.binary(
			"and",
			q.binary("eq", field16(q, RECORD.handler), q.const32(TRANSLATED)),
			q.binary("gt_s", budget(q), q.const32(REGION_FUEL)),
		);
	begin(OP.loop);
	emit(0, -1, (q) => {
		q.begin(q.binary("lt_s", budget(q), q.load(OP.i32load, I32, q.const32(0), LAYOUT.sampleAt)));
		q.callVoid(functions.sample, [q.get(PC, I32)]);
		q.end();
		q.begin(translated(q));
		q.set(LOCAL.before, budget(q));
		const first = enter(q, region, tables.regions, entryOf(q, q.get(PC, I32)), q.const32(0), budget(q));
		const sampleAt = q.load(OP.i32load, I32, q.const32(0), LAYOUT.sampleAt);
		const least = q.select(q.binary("gt_s", sampleAt, q.const32(REGION_FUEL)), sampleAt, q.const32(REGION_FUEL));
		q.set(LOCAL.outcome, q.perform(functions.follow, I64, [first, q.const32(NOWHERE), q.const32(0), least]));
		q.store(OP.i32store, q.const32(0), fuelOf(q, q.get(LOCAL.outcome, I64)), LAYOUT.budget);
		countTranslated(q, q.binary("sub", q.get(LOCAL.before, I32), budget(q)));
		const found = q.wrap(q.get(LOCAL.outcome, I64));
		q.set(PC, findRecord(q, functions, q.extend(32, false, q.binary("and", found, q.const32(~SLOW)))));
		q.begin(q.binary("ge_s", found, q.const32(0)));
		countMiss(q, functions);
		q.branch("again");
		q.end();
		q.otherwise();
		q.begin(q.binary("gt_s", budget(q), q.const32(RESERVE)));
		q.set(LOCAL.left, q.perform(loop, I32, [q.get(PC, I32)]));
		q.set(PC, q.load(OP.i32load, I32, q.const32(0), LAYOUT.record));
		const left = q.get(LOCAL.left, I32);
		q.begin(q.binary("ne", left, q.const32(LEFT.slow)));
		const target = q.load(OP.i64load, I64, q.const32(0), LAYOUT.target);
		const next = q.choose(
			q.binary("eq", left, q.const32(LEFT.resolve)),
			branchTarget(q, functions),
			findRecord(q, functions, target),
		);
		q.set(PC, next);
		q.branch("again");
		q.end();
		q.branchIf(translated(q), "again");
		q.end();
		q.end();
	});
	begin(OP.loop);
	emit(1, 0, (q) => {
		const number = (): Value => q.get(LOCAL.number, I32);
		q.set(LOCAL.number, field16(q, RECORD.single));
		q.begin(q.binary("eq", field16(q, RECORD.handler), q.const32(STALE)));
		q.set(LOCAL.number, q.const32(PSEUDO.stale));
		q.end();
		q.begin(q.binary("ge_u", number(), q.const32(PSEUDO_COUNT)));
		q.begin(q.eqz(budget(q)));
		q.store(OP.i64store, q.const32(0), ownAddress(q), LAYOUT.rip);
		q.return(q.const32(EXIT.fuel));
		q.end();
		addToBudget(q, -1);
		q.end();
		q.set(LOCAL.next, q.performIndirect(single, I32, number(), [q.get(PC, I32)], tables.singles));
		q.begin(q.eqz(q.get(LOCAL.next, I32)));
		serveCall(q, functions);
		leave(q, number());
		q.end();
		q.set(PC, q.get(LOCAL.next, I32));
		const alone = q.binary("ge_u", field16(q, RECORD.handler), q.const32(NOT_IN_LOOP));
		q.branchIf(q.binary("or", alone, q.binary("le_s", budget(q), q.const32(RESERVE))), "step");
		q.branch("again");
	});
	for (let i = 0; i < 2; i++) code.byte(OP.end);
	code.byte(OP.unreachable);
	writer.addFunction({
		params: [I32],
		results: [I32],
		locals: [I32, I32, I32, I32, I64, ...temporaries.types],
		code,
		exportAs: "run",
	});
}

const field16 = (q: Sequence, offset: number): Value => q.load(OP.i32load16u, I32, q.get(PC, I32), offset);
const budget = (q: Sequence): Value => q.load(OP.i32load, I32, q.const32(0), LAYOUT.budget);
const addToBudget = (q: Sequence, n: number): void =>
	q.store(OP.i32store, q.const32(0), q.binary("add", budget(q), q.const32(n)), LAYOUT.budget);

function countTranslated(q: Sequence, fuel: Value): void {
	const before = q.load(OP.i32load, I32, q.const32(0), LAYOUT.translated);
	q.store(OP.i32store, q.const32(0), q.binary("add", before, fuel), LAYOUT.translated);
}

/** Where translated code led to what is not translated, now and then. */
function countMiss(q: Sequence, functions: Functions): void {
	const left = (): Value => q.load(OP.i32load, I32, q.const32(0), LAYOUT.misses);
	q.begin(q.binary("ne", field16(q, RECORD.handler), q.const32(TRANSLATED)));
	q.store(OP.i32store, q.const32(0), q.binary("sub", left(), q.const32(1)), LAYOUT.misses);
	q.begin(q.binary("lt_s", left(), q.const32(0)));
	q.callVoid(functions.sample, [q.get(PC, I32)]);
	q.end();
	q.end();
}

const nextAddress = (q: Sequence): Value => q.load(OP.i64load32u, I64, q.get(PC, I32), RECORD.next);
const ownAddress = (q: Sequence): Value =>
	q.binary("sub", nextAddress(q), q.load(OP.i64load8u, I64, q.get(PC, I32), RECORD.length));

/** A system call that is served here does not leave. */
function serveCall(q: Sequence, functions: Functions): void {
	const served = (): Value => q.get(LOCAL.left, I32);
	q.begin(q.binary("eq", q.load(OP.i32load, I32, q.const32(0), LAYOUT.reason), q.const32(EXIT.syscall)));
	q.store(OP.i64store, q.const32(0), nextAddress(q), LAYOUT.rip);
	q.set(LOCAL.left, q.call(functions.serve, I32, []));
	q.begin(q.binary("eq", served(), q.const32(SERVE.goOn)));
	q.set(PC, findRecord(q, functions, q.load(OP.i64load, I64, q.const32(0), LAYOUT.rip)));
	q.branch("again");
	q.end();
	q.return(q.select(served(), q.const32(EXIT.served), q.const32(EXIT.syscall)));
	q.end();
}

/** What stops behind itself is executed, and rip is behind them; what faults is not, and costs nothing. */
function leave(q: Sequence, number: Value): void {
	const reason = q.load(OP.i32load, I32, q.const32(0), LAYOUT.reason);
	const is = (exit: number): Value => q.binary("eq", reason, q.const32(exit));
	q.begin([is(EXIT.breakpoint), is(EXIT.trace), is(EXIT.debug)].reduce((a, b) => q.binary("or", a, b), is(EXIT.overflow)));
	q.store(OP.i64store, q.const32(0), nextAddress(q), LAYOUT.rip);
	q.otherwise();
	q.begin(q.binary("ge_u", number, q.const32(PSEUDO_COUNT)));
	addToBudget(q, 1);
	q.end();
	q.store(OP.i64store, q.const32(0), ownAddress(q), LAYOUT.rip);
	q.end();
	q.return(q.load(OP.i32load, I32, q.const32(0), LAYOUT.reason));
}
