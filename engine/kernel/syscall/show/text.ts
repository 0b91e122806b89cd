// How strace(1) writes numbers, flags and strings.

import type { Flags, Values } from "./names";

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
export const pointer = (value: number): string =>
	value === 0 ? "NULL" : hex(value >= 0 ? value : BigInt.asUintN(64, BigInt(value)));

export const oneOf =
	(values: Values) =>
	(value: number): string =>
		values[value] ?? hex(value >>> 0);

/** "A|B", "A|0x40" for what has no name, `zero` for none. */
export function flagSet(flags: Flags, value: number, zero = "0"): string {
	let rest = value >>> 0;
	if (rest === 0) return zero;
	const words: string[] = [];
	for (const [bits, name] of flags) {
		const wanted = bits >>> 0;
		if ((rest & wanted) >>> 0 !== wanted) continue;
		words.push(name);
		rest = (rest & ~wanted) >>> 0;
	}
	if (rest !== 0) words.push(hex(rest));
	return words.join("|");
}

const ESCAPES: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

/** In quotes, with C's escapes: octal, as short as what follows allows. */
export function quoted(bytes: Uint8Array): string {
	let out = '"';
	bytes.forEach((byte, index) => {
		const next = bytes[index + 1];
		const digitFollows = next !== undefined && next >= 0x30 && next <= 0x37;
		if (ESCAPES[byte]) out += ESCAPES[byte];
		else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
		else out += `\\${byte.toString(8).padStart(digitFollows ? 3 : 1, "0")}`;
	});
	return `${out}"`;
}
/** At most `limit` bytes, "..." behind the quotes when there are more. */
export const clipped = (bytes: Uint8Array, limit: number, length = bytes.length): string =>
	`${quoted(bytes.subarray(0, limit))}${length > limit ? "..." : ""}`;
/** Random bytes and the like: all in hexadecimal. */
export const clippedHex = (bytes: Uint8Array, limit: number, length = bytes.length): string => {
	const digits = [...bytes.subarray(0, limit)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`);
	return `"${digits.join("")}"${length > limit ? "..." : ""}`;
};

export const octal = (mode: number): string => `0${(mode & 0o7777).toString(8)}`.padStart(3, "0").replace(/^00$/, "000");
