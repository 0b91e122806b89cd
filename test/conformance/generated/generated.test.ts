// Generated C programs, compiled by gcc at all levels, static and dynamic: the same output and exit code natively and in the
// engine. A program that differs is kept in cases/, by its seed and flags, and runs with the others from then on.
//
// DRYDOCK_PROGRAMS=n runs n programs; DRYDOCK_SEED=s begins with another seed; DRYDOCK_LONG=1 runs 5,000 from a new seed, and as
// many of csmith's as it takes if csmith is installed.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { put, type TestMachine } from "../../engine/kernel/proc/machine";
import { generate } from "./program";
import { compile, inEngine, machineWithLibraries, natively } from "./run";

const LONG = process.env.DRYDOCK_LONG === "1";
const COUNT = Number(process.env.DRYDOCK_PROGRAMS ?? (LONG ? 5000 : 300));
const FIRST = Number(process.env.DRYDOCK_SEED ?? (LONG ? Date.now() % 1e9 : 1));
/** Programs in a file. */
const BATCH = 10;
/** Compiling takes most of the time, and most at the higher levels. */
const LEVELS = ["-O0", "-O1", "-O2", "-O0", "-O3", "-O1", "-O0", "-O2", "-O1", "-O0"];
const LINKAGE = [["-static"], [], ["-static-pie"], ["-no-pie"]];

const folder = import.meta.dirname;
const cases = join(folder, "cases");
const work = join(folder, "../../../.drydock/generated");

let machine: TestMachine;
let programs = 0;
beforeAll(() => {
	mkdirSync(work, { recursive: true });
	machine = machineWithLibraries();
});
afterAll(() => machine?.shutdown());

const batches = Array.from({ length: Math.ceil(COUNT / BATCH) }, (_, i) => {
	const seeds = Array.from({ length: BATCH }, (_, j) => FIRST + i * BATCH + j);
	const flags = [LEVELS[i % LEVELS.length]!, ...LINKAGE[Math.floor(i / 2 + i / LEVELS.length) % LINKAGE.length]!];
	return { name: `seeds ${seeds[0]} to ${seeds.at(-1)}, gcc ${flags.join(" ")}`, seeds, flags };
});

/** Compiles, and compares all programs of a file; gives the places of those that differ. */
async function differing(source: string, flags: readonly string[], count: number): Promise<number[]> {
	const binary = join(work, "program");
	const file = join(work, "program.c");
	writeFileSync(file, source);
	compile(file, binary, flags);
	const path = `/program${programs++}`;
	put(machine.rootFs, path, readFileSync(binary), 0o755);
	const found: number[] = [];
	for (let i = 0; i < count; i++) {
		const real = natively(binary, [String(i)]);
		const ours = await inEngine(machine, path, [String(i)]);
		if (real.code === ours.code && real.output === ours.output) continue;
		expect.soft(ours, `program ${i} with ${flags.join(" ")}`).toEqual(real);
		found.push(i);
	}
	return found;
}

test.for(batches)("$name", { timeout: 300_000 }, async ({ seeds, flags }) => {
	for (const i of await differing(generate(seeds), flags, seeds.length)) {
		mkdirSync(cases, { recursive: true });
		writeFileSync(join(cases, `${seeds[i]}${flags.join("")}.c`), `// gcc ${flags.join(" ")}\n${generate([seeds[i]!])}`);
	}
});

const kept = existsSync(cases) ? readdirSync(cases).filter((name) => name.endsWith(".c")) : [];
test.for(kept)("kept: %s", { timeout: 60_000 }, async (name) => {
	const source = readFileSync(join(cases, name), "utf8");
	expect(await differing(source, /^\/\/ gcc (.*)/.exec(source)![1]!.split(" "), 1)).toEqual([]);
});

test.runIf(LONG && existsSync("/usr/include/csmith/csmith.h"))("csmith's programs", { timeout: 3_600_000 }, async () => {
	for (let i = 0; i < COUNT / 25; i++) {
		const source = execFileSync("csmith", ["--seed", String(FIRST + i), "--float", "--max-funcs", "4"], {
			encoding: "utf8",
			cwd: work,
		});
		const flags = [LEVELS[i % LEVELS.length]!, ...LINKAGE[i % LINKAGE.length]!, "-I/usr/include/csmith"];
		const binary = join(work, "csmith");
		const file = join(work, "csmith.c");
		writeFileSync(file, source);
		compile(file, binary, flags);
		// Some of its programs run for ever.
		let real: ReturnType<typeof natively>;
		try {
			execFileSync("timeout", ["2", binary], { stdio: "ignore" });
			real = natively(binary, []);
		} catch {
			continue;
		}
		const path = `/csmith${i}`;
		put(machine.rootFs, path, readFileSync(binary), 0o755);
		expect(await inEngine(machine, path, []), `csmith --seed ${FIRST + i} ${flags.join(" ")}`).toEqual(real);
	}
});
