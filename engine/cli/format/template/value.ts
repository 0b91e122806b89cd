// Go's values as templates see them. JSON's values are used where they suffice; structs, maps and times have types of their own.

import { precise } from "../../../lib/round";

/** undefined is "no value"; null is nil; an array is a slice. */
export type Value =
	| undefined
	| null
	| boolean
	| number
	| bigint
	| string
	| Value[]
	| GoMap
	| GoStruct
	| GoTime
	| GoNil
	| GoFloat
	| GoComplex
	| GoNumber
	| Method;
/** A Go map with string keys. */
export type GoMap = Map<string, Value>;
export type Method = ((...args: Value[]) => Value) & { readonly arity?: number };

/** A typed nil: prints as its type's empty value. */
export class GoNil {
	constructor(
		readonly type: "pointer" | "slice" | "map",
		readonly typeName: string,
	) {}
}

/** A float64 that may be whole; numbers with a fraction are floats as they are. */
export class GoFloat {
	constructor(readonly value: number) {}
}
/** complex128 */
export class GoComplex {
	constructor(
		readonly re: number,
		readonly im: number,
	) {}
}
/** json.Number: a number as its text, which Go takes for a kind of string. */
export class GoNumber {
	constructor(readonly text: string) {}
}
/** Slices that Go knows to be of strings. */
const textLists = new WeakSet<Value[]>();
export function textList(texts: string[]): Value[] {
	textLists.add(texts);
	return texts;
}
/** Maps that Go knows to be of strings: a key that is not there is an empty one. */
const textMaps = new WeakSet<GoMap>();
export function textMap(map: GoMap): GoMap {
	textMaps.add(map);
	return map;
}
export const isTextMap = (map: GoMap): boolean => textMaps.has(map);
export const isInteger = (value: Value): value is number | bigint =>
	typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
export const isText = (value: Value): value is string | GoNumber => typeof value === "string" || value instanceof GoNumber;

/** A Go struct: fields in order, and methods without arguments, or with. */
export class GoStruct {
	constructor(
		readonly typeName: string,
		readonly fields: ReadonlyMap<string, Value>,
		readonly methods: Readonly<Record<string, (...args: Value[]) => Value>> = {},
		/** Names of fields that JSON leaves out. */
		readonly unsent: ReadonlySet<string> = new Set(),
		/** What fields are called here, by other names that they have. */
		readonly otherNames: ReadonlyMap<string, string> = new Map(),
		/** What JSON has in place of a method's result. */
		readonly inJson: Readonly<Record<string, Value>> = {},
	) {}
}

/** A named Go map that has methods: a key that is not there is no error. */
export class GoNamedMap extends GoStruct {}

/** time.Time, from RFC 3339. */
export class GoTime {
	constructor(readonly rfc3339: string) {}
	/** As time.Time's String: 2006-01-02 15:04:05.999999999 -0700 MST, without a zone's name. */
	toString(): string {
		const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(this.rfc3339);
		if (!match) return this.rfc3339;
		const fraction = (match[3] ?? "").replace(/0+$/, "").replace(/^\.$/, "");
		const zone = match[4] === "Z" ? "+0000 UTC" : `${match[4]!.replace(":", "")} ${match[4]!.replace(":", "")}`;
		return `${match[1]} ${match[2]}${fraction} ${zone}`;
	}
}

/** Go's name of a value's type, as error messages have it. */
export function typeName(value: Value): string {
	if (value === undefined || value === null) return "interface {}";
	if (typeof value === "boolean") return "bool";
	if (typeof value === "string") return "string";
	if (typeof value === "bigint") return "int64";
	if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
	if (typeof value === "function") return "func";
	if (Array.isArray(value)) return textLists.has(value) ? "[]string" : "[]interface {}";
	if (value instanceof GoFloat) return "float64";
	if (value instanceof GoComplex) return "complex128";
	if (value instanceof GoNumber) return "json.Number";
	if (value instanceof GoTime) return "time.Time";
	if (value instanceof GoStruct || value instanceof GoNil) return value.typeName;
	return "map[string]interface {}";
}

/** Whether `if` takes it for true. */
export function truth(value: Value): boolean {
	if (value === undefined || value === null || value instanceof GoNil) return false;
	if (typeof value === "boolean") return value;
	if (typeof value === "number" || typeof value === "bigint") return value !== 0;
	if (typeof value === "string" || Array.isArray(value)) return value.length > 0;
	if (value instanceof Map) return value.size > 0;
	if (value instanceof GoFloat) return value.value !== 0;
	if (value instanceof GoComplex) return value.re !== 0 || value.im !== 0;
	if (value instanceof GoNumber) return value.text.length > 0;
	return true;
}

