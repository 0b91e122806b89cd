// The functions of a template: Go's own (text/template/funcs.go) and those that docker adds (docker/cli's templates).

import { goQuote } from "../../flags/parse";
import { compareStrings, GoNil, show, toJson, truth, typeName, type Value } from "./value";

/** Thrown by a function; the executor adds where. */
export class CallError extends Error {
	override readonly name = "CallError";
}

export interface TemplateFunction {
	/** How many arguments it takes: exactly, or at least when variadic. */
	arity: number;
	variadic?: boolean;
	/** Types of the arguments, where they are checked; the last repeats. */
	types?: Array<"string" | "int" | "any">;
	call: (args: Value[]) => Value;
}
export type Functions = Readonly<Record<string, TemplateFunction>>;

const string = (arity: number, call: (...args: never[]) => Value, types?: TemplateFunction["types"]): TemplateFunction => ({
	arity,
	types: types ?? Array(arity).fill("string"),
	call: (args) => (call as (...args: Value[]) => Value)(...args),
});

/** The number of bytes in a string, the number of items in others. */
function lengthOf(value: Value): number {
	if (typeof value === "string") return new TextEncoder().encode(value).length;
	if (Array.isArray(value)) return value.length;
	if (value instanceof Map) return value.size;
	if (value instanceof GoNil && value.type !== "pointer") return 0;
	if (value === undefined || value === null || value instanceof GoNil) throw new CallError("len of nil pointer");
	throw new CallError(`len of type ${typeName(value)}`);
}

function index(args: Value[]): Value {
	let [value, ...keys] = args;
	if (value === undefined || value === null) throw new CallError("index of untyped nil");
	for (const key of keys) {
		if (value instanceof Map) {
			if (typeof key !== "string") throw new CallError(`value has type ${typeName(key)}; should be string`);
			value = value.has(key) ? value.get(key) : zeroIn(value);
		} else if (Array.isArray(value) || typeof value === "string") {
			if (typeof key !== "number") throw new CallError(`cannot index slice/array with type ${typeName(key)}`);
			if (key < 0 || key > value.length) throw new CallError(`index out of range: ${show(key)}`);
			// Go's own check lets the first index past the end through to reflect
			if (key === value.length)
				throw new CallError(`reflect: ${typeof value === "string" ? "string" : "slice"} index out of range`);
			value = typeof value === "string" ? value.charCodeAt(key) : value[key];
		} else if (value instanceof GoNil && value.type === "map") value = "";
		else if (value instanceof GoNil && value.type === "slice") throw new CallError(`index out of range: ${show(key)}`);
		else if (value === undefined || value === null || value instanceof GoNil) throw new CallError("index of nil pointer");
		else throw new CallError(`can't index item of type ${typeName(value)}`);
	}
	return value;
}
/** The zero value of a map's items, as far as its other items tell. */
function zeroIn(map: Map<string, Value>): Value {
	const [sample] = map.values();
	return typeof sample === "string" ? "" : typeof sample === "number" ? 0 : typeof sample === "boolean" ? false : undefined;
}

function slice(args: Value[]): Value {
	const [value, from = 0, to] = args as [Value, number?, number?];
	if (typeof value !== "string" && !Array.isArray(value)) throw new CallError(`can't slice item of type ${typeName(value)}`);
	const end = to ?? value.length;
	for (const at of [from, end]) if (at < 0 || at > value.length) throw new CallError(`index out of range: ${at}`);
	if (from > end) throw new CallError(`invalid slice index: ${from} > ${end}`);
	return value.slice(from, end);
}

const kindOf = (value: Value): string => {
	if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return "int";
	if (typeof value === "number") return "float";
	if (typeof value === "string" || typeof value === "boolean") return typeof value;
	throw new CallError("incompatible types for comparison");
};
function equal(a: Value, b: Value): boolean {
	if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
	if (kindOf(a) !== kindOf(b)) throw new CallError("incompatible types for comparison");
	return a === b;
}
function less(a: Value, b: Value): boolean {
	const kind = kindOf(a);
	if (kind !== kindOf(b)) throw new CallError("incompatible types for comparison");
	if (kind === "boolean") throw new CallError("invalid type for comparison");
	return kind === "string" ? compareStrings(a as string, b as string) < 0 : (a as number) < (b as number);
}
const comparison = (call: (a: Value, b: Value) => boolean): TemplateFunction => ({ arity: 2, call: ([a, b]) => call(a, b) });

