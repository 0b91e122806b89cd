// What the parser and the daemon say, as the classic builder has always said it: the parser speaks BuildKit's newer words, and there will
// be no newer classic builder. Recorded with Docker Engine 20.10.

import { EngineError } from "../../lib/errors";

/** What BuildKit says, and what the classic builder says instead. */
const WORDS: ReadonlyArray<[newer: RegExp, classic: string]> = [
	[/^dockerfile parse error on line (\d+): /, "dockerfile parse error line $1: "],
	[/(unknown instruction: .*?) \(did you mean [^()]*\?\)$/, "$1"],
	[/unknown flag: --(\S*)( \(did you mean [^()]*\?\))?$/, "Unknown flag: $1"],
	[/duplicate flag specified: --(\S*)$/, "Duplicate flag specified: $1"],
	[/missing a value on flag: --(\S*)$/, "Missing a value on flag: $1"],
	[/expecting boolean value for flag --(\S*), not: /, "Expecting boolean value for flag $1, not: "],
	[/(repository name) \([^()]*\) (must be lowercase)$/, "$1 $2"],
	[/^failed to create task for container: /, ""],
];

export function inClassicWords(error: unknown): unknown {
	if (!(error instanceof EngineError)) return error;
	const message = WORDS.reduce((text, [newer, classic]) => text.replace(newer, classic), error.message);
	const upper = message.replace(/(unknown instruction: )(\S+)/, (_, before: string, name: string) => before + name.toUpperCase());
	return upper === error.message ? error : new EngineError(error.kind, upper, error.detail);
}
