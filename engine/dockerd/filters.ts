// The ?filters= of list and event endpoints: {"label": {"a=b": true}, "status": {"exited": true}}.
// Values of one filter are alternatives (labels aside), different filters must all hold.

import { invalidParameter } from "../lib/errors";

export class Filters {
	private constructor(private readonly fields: ReadonlyMap<string, readonly string[]>) {}

	/** @throws EngineError invalidParameter for malformed JSON, and for a filter that is not in `accepted` */
	static parse(json: string | undefined, accepted: readonly string[]): Filters {
		const fields = new Map<string, string[]>();
		if (json) {
			let wire: unknown;
			try {
				wire = JSON.parse(json);
			} catch (error) {
				throw invalidParameter(`invalid filter: ${(error as Error).message}`);
			}
			for (const [name, values] of Object.entries(wire as Record<string, unknown>)) {
				if (!accepted.includes(name)) throw invalidParameter(`Invalid filter '${name}'`);
				// Old clients send a list, newer ones a set.
				fields.set(name, Array.isArray(values) ? values.map(String) : Object.keys((values as object) ?? {}));
			}
		}
		return new Filters(fields);
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
	/** undefined when the filter is not there. @throws EngineError invalidParameter for anything but one true or false */
	boolean(name: string): boolean | undefined {
		if (!this.has(name)) return undefined;
		const values = this.get(name);
		const truths = new Set(values.map((value) => TRUTH[value.toLowerCase()]));
		const [only] = truths;
		if (truths.size !== 1 || only === undefined) throw invalidParameter(`Invalid filter '${name}=[${values.join(" ")}]'`);
		return only;
	}
}

const TRUTH: Record<string, boolean> = { "1": true, t: true, true: true, "0": false, f: false, false: false };

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
