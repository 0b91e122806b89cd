// Random C expressions without undefined behaviour: sums wrap in unsigned types, shifts are masked, divisors are guarded,
// conversions from floating point are checked for their range (see prelude.ts for the functions that do this).

import type { Random } from "../../engine/cpu/oracle/random";
import { constant, INT, TYPES, type Type } from "./types";

/** Something with a value that can be named. */
export interface Variable {
	readonly text: string;
	readonly type: Type;
	readonly assignable: boolean;
}

/** A function that may be called. */
export interface Callable {
	readonly name: string;
	readonly result: Type;
	readonly parameters: readonly Type[];
}

export interface Scope {
	variables: Variable[];
	/** Arrays: indices are masked, so their lengths are powers of two. */
	arrays: { name: string; type: Type; length: number }[];
	callables: readonly Callable[];
}

/** The short name by which prelude.ts tells types apart. */
export const suffix = (type: Type): string =>
	type.kind === "float" ? type.name.replace(" ", "_") : `${type.kind[0]}${type.bits}`;

export class Expressions {
	constructor(
		private readonly random: Random,
		readonly scope: Scope,
	) {}

	/** An expression of exactly this type. */
	of(type: Type, depth: number): string {
		const { random } = this;
		if (depth <= 0) return this.leaf(type);
		switch (random.below(10)) {
			case 0:
				return this.leaf(type);
			case 1:
				return this.converted(random.pick(TYPES), type, depth - 1);
			case 2:
				return `(${this.condition(depth - 1)} ? ${this.of(type, depth - 1)} : ${this.of(type, depth - 1)})`;
			case 3: {
				const callable = this.callable(type);
				if (callable) return `${callable.name}(${callable.parameters.map((p) => this.of(p, depth - 2)).join(", ")})`;
				return this.operation(type, depth);
			}
			default:
				return this.operation(type, depth);
		}
	}

	/** An int that is 0 or 1. */
	condition(depth: number): string {
		const { random } = this;
		const type = random.pick(TYPES);
		const comparison = `(${this.of(type, depth - 1)} ${random.pick(["<", "<=", ">", ">=", "==", "!="])} ${this.of(type, depth - 1)})`;
		if (depth > 1 && random.oneIn(4)) return `(${comparison} ${random.pick(["&&", "||"])} ${this.condition(depth - 1)})`;
		return random.oneIn(8) ? `(!${comparison})` : comparison;
	}

	/** An element, with an index that is always inside. */
	element(depth: number): Variable | undefined {
		const { random, scope } = this;
		if (scope.arrays.length === 0) return undefined;
		const array = random.pick(scope.arrays);
		const index = random.oneIn(2)
			? String(random.below(array.length))
			: `((unsigned)${this.of(INT, depth - 1)} & ${array.length - 1})`;
		return { text: `${array.name}[${index}]`, type: array.type, assignable: true };
	}

	private leaf(type: Type): string {
		const { random, scope } = this;
		const same = scope.variables.filter((variable) => variable.type === type);
		if (same.length > 0 && !random.oneIn(4)) return random.pick(same).text;
		const element = random.oneIn(3) ? this.element(1) : undefined;
		if (element) return convert(element.text, element.type, type);
		if (scope.variables.length > 0 && random.oneIn(3)) {
			const { text, type: from } = random.pick(scope.variables);
			return convert(text, from, type);
		}
		return constant(type, random);
	}

	private converted(from: Type, to: Type, depth: number): string {
		return convert(this.of(from, depth), from, to);
	}

	private callable(type: Type): Callable | undefined {
		const possible = this.scope.callables.filter((callable) => callable.result === type);
		return possible.length > 0 ? this.random.pick(possible) : undefined;
	}

	private operation(type: Type, depth: number): string {
		const { random } = this;
		const a = this.of(type, depth - 1);
		const b = this.of(type, depth - 1);
		if (type.kind === "float") {
			const operator = random.pick(["+", "-", "*", "/", "+", "*"]);
			return random.oneIn(12) ? `(-${a})` : `(${a} ${operator} ${b})`;
		}
		const { name, wide } = type;
		switch (random.below(12)) {
			case 0:
				return `div_${suffix(type)}(${a}, ${b})`;
			case 1:
				return `rem_${suffix(type)}(${a}, ${b})`;
			case 2:
				return `((${name})((${wide})${a} << ((unsigned)${this.of(INT, depth - 1)} & ${type.bits - 1})))`;
			case 3:
				return `((${name})(${a} >> ((unsigned)${this.of(INT, depth - 1)} & ${type.bits - 1})))`;
			case 4:
				return random.oneIn(2) ? `((${name})~${a})` : `((${name})-(${wide})${a})`;
			case 5:
				return convert(this.condition(depth - 1), INT, type);
			default:
				return `((${name})((${wide})${a} ${random.pick(["+", "-", "*", "&", "|", "^"])} (${wide})${b}))`;
		}
	}
}

export function convert(text: string, from: Type, to: Type): string {
	if (from === to) return text;
	if (from.kind === "float" && to.kind !== "float") return `((${to.name})to_integer(${text}))`;
	return `((${to.name})${text})`;
}
