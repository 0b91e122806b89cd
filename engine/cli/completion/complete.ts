// docker __complete WORD…: what could stand in place of the last word, a line each, then ":" and what the shell is to do with it.
// The scripts of docker completion call it; the protocol is cobra's.

import type { Cli } from "../cli";
import type { Command, Group } from "../command/command";
import { globalOptions } from "../command/globals";
import { COMMON, findCommand, findGroup, GROUPS, HIDDEN, inGroup, OTHERS } from "../command/tree";
import type { Options, Spec } from "../flags/spec";
import { ARGUMENTS } from "./arguments";
import { DIRECTIVE, directiveName, type Found, files, nothing, type Source } from "./source";
import { valueSource } from "./values";

export async function complete(cli: Cli, words: string[], descriptions: boolean): Promise<number> {
	const { values, directive } = await answer(cli, words);
	const described = descriptions && !cli.env.DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION;
	for (const value of values) {
		const line = (described ? value : value.split("\t")[0]!).split("\n")[0]!.trim();
		await cli.out.line(line);
	}
	await cli.out.line(`:${directive}`);
	await cli.err.line(`Completion ended with directive: ${directiveName(directive)}`);
	return 0;
}

/** Where the words before the last one lead to. */
interface Place {
	/** "container ls"; empty at the root. */
	words: string;
	command?: Command;
	group?: Group;
	options: Options;
	interspersed: boolean;
	rest: string[];
}
function find(cli: Cli, words: readonly string[]): Place {
	const root: Place = { words: "", options: globalOptions(cli.env), interspersed: false, rest: [...words] };
	// options of the whole command stand before its name
	const at = firstArgument(root.options, words);
	const name = words[at];
	if (name === undefined) return root;
	const group = findGroup(name);
	if (group) {
		const rest = words.slice(at + 1);
		const command = rest[0] === undefined ? undefined : inGroup(group, rest[0]);
		if (!command) return { words: group.name, group, options: {}, interspersed: true, rest };
		return placeOf(`${group.name} ${command.name}`, command, rest.slice(1));
	}
	const command = findCommand(name);
	return command ? placeOf(command.name, command, words.slice(at + 1)) : { ...root, rest: words.slice(at) };
}
const placeOf = (words: string, command: Command, rest: string[]): Place => ({
	words,
	command,
	options: command.options,
	interspersed: command.interspersed,
	rest,
});

function firstArgument(options: Options, words: readonly string[]): number {
	for (let at = 0; at < words.length; at++) {
		const word = words[at]!;
		if (!word.startsWith("-") || word === "-") return at;
		if (word.includes("=")) continue;
		const found = specOf(options, word);
		// what is unknown is taken for one with a value, as cobra does
		if (!found || found[1].alone === undefined) at++;
	}
	return words.length;
}

/** The option that a word names, "-it" by its last letter. */
function specOf(options: Options, word: string): [string, Spec<unknown>] | undefined {
	if (word.startsWith("--")) {
		const name = word.slice(2);
		return Object.hasOwn(options, name) ? [name, options[name]!] : undefined;
	}
	return Object.entries(options).find(([, spec]) => spec.short === word.at(-1));
}

/** What the words said so far: arguments, options, and an option that waits for its value. */
interface Said {
	args: string[];
	options: Record<string, unknown>;
	changed: Set<string>;
	waiting?: string;
	/** The first option that there is none of, in pflag's words. */
	unknown?: string;
	/** No more options: after "--", or after the first argument of run and its like. */
	ended: boolean;
}
function read({ options, interspersed, rest }: Place): Said {
	const said: Said = { args: [], options: {}, changed: new Set(), ended: false };
	for (let at = 0; at < rest.length; at++) {
		const word = rest[at]!;
		if (said.ended || !word.startsWith("-") || word === "-") {
			said.args.push(word);
			if (!interspersed) said.ended = true;
			continue;
		}
		if (word === "--") {
			said.ended = true;
			continue;
		}
		const named = word.startsWith("--") ? longOption(options, word) : shortOption(options, word);
		if (typeof named === "string") {
			said.unknown ??= named;
			continue;
		}
		const { key, spec, given } = named;
		said.changed.add(key);
		const value = given ?? spec.alone ?? rest[++at];
		if (value === undefined) said.waiting = key;
		else said.options[key] = value === "true" ? true : value;
	}
	return said;
}

