// The x87's instructions on the top of its stack: signs, classes, remainders, roots, and transcendental functions.

import type { Unary } from "../table/x87";
import { C0, C2, C3, chooseNaN, type Fpu } from "./fpu";
import {
	add,
	bitLength,
	compare,
	EXTENDED,
	finite,
	fromInteger,
	indefinite,
	infinity,
	invalid,
	multiply,
	negate,
	RAISED,
	type Real,
	ROUND,
	type Status,
	squareRoot,
	toInteger,
	zero,
} from "./softfloat";
import { arctangent, cosine, exponential2Minus1, logarithm2, logarithm2Of1Plus, sine, tangent } from "./transcendental";

const isZero = (a: Real): boolean => a.kind === "finite" && a.mant === 0n;

export function unary(fpu: Fpu, name: Unary): void {
	switch (name) {
		case "chs":
		case "abs": {
			const [significand, signExponent] = fpu.raw(0);
			if (fpu.isEmpty(0)) fpu.set(0, fpu.get(0));
			else fpu.setRaw(0, significand, name === "abs" ? signExponent & 0x7fff : signExponent ^ 0x8000);
			return;
		}
		case "tst":
			test(fpu);
			return;
		case "xam":
			examine(fpu);
			return;
		case "incstp":
			fpu.top = fpu.top + 1;
			return;
		case "decstp":
			fpu.top = fpu.top - 1;
			return;
		case "xtract":
			extract(fpu);
			return;
		case "prem":
		case "prem1":
			remainder(fpu, name === "prem1");
			return;
		case "yl2x":
		case "yl2xp1":
		case "patan":
			binary(fpu, name);
			return;
		case "ptan":
		case "sincos":
			pair(fpu, name);
			return;
		case "scale":
			scale(fpu);
			return;
		default:
			fpu.set(0, ofOne(fpu, name, fpu.get(0)));
	}
}

function test(fpu: Fpu): void {
	const a = fpu.get(0);
	fpu.conditionsIfHeld = "found";
	fpu.conditions(0);
	if (a.kind === "nan") {
		fpu.raised |= RAISED.invalid;
		fpu.conditions(C0 | C2 | C3);
	} else {
		if (a.denormal) fpu.raised |= RAISED.denormal;
		const order = compare(a, zero(0));
		fpu.conditions(order < 0 ? C0 : order === 0 ? C3 : 0);
	}
}

/** C3 C2 C0: unsupported 000, NaN 001, normal 010, infinity 011, zero 100, empty 101, denormal 110; C1 is the sign. */
function examine(fpu: Fpu): void {
	const [, signExponent] = fpu.raw(0);
	// C1 is reported through the same bit as "rounded up".
	if (signExponent & 0x8000) fpu.raised |= RAISED.up;
	if (fpu.isEmpty(0)) {
		fpu.conditions(C3 | C0);
		return;
	}
	const [significand] = fpu.raw(0);
	const a = fpu.peek(0);
	if (a.kind === "nan") {
		fpu.conditions((signExponent & 0x7fff) === 0x7fff && significand >> 63n ? C0 : 0);
		return;
	}
	if (a.kind === "infinite") {
		fpu.conditions(C2 | C0);
		return;
	}
	if (isZero(a)) {
		fpu.conditions(C3);
		return;
	}
	fpu.conditions(a.denormal ? C3 | C2 : C2);
}

/** st0 becomes the exponent, and the significand is pushed. */
function extract(fpu: Fpu): void {
	if (cannotPush(fpu)) return;
	const a = fpu.get(0);
	if (a.kind === "nan") {
		const nan = chooseNaN(fpu, a, a);
		fpu.set(0, nan);
		fpu.push(nan);
	} else if (a.kind === "infinite") {
		fpu.set(0, infinity(0));
		fpu.push(a);
	} else if (isZero(a)) {
		fpu.raised |= RAISED.divide;
		fpu.set(0, infinity(1));
		fpu.push(a);
	} else {
		if (a.denormal) fpu.raised |= RAISED.denormal;
		const length = bitLength(a.mant);
		fpu.set(0, fromInteger(BigInt(a.exp + length - 1)));
		fpu.push(finite(a.sign, a.mant, 1 - length));
	}
}

