// Shell patterns in substitutions: * and ?, with \ before a *, ? or \ that is meant as it is.

function toRegExp(pattern: string, greedy: boolean, anchored: boolean, flags = ""): RegExp {
	let source = anchored ? "^" : "";
	const characters = [...pattern];
	for (let at = 0; at < characters.length; at++) {
		const character = characters[at]!;
		if (character === "*") source += greedy ? ".*" : ".*?";
		else if (character === "?") source += ".";
		else if (character === "\\") {
			const escaped = characters[at + 1] ?? "\ufffd";
			// } and / are escaped for the substitution's sake
			if (escaped === "}" || escaped === "/") continue;
			at++;
			if (!/[*?\\]/.test(escaped))
				throw new SyntaxError(`invalid pattern (${pattern}) in substitution: invalid escape '\\${escaped}'`);
			source += quote(escaped);
		} else source += quote(character);
	}
	return new RegExp(source, `us${flags}`);
}
const quote = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

export const trimPrefix = (value: string, pattern: string, greedy: boolean): string =>
	value.replace(toRegExp(pattern, greedy, true), "");

/** The pattern from behind. */
export function trimSuffix(value: string, pattern: string, greedy: boolean): string {
	const turned: string[] = [];
	const characters = [...pattern];
	for (let at = 0; at < characters.length; at++) {
		turned.unshift(characters[at] === "\\" ? `\\${characters[++at] ?? ""}` : characters[at]!);
	}
	return reverse(trimPrefix(reverse(value), turned.join(""), greedy));
}
const reverse = (text: string): string => [...text].reverse().join("");

export const replacePattern = (value: string, pattern: string, word: string, all: boolean): string =>
	value.replace(toRegExp(pattern, true, false, all ? "g" : ""), () => word);