/** As fmt.Sprint: a space between operands when neither is a string. */
const sprint = (args: Value[]): string =>
	args
		.map((arg, i) => (i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string" ? " " : "") + show(arg ?? null))
		.join("");

function printf(args: Value[]): string {
	const [format, ...rest] = args as [string, ...Value[]];
	let next = 0;
	const out = format.replace(
		/%([-+# 0]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])/g,
		(_whole, flags: string, width = "", precision, verb: string) => {
			if (verb === "%") return "%";
			if (width === "*") width = String(rest[next++]);
			if (next >= rest.length) return `%!${verb}(MISSING)`;
			const value = rest[next++];
			const bodyText = formatVerb(verb, value, flags, precision === undefined ? undefined : Number(precision));
			const size = Number(width || 0);
			if (flags.includes("-")) return bodyText.padEnd(size);
			return flags.includes("0") && /^[-+]?\d/.test(bodyText) ? padZeros(bodyText, size) : bodyText.padStart(size);
		},
	);
	const extra = rest.slice(next).map((value) => `${typeName(value)}=${show(value)}`);
	return extra.length > 0 ? `${out}%!(EXTRA ${extra.join(", ")})` : out;
}
const padZeros = (text: string, width: number): string => {
	const sign = /^[-+]/.test(text) ? text[0]! : "";
	return sign + text.slice(sign.length).padStart(width - sign.length, "0");
};
function formatVerb(verb: string, value: Value, flags: string, precision: number | undefined): string {
	const bad = () => `%!${verb}(${typeName(value)}=${show(value ?? null)})`;
	const number = typeof value === "bigint" ? Number(value) : value;
	const plus = (text: string): string => (flags.includes("+") && !text.startsWith("-") ? `+${text}` : text);
	switch (verb) {
		case "v":
			return show(value ?? null);
		case "s":
			if (typeof value === "number" || typeof value === "boolean") return bad();
			return precision === undefined ? show(value ?? null) : show(value ?? null).slice(0, precision);
		case "q":
			return typeof value === "string" ? goQuote(value) : bad();
		case "d":
			return typeof number === "number" && Number.isInteger(number) ? plus(show(number)) : bad();
		case "t":
			return typeof value === "boolean" ? String(value) : bad();
		case "T":
			return typeName(value);
		case "x":
		case "X": {
			const text =
				typeof value === "string"
					? [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
					: typeof number === "number"
						? number.toString(16)
						: bad();
			return verb === "X" ? text.toUpperCase() : text;
		}
		case "o":
			return typeof number === "number" ? number.toString(8) : bad();
		case "b":
			return typeof number === "number" ? number.toString(2) : bad();
		case "c":
			return typeof number === "number" ? String.fromCodePoint(number) : bad();
		case "f":
		case "F":
			return typeof value === "number" && !Number.isInteger(value) ? plus(value.toFixed(precision ?? 6)) : bad();
		default:
			return bad();
	}
}

const title = (text: string): string =>
	text.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

function join(args: Value[]): Value {
	const [items, separator] = args as [Value, string];
	if (items === undefined || items === null || items instanceof GoNil) return "";
	if (Array.isArray(items)) return items.map((item) => show(item)).join(separator);
	if (items instanceof Map)
		return [...items.values()]
			.map((item) => show(item))
			.sort(compareStrings)
			.join(separator);
	throw new CallError(`expected slice, got ${typeName(items)}`);
}

const HTML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd" };
const escapeHtml = (text: string): string => [...text].map((c) => HTML[c] ?? c).join("");
const escapeJs = (text: string): string =>
	[...text]
		.map((c) => {
			if (c === "\\" || c === "'" || c === '"') return `\\${c}`;
			return c < " " || "<>&=".includes(c) ? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}` : c;
		})
		.join("");

export const FUNCTIONS: Functions = {
	// Go's own. and, or are evaluated by the executor, which stops early.
	and: { arity: 1, variadic: true, call: (args) => args.find((arg) => !truth(arg)) ?? args.at(-1) },
	or: { arity: 1, variadic: true, call: (args) => args.find(truth) ?? args.at(-1) },
	not: { arity: 1, call: ([value]) => !truth(value) },
	len: { arity: 1, call: ([value]) => lengthOf(value) },
	index: { arity: 1, variadic: true, call: index },
	slice: { arity: 1, variadic: true, call: slice },
	print: { arity: 0, variadic: true, call: sprint },
	println: { arity: 0, variadic: true, call: (args) => `${args.map((arg) => show(arg ?? null)).join(" ")}\n` },
	printf: { arity: 1, variadic: true, types: ["string", "any"], call: printf },
	html: { arity: 0, variadic: true, call: (args) => escapeHtml(sprint(args)) },
	js: { arity: 0, variadic: true, call: (args) => escapeJs(sprint(args)) },
	urlquery: { arity: 0, variadic: true, call: (args) => encodeURIComponent(sprint(args)).replaceAll("%20", "+") },
	call: {
		arity: 1,
		variadic: true,
		call: () => {
			throw new CallError("call of nil");
		},
	},
	eq: {
		arity: 1,
		variadic: true,
		call: ([first, ...others]) => {
			if (others.length === 0) throw new CallError("missing argument for comparison");
			return others.some((other) => equal(first, other));
		},
	},
	ne: comparison((a, b) => !equal(a, b)),
	lt: comparison(less),
	le: comparison((a, b) => less(a, b) || equal(a, b)),
	gt: comparison((a, b) => !less(a, b) && !equal(a, b)),
	ge: comparison((a, b) => !less(a, b)),
	// docker's
	json: { arity: 1, call: ([value]) => toJson(value) },
	split: string(2, (text: string, separator: string) => (separator === "" ? [...text] : text.split(separator))),
	join: { arity: 2, types: ["any", "string"], call: join },
	title: string(1, title),
	lower: string(1, (text: string) => text.toLowerCase()),
	upper: string(1, (text: string) => text.toUpperCase()),
	pad: string(
		3,
		(text: string, before: number, after: number) => (text === "" ? "" : " ".repeat(before) + text + " ".repeat(after)),
		["string", "int", "int"],
	),
	truncate: string(2, (text: string, length: number) => (text.length < length ? text : text.slice(0, length)), ["string", "int"]),
};

const keep = (arity: number): TemplateFunction => ({ arity, call: ([value]) => value });
/** For the header of a table: the names of the columns stay as they are. */
export const HEADER_FUNCTIONS: Functions = {
	...FUNCTIONS,
	json: keep(1),
	split: keep(2),
	join: keep(2),
	title: keep(1),
	lower: keep(1),
	upper: keep(1),
	truncate: keep(2),
};
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));
