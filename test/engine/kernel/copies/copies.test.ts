// How often the kernel copies a byte on its way: as a difference of two runs that differ in nothing but the amount, so that what
// starting a program costs is in neither.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { suiteCpu } from "../../../conformance/cpu";
import { compile, inEngine } from "../../../conformance/generated/run";
import { put, type TestMachine, testMachine } from "../proc/machine";
import { bytesCopied } from "./counted";

const work = join(import.meta.dirname, "../../../../.drydock/programs");
const MiB = 1 << 20;
/** What a system call or a page more may cost. */
const LITTLE = 1 << 17;
const BIG = 4 * MiB;

let machine: TestMachine;
beforeAll(async () => {
	mkdirSync(work, { recursive: true });
	const binary = join(work, "copies");
	compile(join(import.meta.dirname, "copies.c"), binary, ["-static", "-O1"]);
	machine = testMachine({ cpu: suiteCpu() });
	put(machine.rootFs, "/copies", readFileSync(binary), 0o755);
	const big = new Uint8Array(BIG).map((_, i) => i % 251);
	put(machine.rootFs, "/lower/big", big);
	put(machine.rootFs, "/upper/.keep", "");
	put(machine.rootFs, "/scratch/.keep", "");
	put(machine.rootFs, "/merged/.keep", "");
	const mounted = await machine.run(async (sys) => {
		await sys.mount("overlay", "/merged", "overlay", 0, "lowerdir=/lower,upperdir=/upper,workdir=/scratch");
		return 0;
	});
	expect(mounted).toBe(0);
});
afterAll(() => machine?.shutdown());

function copied(way: string, amount: number, file = ""): Promise<number> {
	return bytesCopied(async () => {
		expect(await inEngine(machine, "/copies", [way, String(amount), file])).toEqual({ code: 0, output: "" });
	});
}

test("fork: a child of a process with 16 MiB costs what the two of them touched since the last one", async () => {
	await copied("fork", 2);
	const two = await copied("fork", 2);
	const ten = await copied("fork", 10);
	expect((ten - two) / 8).toBeLessThan(LITTLE);
});

test("pipe: a byte is copied into the kernel and out of it", async () => {
	await copied("pipe", 0);
	const nothing = await copied("pipe", 0);
	const all = await copied("pipe", BIG);
	expect(all - nothing).toBeGreaterThanOrEqual(2 * BIG);
	expect(all - nothing).toBeLessThan(2 * BIG + LITTLE);
});

for (const path of ["/lower/big", "/merged/big"])
	test(`read: a byte of ${path} is copied once, to where the program wants it`, async () => {
		await copied("read", 0, path);
		const nothing = await copied("read", 0, path);
		const all = await copied("read", BIG, path);
		expect(all - nothing).toBeGreaterThanOrEqual(BIG);
		expect(all - nothing).toBeLessThan(BIG + LITTLE);
	});

test("mmap: a lower layer's page is copied into a memory once, and not again while it is there", async () => {
	const nothing = await copied("map", 0, "/merged/big");
	const first = await copied("map", BIG, "/merged/big");
	const second = await copied("map", BIG, "/merged/big");
	expect(first - nothing).toBeLessThan(BIG + LITTLE);
	expect(second - nothing).toBeLessThan(LITTLE);
});

test("exec: a program that ran before is there", async () => {
	const size = readFileSync(join(work, "copies")).length;
	await copied("read", 0, "/lower/big");
	const again = await copied("read", 0, "/lower/big");
	expect(again).toBeLessThan(size / 4);
});
