// Recorded from BuildKit's parser, shell lexer and patternmatcher.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IgnoreMatcher, readIgnore } from "../../../engine/builder/context/ignore";
import { type Command, parseStages } from "../../../engine/builder/dockerfile/instructions";
import { type Node, parseDockerfile } from "../../../engine/builder/dockerfile/parse";
import { processWord, processWords } from "../../../engine/builder/shell/lex";
import { EngineError, messageOf } from "../../../engine/lib/errors";
import { readOracle } from "../../support/oracle";

const load = (name: string) =>
	readOracle(`${name}-oracle.json`, JSON.parse(readFileSync(new URL(`data/${name}-oracle.json`, import.meta.url), "utf8")));
function attempt<T>(run: () => T): T | { error: string } {
	try {
		return run();
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		return { error: messageOf(error) };
	}
}

describe("shell words", () => {
	const { cases } = load("shellword") as { cases: Array<Record<string, never>> };
	const names: Record<string, string> = {
		PWD: "/home",
		SHELL: "bash",
		KOREAN: "한국어",
		NULL: "",
		A: "abc",
		B: "b c",
		PATH: "/bin:/usr/bin",
		STR: "foo-bar-baz",
		N: "1",
	};
	const lookup = (name: string) => (Object.hasOwn(names, name) ? names[name] : undefined);
	it.each(cases)("$input", ({ input, word, words, wordError, wordsError }) => {
		expect(attempt(() => processWord(input!, lookup))).toEqual(wordError ? { error: wordError } : word);
		expect(attempt(() => processWords(input!, lookup))).toEqual(wordsError ? { error: wordsError } : (words ?? []));
	});
});

describe(".dockerignore", () => {
	const { match, read } = load("dockerignore") as {
		match: Array<{ patterns: string[]; matchesOrParent: Record<string, boolean>; error?: string }>;
		read: Array<{ file: string; patterns: string[] | null }>;
	};
	it.each(match)("$patterns", ({ patterns, matchesOrParent, error }) => {
		const seen = attempt(() => {
			const matcher = new IgnoreMatcher(patterns);
			return Object.fromEntries(Object.keys(matchesOrParent ?? {}).map((path) => [path, matcher.ignores(path)]));
		});
		expect(seen).toEqual(error ? { error } : matchesOrParent);
	});
	it.each(read)("$file", ({ file, patterns }) => expect(readIgnore(file)).toEqual(patterns ?? []));
});

interface Case {
	dockerfile: string;
	ast?: unknown[];
	escape?: string;
	parseError?: string;
	error?: string;
	stages?: Array<{ base: string; as: string; platform: string; commands: Array<Record<string, unknown>> }>;
	meta?: unknown[];
}
const described = (node: Node): unknown => ({
	args: node.child ? [] : node.args,
	...(node.child ? { child: { args: node.child.child ? [""] : node.child.args, value: node.child.value } } : {}),
	end: node.end,
	start: node.start,
	value: node.value,
	...(node.json && !node.child ? { attributes: { json: true } } : {}),
	...(node.flags.length > 0 ? { flags: node.flags } : {}),
	...(node.heredocs.length > 0 ? { heredocs: node.heredocs } : {}),
});
/** Two names may be equally near; which one Go tells depends on the order of a map. */
const withoutSuggestion = (text?: string) => text?.replace(/ \(did you mean .*\?\)/, "");

describe("Dockerfiles", () => {
	const { cases } = load("dockerfile") as { cases: Case[] };
	it.each(cases.map((one, at) => ({ at, ...one })))("$at $dockerfile", (one) => {
		const parsed = attempt(() => parseDockerfile(one.dockerfile));
		if (one.parseError !== undefined || "error" in parsed) {
			expect(parsed).toEqual({ error: one.parseError });
			return;
		}
		expect(parsed.escape).toBe(one.escape);
		const ast = one.ast as Array<{ child?: unknown }>;
		expect(parsed.nodes.map(described)).toEqual(
			ast.map((node) => (node.child ? { ...node, args: [], attributes: undefined } : node)),
		);
		const recipe = attempt(() => parseStages(parsed.nodes));
		if ("error" in recipe || one.error !== undefined) {
			expect("error" in recipe ? withoutSuggestion(recipe.error) : recipe).toEqual(withoutSuggestion(one.error));
			return;
		}
		expect(recipe.stages.map(({ base, as, platform }) => ({ base, as, platform }))).toEqual(
			one.stages!.map(({ base, as, platform }) => ({ base, as, platform })),
		);
		for (const [at, stage] of recipe.stages.entries()) {
			expect(stage.commands.map(summary)).toEqual(one.stages![at]!.commands.map(recorded));
		}
		expect(
			recipe.meta.map(({ name, args }) => ({ name, args: args.map(({ key, value }) => ({ key, value: value ?? null })) })),
		).toEqual(one.meta ?? []);
	});
});

function summary(command: Command): unknown {
	switch (command.name) {
		case "ADD":
		case "COPY":
			return [command.name, command.sources, command.dest, command.from, command.chown, command.chmod, command.link];
		case "ENV":
		case "LABEL":
			return [command.name, command.pairs];
		case "RUN":
		case "CMD":
		case "ENTRYPOINT":
			return [command.name, command.cmd, command.shell];
		case "EXPOSE":
			return [command.name, command.ports];
		case "VOLUME":
			return [command.name, command.volumes];
		case "ARG":
			return [command.name, command.args.map(({ key, value }) => [key, value ?? null])];
		case "ONBUILD":
			return [command.name, command.expression];
		case "SHELL":
			return [command.name, command.shell];
		case "HEALTHCHECK":
			return [command.name];
		default:
			return [command.name, command.value];
	}
}
function recorded(one: Record<string, unknown>): unknown {
	const name = String(one.name).toUpperCase();
	if (name === "ADD" || name === "COPY")
		return [name, one.sources ?? [], one.dest, one.from ?? "", one.chown, one.chmod, one.link];
	if (name === "ENV" || name === "LABEL") return [name, one.env ?? one.labels];
	if (name === "ARG")
		return [name, (one.args as Array<{ key: string; value: string | null }>).map(({ key, value }) => [key, value])];
	if (name === "RUN" || name === "CMD" || name === "ENTRYPOINT") return [name, one.cmd, one.shell];
	if (name === "HEALTHCHECK") return [name];
	return [name, one.ports ?? one.volumes ?? one.expression ?? one.shell ?? one.user ?? one.path ?? one.maintainer ?? one.signal];
}
