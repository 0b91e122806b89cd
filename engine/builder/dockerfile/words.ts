// The words of an instruction's arguments, and the flags before them.

const isSpace = (character: string): boolean => /\s/u.test(character);

/** Parted at blanks; quotes and escapes keep blanks in a word, and stay in it. */
export function parseWords(rest: string, escapeToken: string): string[] {
	const words: string[] = [];
	const characters = [...rest];
	let word = "";
	let quote: string | undefined;
	let blankOk = false;
	let inWord = false;
	const finish = (): void => {
		if (blankOk || word !== "") words.push(word);
		word = "";
		blankOk = false;
		inWord = false;
	};
	for (let at = 0; at < characters.length; at++) {
		let character = characters[at]!;
		if (!inWord && quote === undefined && isSpace(character)) continue;
		if (quote === undefined && isSpace(character)) {
			finish();
			continue;
		}
		inWord = true;
		if (quote === undefined && (character === "'" || character === '"')) {
			quote = character;
			blankOk = true;
		} else if (character === quote) quote = undefined;
		else if (character === escapeToken && quote !== "'") {
			// at the very end it says nothing
			if (at + 1 === characters.length) {
				quote = undefined;
				continue;
			}
			word += character;
			character = characters[++at]!;
		}
		word += character;
	}
	if (inWord) finish();
	return words;
}

/** The --flags at the beginning, without their quotes, and what follows them. */
export function extractFlags(line: string): { flags: string[]; rest: string } {
	const flags: string[] = [];
	let word = "";
	let quote: string | undefined;
	let blankOk = false;
	let inWord = false;
	const finish = (): void => {
		if (blankOk || word !== "") flags.push(word);
		word = "";
		blankOk = false;
		inWord = false;
	};
	for (let at = 0; at < line.length; at++) {
		let character = line[at]!;
		if (!inWord) {
			if (isSpace(character)) continue;
			if (!line.startsWith("--", at)) return { flags, rest: line.slice(at) };
			inWord = true;
		}
		if (quote === undefined && isSpace(character)) {
			if (word === "--") return { flags, rest: line.slice(at) };
			finish();
			continue;
		}
		if (quote === undefined && (character === "'" || character === '"')) {
			quote = character;
			blankOk = true;
			continue;
		}
		if (character === quote) {
			quote = undefined;
			continue;
		}
		if (character === "\\") {
			if (at + 1 === line.length) {
				quote = undefined;
				continue;
			}
			character = line[++at]!;
		}
		word += character;
	}
	if (inWord && word !== "--") finish();
	return { flags, rest: "" };
}
