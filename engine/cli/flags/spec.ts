// An option of a command as a value: its type's name, how a text becomes a value, what help says. pflag's Flag, without the pointer.

import { parseBool } from "../../lib/parse-bool";
import { readCsv } from "../opts/csv";

/** One option. The long name is its key in the command's table. */
export interface Spec<T> {
	/** What help writes after the name ("string", "list", "bytes" …); empty for a switch. */
	type: string;
	/** The single letter, if any. */
	short?: string;
	usage: string;
	initial: () => T;
	/**
	 * The new value. `first` is true the first time the option is met on a command line, so that lists can begin anew.
	 * @throws Error whose message says what is wrong with the text
	 */
	set(text: string, current: T, first: boolean): T;
	/** The text that the option alone stands for: "true" for a switch. Without it, an option needs an argument. */
	alone?: string;
	/** What help shows as the default, ready to print, or nothing. */
	shownDefault?: string;
	hidden?: boolean;
	/** Said on stderr when the option is used. */
	deprecated?: string;
	/** Another name for the same value. */
	aliasOf?: string;
	/** What a daemon must be or speak for it. */
	needs?: Needs;
}

/** What an option or a command asks of the daemon; help hides it and its use is refused where the daemon has it not. */
export interface Needs {
	/** The first API version that knows it. */
	api?: string;
	/** "manager": a swarm's manager; "active": any node of a swarm; "": swarm's own, and of use before there is a swarm. */
	swarm?: "manager" | "active" | "";
	experimental?: boolean;
	os?: "linux" | "windows";
}

export type Options = Record<string, Spec<unknown>>;
export type ValuesOf<O> = { [K in keyof O]: O[K] extends Spec<infer T> ? T : never };

interface Extra {
	hidden?: boolean;
	deprecated?: string;
	aliasOf?: string;
	type?: string;
	shownDefault?: string;
	needs?: Needs;
}

const quote = (text: string): string => JSON.stringify(text);

/** A failed number as Go's strconv words it. */
export const syntaxError = (call: string, text: string): Error =>
	new Error(`strconv.${call}: parsing ${quote(text)}: invalid syntax`);
const rangeError = (call: string, text: string): Error =>
	new Error(`strconv.${call}: parsing ${quote(text)}: value out of range`);

/** An integer as strconv reads it with base 0: 0x, 0o, 0b and 0 prefixes are known, and digits may be parted by "_". */
export function parseInteger(text: string, bits: number, signed: boolean): number {
	const call = signed ? "ParseInt" : "ParseUint";
	const match = (signed ? /^([+-]?)(.+)$/ : /^()(.+)$/).exec(text);
	const written = match?.[2] ?? "";
	const digits = /^(0[xXbBoO]?_?)?[0-9a-fA-F]+(_[0-9a-fA-F]+)*$/.test(written) ? written.replaceAll("_", "") : written;
	const forms: Array<[RegExp, string]> = [
		[/^0x([0-9a-f]+)$/i, "0x"],
		[/^0b([01]+)$/i, "0b"],
		[/^0o?([0-7]+)$/i, "0o"],
		[/^(0|[1-9][0-9]*)$/, ""],
	];
	for (const [form, prefix] of forms) {
		const found = form.exec(digits);
		if (!found) continue;
		const value = BigInt(prefix + found[1]) * (match?.[1] === "-" ? -1n : 1n);
		const limit = 1n << BigInt(signed ? bits - 1 : bits);
		if (value >= limit || value < (signed ? -limit : 0n)) throw rangeError(call, text);
		return Number(value);
	}
	throw syntaxError(call, text);
}

export const bool = (usage: string, short?: string, initial = false, extra: Extra = {}): Spec<boolean> => ({
	type: "",
	short,
	usage,
	initial: () => initial,
	set: (text) => parseBool(text),
	alone: "true",
	shownDefault: initial ? "true" : undefined,
	...extra,
});

export const string = (usage: string, short?: string, initial = "", extra: Extra = {}): Spec<string> => ({
	type: "string",
	short,
	usage,
	initial: () => initial,
	set: (text) => text,
	shownDefault: initial ? quote(initial) : undefined,
	...extra,
});

const integer =
	(type: string, bits: number, signed: boolean) =>
	(usage: string, short?: string, initial = 0, extra: Extra = {}): Spec<number> => ({
		type,
		short,
		usage,
		initial: () => initial,
		set: (text) => parseInteger(text, bits, signed),
		shownDefault: initial ? String(initial) : undefined,
		...extra,
	});
export const int = integer("int", 64, true);
export const uint16 = integer("uint16", 16, false);
export const uint64 = integer("uint", 64, false);

/** docker's ListOpts: each use adds one. `check` may change or refuse the text. */
export const list = (
	usage: string,
	short?: string,
	check: (text: string) => string = (text) => text,
	extra: Extra = {},
): Spec<string[]> => ({
	type: "list",
	short,
	usage,
	initial: () => [],
	set: (text, current) => [...current, check(text)],
	...extra,
});

/** pflag's StringSlice: each use adds a line of comma-separated values. */
export const strings = (usage: string, short?: string, extra: Extra = {}): Spec<string[]> => ({
	type: "strings",
	short,
	usage,
	initial: () => [],
	set: (text, current) => [...current, ...(text === "" ? [] : readCsv(text))],
	...extra,
});

/** pflag's StringToString: each use adds a line of comma-separated key=value pairs. Undefined when it was not given. */
export const pairs = (usage: string, extra: Extra = {}): Spec<Map<string, string> | undefined> => ({
	type: "stringToString",
	usage,
	initial: () => undefined,
	set: (text, current) => {
		const fields = (text.match(/=/g)?.length ?? 0) > 1 ? readCsv(text) : [text.replace(/^"+|"+$/g, "")];
		const next = new Map(current ?? []);
		for (const field of fields) {
			const at = field.indexOf("=");
			if (at < 0) throw new Error(`${field} must be formatted as key=value`);
			next.set(field.slice(0, at), field.slice(at + 1));
		}
		return next;
	},
	shownDefault: "[]",
	...extra,
});

/** docker's MapOpts: key=value, a later key wins. `check` may refuse the text. */
export const map = (
	usage: string,
	short?: string,
	extra: Extra = {},
	check: (text: string) => string = (text) => text,
): Spec<Map<string, string>> => ({
	type: "map",
	short,
	usage,
	initial: () => new Map(),
	set: (given, current) => {
		const text = check(given);
		const at = text.indexOf("=");
		return new Map(current).set(at < 0 ? text : text.slice(0, at), at < 0 ? "" : text.slice(at + 1));
	},
	...extra,
});

/** Any other type: `parse` adds one text to the value. */
export const custom = <T>(
	type: string,
	usage: string,
	initial: () => T,
	set: (text: string, current: T, first: boolean) => T,
	extra: Extra & { short?: string; alone?: string } = {},
): Spec<T> => ({ type, usage, initial, set, ...extra });

/** The same value under another name, usually an old one. */
export const alias = <T>(of: string, spec: Spec<T>, extra: Extra = { hidden: true }): Spec<T> => ({
	...spec,
	short: undefined,
	aliasOf: of,
	...extra,
});
