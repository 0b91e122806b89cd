// Runs a parsed template on a value, as Go's text/template/exec.go does, with its messages.

import { CallError, FUNCTION_NAMES, FUNCTIONS, type Functions } from "./functions";
import { TemplateError } from "./lex";
import { type CommandNode, type Node, type Operand, type Pipe, showNode, type Tree } from "./nodes";
import { parse } from "./parse";
import { GoNamedMap, GoNil, GoStruct, GoTime, show, sortedEntries, truth, typeName, type Value } from "./value";

export { TemplateError } from "./lex";

export interface ExecuteOptions {
	/** A key that a map lacks is an error (missingkey=error). */
	strict?: boolean;
	functions?: Functions;
}

export class Template {
	private constructor(private readonly tree: Tree) {}

	/** @throws TemplateError */
	static parse(source: string, name = ""): Template {
		return new Template(parse(name, source, FUNCTION_NAMES));
	}

	/** @throws TemplateError; `partial` of it is what was written before */
	execute(data: Value, options: ExecuteOptions = {}): string {
		return new Execution(this.tree, options).run(data);
	}
}

/** Methods of time.Time. */
const TIME_METHODS: Record<string, (time: GoTime) => Value> = {
	String: (time) => time.toString(),
	IsZero: (time) => time.rfc3339.startsWith("0001-01-01T00:00:00"),
	Unix: (time) => Math.floor(Date.parse(time.rfc3339) / 1000),
};

type Flow = "next" | "break" | "continue";
type Where = Operand | CommandNode | Pipe;

class Execution {
	private out = "";
	private variables: Array<{ name: string; value: Value }> = [];
	private readonly functions: Functions;
	private depth = 0;

	constructor(
		private readonly tree: Tree,
		private readonly options: ExecuteOptions,
	) {
		this.functions = options.functions ?? FUNCTIONS;
	}

	run(data: Value): string {
		this.variables = [{ name: "$", value: data }];
		this.list(this.tree.nodes, data);
		return this.out;
	}

	private fail(where: Where, message: string): never {
		const before = this.tree.source.slice(0, where.at);
		const line = before.split("\n").length;
		const column = where.at - (before.lastIndexOf("\n") + 1);
		const name = this.tree.name;
		throw new TemplateError(
			`template: ${name}:${line}:${column}: executing ${JSON.stringify(name)} at <${showNode(where)}>: ${message}`,
		);
	}

	private list(nodes: readonly Node[], dot: Value): Flow {
		for (const node of nodes) {
			const flow = this.node(node, dot);
			if (flow !== "next") return flow;
		}
		return "next";
	}

	private node(node: Node, dot: Value): Flow {
		switch (node.kind) {
			case "text":
				this.out += node.text;
				return "next";
			case "action": {
				const value = this.pipe(node.pipe, dot);
				if (node.pipe.variables.length === 0) this.out += this.printed(node.pipe, value);
				return "next";
			}
			case "if":
			case "with": {
				const mark = this.variables.length;
				const value = this.pipe(node.pipe, dot);
				const body = truth(value) ? node.body : (node.otherwise ?? []);
				const flow = this.list(body, truth(value) && node.kind === "with" ? value : dot);
				this.variables.length = mark;
				return flow;
			}
			case "range":
				return this.range(node, dot);
			case "template": {
				const body = this.tree.defined.get(node.name);
				if (!body) throw new TemplateError(`template: ${this.tree.name}: template "${node.name}" not defined`);
				if (++this.depth > 1000) throw new TemplateError("exceeded maximum template depth (1000)");
				const argument = node.pipe ? this.pipe(node.pipe, dot) : undefined;
				const saved = this.variables;
				this.variables = [{ name: "$", value: argument }];
				this.list(body, argument);
				this.variables = saved;
				this.depth--;
				return "next";
			}
			default:
				return node.kind;
		}
	}

	private printed(where: Where, value: Value): string {
		if (typeof value === "function") this.fail(where, `can't print ${showNode(where)} of type func`);
		return show(value);
	}

