// Seeded changes to good input, and what an answer to it must not be: every bug that they find becomes a case of its suite.

import { expect } from "vitest";

/** How many inputs a suite tries: few in every run, many with DRYDOCK_LONG=1. */
export const rounds = (few: number): number => (process.env.DRYDOCK_LONG ? few * 25 : few);

/** mulberry32: the same numbers for the same seed. */
export class Chance {
	constructor(private state: number) {}
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}
	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}
	of<T>(all: readonly T[]): T {
		return all[this.below(all.length)]!;
	}
}

const TEXTS = [
	"",
	"\0",
	"\n",
	"\r\n",
	" ",
	"\t",
	"/",
	"..",
	"../../../etc/passwd",
	"\\",
	"'",
	'"',
	"$",
	"${",
	"{{",
	"}}",
	"%s%n",
	"%00",
	"\ufeff",
	"\ud800",
	"é",
	"한",
	"-1",
	"0",
	"1e999",
	"9999999999999999999999",
	"null",
	"true",
	"[]",
	"{}",
	"__proto__",
	"constructor",
	"toString",
	"a".repeat(300),
	"(".repeat(60),
	"[[",
	"**/".repeat(40),
	"\\x",
];

/** A text with some of it changed, doubled, taken away or mixed with another. */
export function mutateText(chance: Chance, seeds: readonly string[]): string {
	let text = chance.of(seeds);
	for (let changes = 1 + chance.below(4); changes > 0; changes--) {
		const at = chance.below(text.length + 1);
		const end = Math.min(text.length, at + 1 + chance.below(8));
		const kinds = [
			() => text.slice(0, at) + chance.of(TEXTS) + text.slice(at),
			() => text.slice(0, at) + text.slice(end),
			() => text.slice(0, end) + text.slice(at),
			() => text.slice(0, at) + String.fromCharCode(chance.below(chance.below(4) === 0 ? 0x10000 : 128)) + text.slice(at + 1),
			() => text.slice(0, at) + chance.of(seeds).slice(chance.below(20)),
		];
		text = chance.of(kinds)();
	}
	return text;
}

/** Bytes with some of them changed, doubled, taken away or cut. */
export function mutateBytes(chance: Chance, seed: Uint8Array, hot?: readonly number[]): Uint8Array {
	let bytes = Uint8Array.from(seed);
	for (let changes = 1 + chance.below(5); changes > 0 && bytes.length > 0; changes--) {
		const at =
			hot && chance.below(3) > 0 ? Math.min(bytes.length - 1, chance.of(hot) + chance.below(160)) : chance.below(bytes.length);
		const kind = chance.below(12);
		if (kind < 5) bytes[at] = chance.below(256);
		else if (kind < 7) bytes[at] = bytes[at]! ^ (1 << chance.below(8));
		else if (kind < 9) bytes.fill(chance.of([0, 0xff, 0x30, 0x37, 0x80]), at, at + 1 + chance.below(12));
		else if (kind === 9) bytes = bytes.slice(0, at);
		else {
			const end = Math.min(bytes.length, at + 1 + chance.below(600));
			const parts = kind === 10 ? [bytes.subarray(0, at), bytes.subarray(end)] : [bytes.subarray(0, end), bytes.subarray(at)];
			const whole = new Uint8Array(parts[0]!.length + parts[1]!.length);
			whole.set(parts[0]!);
			whole.set(parts[1]!, parts[0]!.length);
			bytes = whole;
		}
	}
	return bytes;
}

const VALUES: readonly unknown[] = [
	null,
	true,
	false,
	0,
	1,
	-1,
	1.5,
	2 ** 53,
	1e300,
	"",
	"x",
	"sha256:0",
	[],
	{},
	[null],
	[[]],
	{ a: 1 },
	"\ud800",
	"../..",
	"__proto__",
];

/** JSON with a value somewhere replaced by one of another kind, taken away, or moved. */
export function mutateJson(chance: Chance, seed: unknown): unknown {
	const copy = structuredClone(seed);
	const holders: Array<[holder: Record<string, unknown>, key: string]> = [];
	const visit = (value: unknown): void => {
		if (typeof value !== "object" || value === null) return;
		for (const key of Object.keys(value)) {
			holders.push([value as Record<string, unknown>, key]);
			visit((value as Record<string, unknown>)[key]);
		}
	};
	visit(copy);
	if (holders.length === 0 || chance.below(40) === 0) return chance.of(VALUES);
	for (let changes = 1 + chance.below(2); changes > 0; changes--) {
		const [holder, key] = chance.of(holders);
		const kind = chance.below(6);
		if (kind === 0) delete holder[key];
		else if (kind === 1) {
			const [other, name] = chance.of(holders);
			holder[key] = structuredClone(other[name]);
		} else holder[key] = structuredClone(chance.of(VALUES));
	}
	return copy;
}

/** Words of a program that has lost its way: whoever reads them learns nothing of what is wrong. */
const INTERNAL =
	/TypeError|RangeError|ReferenceError|SyntaxError|is not a function|is not iterable|Cannot (read|set|convert|mix)|of undefined|of null|\bundefined\b(?! variable)|\[object |Invalid (array|typed array|string|time value|Date)|Maximum call stack|\.(ts|mjs|js):\d+|\bNaN\b/;
export function expectWords(message: string, input: unknown): void {
	if (message === "" || INTERNAL.test(message)) expect.fail(`${JSON.stringify(message)} is no answer to ${show(input)}`);
}
export const show = (input: unknown): string =>
	(input instanceof Uint8Array
		? `${input.length} bytes ${Buffer.from(input).toString("base64").slice(0, 2000)}`
		: JSON.stringify(input)) ?? "undefined";
