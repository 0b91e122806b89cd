// Busybox on this machine and in the engine: command lines give the same bytes on stdout and stderr and the same exit code, and
// terminals show the same for what is typed. What this machine gave is kept in recorded.json (DRYDOCK_RECORD=1 writes it), for
// where the tests do not run as root.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandLines } from "./cases";
import { busyboxFile, nativeRoot } from "./root";
import { type EngineRunner, engineRunner, type Outcome, runNative } from "./run";
import { type TerminalOutcome, typeInEngine, typeNatively } from "./terminal";
import { terminalSessions } from "./terminal-cases";

interface Recorded {
	lines: Record<string, Outcome>;
	sessions: Record<string, TerminalOutcome>;
}
const recordedFile = join(import.meta.dirname, "recorded.json");
const recorded: Recorded = existsSync(recordedFile)
	? (JSON.parse(readFileSync(recordedFile, "utf8")) as Recorded)
	: { lines: {}, sessions: {} };
const isRoot = process.getuid?.() === 0;

let engine: EngineRunner;
let root: string | undefined;
beforeAll(async () => {
	const busybox = await busyboxFile();
	if (!busybox) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
	if (isRoot) root = nativeRoot(busybox);
	engine = engineRunner(busybox);
});
afterAll(async () => {
	await engine?.close();
	if (process.env.DRYDOCK_RECORD && root) writeFileSync(recordedFile, `${JSON.stringify(recorded, null, "\t")}\n`);
});

describe("busybox command lines", () => {
	test.for(commandLines)("%s", async (line) => {
		if (root) recorded.lines[line[0]] = runNative(root, line);
		const real = recorded.lines[line[0]];
		expect(real, "no recorded answer").toBeDefined();
		expect(await engine.run(line)).toEqual(real);
	});
});

describe("busybox at a terminal", () => {
	test.concurrent.for(terminalSessions)("%s", async (session, { expect }) => {
		const [real, ours] = await Promise.all([
			root ? typeNatively(root, session) : recorded.sessions[session[0]],
			typeInEngine(engine, session),
		]);
		expect(real, "no recorded answer").toBeDefined();
		recorded.sessions[session[0]] = real!;
		expect(ours).toEqual(real);
	});
});
