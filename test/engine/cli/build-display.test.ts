// docker build on a terminal: what the terminal shows after each drawing.

import { describe, expect, test } from "vitest";
import { noStatus, type StatusVertex } from "../../../engine/api/build-status";
import { LogScreen } from "../../../engine/cli/command/build/display/log-screen";
import { Trace } from "../../../engine/cli/command/build/display/trace";
import { TtyDisplay } from "../../../engine/cli/command/build/display/tty";
import { utf8 } from "../../../engine/lib/bytes";

const SECOND = 1_000_000_000n;
const step = (digest: string, started: bigint, completed?: bigint, more: Partial<StatusVertex> = {}): StatusVertex => ({
	digest,
	inputs: [],
	name: `step ${digest}`,
	cached: false,
	error: "",
	started,
	completed,
	...more,
});
const log = (vertex: string, words: string) => ({ vertex, timestamp: 2n * SECOND, stream: 1, data: utf8(words) });

/** A build on a terminal of so many columns and lines. */
function terminal(columns: number, lines: number) {
	const trace = new Trace();
	const display = new TtyDisplay(trace, "docker:default", true);
	// the line below the last one is where the cursor is
	const screen = new LogScreen(lines, columns);
	return {
		trace,
		draw(seconds: bigint, last = false): string[] {
			screen.write(display.draw(seconds * SECOND, columns, lines, last));
			return screen.lines.map((line) => line.trimEnd());
		},
	};
}

describe("what it looks like", () => {
	test("times stand at the right, a column from the edge", () => {
		const { trace, draw } = terminal(60, 24);
		trace.update({ ...noStatus(), vertexes: [step("a", SECOND, 3n * SECOND), step("b", 3n * SECOND)] }, 0);
		expect(draw(4n)).toEqual([
			"[+] Building 3.0s (1/2)                      docker:default",
			` => step a${" ".repeat(45)}2.0s`,
			` => step b${" ".repeat(45)}1.0s`,
		]);
		trace.update({ ...noStatus(), vertexes: [step("b", 3n * SECOND, 5n * SECOND, { cached: true })] }, 0);
		expect(draw(6n, true)).toEqual([
			"[+] Building 5.0s (2/2) FINISHED             docker:default",
			` => step a${" ".repeat(45)}2.0s`,
			` => CACHED step b${" ".repeat(38)}2.0s`,
		]);
	});

	test("a progress bar is one line, and colours stay out", () => {
		const { trace, draw } = terminal(60, 24);
		const bar = "10%\r50%\r\x1b[32m100%\x1b[0m done\r\n\x1b]0;title\x07next\tline\n";
		trace.update({ ...noStatus(), vertexes: [step("a", SECOND)], logs: [log("a", bar)] }, 0);
		expect(draw(2n).slice(2)).toEqual([" => => # 100% done", " => => # next    line"]);
		trace.update({ ...noStatus(), logs: [log("a", "1\n2\n3\n4\n5\n6\n7\n8")] }, 0);
		expect(draw(2n).slice(2)).toEqual(["3", "4", "5", "6", "7", "8"].map((line) => ` => => # ${line}`));
		trace.update({ ...noStatus(), vertexes: [step("a", SECOND, 2n * SECOND)] }, 0);
		expect(draw(2n)).toHaveLength(2);
	});
});

describe("a low terminal", () => {
	test("keeps the head in place, however many steps there are and whatever they say", () => {
		const { trace, draw } = terminal(60, 14);
		for (let at = 0; at < 30; at++) {
			trace.update({ ...noStatus(), vertexes: [step(`s${at}`, SECOND)], logs: [log(`s${at}`, "a\nb\nc\nd\ne\nf\ng\n")] }, 0);
			const shown = draw(2n);
			expect(shown.filter((line) => line.startsWith("[+]"))).toEqual([shown[0]]);
			expect(shown.length).toBeLessThan(14);
			if (at > 1) trace.update({ ...noStatus(), vertexes: [step(`s${at}`, SECOND, 2n * SECOND)] }, 0);
		}
		// those that run from the beginning are still to be seen
		const shown = draw(2n).join("\n");
		expect(shown).toContain("step s0 ");
		expect(shown).toContain("step s1 ");
		expect(shown).toContain("step s29 ");
	});

	test("shows what the one says that says most", () => {
		const { trace, draw } = terminal(60, 14);
		trace.update({ ...noStatus(), vertexes: [step("a", SECOND), step("b", SECOND)] }, 0);
		trace.update({ ...noStatus(), logs: [log("a", "quiet\n"), log("b", "talks much\n")] }, 0);
		expect(draw(2n).filter((line) => line.includes("#"))).toEqual([" => => # talks much"]);
	});
});
