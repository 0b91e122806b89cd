// Static C programs, compiled here, run natively and in the engine: what they print and how they end must be the same.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostInput, HostOutput } from "../../../engine/boot/streams";
import { put, type TestMachine, testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";

const folder = import.meta.dirname;
const work = join(folder, "../../../.drydock/programs");
const programs = readdirSync(folder).filter((name) => name.endsWith(".c"));
const environment = { PATH: "/bin", HOME: "/" };

let machine: TestMachine;
beforeAll(async () => {
	mkdirSync(work, { recursive: true });
	machine = testMachine({ cpu: suiteCpu() });
	for (const program of programs) {
		const binary = join(work, basename(program, ".c"));
		execFileSync("gcc", ["-static", "-O1", "-w", "-o", binary, join(folder, program), "-lpthread"]);
		put(machine.rootFs, `/p/${basename(program, ".c")}`, readFileSync(binary), 0o755);
	}
});
afterAll(() => machine?.shutdown());

interface Outcome {
	code: number;
	output: string;
}
function natively(name: string): Outcome {
	const scratch = join(work, `${name}.d`);
	rmSync(scratch, { recursive: true, force: true });
	mkdirSync(scratch, { recursive: true });
	// A session of its own, as in the engine; its code is the program's, or 128 and the signal.
	const shell = `cd "$0" && ulimit -c 0 && ulimit -s 8192 && exec "$1"`;
	const result = spawnSync("setsid", ["--wait", "sh", "-c", shell, scratch, join(work, name)], {
		env: environment as unknown as NodeJS.ProcessEnv,
		encoding: "latin1",
		input: "",
		timeout: 20_000,
	});
	const code = result.status ?? 128 + constants.signals[result.signal!];
	return { code, output: result.stdout };
}
function inEngine(name: string): Promise<Outcome> {
	const { kernel } = machine;
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
		const started = kernel.spawn({
			path: `/p/${name}`,
			argv: [`/p/${name}`],
			env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
			cwd: "/p",
			setsid: true,
			fds: [kernel.pipeEnd(input, 0), kernel.pipeEnd(output, 1), kernel.pipeEnd(new HostOutput((_bytes, taken) => taken()), 1)],
			onExit(status) {
				outcome.code = status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
				closed();
			},
		});
		if (typeof started === "number") reject(new Error(`spawn: ${started}`));
	});
}

test.for(programs)("%s", async (program) => {
	const name = basename(program, ".c");
	const real = natively(name);
	expect(real.output.length).toBeGreaterThan(100);
	expect(await inEngine(name)).toEqual(real);
});
