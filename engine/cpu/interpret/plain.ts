// Functions that say whether the result of a floating-point operation, rounded to nearest, stands: nothing is raised that
// MXCSR does not have already. They are asked where the few tests before an operation's fast path were not enough: most
// often because nothing was ever rounded yet, and then they find out whether something is now.

import { PLAIN, type PlainOperation } from "../table/float";
import type { Sequence, Value } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { F32, F64, I32, I64, OP } from "../wasm/opcodes";
import { define } from "./define";
import { LAYOUT } from "./layout";

type Type = "f32" | "f64";
type Operation = "add" | "mul" | "div" | "sqrt";

const SMALLEST = { f32: 0x00800000n, f64: 0x0010000000000000n } as const;
const INFINITE = { f32: 0x7f800000n, f64: 0x7ff0000000000000n } as const;
const FRACTION = (1n << 52n) - 1n;

export function addPlain(writer: ModuleWriter): Readonly<Record<PlainOperation, number>> {
	const add = (name: PlainOperation): [PlainOperation, number] => {
		const [type, operation] = name.split(" ") as [Type, Operation];
		const float = type === "f32" ? F32 : F64;
		const number = define(writer, [float, float, float], I32, [], (q) => {
			q.return(stands(q, type, operation, q.get(0, float), q.get(1, float), q.get(2, float)));
		});
		return [name, number];
	};
	return Object.fromEntries(PLAIN.map(add)) as Record<PlainOperation, number>;
}

function stands(q: Sequence, type: Type, operation: Operation, a: Value, b: Value, r: Value): Value {
	const constant = (bits: bigint): Value =>
		type === "f32" ? q.simple("f32_reinterpret", q.const32(bits)) : q.simple("f64_reinterpret", q.const64(bits));
	const size = (v: Value): Value => q.simple(`${type}_abs`, v);
	const [zero, smallest, infinite] = [constant(0n), constant(SMALLEST[type]), constant(INFINITE[type])];
	const isZero = (v: Value): Value => q.simple(`${type}_eq`, v, zero);
	const isInfinite = (v: Value): Value => q.simple(`${type}_eq`, size(v), infinite);
	const both = (x: Value, y: Value): Value => q.binary("and", x, y);
	const either = (x: Value, y: Value): Value => q.binary("or", x, y);
	const denormal = (v: Value): Value => both(q.simple(`${type}_lt`, size(v), smallest), q.eqz(isZero(v)));
	const mxcsr = q.load(OP.i32load, I32, q.const32(0), LAYOUT.mxcsr);
	const nearest = q.eqz(q.binary("and", mxcsr, q.const32(0x6000)));
	const noted = q.binary("eq", q.binary("and", mxcsr, q.const32(0x1020)), q.const32(0x1020));
	const ordinary = both(q.simple(`${type}_gt`, size(r), smallest), q.simple(`${type}_lt`, size(r), infinite));
	const one = q.const32(1);
	// A zero or infinite result of operands that make it exactly that.
	const exactZero =
		operation === "mul" ? either(isZero(a), isZero(b)) : operation === "div" ? either(isZero(a), isInfinite(b)) : one;
	const exactInfinity = operation === "div" || operation === "sqrt" ? isInfinite(a) : either(isInfinite(a), isInfinite(b));
	const rest = q.choose(isInfinite(r), exactInfinity, both(isZero(r), exactZero));
	const result = q.choose(ordinary, q.choose(noted, one, exact(q, type, operation, a, b, r)), rest);
	const usual = both(nearest, q.eqz(either(denormal(a), denormal(b))));
	return q.choose(usual, result, q.const32(0));
}

/** Was nothing rounded? For numbers that are normal or zero, with a normal result. */
function exact(q: Sequence, type: Type, operation: Operation, a: Value, b: Value, r: Value): Value {
	const op = (name: "add" | "sub" | "mul", x: Value, y: Value): Value => q.simple(`${type}_${name}`, x, y);
	if (operation === "add") {
		// Knuth's two-sum: what rounding took away.
		const partB = op("sub", r, a);
		const lostA = op("sub", a, op("sub", r, partB));
		const lost = op("add", lostA, op("sub", b, partB));
		const zero = type === "f32" ? q.simple("f32_reinterpret", q.const32(0)) : q.simple("f64_reinterpret", q.const64(0));
		return q.simple(`${type}_eq`, lost, zero);
	}
	// A quotient or root was exact if multiplying gives the operand back, exactly.
	const [x, y, product] = operation === "mul" ? [a, b, r] : operation === "div" ? [r, b, a] : [r, r, a];
	if (type === "f32") {
		const wide = (v: Value): Value => q.simple("f64_promote", v);
		return q.simple("f64_eq", q.simple("f64_mul", wide(x), wide(y)), wide(product));
	}
	return q.binary("and", q.simple("f64_eq", op("mul", x, y), product), exactProduct(q, x, y, product));
}

/** The significands' product has 105 or 106 bits; those that are not zeros at its end must fit 53. */
function exactProduct(q: Sequence, x: Value, y: Value, product: Value): Value {
	const bits = (v: Value): Value => q.simple("i64_reinterpret", v);
	const zeros = (v: Value): Value => {
		const significand = q.binary("or", q.binary("and", bits(v), q.const64(FRACTION)), q.const64(FRACTION + 1n));
		return q.unary(OP.i64ctz, I64, significand);
	};
	const exponent = (v: Value): Value => q.binary("and", q.binary("shr_u", bits(v), q.const64(52)), q.const64(0x7ff));
	const count = q.binary("add", zeros(x), zeros(y));
	const sum = q.binary("sub", q.binary("add", exponent(x), exponent(y)), q.const64(1023));
	const short = q.binary("and", q.binary("eq", count, q.const64(52)), q.binary("eq", exponent(product), sum));
	return q.binary("or", q.binary("gt_u", count, q.const64(52)), short);
}
