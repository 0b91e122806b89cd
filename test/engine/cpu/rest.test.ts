// Spaces at rest: many spaces take turns in few memories, and each finds all as it was.

import { describe, expect, it } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import { type AddressSpace, type Cpu, PAGE, PROT_EXEC, PROT_READ, PROT_WRITE, type Thread } from "../../../engine/cpu/types";

const CODE = 0x400000;
const DATA = 0x500000;
const PAGES = 24;
const READ_WRITE = PROT_READ | PROT_WRITE;
const [RAX, RDI] = [0, 7] as const;
/** add [rdi], eax; syscall */
const ADD = Uint8Array.of(0x01, 0x07, 0x0f, 0x05);

const module = new WebAssembly.Module(interpreterModule());
const cpuWith = (maxMemories: number, maxSpaces?: number): Cpu => createCpu({ module, maxMemories, maxSpaces });

/** A space beside what should be in it. */
interface Pair {
	space: AddressSpace;
	thread: Thread;
	/** Of the pages from DATA on: undefined where nothing is mapped. */
	pages: Array<{ bytes: Uint8Array; prot: number } | undefined>;
}

function start(space: AddressSpace): Pair {
	space.map(CODE, PAGE, PROT_READ | PROT_EXEC, { bytes: ADD, offset: 0 });
	const thread = space.createThread();
	return { space, thread, pages: new Array(PAGES).fill(undefined) };
}

function random(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 0x1_0000_0000) * below);
	};
}

function check({ space, pages }: Pair): void {
	pages.forEach((page, index) => {
		const at = DATA + index * PAGE;
		expect(space.protection(at)).toBe(page ? page.prot : -1);
		if (page) expect(Buffer.compare(space.read(at, PAGE), page.bytes)).toBe(0);
	});
}

