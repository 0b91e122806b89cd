// Generated C programs, compiled by gcc at all levels, static and dynamic: the same output and exit code natively and in the
// engine. A program that differs is kept in cases/, by its seed and flags, and runs with the others from then on.
//
// A program of every third file also runs with the processor's tiers changing at random; in long runs all do, or in translated code alone.
//
// DRYDOCK_PROGRAMS=n runs n programs; DRYDOCK_SEED=s begins with another seed; DRYDOCK_LONG=1 runs 5,000 from a new seed, and if
// csmith is installed 2,000 of its programs (DRYDOCK_CSMITH=n others).

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

/** csmith's: none in short runs, for compiling them takes most of the time. */
const CSMITH = Number(process.env.DRYDOCK_CSMITH ?? (LONG ? 2000 : 0));
/** Of a file's programs, those that run in the other tiers, too. */
const IN_TIERS = LONG ? BATCH : 1;
const TIERS = ["random", "translator"] as const;
type Tier = (typeof TIERS)[number];

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
	const tier = LONG ? TIERS[i % TIERS.length] : i % 3 === 0 ? "random" : undefined;
	return {
		name: `seeds ${seeds[0]} to ${seeds.at(-1)}, gcc ${flags.join(" ")}${tier ? `, ${tier}` : ""}`,
		seeds,
		flags,
		tier,
	} as const;
});

/** Compiles, and compares all programs of a file; gives the places of those that differ. */
async function differing(source: string, flags: readonly string[], count: number, tier?: Tier): Promise<number[]> {
	const binary = join(work, "program");
	const file = join(work, "program.c");
	writeFileSync(file, source);
	compile(file, binary, flags);
	const path = `/program${programs++}`;
	put(machine.rootFs, path, readFileSync(binary), 0o755);
	// Of its own, so that all is translated anew.
	const other = tier && machineWithLibraries(tier);
	if (other) put(other.rootFs, path, readFileSync(binary), 0o755);
	const found: number[] = [];
	for (let i = 0; i < count; i++) {
		const real = natively(binary, [String(i)]);
		const outcomes = [await inEngine(machine, path, [String(i)])];
		if (other && i < IN_TIERS) outcomes.push(await inEngine(other, path, [String(i)]));
		if (outcomes.every((ours) => real.code === ours.code && real.output === ours.output)) continue;
		expect.soft(outcomes, `program ${i} with ${flags.join(" ")}, also ${tier ?? "alone"}`).toEqual(outcomes.map(() => real));
		found.push(i);
	}
	await other?.shutdown();
	return found;
}

test.for(batches)("$name", { timeout: 300_000 }, async ({ seeds, flags, tier }) => {
	for (const i of await differing(generate(seeds), flags, seeds.length, tier)) {
		mkdirSync(cases, { recursive: true });
		writeFileSync(join(cases, `${seeds[i]}${flags.join("")}.c`), `// gcc ${flags.join(" ")}\n${generate([seeds[i]!])}`);
	}
});

const kept = existsSync(cases) ? readdirSync(cases).filter((name) => name.endsWith(".c")) : [];
test.for(kept)("kept: %s", { timeout: 60_000 }, async (name) => {
	const source = readFileSync(join(cases, name), "utf8");
	expect(await differing(source, /^\/\/ gcc (.*)/.exec(source)![1]!.split(" "), 1)).toEqual([]);
});

test.runIf(CSMITH > 0 && existsSync("/usr/include/csmith/csmith.h"))("csmith's programs", { timeout: 21_600_000 }, async () => {
	let compared = 0;
	for (let i = 0; compared < CSMITH && i < 2 * CSMITH; i++) {
		const source = execFileSync("csmith", ["--seed", String(FIRST + i), "--float", "--max-funcs", "4"], {
			encoding: "utf8",
			cwd: work,
		});
		// Each level in each linkage in each tier, before any comes again.
		const linkage = Math.floor(i / LEVELS.length);
		const tier = TIERS[Math.floor(linkage / LINKAGE.length) % TIERS.length]!;
		const flags = [LEVELS[i % LEVELS.length]!, ...LINKAGE[linkage % LINKAGE.length]!, "-I/usr/include/csmith"];
		const binary = join(work, "csmith");
		const file = join(work, "csmith.c");
		writeFileSync(file, source);
		compile(file, binary, flags);
		// Some of its programs run for ever, and some for long.
		let real: ReturnType<typeof natively>;
		try {
			execFileSync("timeout", ["0.5", binary], { stdio: "ignore" });
			real = natively(binary, []);
		} catch {
			continue;
		}
		const path = `/csmith${i}`;
		const other = machineWithLibraries(tier);
		for (const one of [machine, other]) {
			put(one.rootFs, path, readFileSync(binary), 0o755);
			// One that differs does not keep the others from being compared.
			expect.soft(await inEngine(one, path, []), `csmith --seed ${FIRST + i} ${flags.join(" ")}, ${tier}`).toEqual(real);
		}
		await other.shutdown();
		compared++;
		if (compared % 50 === 0) process.stdout.write(`${compared} programs of csmith, to seed ${FIRST + i}\n`);
	}
	expect(compared).toBe(CSMITH);
});