interface Named {
	key: string;
	spec: Spec<unknown>;
	/** In the same word. */
	given?: string;
}
/** The option of "--name" or "--name=value", or that there is none, in pflag's words. */
function longOption(options: Options, word: string): Named | string {
	const [key = "", given] = word.slice(2).split(/=(.*)/s) as [string, string?];
	return Object.hasOwn(options, key) ? { key, spec: options[key]!, given } : `unknown flag: --${key}`;
}
/** The last option of letters such as "-it" or "-eA=b", or the first that there is none of. */
function shortOption(options: Options, word: string): Named | string {
	let last: Named | undefined;
	for (let at = 1; at < word.length; at++) {
		const found = Object.entries(options).find(([, { short }]) => short === word[at]);
		if (!found) return `unknown shorthand flag: '${word[at]}' in -${word.slice(at)}`;
		const [key, spec] = found;
		const behind = word.slice(at + 1);
		last = { key, spec };
		if (behind.startsWith("=") || (spec.alone === undefined && behind !== ""))
			return { ...last, given: behind.replace(/^=/, "") };
	}
	return last!;
}

async function answer(cli: Cli, words: string[]): Promise<Found> {
	const begun = words.at(-1) ?? "";
	const place = find(cli, words.slice(0, -1));
	const said = read(place);
	if (said.unknown) {
		// cobra's debug line; nothing is known behind such an option, and the shell completes as it does without
		await cli.err.line(`[Debug] [Error] Error while parsing flags from args [${place.rest.join(" ")}]: ${said.unknown}`);
		return { values: [], directive: DIRECTIVE.default };
	}
	const ask = (source: Source, typed: string): Promise<Found> | Found =>
		source({ cli, args: said.args, begun: typed, options: said.options });
	if (said.waiting !== undefined) return ask(valueSource(place.words, said.waiting), begun);
	if (begun.startsWith("-") && !said.ended) {
		const equals = begun.indexOf("=");
		if (equals < 0) return { values: optionNames(place, said, begun), directive: DIRECTIVE.noFiles };
		const found = specOf(place.options, begun.slice(0, equals));
		return found
			? ask(valueSource(place.words, found[0]), begun.slice(equals + 1))
			: { values: [], directive: DIRECTIVE.noFiles };
	}
	if (!place.command) return { values: said.args.length > 0 ? [] : commandNames(place, begun), directive: DIRECTIVE.noFiles };
	const found = await ask(
		ARGUMENTS[place.words] ?? (place.words === "cp" || place.words === "container cp" ? files : nothing),
		begun,
	);
	return found;
}

function optionNames({ options }: Place, { changed }: Said, begun: string): string[] {
	const names: string[] = [];
	// --help is a hidden option of every command
	for (const [name, spec] of Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))) {
		if (spec.hidden || spec.deprecated || name === "help") continue;
		if (changed.has(name) && !/^(list|strings|map|stringToString)$/.test(spec.type)) continue;
		const forms = [`--${name}`, ...(spec.short ? [`-${spec.short}`] : [])];
		names.push(...forms.filter((form) => form.startsWith(begun)).map((form) => `${form}\t${spec.usage}`));
	}
	return names;
}

function commandNames({ group }: Place, begun: string): string[] {
	const all: Array<Command | Group> = group ? group.commands : [...COMMON, ...GROUPS, ...OTHERS, ...HIDDEN];
	const names: string[] = [];
	for (const one of [...all].sort((a, b) => (a.name < b.name ? -1 : 1))) {
		if (!one.name.startsWith(begun) || one.hidden) continue;
		names.push(`${one.name}\t${one.summary}`);
	}
	if (!group && "help".startsWith(begun)) names.push("help\tHelp about the command");
	return names;
}