	private range(node: Node & { kind: "if" | "with" | "range" }, dot: Value): Flow {
		const mark = this.variables.length;
		const value = this.pipe(node.pipe, dot);
		const items = this.items(node.pipe, value);
		if (items.length === 0 && node.otherwise) this.list(node.otherwise, dot);
		const declared = node.pipe.variables;
		for (const [key, item] of items) {
			this.variables.length = mark;
			if (declared.length === 1) this.declare(node.pipe, 0, item);
			if (declared.length === 2) {
				this.declare(node.pipe, 0, key);
				this.declare(node.pipe, 1, item);
			}
			if (this.list(node.body, item) === "break") break;
		}
		this.variables.length = mark;
		return "next";
	}

	private items(where: Where, value: Value): Array<[Value, Value]> {
		if (value === undefined || value === null || value instanceof GoNil) return [];
		if (Array.isArray(value)) return value.map((item, i) => [i, item]);
		if (value instanceof Map) return sortedEntries(value);
		if (typeof value === "number" && Number.isInteger(value)) return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i]);
		if (typeof value === "string") return [...value].map((c, i) => [i, c.codePointAt(0)]);
		this.fail(where, `range can't iterate over ${show(value)}`);
	}

	private declare(pipe: Pipe, at: number, value: Value): void {
		const name = pipe.variables[at]!;
		const known = pipe.assigns ? this.variables.findLast((variable) => variable.name === name) : undefined;
		if (known) known.value = value;
		else this.variables.push({ name, value });
	}

	private pipe(pipe: Pipe, dot: Value): Value {
		let value: Value;
		let piped = false;
		for (const command of pipe.commands) {
			value = this.command(command, dot, piped ? [value] : []);
			piped = true;
		}
		// range declares its own variables, item by item; a declared pipeline elsewhere is one value
		for (let at = 0; at < pipe.variables.length; at++) this.declare(pipe, at, value);
		return value;
	}

	private command(command: CommandNode, dot: Value, piped: Value[]): Value {
		const [first, ...rest] = command.args as [Operand, ...Operand[]];
		switch (first.kind) {
			case "field":
				return this.fields(first, dot, first.names, rest, dot, piped);
			case "variable":
				if (first.names.length > 0) return this.fields(first, this.variable(first.name), first.names, rest, dot, piped);
				this.noArguments(command, rest, piped);
				return this.variable(first.name);
			case "chain":
				return this.fields(first, this.operand(first.of, dot), first.names, rest, dot, piped);
			case "function":
				return this.call(command, first, rest, dot, piped);
			case "pipe":
				this.noArguments(command, rest, piped);
				return this.pipe(first.pipe, dot);
			case "nil":
				this.noArguments(command, rest, piped);
				this.fail(first, "nil is not a command");
				break;
			default:
				this.noArguments(command, rest, piped);
				return this.operand(first, dot);
		}
	}

	private noArguments(command: CommandNode, rest: Operand[], piped: Value[]): void {
		if (rest.length > 0 || piped.length > 0)
			this.fail(command.args[0]!, `can't give argument to non-function ${showNode(command.args[0]!)}`);
	}

	private operand(operand: Operand, dot: Value): Value {
		switch (operand.kind) {
			case "dot":
				return dot;
			case "nil":
				return null;
			case "bool":
			case "number":
			case "string":
				return operand.value;
			case "field":
				return this.fields(operand, dot, operand.names, [], dot, []);
			case "variable":
				return this.fields(operand, this.variable(operand.name), operand.names, [], dot, []);
			case "chain":
				return this.fields(operand, this.operand(operand.of, dot), operand.names, [], dot, []);
			case "pipe":
				return this.pipe(operand.pipe, dot);
			case "function":
				return this.call({ kind: "command", at: operand.at, args: [operand] }, operand, [], dot, []);
		}
	}

	private variable(name: string): Value {
		return this.variables.findLast((variable) => variable.name === name)?.value;
	}

	private fields(where: Operand, start: Value, names: string[], rest: Operand[], dot: Value, piped: Value[]): Value {
		let value = start;
		names.forEach((name, i) => {
			const last = i === names.length - 1;
			const args = last ? [...rest.map((operand) => this.operand(operand, dot)), ...piped] : [];
			value = this.field(where, value, name, args);
		});
		return value;
	}

	private field(where: Operand, of: Value, name: string, args: Value[]): Value {
		if (of === undefined || of === null) {
			if (this.options.strict || of === undefined) this.fail(where, `nil data; no entry for key "${name}"`);
			this.fail(where, `nil pointer evaluating interface {}.${name}`);
		}
		if (of instanceof GoStruct) {
			const method = of.methods[name];
			if (method) {
				if (method.length !== args.length)
					this.fail(where, `wrong number of args for ${name}: want ${method.length} got ${args.length}`);
				return method(...args);
			}
			if (of.fields.has(name)) {
				if (args.length > 0) this.fail(where, `${name} has arguments but cannot be invoked as function`);
				return of.fields.get(name);
			}
			if (of instanceof GoNamedMap) return undefined;
			this.fail(where, `can't evaluate field ${name} in type ${of.typeName}`);
		}
		if (of instanceof Map) {
			if (args.length > 0) this.fail(where, `${name} is not a method but has arguments`);
			if (of.has(name)) return of.get(name) ?? undefined;
			if (this.options.strict) this.fail(where, `map has no entry for key "${name}"`);
			return undefined;
		}
		if (of instanceof GoNil && of.type === "map") return undefined;
		if (of instanceof GoNil) this.fail(where, `nil pointer evaluating ${of.typeName}.${name}`);
		if (of instanceof GoTime && Object.hasOwn(TIME_METHODS, name)) return TIME_METHODS[name]!(of);
		return this.fail(where, `can't evaluate field ${name} in type ${typeName(of)}`);
	}

	private call(command: CommandNode, node: Operand & { kind: "function" }, rest: Operand[], dot: Value, piped: Value[]): Value {
		const { name } = node;
		if (name === "and" || name === "or") return this.shortCircuit(name, node, rest, dot, piped);
		const known = this.functions[name]!;
		const count = rest.length + piped.length;
		if (known.variadic ? count < known.arity : count !== known.arity)
			this.fail(node, `wrong number of args for ${name}: want ${known.variadic ? "at least " : ""}${known.arity} got ${count}`);
		const args = rest.map((operand) => this.operand(operand, dot));
		args.push(...piped);
		args.forEach((value, i) => {
			const type = known.types?.[Math.min(i, known.types.length - 1)];
			if (type && type !== "any") this.check(rest[i] ?? command, type, value);
		});
		try {
			return known.call(args);
		} catch (error) {
			if (error instanceof CallError) this.fail(command, `error calling ${name}: ${error.message}`);
			throw error;
		}
	}

	private check(where: Where, wanted: "string" | "int", value: Value): void {
		const actual = typeof value === "number" && Number.isInteger(value) ? "int" : typeof value;
		if (actual === wanted) return;
		const literal = where.kind === "string" || where.kind === "number" || where.kind === "bool";
		if (literal) this.fail(where, `expected ${wanted === "int" ? "integer" : wanted}; found ${showNode(where)}`);
		if (value === undefined || value === null) this.fail(where, `invalid value; expected ${wanted}`);
		this.fail(where, `wrong type for value; expected ${wanted}; got ${typeName(value)}`);
	}

	private shortCircuit(name: "and" | "or", node: Operand, rest: Operand[], dot: Value, piped: Value[]): Value {
		if (rest.length + piped.length === 0) this.fail(node, `wrong number of args for ${name}: want at least 1 got 0`);
		let value: Value;
		for (const operand of rest) {
			value = this.operand(operand, dot);
			if (truth(value) === (name === "or")) return value;
		}
		return piped.length > 0 ? piped[0] : value;
	}
}
