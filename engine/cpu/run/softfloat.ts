// Binary floating point of any precision, exact until it is rounded: for the x87's 80-bit format, and for SSE in rounding
// modes that the host does not have. Slow and plain: correctness is what it is for.

/** A finite number is (-1)^sign × mant × 2^exp; zero has mant 0. A NaN keeps its significand in mant (64 bits, top bit set). */
export interface Real {
	kind: "finite" | "infinite" | "nan";
	sign: 0 | 1;
	mant: bigint;
	exp: number;
	/** A NaN that signals, a number too small to be normalised. */
	signaling?: boolean;
	denormal?: boolean;
}

/** How many bits, and the exponents of the leading bit of the smallest and largest normal number. */
export interface Format {
	precision: number;
	minimum: number;
	maximum: number;
}

export const SINGLE: Format = { precision: 24, minimum: -126, maximum: 127 };
export const DOUBLE: Format = { precision: 53, minimum: -1022, maximum: 1023 };
export const EXTENDED: Format = { precision: 64, minimum: -16382, maximum: 16383 };

/** As in the control word and MXCSR. */
export const ROUND = { nearest: 0, down: 1, up: 2, zero: 3 } as const;

/** Exceptions, as in the status word. */
export const RAISED = {
	invalid: 1,
	denormal: 2,
	divide: 4,
	overflow: 8,
	underflow: 16,
	inexact: 32,
	stack: 64,
	up: 0x200,
} as const;

/** What an operation raised; `up` says that rounding increased the magnitude. */
export interface Status {
	raised: number;
	/** Set when a result is smaller than normal numbers are (after rounding), even if it is exact. */
	tiny?: boolean;
}

export const finite = (sign: 0 | 1, mant: bigint, exp: number): Real => ({ kind: "finite", sign, mant, exp });
export const zero = (sign: 0 | 1): Real => finite(sign, 0n, 0);
export const infinity = (sign: 0 | 1): Real => ({ kind: "infinite", sign, mant: 0n, exp: 0 });
/** The NaN of an invalid operation. */
export const indefinite = (): Real => ({ kind: "nan", sign: 1, mant: 0xc000000000000000n, exp: 0 });

export function bitLength(value: bigint): number {
	return value === 0n ? 0 : value.toString(2).length;
}

const isZero = (a: Real): boolean => a.kind === "finite" && a.mant === 0n;
const flip = (sign: 0 | 1): 0 | 1 => (sign ? 0 : 1);
export const negate = (a: Real): Real => ({ ...a, sign: flip(a.sign) });

/** Rounds to a format. */
export function round(a: Real, format: Format, mode: number, status: Status): Real {
	if (a.kind !== "finite" || a.mant === 0n) return a;
	const { precision, minimum, maximum } = format;
	const lead = a.exp + bitLength(a.mant) - 1;
	const tiny = lead < minimum;
	const unit = Math.max(lead, minimum) - (precision - 1);
	const { mant, inexact, up } = shiftRight(a.mant, unit - a.exp, a.sign, mode);
	let rounded = mant;
	let exp = unit;
	if (bitLength(rounded) > precision) {
		rounded >>= 1n;
		exp++;
	}
	// Tininess is detected after rounding, as if the exponent were unbounded.
	if (tiny && isTinyAfterRounding(a, format, mode)) {
		status.tiny = true;
		if (inexact) status.raised |= RAISED.underflow;
	}
	if (inexact) status.raised |= RAISED.inexact | (up ? RAISED.up : 0);
	if (rounded !== 0n && exp + precision - 1 > maximum && bitLength(rounded) === precision) {
		status.raised |= RAISED.overflow | RAISED.inexact;
		const away = mode === ROUND.nearest || mode === (a.sign ? ROUND.down : ROUND.up);
		if (away) {
			status.raised |= RAISED.up;
			return infinity(a.sign);
		}
		status.raised &= ~RAISED.up;
		return finite(a.sign, (1n << BigInt(precision)) - 1n, maximum - precision + 1);
	}
	const denormal = rounded !== 0n && bitLength(rounded) < precision;
	return denormal ? { ...finite(a.sign, rounded, exp), denormal } : finite(a.sign, rounded, exp);
}

function isTinyAfterRounding(a: Real, { precision, minimum }: Format, mode: number): boolean {
	const lead = a.exp + bitLength(a.mant) - 1;
	if (lead < minimum - 1) return true;
	const { mant } = shiftRight(a.mant, lead - (precision - 1) - a.exp, a.sign, mode);
	return lead + (bitLength(mant) > precision ? 1 : 0) < minimum;
}

