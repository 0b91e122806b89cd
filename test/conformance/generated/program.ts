// A random C program from a seed: global variables, functions that use them, some features, and a main part that prints
// what all of them leave behind. Several lie in one file, so that the compiler is started seldom: in a program's text @ stands for
// the prefix of its names.

import { Random } from "../../engine/cpu/oracle/random";
import { type Callable, Expressions, type Scope, type Variable } from "./expressions";
import { FEATURES } from "./features";
import { randomFunction, sameSignature } from "./functions";
import { PRELUDE } from "./prelude";
import { constant, INTEGERS, TYPES, type Type } from "./types";

const FUEL = 40_000;

/** A file with a program for each seed: the argument says which one runs, by its place in the list. */
export function generate(seeds: readonly number[]): string {
	const programs = seeds.map((seed) => program(seed).replaceAll("@", `p${seed}_`));
	const table = seeds.map((seed) => `p${seed}_main`).join(", ");
	const main = `int main(int argc, char **argv) {
	static int (*const programs[])(void) = { ${table} };
	return argc > 1 ? programs[atoi(argv[1])]() : 0;
}
`;
	return [PRELUDE, ...programs, main].join("\n");
}

/** Defines `int @main(void)`, which prints and gives an exit code. */
function program(seed: number): string {
	const random = new Random(seed * 7919 + 1);
	const text: string[] = [];
	const globals: Scope = { variables: [], arrays: [], callables: [] };
	const fields = Array.from({ length: 3 + random.below(6) }, () => random.pick(TYPES));
	text.push(`static struct { ${fields.map((type, i) => `${type.name} m${i};`).join(" ")} } @s;`);
	fields.forEach((type, i) => {
		globals.variables.push({ text: `@s.m${i}`, type, assignable: true });
	});
	for (let i = 0; i < 3 + random.below(4); i++) {
		const type = random.pick(TYPES);
		text.push(`static ${type.name} @g${i} = ${constant(type, random)};`);
		globals.variables.push({ text: `@g${i}`, type, assignable: true });
	}
	for (let i = 0; i < 1 + random.below(4); i++) {
		const type = random.pick(TYPES);
		const length = 2 ** (1 + random.below(6));
		const values = Array.from({ length }, () => constant(type, random)).join(", ");
		text.push(`static ${type.name} @a${i}[${length}] = { ${values} };`);
		globals.arrays.push({ name: `@a${i}`, type, length });
	}
	const callables: Callable[] = [];
	for (let i = 0; i < 2 + random.below(3); i++) {
		const made = randomFunction(`@f${i}`, random, { ...globals, callables: [...callables] });
		text.push(made.text);
		callables.push(made.callable);
	}
	const pointed = random.pick(INTEGERS);
	const pointers = 2 ** (1 + random.below(3));
	text.push(sameSignature("@t", pointers, random, globals, pointed));
	const features = Array.from({ length: 2 + random.below(3) }, (_, i) => {
		text.push(random.pick(FEATURES)(`@feature${i}`, random));
		return `\t@feature${i}();`;
	});
	const calls = callables.map((callable) => {
		const scope = new Expressions(random, { ...globals, callables: [] });
		const call = `${callable.name}(${callable.parameters.map((type) => scope.of(type, 2)).join(", ")})`;
		return `\tfuel = ${FUEL}; ${print(call, callable.result, callable.name)}`;
	});
	const shown: readonly Variable[] = globals.variables;
	text.push(`int @main(void) {
${calls.join("\n")}
	fuel = ${FUEL};
	for (int i = 0; i < 20; i++) ${print(`@t[i & ${pointers - 1}]((${pointed.name})(i * 77))`, pointed, "t")}
${features.join("\n")}
${shown.map((variable) => `\t${print(variable.text, variable.type, variable.text)}`).join("\n")}
	uint64_t sum = 0;
${globals.arrays.map((array) => `\tfor (int i = 0; i < ${array.length}; i++) sum = sum * 31 + (uint64_t)${array.type.kind === "float" ? "to_integer" : ""}(${array.name}[i]);`).join("\n")}
	printf("%lx\\n", sum);
	return (int)(sum % 120);
}
`);
	return text.join("\n");
}

const print = (expression: string, type: Type, label: string): string => `printf("${label} ${type.format}\\n", ${expression});`;
