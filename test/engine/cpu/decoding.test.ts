// Arbitrary bytes, on our CPU and on this machine's processor: the same length, the same fault, the same machine afterwards.
//
// DRYDOCK_SEED=… runs other cases; DRYDOCK_LONG=1 runs every opcode behind every combination of prefixes with every ModRM byte,
// with a new seed.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharedCpu } from "./harness";
import {
	anyPrefixes,
	isEmulated,
	isOutOfBounds,
	isOwn,
	MAPS,
	newer,
	type OpcodeMap,
	prefixCombinations,
	rawCase,
} from "./oracle/bytes";
import { type Case, OUTPUT_SIZE, type Outcome, readOutcome } from "./oracle/case";
import { agree, describe as describeCase, differences, forgetBelowStack, Subject } from "./oracle/compare";
import { opcodeOf } from "./oracle/encode";
import { missing, Native } from "./oracle/native";
import { Random } from "./oracle/random";
import { Pool } from "./oracle/values";

const LONG = process.env.DRYDOCK_LONG === "1";
const SEED = Number(process.env.DRYDOCK_SEED ?? (LONG ? Date.now() % 1e9 : 1));
const SAMPLE = 12_000;
const BATCH = 8000;
const SIGILL = 4;
const SIGTRAP = 5;
const SIGSEGV = 11;

interface Encoding {
	prefixes: readonly number[];
	map: OpcodeMap;
	opcode: number;
	modrm: number;
}

/** Opcodes and prefixes by chance; the three-byte maps have nothing that we have, and are met seldom. */
function* sample(random: Random): Generator<Encoding> {
	const combinations = prefixCombinations();
	for (let i = 0; i < SAMPLE; i++) {
		const map = random.pick(random.oneIn(200) ? MAPS.slice(2) : MAPS.slice(0, 2));
		const prefixes = random.oneIn(4) ? anyPrefixes(random) : random.pick(combinations);
		yield { prefixes, map, opcode: random.below(256), modrm: random.below(256) };
	}
}

function* everything(random: Random): Generator<Encoding> {
	const combinations = prefixCombinations();
	for (const map of MAPS.slice(0, 2))
		for (let opcode = 0; opcode < 256; opcode++)
			for (let modrm = 0; modrm < 256; modrm++) {
				for (const prefixes of combinations) if (random.oneIn(8)) yield { prefixes, map, opcode, modrm };
				for (let i = 0; i < 8; i++) yield { prefixes: anyPrefixes(random), map, opcode, modrm };
			}
}

/** What is known to be different, and why; see the README. */
function isKnown(c: Case, native: Outcome, ours: Outcome): boolean {
	const { name } = c.form.row;
	const failed = native.signal === ours.signal && native.signal !== 5;
	// Debug and control registers beyond the seventh do not exist: either way nobody gets at one.
	if (name === "privileged") return native.signal === SIGILL && ours.signal === SIGSEGV;
	// A call of the hypervisor below, which there may or may not be: vmcall and vmmcall.
	if (c.form.text === "" && /^0f01(c1|d9)/.test(opcodeOf(c.encoded.bytes))) return true;
	// How long an instruction that does not exist would be shows only where it is longer than 15 bytes.
	if (c.form.text === "") return native.signal + ours.signal === SIGILL + SIGSEGV;
	// Code of 32 bits, into which a far transfer leads there.
	if (/far|iret/.test(name)) return native.signal === SIGTRAP && ours.signal === SIGSEGV;
	// With an address-size prefix, of an operand that ends beyond 4 GiB its end, wrapped round, is said to fault.
	if (/^fx(save|rstor)/.test(name)) return failed && c.encoded.bytes.includes(0x67);
	// Bit strings that wrap round at 4 GiB.
	if (/^bt.? string$/.test(name)) return failed && c.encoded.bytes.includes(0x67);
	// The upper halves of pointers after a fault.
	return failed && name.startsWith("rep ") && name.endsWith(" unusual");
}

let native: Native;

beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	native = new Native();
});
afterAll(() => native?.release());

function compare(encodings: Iterable<Encoding>, random: Random): { cases: number; executed: number; reports: string[] } {
	const pool = new Pool(random);
	const reports: string[] = [];
	const ours = new Uint8Array(OUTPUT_SIZE);
	let batch: Case[] = [];
	let cases = 0;
	let executed = 0;
	const report = (c: Case, processor: Outcome): void => {
		const mine = readOutcome(ours);
		const { bytes } = c.encoded;
		const after = newer(bytes);
		if (after === "older" || (after === "undefined" && (mine.signal === SIGILL || mine.signal === SIGSEGV))) return;
		forgetBelowStack(processor, mine);
		const all = differences(c, processor, mine);
		const found = isOwn(bytes) ? all.filter((difference) => /^(signal|rip)/.test(difference)) : all;
		if (found.length === 0 || isKnown(c, processor, mine)) return;
		reports.push(`seed ${SEED}: ${describeCase(c)}\n  ${found.join("\n  ")}`);
	};
	const flush = (): void => {
		const outcomes = native.run(batch);
		const subject = new Subject(sharedCpu(), batch);
		batch.forEach((c, i) => {
			subject.run(c, i, ours);
			const words = new Uint32Array(outcomes.buffer, i * OUTPUT_SIZE, OUTPUT_SIZE / 4);
			if (words[0] === 5) executed++;
			if (agree(c, words, new Uint32Array(ours.buffer)) || reports.length > 20) return;
			report(c, readOutcome(outcomes.subarray(i * OUTPUT_SIZE)));
		});
		subject.release();
		cases += batch.length;
		batch = [];
	};
	for (const { prefixes, map, opcode, modrm } of encodings) {
		const c = rawCase(random, pool, batch.length, prefixes, map, opcode, modrm);
		if (isOutOfBounds(c.encoded.bytes) || isEmulated(c.encoded.bytes)) continue;
		batch.push(c);
		if (batch.length === BATCH) flush();
	}
	flush();
	return { cases, executed, reports };
}

describe("decoding against the processor", () => {
	it(`arbitrary bytes are the same instruction (seed ${SEED})`, { timeout: LONG ? 7_200_000 : 600_000 }, () => {
		const random = new Random(SEED);
		const { cases, executed, reports } = compare(LONG ? everything(random) : sample(random), random);
		expect(reports.join("\n")).toBe("");
		// Enough of them are instructions, and do not fault.
		expect(executed).toBeGreaterThan(cases / 3);
	});
});
