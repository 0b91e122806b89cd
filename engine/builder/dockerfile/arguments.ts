// How each instruction reads what follows its name: a table, and the few ways that there are.

import { invalidParameter } from "../../lib/errors";
import type { Node } from "./parse";
import { parseWords } from "./words";

export interface Arguments {
	args: string[];
	/** The arguments were a JSON array. */
	json?: boolean;
	/** ONBUILD's instruction. */
	child?: Node;
}
type Reader = (rest: string, context: { escapeToken: string; parse(line: string): Node }) => Arguments;
const BLANKS = /[\t\v\f\r ]+/;

const nothing: Reader = () => ({ args: [""] });
const whole: Reader = (rest) => ({ args: rest === "" ? [] : [rest] });
const blanks: Reader = (rest) => ({ args: rest === "" ? [] : rest.split(BLANKS) });
const names: Reader = (rest, { escapeToken }) => ({ args: parseWords(rest, escapeToken) });

/** A JSON array of strings, or else what `otherwise` makes of it. */
const maybeJson =
	(otherwise: Reader): Reader =>
	(rest, context) => {
		if (rest === "") return { args: [] };
		const array = parseJsonArray(rest);
		return array ? { args: array, json: true } : otherwise(rest, context);
	};

function parseJsonArray(rest: string): string[] | undefined {
	const trimmed = rest.trimStart();
	if (!trimmed.startsWith("[")) return undefined;
	let array: unknown[];
	try {
		array = JSON.parse(trimmed) as unknown[];
	} catch {
		return undefined;
	}
	if (array.some((item) => typeof item !== "string")) {
		throw invalidParameter("when using JSON array syntax, arrays must be comprised of strings only");
	}
	return array as string[];
}
/** NAME=VALUE …, or the old NAME VALUE. Three arguments each: name, value, "=" or "". */
const pairs =
	(instruction: string): Reader =>
	(rest, { escapeToken }) => {
		const words = parseWords(rest, escapeToken);
		if (words.length === 0) return { args: [] };
		if (!words[0]!.includes("=")) {
			const match = /^([^\t\v\f\r ]*)[\t\v\f\r ]+([\s\S]*)$/.exec(rest);
			if (!match) throw invalidParameter(`${instruction} must have two arguments`);
			return { args: [match[1]!, match[2]!, ""] };
		}
		return {
			args: words.flatMap((word) => {
				const equals = word.indexOf("=");
				if (equals < 0) {
					throw invalidParameter(`Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`);
				}
				return [word.slice(0, equals), word.slice(equals + 1), "="];
			}),
		};
	};

const healthcheck: Reader = (rest, context) => {
	const match = /^(\S+)\s*([\s\S]*)$/.exec(rest);
	if (!match) return { args: [] };
	const command = maybeJson(whole)(match[2]!, context);
	return { ...command, args: [match[1]!, ...command.args] };
};
const subcommand: Reader = (rest, { parse }) => {
	if (rest === "") return { args: [] };
	const child = parse(rest);
	return { args: [child.value, ...child.args], child };
};

export const READERS: Record<string, Reader> = {
	add: maybeJson(blanks),
	arg: names,
	cmd: maybeJson(whole),
	copy: maybeJson(blanks),
	entrypoint: maybeJson(whole),
	env: pairs("ENV"),
	expose: blanks,
	from: blanks,
	healthcheck,
	label: pairs("LABEL"),
	maintainer: whole,
	onbuild: subcommand,
	run: maybeJson(whole),
	shell: maybeJson(whole),
	stopsignal: whole,
	user: whole,
	volume: maybeJson(blanks),
	workdir: whole,
};
/** An instruction that nobody knows is told of later, with its line. */
export const readerOf = (instruction: string): Reader => READERS[instruction.toLowerCase()] ?? nothing;
