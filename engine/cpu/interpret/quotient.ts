// Division of 128 bits by 64, unsigned, for the quotients that one 64-bit division cannot give: two digits of 32 bits (Knuth's
// algorithm D, The Art of Computer Programming 4.3.1).

import type { Sequence, Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { I64, OP } from "../wasm/opcodes";
import { define } from "./define";

const LOCAL = { high: 0, low: 1, divisor: 2, shift: 4, rest: 5, digit: 6, left: 7, first: 8 } as const;
const BASE = 1n << 32n;

/** Adds (high, low, divisor, unused) → the quotient, for high < divisor. */
export function addDivideU(writer: ModuleWriter): number {
	return define(writer, [I64, I64, I64, I64], I64, [I64, I64, I64, I64, I64], (q) => {
		const get = (local: number): Value => q.get(local, I64);
		const shift = (name: "shl" | "shr_u", value: Value, by: Value): Value => q.binary(name, value, by);
		const upper = (value: Value): Value => shift("shr_u", value, q.const64(32));
		const lower = (value: Value): Value => q.binary("and", value, q.const64(BASE - 1n));
		// So that the divisor's highest bit is set.
		q.set(LOCAL.divisor, q.select(q.eqz(get(LOCAL.divisor)), q.const64(1), get(LOCAL.divisor)));
		q.set(LOCAL.shift, q.unary(OP.i64clz, I64, get(LOCAL.divisor)));
		q.set(LOCAL.divisor, shift("shl", get(LOCAL.divisor), get(LOCAL.shift)));
		// By 64 in two steps, since a shift by 64 is none.
		const carried = shift(
			"shr_u",
			shift("shr_u", get(LOCAL.low), q.const64(1)),
			q.binary("sub", q.const64(63), get(LOCAL.shift)),
		);
		q.set(LOCAL.rest, q.binary("or", shift("shl", get(LOCAL.high), get(LOCAL.shift)), carried));
		q.set(LOCAL.low, shift("shl", get(LOCAL.low), get(LOCAL.shift)));
		digit(q, upper(get(LOCAL.low)), { get, upper, lower });
		q.set(LOCAL.first, get(LOCAL.digit));
		digit(q, lower(get(LOCAL.low)), { get, upper, lower });
		q.return(q.binary("add", shift("shl", get(LOCAL.first), q.const64(32)), get(LOCAL.digit)));
	});
}

interface Halves {
	get(local: number): Value;
	upper(value: Value): Value;
	lower(value: Value): Value;
}

/** The next digit of `rest` by the divisor, of which the rest remains; `next` are the dividend's next 32 bits. */
function digit(q: Sequence, next: Value, { get, upper, lower }: Halves): void {
	q.set(LOCAL.digit, q.binary("div_u", get(LOCAL.rest), upper(get(LOCAL.divisor))));
	q.set(LOCAL.left, q.binary("sub", get(LOCAL.rest), q.binary("mul", get(LOCAL.digit), upper(get(LOCAL.divisor)))));
	const withNext = (value: Value): Value => q.binary("or", q.binary("shl", value, q.const64(32)), next);
	// The guess is too large by two at most.
	for (let i = 0; i < 2; i++) {
		const product = q.binary("mul", get(LOCAL.digit), lower(get(LOCAL.divisor)));
		const large = q.binary("ge_u", get(LOCAL.digit), q.const64(BASE));
		const above = q.binary("or", large, q.binary("gt_u", product, withNext(get(LOCAL.left))));
		q.begin(q.binary("and", q.binary("lt_u", get(LOCAL.left), q.const64(BASE)), above));
		q.set(LOCAL.digit, q.binary("sub", get(LOCAL.digit), q.const64(1)));
		q.set(LOCAL.left, q.binary("add", get(LOCAL.left), upper(get(LOCAL.divisor))));
		q.end();
	}
	q.set(LOCAL.rest, q.binary("sub", withNext(get(LOCAL.rest)), q.binary("mul", get(LOCAL.digit), get(LOCAL.divisor))));
}
