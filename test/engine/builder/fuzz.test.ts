// Dockerfiles that nobody would write: whatever the text, the parser answers instructions or an error that names the fault, and soon.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePorts } from "../../../engine/builder/convert/ports";
import { parseStages } from "../../../engine/builder/dockerfile/instructions";
import { csvFields, parseMount } from "../../../engine/builder/dockerfile/mount";
import { parseDockerfile } from "../../../engine/builder/dockerfile/parse";
import { checkInstructions } from "../../../engine/builder/lint/checks";
import { Linter, parseCheck } from "../../../engine/builder/lint/linter";
import { processWords } from "../../../engine/builder/shell/lex";
import { parseMode } from "../../../engine/builder/solve/mode";
import { EngineError } from "../../../engine/lib/errors";

const { cases } = JSON.parse(
	readFileSync(new URL("../../conformance/oracles/data/dockerfile-oracle.json", import.meta.url), "utf8"),
) as {
	cases: Array<{ dockerfile: string }>;
};
const PIECES = [
	"FROM a",
	"RUN <<E",
	"\\\n",
	"`",
	'"',
	"'",
	"[",
	"]",
	"${",
	"}",
	"$A",
	"<<-",
	"--mount=",
	"#",
	"\0",
	"\r\n",
	"\t",
	"é",
	"ONBUILD ",
];
const ROUNDS = process.env.DRYDOCK_LONG ? 50_000 : 3_000;

/** mulberry32 */
function generator(seed: number): (limit: number) => number {
	let state = seed;
	return (limit) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
	};
}
function mutated(random: (limit: number) => number): string {
	let text = cases[random(cases.length)]!.dockerfile;
	for (let left = 1 + random(6); left > 0; left--) {
		const at = random(text.length + 1);
		const kind = random(4);
		if (kind === 0) text = text.slice(0, at) + PIECES[random(PIECES.length)] + text.slice(at);
		else if (kind === 1) text = text.slice(0, at) + text.slice(at + random(8));
		else if (kind === 2) text += `\n${cases[random(cases.length)]!.dockerfile}`;
		else text = text.slice(0, at) + text.slice(Math.max(0, at - random(20)));
	}
	return text;
}
/** Only errors that are meant for people. */
function tolerated(work: () => void): void {
	try {
		work();
	} catch (error) {
		expect(error).toBeInstanceOf(EngineError);
		expect((error as EngineError).message).not.toBe("");
	}
}

describe("any text", () => {
	it(`is a Dockerfile or an error (seeds 1 to ${ROUNDS})`, () => {
		for (let seed = 1; seed <= ROUNDS; seed++) {
			const text = mutated(generator(seed));
			const began = performance.now();
			tolerated(() => {
				const dockerfile = parseDockerfile(text);
				checkInstructions(dockerfile, parseStages(dockerfile.nodes), new Linter(parseCheck("")));
			});
			if (performance.now() - began > 2000) throw new Error(`seed ${seed} takes too long`);
		}
	}, 120_000);
	it("is words, a mount, ports, a mode or settings, or an error", () => {
		for (let seed = 1; seed <= ROUNDS; seed++) {
			const random = generator(seed);
			const text = Array.from(
				{ length: random(6) },
				() => PIECES[random(PIECES.length)] + "abc=:/-,;7".slice(random(8), 10),
			).join("");
			for (const read of [csvFields, parsePorts, parseMode, parseCheck]) tolerated(() => void read(text));
			tolerated(() => void parseMount(text, (value) => value));
			tolerated(() => void processWords(text, () => "x"));
		}
	}, 120_000);
});
