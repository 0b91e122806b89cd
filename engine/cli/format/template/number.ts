// Numbers in a template, as Go reads its own: whole ones in any base, with underscores, fractions, imaginary parts.

import { GoComplex, GoFloat, type Value } from "./value";

export interface ReadNumber {
	value: Value;
	/** The number as an integer, where it is one: 1e3 is, too. */
	integer?: number;
	/** It is an integer, and too large for int. */
	overflows?: boolean;
	/** It looks like an integer and is none that Go has, such as 08. */
	huge?: boolean;
}

/** Undefined for what is no number. */
export function readNumber(text: string): ReadNumber | undefined {
	if (text.endsWith("i")) return readComplex(text.slice(0, -1));
	const [, sign = "", body = ""] = /^([+-]?)(.*)$/.exec(text)!;
	const factor = sign === "-" ? -1 : 1;
	const whole = wholeNumber(body);
	if (whole !== undefined) {
		const value = Number(whole) * factor;
		if (whole >= 1n << 64n) return { value, huge: true };
		if (whole >= 1n << 63n) return { value, overflows: true };
		return { value, integer: value };
	}
	const plain = underscoresGone(body, 10);
	if (plain === undefined || !/^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) return undefined;
	const value = Number(plain) * factor;
	if (!Number.isFinite(value)) return undefined;
	if (!/[.eE]/.test(body)) return { value, huge: true };
	// "1.0" is a float64 as it stands, and an integer where one is wanted
	return { value: new GoFloat(value), integer: Number.isInteger(value) ? value : undefined };
}

const BASES: ReadonlyArray<[RegExp, string, number]> = [
	[/^0[xX]([0-9a-fA-F_]+)$/, "0x", 16],
	[/^0[bB]([01_]+)$/, "0b", 2],
	[/^0[oO]([0-7_]+)$/, "0o", 8],
	[/^0([0-7_]+)$/, "0o", 8],
	[/^([0-9][0-9_]*)$/, "", 10],
];
function wholeNumber(body: string): bigint | undefined {
	for (const [form, prefix, base] of BASES) {
		const match = form.exec(body);
		if (!match) continue;
		if (prefix === "" && /^0./.test(body)) return undefined;
		const digits = underscoresGone(prefix === "" ? match[1]! : `0${match[1]!}`, base);
		return digits === undefined ? undefined : BigInt(prefix + digits);
	}
	return undefined;
}
/** Underscores stand between digits only. */
const underscoresGone = (text: string, _base: number): string | undefined =>
	/__|^_|_$|_[.eE]|[.eE]_/.test(text) ? undefined : text.replaceAll("_", "");

function readComplex(text: string): ReadNumber | undefined {
	const match = /^([+-]?[^+-]*?(?:[eE][+-]?\d+)?)([+-].*)$/.exec(text);
	const [re, im] = match && match[1] !== "" ? [match[1]!, match[2]!] : ["0", text];
	const [real, imaginary] = [readNumber(re), readNumber(im)];
	if (!real || !imaginary) return undefined;
	return { value: new GoComplex(numeric(real.value), numeric(imaginary.value)) };
}
const numeric = (value: Value): number => (value instanceof GoFloat ? value.value : Number(value));
