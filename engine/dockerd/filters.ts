// The ?filters= of list and event endpoints: {"label": {"a=b": true}, "status": {"exited": true}}.
// Values of one filter are alternatives (labels aside), different filters must all hold.

import { invalidParameter } from "../lib/errors";
import { parseMoment } from "./time";

export class Filters {
	private constructor(private readonly fields: ReadonlyMap<string, readonly string[]>) {}

	/** @throws EngineError invalidParameter for what is no filter, and for one that is not in `accepted` (where that is given) */
	static parse(json: string | undefined, accepted?: readonly string[]): Filters {
		const fields = new Map<string, string[]>();
		for (const [name, values] of Object.entries(json ? parseWire(json) : {})) {
			if (accepted && !accepted.includes(name)) throw invalidParameter(`Invalid filter '${name}'`);
			// Old clients send a list, newer ones a set.
			fields.set(name, Array.isArray(values) ? values : Object.keys(values ?? {}));
		}
		return new Filters(fields);
	}

	without(name: string): Filters {
		return new Filters(new Map([...this.fields].filter(([key]) => key !== name)));
	}
	has(name: string): boolean {
		return this.fields.has(name);
	}
	get(name: string): readonly string[] {
		return this.fields.get(name) ?? [];
	}
	/** No such filter, or one of its values is `value`. */
	exact(name: string, value: string): boolean {
		const wanted = this.get(name);
		return wanted.length === 0 || wanted.includes(value);
	}
	/** No such filter, or one of its values is the beginning of `value`. */
	begins(name: string, value: string): boolean {
		const wanted = this.get(name);
		return wanted.length === 0 || wanted.some((one) => value.startsWith(one));
	}
	/** No such filter, or one of its values is `value` or matches it as a regular expression. */
	match(name: string, value: string): boolean {
		const wanted = this.get(name);
		if (wanted.length === 0) return true;
		return wanted.some((pattern) => pattern === value || safeTest(pattern, value));
	}
	/** Every wanted "key" or "key=value" is among the labels. */
	labels(name: string, labels: Readonly<Record<string, string>>): boolean {
		return this.get(name).every((wanted) => {
			const [key, value] = splitPair(wanted);
			return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
		});
	}
	/** undefined when the filter is not there. @throws EngineError invalidParameter where nothing is said, or both */
	boolean(name: string): boolean | undefined {
		if (!this.has(name)) return undefined;
		const values = this.get(name);
		if (values.length === 0) throw invalidParameter(`Invalid filter '${name}'`);
		const no = values.includes("0") || values.includes("false");
		const yes = values.includes("1") || values.includes("true");
		if (no === yes) throw invalidParameter(`Invalid filter '${name}=[${values.join(" ")}]'`);
		return yes;
	}
	/** The moment of "until"; undefined when it is not there. @throws EngineError invalidParameter for more than one, and for what is none */
	until(now: bigint): bigint | undefined {
		const values = this.get("until");
		if (values.length > 1) throw invalidParameter("more than one until filter specified");
		return values[0] === undefined ? undefined : parseMoment(values[0], now);
	}
	/** What prune asks of labels: all of "label", not all of "label!". */
	prunes(labels: Readonly<Record<string, string>>): boolean {
		return this.labels("label", labels) && !(this.has("label!") && this.labels("label!", labels));
	}
}

/** {"name": {"value": true}}, or {"name": ["value"]}. */
function parseWire(json: string): Record<string, Record<string, boolean> | string[] | null> {
	let wire: unknown;
	try {
		wire = JSON.parse(json);
	} catch {
		wire = undefined;
	}
	if (wire === null) return {};
	const isSet = (values: unknown): boolean =>
		typeof values === "object" && values !== null && !Array.isArray(values) && all(Object.values(values), "boolean");
	const isList = (values: unknown): boolean => Array.isArray(values) && all(values, "string");
	const isNone = (values: unknown): boolean => values === null;
	const good =
		typeof wire === "object" &&
		!Array.isArray(wire) &&
		[isSet, isList].some((is) => Object.values(wire).every((values) => isNone(values) || is(values)));
	if (!good) throw invalidParameter("invalid filter");
	return wire as ReturnType<typeof parseWire>;
}
const all = (values: unknown[], type: string): boolean => values.every((value) => value === null || typeof value === type);

function safeTest(pattern: string, value: string): boolean {
	try {
		return new RegExp(pattern).test(value);
	} catch {
		return false;
	}
}

export function splitPair(pair: string, separator = "="): [string, string | undefined] {
	const at = pair.indexOf(separator);
	return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + separator.length)];
}
