// Calls among translated code: what a region's function gives back, and where the function of a region is found.

import type { Sequence, Value } from "../wasm/expression";
import type { ModuleWriter, Signature } from "../wasm/module";
import { I32, I64, OP } from "../wasm/opcodes";
import { define } from "./define";
import { CALLS_SHIFT, ENTRY_SHIFT, LAYOUT, REGION_FUEL } from "./layout";
import { entryOf, recordAt } from "./records";

/**
 * A region's function: (depth and number of the entry, fuel) → outcome. The parameter is an entry's number, and from DEPTH_SHIFT on how
 * many functions of regions called one another. The outcome has the fuel that is left in its upper half, and where the machine goes on
 * in its lower; negative, if the instruction there is the interpreter's.
 */
export const REGION: Signature = { params: [I32, I32], results: [I64] };
export const SLOW = 0x80000000;
/** No address. */
export const NOWHERE = 0x7fffffff;
export const DEPTH_SHIFT = 12;
/** More deeply they do not call: the engine's stack is not without end. */
const DEEPEST = 100;

export const outcome = (q: Sequence, target: Value, fuel: Value): Value =>
	q.binary("or", q.binary("shl", q.extend(32, false, fuel), q.const64(32)), q.extend(32, false, target));
const upperHalf = (q: Sequence, value: Value): Value => q.wrap(q.binary("shr_u", value, q.const64(32)));
/** Of an outcome. */
export const fuelOf = upperHalf;
/** Of a place of the table of calls. */
export const wordOf = upperHalf;

/** Where a place of the table of calls lies: eight bytes, the address in the lower half and its entry's word in the upper. */
export const placeOf = (address: number): number => LAYOUT.calls + 8 * (Math.imul(address, SPREAD) >>> CALLS_SHIFT);
const SPREAD = 0x9e3779b1;

/** What the table of calls has where an address belongs, of this address or of another one. */
export function called(q: Sequence, address: Value): Value {
	if (address.kind === "const") return q.load(OP.i64load, I64, q.const32(0), placeOf(Number(address.constant)));
	return q.load(OP.i64load, I64, placeIn(q, address), LAYOUT.calls);
}

function placeIn(q: Sequence, address: Value): Value {
	const number = q.binary("shr_u", q.binary("mul", address, q.const32(SPREAD)), q.const32(CALLS_SHIFT));
	return q.binary("shl", number, q.const32(3));
}

/** What keeps a function from being entered: there is not more fuel than `least`, or the depth is too great. */
export const mayNotCall = (q: Sequence, depth: Value, fuel: Value, least = q.const32(REGION_FUEL)): readonly [Value, Value] => [
	q.binary("le_s", fuel, least),
	q.binary("ge_u", depth, q.const32(DEEPEST << DEPTH_SHIFT)),
];

/** Calls the function that an entry's word leads to, from a function of this depth. */
export function enter(q: Sequence, type: number, table: number, word: Value, depth: Value, fuel: Value): Value {
	const entry = q.binary("and", word, q.const32((1 << ENTRY_SHIFT) - 1));
	const deeper = q.binary("add", depth, q.const32(1 << DEPTH_SHIFT));
	const slot = q.binary("shr_u", word, q.const32(ENTRY_SHIFT));
	return q.performIndirect(type, I64, slot, [q.binary("or", deeper, entry), fuel], table);
}

/**
 * (outcome, address, depth, fuel) → outcome. Goes on from an outcome, with what is called for its part, until the machine is at that address; or until
 * there is something that is not translated, not more than that much fuel, or a depth that is too great.
 */
export function addFollow(writer: ModuleWriter, table: number): number {
	const LOCAL = { outcome: 0, until: 1, depth: 2, least: 3, word: 4, known: 5 } as const;
	const type = writer.type(REGION);
	const follow = define(writer, [I64, I32, I32, I32], I64, [I32, I64], (q) => {
		const found = (): Value => q.get(LOCAL.outcome, I64);
		const target = (): Value => q.wrap(found());
		const fuel = (): Value => fuelOf(q, found());
		const depth = (): Value => q.get(LOCAL.depth, I32);
		const word = (): Value => q.get(LOCAL.word, I32);
		const known = (): Value => q.get(LOCAL.known, I64);
		const giveUpIf = (condition: Value): void => {
			q.begin(condition);
			q.return(found());
			q.end();
		};
		q.loop("again");
		giveUpIf(q.binary("eq", target(), q.get(LOCAL.until, I32)));
		giveUpIf(q.binary("lt_s", target(), q.const32(0)));
		for (const not of mayNotCall(q, depth(), fuel(), q.get(LOCAL.least, I32))) giveUpIf(not);
		q.set(LOCAL.known, called(q, target()));
		q.begin(q.binary("eq", q.wrap(known()), target()));
		q.set(LOCAL.word, wordOf(q, known()));
		q.otherwise();
		const record = recordAt(q, q.extend(32, false, target()));
		q.set(LOCAL.word, q.choose(record, entryOf(q, record), q.const32(0)));
		q.begin(word());
		q.store(OP.i64store, placeIn(q, target()), outcome(q, target(), word()), LAYOUT.calls);
		q.end();
		q.end();
		giveUpIf(q.eqz(word()));
		q.set(LOCAL.outcome, enter(q, type, table, word(), depth(), fuel()));
		q.branch("again");
		q.end();
	});
	writer.exportFunction("follow", follow);
	return follow;
}
