// The functions of a template: Go's own (text/template/funcs.go) and those that docker adds (docker/cli's templates).

import { printf } from "./printf";
import {
	compareStrings,
	GoComplex,
	GoFloat,
	GoNil,
	GoNumber,
	isInteger,
	isText,
	isTextMap,
	show,
	textList,
	toJson,
	truth,
	typeName,
	type Value,
} from "./value";

/** Thrown by a function; the executor adds where. */
export class CallError extends Error {
	override readonly name = "CallError";
}

/** What a function takes: string and int are checked, "any" is interface{}, "value" Go's own reflect.Value. */
export type ParameterType = "string" | "int" | "any" | "value";
export interface TemplateFunction {
	/** How many arguments it takes: exactly, or at least when variadic. */
	arity: number;
	variadic?: boolean;
	/** Types of the arguments; the last repeats. */
	types: readonly ParameterType[];
	call: (args: Value[]) => Value;
}
export type Functions = Readonly<Record<string, TemplateFunction>>;

const typed = (types: readonly ParameterType[], call: (...args: never[]) => Value): TemplateFunction => ({
	arity: types.length,
	types,
	call: (args) => (call as (...args: Value[]) => Value)(...args),
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const plainText = (value: string | GoNumber): string => (typeof value === "string" ? value : value.text);

/** The number of bytes in a string, the number of items in others. */
function lengthOf(value: Value): number {
	if (isText(value)) return bytesOf(plainText(value)).length;
	if (Array.isArray(value)) return value.length;
	if (value instanceof Map) return value.size;
	if (value instanceof GoNil && value.type !== "pointer") return 0;
	if (value instanceof GoNil) throw new CallError("len of nil pointer");
	if (value === undefined || value === null) throw new CallError("reflect: call of reflect.Value.Type on zero Value");
	throw new CallError(`len of type ${typeName(value).replace(/^\*/, "")}`);
}

/** A place in a string or slice of so many items; the place past the end is let through, as Go does. */
function indexArgument(key: Value, length: number): number {
	if (key === undefined || key === null) throw new CallError("cannot index slice/array with nil");
	if (!isInteger(key)) throw new CallError(`cannot index slice/array with type ${typeName(key)}`);
	const at = Number(key);
	if (at < 0 || at > length) throw new CallError(`index out of range: ${show(key)}`);
	return at;
}

function index([value, ...keys]: Value[]): Value {
	let item = value;
	let byte = false;
	if (item === undefined || item === null) throw new CallError("index of untyped nil");
	for (const key of keys) {
		if (item === undefined || item === null || (item instanceof GoNil && item.type === "pointer"))
			throw new CallError("index of nil pointer");
		if (item instanceof Map || (item instanceof GoNil && item.type === "map")) {
			if (key === undefined || key === null) throw new CallError("value is nil; should be of type string");
			if (typeof key !== "string") throw new CallError(`value has type ${typeName(key)}; should be string`);
			item = item instanceof Map ? (item.has(key) ? item.get(key) : zeroIn(item)) : "";
		} else if (Array.isArray(item) || isText(item) || item instanceof GoNil) {
			const items: ArrayLike<Value> = Array.isArray(item) ? item : item instanceof GoNil ? [] : bytesOf(plainText(item));
			const at = indexArgument(key, items.length);
			if (at === items.length) throw new CallError(`reflect: ${isText(item) ? "string" : "slice"} index out of range`);
			byte = isText(item);
			item = items[at];
		} else throw new CallError(`can't index item of type ${byte ? "uint8" : typeName(item)}`);
	}
	return item;
}
/** The zero value of a map's items, as far as its other items tell. */
function zeroIn(map: Map<string, Value>): Value {
	if (isTextMap(map)) return "";
	const [sample] = map.values();
	return typeof sample === "string" ? "" : typeof sample === "number" ? 0 : typeof sample === "boolean" ? false : undefined;
}

function slice([value, ...places]: Value[]): Value {
	if (value === undefined || value === null) throw new CallError("slice of untyped nil");
	if (places.length > 3) throw new CallError(`too many slice indexes: ${places.length}`);
	if (isText(value) && places.length === 3) throw new CallError("cannot 3-index slice a string");
	if (!isText(value) && !Array.isArray(value) && !(value instanceof GoNil && value.type === "slice"))
		throw new CallError(`can't slice item of type ${typeName(value)}`);
	const items = isText(value) ? bytesOf(plainText(value)) : Array.isArray(value) ? value : [];
	const [from = 0, to = items.length] = places.map((place) => indexArgument(place, items.length));
	if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
	const part = items.slice(from, to);
	return part instanceof Uint8Array ? new TextDecoder().decode(part) : part;
}

type Kind = "bool" | "complex" | "int" | "float" | "string";
function kindOf(value: Value): Kind | undefined {
	if (isInteger(value)) return "int";
	if (typeof value === "number" || value instanceof GoFloat) return "float";
	if (isText(value)) return "string";
	if (typeof value === "boolean") return "bool";
	return value instanceof GoComplex ? "complex" : undefined;
}
/** What values of one kind are compared by. */
const comparable = (value: Value): Value =>
	value instanceof GoFloat ? value.value : value instanceof GoNumber ? value.text : value;
const isNothing = (value: Value): boolean => value === undefined || value === null || value instanceof GoNil;

function equal(a: Value, b: Value): boolean {
	const [kind, other] = [kindOf(a), kindOf(b)];
	if (kind !== other) {
		if (a !== undefined && a !== null && b !== undefined && b !== null) throw new CallError("incompatible types for comparison");
		return false;
	}
	if (kind === "complex") return show(a) === show(b);
	if (kind !== undefined) return comparable(a) === comparable(b);
	if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
	if (Array.isArray(b) || b instanceof Map) {
		if (Array.isArray(a) !== Array.isArray(b)) throw new CallError(nonComparable(a, b));
		throw new CallError(`non-comparable type ${show(b)}: ${typeName(b)}`);
	}
	return a === b;
}
const nonComparable = (a: Value, b: Value): string =>
	`non-comparable types ${show(a)}: ${typeName(a)}, ${typeName(b)}: ${show(b)}`;

function less(a: Value, b: Value): boolean {
	const [kind, other] = [kindOf(a), kindOf(b)];
	if (kind === undefined || other === undefined) throw new CallError("invalid type for comparison");
	if (kind !== other) throw new CallError("incompatible types for comparison");
	if (kind === "bool" || kind === "complex") throw new CallError("invalid type for comparison");
	const [left, right] = [comparable(a), comparable(b)];
	return kind === "string" ? compareStrings(left as string, right as string) < 0 : (left as number) < (right as number);
}
const comparison = (call: (a: Value, b: Value) => boolean): TemplateFunction => typed(["value", "value"], call);

/** As fmt.Sprint: a space between operands when neither is a string. */
const sprint = (args: Value[]): string =>
	args
		.map((arg, i) => (i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string" ? " " : "") + show(arg ?? null))
		.join("");

const title = (text: string): string =>
	text.replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

/** docker's join takes lists of texts only. */
function join(items: Value, separator: string): Value {
	if (isNothing(items)) return "";
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

const several = (types: readonly ParameterType[], arity: number, call: (args: Value[]) => Value): TemplateFunction => ({
	arity,
	variadic: true,
	types,
	call,
});

/** The escaping functions print a nil as a template does. */
const escapable = (args: Value[]): string => sprint(args.map((arg) => (arg === undefined || arg === null ? "<no value>" : arg)));
const queryEscape = (text: string): string =>
	encodeURIComponent(text)
		.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll("%20", "+");

export const FUNCTIONS: Functions = {
	// Go's own. and, or are evaluated by the executor, which stops early.
	and: several(["value"], 1, (args) => args.find((arg) => !truth(arg)) ?? args.at(-1)),
	or: several(["value"], 1, (args) => args.find(truth) ?? args.at(-1)),
	not: typed(["value"], (value: Value) => !truth(value)),
	len: typed(["value"], lengthOf),
	index: several(["value"], 1, index),
	slice: several(["value"], 1, slice),
	print: several(["any"], 0, sprint),
	println: several(["any"], 0, (args) => `${args.map((arg) => show(arg ?? null)).join(" ")}\n`),
	printf: several(["string", "any"], 1, ([format, ...args]) => printf(format as string, args)),
	html: several(["any"], 0, (args) => escapeHtml(escapable(args))),
	js: several(["any"], 0, (args) => escapeJs(escapable(args))),
	urlquery: several(["any"], 0, (args) => queryEscape(escapable(args))),
	call: several(["value"], 1, ([callee]) => {
		throw new CallError(isNothing(callee) ? "call of nil" : `non-function ${show(callee)} of type ${typeName(callee)}`);
	}),
	eq: several(["value"], 1, ([first, ...others]) => {
		if (others.length === 0) throw new CallError("missing argument for comparison");
		return others.some((other) => equal(first, other));
	}),
	ne: comparison((a, b) => !equal(a, b)),
	lt: comparison(less),
	le: comparison((a, b) => less(a, b) || equal(a, b)),
	gt: comparison((a, b) => !less(a, b) && !equal(a, b)),
	ge: comparison((a, b) => !less(a, b)),
	// docker's
	json: typed(["any"], (value: Value) => {
		if (value instanceof GoComplex) throw new CallError("json: unsupported type: complex128");
		return toJson(value);
	}),
	split: typed(["string", "string"], (text: string, separator: string) =>
		textList(separator === "" ? [...text] : text.split(separator)),
	),
	join: typed(["any", "string"], join),
	title: typed(["string"], title),
	lower: typed(["string"], (text: string) => text.toLowerCase()),
	upper: typed(["string"], (text: string) => text.toUpperCase()),
	pad: typed(["string", "int", "int"], (text: string, before: number, after: number) =>
		text === "" ? "" : repeated(before) + text + repeated(after),
	),
	truncate: typed(["string", "int"], (text: string, length: number) => (text.length < length ? text : cut(text, length))),
};
function repeated(count: number): string {
	if (count < 0) throw new CallError("strings: negative Repeat count");
	return " ".repeat(count);
}
function cut(text: string, length: number): string {
	if (length < 0) throw new CallError(`runtime error: slice bounds out of range [:${length}]`);
	return text.slice(0, length);
}

const keep = (arity: number): TemplateFunction => ({ arity, types: ["any"], call: ([value]) => value });
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
