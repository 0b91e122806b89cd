// Tokens of Go's text/template (text/template/parse/lex.go describes the language; its messages are kept).

export type TokenKind =
	| "text"
	| "left"
	| "right"
	| "field"
	| "variable"
	| "identifier"
	| "keyword"
	| "dot"
	| "nil"
	| "bool"
	| "number"
	| "char"
	| "string"
	| "pipe"
	| "declare"
	| "assign"
	| "comma"
	/** Any other character that can be seen; no part of the language. */
	| "other"
	| "("
	| ")"
	| "space"
	/** What is wrong with the template here; the last token. */
	| "error"
	| "eof";

export interface Token {
	kind: TokenKind;
	text: string;
	/** Offset in the template. */
	at: number;
	line: number;
}

export class TemplateError extends Error {
	/** What had been written when it failed. */
	written = "";
	override readonly name = "TemplateError";
}

const KEYWORDS = new Set(["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"]);
const isAlphaNumeric = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{Nd}_]/u.test(c);
/** What may follow a word. */
const endsWord = (c: string): boolean => isSpace(c) || ".,|:()=".includes(c);
const isSpace = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\r" || c === "\n";

/** What cannot be read is the last token, for the parser may see a mistake before it. */
export function lex(name: string, source: string): Token[] {
	return new Lexer(name, source).run();
}

class Lexer {
	private readonly tokens: Token[] = [];
	private at = 0;
	private line = 1;
	private parens = 0;

	constructor(
		private readonly name: string,
		private readonly source: string,
	) {}

	run(): Token[] {
		try {
			this.read();
		} catch (error) {
			if (!(error instanceof TemplateError)) throw error;
			this.emit("error", error.message);
		}
		return this.tokens;
	}

	private read(): void {
		let trimNext = false;
		while (this.at < this.source.length) {
			const open = this.source.indexOf("{{", this.at);
			let text = open < 0 ? this.source.slice(this.at) : this.source.slice(this.at, open);
			const trimLeft = open >= 0 && this.source[open + 2] === "-" && isSpace(this.source[open + 3]);
			const begin = this.at;
			const lines = count(text);
			if (trimNext) text = text.replace(/^[ \t\r\n]+/, "");
			if (trimLeft) text = text.replace(/[ \t\r\n]+$/, "");
			if (text !== "") this.tokens.push({ kind: "text", text, at: begin, line: this.line });
			this.line += lines;
			if (open < 0) break;
			this.at = open;
			trimNext = this.action(trimLeft);
		}
		this.emit("eof", "", this.source.length);
	}

	/** @throws TemplateError "template: NAME:LINE: …" */
	private fail(message: string): never {
		throw new TemplateError(`template: ${this.name}:${this.line}: ${message}`);
	}
	private emit(kind: TokenKind, text: string, at = this.at): void {
		this.tokens.push({ kind, text, at, line: this.line });
	}

	/** Reads one {{…}}; true when it ends with a trim marker. */
	private action(trimLeft: boolean): boolean {
		const start = this.at;
		this.at += 2 + (trimLeft ? 2 : 0);
		if (this.source.startsWith("/*", this.at)) return this.comment();
		this.emit("left", "{{", start);
		this.parens = 0;
		for (;;) {
			const rest = this.source.slice(this.at, this.at + 4);
			const trims = isSpace(rest[0]) && rest.startsWith("-}}", 1);
			if (trims || rest.startsWith("}}")) {
				if (this.parens > 0) this.fail("unclosed left paren");
				this.emit("right", "}}");
				this.at += trims ? 4 : 2;
				return trims;
			}
			this.inside();
		}
	}

	private comment(): boolean {
		const end = this.source.indexOf("*/", this.at);
		if (end < 0) this.fail("unclosed comment");
		this.line += count(this.source.slice(this.at, end));
		this.at = end + 2;
		const trims = isSpace(this.source[this.at]) && this.source.startsWith("-}}", this.at + 1);
		if (!trims && !this.source.startsWith("}}", this.at)) this.fail("comment ends before closing delimiter");
		this.at += trims ? 4 : 2;
		return trims;
	}

