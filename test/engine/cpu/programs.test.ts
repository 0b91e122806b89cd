// Whole programs, compiled here and run natively and on our CPU: the same bytes on standard output.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "./harness";
import { missing } from "./oracle/native";

const SOURCES = join(import.meta.dirname, "programs");
const PROGRAMS = ["sieve", "sha256", "qsort", "longdouble", "structs", "floats"];
let directory: string;

beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	directory = mkdtempSync(join(tmpdir(), "cpu-programs-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function build(name: string, optimise: string): string {
	const out = join(directory, `${name}${optimise}`);
	execFileSync("gcc", [optimise, "-static", "-o", out, join(SOURCES, `${name}.c`), "-lm"], {
		stdio: ["ignore", "inherit", "inherit"],
	});
	return out;
}

describe("static C programs", () => {
	for (const name of PROGRAMS)
		for (const optimise of ["-O0", "-O2", "-O3"])
			it(`${name} ${optimise}`, { timeout: 60_000 }, () => {
				const program = build(name, optimise);
				const expected = execFileSync(program, ["one", "two"]);
				const result = runProgram(readFileSync(program), { args: [program, "one", "two"] });
				expect(result.stop).toBeUndefined();
				expect(result.status).toBe(0);
				expect(new TextDecoder().decode(result.stdout)).toBe(expected.toString());
			});

	it("can be interrupted after any instruction", { timeout: 60_000 }, () => {
		const program = build("structs", "-O2");
		const whole = runProgram(readFileSync(program), { args: ["structs"] });
		const sliced = runProgram(readFileSync(program), { args: ["structs"], slice: 1 });
		expect(sliced.stdout).toEqual(whole.stdout);
		expect(sliced.executed).toBe(whole.executed);
	});
});
