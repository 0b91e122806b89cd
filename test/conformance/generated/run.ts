// Compiles programs, and runs them natively and in the engine.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { HostInput, HostOutput } from "../../../engine/boot/streams";
import type { CpuOptions } from "../../../engine/cpu";
import { put, type TestMachine, testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";

/** What a dynamic program needs, as it is on this machine. */
const LIBRARIES = ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libm.so.6"];
const ENVIRONMENT = { PATH: "/bin", HOME: "/" };
const PATIENCE = 30_000;

export interface Outcome {
	/** The exit code, or 128 and a signal's number. */
	code: number;
	output: string;
}

export function compile(source: string, binary: string, flags: readonly string[]): void {
	execFileSync("gcc", [...flags, "-w", "-o", binary, source, "-lm"], { stdio: ["ignore", "inherit", "inherit"] });
}

export function natively(binary: string, args: readonly string[]): Outcome {
	const result = spawnSync(binary, args, {
		env: ENVIRONMENT as unknown as NodeJS.ProcessEnv,
		encoding: "latin1",
		timeout: PATIENCE,
	});
	return { code: result.status ?? 128 + constants.signals[result.signal!], output: result.stdout };
}

/** @param tier of the processor; as the suite's is where it is left out */
export function machineWithLibraries(tier?: CpuOptions["tier"]): TestMachine {
	const machine = testMachine({ cpu: suiteCpu(tier) });
	for (const path of LIBRARIES) put(machine.rootFs, path, readFileSync(path), 0o755);
	return machine;
}

/** Runs a program that was put at `path`. */
export function inEngine({ kernel }: TestMachine, path: string, args: readonly string[]): Promise<Outcome> {
	return new Promise((resolve, reject) => {
		const outcome: Outcome = { code: -1, output: "" };
		let open = 2;
		const closed = (): void => {
			if (--open === 0) resolve(outcome);
		};
		const output = new HostOutput((bytes, taken) => {
			outcome.output += String.fromCharCode(...bytes);
			taken();
		}, closed);
		const input = new HostInput();
		input.end();
		const ignored = new HostOutput((_bytes, taken) => taken());
		const started = kernel.spawn({
			path,
			argv: [path, ...args],
			env: Object.entries(ENVIRONMENT).map(([key, value]) => `${key}=${value}`),
			cwd: "/",
			setsid: true,
			fds: [kernel.pipeEnd(input, 0), kernel.pipeEnd(output, 1), kernel.pipeEnd(ignored, 1)],
			onExit(status) {
				outcome.code = status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
				closed();
			},
		});
		if (typeof started === "number") reject(new Error(`spawn: ${started}`));
	});
}
