// The tests of some programs on one machine of the engine; two files share them out, so that both cores have work.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TerminalSession } from "../terminal-cases";
import { type EngineSide, engineSide } from "./engine";
import { commandLines } from "./lines";
import { type NativeSide, nativeSide } from "./native";
import { debianRoot } from "./root";
import { outcomeOf, PATIENCE } from "./side";
import { typeAt } from "./terminal";

export async function compare(programs: readonly string[], sessions: readonly TerminalSession[] = []): Promise<void> {
	const root = await debianRoot();
	const timeout = 2 * PATIENCE;
	let engine: EngineSide;
	let native: NativeSide;
	beforeAll(async () => {
		if (!root) return;
		native = nativeSide(root);
		engine = await engineSide(root);
	});
	afterAll(async () => {
		native?.close();
		await engine?.close();
	});
	const lines = commandLines();
	for (const program of programs) {
		describe.skipIf(root === undefined)(`${program} (needs root and Debian's apt)`, () => {
			test.for(lines[program]!)("%s", { timeout }, async ([, script, stdin = ""]) => {
				const [real, ours] = await Promise.all([outcomeOf(native.run, script, stdin), outcomeOf(engine.run, script, stdin)]);
				expect(ours).toEqual(real);
			});
		});
	}
	if (sessions.length === 0) return;
	describe.skipIf(root === undefined)("at a terminal (needs root and Debian's apt)", () => {
		test.for(sessions)("%s", { timeout }, async (session) => {
			const [real, ours] = await Promise.all([typeAt(native.run, session), typeAt(engine.run, session)]);
			expect(ours).toEqual(real);
		});
	});
}
