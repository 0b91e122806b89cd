// Reads a command line as pflag does: --long, --long=value, -s, -svalue, -abc, --, and options among arguments unless told otherwise.

import { utf8 } from "../../lib/bytes";
import { parseBool } from "../../lib/parse-bool";
import { goQuote } from "../../lib/quote";
import type { Options, Spec, ValuesOf } from "./spec";

/** What is wrong with a command line; the command adds its usage to it. */
export class FlagError extends Error {
	override readonly name = "FlagError";
}
/** --help was asked for. */
export class HelpAsked extends Error {
	override readonly name = "HelpAsked";
	constructor(
		/** What to say on stderr first. */
		readonly warnings: string[],
		readonly args: string[] = [],
	) {
		super("help asked");
	}
}

export interface Parsed<O extends Options> {
	values: ValuesOf<O>;
	args: string[];
	/** Names of the options that were given. */
	changed: ReadonlySet<string>;
	/** Deprecations, for stderr. */
	warnings: string[];
}

const HELP: Spec<boolean> = {
	type: "",
	usage: "",
	initial: () => false,
	set: parseBool,
	alone: "true",
};

/**
 * @param interspersed when false, the first argument ends the options (docker run IMAGE …)
 * @throws FlagError, HelpAsked
 */
export function parseFlags<O extends Options>(options: O, argv: readonly string[], interspersed = true): Parsed<O> {
	const reader = new Reader(options);
	const args: string[] = [];
	for (let at = 0; at < argv.length; at++) {
		const word = argv[at]!;
		if (word === "--") {
			args.push(...argv.slice(at + 1));
			break;
		}
		if (word.length < 2 || word[0] !== "-") {
			if (!interspersed) {
				args.push(...argv.slice(at));
				break;
			}
			args.push(word);
		} else if (word[1] === "-") at += reader.long(word, argv[at + 1]);
		else at += reader.shorts(word, argv[at + 1]);
	}
	if (reader.help) throw new HelpAsked(reader.warnings, args);
	return { values: reader.values as ValuesOf<O>, args, changed: reader.changed, warnings: reader.warnings };
}

/** pflag takes a text for bytes: of a letter beyond ASCII it sees the first, as if that were the letter. */
const firstByte = (rest: string): string => String.fromCharCode(utf8(rest)[0]!);

class Reader {
	readonly values: Record<string, unknown> = {};
	readonly changed = new Set<string>();
	readonly warnings: string[] = [];
	help = false;
	private readonly byLetter = new Map<string, string>();

	constructor(private readonly options: Options) {
		for (const [name, spec] of Object.entries(options)) {
			if (!spec.aliasOf) this.values[name] = spec.initial();
			if (spec.short) this.byLetter.set(spec.short, name);
		}
	}

	/** Returns how many further words it took. */
	long(word: string, next: string | undefined): number {
		const body = word.slice(2);
		if (body === "" || body[0] === "-" || body[0] === "=") throw new FlagError(`bad flag syntax: ${word}`);
		const equals = body.indexOf("=");
		const name = equals < 0 ? body : body.slice(0, equals);
		const spec = this.find(name);
		if (!spec) throw new FlagError(`unknown flag: --${name}`);
		if (equals >= 0) this.set(name, spec, body.slice(equals + 1));
		else if (spec.alone !== undefined) this.set(name, spec, spec.alone);
		else if (next === undefined) throw new FlagError(`flag needs an argument: --${name}`);
		else {
			this.set(name, spec, next);
			return 1;
		}
		return 0;
	}

	shorts(word: string, next: string | undefined): number {
		for (let at = 1; at < word.length; at++) {
			const letter = word[at]!;
			const name = this.byLetter.get(letter) ?? (letter === "h" ? "help" : undefined);
			if (name === undefined) throw new FlagError(`unknown shorthand flag: '${firstByte(word.slice(at))}' in -${word.slice(at)}`);
			if (name === "help") this.warnings.push("Flag shorthand -h has been deprecated, use --help");
			const spec = this.find(name)!;
			if (word[at + 1] === "=" && word.length > at + 2) {
				this.set(name, spec, word.slice(at + 2));
				return 0;
			}
			if (spec.alone !== undefined) {
				this.set(name, spec, spec.alone);
				continue;
			}
			if (at + 1 < word.length) {
				this.set(name, spec, word.slice(at + 1));
				return 0;
			}
			if (next === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${word.slice(at)}`);
			this.set(name, spec, next);
			return 1;
		}
		return 0;
	}

	private find(name: string): Spec<unknown> | undefined {
		if (name === "help") return HELP;
		return Object.hasOwn(this.options, name) ? this.options[name] : undefined;
	}

	private set(given: string, spec: Spec<unknown>, text: string): void {
		const name = spec.aliasOf ?? given;
		try {
			const value = spec.set(text, this.values[name], !this.changed.has(name));
			if (given === "help" && spec === HELP) this.help = value as boolean;
			else this.values[name] = value;
		} catch (error) {
			const shown = spec.short && spec !== HELP ? `-${spec.short}, --${given}` : `--${given}`;
			throw new FlagError(`invalid argument ${goQuote(text)} for "${shown}" flag: ${(error as Error).message}`);
		}
		this.changed.add(name);
		if (given !== name) this.changed.add(given);
		if (spec.deprecated) this.warnings.push(`Flag --${given} has been deprecated, ${spec.deprecated}`);
	}
}
