// Words and variables in a Dockerfile, as BuildKit's shell lexer reads them:
//
//     $NAME ${NAME}   ${NAME:-word} ${NAME-word}   ${NAME:+word} ${NAME+word}   ${NAME:?word} ${NAME?word}
//     ${NAME#pattern} ${NAME##pattern} ${NAME%pattern} ${NAME%%pattern}   ${NAME/pattern/word} ${NAME//pattern/word}
//     'as it is'   "with $NAME"   \x

import { invalidParameter } from "../../lib/errors";
import { goQuote } from "../../lib/quote";
import { replacePattern, trimPrefix, trimSuffix } from "./pattern";

export interface LexOptions {
	/** "\" or "`". */
	escape?: string;
	/** Quotes and escapes stay in the result. */
	raw?: boolean;
	/** $NAME stays where NAME is not set. */
	keepUnset?: boolean;
	/** Quotes mean nothing (heredocs). */
	ignoreQuotes?: boolean;
}
export type Lookup = (name: string) => string | undefined;

/** The text as one word. @throws EngineError invalidParameter */
export const processWord = (text: string, lookup: Lookup, options?: LexOptions): string => process(text, lookup, options).word;
/** The text as words, parted at blanks that are not quoted. @throws EngineError invalidParameter */
export const processWords = (text: string, lookup: Lookup, options?: LexOptions): string[] =>
	process(text, lookup, options).words;

function process(text: string, lookup: Lookup, options: LexOptions = {}): { word: string; words: string[] } {
	try {
		return new Lexer(text, lookup, options).until(undefined, options.raw === true);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		throw invalidParameter(`failed to process ${goQuote(text)}: ${error.message}`);
	}
}

const isSpace = (character: string): boolean => /\s/u.test(character);

/** Collects words: quoted text joins a word even where it is blank. */
class Words {
	private readonly done: string[] = [];
	private word = "";
	private inWord = false;
	add(text: string): void {
		for (const character of text) {
			if (!isSpace(character)) this.addRaw(character);
			else if (this.inWord && this.word !== "") this.finish();
		}
	}
	addRaw(text: string): void {
		this.word += text;
		this.inWord = true;
	}
	drop(): void {
		this.word = "";
	}
	private finish(): void {
		this.done.push(this.word);
		this.word = "";
		this.inWord = false;
	}
	all(): string[] {
		if (this.word !== "") this.finish();
		return this.done;
	}
}

class Lexer {
	private readonly characters: string[];
	private at = 0;
	private readonly escape: string;
	private rawEscapes: boolean;
	private words = new Words();

	constructor(
		text: string,
		private readonly lookup: Lookup,
		private readonly options: LexOptions,
	) {
		this.characters = [...text];
		this.escape = options.escape ?? "\\";
		this.rawEscapes = options.raw === true;
	}

	private peek(): string | undefined {
		return this.characters[this.at];
	}
	private next(): string | undefined {
		return this.characters[this.at++];
	}

	/** Up to the character `stop`, which is taken, or to the end. */
	until(stop: string | undefined, rawEscapes: boolean): { word: string; words: string[] } {
		const before = this.rawEscapes;
		this.rawEscapes = rawEscapes;
		const outer = this.words;
		this.words = new Words();
		let word = "";
		for (let character = this.peek(); character !== undefined; character = this.peek()) {
			if (character === stop) {
				this.next();
				this.rawEscapes = before;
				return { word, words: this.allWords(outer) };
			}
			const part = this.part(character);
			if (part === undefined) break;
			word += part;
		}
		if (stop !== undefined) throw new SyntaxError(`unexpected end of statement while looking for matching ${stop}`);
		this.rawEscapes = before;
		return { word, words: this.allWords(outer) };
	}
	private allWords(outer: Words): string[] {
		const all = this.words.all();
		this.words = outer;
		// as in BuildKit: a word loses what stands before ${NAME:-word} in it
		outer.drop();
		return all;
	}

	private part(character: string): string | undefined {
		if (character === "$") {
			const value = this.dollar();
			this.words.add(value);
			return value;
		}
		if ((character === "'" || character === '"') && !this.options.ignoreQuotes) {
			const value = character === "'" ? this.singleQuoted() : this.doubleQuoted();
			this.words.addRaw(value);
			return value;
		}
		if (character === "<") return this.angle();
		this.next();
		if (character !== this.escape) {
			this.words.add(character);
			return character;
		}
		const kept = this.rawEscapes ? character : "";
		this.words.addRaw(kept);
		const escaped = this.next();
		if (escaped === undefined) return kept === "" ? undefined : kept;
		this.words.addRaw(escaped);
		return kept + escaped;
	}

	/** Blanks behind << are of the heredoc's word. */
	private angle(): string {
		let text = this.next()!;
		if (this.peek() === "<") {
			text += this.next()!;
			while (/[\t\v\f\r \n]/.test(this.peek() ?? "")) text += this.next()!;
		}
		this.words.addRaw(text);
		return text;
	}

