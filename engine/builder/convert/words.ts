// An instruction in its stage, and how its words are read there.

import type { IgnoreMatcher } from "../../lib/ignore";
import { clean, isAbsolute, join } from "../../lib/path";
import { goQuote } from "../../lib/quote";
import type { Command } from "../dockerfile/instructions";
import { suggestion } from "../dockerfile/suggest";
import type { Linter } from "../lint/linter";
import { processWord, processWords } from "../shell/lex";
import type { Solver } from "../solve/solver";
import type { ContextSource } from "../solve/sources";
import type { Environment } from "./environment";
import type { PreparedCommand, StageState } from "./stage";

/** What all instructions of a build are converted with. */
export interface Conversion {
	solver: Solver;
	linter: Linter;
	/** "\\" or "`". */
	escape: string;
	/** --build-arg */
	given: Readonly<Record<string, string>>;
	/** ARGs before the first stage, and those that every build has. */
	globals: Environment;
	context: ContextSource;
	/** Of .dockerignore, where there is one. */
	ignored: IgnoreMatcher | undefined;
	/** --secret, by id. */
	secrets: Readonly<Record<string, Uint8Array>>;
	/** --allow: what a Dockerfile must not do of itself. */
	allowed: readonly string[];
}
/** One instruction in its stage. */
export interface Step<C extends Command = Command> {
	conversion: Conversion;
	state: StageState;
	command: C;
	prepared: PreparedCommand;
}
export type Named<N, C = Command> = C extends { name: infer M } ? (N extends M ? C : never) : never;

/** A word with its variables. Unknown ones are warned of. */
export function expand(step: Step, text: string): string {
	return expanded(step, (lookup) => processWord(text, lookup, { escape: step.conversion.escape }));
}
export function expanded<T>(step: Step, work: (lookup: ReturnType<Environment["lookup"]>) => T): T {
	const { state, conversion, command } = step;
	const missing = new Set<string>();
	try {
		return work(state.environment.lookup(undefined, missing));
	} finally {
		for (const { key } of state.buildArgs) missing.delete(key);
		for (const name of missing) {
			const near = suggestion(name, state.environment.names(), true).replace("mean ", "mean $");
			conversion.linter.report("UndefinedVar", `Usage of undefined variable '$${name}'${near}`, command, command.comments);
		}
	}
}
/** The text's words with their variables. Nobody is warned of unknown ones. */
export const wordsOf = ({ state, conversion }: Step, text: string): string[] =>
	processWords(text, state.environment.lookup(), { escape: conversion.escape });

/** Go's %q of a list, and its %v. */
export const quoted = (list: readonly string[]): string => `[${list.map(goQuote).join(" ")}]`;
export const plain = (list: readonly string[]): string => `[${list.join(" ")}]`;

export const shellOf = ({ image }: StageState): string[] => (image.config.Shell?.length ? image.config.Shell : ["/bin/sh", "-c"]);

/** Where a path of an instruction leads: WORKDIR counts for one that is not absolute. A slash at its end stays. */
export function inWorkdir(state: StageState, path: string): string {
	const directory = path === "." || path === "" ? "./" : path;
	const full = isAbsolute(directory) ? clean(directory) : join("/", state.image.config.WorkingDir || "/", directory);
	return /\/\.?$/.test(directory) && full !== "/" ? `${full}/` : full;
}

/** The instruction as progress shows it: its name in capitals, its variables filled in. */
export function shownCommand({ state, command, conversion }: Step, text = command.original): string {
	let words = text;
	try {
		words = processWord(text, state.environment.lookup(), {
			escape: conversion.escape,
			...(command.name === "RUN" ? { raw: true, keepUnset: true } : {}),
		});
	} catch {
		// as it is
	}
	return words.replace(/^\S+/, (name) => name.toUpperCase());
}
