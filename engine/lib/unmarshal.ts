// What a request's JSON may be: a kind a value, with the names of moby's Go types, and what Go's encoding/json does with each.
//
//     fields are found whatever their case; unknown ones are passed over; null leaves a field out;
//     a value of another kind is "json: cannot unmarshal number into Go struct field HostConfig.HostConfig.Binds of type []string"

import { encodeBase64 } from "./base64";

/** Where in the body a value stands: the struct that has the field, and the path to it from the root, embedded structs included. */
export interface Place {
	struct: string;
	path: readonly string[];
}
/** `type`: as Go writes it. `decode` is given no null but by kinds that hold others. */
export interface Kind<T = unknown> {
	readonly type: string;
	decode(value: unknown, place: Place | undefined): T;
}

export class UnmarshalError extends Error {}

const nameOf = (value: unknown): string =>
	Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : value === null ? "null" : typeof value;

export function mismatch(found: string, type: string, place: Place | undefined): UnmarshalError {
	const into = place ? `Go struct field ${place.struct}.${place.path.join(".")}` : "Go value";
	return new UnmarshalError(`json: cannot unmarshal ${found} into ${into} of type ${type}`);
}

const scalar = <T>(type: string, is: (value: unknown) => boolean): Kind<T> => ({
	type,
	decode(value, place) {
		if (!is(value)) throw mismatch(nameOf(value), type, place);
		return value as T;
	},
});
export const bool = scalar<boolean>("bool", (value) => typeof value === "boolean");
export const text = scalar<string>("string", (value) => typeof value === "string");
/** A string that has a name of its own in Go. */
export const named = (type: string): Kind<string> => scalar(type, (value) => typeof value === "string");

const integer = (type: string, low: number, high: number): Kind<number> => ({
	type,
	decode(value, place) {
		if (typeof value !== "number") throw mismatch(nameOf(value), type, place);
		if (!Number.isInteger(value) || value < low || value > high) throw mismatch(`number ${value}`, type, place);
		return value;
	},
});
export const int = integer("int", -(2 ** 63), 2 ** 63);
export const int64 = integer("int64", -(2 ** 63), 2 ** 63);
export const uint = integer("uint", 0, 2 ** 64);
export const uint16 = integer("uint16", 0, 2 ** 16 - 1);
export const uint32 = integer("uint32", 0, 2 ** 32 - 1);
export const uint64 = integer("uint64", 0, 2 ** 64);
export const float32 = scalar<number>("float32", (value) => typeof value === "number");
export const duration = integer("time.Duration", -(2 ** 63), 2 ** 63);
export const fileMode = integer("fs.FileMode", 0, 2 ** 32 - 1);

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

export const list = <T>(item: Kind<T>): Kind<T[]> => ({
	type: `[]${item.type}`,
	decode(value, place) {
		if (!Array.isArray(value)) throw mismatch(nameOf(value), this.type, place);
		return value.map((one) => (one === null ? (zeroOf(item) as T) : item.decode(one, place)));
	},
});
/** Of a fixed length: what is missing is 0, what is too much is dropped. */
export const pair = (item: Kind<number>): Kind<[number, number]> => ({
	type: `[2]${item.type}`,
	decode(value, place) {
		if (!Array.isArray(value)) throw mismatch(nameOf(value), this.type, place);
		const [a = 0, b = 0] = value.map((one) => (one === null ? 0 : item.decode(one, place)));
		return [a, b];
	},
});
/** @param key what a key is, and what it becomes (map[network.Port]…) */
export const map = <T>(
	item: Kind<T>,
	key: { type: string; parse: (key: string) => string } = { type: "string", parse: (one) => one },
): Kind<Record<string, T>> => ({
	type: `map[${key.type}]${item.type}`,
	decode(value, place) {
		if (!isObject(value)) throw mismatch(nameOf(value), this.type, place);
		return Object.fromEntries(
			Object.entries(value).map(([name, one]) => [
				key.parse(name),
				one === null ? (zeroOf(item) as T) : item.decode(one, place && { ...place, path: [...place.path, name] }),
			]),
		);
	},
});
const zeroOf = ({ type }: Kind): unknown => {
	if (type === "string") return "";
	return type.startsWith("[]") || type.startsWith("map[") || type.startsWith("*") ? null : {};
};

/** A pointer: null stays null where the value itself is asked for (in lists and maps). */
export const pointer = <T>(to: Kind<T>): Kind<T> => ({ type: `*${to.type}`, decode: (value, place) => to.decode(value, place) });

/** A string with a grammar: `parse` throws an Error with Go's words. */
export const parsed = (type: string, parse: (value: string) => string): Kind<string> => ({
	type,
	decode(value, place) {
		if (typeof value !== "string") throw mismatch(nameOf(value), type, place);
		return parse(value);
	},
});

/** Bytes, as a text in base64 (or as numbers). */
export const bytes: Kind<string> = {
	type: "[]uint8",
	decode(value, place) {
		if (Array.isArray(value)) return encodeBase64(Uint8Array.from(value.map((one) => uint8.decode(one, place))));
		if (typeof value !== "string") throw mismatch(nameOf(value), this.type, place);
		const whole = value.replace(/[\r\n]/g, "");
		const good = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?/.exec(whole)![0].length;
		if (good < whole.length) throw new UnmarshalError(`illegal base64 data at input byte ${oddByte(whole, good)}`);
		return whole;
	},
};
const uint8 = integer("uint8", 0, 255);
/** Where Go stops reading: at what is no digit, at padding too early, or at the end. */
function oddByte(text: string, from: number): number {
	for (let at = from; at < text.length; at++) {
		const place = (at - from) % 4;
		if (text[at] === "=" ? place < 2 : !/[A-Za-z\d+/]/.test(text[at]!)) return at;
		if (text[at] === "=") return place === 2 && text[at + 1] === "=" ? at + 2 : at + 1;
	}
	return text.length;
}

/** A struct's fields: kind, and the embedded structs between it and the field. */
export type Fields = Readonly<Record<string, Kind | readonly [kind: Kind, via: readonly string[]]>>;

export const embedded = (name: string, fields: Fields): Fields =>
	Object.fromEntries(
		Object.entries(fields).map(([field, entry]) => {
			const [kind, via] = Array.isArray(entry) ? (entry as [Kind, string[]]) : [entry as Kind, []];
			return [field, [kind, [name, ...via]] as const];
		}),
	);

/** @param name with its package: "container.HostConfig" */
export function struct<T>(name: string, fields: Fields): Kind<T> {
	const own = name.slice(name.indexOf(".") + 1);
	const folded = new Map(Object.keys(fields).map((field) => [field.toLowerCase(), field]));
	return {
		type: name,
		decode(value, place) {
			if (!isObject(value)) throw mismatch(nameOf(value), name, place);
			const out: Record<string, unknown> = {};
			for (const [key, one] of Object.entries(value)) {
				const field = Object.hasOwn(fields, key) ? key : folded.get(key.toLowerCase());
				if (field === undefined || one === null) continue;
				const entry = fields[field]!;
				const [kind, via] = Array.isArray(entry) ? (entry as [Kind, string[]]) : [entry as Kind, []];
				out[field] = kind.decode(one, { struct: own, path: [...(place?.path ?? []), ...via, field] });
			}
			return out as T;
		},
	};
}
/** An object whose members nobody looks at. */
export const nothing: Kind<Record<string, never>> = struct("struct {}", {});
