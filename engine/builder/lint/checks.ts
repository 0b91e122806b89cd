// The checks that need only the Dockerfile's text: names, casing, comments. Those about values are where the values are.

import { parseNormalized } from "../../lib/reference";
import { withMetaArgs } from "../convert/args";
import type { Environment } from "../convert/environment";
import type { Command, Recipe, Stage } from "../dockerfile/instructions";
import type { Dockerfile } from "../dockerfile/parse";
import { processWord } from "../shell/lex";
import type { Linter } from "./linter";

/** In the order in which BuildKit comes to them. */
export function checkRecipe(dockerfile: Dockerfile, recipe: Recipe, linter: Linter): void {
	for (const { line } of dockerfile.emptyContinuations) {
		linter.report("NoEmptyContinuation", "Empty continuation line", { line, endLine: line });
	}
	for (const one of inOrder(recipe)) {
		if ("commands" in one) checkFrom(one, linter);
		else checkInstruction(one, linter);
	}
	checkStageNames(recipe.stages, linter);
	checkCasing(recipe.stages, linter);
}
const inOrder = ({ meta, stages }: Recipe): Array<Stage | Command> => [
	...meta,
	...stages.flatMap((stage) => [stage, ...stage.commands]),
];

function checkInstruction(command: Command, linter: Linter): void {
	if (command.name === "MAINTAINER") {
		const words = "Maintainer instruction is deprecated in favor of using label";
		linter.report("MaintainerDeprecated", words, command, command.comments);
	}
	if (command.name === "ARG") {
		const names = command.args.map(({ key }) => key);
		checkDescription("ARG", names, names.length > 1 ? "<arg_key>" : names[0]!, command, linter);
	}
}
function checkFrom(stage: Stage, linter: Linter): void {
	const { keyword, asKeyword, asWritten, comments } = stage;
	if (asWritten !== asWritten.toLowerCase()) {
		linter.report("StageNameCasing", `Stage name '${asWritten}' should be lowercase`, stage, comments);
	}
	const lower = keyword === keyword.toLowerCase();
	const upper = keyword === keyword.toUpperCase();
	if (asKeyword && (lower || upper) && asKeyword !== (lower ? asKeyword.toLowerCase() : asKeyword.toUpperCase())) {
		linter.report("FromAsCasing", `'${asKeyword}' and '${keyword}' keywords' casing do not match`, stage, comments);
	}
	if (stage.as) checkDescription("FROM", [stage.as], stage.as, stage, linter);
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
