// The recorded scripts three ways: the real docker command on our daemon, our command on our daemon, our command on a real daemon. Exit
// codes, output and errors are those of a real Engine, but for what differences.ts lists. Wants docker (27 or later) and python3, and
// dockerd for the third; says so where they are missing. DRYDOCK_LONG=1 runs every script every way.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRealDocker, whyNoDocker } from "../../support/real-docker";
import { record } from "../../support/record";
import { busyboxFile } from "../commandlines/root";
import { busyboxTar } from "./busybox-root";
import { type Difference, differences, SCRIPTS, type Way } from "./differences";
import { buildOurCommand } from "./our-command";
import { type Daemon, program, startOurDaemon } from "./our-daemon";

interface Step {
	cmd: string;
	exit: number | null;
	out: string | null;
	err: string | null;
}
const long = process.env.DRYDOCK_LONG === "1";
const repository = resolve(import.meta.dirname, "../../..");
const data = join(repository, "test/conformance/data");
const all = readdirSync(join(data, "cli"))
	.filter((name) => name.endsWith(".sh"))
	.map((name) => name.slice(0, -".sh".length));
const scriptsOf = (way: Way): string[] => all.filter((name) => long || SCRIPTS[way].includes(name.slice(0, 2)));

const missing = ["docker", "python3"].find((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error);
if (missing) console.warn(`the recorded CLI scripts are not run: there is no ${missing} on this machine`);
const noDocker = whyNoDocker();
if (noDocker) console.warn(`our command is not tried on a real daemon: ${noDocker}`);

let folder: string;
let ours: string;
let busybox: string;
let registry: { address: string; process: ChildProcess } | undefined;

const WAYS: ReadonlyArray<{ way: Way; title: string; command: () => string; start: () => Promise<Daemon>; skipped?: boolean }> = [
	{ way: "docker, our daemon", title: "the docker command on our daemon", command: () => "docker", start: ourDaemon },
	{ way: "ours, our daemon", title: "our command on our daemon", command: () => ours, start: ourDaemon },
	{
		way: "ours, dockerd",
		title: "our command on a real daemon",
		command: () => ours,
		start: startRealDocker,
		skipped: noDocker !== undefined,
	},
];

describe.skipIf(missing)("the recorded CLI scripts", () => {
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "drydock-cli-"));
		ours = buildOurCommand();
		const file = await busyboxFile();
		if (!file) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
		busybox = busyboxTar(file);
		if (long) registry = await startRegistry();
	}, 120_000);
	afterAll(() => {
		registry?.process.kill("SIGTERM");
		if (folder) rmSync(folder, { recursive: true, force: true });
		if (ours) rmSync(dirname(ours), { recursive: true, force: true });
		if (busybox) rmSync(dirname(busybox), { recursive: true, force: true });
	});

	describe.each(WAYS)("$title", ({ way, command, start, skipped }) => {
		let daemon: Daemon;
		let steps = 0;
		let strict = 0;
		const others: Array<{ step: string; reason: string }> = [];
		const scripts = scriptsOf(way);

		beforeAll(async () => {
			if (skipped) return;
			daemon = await start();
			const imported = spawnSync("docker", ["-H", daemon.host, "import", "--change", 'CMD ["sh"]', busybox, "busybox:latest"], {
				encoding: "utf8",
			});
			if (imported.status !== 0) throw new Error(imported.stderr);
		}, 300_000);
		afterAll(async () => {
			await daemon?.stop();
			if (steps > 0) record({ id: ID[way], with: RECORDED_WITH, all: steps, same: strict, differences: others });
		});

		test.skipIf(skipped).for(scripts)("%s", { timeout: 300_000 }, async (name) => {
			const came = await run(command(), daemon.host, name);
			const recorded = read(join(data, "baseline/cli", `${name}.json`));
			expect(came.map(({ cmd }) => cmd)).toEqual(recorded.map(({ cmd }) => cmd));
			const known = differences.filter(({ script, ways }) => name.startsWith(script) && ways.includes(way));
			for (const [at, step] of came.entries()) {
				const difference = known.filter((one) => matches(one, step.cmd)).sort((a, b) => b.step.length - a.step.length)[0];
				steps++;
				if (!difference || isDeepStrictEqual(step, recorded[at])) strict++;
				else others.push({ step: step.cmd, reason: difference.reason });
				// A difference that is none any more leaves the list.
				if (difference && !difference.sometimes) expect(step, `${difference.reason}: no longer so`).not.toEqual(recorded[at]);
				else if (!difference) expect(step).toEqual(recorded[at]);
			}
		});
		test.skipIf(skipped || !long)("at least 95 of 100 steps are the same", () =>
			expect(strict / steps).toBeGreaterThanOrEqual(0.95),
		);
	});
});

const RECORDED_WITH = "Docker Engine 20.10.24, docker 28.2.2";
const ID: Record<Way, string> = {
	"docker, our daemon": "cli-docker-ours",
	"ours, our daemon": "cli-ours-ours",
	"ours, dockerd": "cli-ours-docker",
};

/** "docker" alone is the whole command, anything longer its beginning; an exact match may have more words after it elsewhere. */
const matches = ({ step }: Difference, command: string): boolean =>
	differences.some((other) => other.step !== step && other.step.startsWith(step)) || !step.includes(" ")
		? command === step
		: command.startsWith(step);

function ourDaemon(): Promise<Daemon> {
	return startOurDaemon(folder);
}

async function startRegistry(): Promise<{ address: string; process: ChildProcess }> {
	const port = await freePort();
	return { address: `127.0.0.1:${port}`, process: await program(["registry", "--port", String(port)], String(port)) };
}

const freePort = (): Promise<number> =>
	new Promise((done) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address() as { port: number };
			server.close(() => done(port));
		});
	});

function run(command: string, host: string, name: string): Promise<Step[]> {
	const out = mkdtempSync(join(folder, "out-"));
	return new Promise((done, fail) => {
		const runner = spawn("python3", [join(data, "cli/runner.py"), host, out, name], {
			stdio: ["ignore", "ignore", "pipe"],
			env: {
				...process.env,
				DOCKER: command,
				SCRIPT_TMO: "240",
				STEP_TMO: "60",
				THROWAWAY: "1",
				...(registry ? { REGISTRY: registry.address } : {}),
			},
		});
		let errors = "";
		runner.stderr.on("data", (chunk) => {
			errors += chunk;
		});
		runner.once("exit", (code) => (code === 0 ? done(read(join(out, `${name}.json`))) : fail(new Error(errors))));
	});
}

const read = (file: string): Step[] => (JSON.parse(readFileSync(file, "utf8")) as { steps: Step[] }).steps;
