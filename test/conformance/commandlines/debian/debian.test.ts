// Debian's programs on this machine and in the engine: command lines give the same bytes on stdout and stderr and the same exit code,
// and terminals show the same for what is typed.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineSide, engineSide } from "./engine";
import { commandLines } from "./lines";
import { nativeSide } from "./native";
import { debianRoot } from "./root";
import { sessions } from "./sessions";
import { outcomeOf, PATIENCE, type Side } from "./side";
import { typeAt } from "./terminal";

const root = await debianRoot();
const timeout = 2 * PATIENCE;
let engine: EngineSide;
let native: Side;
beforeAll(async () => {
	if (!root) return;
	native = nativeSide(root);
	engine = await engineSide(root);
});
afterAll(() => engine?.close());

for (const [program, lines] of Object.entries(commandLines())) {
	describe.skipIf(root === undefined)(`${program} (needs root and Debian's apt)`, () => {
		test.for(lines)("%s", { timeout }, async ([, script, stdin = ""]) => {
			const [real, ours] = await Promise.all([outcomeOf(native, script, stdin), outcomeOf(engine.run, script, stdin)]);
			expect(ours).toEqual(real);
		});
	});
}

describe.skipIf(root === undefined)("at a terminal (needs root and Debian's apt)", () => {
	test.for(sessions)("%s", { timeout }, async (session) => {
		const [real, ours] = await Promise.all([typeAt(native, session), typeAt(engine.run, session)]);
		expect(ours).toEqual(real);
	});
});
