// What a build can be given: its targets (--call=targets), and the arguments and secrets of one of them (--call=outline). As BuildKit's
// subrequests tell it: in JSON, and as a text.

import type { Command, Recipe } from "../dockerfile/instructions";
import { parseMount } from "../dockerfile/mount";
import { processWord } from "../shell/lex";
import type { BuildOptions } from "../types";
import { defaultArgs, withMetaArgs } from "./args";
import type { StageState } from "./stage";

export interface Description {
	json: string;
	text: string;
}
interface Place {
	line: number;
	endLine: number;
}
interface Argument {
	name: string;
	description?: string;
	value?: string;
	place: Place;
	/** Arguments that its value was made of. */
	needs: ReadonlySet<string>;
}

/** "NAME what it is for", of the comments before an instruction. */
function descriptionOf(name: string, comments: readonly string[]): string | undefined {
	const last = comments.at(-1);
	return name !== "" && last?.startsWith(`${name} `) ? last.slice(name.length + 1).trim() : undefined;
}
const rangesOf = ({ line, endLine }: Place) => ({
	ranges: [{ start: { line }, end: { line: endLine } }],
});
const encode = (value: unknown): string => JSON.stringify(value, undefined, 2);

export function describeTargets({ stages }: Recipe): Description {
	const targets = stages.map((stage, at) => ({
		name: stage.as || undefined,
		default: at === stages.length - 1 || undefined,
		description: descriptionOf(stage.as, stage.comments),
		base: stage.base,
		platform: stage.platform || undefined,
		location: rangesOf(stage),
	}));
	const rows = targets.map(({ name, default: last, description = "" }) => {
		const shown = name ? `${name}${last ? " (default)" : ""}` : last ? "(default)" : "";
		return [shown, description];
	});
	return { json: encode({ targets }), text: table([["TARGET", "DESCRIPTION"], ...rows], 1) };
}

export function describeOutline(target: StageState, recipe: Recipe, options: BuildOptions, escapeToken: string): Description {
	const { meta } = recipe;
	const given = options.buildArgs ?? {};
	const globals = withMetaArgs(defaultArgs(given, target.stage.as), recipe, given, escapeToken);
	const before = new Map<string, Argument>();
	for (const command of meta) {
		for (const { key, value } of command.args) {
			const needs = new Set<string>();
			if (value !== undefined) processWord(value, globals.lookup(needs), { escape: escapeToken });
			before.set(key, { ...argument(key, command), value: globals.get(key), needs });
		}
	}
	const found = new Map<string, Argument>();
	const secrets = new Map<string, { required: boolean; place: Place }>();
	for (const state of statesOf(target)) {
		const used = new Set<string>();
		processWord(state.stage.base, globals.lookup(used), { escape: escapeToken });
		for (const command of state.stage.commands) {
			if (command.name === "RUN") secretsOf(command, secrets);
			if (command.name !== "ARG") continue;
			for (const { key, value } of command.args) {
				used.add(key);
				if (value === undefined && before.has(key)) continue;
				const result = state.buildArgs.find((one) => one.key === key)?.value;
				if (!found.has(key)) found.set(key, { ...argument(key, command), value: result, needs: new Set() });
			}
		}
		for (const name of closure(used, before)) if (before.has(name) && !found.has(name)) found.set(name, before.get(name)!);
	}
	const args = [...found.values()].sort((a, b) => a.place.line - b.place.line);
	const described = {
		name: target.stage.as || undefined,
		description: descriptionOf(target.stage.as, target.stage.comments),
		args: args.map(({ name, description, value, place }) => ({ name, description, value, location: rangesOf(place) })),
		secrets: [...secrets].map(([name, { required, place }]) => ({
			name,
			required: required || undefined,
			location: rangesOf(place),
		})),
	};
	const { name, description } = described;
	const heading =
		name || description ? [["TARGET:", name ?? "(default)"], ...(description ? [["DESCRIPTION:", description]] : [])] : [];
	const argRows = args.map((one) => [one.name, one.value ?? "", one.description ?? ""]);
	const secretRows = described.secrets.map((one) => [one.name, one.required ? "true" : ""]);
	const parts = [
		heading.length > 0 ? table(heading, 1) : "",
		argRows.length > 0 ? table([["BUILD ARG", "VALUE", "DESCRIPTION"], ...argRows], 3) : "",
		secretRows.length > 0 ? table([["SECRET", "REQUIRED"], ...secretRows], 3) : "",
	];
	return { json: encode(described), text: parts.map((part) => (part === "" ? "" : `${part}\n`)).join("") };
}
const argument = (name: string, command: Command): Omit<Argument, "needs"> => ({
	name,
	description: descriptionOf(name, command.comments),
	place: command,
});

/** The stage, and those that it is made of. */
function statesOf(target: StageState): Set<StageState> {
	const states = new Set<StageState>();
	const visit = (state: StageState): void => {
		if (states.has(state)) return;
		states.add(state);
		if (state.base) visit(state.base);
		for (const dependency of state.dependencies.keys()) visit(dependency);
	};
	visit(target);
	return states;
}
function closure(names: ReadonlySet<string>, known: ReadonlyMap<string, Argument>): Set<string> {
	const all = new Set(names);
	for (const name of all) for (const need of known.get(name)?.needs ?? []) all.add(need);
	return all;
}
function secretsOf(command: Extract<Command, { name: "RUN" }>, into: Map<string, { required: boolean; place: Place }>): void {
	for (const text of command.mounts) {
		const { type, id, source, target, required } = parseMount(text, (value) => value);
		const name = source || id || target.slice(target.lastIndexOf("/") + 1);
		if (type === "secret" && !into.has(name)) into.set(name, { required, place: command });
	}
}

/** Columns as Go's tabwriter aligns them: all but the last are as wide as their widest cell and so many spaces more. */
function table(rows: readonly string[][], space: number): string {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)) + space);
	const lines = rows.map((row) => row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(widths[at]!) : cell)).join(""));
	return lines.map((line) => `${line}\n`).join("");
}
