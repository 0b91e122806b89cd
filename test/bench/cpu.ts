// cpu-*: whole programs from exec to exit, on our processor under our kernel and on the machine's own. `cpu-NAME` is with the
// processor as it comes, `cpu-NAME-interpreter` and `cpu-NAME-translator` with the tiers by name; cpu-mean* are their geometric means.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CpuOptions, DEFAULT_TIER } from "../../engine/cpu";
import { PYTHON, timeDebian, unpacked } from "./debian";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { type BareMachine, bareMachine, type Run } from "./machine";
import { compiled, timeNative } from "./native";

type Tier = NonNullable<CpuOptions["tier"]>;

interface Program {
	/** Without "cpu-". */
	name: string;
	/** Path in the machine and its arguments. */
	argv: readonly string[];
	/** Milliseconds of the real one. */
	real(): number | null;
}

const ROUNDS = 3;
/** Until code that is executed often has been translated, and the engine below has optimised it. */
const WARMING = 2;
/** By the argument that makes them take 50 to 100 ms natively. */
const COMPILED = { sieve: 20, sha256: 4, qsort: 2, matrix: 16, list: 20, interpreter: 10000, snprintf: 120 } as const;
const NAMES = [...Object.keys(COMPILED), "awk", "gzip", "sort", "python"];
const TIERS: Readonly<Record<string, Tier>> = { "": DEFAULT_TIER, "-interpreter": "interpreter", "-translator": "both" };
/** Those that also have a figure in instructions. */
const MIPS = ["sieve", "awk"];

const AWK = 'BEGIN { for (i = 0; i < 400000; i++) { s += i % 7; a[i % 100] = i "x" } print s, length(a[3]) }';
const PYTHON_PROGRAM = `
words = {}
total = 0
for i in range(150000):
    key = "w%d" % (i * 7919 % 1000)
    words[key] = words.get(key, 0) + len(key)
    total = (total * 31 + i) & 0xffffffff
print(total, sorted(words.items(), key=lambda item: (-item[1], item[0]))[:3])
`;

export function cpuBench(folder: string): Bench {
	const names = Object.keys(TIERS).flatMap((tier) => [...NAMES, "mean"].map((name) => `cpu-${name}${tier}`));
	return {
		names: [...names, ...MIPS.map((name) => `mips-${name}`), "echo-cold", "echo-warm"],
		measure: async (wanted) => {
			const figures: Figure[] = [];
			if (wanted.has("echo-cold") || wanted.has("echo-warm")) figures.push(...(await echoes(folder, wanted)));
			// A mean is of all that belongs to it.
			const used = (name: string): string[] =>
				Object.keys(TIERS).filter((suffix) => wanted.has(`cpu-${name}${suffix}`) || wanted.has(`cpu-mean${suffix}`));
			const chosen = NAMES.filter((name) => used(name).length > 0 || wanted.has(`mips-${name}`));
			if (chosen.length === 0) return figures;
			const { programs, files, roots } = await prepare(folder, chosen);
			const machines = new Map<Tier, BareMachine>();
			const ratios = new Map<string, number[]>();
			for (const program of programs) {
				const { name } = program;
				const theirs = await medianOf(ROUNDS, () => program.real() ?? Number.NaN);
				const real = Number.isNaN(theirs) ? null : theirs;
				const runs = new Map<Tier, Run>();
				for (const suffix of wanted.has(`mips-${name}`) ? ["", ...used(name)] : used(name)) {
					const tier = TIERS[suffix]!;
					const machine = machines.get(tier) ?? bareMachine(folder, files, { roots, tier });
					machines.set(tier, machine);
					const run = runs.get(tier) ?? (await measured(machine, program));
					runs.set(tier, run);
					const one = figure(`cpu-${name}${suffix}`, "ms", run.ms, real, `${tier}`);
					if (one.ratio !== null) ratios.set(suffix, [...(ratios.get(suffix) ?? []), one.ratio]);
					if (wanted.has(one.name)) figures.push(one);
				}
				if (wanted.has(`mips-${name}`)) figures.push(mips(name, runs.get(DEFAULT_TIER)!, real));
			}
			for (const [suffix, all] of ratios) {
				if (!wanted.has(`cpu-mean${suffix}`)) continue;
				const mean = Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length);
				figures.push(figure(`cpu-mean${suffix}`, "score", mean, 1, `geometric mean of ${all.length} ratios`));
			}
			for (const machine of machines.values()) await machine.end();
			return figures;
		},
	};
}

