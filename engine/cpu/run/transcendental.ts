// sin, cos, tan, atan, 2^x - 1 and log2 to well over 64 bits, by series in fixed point.
//
// Results are correctly rounded but for the rare case that lies within 2^-60 of a unit of a tie; the hardware itself is
// only accurate to within one unit. Like the hardware, the trigonometric functions reduce by a value of pi of 66 bits.

import { bitLength, finite, type Real, zero } from "./softfloat";

/** Bits behind the point. */
const POINT = 192;
const ONE = 1n << BigInt(POINT);
/** pi as the hardware has it. */
const PI = 0x3243f6a8885a308d3n << BigInt(POINT - 64);
const HALF_PI = PI >> 1n;

/** To fixed point with `extra` more bits, so that small numbers keep their precision. */
function fixed(a: Real, extra = 0): bigint {
	const shift = a.exp + POINT + extra;
	const magnitude = shift >= 0 ? a.mant << BigInt(shift) : a.mant >> BigInt(-shift);
	return a.sign ? -magnitude : magnitude;
}

const real = (value: bigint, extra = 0): Real =>
	value === 0n ? zero(0) : finite(value < 0n ? 1 : 0, value < 0n ? -value : value, -POINT - extra);

const times = (a: bigint, b: bigint): bigint => (a * b) >> BigInt(POINT);

/** Computed when first asked for: few programs do. */
function once(compute: () => bigint): () => bigint {
	let value: bigint | undefined;
	return () => {
		value ??= compute();
		return value;
	};
}
const ln2 = once(() => naturalLogarithm(2n * ONE));
/** The exact constant, unlike PI. */
const quarterPi = once(() => arctangentSeries(ONE));

/** ln of a fixed-point number near 1 to 2: 2 atanh((m - 1) / (m + 1)). */
function naturalLogarithm(m: bigint): bigint {
	const z = ((m - ONE) << BigInt(POINT)) / (m + ONE);
	const square = times(z, z);
	let power = z;
	let sum = 0n;
	for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
		sum += power / n;
		power = times(power, square);
	}
	return 2n * sum;
}

export function logarithm2(a: Real): Real {
	const length = bitLength(a.mant);
	let exponent = a.exp + length - 1;
	let m = POINT >= length - 1 ? a.mant << BigInt(POINT - length + 1) : a.mant >> BigInt(length - 1 - POINT);
	// Between 1/√2 and √2, so that numbers near 1 do not lose digits by cancellation.
	if (m > (ONE * 1414n) / 1000n) {
		m >>= 1n;
		exponent++;
	}
	return real(BigInt(exponent) * ONE + (naturalLogarithm(m) << BigInt(POINT)) / ln2());
}

/** log2(1 + x), given the sum as well: for a tiny x the sum has lost it. */
export function logarithm2Of1Plus(x: Real, sum: Real): Real {
	if (x.exp + bitLength(x.mant) > -100) return logarithm2(sum);
	return finite(x.sign, (x.mant << BigInt(2 * POINT)) / ln2(), x.exp - POINT);
}

/** The argument is between -1 and 1; beyond, the hardware leaves the result open, and here it is the argument. */
export function exponential2Minus1(a: Real): Real {
	if (a.exp + bitLength(a.mant) > 1) return a;
	// Small arguments: more bits, so that the result has as many.
	const small = Math.max(0, -(a.exp + bitLength(a.mant)));
	if (small > 200) return finite(a.sign, a.mant * ln2(), a.exp - POINT);
	const x = times(fixed(a), ln2());
	let term = x;
	let sum = 0n;
	for (let n = 2n; term !== 0n && term !== -1n; n++) {
		sum += term;
		term = times(term, x) / n;
	}
	return small > 90 ? finite(a.sign, a.mant * ln2(), a.exp - POINT) : real(sum);
}

/** The argument as a multiple of pi/2 and a rest between -pi/4 and pi/4. */
function reduced(a: Real): { quadrant: number; rest: bigint } {
	const x = fixed(a);
	const quotient = (2n * x + HALF_PI) / (2n * HALF_PI);
	const floor = (2n * x + HALF_PI < 0n ? quotient - 1n : quotient) as bigint;
	return { quadrant: Number(((floor % 4n) + 4n) % 4n), rest: x - floor * HALF_PI };
}

