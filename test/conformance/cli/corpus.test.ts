// The real docker CLI drives our daemon through the recorded scripts: exit codes, output and errors are those of a real Engine, but
// for what differences.ts lists. Wants docker (27 or later) and python3; says so where they are missing.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { busyboxFile } from "../commandlines/root";
import { busyboxTar } from "./busybox-root";
import { differences, SCRIPTS } from "./differences";

interface Step {
	cmd: string;
	exit: number | null;
	out: string | null;
	err: string | null;
}
const repository = resolve(import.meta.dirname, "../../..");
const data = join(repository, "test/conformance/data");
const scripts = readdirSync(join(data, "cli"))
	.filter((name) => name.endsWith(".sh") && SCRIPTS.includes(name.slice(0, 2)))
	.map((name) => name.slice(0, -".sh".length));

const missing = ["docker", "python3"].find((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error);
if (missing) console.warn(`the recorded CLI scripts are not run: there is no ${missing} on this machine`);

describe.skipIf(missing)("the recorded CLI scripts", () => {
	let daemon: ChildProcess;
	let folder: string;
	let host: string;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "drydock-cli-"));
		host = `unix://${join(folder, "docker.sock")}`;
		daemon = spawn(process.execPath, [join(repository, "bin/drydock"), "dockerd", "--host", host], {
			stdio: ["ignore", "inherit", "pipe"],
		});
		await new Promise<void>((done, fail) => {
			daemon.once("exit", (code) => fail(new Error(`the daemon ended with ${code}`)));
			let said = "";
			daemon.stderr!.on("data", (chunk) => {
				said += chunk;
				if (said.includes("API listen on")) done();
			});
		});
		const busybox = await busyboxFile();
		if (!busybox) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
		const tar = busyboxTar(busybox);
		const imported = spawnSync("docker", ["-H", host, "import", "--change", 'CMD ["sh"]', tar, "busybox:latest"], {
			encoding: "utf8",
		});
		rmSync(dirname(tar), { recursive: true });
		if (imported.status !== 0) throw new Error(imported.stderr);
	}, 300_000);
	afterAll(() => {
		daemon?.kill("SIGTERM");
		if (folder) rmSync(folder, { recursive: true, force: true });
	});

	test.for(scripts)("%s", { timeout: 240_000 }, async (name) => {
		const steps = await run(name);
		const recorded = read(join(data, "baseline/cli", `${name}.json`));
		const known = differences.filter(({ script }) => name.startsWith(script));
		expect(steps.map(({ cmd }) => cmd)).toEqual(recorded.map(({ cmd }) => cmd));
		for (const [at, step] of steps.entries()) {
			const difference = known.filter((one) => matches(one.step, step.cmd)).sort((a, b) => b.step.length - a.step.length)[0];
			// A difference that is none any more leaves the list.
			if (difference) expect(step, `${difference.reason}: no longer so`).not.toEqual(recorded[at]);
			else expect(step).toEqual(recorded[at]);
		}
	});

	/** "docker" alone is the whole command, anything longer its beginning; an exact match may have more words after it elsewhere. */
	const matches = (beginning: string, command: string): boolean =>
		differences.some(({ step }) => step !== beginning && step.startsWith(beginning)) || !beginning.includes(" ")
			? command === beginning
			: command.startsWith(beginning);

	function run(name: string): Promise<Step[]> {
		return new Promise((done, fail) => {
			const runner = spawn("python3", [join(data, "cli/runner.py"), host, join(folder, "out"), name], {
				stdio: ["ignore", "ignore", "pipe"],
				env: { ...process.env, SCRIPT_TMO: "180", STEP_TMO: "60" },
			});
			let errors = "";
			runner.stderr.on("data", (chunk) => {
				errors += chunk;
			});
			runner.once("exit", (code) => (code === 0 ? done(read(join(folder, "out", `${name}.json`))) : fail(new Error(errors))));
		});
	}
});

const read = (file: string): Step[] => (JSON.parse(readFileSync(file, "utf8")) as { steps: Step[] }).steps;
