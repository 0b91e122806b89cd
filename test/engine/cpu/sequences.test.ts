// Random straight runs of what the loop executes without a dispatch in between (interpret/sequences.ts), on our CPU and on this
// machine's processor: registers, memory and flags as they go from one instruction to the next, whole and interrupted anywhere.
//
// DRYDOCK_SEED=… runs other cases; DRYDOCK_LONG=1 runs 1,000 for each sequence, with a new seed.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharedCpu } from "./harness";
import { type Case, CODE, DATA, DATA_SIZE, OUTPUT_SIZE, type Outcome, readOutcome } from "./oracle/case";
import { agree, describe as describeCase, differences, forgetBelowStack, Subject } from "./oracle/compare";
import { missing, Native } from "./oracle/native";
import { Random } from "./oracle/random";
import { COMPARED, sequenceCase } from "./oracle/sequence";
import { Pool } from "./oracle/values";

const LONG = process.env.DRYDOCK_LONG === "1";
const SEED = Number(process.env.DRYDOCK_SEED ?? (LONG ? Date.now() % 1e9 : 1));
const EACH = LONG ? 1000 : 6;
const BATCH = 4000;
const SIGTRAP = 5;
const SIGSEGV = 11;
const SIGVTALRM = 26;

/** A jump out of the case, to where the native program may have pages of its own. */
function strayed({ signal, rip, address }: Outcome): boolean {
	const outside = rip < CODE || rip >= DATA + DATA_SIZE;
	return signal === SIGSEGV && rip === Number(address) && outside;
}

let native: Native;

beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	native = new Native();
});
afterAll(() => native?.release());

describe("the loop's sequences against the processor", () => {
	it(`agree, ${EACH} times each (seed ${SEED})`, { timeout: LONG ? 7_200_000 : 600_000 }, () => {
		const random = new Random(SEED);
		const pool = new Pool(random);
		const ours = new Uint8Array(OUTPUT_SIZE);
		const reports: string[] = [];
		const count = COMPARED.length * EACH;
		let finished = 0;
		for (let first = 0; first < count && reports.length < 10; first += BATCH) {
			const cases: Case[] = [];
			while (cases.length < Math.min(BATCH, count - first)) cases.push(sequenceCase(random, pool, first + cases.length));
			const outcomes = native.run(cases);
			const subject = new Subject(sharedCpu(), cases);
			cases.forEach((c, i) => {
				const words = new Uint32Array(outcomes.buffer, i * OUTPUT_SIZE, OUTPUT_SIZE / 4);
				// One that goes round for ever.
				if (words[0] === SIGVTALRM) return;
				if (words[0] === SIGTRAP) finished++;
				for (const slice of [undefined, 1 + random.below(8)]) {
					subject.run(c, i, ours, slice);
					if (agree(c, words, new Uint32Array(ours.buffer))) continue;
					const [processor, mine] = [readOutcome(outcomes.subarray(i * OUTPUT_SIZE)), readOutcome(ours)];
					forgetBelowStack(processor, mine);
					if (strayed(mine)) continue;
					const found = differences(c, processor, mine);
					if (found.length > 0) reports.push(`seed ${SEED}, slices of ${slice}: ${describeCase(c)}\n  ${found.join("\n  ")}`);
				}
			});
			subject.release();
		}
		expect(reports.join("\n")).toBe("");
		// Enough of them come to their end.
		expect(finished).toBeGreaterThan(count / 3);
	});
});