/** Shifts right (left if negative) and rounds. */
function shiftRight(mant: bigint, by: number, sign: 0 | 1, mode: number): { mant: bigint; inexact: boolean; up: boolean } {
	if (by <= 0) return { mant: mant << BigInt(-by), inexact: false, up: false };
	const shift = BigInt(by);
	const kept = mant >> shift;
	const rest = mant - (kept << shift);
	if (rest === 0n) return { mant: kept, inexact: false, up: false };
	const half = 1n << (shift - 1n);
	const nearestUp = rest > half || (rest === half && (kept & 1n) === 1n);
	const up = mode === ROUND.nearest ? nearestUp : mode === ROUND.zero ? false : mode === (sign ? ROUND.down : ROUND.up);
	return { mant: up ? kept + 1n : kept, inexact: true, up };
}

/** To an integer, in a rounding mode. */
export function toInteger(a: Real, mode: number, status: Status): bigint {
	if (a.exp >= 0) return signed(a, a.mant << BigInt(a.exp));
	const { mant, inexact, up } = shiftRight(a.mant, -a.exp, a.sign, mode);
	if (inexact) status.raised |= RAISED.inexact | (up ? RAISED.up : 0);
	return signed(a, mant);
}

const signed = (a: Real, magnitude: bigint): bigint => (a.sign ? -magnitude : magnitude);

export function fromInteger(value: bigint): Real {
	return finite(value < 0n ? 1 : 0, value < 0n ? -value : value, 0);
}

/** The exact sum; for a zero result the sign depends on the rounding mode. */
export function add(a: Real, b: Real, mode: number, status: Status): Real {
	if (a.kind === "infinite" || b.kind === "infinite") {
		if (a.kind === b.kind && a.sign !== b.sign) return invalid(status);
		return a.kind === "infinite" ? a : b;
	}
	const exp = Math.min(a.exp, b.exp);
	// Far apart, the smaller only matters as being there at all.
	const sum = signed(a, a.mant << BigInt(a.exp - exp)) + signed(b, b.mant << BigInt(b.exp - exp));
	if (sum === 0n) {
		if (isZero(a) && isZero(b) && a.sign === b.sign) return zero(a.sign);
		return zero(mode === ROUND.down ? 1 : 0);
	}
	return finite(sum < 0n ? 1 : 0, sum < 0n ? -sum : sum, exp);
}

export function multiply(a: Real, b: Real, status: Status): Real {
	const sign = a.sign === b.sign ? 0 : 1;
	if (a.kind === "infinite" || b.kind === "infinite") {
		if (isZero(a) || isZero(b)) return invalid(status);
		return infinity(sign);
	}
	return finite(sign, a.mant * b.mant, a.exp + b.exp);
}

/** As many bits of a quotient or root as any format needs, and the last of them says whether others follow. */
const ENOUGH_BITS = 70;

/** The quotient, to be rounded. */
export function divide(a: Real, b: Real, status: Status): Real {
	const sign = a.sign === b.sign ? 0 : 1;
	if (a.kind === "infinite") return b.kind === "infinite" ? invalid(status) : infinity(sign);
	if (b.kind === "infinite") return zero(sign);
	if (isZero(b)) {
		if (isZero(a)) return invalid(status);
		status.raised |= RAISED.divide;
		return infinity(sign);
	}
	if (isZero(a)) return zero(sign);
	const shift = Math.max(0, ENOUGH_BITS - bitLength(a.mant) + bitLength(b.mant));
	const dividend = a.mant << BigInt(shift);
	const quotient = dividend / b.mant;
	return withRest(finite(sign, quotient, a.exp - b.exp - shift), quotient * b.mant !== dividend);
}

function withRest(a: Real, rest: boolean): Real {
	return finite(a.sign, (a.mant << 1n) | (rest ? 1n : 0n), a.exp - 1);
}

/** The root, to be rounded. */
export function squareRoot(a: Real, status: Status): Real {
	if (isZero(a)) return a;
	if (a.sign) return invalid(status);
	if (a.kind === "infinite") return a;
	let shift = Math.max(0, 2 * ENOUGH_BITS - bitLength(a.mant));
	if ((a.exp - shift) & 1) shift++;
	const radicand = a.mant << BigInt(shift);
	const root = integerRoot(radicand);
	return withRest(finite(0, root, (a.exp - shift) / 2), root * root !== radicand);
}

function integerRoot(n: bigint): bigint {
	let x = 1n << BigInt((bitLength(n) + 1) >> 1);
	for (;;) {
		const next = (x + n / x) >> 1n;
		if (next >= x) return x;
		x = next;
	}
}

/** -1, 0 or 1; neither may be NaN. */
export function compare(a: Real, b: Real): number {
	if (isZero(a) && isZero(b)) return 0;
	const rank = (x: Real): number => (x.kind === "infinite" ? (x.sign ? -2 : 2) : isZero(x) ? 0 : x.sign ? -1 : 1);
	const difference = rank(a) - rank(b);
	if (difference !== 0) return Math.sign(difference);
	if (a.kind === "infinite") return 0;
	const leadA = a.exp + bitLength(a.mant);
	const leadB = b.exp + bitLength(b.mant);
	const direction = a.sign ? -1 : 1;
	if (leadA !== leadB) return leadA < leadB ? -direction : direction;
	const exp = Math.min(a.exp, b.exp);
	const x = a.mant << BigInt(a.exp - exp);
	const y = b.mant << BigInt(b.exp - exp);
	return x === y ? 0 : x < y ? -direction : direction;
}

