// JSON text laid out anew without being decoded, so that numbers and the order of keys stay as the daemon wrote them.

/** As Go's json.Indent with four spaces. */
export function indentJson(source: string, indent = "    "): string {
	let out = "";
	let depth = 0;
	let pendingOpen = false;
	const line = () => `\n${indent.repeat(depth)}`;
	for (const token of tokens(source)) {
		if (token === "{" || token === "[") {
			out += (pendingOpen ? line() : "") + token;
			depth++;
			pendingOpen = true;
			continue;
		}
		if (token === "}" || token === "]") {
			depth--;
			out += pendingOpen ? token : line() + token;
			pendingOpen = false;
			continue;
		}
		if (pendingOpen) out += line();
		pendingOpen = false;
		out += token === "," ? `,${line()}` : token === ":" ? ": " : token;
	}
	return out;
}
/** As Go's json.Compact. */
export const compactJson = (source: string): string => [...tokens(source)].join("");

function* tokens(source: string): Generator<string> {
	const pattern = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
	for (const match of source.matchAll(pattern)) yield match[0];
}
