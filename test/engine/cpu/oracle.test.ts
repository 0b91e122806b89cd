// Every encoding of the instruction table, with random inputs, on our CPU and on this machine's processor.
//
// A failure prints its seed; DRYDOCK_SEED=… runs the same cases again. DRYDOCK_INPUTS=n runs n inputs a row;
// DRYDOCK_LONG=1 runs 2,000 for every encoding, with a new seed.

import { cpus } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import type { Form } from "../../../engine/cpu/decode/encoding";
import { forms } from "../../../engine/cpu/decode/forms";
import { rows } from "../../../engine/cpu/table";
import type { Row } from "../../../engine/cpu/table/row";
import type { Cpu } from "../../../engine/cpu/types";
import { record } from "../../support/record";
import { sharedCpu } from "./harness";
import { type Case, OUTPUT_SIZE, readOutcome } from "./oracle/case";
import { agree, describe as describeCase, differences, Subject } from "./oracle/compare";
import { makeCase } from "./oracle/inputs";
import { missing, Native } from "./oracle/native";
import { Random } from "./oracle/random";
import { Pool } from "./oracle/values";

const LONG = process.env.DRYDOCK_LONG === "1";
const SEED = Number(process.env.DRYDOCK_SEED ?? (LONG ? Date.now() % 1e9 : 1));
/** Random inputs for each row, spread over its encodings; in the long run for each encoding. */
const INPUTS = Number(process.env.DRYDOCK_INPUTS ?? 2000);
const BATCH = 8000;

/** Rows that are different on purpose, or that would leave the comparison. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
	cpuid: "identifies a processor of our own",
	rdtsc: "counts instructions, not time",
	syscall: "calls the kernel",
	int: "int 0x80 is a system call here; decoding.test.ts has the others",
};

let native: Native;

beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	native = new Native();
});
afterAll(() => native?.release());

/** Runs cases for these forms and returns reports of those that differ, at most a few a row. */
function compare(
	cpu: Cpu,
	list: readonly Form[],
	seed: number,
	inputs: (form: Form) => number,
): { cases: number; reports: string[] } {
	const random = new Random(seed);
	const pool = new Pool(random);
	const reports: string[] = [];
	const ours = new Uint8Array(OUTPUT_SIZE);
	const ourWords = new Uint32Array(ours.buffer);
	let batch: Case[] = [];
	let cases = 0;
	const flush = (): void => {
		const outcomes = native.run(batch);
		const subject = new Subject(cpu, batch);
		batch.forEach((c, i) => {
			subject.run(c, i, ours);
			if (agree(c, new Uint32Array(outcomes.buffer, i * OUTPUT_SIZE, OUTPUT_SIZE / 4), ourWords) || reports.length > 20) return;
			const found = differences(c, readOutcome(outcomes.subarray(i * OUTPUT_SIZE)), readOutcome(ours));
			if (found.length > 0) reports.push(`seed ${seed}: ${describeCase(c)}\n  ${found.join("\n  ")}`);
		});
		subject.release();
		cases += batch.length;
		batch = [];
	};
	for (const form of list)
		for (let i = inputs(form); i > 0; i--) {
			batch.push(makeCase(form, random, pool, batch.length));
			if (batch.length === BATCH) flush();
		}
	if (batch.length > 0) flush();
	return { cases, reports };
}

describe("the instruction table against the processor", () => {
	const inputs = (form: Form): number => (LONG ? INPUTS : Math.ceil(INPUTS / form.row.encodings.length));
	it(`agrees on every row (seed ${SEED}, ${INPUTS} inputs each)`, { timeout: LONG ? 7_200_000 : 900_000 }, () => {
		const compared = forms.filter((form) => !(form.row.name in NOT_COMPARED));
		const { cases, reports } = compare(sharedCpu(), compared, SEED, inputs);
		const same = compared.length - reports.length;
		const others = Object.entries(NOT_COMPARED).map(([step, reason]) => ({ step, reason }));
		record({ id: "cpu", with: cpus()[0]?.model ?? "x86-64", all: forms.length, same, differences: others });
		expect(reports.join("\n")).toBe("");
		expect(cases).toBe(compared.reduce((sum, form) => sum + inputs(form), 0));
	});

	// Each of these makes one row slightly wrong; the comparison must see it.
	const mutations: readonly [row: string, change: (row: Row) => Row["semantics"]][] = [
		["adc", () => rowNamed("add").semantics],
		["dec", () => rowNamed("inc").semantics],
		["sar", () => rowNamed("shr").semantics],
		["cmovl", () => rowNamed("cmovle").semantics],
		["paddusb", () => rowNamed("paddb").semantics],
		["min f64x2", () => rowNamed("max f64x2").semantics],
		["rep movs", () => rowNamed("rep stos").semantics],
		["fld f32", () => rowNamed("fild i32").semantics],
	];
	it("notices rows that are broken on purpose", { timeout: 120_000 }, () => {
		const originals = mutations.map(([name]) => [rowNamed(name), rowNamed(name).semantics] as const);
		const changed = mutations.map(([name, change]) => [rowNamed(name), change(rowNamed(name))] as const);
		try {
			for (const [row, semantics] of changed) Object.assign(row, { semantics });
			const cpu = createCpu({ module: new WebAssembly.Module(interpreterModule()), tier: "interpreter" });
			for (const [row] of changed) {
				const affected = forms.filter((form) => form.row === row);
				const { reports } = compare(cpu, affected, SEED, () => 20);
				expect(reports.length, row.name).toBeGreaterThan(0);
			}
		} finally {
			for (const [row, semantics] of originals) Object.assign(row, { semantics });
		}
	});
});

function rowNamed(name: string): Row {
	const row = rows.find((candidate) => candidate.name === name);
	if (!row) throw new Error(`no row ${name}`);
	return row;
}