describe("spaces in fewer memories than they are", () => {
	for (const memories of [2, 3, 30])
		it(`keep their pages and registers through anything: ${memories} memories`, () => {
			const next = random(0x5eed + memories);
			const cpu = cpuWith(memories);
			const file = new Uint8Array(PAGES * PAGE).map((_, i) => (i * 7 + (i >> 8)) & 255);
			const pairs: Pair[] = [start(cpu.createSpace()!)];
			const actions: Array<(pair: Pair) => void> = [
				({ space, pages }) => {
					const page = next(PAGES);
					if (pages[page]) return;
					const prot = next(4) ? READ_WRITE : PROT_READ;
					const fromFile = next(2) === 0;
					expect(space.map(DATA + page * PAGE, PAGE, prot, fromFile ? { bytes: file, offset: page * PAGE } : undefined)).toBe(
						true,
					);
					pages[page] = { bytes: fromFile ? file.slice(page * PAGE, (page + 1) * PAGE) : new Uint8Array(PAGE), prot };
				},
				({ space, pages }) => {
					const page = next(PAGES);
					space.unmap(DATA + page * PAGE, PAGE);
					pages[page] = undefined;
				},
				({ space, pages }) => {
					const page = next(PAGES);
					const prot = next(3) ? READ_WRITE : PROT_READ;
					space.protect(DATA + page * PAGE, PAGE, prot);
					if (pages[page]) pages[page].prot = prot;
				},
				({ space, pages }) => {
					// as the kernel writes
					const page = next(PAGES);
					const found = pages[page];
					if (!found || found.prot !== READ_WRITE) return;
					const [at, value] = [next(PAGE), next(256)];
					space.written(DATA + page * PAGE + at, 1);
					space.bytes(DATA + page * PAGE + at, 1)[0] = value;
					found.bytes[at] = value;
				},
				({ thread, pages }) => {
					// as the program writes
					const page = next(PAGES);
					const found = pages[page];
					const [at, value] = [next(PAGE / 4) * 4, next(1 << 30)];
					thread.rip = CODE;
					thread.setNumber(RAX, value);
					thread.setNumber(RDI, DATA + page * PAGE + at);
					const stop = thread.run(2);
					expect(stop.reason).toBe(found?.prot === READ_WRITE ? "syscall" : "fault");
					expect([thread.getNumber(RAX), thread.rip - CODE]).toEqual([value, stop.reason === "fault" ? 0 : 4]);
					if (stop.reason === "fault") return;
					const view = new DataView(found!.bytes.buffer, found!.bytes.byteOffset);
					view.setUint32(at, view.getUint32(at, true) + value, true);
				},
				({ space, thread, pages }) => {
					if (pairs.length >= 12) return;
					const child = space.fork()!;
					const twin = child.createThread();
					thread.copyTo(twin);
					const copied = pages.map((page) => page && { bytes: page.bytes.slice(), prot: page.prot });
					pairs.push({ space: child, thread: twin, pages: copied });
				},
				(pair) => {
					if (next(3)) return;
					pair.thread.release();
					pair.space.reset(file.buffer);
					Object.assign(pair, start(pair.space));
				},
				(pair) => {
					if (pairs.length < 4 || next(2)) return;
					pair.thread.release();
					pair.space.release();
					pairs.splice(pairs.indexOf(pair), 1);
				},
			];
			for (let step = 0; step < 4000; step++) {
				const pair = pairs[next(pairs.length)]!;
				// the program and the kernel write more often than all else
				actions[next(2) ? 3 + next(2) : next(actions.length)]!(pair);
				if (step % 16 === 0 && pairs.includes(pair)) check(pair);
			}
			for (const pair of pairs) check(pair);
			expect(cpu.memory.memories).toBeLessThanOrEqual(memories);
			for (const { space } of pairs) space.release();
			expect(cpu.memory).toMatchObject({ spaces: 0, resting: 0 });
		});

	it("cost little while they rest: equal pages are kept once, zeros not at all", () => {
		const cpu = cpuWith(4);
		const text = new Uint8Array(64 * PAGE).map((_, i) => (i * 31 + (i >> 9)) & 255);
		const spaces: AddressSpace[] = [];
		for (let i = 0; i < 100; i++) {
			const space = cpu.createSpace()!;
			space.map(CODE, text.length, PROT_READ | PROT_EXEC, { bytes: text, offset: 0 });
			space.map(DATA, 64 * PAGE, READ_WRITE);
			space.bytes(DATA, PAGE).fill(7);
			space.bytes(DATA + PAGE, 4).set([i, i, i, 1]);
			spaces.push(space);
		}
		expect(cpu.memory.memories).toBe(4);
		// the text and the page of sevens once; of the odd page one block of 64 bytes and its bitmap each
		expect(cpu.memory.resting).toBeLessThan(text.length + PAGE + 100 * 128 + 4096);
		const before = cpu.memory.resting;
		for (const [i, space] of spaces.entries()) {
			expect([space.read(DATA + PAGE, 1)[0], space.allows(DATA, PAGE, PROT_WRITE), space.protection(CODE)]).toEqual([i, true, 5]);
			expect([...space.read(DATA - 2, 4), ...space.read(DATA + PAGE - 1, 3)]).toEqual([0, 0, 7, 7, 7, i, i]);
		}
		// who only looks wakes nobody
		expect(cpu.memory.resting).toBe(before);
		for (const [i, space] of spaces.entries()) expect(space.bytes(DATA + PAGE, 1)[0]).toBe(i);
		for (const space of spaces) space.release();
		expect(cpu.memory.resting).toBe(0);
	});

	it("are as many as the processor has room for, and no more", () => {
		const cpu = cpuWith(2, 5);
		const spaces = Array.from({ length: 5 }, () => cpu.createSpace()!);
		expect(cpu.createSpace()).toBeUndefined();
		expect(spaces[0]!.fork()).toBeUndefined();
		spaces.pop()!.release();
		spaces.push(cpu.createSpace()!);
		for (const space of spaces) space.release();
	});
});

describe("a file's pages", () => {
	it("are zero behind its end, and its own before", () => {
		const cpu = cpuWith(2);
		const bytes = new Uint8Array(PAGE + 10).fill(3);
		for (let round = 0; round < 2; round++) {
			const space = cpu.createSpace()!;
			space.map(DATA, 3 * PAGE, READ_WRITE, { bytes, offset: 0 });
			const view = space.read(DATA, 3 * PAGE);
			expect([view[PAGE + 9], view[PAGE + 10], view[2 * PAGE], view.lastIndexOf(3)]).toEqual([3, 0, 0, PAGE + 9]);
			space.bytes(DATA, 3 * PAGE).fill(9);
			space.release();
		}
	});

	it("are those of the file that is mapped, where another was before", () => {
		const cpu = cpuWith(2);
		const files = [1, 2].map((value) => new Uint8Array(2 * PAGE).fill(value));
		for (const bytes of [...files, ...files]) {
			const space = cpu.createSpace()!;
			space.map(DATA, 2 * PAGE, PROT_READ, { bytes, offset: 0 });
			expect(Buffer.compare(space.read(DATA, 2 * PAGE), bytes)).toBe(0);
			space.release();
		}
	});
});
