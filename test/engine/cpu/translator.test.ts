// The translator on this machine's processor's word: every encoding that it translates, alone and among others, and programs
// in either tier alone and in both by turns. oracle.test.ts and sequences.test.ts have the interpreter's part.
//
// DRYDOCK_SEED=… runs other cases; DRYDOCK_LONG=1 many more, with a new seed.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import type { Form } from "../../../engine/cpu/decode/encoding";
import { forms } from "../../../engine/cpu/decode/forms";
import { rows } from "../../../engine/cpu/table";
import type { Cpu } from "../../../engine/cpu/types";
import { Process, type Result } from "./harness";
import { broken } from "./oracle/broken";
import { type Case, OUTPUT_SIZE, readOutcome } from "./oracle/case";
import { agree, describe as describeCase, differences, forgetBelowStack, Subject } from "./oracle/compare";
import { makeCase } from "./oracle/inputs";
import { missing, Native } from "./oracle/native";
import { Random } from "./oracle/random";
import { COMPARED, sequenceCase } from "./oracle/sequence";
import { Pool } from "./oracle/values";

const LONG = process.env.DRYDOCK_LONG === "1";
const SEED = Number(process.env.DRYDOCK_SEED ?? (LONG ? Date.now() % 1e9 : 1));
/** Inputs for an encoding, and cases that begin with each of the loop's sequences. */
const INPUTS = LONG ? 400 : 4;
const EACH = LONG ? 100 : 1;
const BATCH = 2000;
const SIGVTALRM = 26;
const PATIENCE = { timeout: LONG ? 7_200_000 : 600_000 };

/** In short runs one row of so many is broken. */
const BROKEN_OF = 20;
/** Rows that only the interpreter executes, in either tier; and fnop, which does nothing but note that it was there. */
const UNNOTICED = /^(popf|iret|fxsave|fxrstor|fnop|mov to [defg]s|pop [fg]s|l[fgs]s)$/;

/** As in oracle.test.ts. */
const NOT_COMPARED = new Set(["cpuid", "rdtsc", "syscall", "int"]);

let native: Native;
let module: WebAssembly.Module;
let directory: string;
beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	native = new Native();
	module = new WebAssembly.Module(interpreterModule());
	directory = mkdtempSync(join(tmpdir(), "cpu-translator-"));
});
afterAll(() => {
	native?.release();
	rmSync(directory, { recursive: true, force: true });
});

/** Runs cases in translated code, in slices of these lengths, and tells what differs. */
function compare(cpu: Cpu, cases: readonly Case[], slices: readonly (number | undefined)[]): string[] {
	const reports: string[] = [];
	const ours = new Uint8Array(OUTPUT_SIZE);
	const outcomes = native.run(cases as Case[]);
	const subject = new Subject(cpu, cases);
	subject.translate();
	cases.forEach((c, i) => {
		const words = new Uint32Array(outcomes.buffer, i * OUTPUT_SIZE, OUTPUT_SIZE / 4);
		// One that goes round for ever.
		if (words[0] === SIGVTALRM) return;
		for (const slice of slices) {
			subject.run(c, i, ours, slice);
			if (agree(c, words, new Uint32Array(ours.buffer))) continue;
			const [processor, mine] = [readOutcome(outcomes.subarray(i * OUTPUT_SIZE)), readOutcome(ours)];
			if (c.form.specs.length === 0) forgetBelowStack(processor, mine);
			const found = differences(c, processor, mine);
			if (found.length > 0) reports.push(`seed ${SEED}, slices of ${slice}: ${describeCase(c)}\n  ${found.join("\n  ")}`);
		}
	});
	subject.release();
	return reports;
}

function compareForms(list: readonly Form[], inputs: number): string[] {
	const random = new Random(SEED);
	const pool = new Pool(random);
	const reports: string[] = [];
	const wanted = list.flatMap((form) => Array.from({ length: inputs }, () => form));
	for (let i = 0; i < wanted.length && reports.length < 20; i += BATCH) {
		const cases = wanted.slice(i, i + BATCH).map((form, j) => makeCase(form, random, pool, j));
		reports.push(...compare(createCpu({ module, tier: "translator" }), cases, [undefined]));
	}
	return reports;
}

describe("translated instructions against the processor", () => {
	it(`agree, ${INPUTS} times each encoding (seed ${SEED})`, PATIENCE, () => {
		const reports = compareForms(
			forms.filter(({ row }) => !NOT_COMPARED.has(row.name)),
			INPUTS,
		);
		expect(reports.join("\n")).toBe("");
	});

	it("agree among others, whole and interrupted", PATIENCE, () => {
		const random = new Random(SEED);
		const pool = new Pool(random);
		const reports: string[] = [];
		const count = COMPARED.length * EACH;
		for (let first = 0; first < count && reports.length < 10; first += BATCH) {
			const cases = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => sequenceCase(random, pool, first + i));
			reports.push(...compare(createCpu({ module, tier: "translator" }), cases, [undefined, 1030]));
			reports.push(...compare(createCpu({ module, tier: "random", seed: SEED }), cases, [undefined]));
		}
		expect(reports.join("\n")).toBe("");
	});

	// The module of the interpreter is as it was: only translated code can show these.
	it("differ where a row is broken on purpose, each row by itself", PATIENCE, () => {
		const list = rows.filter(({ name }) => !NOT_COMPARED.has(name) && !UNNOTICED.test(name));
		const missed: string[] = [];
		for (const [i, row] of list.entries()) {
			if (!LONG && (i + SEED) % BROKEN_OF !== 0) continue;
			const { semantics } = row;
			let able = false;
			try {
				const tell = (): void => {
					able = true;
				};
				Object.assign(row, { semantics: broken(semantics, tell) });
				const affected = forms.filter((form) => form.row === row);
				if (compareForms(affected, 24).length === 0 && able) missed.push(row.name);
			} finally {
				Object.assign(row, { semantics });
			}
		}
		expect(missed).toEqual([]);
	});
});

describe("programs", () => {
	const PROGRAMS = LONG ? ["sieve", "sha256", "qsort", "longdouble", "structs", "floats"] : ["structs"];
	const LEVELS = LONG ? ["-O0", "-O1", "-O2", "-O3"] : ["-O0", "-O2"];

	function run(elf: Uint8Array, options: Parameters<typeof createCpu>[0], slice: number): Result {
		const space = createCpu(options).createSpace()!;
		try {
			return new Process(space, elf, { args: ["program", "two"], slice }).run();
		} finally {
			space.release();
		}
	}

	for (const name of PROGRAMS)
		for (const level of LEVELS)
			it(`${name} ${level} does the same in every tier, in as many instructions`, PATIENCE, () => {
				const binary = join(directory, `${name}${level}`);
				const source = join(import.meta.dirname, `programs/${name}.c`);
				execFileSync("gcc", [level, "-static", "-o", binary, source, "-lm"], { stdio: ["ignore", "inherit", "inherit"] });
				const elf = readFileSync(binary);
				const alone = run(elf, { module, tier: "interpreter" }, 10_000_000);
				expect(alone.stop).toBeUndefined();
				for (const [tier, slice] of [
					["both", 100_000],
					["translator", 5000],
					["random", 3000],
				] as const) {
					const result = run(elf, { module, tier, seed: SEED }, slice);
					expect([result.status, result.stop, result.executed], tier).toEqual([alone.status, undefined, alone.executed]);
					expect(result.stdout).toEqual(alone.stdout);
				}
			});
});