/** The median of some rounds, warm. */
async function measured(machine: BareMachine, { argv }: Program): Promise<Run> {
	for (let i = 0; i < WARMING; i++) await machine.run([...argv]);
	let instructions = 0;
	const ms = await medianOf(ROUNDS, async () => {
		const run = await machine.run([...argv]);
		instructions = run.instructions;
		return run.ms;
	});
	return { ms, instructions };
}

function mips(name: string, { ms, instructions }: Run, real: number | null): Figure {
	const realMips = real === null ? null : instructions / real / 1000;
	return figure(
		`mips-${name}`,
		"MIPS",
		instructions / ms / 1000,
		realMips,
		"millions of instructions a second; higher is better",
	);
}

const busyboxOf = (folder: string): string => join(folder, ".drydock/debian/busybox-static/root/bin/busybox");

/** Start and end of the smallest program. */
async function echoes(folder: string, wanted: ReadonlySet<string>): Promise<Figure[]> {
	const busybox = busyboxOf(folder);
	const figures: Figure[] = [];
	const machine = bareMachine(folder, { busybox });
	const cold = await machine.run(["/busybox", "echo", "hi"]);
	const real = await medianOf(ROUNDS, () => timeNative(busybox, ["echo", "hi"]) ?? Number.NaN);
	const native = Number.isNaN(real) ? null : real;
	if (wanted.has("echo-cold"))
		figures.push(figure("echo-cold", "ms", machine.compileTime + cold.ms, native, "compiling the interpreter included"));
	if (wanted.has("echo-warm")) {
		const warm = await medianOf(20, async () => (await machine.run(["/busybox", "echo", "hi"])).ms);
		figures.push(figure("echo-warm", "ms", warm, native));
	}
	await machine.end();
	return figures;
}

/** The programs by their names, with all that the machine needs of them. */
async function prepare(
	folder: string,
	names: readonly string[],
): Promise<{ programs: Program[]; files: Record<string, string>; roots: string[] }> {
	const busybox = busyboxOf(folder);
	const data = join(folder, ".drydock/bench/lines");
	mkdirSync(join(folder, ".drydock/bench"), { recursive: true });
	writeFileSync(data, lines());
	const files: Record<string, string> = { busybox, lines: data };
	const roots: string[] = [];
	const applet = (name: string, argv: readonly string[]): Program => ({
		name,
		argv: ["/busybox", ...argv],
		real: () =>
			timeNative(
				busybox,
				argv.map((arg) => (arg === "/lines" ? data : arg)),
			),
	});
	const programs: Program[] = [];
	for (const name of names) {
		const size = (COMPILED as Readonly<Record<string, number>>)[name];
		if (size !== undefined) {
			const file = compiled(name, folder);
			files[name] = file;
			programs.push({ name, argv: [`/${name}`, String(size)], real: () => timeNative(file, [String(size)]) });
		} else if (name === "python") {
			const found = await unpacked(folder, PYTHON.packages);
			roots.push(...found);
			const args = ["-I", "-S", "-c", PYTHON_PROGRAM];
			programs.push({ name, argv: [`/${PYTHON.path}`, ...args], real: () => timeDebian(PYTHON, found, args) });
		} else if (name === "awk") programs.push(applet(name, ["awk", AWK]));
		else if (name === "gzip") programs.push(applet(name, ["gzip", "-c", "/lines"]));
		else programs.push(applet(name, ["sort", "-o", "/dev/null", "/lines"]));
	}
	return { programs, files, roots };
}

/** Text that can be compressed and sorted: lines of words and numbers, the same every time. */
function lines(): string {
	const WORDS = "layer image digest manifest container volume network registry build cache overlay socket".split(" ");
	let seed = 1;
	const next = (below: number): number => {
		seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
		return (seed >>> 8) % below;
	};
	const line = (): string => Array.from({ length: 6 }, () => (next(3) ? WORDS[next(WORDS.length)] : next(100_000))).join(" ");
	return `${Array.from({ length: 60_000 }, line).join("\n")}\n`;
}
