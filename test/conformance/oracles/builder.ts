// .dockerignore, shell words and Dockerfiles, as BuildKit reads them.

import { type Command, parseStages } from "../../../engine/builder/dockerfile/instructions";
import { type Node, parseDockerfile } from "../../../engine/builder/dockerfile/parse";
import { processWord, processWords } from "../../../engine/builder/shell/lex";
import { IgnoreMatcher, readIgnore } from "../../../engine/lib/ignore";
import { type Oracle, outcome, parts, type Row, same, text } from "./case";

/** The builder's reader, which is the client's too. */
export const dockerignore = (data: Row): Oracle =>
	parts(data, {
		match: (row) => {
			const paths = Object.keys((row.matchesOrParent as Row | undefined) ?? {});
			same(
				outcome(() => {
					const matcher = new IgnoreMatcher(row.patterns as string[]);
					return Object.fromEntries(paths.map((path) => [path, matcher.ignores(path)]));
				}),
				row.error ? { error: row.error } : { value: row.matchesOrParent },
			);
		},
		read: (row) => same(readIgnore(text(row.file)), row.patterns ?? []),
	});

const SHELL_ENVIRONMENT: Record<string, string> = {
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
export const shellword = (data: Row): Oracle => {
	const lookup = (name: string) => (Object.hasOwn(SHELL_ENVIRONMENT, name) ? SHELL_ENVIRONMENT[name] : undefined);
	const { cases } = parts(data, {
		cases: (row) => {
			const input = text(row.input);
			const recorded = (value: unknown, error: unknown) => (error ? { error } : { value });
			same(
				outcome(() => processWord(input, lookup)),
				recorded(row.word, row.wordError),
			);
			same(
				outcome(() => processWords(input, lookup)),
				recorded(row.words ?? [], row.wordsError),
			);
		},
	});
	return { cases, unknown: [] };
};

const describedNode = (node: Node): Row => ({
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
const withoutSuggestion = (words: unknown): string => text(words).replace(/ \(did you mean .*\?\)/, "");

export const dockerfile = (data: Row): Oracle =>
	parts(
		data,
		{
			cases: (row) => {
				const parsed = outcome(() => parseDockerfile(text(row.dockerfile)));
				if (row.parseError !== undefined || !parsed.value) return same(parsed.error, row.parseError);
				same(parsed.value.escape, row.escape);
				const ast = row.ast as Row[];
				same(
					parsed.value.nodes.map(describedNode),
					ast.map((node) => (node.child ? { ...node, args: [], attributes: undefined } : node)),
				);
				const nodes = parsed.value.nodes;
				const recipe = outcome(() => parseStages(nodes));
				if (row.error !== undefined || !recipe.value) return same(withoutSuggestion(recipe.error), withoutSuggestion(row.error));
				const stages = row.stages as Array<Row & { commands: Row[] }>;
				same(
					recipe.value.stages.map(({ base, as, platform }) => ({ base, as, platform })),
					stages.map(({ base, as, platform }) => ({ base, as, platform })),
				);
				for (const [at, stage] of recipe.value.stages.entries())
					same(stage.commands.map(summary), stages[at]!.commands.map(recordedSummary));
				same(
					recipe.value.meta.map(({ name, args }) => ({
						name,
						args: args.map(({ key, value }) => ({ key, value: value ?? null })),
					})),
					row.meta ?? [],
				);
			},
		},
		(row) => JSON.stringify(row.dockerfile).slice(0, 100),
	);

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
function recordedSummary(one: Row): unknown {
	const name = text(one.name).toUpperCase();
	if (name === "ADD" || name === "COPY")
		return [name, one.sources ?? [], one.dest, one.from ?? "", one.chown, one.chmod, one.link];
	if (name === "ENV" || name === "LABEL") return [name, one.env ?? one.labels];
	if (name === "ARG") return [name, (one.args as Row[]).map(({ key, value }) => [key, value])];
	if (name === "RUN" || name === "CMD" || name === "ENTRYPOINT") return [name, one.cmd, one.shell];
	if (name === "HEALTHCHECK") return [name];
	return [name, one.ports ?? one.volumes ?? one.expression ?? one.shell ?? one.user ?? one.path ?? one.maintainer ?? one.signal];
}
