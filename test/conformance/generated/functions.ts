// Random C functions: declarations, assignments, branches, loops and switches, over the variables in scope. Loops and calls
// take from `fuel`, so that every program ends.

import type { Random } from "../../engine/cpu/oracle/random";
import { type Callable, Expressions, type Scope, type Variable } from "./expressions";
import { constant, INT, INTEGERS, TYPES, type Type } from "./types";

const DEPTH = 3;

class Body {
	readonly lines: string[] = [];
	private readonly expressions: Expressions;
	private names = 0;

	constructor(
		private readonly random: Random,
		private readonly scope: Scope,
	) {
		this.expressions = new Expressions(random, scope);
	}

	statements(count: number, indent: number): void {
		for (let i = 0; i < count; i++) this.statement(indent);
	}

	private line(indent: number, text: string): void {
		this.lines.push("\t".repeat(indent) + text);
	}

	private statement(indent: number): void {
		const { random, expressions } = this;
		const choice = indent > 3 ? random.below(6) : random.below(11);
		if (choice < 3) this.declare(indent);
		else if (choice < 7) this.assign(indent);
		else if (choice === 7) {
			this.line(indent, `if ${expressions.condition(2)} {`);
			this.block(indent + 1, 1 + random.below(3));
			if (random.oneIn(2)) {
				this.line(indent, "} else {");
				this.block(indent + 1, 1 + random.below(3));
			}
			this.line(indent, "}");
		} else if (choice === 8) this.loop(indent);
		else if (choice === 9) this.switch(indent);
		else this.update(indent);
	}

	/** Names of a block end with it. */
	private block(indent: number, count: number): void {
		const kept = this.scope.variables.length;
		this.statements(count, indent);
		this.scope.variables.length = kept;
	}

	private declare(indent: number): void {
		const { random, scope } = this;
		const type = random.pick(TYPES);
		const name = `v${this.names++}`;
		this.line(indent, `${random.oneIn(8) ? "volatile " : ""}${type.name} ${name} = ${this.expressions.of(type, DEPTH)};`);
		scope.variables.push({ text: name, type, assignable: true });
	}

	private target(): Variable | undefined {
		const { random, scope } = this;
		const possible = scope.variables.filter((variable) => variable.assignable);
		const element = random.oneIn(2) ? this.expressions.element(2) : undefined;
		return element ?? (possible.length > 0 ? random.pick(possible) : undefined);
	}

	private assign(indent: number): void {
		const target = this.target();
		if (!target) this.declare(indent);
		else this.line(indent, `${target.text} = ${this.expressions.of(target.type, DEPTH)};`);
	}

	private update(indent: number): void {
		const target = this.target();
		if (target?.type.kind !== "unsigned" || target.type.bits < 32) this.assign(indent);
		else
			this.line(
				indent,
				`${target.text} ${this.random.pick(["+=", "-=", "*=", "^=", "|=", "&="])} ${this.expressions.of(target.type, 2)};`,
			);
	}

	private loop(indent: number): void {
		const { random, scope } = this;
		const name = `i${this.names++}`;
		const count = 1 + random.below(12);
		const kept = scope.variables.length;
		this.line(indent, `for (int32_t ${name} = 0; ${name} < ${count} && fuel-- > 0; ${name}++) {`);
		scope.variables.push({ text: name, type: INT, assignable: false });
		this.statements(1 + random.below(3), indent + 1);
		if (random.oneIn(4)) this.line(indent + 1, `if ${this.expressions.condition(1)} ${random.pick(["break", "continue"])};`);
		this.line(indent, "}");
		scope.variables.length = kept;
	}

	private switch(indent: number): void {
		const { random } = this;
		const type = random.pick(INTEGERS);
		const cases = 2 + random.below(8);
		const spread = random.pick([1, 1, 3, 1000]);
		this.line(
			indent,
			`switch (${type.kind === "signed" ? "(int)" : "(unsigned)"}${this.expressions.of(type, 2)} & ${random.pick([7, 15, 4095])}) {`,
		);
		for (let i = 0; i < cases; i++) {
			this.line(indent, `case ${i * spread}: {`);
			this.block(indent + 1, 1);
			this.line(indent, random.oneIn(4) ? "} /* falls through */" : "} break;");
		}
		this.line(indent, "default: {");
		this.block(indent + 1, 1);
		this.line(indent, "}");
		this.line(indent, "}");
	}
}

export function randomFunction(name: string, random: Random, globals: Scope): { text: string; callable: Callable } {
	const result = random.pick(TYPES);
	const parameters = Array.from({ length: random.below(9) }, () => random.pick(TYPES));
	const scope: Scope = {
		variables: [...globals.variables, ...parameters.map((type, i) => ({ text: `p${i}`, type, assignable: true }))],
		arrays: globals.arrays,
		callables: globals.callables,
	};
	const body = new Body(random, scope);
	body.statements(2 + random.below(4), 1);
	const list = parameters.map((type, i) => `${type.name} p${i}`).join(", ") || "void";
	const text = [
		`${random.oneIn(2) ? "APART " : ""}static ${result.name} ${name}(${list}) {`,
		`\tif (fuel-- <= 0) return ${constant(result, random)};`,
		...body.lines,
		`\treturn ${new Expressions(random, scope).of(result, DEPTH)};`,
		"}",
	].join("\n");
	return { text, callable: { name, result, parameters } };
}

/** Several functions of one signature, for a table of pointers. */
export function sameSignature(name: string, count: number, random: Random, globals: Scope, type: Type): string {
	const one = (i: number): string => {
		const scope: Scope = { ...globals, variables: [...globals.variables, { text: "a", type, assignable: true }], callables: [] };
		const body = new Body(random, scope);
		body.statements(1 + random.below(2), 1);
		const returned = new Expressions(random, scope).of(type, 2);
		return `static ${type.name} ${name}_${i}(${type.name} a) {\n${body.lines.join("\n")}\n\treturn ${returned};\n}`;
	};
	const functions = Array.from({ length: count }, (_, i) => one(i));
	const table = functions.map((_, i) => `${name}_${i}`).join(", ");
	return `${functions.join("\n")}\nstatic ${type.name} (*const ${name}[])(${type.name}) = { ${table} };`;
}
