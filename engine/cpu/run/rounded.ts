// SSE arithmetic in the rounding modes that WebAssembly does not have: lane by lane, by exact arithmetic.

import { LAYOUT } from "../interpret/layout";
import { ROUNDED } from "../table/rounded";
import {
	add,
	DOUBLE,
	divide,
	fromInteger,
	indefinite,
	multiply,
	negate,
	pack,
	type Real,
	round,
	SINGLE,
	type Status,
	squareRoot,
	unpack,
} from "./softfloat";

type Width = 32 | 64;

/** Works on the two vectors in scratch memory and leaves the result behind them. */
export function rounded(view: DataView, operation: number): void {
	const [to, name, from] = ROUNDED[operation]!.split(" ") as [string, string, string?];
	const width: Width = to === "f32x4" ? 32 : 64;
	const mode = (view.getUint32(LAYOUT.mxcsr, true) >> 13) & 3;
	const status: Status = { raised: 0 };
	const a = LAYOUT.scratch;
	const b = LAYOUT.scratch + 16;
	const out = LAYOUT.scratch + 32;
	view.setBigUint64(out, 0n, true);
	view.setBigUint64(out + 8, 0n, true);
	const lanes = name === "from" ? lanesFrom(from!) : 128 / width;
	for (let i = 0; i < lanes; i++) {
		const value =
			name === "from"
				? convert(view, a, i, from!, width, mode, status)
				: compute(name, get(view, a, i, width), get(view, b, i, width), width, mode, status);
		put(view, out, i, width, pack(value, width));
	}
}

const lanesFrom = (type: string): number => (type === "i64" ? 1 : type === "f64x2" ? 2 : 4);

const get = (view: DataView, at: number, lane: number, width: Width): Real =>
	unpack(width === 32 ? BigInt(view.getUint32(at + 4 * lane, true)) : view.getBigUint64(at + 8 * lane, true), width);

function put(view: DataView, at: number, lane: number, width: Width, bits: bigint): void {
	if (width === 32) view.setUint32(at + 4 * lane, Number(bits), true);
	else view.setBigUint64(at + 8 * lane, bits, true);
}

function compute(name: string, a: Real, b: Real, width: Width, mode: number, status: Status): Real {
	const format = width === 32 ? SINGLE : DOUBLE;
	if (name === "sqrt") return b.kind === "nan" ? b : squareRoot(b, format, mode, status);
	if (a.kind === "nan") return a;
	if (b.kind === "nan") return b;
	switch (name) {
		case "add":
			return round(add(a, b, mode, status), format, mode, status);
		case "sub":
			return round(add(a, negate(b), mode, status), format, mode, status);
		case "mul":
			return round(multiply(a, b, status), format, mode, status);
		case "div":
			return divide(a, b, format, mode, status);
		default:
			return indefinite();
	}
}

function convert(view: DataView, at: number, lane: number, from: string, width: Width, mode: number, status: Status): Real {
	const format = width === 32 ? SINGLE : DOUBLE;
	if (from === "f64x2") return round(get(view, at, lane, 64), format, mode, status);
	const integer = from === "i64" ? view.getBigInt64(at, true) : BigInt(view.getInt32(at + 4 * lane, true));
	return round(fromInteger(integer), format, mode, status);
}
