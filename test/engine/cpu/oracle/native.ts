// Builds and calls native.c.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Case, writeInputs } from "./case";

/** For a batch that takes a fraction of a second: a machine may be busy with much else. */
const PATIENCE = 120_000;
/** On a machine that is short of memory it may be ended from outside. */
const ATTEMPTS = 3;

export class Native {
	private readonly directory = mkdtempSync(join(tmpdir(), "cpu-oracle-"));
	private readonly program = join(this.directory, "native");

	constructor() {
		const source = join(import.meta.dirname, "native.c");
		execFileSync("gcc", ["-O1", "-Wall", "-fno-stack-protector", "-mno-red-zone", "-static-pie", "-o", this.program, source], {
			stdio: ["ignore", "inherit", "inherit"],
		});
	}

	/** The outcomes, OUTPUT_SIZE bytes each. */
	run(cases: readonly Case[]): Uint8Array {
		const input = join(this.directory, "input");
		const output = join(this.directory, "output");
		writeFileSync(input, writeInputs(cases));
		for (let attempt = 1; ; attempt++) {
			const { status, signal, error } = spawnSync(this.program, [input, output], { timeout: PATIENCE, killSignal: "SIGKILL" });
			if (status === 0) break;
			if (attempt === ATTEMPTS)
				throw new Error(`the processor's side ended with ${signal ?? status}${error ? `: ${error.message}` : ""}`);
		}
		return new Uint8Array(readFileSync(output));
	}

	release(): void {
		if (existsSync(this.directory)) rmSync(this.directory, { recursive: true });
	}
}

/** Why the comparison cannot be made here, or undefined. */
export function missing(): string | undefined {
	if (process.arch !== "x64") return `this machine is ${process.arch}, not x86-64: there is no processor to compare with`;
	try {
		// Far from where cases jump to by chance.
		execFileSync("gcc", ["--version"], { stdio: "ignore" });
		return undefined;
	} catch {
		return "gcc is missing: install it (apt-get install gcc) to compare with the processor";
	}
}
