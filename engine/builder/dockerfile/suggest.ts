// "did you mean …?": the nearest known name, when it is near enough.

const NEAR = 3;

/** " (did you mean NAME?)", or "". */
export function suggestion(word: string, known: readonly string[], caseSensitive = false): string {
	const value = caseSensitive ? word : word.toLowerCase();
	let best = "";
	let least = NEAR;
	for (const name of known) {
		if (name === value) return "";
		const distance = editDistance(value, name);
		if (distance < least) {
			least = distance;
			best = name;
		}
	}
	if (best === "") return "";
	return ` (did you mean ${word === word.toUpperCase() && word !== word.toLowerCase() && !caseSensitive ? best.toUpperCase() : best}?)`;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
	const [from, to] = [[...a], [...b]];
	let row = to.map((_, at) => at + 1);
	row.unshift(0);
	for (const [i, character] of from.entries()) {
		const next = [i + 1];
		for (const [j, other] of to.entries()) {
			next.push(Math.min(row[j]! + (character === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
		}
		row = next;
	}
	return row[to.length]!;
}
