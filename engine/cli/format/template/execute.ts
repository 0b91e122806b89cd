// Runs a parsed template on a value, as Go's text/template/exec.go does, with its messages. Which node a message names is part of
// them: `here` moves as Go's state.at does, and a failure names the node that was looked at last.

import { CallError, FUNCTION_NAMES, FUNCTIONS, type Functions, type ParameterType } from "./functions";
import { TemplateError } from "./lex";
import { type CommandNode, type Node, type Operand, type Pipe, showNode, type Tree } from "./nodes";
import { parse } from "./parse";
import { GoNamedMap, GoNil, GoStruct, GoTime, isInteger, show, sortedEntries, truth, typeName, type Value } from "./value";

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

	/** @throws TemplateError */
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
/** Go's limit of nested templates, and what the stack here bears. */
const LIMIT = 100_000;
const DEEPEST = 500;

type Flow = "next" | "break" | "continue";
type Where = Operand | CommandNode | Pipe | Node;
/** The value that a pipeline hands on, where there is one before. */
type Final = { value: Value } | undefined;

class Execution {
	private out = "";
	private variables: Array<{ name: string; value: Value }> = [];
	private readonly functions: Functions;
	private depth = 0;
	private here: Where | undefined;
	/** Of the template that runs, which may be a defined one. */
	private name: string;

	constructor(
		private readonly tree: Tree,
		private readonly options: ExecuteOptions,
	) {
		this.functions = options.functions ?? FUNCTIONS;
		this.name = tree.name;
	}

	run(data: Value): string {
		this.variables = [{ name: "$", value: data }];
		try {
			this.list(this.tree.nodes, data);
		} catch (error) {
			if (error instanceof TemplateError) error.written = this.out;
			throw error;
		}
		return this.out;
	}

	private fail(message: string): never {
		const where = this.here;
		if (!where) throw new TemplateError(`template: ${this.name}: ${message}`);
		const before = this.tree.source.slice(0, where.at);
		const line = before.split("\n").length;
		const column = new TextEncoder().encode(before.slice(before.lastIndexOf("\n") + 1)).length;
		const place = `${this.tree.name}:${line}:${column}`;
		throw new TemplateError(`template: ${place}: executing ${JSON.stringify(this.name)} at <${showNode(where)}>: ${message}`);
	}

	private list(nodes: readonly Node[], dot: Value): Flow {
		for (const node of nodes) {
			const flow = this.node(node, dot);
			if (flow !== "next") return flow;
		}
		return "next";
	}