export function invalid(status: Status): Real {
	status.raised |= RAISED.invalid;
	return indefinite();
}

// ---- interchange formats

interface Layout {
	format: Format;
	/** Of the significand in the encoding, without the leading bit. */
	fraction: number;
	exponent: number;
}
const LAYOUT_32: Layout = { format: SINGLE, fraction: 23, exponent: 8 };
const LAYOUT_64: Layout = { format: DOUBLE, fraction: 52, exponent: 11 };
const layoutOf = (width: 32 | 64): Layout => (width === 32 ? LAYOUT_32 : LAYOUT_64);

export function unpack(bits: bigint, width: 32 | 64): Real {
	const { format, fraction, exponent } = layoutOf(width);
	const sign = Number((bits >> BigInt(width - 1)) & 1n) as 0 | 1;
	const biased = Number((bits >> BigInt(fraction)) & ((1n << BigInt(exponent)) - 1n));
	const rest = bits & ((1n << BigInt(fraction)) - 1n);
	if (biased === (1 << exponent) - 1) {
		if (rest === 0n) return infinity(sign);
		const mant = (1n << 63n) | (rest << BigInt(63 - fraction));
		return { kind: "nan", sign, mant, exp: 0, signaling: ((rest >> BigInt(fraction - 1)) & 1n) === 0n };
	}
	if (biased === 0) {
		const tiny = finite(sign, rest, format.minimum - fraction);
		return rest === 0n ? zero(sign) : { ...tiny, denormal: true };
	}
	return finite(sign, rest | (1n << BigInt(fraction)), biased - format.maximum - fraction);
}

/** The encoding of a number that was rounded to the format; a NaN is made quiet. */
export function pack(a: Real, width: 32 | 64): bigint {
	const { format, fraction, exponent } = layoutOf(width);
	const top = (BigInt(a.sign) << BigInt(exponent)) << BigInt(fraction);
	const ones = ((1n << BigInt(exponent)) - 1n) << BigInt(fraction);
	if (a.kind === "infinite") return top | ones;
	if (a.kind === "nan") {
		const payload = (a.mant >> BigInt(63 - fraction)) & ((1n << BigInt(fraction)) - 1n);
		return top | ones | payload | (1n << BigInt(fraction - 1));
	}
	if (a.mant === 0n) return top;
	const lead = a.exp + bitLength(a.mant) - 1;
	if (lead < format.minimum) return top | (a.mant << BigInt(a.exp - (format.minimum - fraction)));
	const mant = a.exp + fraction >= lead ? a.mant << BigInt(a.exp + fraction - lead) : a.mant >> BigInt(lead - a.exp - fraction);
	const biased = BigInt(lead + format.maximum);
	return top | (biased << BigInt(fraction)) | (mant & ((1n << BigInt(fraction)) - 1n));
}

/** The x87's 80 bits: a significand with its leading bit, and sign and exponent. */
export function unpackExtended(significand: bigint, signExponent: number): Real {
	const sign = ((signExponent >> 15) & 1) as 0 | 1;
	const biased = signExponent & 0x7fff;
	const leading = significand >> 63n;
	if (biased === 0x7fff && leading) {
		if (significand === 1n << 63n) return infinity(sign);
		return { kind: "nan", sign, mant: significand, exp: 0, signaling: ((significand >> 62n) & 1n) === 0n };
	}
	// Unnormals and their like are invalid on every processor since the 387.
	if (biased !== 0 && !leading) return { ...indefinite(), signaling: true };
	const value = finite(sign, significand, (biased || 1) - 16383 - 63);
	return biased === 0 && significand !== 0n ? { ...value, denormal: true } : significand === 0n ? zero(sign) : value;
}

export function packExtended(a: Real): [significand: bigint, signExponent: number] {
	const top = a.sign << 15;
	if (a.kind === "infinite") return [1n << 63n, top | 0x7fff];
	if (a.kind === "nan") return [a.mant, top | 0x7fff];
	if (a.mant === 0n) return [0n, top];
	const lead = a.exp + bitLength(a.mant) - 1;
	const biased = Math.max(lead + 16383, 0);
	const unit = Math.max(lead, -16382) - 63;
	const mant = a.exp >= unit ? a.mant << BigInt(a.exp - unit) : a.mant >> BigInt(unit - a.exp);
	return [mant, top | (mant >> 63n ? Math.max(biased, 1) : 0)];
}
