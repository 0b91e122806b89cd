// Debian's programs on this machine and in the engine: command lines give the same bytes on stdout and stderr and the same exit code.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineSide, engineSide } from "./engine";
import { commandLines } from "./lines";
import { nativeSide } from "./native";
import { debianRoot } from "./root";
import type { Side } from "./side";

const root = await debianRoot();
let engine: EngineSide;
let native: Side;
beforeAll(async () => {
	native = nativeSide(root!);
	engine = await engineSide(root!);
});
afterAll(() => engine?.close());

for (const [program, lines] of Object.entries(commandLines())) {
	describe.skipIf(root === undefined)(`${program} (needs root and Debian's apt)`, () => {
		test.for(lines)("%s", async ([, script, stdin = ""]) => {
			const input = new Uint8Array(Buffer.from(stdin, "latin1"));
			const [real, ours] = await Promise.all([native(script, input), engine.run(script, input)]);
			expect(ours).toEqual(real);
		});
	});
}