	private node(node: Node, dot: Value): Flow {
		this.here = node;
		switch (node.kind) {
			case "text":
				this.out += node.text;
				return "next";
			case "action": {
				const value = this.pipe(node.pipe, dot);
				this.here = node;
				if (node.pipe.variables.length === 0) this.out += show(value);
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
			case "template":
				return this.template(node, dot);
			default:
				return node.kind;
		}
	}

	private template(node: Node & { kind: "template" }, dot: Value): Flow {
		const body = node.name === this.tree.name && node.name !== "" ? this.tree.nodes : this.tree.defined.get(node.name);
		if (!body) this.fail(`template ${JSON.stringify(node.name)} not defined`);
		if (this.depth > DEEPEST) this.fail(`exceeded maximum template depth (${LIMIT})`);
		const argument = node.pipe ? this.pipe(node.pipe, dot) : undefined;
		const [saved, name] = [this.variables, this.name];
		this.variables = [{ name: "$", value: argument }];
		this.name = node.name;
		this.depth++;
		this.list(body, argument);
		this.depth--;
		this.variables = saved;
		this.name = name;
		return "next";
	}

	private range(node: Node & { kind: "if" | "with" | "range" }, dot: Value): Flow {
		const mark = this.variables.length;
		const value = this.pipe(node.pipe, dot);
		const declared = node.pipe.variables;
		let empty = true;
		for (const [key, item] of this.items(value, declared.length)) {
			empty = false;
			this.variables.length = mark;
			if (declared.length === 1) this.declare(node.pipe, 0, item);
			if (declared.length === 2) {
				this.declare(node.pipe, 0, key);
				this.declare(node.pipe, 1, item);
			}
			if (this.list(node.body, item) === "break") break;
		}
		this.variables.length = mark;
		if (empty && node.otherwise) return this.list(node.otherwise, dot);
		return "next";
	}

	private items(value: Value, variables: number): Iterable<[Value, Value]> {
		if (value === undefined || value === null) return [];
		if (value instanceof GoNil && value.type !== "pointer") return [];
		if (Array.isArray(value)) return value.entries();
		if (value instanceof Map) return sortedEntries(value);
		if (!isInteger(value)) return this.fail(`range can't iterate over ${show(value)}`);
		if (variables > 1) this.fail(`can't use ${show(value)} to iterate over more than one variable`);
		return counting(Number(value));
	}

	private declare(pipe: Pipe, at: number, value: Value): void {
		const name = pipe.variables[at]!;
		const known = pipe.assigns ? this.variables.findLast((variable) => variable.name === name) : undefined;
		if (pipe.assigns && !known) this.fail(`undefined variable: ${name}`);
		if (known) known.value = value;
		else this.variables.push({ name, value });
	}

	private pipe(pipe: Pipe, dot: Value): Value {
		this.here = pipe;
		let final: Final;
		for (const command of pipe.commands) {
			const value = this.command(command, dot, final);
			// what is in an interface is taken out: a nil in there is no value
			final = { value: value === null ? undefined : value };
		}
		// range declares its own variables, item by item; a declared pipeline elsewhere is one value
		for (let at = 0; at < pipe.variables.length; at++) this.declare(pipe, at, final?.value);
		return final?.value;
	}

	private command(command: CommandNode, dot: Value, final: Final): Value {
		const [first, ...rest] = command.args as [Operand, ...Operand[]];
		switch (first.kind) {
			case "field":
				this.here = first;
				return this.fields(dot, first.names, rest, dot, final);
			case "chain":
				return this.chain(first, rest, dot, final);
			case "function":
				return this.call(command, first, rest, dot, final);
			case "pipe":
				this.noArguments(command, rest, final);
				return this.pipe(first.pipe, dot);
			case "variable":
				return this.variable(first, command, rest, dot, final);
		}
		this.here = first;
		this.noArguments(command, rest, final);
		if (first.kind === "nil") this.fail("nil is not a command");
		return first.kind === "dot" ? dot : this.constant(first);
	}

	private noArguments(command: CommandNode, rest: readonly Operand[], final: Final): void {
		if (rest.length > 0 || final) this.fail(`can't give argument to non-function ${showNode(command.args[0]!)}`);
	}

	private constant(operand: Operand): Value {
		if (operand.kind === "number") {
			if (operand.overflows) this.fail(`${operand.text} overflows int`);
			return operand.value;
		}
		return operand.kind === "bool" || operand.kind === "string" ? operand.value : undefined;
	}

	private variable(
		node: Operand & { kind: "variable" },
		command: CommandNode | undefined,
		rest: readonly Operand[],
		dot: Value,
		final: Final,
	): Value {
		this.here = node;
		const found = this.variables.findLast((one) => one.name === node.name);
		if (!found) this.fail(`undefined variable: ${node.name}`);
		if (node.names.length > 0) return this.fields(found.value, node.names, rest, dot, final);
		if (command) this.noArguments(command, rest, final);
		return found.value;
	}

	private chain(node: Operand & { kind: "chain" }, rest: readonly Operand[], dot: Value, final: Final): Value {
		this.here = node;
		if (node.of.kind === "nil") this.fail(`indirection through explicit nil in ${showNode(node)}`);
		return this.fields(this.argument(node.of, "any", dot), node.names, rest, dot, final);
	}

	/** An operand as an argument of the wanted type. */
	private argument(operand: Operand, type: ParameterType, dot: Value): Value {
		this.here = operand;
		switch (operand.kind) {
			case "dot":
				return this.checked(dot, type);
			case "nil":
				if (type === "string" || type === "int") this.fail(`cannot assign nil to ${type}`);
				return null;
			case "field":
				return this.checked(this.fields(dot, operand.names, [], dot, undefined), type);
			case "variable":
				return this.checked(this.variable(operand, undefined, [], dot, undefined), type);
			case "pipe":
				return this.checked(this.pipe(operand.pipe, dot), type);
			case "function":
				return this.checked(this.call(operand, operand, [], dot, undefined), type);
			case "chain":
				return this.checked(this.chain(operand, [], dot, undefined), type);
		}
		if (type === "int" && !(operand.kind === "number" && operand.integer !== undefined))
			this.fail(`expected integer; found ${showNode(operand)}`);
		if (type === "string" && operand.kind !== "string") this.fail(`expected string; found ${showNode(operand)}`);
		return type === "int" && operand.kind === "number" ? operand.integer : this.constant(operand);
	}

	private checked(value: Value, type: ParameterType): Value {
		if (type === "any" || type === "value") return value;
		if (value === undefined) this.fail(`invalid value; expected ${type}`);
		if (type === "string" ? typeof value === "string" : isInteger(value)) return value;
		return this.fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
	}

	private fields(start: Value, names: readonly string[], rest: readonly Operand[], dot: Value, final: Final): Value {
		let value = start;
		names.forEach((name, i) => {
			const last = i === names.length - 1;
			value = this.field(value, name, last ? rest : [], dot, last ? final : undefined);
		});
		return value;
	}

	private field(of: Value, name: string, rest: readonly Operand[], dot: Value, final: Final): Value {
		if (of === undefined) {
			if (this.options.strict) this.fail(`nil data; no entry for key ${JSON.stringify(name)}`);
			return undefined;
		}
		if (of === null) this.fail(`nil pointer evaluating interface {}.${name}`);
		const given = rest.length + (final ? 1 : 0);
		if (of instanceof GoStruct) {
			const method = of.methods[name];
			if (method) {
				if (method.length !== given) this.fail(`wrong number of args for ${name}: want ${method.length} got ${given}`);
				const args = rest.map((operand) => this.argument(operand, "string", dot));
				if (final) args.push(this.checked(final.value, "string"));
				return method(...args);
			}
			const field = of.fields.has(name) ? name : of.otherNames.get(name);
			if (field !== undefined && of.fields.has(field)) {
				if (given > 0) this.fail(`${name} has arguments but cannot be invoked as function`);
				return of.fields.get(field);
			}
			if (of instanceof GoNamedMap) return undefined;
			this.fail(`can't evaluate field ${name} in type ${of.typeName}`);
		}
		if (of instanceof Map) {
			if (given > 0) this.fail(`${name} is not a method but has arguments`);
			if (of.has(name)) return of.get(name);
			if (this.options.strict) this.fail(`map has no entry for key ${JSON.stringify(name)}`);
			return undefined;
		}
		if (of instanceof GoNil && of.type === "map") return undefined;
		if (of instanceof GoNil && of.type === "pointer") this.fail(`nil pointer evaluating ${of.typeName}.${name}`);
		if (of instanceof GoTime && Object.hasOwn(TIME_METHODS, name)) return TIME_METHODS[name]!(of);
		return this.fail(`can't evaluate field ${name} in type ${typeName(of)}`);
	}

	/** @param node what a failed call is named after: the whole command, or the function alone as an argument */
	private call(node: Where, of: Operand & { kind: "function" }, rest: readonly Operand[], dot: Value, final: Final): Value {
		this.here = of;
		const { name } = of;
		const known = this.functions[name]!;
		const count = rest.length + (final ? 1 : 0);
		if (known.variadic && count < known.arity)
			this.fail(`wrong number of args for ${name}: want at least ${known.arity} got ${rest.length}`);
		if (!known.variadic && count !== known.arity) this.fail(`wrong number of args for ${name}: want ${known.arity} got ${count}`);
		if (name === "and" || name === "or") return this.shortCircuit(name, rest, dot, final);
		const typeOf = (at: number): ParameterType => known.types[Math.min(at, known.types.length - 1)]!;
		const args = rest.map((operand, at) => this.argument(operand, typeOf(at), dot));
		if (final) args.push(this.checked(final.value, typeOf(rest.length)));
		try {
			return known.call(args);
		} catch (error) {
			if (!(error instanceof CallError)) throw error;
			this.here = node;
			return this.fail(`error calling ${name}: ${error.message}`);
		}
	}

	private shortCircuit(name: "and" | "or", rest: readonly Operand[], dot: Value, final: Final): Value {
		let value: Value;
		for (const operand of rest) {
			value = this.argument(operand, "value", dot);
			if (truth(value) === (name === "or")) return value;
		}
		return final ? final.value : value;
	}
}

function* counting(end: number): Generator<[Value, Value]> {
	for (let at = 0; at < end; at++) yield [at, at];
}