function sineSeries(x: bigint): bigint {
	const square = times(x, x);
	let term = x;
	let sum = 0n;
	for (let n = 2n; term !== 0n && term !== -1n; n += 2n) {
		sum += term;
		term = -times(term, square) / (n * (n + 1n));
	}
	return sum;
}

function cosineSeries(x: bigint): bigint {
	const square = times(x, x);
	let term = ONE;
	let sum = 0n;
	for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
		sum += term;
		term = -times(term, square) / (n * (n + 1n));
	}
	return sum;
}

const isTiny = (a: Real): boolean => a.exp + bitLength(a.mant) < -60;

export function sine(a: Real): Real {
	// x - x³/6: for tiny arguments just below x.
	if (isTiny(a)) return finite(a.sign, (a.mant << 130n) - 1n, a.exp - 130);
	const { quadrant, rest } = reduced(a);
	const value = quadrant & 1 ? cosineSeries(rest) : sineSeries(rest);
	return real(quadrant & 2 ? -value : value);
}

export function cosine(a: Real): Real {
	if (isTiny(a)) return finite(0, ONE - 1n, -POINT);
	const { quadrant, rest } = reduced(a);
	const value = quadrant & 1 ? sineSeries(rest) : cosineSeries(rest);
	return real(quadrant === 1 || quadrant === 2 ? -value : value);
}

export function tangent(a: Real): Real {
	if (isTiny(a)) return finite(a.sign, (a.mant << 130n) + 1n, a.exp - 130);
	const { quadrant, rest } = reduced(a);
	const [s, c] = [sineSeries(rest), cosineSeries(rest)];
	return real(quadrant & 1 ? -(c << BigInt(POINT)) / s : (s << BigInt(POINT)) / c);
}

/** atan for |x| ≤ 1: halved three times by atan(x) = 2 atan(x / (1 + √(1 + x²))), then the series. */
function arctangentSeries(x: bigint): bigint {
	let reducedX = x;
	for (let i = 0; i < 3; i++) {
		const root = squareRootFixed(ONE + times(reducedX, reducedX));
		reducedX = (reducedX << BigInt(POINT)) / (ONE + root);
	}
	const square = times(reducedX, reducedX);
	let power = reducedX;
	let sum = 0n;
	for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
		sum += power / n;
		power = -times(power, square);
	}
	return sum << 3n;
}

function squareRootFixed(n: bigint): bigint {
	const value = n << BigInt(POINT);
	let x = 1n << BigInt((bitLength(value) + 1) >> 1);
	for (;;) {
		const next = (x + value / x) >> 1n;
		if (next >= x) return x;
		x = next;
	}
}

/** The angle of the point (x, y), as atan2. */
export function arctangent(y: Real, x: Real): Real {
	const sign = (value: bigint): Real => ({ ...real(value), sign: y.sign });
	const yZero = y.kind === "finite" && y.mant === 0n;
	const xZero = x.kind === "finite" && x.mant === 0n;
	if (x.kind === "infinite" && y.kind === "infinite") return sign(x.sign ? 3n * quarterPi() : quarterPi());
	if (yZero || x.kind === "infinite") return x.sign ? sign(4n * quarterPi()) : zero(y.sign);
	if (xZero || y.kind === "infinite") return sign(2n * quarterPi());
	const gap = y.exp + bitLength(y.mant) - (x.exp + bitLength(x.mant));
	// Far from the diagonal the angle is the quotient itself, or differs from an axis by less than can be seen.
	if (gap < -90 && !x.sign) {
		const quotient = (y.mant << 200n) / x.mant;
		return finite(y.sign, quotient, y.exp - x.exp - 200);
	}
	if (gap < -90) return sign(4n * quarterPi() - 1n);
	if (gap > 90) return sign(2n * quarterPi() + (x.sign ? 1n : -1n));
	const exp = Math.min(x.exp, y.exp);
	const [a, b] = [y.mant << BigInt(y.exp - exp), x.mant << BigInt(x.exp - exp)];
	const angle =
		a <= b ? arctangentSeries((a << BigInt(POINT)) / b) : 2n * quarterPi() - arctangentSeries((b << BigInt(POINT)) / a);
	return sign(x.sign ? 4n * quarterPi() - angle : angle);
}
