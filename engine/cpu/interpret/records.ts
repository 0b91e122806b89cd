// Finding a guest address's record.

import type { Sequence, Value } from "../wasm/expression";
import { I32, OP } from "../wasm/opcodes";
import { LAYOUT, LIMIT, PAGE_SHIFT } from "./layout";

/** From the page's table; 0 if there is none. */
export function recordAt(q: Sequence, target: Value): Value {
	const zero = q.const32(0);
	const low = q.wrap(target);
	const page = q.binary("shl", q.binary("shr_u", low, q.const32(PAGE_SHIFT)), q.const32(2));
	const table = q.choose(q.binary("lt_u", target, q.const64(LIMIT)), q.load(OP.i32load, I32, page, LAYOUT.codeTables), zero);
	const offset = q.binary("shl", q.binary("and", low, q.const32(0xfff)), q.const32(2));
	return q.choose(table, q.load(OP.i32load, I32, q.binary("add", table, offset)), zero);
}

/** The word of the entry that a record is: 0 if it is none. */
export function entryOf(q: Sequence, record: Value): Value {
	return q.load(
		OP.i32load,
		I32,
		q.binary("shr_u", q.binary("sub", record, q.const32(LAYOUT.records)), q.const32(3)),
		LAYOUT.entries,
	);
}
