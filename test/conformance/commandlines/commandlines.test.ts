// Busybox command lines natively in a chroot of this machine and in the engine: the same bytes on stdout and stderr, the same
// exit code. What this machine gave is kept in recorded.json, for where there is no root or no chroot.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandLines } from "./cases";
import { busyboxFile, nativeRoot } from "./root";
import { type EngineRunner, engineRunner, type Outcome, runNative } from "./run";

const recordedFile = join(import.meta.dirname, "recorded.json");
const recorded = existsSync(recordedFile) ? (JSON.parse(readFileSync(recordedFile, "utf8")) as Record<string, Outcome>) : {};
const isRoot = process.getuid?.() === 0;

let engine: EngineRunner;
let root: string | undefined;
beforeAll(async () => {
	const busybox = await busyboxFile();
	if (!busybox) throw new Error("busybox-static is needed: it is taken from Debian by apt-get");
	if (isRoot) root = nativeRoot(busybox);
	engine = engineRunner(busybox);
});
afterAll(() => engine?.close());

describe("busybox command lines", () => {
	test.for(commandLines)("%s", async (line) => {
		const real = root ? runNative(root, line) : recorded[line[0]];
		expect(real, "no recorded answer").toBeDefined();
		expect(await engine.run(line)).toEqual(real);
	});
});
