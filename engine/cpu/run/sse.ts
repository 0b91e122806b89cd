// SSE floating point by exact arithmetic, as MXCSR says: any rounding mode, exception flags, unmasked exceptions, denormals
// taken for zero and flushed to it. For what the plain instructions of the host do not give; see table/float.ts.
//
// An operation computes all its lanes and collects what they raise. With an exception that is not masked nothing is written. One
// of the operands (invalid, denormal, division by zero) then comes before those of the result, which are not noted at all.

import { LAYOUT } from "../interpret/layout";
import { CAREFUL, MXCSR } from "../table/float";
import {
	add,
	compare,
	DOUBLE,
	divide,
	type Format,
	fromInteger,
	invalid,
	multiply,
	negate,
	pack,
	RAISED,
	type Real,
	ROUND,
	round,
	SINGLE,
	type Status,
	squareRoot,
	toInteger,
	unpack,
	zero,
} from "./softfloat";

type Width = 32 | 64;

const OF_OPERANDS = RAISED.invalid | RAISED.denormal | RAISED.divide;
const ALL = 0x3f;
const UNBOUNDED = -1e6;

/** MXCSR as an operation sees it, and what it raised so far. */
interface Control extends Status {
	mode: number;
	/** Exceptions that are masked, in the order of the status word. */
	masked: number;
	denormalsAreZero: boolean;
	flushToZero: boolean;
}

type Operation = (view: DataView, control: Control) => void;

const A = LAYOUT.scratch;
const B = LAYOUT.scratch + 16;
const OUT = LAYOUT.scratch + 32;

/** Works on the two vectors in scratch memory and leaves the result behind them. Gives 1 if an exception is not masked. */
export function careful(view: DataView, operation: number): number {
	const mxcsr = view.getUint32(LAYOUT.mxcsr, true);
	const control: Control = {
		raised: 0,
		mode: (mxcsr >> 13) & 3,
		masked: (mxcsr >> 7) & ALL,
		denormalsAreZero: (mxcsr & MXCSR.denormalsAreZero) !== 0,
		flushToZero: (mxcsr & MXCSR.flushToZero) !== 0,
	};
	view.setBigUint64(OUT, 0n, true);
	view.setBigUint64(OUT + 8, 0n, true);
	OPERATIONS[operation]!(view, control);
	const unmasked = ~control.masked & ALL;
	const raised = control.raised & OF_OPERANDS & unmasked ? control.raised & OF_OPERANDS : control.raised & ALL;
	view.setUint32(LAYOUT.mxcsr, mxcsr | raised, true);
	return raised & unmasked ? 1 : 0;
}

const formatOf = (width: Width): Format => (width === 32 ? SINGLE : DOUBLE);

const bitsAt = (view: DataView, at: number, lane: number, width: Width): bigint =>
	width === 32 ? BigInt(view.getUint32(at + 4 * lane, true)) : view.getBigUint64(at + 8 * lane, true);

function put(view: DataView, lane: number, width: Width, bits: bigint): void {
	if (width === 32) view.setUint32(OUT + 4 * lane, Number(BigInt.asUintN(32, bits)), true);
	else view.setBigUint64(OUT + 8 * lane, BigInt.asUintN(64, bits), true);
}

/** An operand, zero for a denormal one if MXCSR says so. */
function operand(view: DataView, at: number, lane: number, width: Width, control: Control): Real {
	const value = unpack(bitsAt(view, at, lane, width), width);
	return value.denormal && control.denormalsAreZero ? zero(value.sign) : value;
}

const isZero = (a: Real): boolean => a.kind === "finite" && a.mant === 0n;

function noteDenormals(control: Control, ...operands: readonly Real[]): void {
	if (operands.some((x) => x.denormal)) control.raised |= RAISED.denormal;
}

/** The first operand that is NaN, quiet; signaling ones are invalid. */
function propagate(control: Control, a: Real, b: Real): Real {
	if (a.signaling || b.signaling) control.raised |= RAISED.invalid;
	return a.kind === "nan" ? a : b;
}

/**
 * Rounds to a format; tiny results as masks and flush-to-zero have it. With overflow or underflow unmasked, inexact means inexact
 * in a format whose exponents have no end.
 */
function settle(value: Real, format: Format, control: Control): Real {
	const status: Status = { raised: 0 };
	const result = round(value, format, control.mode, status);
	if (status.raised & RAISED.overflow && !(control.masked & RAISED.overflow)) {
		status.raised = RAISED.overflow;
		round(value, { ...format, maximum: -UNBOUNDED }, control.mode, status);
	} else if (status.tiny) {
		if (!(control.masked & RAISED.underflow)) {
			status.raised = RAISED.underflow;
			round(value, { ...format, minimum: UNBOUNDED }, control.mode, status);
		} else if (control.flushToZero) {
			control.raised |= RAISED.underflow | RAISED.inexact;
			return zero(value.sign);
		}
	}
	control.raised |= status.raised;
	return result;
}

