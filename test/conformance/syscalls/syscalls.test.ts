// Every system call of the table, on this machine's kernel and on ours: results, errnos and effects, line by line. What this
// machine answered is kept in recorded/ (DRYDOCK_RECORD=1 writes it), for where the tests do not run as root.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { syscallRows } from "../../../engine/kernel/syscall/table";
import { record } from "../../support/record";
import { differences, uncovered } from "./exceptions";
import { compile, engineMachine, folder, runInEngine, runNative } from "./run";

const programs = readdirSync(folder).filter((name) => name.endsWith(".c"));
const missing = spawnSync("gcc", ["--version"]).status !== 0;
const isRoot = process.getuid?.() === 0;
const recordedFile = (program: string): string => join(folder, "recorded", `${basename(program, ".c")}.txt`);

type Cases = Map<string, string[]>;
const textOf = (cases: Cases): string => [...cases].map(([name, lines]) => `${[`# ${name}`, ...lines].join("\n")}\n`).join("");
function read(file: string): Cases {
	const cases: Cases = new Map();
	for (const part of readFileSync(file, "latin1").split(/^# /m).slice(1)) {
		const [name = "", ...lines] = part.split("\n");
		cases.set(name, lines.slice(0, -1));
	}
	return cases;
}
function native(program: string): Cases {
	if (!isRoot) return read(recordedFile(program));
	const { cases } = runNative(compile(program));
	if (process.env.DRYDOCK_RECORD) {
		mkdirSync(join(folder, "recorded"), { recursive: true });
		writeFileSync(recordedFile(program), textOf(cases), "latin1");
	}
	return cases;
}

/** What the engine is to answer: as the native kernel, but for the differences that are known. */
function expected(name: string, lines: readonly string[]): string[] {
	const wanted = [...lines];
	for (const known of differences.filter((each) => each.case === name)) {
		const at = wanted.findIndex((_, index) => known.native.every((line, i) => wanted[index + i] === line));
		expect(at, `the known difference "${known.why}" is no more: ${known.native[0]}`).toBeGreaterThanOrEqual(0);
		wanted.splice(at, known.native.length, ...known.ours);
	}
	return wanted;
}

describe.skipIf(missing)("system calls", () => {
	/** Case → whether it was as expected; the last attempt counts. */
	const came = new Map<string, boolean>();
	afterAll(() => {
		const known = differences.map(({ case: step, why: reason }) => ({ step, reason }));
		const same = [...came.values()].filter(Boolean).length - known.length;
		record({ id: "syscalls", with: `Linux ${release().split(".", 2).join(".")}`, all: came.size, same, differences: known });
	});
	test.for(programs)("%s", { timeout: 120_000 }, async (program) => {
		const cases = native(program);
		expect(cases.size).toBeGreaterThan(0);
		const machine = engineMachine();
		const ours = await runInEngine(machine, compile(program));
		await machine.shutdown();
		const wanted = new Map([...cases].map(([name, lines]) => [name, expected(name, lines)]));
		for (const [name, lines] of wanted) came.set(`${program} ${name}`, isDeepStrictEqual(ours.cases.get(name), lines));
		expect(Object.fromEntries(ours.cases)).toEqual(Object.fromEntries(wanted));
	});

	test("every row of the table has a case, or a reason", () => {
		const named = new Set<string>();
		for (const program of programs)
			for (const match of readFileSync(join(folder, program), "utf8").matchAll(/\bT(?:OK)?\(\s*"(?:[^"\\]|\\.)*",\s*(\w+)/g))
				named.add(match[1]!);
		const without = syscallRows.map(({ name }) => name).filter((name) => !named.has(name) && !(name in uncovered));
		expect(without).toEqual([]);
		expect(Object.keys(uncovered).filter((name) => named.has(name))).toEqual([]);
	});

	test("recorded answers are those of the programs that there are", () => {
		const recorded = existsSync(join(folder, "recorded")) ? readdirSync(join(folder, "recorded")) : [];
		expect(recorded.sort()).toEqual(programs.map((program) => `${basename(program, ".c")}.txt`).sort());
	});
});
