// A text in quotes as Go writes it (strconv.Quote): what cannot be printed is escaped.

const NAMED_ESCAPES: Record<string, string> = {
	'"': '\\"',
	"\\": "\\\\",
	"\n": "\\n",
	"\t": "\\t",
	"\r": "\\r",
	"\b": "\\b",
	"\f": "\\f",
	"\v": "\\v",
	"\x07": "\\a",
};
const isPrintable = (c: string): boolean => c === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(c);
const hex = (point: number, digits: number): string => point.toString(16).padStart(digits, "0");

/** A text in quotes as Go's %q writes it. */
export const goQuote = (text: string): string => `"${[...text].map((c) => NAMED_ESCAPES[c] ?? escaped(c)).join("")}"`;

/** A character in single quotes, as %q writes a rune. */
export const goQuoteRune = (point: number): string =>
	point === 39 ? "'\\''" : point === 34 ? `'"'` : `'${goQuote(String.fromCodePoint(point)).slice(1, -1)}'`;

function escaped(c: string): string {
	if (isPrintable(c)) return c;
	const point = c.codePointAt(0)!;
	if (point < 0x80) return `\\x${hex(point, 2)}`;
	return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}
