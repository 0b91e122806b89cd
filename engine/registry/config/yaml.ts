// As much YAML as configuration files use: mappings and lists by indentation, scalars plain or quoted, comments, and lists
// and mappings in brackets on one line. Anchors, tags, folded texts and several documents are refused by name.

export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml };

export class YamlError extends Error {
	override readonly name = "YamlError";
}

interface Line {
	number: number;
	indent: number;
	words: string;
}

/** @throws YamlError with the line that is wrong */
export function parseYaml(source: string): Yaml {
	const lines = source.split(/\r?\n/).flatMap((raw, at) => lineOf(raw, at + 1));
	if (lines.length === 0) return null;
	const reader = new Reader(lines);
	const value = reader.block(lines[0]!.indent);
	const left = reader.peek();
	if (left) throw problem(left, "did not find expected key");
	return value;
}

const problem = (line: Pick<Line, "number">, words: string): YamlError => new YamlError(`yaml: line ${line.number}: ${words}`);

function lineOf(raw: string, number: number): Line[] {
	const bare = withoutComment(raw).trimEnd();
	if (bare.trim() === "" || (number === 1 && bare === "---")) return [];
	const indent = bare.length - bare.trimStart().length;
	if (bare.slice(0, indent).includes("\t")) throw problem({ number }, "found character that cannot start any token");
	return [{ number, indent, words: bare.slice(indent) }];
}
function withoutComment(raw: string): string {
	let quote = "";
	for (let at = 0; at < raw.length; at++) {
		const letter = raw[at]!;
		if (quote) {
			if (letter === "\\" && quote === '"') at++;
			else if (letter === quote) quote = "";
		} else if (letter === '"' || letter === "'") {
			if (at === 0 || /[\s[{,:]/.test(raw[at - 1]!)) quote = letter;
		} else if (letter === "#" && (at === 0 || /\s/.test(raw[at - 1]!))) return raw.slice(0, at);
	}
	return raw;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'[{&*!|>%@`#-][^:]*|-[^\s:][^:]*?)\s*:(?:\s+(.*))?$/;

class Reader {
	private at = 0;
	constructor(private readonly lines: readonly Line[]) {}
	peek(): Line | undefined {
		return this.lines[this.at];
	}

	block(indent: number): Yaml {
		const line = this.peek()!;
		if (line.words === "-" || line.words.startsWith("- ")) return this.list(indent);
		if (KEY.test(line.words)) return this.mapping(indent);
		this.at++;
		return scalar(line.words, line);
	}

	private list(indent: number): Yaml[] {
		const out: Yaml[] = [];
		for (let line = this.peek(); line && line.indent === indent && /^-(\s|$)/.test(line.words); line = this.peek()) {
			const rest = line.words.slice(1).trimStart();
			if (rest === "") {
				this.at++;
				out.push(this.nested(indent));
			} else {
				// what follows the dash is a block of its own, that much further in
				const inner = indent + (line.words.length - rest.length);
				(this.lines as Line[])[this.at] = { ...line, indent: inner, words: rest };
				out.push(this.block(inner));
			}
		}
		return out;
	}
	private mapping(indent: number): { [key: string]: Yaml } {
		const out: { [key: string]: Yaml } = {};
		for (let line = this.peek(); line && line.indent === indent; line = this.peek()) {
			const match = KEY.exec(line.words);
			if (!match) throw problem(line, "could not find expected ':'");
			const key = String(scalar(match[1]!, line));
			if (Object.hasOwn(out, key)) throw problem(line, `key ${JSON.stringify(key)} already set in map`);
			this.at++;
			const value = match[2] ?? "";
			const next = this.peek();
			if (value !== "") out[key] = scalar(value, line);
			else if (next && next.indent === indent && /^-(\s|$)/.test(next.words)) out[key] = this.list(indent);
			else out[key] = this.nested(indent);
		}
		const next = this.peek();
		if (next && next.indent > indent) throw problem(next, "mapping values are not allowed in this context");
		return out;
	}
	private nested(indent: number): Yaml {
		const next = this.peek();
		return next && next.indent > indent ? this.block(next.indent) : null;
	}
}

function scalar(words: string, line: Line): Yaml {
	const flow = new Flow(words, line);
	return flow.whole();
}

/** Scalars, and collections in brackets. */
class Flow {
	private at = 0;
	constructor(
		private readonly words: string,
		private readonly line: Line,
	) {}
	whole(): Yaml {
		const first = this.words[0]!;
		if (!"[{\"'".includes(first)) return plain(this.words, this.line);
		const value = this.value("");
		if (this.words.slice(this.at).trim() !== "") throw problem(this.line, "did not find expected node content");
		return value;
	}
	private value(end: string): Yaml {
		this.skip();
		const letter = this.words[this.at];
		if (letter === "[") return this.sequence();
		if (letter === "{") return this.map();
		if (letter === '"' || letter === "'") return this.quoted(letter);
		const from = this.at;
		while (this.at < this.words.length && !end.includes(this.words[this.at]!)) this.at++;
		return plain(this.words.slice(from, this.at).trim(), this.line);
	}
	private sequence(): Yaml[] {
		const out: Yaml[] = [];
		this.at++;
		for (;;) {
			this.skip();
			if (this.take("]")) return out;
			out.push(this.value(",]"));
			this.skip();
			if (!this.take(",") && this.words[this.at] !== "]") throw problem(this.line, "did not find expected ',' or ']'");
		}
	}
	private map(): { [key: string]: Yaml } {
		const out: { [key: string]: Yaml } = {};
		this.at++;
		for (;;) {
			this.skip();
			if (this.take("}")) return out;
			const key = String(this.value(":,}"));
			this.skip();
			out[key] = this.take(":") ? this.value(",}") : null;
			this.skip();
			if (!this.take(",") && this.words[this.at] !== "}") throw problem(this.line, "did not find expected ',' or '}'");
		}
	}
	private quoted(quote: string): string {
		let out = "";
		for (this.at++; this.at < this.words.length; this.at++) {
			const letter = this.words[this.at]!;
			if (letter === quote) {
				if (quote === "'" && this.words[this.at + 1] === "'") this.at++;
				else {
					this.at++;
					return out;
				}
			} else if (letter === "\\" && quote === '"') {
				const escaped = this.words[++this.at] ?? "";
				out += { n: "\n", t: "\t", r: "\r", "0": "\0" }[escaped] ?? escaped;
				continue;
			}
			out += letter;
		}
		throw problem(this.line, "found unexpected end of stream");
	}
	private skip(): void {
		while (this.words[this.at] === " ") this.at++;
	}
	private take(letter: string): boolean {
		if (this.words[this.at] !== letter) return false;
		this.at++;
		return true;
	}
}

function plain(words: string, line: Line): Yaml {
	if (/^[&*!|>%@`]/.test(words)) throw problem(line, `${words[0]} is not supported here`);
	if (words === "" || words === "~" || words === "null") return null;
	if (words === "true" || words === "false") return words === "true";
	return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(words) ? Number(words) : words;
}
