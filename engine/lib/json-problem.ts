// What is wrong with a text that is no JSON, in the words of Go's encoding/json, which Docker's users know.

/** How deep lists and objects may stand in one another. */
const DEPTH = 10_000;

/** @throws SyntaxError for what is nested deeper than Go follows */
function checkDepth(text: string): void {
	if (text.length <= DEPTH) return;
	let depth = 0;
	for (const [mark] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"?|[[\]{}]/g)) {
		if (mark === "[" || mark === "{") depth++;
		else if (mark === "]" || mark === "}") depth--;
		if (depth > DEPTH) throw new SyntaxError(`invalid character '${mark}' exceeded max depth`);
	}
}

/** JSON.parse, but with Go's words. @throws SyntaxError */
export function parseJson(text: string): unknown {
	checkDepth(text);
	try {
		return JSON.parse(text);
	} catch {
		throw new SyntaxError(jsonProblem(text));
	}
}

/** As json.Unmarshal, whose word for an end that comes too early is another than a Decoder's. @throws SyntaxError */
export function parseWholeJson(text: string): unknown {
	try {
		return parseJson(text);
	} catch (error) {
		const { message } = error as Error;
		throw new SyntaxError(message === "unexpected EOF" ? "unexpected end of JSON input" : message);
	}
}

/**
 * The first value of a text, and whether something follows it, as Go's Decoder reads: what comes after is not looked at.
 * @throws SyntaxError with Go's words
 */
export function parseFirstJson(text: string): { value: unknown; more: boolean } {
	checkDepth(text);
	try {
		return { value: JSON.parse(text), more: false };
	} catch {
		const end = new Scanner(text).firstEnd();
		const rest = text.slice(end).trimStart();
		// More() is false before a closing bracket, too: it thinks of lists.
		return { value: JSON.parse(text.slice(0, end)), more: rest !== "" && !/^[\]}]/.test(rest) };
	}
}

export const jsonProblem = (text: string): string => new Scanner(text).problem() ?? "unexpected EOF";

const LITERALS: Record<string, string> = { t: "true", f: "false", n: "null" };
const SPACE = " \t\r\n";

class Found extends Error {}

class Scanner {
	private at = 0;
	constructor(private readonly text: string) {}

	problem(): string | undefined {
		try {
			this.value();
			this.space();
			if (this.at < this.text.length) this.wrong("after top-level value");
			return undefined;
		} catch (error) {
			if (error instanceof Found) return error.message;
			throw error;
		}
	}

	/** Where the first value ends. @throws SyntaxError where there is none */
	firstEnd(): number {
		try {
			this.value();
			return this.at;
		} catch (error) {
			throw error instanceof Found ? new SyntaxError(error.message) : error;
		}
	}

	private wrong(where: string): never {
		const character = this.text[this.at];
		throw new Found(character === undefined ? "unexpected EOF" : `invalid character ${quoted(character)} ${where}`);
	}
	private space(): void {
		while (this.at < this.text.length && SPACE.includes(this.text[this.at]!)) this.at++;
	}
	/** Passes over `character`, or it is wrong here. */
	private expect(character: string, where: string): void {
		this.space();
		if (this.text[this.at] !== character) this.wrong(where);
		this.at++;
	}
	private accept(character: string): boolean {
		this.space();
		if (this.text[this.at] !== character) return false;
		this.at++;
		return true;
	}

	private value(): void {
		this.space();
		const first = this.text[this.at] ?? "";
		if (first === "{") this.object();
		else if (first === "[") this.array();
		else if (first === '"') this.string();
		else if (first === "-" || isDigit(first)) this.number();
		else if (Object.hasOwn(LITERALS, first)) this.literal(LITERALS[first]!);
		else this.wrong("looking for beginning of value");
	}
	private object(): void {
		this.at++;
		if (this.accept("}")) return;
		do {
			this.space();
			if (this.text[this.at] !== '"') this.wrong("looking for beginning of object key string");
			this.string();
			this.expect(":", "after object key");
			this.value();
		} while (this.accept(","));
		this.expect("}", "after object key:value pair");
	}
	private array(): void {
		this.at++;
		if (this.accept("]")) return;
		do this.value();
		while (this.accept(","));
		this.expect("]", "after array element");
	}
	private string(): void {
		for (this.at++; this.text[this.at] !== '"'; this.at++) {
			const character = this.text[this.at];
			if (character === undefined || character < " ") this.wrong("in string literal");
			if (character === "\\") this.escape();
		}
		this.at++;
	}
	private escape(): void {
		this.at++;
		if (!'bfnrt\\/"u'.includes(this.text[this.at] ?? "x")) this.wrong("in string escape code");
		if (this.text[this.at] !== "u") return;
		for (let digits = 0; digits < 4; digits++) {
			this.at++;
			if (!/[0-9a-fA-F]/.test(this.text[this.at] ?? "")) this.wrong("in \\u hexadecimal character escape");
		}
	}
	private number(): void {
		if (this.text[this.at] === "-") this.at++;
		if (this.text[this.at] === "0") this.at++;
		else this.digits("in numeric literal");
		if (this.text[this.at] === ".") {
			this.at++;
			this.digits("after decimal point in numeric literal");
		}
		if (/[eE]/.test(this.text[this.at] ?? "")) {
			this.at++;
			if (/[+-]/.test(this.text[this.at] ?? "")) this.at++;
			this.digits("in exponent of numeric literal");
		}
	}
	private digits(where: string): void {
		if (!isDigit(this.text[this.at] ?? "")) this.wrong(where);
		while (isDigit(this.text[this.at] ?? "")) this.at++;
	}
	private literal(word: string): void {
		for (let index = 0; index < word.length; index++, this.at++) {
			if (this.text[this.at] !== word[index]) this.wrong(`in literal ${word} (expecting '${word[index]}')`);
		}
	}
}

const isDigit = (character: string): boolean => character >= "0" && character <= "9";

const quoted = (character: string): string => {
	if (character === "'") return "'\\''";
	if (character === '"') return "'\"'";
	return `'${JSON.stringify(character).slice(1, -1)}'`;
};