function arithmetic(name: string, a: Real, b: Real, width: Width, control: Control): Real {
	const format = formatOf(width);
	if (a.kind === "nan" || b.kind === "nan") return propagate(control, a, b);
	if (name === "sqrt") {
		if (b.sign && !isZero(b)) return invalid(control);
		noteDenormals(control, b);
		return settle(squareRoot(b, control), format, control);
	}
	const status: Status = { raised: 0 };
	let exact: Real;
	if (name === "mul") exact = multiply(a, b, status);
	else if (name === "div") exact = divide(a, b, status);
	else exact = add(a, name === "sub" ? negate(b) : b, control.mode, status);
	if (status.raised & (RAISED.invalid | RAISED.divide)) {
		control.raised |= status.raised & (RAISED.invalid | RAISED.divide);
		return exact;
	}
	noteDenormals(control, a, b);
	return settle(exact, format, control);
}

/** The second operand, unless both are numbers and the first is less (greater). */
function extreme(name: string, a: Real, b: Real, control: Control): Real {
	if (a.kind === "nan" || b.kind === "nan") {
		control.raised |= RAISED.invalid;
		return b;
	}
	noteDenormals(control, a, b);
	const order = compare(a, b);
	return (name === "min" ? order < 0 : order > 0) ? a : b;
}

/** The bits of a value that may be a NaN that stays as it is. */
function bitsOf(value: Real, width: Width, quiet: boolean): bigint {
	if (quiet || value.kind !== "nan" || !value.signaling) return pack(value, width);
	return pack(value, width) & ~(1n << (width === 32 ? 22n : 51n));
}

/** -1, 0, 1, or undefined where one is NaN; `signals` says whether a quiet NaN is invalid too. */
function order(a: Real, b: Real, signals: boolean, control: Control): number | undefined {
	if (a.kind === "nan" || b.kind === "nan") {
		if (signals || a.signaling || b.signaling) control.raised |= RAISED.invalid;
		return undefined;
	}
	noteDenormals(control, a, b);
	return compare(a, b);
}

const PREDICATES: Readonly<Record<string, (order: number | undefined) => boolean>> = {
	eq: (x) => x === 0,
	lt: (x) => x !== undefined && x < 0,
	le: (x) => x !== undefined && x <= 0,
	unord: (x) => x === undefined,
	neq: (x) => x !== 0,
	nlt: (x) => !(x !== undefined && x < 0),
	nle: (x) => !(x !== undefined && x <= 0),
	ord: (x) => x !== undefined,
};

/** f32x4, i64, …: kind of number, width, lanes. */
function parse(type: string): { integer: boolean; width: Width; lanes: number } {
	const [, kind, width, lanes = "1"] = /^([if])(32|64)(?:x(\d))?$/.exec(type)!;
	return { integer: kind === "i", width: Number(width) as Width, lanes: Number(lanes) };
}

function build(name: string): Operation {
	const [type, verb, detail, last] = name.split(" ") as [string, string, string?, string?];
	if (type === "convert") return last ? conversion(verb, last, true) : conversion(verb, detail!, false);
	const { width, lanes } = parse(type);
	return (view, control) => {
		for (let i = 0; i < lanes; i++) {
			const a = operand(view, A, i, width, control);
			const b = operand(view, B, i, width, control);
			if (verb === "cmp") {
				const signals = /^n?l[te]$/.test(detail!);
				put(view, i, width, PREDICATES[detail!]!(order(a, b, signals, control)) ? -1n : 0n);
			} else if (verb.endsWith("comi")) {
				const found = order(a, b, verb === "comi", control);
				put(view, 0, 64, found === undefined ? 0x45n : found < 0 ? 1n : found === 0 ? 0x40n : 0n);
			} else if (verb === "min" || verb === "max") put(view, i, width, bitsOf(extreme(verb, a, b, control), width, false));
			else put(view, i, width, pack(arithmetic(verb, a, b, width, control), width));
		}
	};
}

function conversion(from: string, to: string, truncate: boolean): Operation {
	const source = parse(from);
	const target = parse(to);
	const lanes = Math.min(source.lanes, target.lanes);
	return (view, control) => {
		for (let i = 0; i < lanes; i++) {
			const bits = bitsAt(view, B, i, source.width);
			if (source.integer) {
				const value = fromInteger(BigInt.asIntN(source.width, bits));
				put(view, i, target.width, pack(round(value, formatOf(target.width), control.mode, control), target.width));
				continue;
			}
			const value = operand(view, B, i, source.width, control);
			if (target.integer) put(view, i, target.width, integer(value, target.width, truncate ? ROUND.zero : control.mode, control));
			else put(view, i, target.width, pack(reformat(value, target.width, control), target.width));
		}
	};
}

function reformat(value: Real, width: Width, control: Control): Real {
	if (value.kind === "nan") return propagate(control, value, value);
	noteDenormals(control, value);
	return settle(value, formatOf(width), control);
}

/** What does not fit gives the smallest integer, and is invalid. */
function integer(value: Real, width: Width, mode: number, control: Control): bigint {
	const smallest = -(1n << BigInt(width - 1));
	const status: Status = { raised: 0 };
	if (value.kind === "finite" && value.exp < 80) {
		const result = toInteger(value, mode, status);
		if (result >= smallest && result < -smallest) {
			control.raised |= status.raised & RAISED.inexact;
			return result;
		}
	}
	control.raised |= RAISED.invalid;
	return smallest;
}

const OPERATIONS: readonly Operation[] = CAREFUL.map(build);
