// The checks that need only the Dockerfile's text: names, casing, comments. Those about values are where the values are.

import { parseNormalized } from "../../lib/reference";
import { withMetaArgs } from "../convert/args";
import type { Environment } from "../convert/environment";
import type { Command, Recipe, Stage } from "../dockerfile/instructions";
import type { Dockerfile, Node } from "../dockerfile/parse";
import { processWord } from "../shell/lex";
import type { Linter } from "./linter";

/** One by one, as far as they could be read. */
export function checkInstructions({ nodes, emptyContinuations }: Dockerfile, { meta, stages }: Recipe, linter: Linter): void {
	for (const { line } of emptyContinuations) {
		linter.report("NoEmptyContinuation", "Empty continuation line", { line, endLine: line });
	}
	const read = [...meta, ...stages.flatMap((stage) => [stage, ...stage.commands])];
	const byLine = new Map(read.map((one) => [one.line, one]));
	for (const node of nodes) {
		checkNode(node, linter);
		const one = byLine.get(node.start);
		if (!one) return;
		if ("commands" in one) {
			if (one.as) checkDescription("FROM", [one.as], one.as, one, linter);
		} else if (one.name === "ARG") {
			const names = one.args.map(({ key }) => key);
			checkDescription("ARG", names, names.length > 1 ? "<arg_key>" : names[0]!, one, linter);
		}
	}
}
/** What is known even of one that cannot be read. */
function checkNode({ value, args, start, end, comments }: Node, linter: Linter): void {
	const place = { line: start, endLine: end };
	if (value.toLowerCase() === "maintainer") {
		linter.report("MaintainerDeprecated", "Maintainer instruction is deprecated in favor of using label", place, comments);
	}
	const [, as, name] = args;
	if (value.toLowerCase() !== "from" || as === undefined || name === undefined) return;
	if (args.length === 3 && name !== name.toLowerCase()) {
		linter.report("StageNameCasing", `Stage name '${name}' should be lowercase`, place, comments);
	}
	const lower = value === value.toLowerCase();
	const upper = value === value.toUpperCase();
	if ((lower || upper) && as !== (lower ? as.toLowerCase() : as.toUpperCase())) {
		linter.report("FromAsCasing", `'${as}' and '${value}' keywords' casing do not match`, place, comments);
	}
}
/** All together. */
export function checkRecipe(recipe: Recipe, linter: Linter): void {
	checkStageNames(recipe.stages, linter);
	checkCasing(recipe.stages, linter);
}
function checkDescription(
	instruction: string,
	names: readonly string[],
	example: string,
	place: Stage | Command,
	linter: Linter,
): void {
	const last = place.comments.at(-1);
	if (last === undefined || names.includes(last.split(" ")[0]!)) return;
	const words = `Comment for ${instruction} should follow the format: \`# ${example} <description>\``;
	linter.report("InvalidDefinitionDescription", words, place, place.comments);
}

function checkStageNames(stages: readonly Stage[], linter: Linter): void {
	const seen = new Set<string>();
	for (const stage of stages) {
		const { as } = stage;
		if (!as) continue;
		const quoted = JSON.stringify(as);
		if (as === "context" || as === "scratch") {
			linter.report("ReservedStageName", `Stage name should not use the same name as reserved stage ${quoted}`, stage);
		}
		if (seen.has(as)) {
			linter.report("DuplicateStageName", `Duplicate stage name ${quoted}, stage names should be unique`, stage);
		}
		seen.add(as);
	}
}

function checkCasing(stages: readonly Stage[], linter: Linter): void {
	const all = stages.flatMap((stage): Array<Stage | Command> => [stage, ...stage.commands]);
	const lower = all.filter(({ keyword }) => keyword === keyword.toLowerCase()).length;
	const upper = all.filter(({ keyword }) => keyword !== keyword.toLowerCase() && keyword === keyword.toUpperCase()).length;
	const wanted = lower > upper ? "lowercase" : "uppercase";
	for (const one of all) {
		const { keyword } = one;
		if (keyword === (lower > upper ? keyword.toLowerCase() : keyword.toUpperCase())) continue;
		const words = `Command '${keyword}' should match the case of the command majority (${wanted})`;
		linter.report("ConsistentInstructionCasing", words, one);
	}
}

/** Would the images have names if nobody gave any arguments? */
export function checkBaseNames(recipe: Recipe, known: Environment, escapeToken: string, linter: Linter): void {
	try {
		const defaults = withMetaArgs(known, recipe, {}, escapeToken);
		for (const stage of recipe.stages) {
			const name = processWord(stage.base, defaults.lookup(), { escape: escapeToken });
			if (isName(name)) continue;
			const words = `Default value for ARG ${stage.base} results in empty or invalid base image name`;
			linter.report("InvalidDefaultArgInFrom", words, stage);
		}
	} catch {
		// a word that cannot be read is an error of its own
	}
}
function isName(text: string): boolean {
	try {
		parseNormalized(text);
		return true;
	} catch {
		return false;
	}
}

const WORDS = "apikey|auth|credential|credentials|key|password|pword|passwd|secret|token";
const SECRET = new RegExp(`(?:_|^)(?:${WORDS})(?:_|$)`, "i");
const HARMLESS = /(?:_|^)(?:public|file|version)(?:_|$)/i;
export function checkSecret(instruction: "ARG" | "ENV", name: string, place: Command, linter: Linter): void {
	if (!SECRET.test(name) || HARMLESS.test(name)) return;
	const words = `Do not use ARG or ENV instructions for sensitive data (${instruction} ${JSON.stringify(name)})`;
	linter.report("SecretsUsedInArgOrEnv", words, place, place.comments);
}
