// From tokens to a tree, as Go's text/template/parse does, with its messages and its idea of where a node is.

import { lex, TemplateError, type Token, type TokenKind, unquote } from "./lex";
import { type CommandNode, type Node, type Operand, type Pipe, showNode, type Tree } from "./nodes";
import { readNumber } from "./number";

/** @throws TemplateError */
export function parse(name: string, source: string, functions: ReadonlySet<string>): Tree {
	return new Parser(name, source, functions).tree();
}

/** @throws TemplateError for what the lexer could not read */
function readable(token: Token): Token {
	if (token.kind === "error") throw new TemplateError(token.text);
	return token;
}

class Parser {
	private readonly tokens: Token[];
	private next = 0;
	private variables: string[] = ["$"];
	private loops = 0;
	private readonly defined = new Map<string, Node[]>();

	constructor(
		private readonly name: string,
		private readonly source: string,
		private readonly functions: ReadonlySet<string>,
	) {
		this.tokens = lex(name, source);
	}

	tree(): Tree {
		const { nodes, ended } = this.list(true);
		if (ended) this.fail(`unexpected {{${ended}}}`);
		return { name: this.name, source: this.source, nodes, defined: this.defined };
	}

	private fail(message: string): never {
		const line = this.tokens[Math.min(Math.max(this.next - 1, 0), this.tokens.length - 1)]?.line ?? 1;
		throw new TemplateError(`template: ${this.name}:${line}: ${message}`);
	}
	private peek(): Token {
		return this.tokens[this.next]!;
	}
	private take(): Token {
		return readable(this.tokens[this.next++] ?? this.tokens[this.tokens.length - 1]!);
	}
	private skipSpace(): Token {
		while (this.peek().kind === "space") this.next++;
		return this.peek();
	}
	private expect(kind: TokenKind, context: string): Token {
		this.skipSpace();
		const token = this.take();
		if (token.kind !== kind) this.unexpected(token, context);
		return token;
	}
	private unexpected(token: Token, context: string): never {
		readable(token);
		const shown =
			token.kind === "eof"
				? "EOF"
				: token.kind === "keyword" || token.kind === "dot" || token.kind === "nil"
					? `<${token.text}>`
					: token.text.length > 10
						? `${JSON.stringify(token.text.slice(0, 10))}...`
						: JSON.stringify(token.text);
		this.fail(`unexpected ${shown} in ${context}`);
	}

	/** Nodes up to an {{end}} or {{else}}, which it takes, or to the end of the text. */
	private list(outermost = false): { nodes: Node[]; ended?: "end" | "else" } {
		const nodes: Node[] = [];
		for (;;) {
			const token = this.take();
			if (token.kind === "eof") return { nodes };
			if (token.kind === "text") {
				nodes.push({ kind: "text", at: token.at, text: token.text });
				continue;
			}
			const first = this.skipSpace();
			if (first.kind !== "keyword" || (first.text === "define" && !outermost)) {
				const pipe = this.pipeline("command", "right");
				nodes.push({ kind: "action", at: first.at, pipe });
				continue;
			}
			this.take();
			if (first.text === "end" || first.text === "else") {
				if (first.text === "end") this.expect("right", "end");
				return { nodes, ended: first.text };
			}
			const node = this.keyword(first);
			if (node) nodes.push(node);
		}
	}

	private keyword(token: Token): Node | undefined {
		switch (token.text) {
			case "if":
			case "with":
			case "range":
				return this.control(token.text, token.at);
			case "break":
			case "continue":
				if (this.loops === 0) this.fail(`{{${token.text}}} outside {{range}}`);
				this.expect("right", `{{${token.text}}}`);
				return { kind: token.text, at: token.at };
			case "define": {
				const name = unquote(this.expect("string", "define clause").text);
				this.expect("right", "define clause");
				this.defined.set(name, this.body("define clause"));
				return undefined;
			}
			case "block": {
				const name = unquote(this.expect("string", "block clause").text);
				const pipe = this.pipeline("block clause", "right");
				this.defined.set(name, this.body("block clause"));
				return { kind: "template", at: token.at, name, pipe };
			}
			default: {
				const { at, text } = this.expect("string", "template clause");
				const name = unquote(text);
				if (this.skipSpace().kind === "right") {
					this.take();
					return { kind: "template", at, name };
				}
				return { kind: "template", at, name, pipe: this.pipeline("template clause", "right") };
			}
		}
	}

	private body(context: string): Node[] {
		const { nodes, ended } = this.list();
		if (ended === undefined) this.fail("unexpected EOF");
		if (ended === "else") this.fail(`unexpected {{else}} in ${context}`);
		return nodes;
	}

	private control(kind: "if" | "with" | "range", at: number): Node {
		const depth = this.variables.length;
		const pipe = this.pipeline(kind, "right");
		if (kind === "range") this.loops++;
		const { nodes, ended } = this.list();
		if (kind === "range") this.loops--;
		let otherwise: Node[] | undefined;
		if (ended === undefined) this.fail("unexpected EOF");
		if (ended === "else") {
			const follow = this.skipSpace();
			if (follow.kind === "keyword" && follow.text === kind && kind !== "range") {
				this.take();
				otherwise = [this.control(kind, follow.at)];
			} else {
				this.expect("right", "else");
				const rest = this.list();
				if (rest.ended === undefined) this.fail("unexpected EOF");
				if (rest.ended === "else") this.fail("expected end; found {{else}}");
				otherwise = rest.nodes;
			}
		}
		this.variables = this.variables.slice(0, depth);
		return { kind, at, pipe, body: nodes, otherwise };
	}