/** Byte order, as Go sorts strings. */
export const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const sortedEntries = (map: GoMap): Array<[string, Value]> => [...map].sort(([a], [b]) => compareStrings(a, b));

/** As fmt.Fprint with %v. */
export function show(value: Value): string {
	if (value === undefined) return "<no value>";
	if (value === null) return "<nil>";
	if (value instanceof GoNil) return value.type === "pointer" ? "<nil>" : value.type === "slice" ? "[]" : "map[]";
	if (typeof value === "number") return Number.isInteger(value) ? BigInt(value).toString() : showFloat(value);
	if (value instanceof GoFloat) return showFloat(value.value);
	if (value instanceof GoComplex) return `(${showFloat(value.re)}${value.im < 0 ? "" : "+"}${showFloat(value.im)}i)`;
	if (value instanceof GoNumber) return value.text;
	if (Array.isArray(value)) return `[${value.map(showInside).join(" ")}]`;
	if (value instanceof Map)
		return `map[${sortedEntries(value)
			.map(([key, item]) => `${key}:${showInside(item)}`)
			.join(" ")}]`;
	if (value instanceof GoStruct) {
		const printed = value.methods.String;
		if (printed) return show(printed());
		return `{${[...value.fields.values()].map(showInside).join(" ")}}`;
	}
	return String(value);
}
const showInside = (value: Value): string => (value === undefined ? "<nil>" : show(value));

/** %v and %g of a float64: %v keeps from exponents up to 21 digits. */
export function showFloat(value: number, precision?: number, general = false): string {
	if (value === 0) return Object.is(value, -0) ? "-0" : "0";
	const digits = precision === undefined ? String(Math.abs(value)) : precise(Math.abs(value), Math.max(1, precision));
	const size = Number(digits);
	const sign = value < 0 ? "-" : "";
	const exponent = Math.floor(Math.log10(size));
	const limit = precision !== undefined ? Math.max(1, precision) : general ? 21 : 21;
	if (exponent < -4 || exponent >= limit) return sign + size.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
	return sign + (size < 1e-6 || size >= 1e21 ? size.toFixed(20).replace(/0+$/, "") : String(size));
}

/** As json.Marshal without HTML escaping: maps sorted by key, structs in order. */
export function toJson(value: Value, escapeHtml = false): string {
	if (value === undefined || value === null || value instanceof GoNil) return "null";
	if (typeof value === "string") return jsonString(value, escapeHtml);
	if (typeof value === "boolean" || typeof value === "bigint") return String(value);
	if (typeof value === "number") return Number.isInteger(value) ? BigInt(value).toString() : String(value);
	if (value instanceof GoFloat) return String(value.value);
	if (value instanceof GoNumber) return value.text;
	if (value instanceof GoTime) return jsonString(value.rfc3339, escapeHtml);
	const inner = (item: Value): string => toJson(item, escapeHtml);
	if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
	if (value instanceof Map)
		return `{${sortedEntries(value)
			.map(([key, item]) => `${jsonString(key, escapeHtml)}:${inner(item)}`)
			.join(",")}}`;
	if (value instanceof GoStruct) {
		const fields = [...value.fields].filter(([name]) => !value.unsent.has(name));
		if (value.fields.size > 0 || Object.keys(value.methods).length === 0)
			return `{${fields.map(([name, item]) => `${jsonString(name, escapeHtml)}:${inner(item)}`).join(",")}}`;
		return methodsToJson(value);
	}
	return "null";
}

/** docker's formatter contexts marshal as the results of their methods without arguments. */
function methodsToJson(value: GoStruct): string {
	const names = Object.keys(value.methods).filter((name) => value.methods[name]!.length === 0);
	const results = names.sort(compareStrings).map((name) => {
		const result = Object.hasOwn(value.inJson, name) ? value.inJson[name] : value.methods[name]!();
		return `${JSON.stringify(name)}:${toJson(result, true)}`;
	});
	return `{${results.join(",")}}`;
}

export function jsonString(text: string, escapeHtml: boolean): string {
	const quoted = JSON.stringify(text).replace(/[\u2028\u2029\u007f]/g, (c) =>
		c === "\u007f" ? c : `\\u${c.charCodeAt(0).toString(16)}`,
	);
	return escapeHtml ? quoted.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : quoted;
}