/** For what has two results: a stack fault, of either kind, gives two indefinites. */
function cannotPush(fpu: Fpu): boolean {
	const empty = fpu.isEmpty(0);
	if (!empty && fpu.isEmpty(7)) return false;
	fpu.set(0, indefinite());
	fpu.push(indefinite());
	fpu.raised = RAISED.invalid | RAISED.stack | (empty ? 0 : RAISED.up);
	return true;
}

function remainder(fpu: Fpu, nearest: boolean): void {
	const a = fpu.get(0);
	const b = fpu.get(1);
	fpu.clearC2();
	if (fpu.raised & RAISED.stack) {
		fpu.set(0, indefinite());
		return;
	}
	if (a.kind === "nan" || b.kind === "nan") {
		fpu.set(0, chooseNaN(fpu, a, b));
		return;
	}
	if (a.kind === "infinite" || isZero(b)) {
		fpu.set(0, invalid(fpu));
		return;
	}
	if (a.denormal || b.denormal) fpu.raised |= RAISED.denormal;
	if (b.kind === "infinite" || isZero(a)) {
		fpu.conditions(0);
		fpu.set(0, a);
		return;
	}
	const distance = a.exp + bitLength(a.mant) - (b.exp + bitLength(b.mant));
	// One step reduces the exponent by at most 63; C2 asks for another.
	const partial = distance >= 64;
	const skip = partial ? distance - (32 + (distance & 31)) : 0;
	const exp = Math.min(a.exp, b.exp + skip);
	const x = a.mant << BigInt(a.exp - exp);
	const y = b.mant << BigInt(b.exp + skip - exp);
	let quotient = x / y;
	let rest = x - quotient * y;
	let sign = a.sign;
	if (nearest && !partial && (2n * rest > y || (2n * rest === y && quotient & 1n))) {
		quotient += 1n;
		rest = y - rest;
		sign = sign ? 0 : 1;
	}
	fpu.set(0, rest === 0n ? zero(a.sign) : fpu.settle(finite(sign, rest, exp), EXTENDED));
	if (partial) {
		fpu.conditions(C2);
		return;
	}
	fpu.conditions((quotient & 4n ? C0 : 0) | (quotient & 2n ? C3 : 0));
	if (quotient & 1n) fpu.raised |= RAISED.up;
}

/** st0 × 2^trunc(st1). */
function scale(fpu: Fpu): void {
	const a = fpu.get(0);
	const b = fpu.get(1);
	if (fpu.raised & RAISED.stack) {
		fpu.set(0, indefinite());
		return;
	}
	if (a.kind === "nan" || b.kind === "nan") {
		fpu.set(0, chooseNaN(fpu, a, b));
		return;
	}
	if (a.denormal || b.denormal) fpu.raised |= RAISED.denormal;
	if (b.kind === "infinite") {
		const meaningless = b.sign ? a.kind === "infinite" : isZero(a);
		if (meaningless) {
			fpu.set(0, invalid(fpu));
			return;
		}
		if (a.kind === "finite") fpu.set(0, b.sign ? zero(a.sign) : isZero(a) ? a : infinity(a.sign));
		return;
	}
	if (a.kind === "infinite" || isZero(a)) return;
	// By zero, not even a denormal number underflows.
	if (isZero(b)) {
		fpu.set(0, a);
		return;
	}
	const status: Status = { raised: 0 };
	const limit = 0x10000n;
	const large = b.exp + bitLength(b.mant) > 40;
	const by = large ? (b.sign ? -limit : limit) : toInteger(b, ROUND.zero, status);
	const clamped = by > limit ? limit : by < -limit ? -limit : by;
	fpu.set(0, fpu.settle(finite(a.sign, a.mant, a.exp + Number(clamped)), EXTENDED));
}

