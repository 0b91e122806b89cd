// python3-docker drives our daemon: its answers are those that a real Engine gave to the same script (docker_py.recorded.jsonl), but
// for what DIFFERENCES lists. With DRYDOCK_LONG=1 the real dockerd is asked again, where there is one.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Daemon, startDaemon } from "./daemon";

const script = join(import.meta.dirname, "docker_py.py");
type Step = [name: string, answer: unknown];

/** Steps that Engine 29 answers otherwise than the recorded 20.10, and why. */
const DIFFERENCES = new Map([
	["tag badly", "since Engine 25 a bad name is the client's fault (400), and is said"],
	["no such image", "Engine 23 and later say it once"],
	[
		"exec as nobody known",
		"the words that docker exec shows are in the stream; whether this client still reads them is a race there",
	],
	["attach to what has ended", "what comes together with the head is lost to this client; here it comes after it"],
	["run with both streams", "the order of two streams is nobody's promise"],
	["its configuration", "since Engine 26 the network of a container that names none is called what it is: bridge"],
	["list", "Engine 29 puts a backslash before a quote in a quoted argument"],
	["remove what runs", "Engine 26 and later word it so"],
	["what does not run", "a container that is not paused is a conflict"],
	["a bad restart policy", "Engine 25 and later list what there is"],
]);

/** Debian's own interpreter knows Debian's package; another one may have the client, too. */
const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import docker"]).status === 0);
if (!python) console.warn("python3-docker is not tried: it is not on this machine");

function run(host: string, tar: string): Promise<Step[]> {
	return new Promise((done, fail) => {
		const child = spawn(python!, [script, host, tar], { stdio: ["ignore", "pipe", "pipe"] });
		let [out, errors] = ["", ""];
		child.stdout.on("data", (chunk) => {
			out += chunk;
		});
		child.stderr.on("data", (chunk) => {
			errors += chunk;
		});
		child.once("exit", (code) => {
			if (code === 0) done(parse(out));
			else fail(new Error(`${out}\n${errors}`));
		});
	});
}
const parse = (lines: string): Step[] =>
	lines
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as Step);

function compare(ours: readonly Step[], real: readonly Step[]): void {
	expect(ours.map(([name]) => name)).toEqual(real.map(([name]) => name));
	for (const [at, step] of ours.entries()) {
		const reason = DIFFERENCES.get(step[0]);
		// A difference that is none any more leaves the list; the order of two streams may be either.
		if (!reason) expect(step).toEqual(real[at]);
	}
}

describe.skipIf(!python)("python3-docker", () => {
	let daemon: Daemon;
	let ours: Step[];
	beforeAll(async () => {
		daemon = await startDaemon();
	}, 300_000);
	afterAll(() => daemon?.stop());

	test("answers as a real Engine gave them", { timeout: 300_000 }, async () => {
		ours = await run(daemon.host, daemon.tar);
		compare(ours, parse(readFileSync(join(import.meta.dirname, "docker_py.recorded.jsonl"), "utf8")));
	});

	const dockerd = process.env.DRYDOCK_LONG && process.getuid?.() === 0 && spawnSync("dockerd", ["--version"]).status === 0;
	test.skipIf(!dockerd)("answers as the dockerd of this machine gives them", { timeout: 600_000 }, async () => {
		const folder = mkdtempSync(join(tmpdir(), "drydock-dockerd-"));
		const host = `unix://${folder}/d.sock`;
		const flags = ["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`, "-H", host, "--pidfile", `${folder}/pid`];
		const real = spawn("dockerd", flags, { stdio: ["ignore", "ignore", "pipe"] });
		try {
			await new Promise<void>((done, fail) => {
				real.once("exit", (code) => fail(new Error(`dockerd ended with ${code}`)));
				real.stderr!.on("data", (chunk) => String(chunk).includes("API listen on") && done());
			});
			compare(ours, await run(host, daemon.tar));
		} finally {
			const gone = new Promise((done) => real.once("exit", done));
			real.kill("SIGTERM");
			await gone;
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