	private inside(): void {
		const c = this.source[this.at];
		const next = this.source[this.at + 1];
		if (c === undefined) this.fail("unclosed action");
		if (isSpace(c)) {
			const begin = this.at;
			while (isSpace(this.source[this.at]) && !this.source.startsWith("-}}", this.at + 1)) {
				if (this.source[this.at] === "\n") this.line++;
				this.at++;
			}
			this.emit("space", " ", begin);
		} else if (c === "=") this.take("assign", 1);
		else if (c === ":") {
			if (next !== "=") this.fail("expected :=");
			this.take("declare", 2);
		} else if (c === "|") this.take("pipe", 1);
		else if (c === ",") this.take("comma", 1);
		else if (c === '"') this.quoted();
		else if (c === "`") this.rawQuoted();
		else if (c === "'") this.character();
		else if (c === "$") this.word("variable", this.at + 1);
		else if (c === "." && !/[0-9]/.test(next ?? "")) {
			if (next === undefined || endsWord(next) || this.source.startsWith("}}", this.at + 1)) this.take("dot", 1);
			else this.word("field", this.at + 1);
		} else if (c === "." || /[+\-0-9]/.test(c)) this.number();
		else if (isAlphaNumeric(c)) this.word("identifier", this.at);
		else if (c === "(") {
			this.parens++;
			this.take("(", 1);
		} else if (c === ")") {
			if (--this.parens < 0) this.fail("unexpected right paren");
			this.take(")", 1);
		} else if (c > " " && c < "\x7f") this.take("other", 1);
		else this.fail(`unrecognized character in action: ${codePoint(this.source, this.at)}`);
	}

	private take(kind: TokenKind, length: number): void {
		this.emit(kind, this.source.slice(this.at, this.at + length));
		this.at += length;
	}

	private word(kind: TokenKind, from: number): void {
		let end = from;
		while (isAlphaNumeric(this.source[end])) end++;
		const after = this.source[end];
		if (after !== undefined && !endsWord(after) && !this.source.startsWith("}}", end))
			this.fail(`bad character ${codePoint(this.source, end)}`);
		const text = this.source.slice(this.at, end);
		if (kind === "identifier") {
			if (KEYWORDS.has(text)) kind = "keyword";
			else if (text === "true" || text === "false") kind = "bool";
			else if (text === "nil") kind = "nil";
		}
		this.take(kind, end - this.at);
	}

	private number(): void {
		const match = /^[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9_]*\.?[0-9_]*([eE][+-]?[0-9_]+)?)/.exec(
			this.source.slice(this.at),
		);
		const text = this.imaginary(match?.[0] ?? "");
		const after = this.source[this.at + text.length];
		if (isAlphaNumeric(after)) this.fail(`bad number syntax: "${text}${after}"`);
		this.take("number", Math.max(1, text.length));
	}

	/** "1i", "1+2i": the imaginary part belongs to the number. */
	private imaginary(text: string): string {
		if (text === "" || /^[+-]?0[xXbBoO]/.test(text)) return text;
		return text + (/^([+-][0-9_]+\.?[0-9_]*([eE][+-]?[0-9_]+)?)?i/.exec(this.source.slice(this.at + text.length))?.[0] ?? "");
	}

	private quoted(): void {
		let end = this.at + 1;
		for (; this.source[end] !== '"'; end++) {
			if (this.source[end] === "\\") end++;
			if (end >= this.source.length || this.source[end] === "\n") this.fail("unterminated quoted string");
		}
		this.take("string", end + 1 - this.at);
	}
	private rawQuoted(): void {
		const end = this.source.indexOf("`", this.at + 1);
		if (end < 0) this.fail("unterminated raw quoted string");
		this.take("string", end + 1 - this.at);
	}
	private character(): void {
		let end = this.at + 1;
		for (; this.source[end] !== "'"; end++) {
			if (this.source[end] === "\\") end++;
			if (end >= this.source.length || this.source[end] === "\n") this.fail("unterminated character constant");
		}
		this.take("char", end + 1 - this.at);
	}
}

const count = (text: string): number => text.split("\n").length - 1;
function codePoint(source: string, at: number): string {
	const point = source.codePointAt(at) ?? 0xfffd;
	const shown = point >= 0x20 && point !== 0x7f ? ` '${String.fromCodePoint(point)}'` : "";
	return `U+${point.toString(16).toUpperCase().padStart(4, "0")}${shown}`;
}

const ESCAPES: Record<string, string> = {
	n: "\n",
	t: "\t",
	r: "\r",
	a: "\x07",
	b: "\b",
	f: "\f",
	v: "\v",
	"\\": "\\",
	'"': '"',
	"'": "'",
};

/** A Go string or raw string literal's value. @throws TemplateError */
export function unquote(literal: string): string {
	if (literal[0] === "`") return literal.slice(1, -1).replaceAll("\r", "");
	return literal
		.slice(1, -1)
		.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs, (whole, body: string) => {
			if (/^[xuU]./.test(body)) return String.fromCodePoint(Number.parseInt(body.slice(1), 16));
			if (/^[0-7]{3}$/.test(body)) return String.fromCodePoint(Number.parseInt(body, 8));
			const known = ESCAPES[body];
			if (known === undefined) throw new TemplateError(`invalid syntax in ${whole}`);
			return known;
		});
}
