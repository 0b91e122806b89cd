// The --flags of an instruction, checked against those it knows.

import { invalidParameter } from "../../lib/errors";
import { suggestion } from "./suggest";

export type FlagKind = "string" | "strings" | "boolean";
export type Flags = Record<string, string[]>;

/** @throws EngineError invalidParameter */
export function checkFlags(given: readonly string[], known: Record<string, FlagKind>): Flags {
	const flags: Flags = {};
	for (const one of given) {
		if (one === "--") break;
		const equals = one.indexOf("=");
		const name = one.slice(2, equals < 0 ? undefined : equals);
		const value = equals < 0 ? undefined : one.slice(equals + 1);
		const kind = Object.hasOwn(known, name) ? known[name] : undefined;
		if (!kind) throw invalidParameter(`unknown flag: --${name}${suggestion(name, Object.keys(known), true)}`);
		if (flags[name] && kind !== "strings") throw invalidParameter(`duplicate flag specified: --${name}`);
		flags[name] ??= [];
		flags[name].push(kind === "boolean" ? booleanOf(name, value) : textOf(name, value));
	}
	return flags;
}

function booleanOf(name: string, value: string | undefined): string {
	if (value === "") throw invalidParameter(`missing a value on flag: --${name}`);
	const lower = (value ?? "true").toLowerCase();
	if (lower !== "true" && lower !== "false") throw invalidParameter(`expecting boolean value for flag --${name}, not: ${value}`);
	return lower;
}
function textOf(name: string, value: string | undefined): string {
	if (value === undefined) throw invalidParameter(`missing a value on flag: --${name}`);
	return value;
}
