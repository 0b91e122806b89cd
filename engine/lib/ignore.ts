// .dockerignore, as moby/patternmatcher reads it.

import { invalidParameter } from "./errors";
import { clean } from "./path";
import { badPattern, checkPattern } from "./path-match";

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
	matches: Matcher;
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
				return { negated, text: body, matches: matcherOf(body) };
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
		for (const { negated, matches } of this.patterns) {
			if (negated === ignored && parents.some(matches)) ignored = !negated;
		}
		return ignored;
	}
}

type Matcher = (path: string) => boolean;

/** * and ? within a name, ** across names, [a-z], and \ before what is meant as it is. @throws EngineError invalidParameter */
function matcherOf(pattern: string): Matcher {
	checkPattern(pattern);
	let source = "";
	let kind: "exact" | "prefix" | "suffix" | "expression" = "exact";
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at]!;
		if (character === "*" && pattern[at + 1] === "*") {
			const first = at === 0;
			at++;
			if (pattern[at + 1] === "/") at++;
			if (at + 1 < pattern.length) {
				source += "(.*/)?";
				kind = "expression";
			} else if (kind === "exact") kind = "prefix";
			else {
				source += ".*";
				kind = "expression";
			}
			// for what is literal behind it, any end of a name will do
			if (first) kind = "suffix";
		} else if (character === "*") {
			source += "[^/]*";
			kind = "expression";
		} else if (character === "?") {
			source += "[^/]";
			kind = "expression";
		} else if (character === "\\") {
			const escaped = pattern[++at]!;
			// the expression's own escapes are few
			if (/[A-Za-z]/.test(escaped) && !/[dDsSwWbBfnrtv]/.test(escaped)) throw badPattern();
			source += `\\${escaped}`;
			kind = "expression";
		} else if (character === "[" || character === "]") {
			source += character;
			kind = "expression";
		} else source += /[.+(){}$]/.test(character) ? `\\${character}` : character;
	}
	if (kind === "exact") return (path) => path === pattern;
	if (kind === "prefix") return (path) => path.startsWith(pattern.slice(0, -2));
	if (kind === "suffix") {
		const suffix = pattern.slice(2);
		return (path) => path.endsWith(suffix) || (suffix[0] === "/" && path === suffix.slice(1));
	}
	try {
		const expression = new RegExp(`^${source}$`, "s");
		return (path) => expression.test(path);
	} catch {
		throw badPattern();
	}
}
