// Shell wildcards as Go's path.Match has them: * and ? stop at slashes, [a-z] and [^a-z], and \ before what is meant as it is.

import { invalidParameter } from "./errors";

export const badPattern = (): Error => invalidParameter("syntax error in pattern");

/** \ has something to escape; a [ is closed, and its ranges are whole. @throws EngineError invalidParameter */
export function checkPattern(pattern: string): void {
	for (let at = 0; at < pattern.length; ) {
		const character = pattern[at++]!;
		if (character === "\\") {
			if (at++ >= pattern.length) throw badPattern();
		} else if (character === "[") at = classEnd(pattern, at);
	}
}

/** Where what stands in brackets ends, from behind the "[" to behind the "]". */
function classEnd(pattern: string, from: number): number {
	let at = pattern[from] === "^" ? from + 1 : from;
	const one = (): void => {
		if (pattern[at] === "\\") at++;
		else if (pattern[at] === "-" || pattern[at] === "]") throw badPattern();
		at++;
		if (at >= pattern.length) throw badPattern();
	};
	for (let ranges = 0; pattern[at] !== "]" || ranges === 0; ranges++) {
		one();
		if (pattern[at] !== "-") continue;
		at++;
		one();
	}
	return at + 1;
}

/** @throws EngineError invalidParameter for a pattern that is none */
export function pathMatcher(pattern: string): (text: string) => boolean {
	checkPattern(pattern);
	let source = "";
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at]!;
		if (character === "*") source += "[^/]*";
		else if (character === "?") source += "[^/]";
		else if (character === "\\") source += literal(pattern[++at]!);
		else if (character === "[") {
			const end = classEnd(pattern, at + 1);
			source += `[${classSource(pattern.slice(at + 1, end - 1))}]`;
			at = end - 1;
		} else source += literal(character);
	}
	const expression = compiled(`^${source}$`);
	return (text) => expression.test(text);
}

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
const classSource = (inside: string): string =>
	inside.replace(/\\(.)|[[\]]/gs, (taken, escaped?: string) =>
		/[A-Za-z0-9]/.test(escaped ?? "") ? escaped! : `\\${escaped ?? taken}`,
	);

function compiled(source: string): RegExp {
	try {
		return new RegExp(source, "su");
	} catch {
		// a range from high to low matches nothing
		return /[^\s\S]/;
	}
}