	private pipeline(context: string, end: "right" | ")"): Pipe {
		const first = this.skipSpace();
		const pipe: Pipe = { kind: "pipeline", at: first.at, variables: [], assigns: false, commands: [] };
		this.declarations(pipe, context);
		for (;;) {
			const token = this.skipSpace();
			if (token.kind === end) {
				this.take();
				if (pipe.commands.length === 0) this.fail(`missing value for ${context}`);
				const literal = pipe.commands.slice(1).find((command) => isLiteral(command.args[0]!));
				if (literal) this.fail(`non executable command in pipeline stage ${pipe.commands.indexOf(literal) + 1}`);
				return pipe;
			}
			if (!STARTS.has(token.kind)) {
				this.take();
				this.unexpected(token, context);
			}
			pipe.commands.push(this.command());
		}
	}

	private declarations(pipe: Pipe, context: string): void {
		const mark = this.next;
		const names: string[] = [];
		while (this.skipSpace().kind === "variable") {
			names.push(this.take().text);
			const after = this.skipSpace();
			if (after.kind === "declare" || after.kind === "assign") {
				this.take();
				pipe.assigns = after.kind === "assign";
				pipe.variables = names;
				// whether there is such a variable to assign to shows when it runs
				this.variables.push(...names);
				return;
			}
			if (after.kind !== "comma" || context !== "range" || names.length > 1) break;
			this.take();
		}
		this.next = mark;
	}

	private known(name: string): void {
		if (!this.variables.includes(name)) this.fail(`undefined variable "${name}"`);
	}

	private command(): CommandNode {
		const at = this.skipSpace().at;
		const args: Operand[] = [];
		for (;;) {
			this.skipSpace();
			const operand = this.operand();
			if (operand) args.push(operand);
			const token = this.take();
			if (token.kind === "space") continue;
			if (token.kind === "right" || token.kind === ")") this.next--;
			else if (token.kind !== "pipe") this.unexpected(token, "operand");
			break;
		}
		if (args.length === 0) this.fail("empty command");
		return { kind: "command", at, args };
	}

	private operand(): Operand | undefined {
		const node = this.term();
		if (!node || this.peek().kind !== "field") return node;
		const at = this.peek().at;
		const names: string[] = [];
		while (this.peek().kind === "field") names.push(this.take().text.slice(1));
		if (node.kind === "field") return { kind: "field", at, names: [...node.names, ...names] };
		if (node.kind === "variable") return { ...node, at, names: [...node.names, ...names] };
		if (node.kind === "bool" || node.kind === "string" || node.kind === "number" || node.kind === "nil" || node.kind === "dot")
			this.fail(`unexpected . after term ${JSON.stringify(showNode(node))}`);
		return { kind: "chain", at, of: node, names };
	}

	private term(): Operand | undefined {
		const token = this.skipSpace();
		const at = token.at;
		switch (token.kind) {
			case "identifier":
				this.take();
				if (!this.functions.has(token.text)) this.fail(`function "${token.text}" not defined`);
				return { kind: "function", at, name: token.text };
			case "dot":
				this.take();
				return { kind: "dot", at };
			case "nil":
				this.take();
				return { kind: "nil", at };
			case "variable":
				this.take();
				this.known(token.text);
				return { kind: "variable", at, name: token.text, names: [] };
			case "field":
				this.take();
				return { kind: "field", at, names: [token.text.slice(1)] };
			case "bool":
				this.take();
				return { kind: "bool", at, value: token.text === "true" };
			case "char":
			case "number":
				this.take();
				return this.number(token);
			case "string":
				this.take();
				return { kind: "string", at, value: unquote(token.text), text: token.text };
			case "(":
				this.take();
				return { kind: "pipe", at, pipe: this.pipeline("parenthesized pipeline", ")") };
			default:
				return undefined;
		}
	}

	private number(token: Token): Operand {
		const { at, text } = token;
		if (token.kind === "char") {
			const content = unquote(text);
			if ([...content].length !== 1) this.fail(`malformed character constant: ${text}`);
			const value = content.codePointAt(0)!;
			return { kind: "number", at, value, integer: value, text };
		}
		const read = readNumber(text);
		if (!read) this.fail(`illegal number syntax: ${JSON.stringify(text)}`);
		if (read.huge) this.fail(`integer overflow: ${JSON.stringify(text)}`);
		return { kind: "number", at, text, value: read.value, integer: read.integer, overflows: read.overflows };
	}
}

const STARTS = new Set<TokenKind>(["bool", "char", "dot", "field", "identifier", "number", "nil", "string", "variable", "("]);
const isLiteral = (operand: Operand): boolean => ["bool", "dot", "nil", "number", "string"].includes(operand.kind);