	private singleQuoted(): string {
		const opening = this.next()!;
		const quote = this.options.raw ? opening : "";
		let word = quote;
		for (;;) {
			const character = this.next();
			if (character === undefined) throw new SyntaxError("unexpected end of statement while looking for matching single-quote");
			if (character === "'") return word + quote;
			word += character;
		}
	}
	private doubleQuoted(): string {
		const opening = this.next()!;
		const quote = this.options.raw ? opening : "";
		let word = quote;
		for (;;) {
			const character = this.peek();
			if (character === undefined) throw new SyntaxError("unexpected end of statement while looking for matching double-quote");
			if (character === "$") {
				word += this.dollar();
				continue;
			}
			this.next();
			if (character === '"') return word + quote;
			if (character !== this.escape) {
				word += character;
				continue;
			}
			if (this.rawEscapes) word += character;
			const after = this.peek();
			if (after === undefined) continue;
			word += after === '"' || after === "$" || after === this.escape ? this.next()! : character;
		}
	}

	private dollar(): string {
		this.next();
		if (this.peek() !== "{") {
			const name = this.name();
			if (name === "") return "$";
			return this.lookup(name) ?? (this.options.keepUnset ? `$${name}` : "");
		}
		this.next();
		const first = this.peek();
		if (first === undefined) throw new SyntaxError("syntax error: missing '}'");
		if (first === "{" || first === "}" || first === ":") throw new SyntaxError("syntax error: bad substitution");
		return this.substitution(this.name());
	}

	private substitution(name: string): string {
		let modifier = this.next();
		if (modifier === "}") return this.lookup(name) ?? (this.options.keepUnset ? `\${${name}}` : "");
		let written = modifier ?? "";
		const nullIsUnset = modifier === ":";
		if (nullIsUnset) {
			modifier = this.next();
			written += modifier ?? "";
		}
		if (modifier === "/" && !nullIsUnset) return this.replacement(name);
		// the end of the text counts as a character that is none
		if (modifier === undefined) throw new SyntaxError(`unsupported modifier (${written}\ufffd) in substitution`);
		const trimming = modifier === "#" || modifier === "%";
		if (nullIsUnset && trimming) throw new SyntaxError(`unsupported modifier (${written}) in substitution`);
		if (!nullIsUnset && !/^[-+?#%]$/.test(modifier)) throw new SyntaxError(`unsupported modifier (${written}) in substitution`);
		const word = this.braced(trimming);
		return this.modified(name, this.lookup(name), modifier, nullIsUnset, word, written);
	}
	private braced(rawEscapes: boolean): string {
		try {
			return this.until("}", rawEscapes).word;
		} catch (error) {
			if (error instanceof SyntaxError && this.peek() === undefined) throw new SyntaxError("syntax error: missing '}'");
			throw error;
		}
	}

	private modified(
		name: string,
		value: string | undefined,
		modifier: string,
		nullIsUnset: boolean,
		word: string,
		written: string,
	): string {
		if (value === undefined && this.options.keepUnset) return `\${${name}${written}${word}}`;
		const missing = value === undefined || (nullIsUnset && value === "");
		switch (modifier) {
			case "-":
				return missing ? word : value;
			case "+":
				return missing ? "" : word;
			case "?":
				if (!missing) return value;
				throw new SyntaxError(`${name}: ${word || `is not allowed to be ${value === undefined ? "unset" : "empty"}`}`);
			case "#":
			case "%": {
				const greedy = word.startsWith(modifier);
				const pattern = greedy ? word.slice(1) : word;
				return modifier === "#" ? trimPrefix(value ?? "", pattern, greedy) : trimSuffix(value ?? "", pattern, greedy);
			}
			default:
				throw new SyntaxError(`unsupported modifier (${written}) in substitution`);
		}
	}

	private replacement(name: string): string {
		const all = this.peek() === "/";
		if (all) this.next();
		const pattern = this.delimited("/", `syntax error: missing '/' in $${"{}"}`);
		const word = this.delimited("}", "syntax error: missing '}'");
		const value = this.lookup(name);
		if (value === undefined && this.options.keepUnset) return `\${${name}/${pattern}/${word}}`;
		return replacePattern(value ?? "", pattern, word, all);
	}
	private delimited(stop: string, missing: string): string {
		try {
			return this.until(stop, true).word;
		} catch (error) {
			if (error instanceof SyntaxError && this.peek() === undefined) throw new SyntaxError(missing);
			throw error;
		}
	}

	/** Letters, digits and _; or digits alone; or one of the special parameters. */
	private name(): string {
		const first = this.peek();
		if (first === undefined) return "";
		if (/\p{Nd}/u.test(first)) return this.while(/\p{Nd}/u);
		if (/[@*#?\-$!]/.test(first)) return this.next()!;
		return this.while(/[\p{L}\p{Nd}_]/u);
	}
	private while(kind: RegExp): string {
		let name = "";
		for (let character = this.peek(); character !== undefined && kind.test(character); character = this.peek()) {
			name += this.next();
		}
		return name;
	}
}
