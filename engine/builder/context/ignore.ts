// .dockerignore, as moby/patternmatcher reads it.

import { invalidParameter } from "../../lib/errors";
import { clean } from "../../lib/path";

/** The patterns of the file, cleaned. */
export function readIgnore(text: string): string[] {
	const patterns: string[] = [];
	for (const [at, raw] of text.split(/\r?\n/).entries()) {
		const line = at === 0 ? raw.replace(/^\ufeff/, "") : raw;
		if (line.startsWith("#")) continue;
		let pattern = line.trim();
		if (pattern === "") continue;
		const negated = pattern.startsWith("!");
		if (negated) pattern = pattern.slice(1).trim();
		if (pattern !== "") {
			pattern = clean(pattern);
			if (pattern.length > 1 && pattern.startsWith("/")) pattern = pattern.slice(1);
		}
		patterns.push(negated ? `!${pattern}` : pattern);
	}
	return patterns;
}

interface Pattern {
	negated: boolean;
	text: string;
	matcher: RegExp;
}

export class IgnoreMatcher {
	private readonly patterns: Pattern[];

	/** @throws EngineError invalidParameter for a malformed pattern */
	constructor(patterns: readonly string[]) {
		this.patterns = patterns
			.map((pattern) => pattern.trim())
			.filter((pattern) => pattern !== "")
			.map((pattern) => {
				const negated = pattern.startsWith("!");
				const body = clean(negated ? pattern.slice(1) : pattern);
				if (negated && pattern.length === 1) throw invalidParameter('illegal exclusion pattern: "!"');
				return { negated, text: body, matcher: toRegExp(body) };
			});
	}
	/** Does a pattern bring back what another left out? Then directories must be looked into all the same. */
	get hasExceptions(): boolean {
		return this.patterns.some(({ negated }) => negated);
	}

	/** Is there a pattern that leaves out all that is in the root? */
	get ignoresEverything(): boolean {
		return this.patterns.some(({ negated, text }) => !negated && /^(\*|\*\*|\*\*\/\*)$/.test(text));
	}

	/** Is the path, or a directory that it is in, left out? The last pattern that matches says. */
	ignores(path: string): boolean {
		const parents = path.split("/").map((_, at, parts) => parts.slice(0, at + 1).join("/"));
		let ignored = false;
		for (const { negated, matcher } of this.patterns) {
			if (negated === ignored && parents.some((part) => matcher.test(part))) ignored = !negated;
		}
		return ignored;
	}
}

/** * and ? within a name, ** across names, [a-z], and \ before what is meant as it is. */
function toRegExp(pattern: string): RegExp {
	let source = "^";
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at]!;
		if (character === "[") {
			const end = pattern.indexOf("]", at + 2);
			if (end < 0) throw invalidParameter("syntax error in pattern");
			source += pattern.slice(at, end + 1);
			at = end;
			continue;
		}
		if (character === "*" && pattern[at + 1] === "*") {
			at++;
			if (pattern[at + 1] === "/") at++;
			source += at + 1 === pattern.length ? ".*" : "(.*/)?";
		} else if (character === "*") source += "[^/]*";
		else if (character === "?") source += "[^/]";
		else if (character === "\\") {
			at++;
			source += at < pattern.length ? quote(pattern[at]!) : "\\\\";
		} else source += quote(character);
	}
	try {
		return new RegExp(`${source}$`, "s");
	} catch {
		throw invalidParameter("syntax error in pattern");
	}
}
const quote = (character: string): string => (/[.+()|{}$^*?/\\[\]]/.test(character) ? `\\${character}` : character);