function ofOne(fpu: Fpu, name: Unary, a: Real): Real {
	if (name === "sin" || name === "cos") fpu.clearC2();
	if (a.kind === "nan") return fpu.raised & RAISED.stack ? indefinite() : chooseNaN(fpu, a, a);
	if (a.denormal) fpu.raised |= RAISED.denormal;
	switch (name) {
		case "sqrt":
			return fpu.settle(squareRoot(a, fpu));
		case "rndint": {
			if (a.kind === "infinite" || a.exp >= 0) return a;
			const integer = toInteger(a, fpu.mode, fpu);
			return integer === 0n ? zero(a.sign) : fromInteger(integer);
		}
		case "2xm1":
			if (a.kind === "infinite") return a.sign ? negate(fromInteger(1n)) : a;
			return isZero(a) ? a : approximate(fpu, exponential2Minus1(a));
		default: {
			if (a.kind === "infinite") return invalid(fpu);
			if (outOfRange(fpu, a)) return a;
			if (name === "sin") return isZero(a) ? a : approximate(fpu, sine(a));
			return isZero(a) ? fromInteger(1n) : approximate(fpu, cosine(a));
		}
	}
}

/** Arguments of 2^63 and more are left alone, and C2 says so. */
function outOfRange(fpu: Fpu, a: Real): boolean {
	if (a.exp + bitLength(a.mant) <= 63) return false;
	fpu.conditions(C2, C2);
	return true;
}

/** fptan and fsincos: two results. */
function pair(fpu: Fpu, name: "ptan" | "sincos"): void {
	fpu.clearC2();
	if (cannotPush(fpu)) return;
	const a = fpu.get(0);
	if (a.kind === "nan" || a.kind === "infinite") {
		const result = a.kind === "nan" ? chooseNaN(fpu, a, a) : invalid(fpu);
		fpu.set(0, result);
		fpu.push(result);
		return;
	}
	if (a.denormal) fpu.raised |= RAISED.denormal;
	if (outOfRange(fpu, a)) return;
	const one = fromInteger(1n);
	fpu.set(0, isZero(a) ? a : approximate(fpu, name === "ptan" ? tangent(a) : sine(a)));
	fpu.push(name === "ptan" ? one : isZero(a) ? one : approximate(fpu, cosine(a)));
}

/** Functions of st1 and st0; st0 is popped and the result replaces st1. */
function binary(fpu: Fpu, name: "yl2x" | "yl2xp1" | "patan"): void {
	const x = fpu.get(0);
	const y = fpu.get(1);
	const result = ofTwo(fpu, name, x, y);
	fpu.set(1, result);
	fpu.pop();
}

function ofTwo(fpu: Fpu, name: "yl2x" | "yl2xp1" | "patan", x: Real, y: Real): Real {
	if (fpu.raised & RAISED.stack) return indefinite();
	if (x.kind === "nan" || y.kind === "nan") return chooseNaN(fpu, x, y);
	if (x.denormal || y.denormal) fpu.raised |= RAISED.denormal;
	if (name === "patan") return approximate(fpu, arctangent(y, x));
	const argument = name === "yl2x" ? x : add(x, fromInteger(1n), ROUND.nearest, fpu);
	if (argument.kind === "finite" && argument.sign && !isZero(argument)) return invalid(fpu);
	if (argument.kind === "infinite") {
		if (argument.sign || isZero(y)) return invalid(fpu);
		return infinity(y.sign);
	}
	if (isZero(argument)) {
		if (isZero(y)) return invalid(fpu);
		if (y.kind === "finite") fpu.raised |= RAISED.divide;
		return infinity(y.sign ? 0 : 1);
	}
	const logarithm = name === "yl2x" ? logarithm2(argument) : logarithm2Of1Plus(x, argument);
	if (isZero(logarithm)) {
		if (y.kind === "infinite") return invalid(fpu);
		return zero(y.sign === (name === "yl2x" ? 0 : x.sign) ? 0 : 1);
	}
	if (y.kind === "infinite") return infinity(y.sign === logarithm.sign ? 0 : 1);
	return approximate(fpu, multiply(logarithm, y, fpu));
}

/** Rounds a result that was computed to many more bits than are kept. */
function approximate(fpu: Fpu, value: Real): Real {
	if (isZero(value)) return value;
	return fpu.settle(value, EXTENDED);
}
