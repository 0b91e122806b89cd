// runc's command line: global options, a verb, the verb's options, a container.

import type { Sys } from "../sys";
import type { Tracer } from "../trace/event";
import { RuncError } from "./errors";

export interface RuncContext {
	sys: Sys;
	/** Where containers are remembered: --root. */
	root: string;
	trace: Tracer;
	options: Options;
	args: string[];
}

export class Options {
	private readonly values: Array<readonly [name: string, value: string]> = [];
	set(name: string, value: string): void {
		this.values.push([name, value]);
	}
	has(name: string): boolean {
		return this.values.some(([known]) => known === name);
	}
	get(name: string): string | undefined {
		return this.values.findLast(([known]) => known === name)?.[1];
	}
	/** These and one more. */
	with(name: string, value = "true"): Options {
		const more = new Options();
		more.values.push(...this.values, [name, value]);
		return more;
	}
	all(name: string): string[] {
		return this.values.filter(([known]) => known === name).map(([, value]) => value);
	}
}

/** Long name of each option → does it take a value? Short names beside. */
export type OptionTable = Record<string, { value: boolean; short?: string }>;

/** Takes options off the front of `argv`; the rest begins at the first word that is none. */
export function parseOptions(argv: readonly string[], table: OptionTable): { options: Options; rest: string[] } {
	const options = new Options();
	let at = 0;
	for (; at < argv.length && argv[at]!.startsWith("-") && argv[at] !== "-"; at++) {
		if (argv[at] === "--") {
			at++;
			break;
		}
		const [word, inline] = splitOnce(argv[at]!.replace(/^--?/, ""));
		const name = Object.keys(table).find((long) => long === word || table[long]!.short === word);
		if (!name) throw new RuncError(`flag provided but not defined: -${word}`);
		if (!table[name]!.value) options.set(name, "true");
		else if (inline !== undefined) options.set(name, inline);
		else if (++at < argv.length) options.set(name, argv[at]!);
		else throw new RuncError(`flag needs an argument: -${word}`);
	}
	return { options, rest: argv.slice(at) };
}

function splitOnce(word: string): [string, string | undefined] {
	const at = word.indexOf("=");
	return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
