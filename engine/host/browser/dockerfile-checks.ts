// BuildKit's checks of a Dockerfile's text, for the editor: the builder's own parser and rules, as far as they need no image.

import { defaultArgs } from "../../builder/convert/args";
import { parseStages, type Recipe } from "../../builder/dockerfile/instructions";
import { parseDockerfile } from "../../builder/dockerfile/parse";
import { checkBaseNames, checkInstructions, checkRecipe } from "../../builder/lint/checks";
import { Linter, parseCheck } from "../../builder/lint/linter";
import { EngineError, messageOf } from "../../lib/errors";

export interface DockerfileFinding {
	kind: "error" | "warning";
	/** Rule's name; empty for an error. */
	rule: string;
	message: string;
	/** Where the rule is explained; may be empty. */
	url: string;
	/** Lines, from 1. */
	line: number;
	endLine: number;
}

/** What a build would complain of before it begins. */
export function checkDockerfile(source: string): DockerfileFinding[] {
	let linter: Linter | undefined;
	const findings: DockerfileFinding[] = [];
	try {
		const dockerfile = parseDockerfile(source);
		linter = new Linter(parseCheck(dockerfile.directives.check ?? ""));
		const recipe: Recipe = { meta: [], stages: [] };
		try {
			parseStages(dockerfile.nodes, recipe);
		} finally {
			// also of one that cannot be read to its end
			checkInstructions(dockerfile, recipe, linter);
		}
		checkRecipe(recipe, linter);
		checkBaseNames(recipe, defaultArgs({}, recipe.stages.at(-1)?.as ?? ""), dockerfile.escape, linter);
	} catch (error) {
		const { line = 1, endLine } = ((error as EngineError).detail ?? {}) as { line?: number; endLine?: number };
		if (!(error instanceof EngineError)) throw error;
		findings.push({ kind: "error", rule: "", message: messageOf(error), url: "", line, endLine: endLine ?? line });
	}
	for (const { rule, message, url, start, end } of linter?.warnings ?? []) {
		findings.push({ kind: "warning", rule, message, url, line: start, endLine: end });
	}
	return findings;
}
