// The high half of a 64 × 64 product, from four 32 × 32 ones.

import type { Sequence, Value } from "../wasm/expression";

export function mulHighU(q: Sequence, a: Value, b: Value): Value {
	const half = (v: Value): [low: Value, high: Value] => [
		q.binary("and", v, q.const64(0xffffffff)),
		q.binary("shr_u", v, q.const64(32)),
	];
	const [aLow, aHigh] = half(a);
	const [bLow, bHigh] = half(b);
	const first = q.binary("shr_u", q.binary("mul", aLow, bLow), q.const64(32));
	const second = q.binary("add", q.binary("mul", aHigh, bLow), first);
	const [middle, carry] = half(second);
	const third = q.binary("add", q.binary("mul", aLow, bHigh), middle);
	const high = q.binary("add", q.binary("mul", aHigh, bHigh), carry);
	return q.binary("add", high, q.binary("shr_u", third, q.const64(32)));
}

export function mulHighS(q: Sequence, a: Value, b: Value): Value {
	const ifNegative = (x: Value, y: Value): Value => q.binary("and", q.binary("shr_s", x, q.const64(63)), y);
	return q.binary("sub", q.binary("sub", mulHighU(q, a, b), ifNegative(a, b)), ifNegative(b, a));
}
