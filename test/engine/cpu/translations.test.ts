// What is kept of translations: at most so many, the coldest go first; shared by what has the same code; compiled at once or while
// programs run on, which no program can tell.

import { beforeAll, describe, expect, it } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import { Policy } from "../../../engine/cpu/run/policy";
import { Translations } from "../../../engine/cpu/run/translations";
import type { Source } from "../../../engine/cpu/translate/blocks";
import { type AddressSpace, PAGE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../../engine/cpu/types";

const ALL = PROT_READ | PROT_WRITE | PROT_EXEC;
const BASE = 0x10000;
const RCX = 1;
const RAX = 0;
const RSP = 4;
/** l: add rax, 3; dec ecx; jnz l; ret */
const LOOP = [0x48, 0x83, 0xc0, 0x03, 0xff, 0xc9, 0x75, 0xf8, 0xc3];
/** The loop's last instruction is a system call instead. */
const LOOP_AND_CALL = [...LOOP.slice(0, -1), 0x0f, 0x05];
const EACH = 16;
/** Of regions, here. */
const MOST = 60;

/** So many loops, one behind the other. */
function loops(count: number): Source {
	const guest = new DataView(new ArrayBuffer(BASE + count * EACH));
	for (let i = 0; i < count; i++) LOOP.forEach((byte, at) => void guest.setUint8(BASE + i * EACH + at, byte));
	return { guest, executable: (address) => address >= BASE && address < guest.byteLength };
}
const loop = (i: number): number => BASE + i * EACH;
const yes = (): boolean => true;

describe("translations", () => {
	it("are at most so many, and those that were not seen for longest go", () => {
		const policy = new Policy("both", 1);
		const translations = new Translations(policy, { most: MOST });
		const source = loops(MOST + 10);
		const slots = new Set<number>();
		const first = translations.translate([loop(0)], source, yes)[0]!;
		for (let i = 1; i < MOST + 10; i++) {
			policy.samples++;
			translations.seen(first.slot);
			for (const { slot } of translations.translate([loop(i)], source, yes)) slots.add(slot);
			expect(translations.size).toBeLessThanOrEqual(MOST);
		}
		expect(Math.max(...slots)).toBeLessThanOrEqual(MOST);
		expect(translations.generation).toBeGreaterThan(0);
		expect(first.gone).toBe(false);
		expect(translations.find(loop(0), yes)).toBe(first);
		expect(translations.find(loop(1), yes)).toBeUndefined();
		expect(translations.find(loop(MOST + 9), yes)).toBeDefined();
	});

	it("that are compiled aside are one module, and are not asked for twice", async () => {
		const translations = new Translations(new Policy("both", 1), { aside: true });
		const source = loops(2);
		for (const i of [0, 1, 0]) expect(translations.translate([loop(i)], source, yes)).toEqual([]);
		expect(translations.find(loop(0), yes)).toBeUndefined();
		await expect.poll(() => translations.size).toBe(2);
		const [one, other] = [translations.find(loop(0), yes)!, translations.find(loop(1), yes)!];
		expect(one.module).toBe(other.module);
		expect(WebAssembly.Module.exports(one.module).map(({ name }) => name)).toEqual(["0", "1"]);
	});
});

describe("a processor with translations", () => {
	let module: WebAssembly.Module;
	beforeAll(() => {
		module = new WebAssembly.Module(interpreterModule());
	});

	const TIMES = 2_000_000;
	function prepare(space: AddressSpace, code: readonly number[]) {
		space.map(BASE, PAGE, ALL);
		space.bytes(BASE, code.length).set(code);
		space.written(BASE, code.length);
		const thread = space.createThread();
		thread.rip = BASE;
		thread.setNumber(RAX, 0);
		thread.setNumber(RCX, TIMES);
		return thread;
	}

	it("does the same in the same slices whether they are there at once, later, or never", { timeout: 60_000 }, async () => {
		const said = new Map<string, unknown>();
		const translated = new Map<string, number>();
		for (const [name, options] of [
			["interpreter", { tier: "interpreter" }],
			["at once", { tier: "both" }],
			["aside", { tier: "both", aside: true }],
		] as const) {
			const space = createCpu({ module, ...options }).createSpace()!;
			const thread = prepare(space, LOOP_AND_CALL);
			const slices: unknown[] = [];
			if (options.tier === "both") space.watch(() => performance.now());
			for (let reason = "fuel"; reason === "fuel"; ) {
				reason = thread.run(100_003).reason;
				slices.push([reason, thread.used, thread.rip, thread.getNumber(RAX), thread.getNumber(RCX), thread.rflags]);
				// Whoever compiles aside gets a turn, but not each time.
				if (slices.length % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
			}
			said.set(name, slices);
			translated.set(name, space.profile()?.translated ?? 0);
			space.release();
		}
		expect(said.get("at once")).toEqual(said.get("interpreter"));
		expect(said.get("aside")).toEqual(said.get("interpreter"));
		for (const name of ["at once", "aside"]) expect(translated.get(name), name).toBeGreaterThan(TIMES);
	});

	it("shares them with a fork, and code that is written to is not what it was", { timeout: 60_000 }, () => {
		const space = createCpu({ module, tier: "both" }).createSpace()!;
		const thread = prepare(space, LOOP_AND_CALL);
		expect(thread.run(1e9).reason).toBe("syscall");
		const child = space.fork()!;
		child.watch(() => performance.now());
		const twin = child.createThread();
		thread.copyTo(twin);
		const again = (): number => {
			twin.rip = BASE;
			twin.setNumber(RAX, 0);
			twin.setNumber(RCX, TIMES);
			expect(twin.run(1e9).reason).toBe("syscall");
			return twin.getNumber(RAX);
		};
		expect(again()).toBe(3 * TIMES);
		// It was known: nearly nothing is left for the interpreter.
		expect(child.profile()!.translated).toBeGreaterThan(3 * TIMES - 200_000);
		child.bytes(BASE + 3, 1)[0] = 5;
		child.written(BASE + 3, 1);
		expect(again()).toBe(5 * TIMES);
		child.release();
		space.release();
	});

	it("calls a function that is written to, and by a stub another one, as they have become", { timeout: 60_000 }, () => {
		const [written, first, second, pointer, stub, top] = [0x1000, 0x2000, 0x2800, 0x3000, 0x100, 0x5000].map((at) => BASE + at);
		const le = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
		// Too long to be taken in.
		const adds = (value: number): number[] => [...Array(80).fill([0x48, 0x83, 0xc0, value]).flat(), 0xc3];
		const [calls, half] = [40_000, 15_000];
		// l: cmp ecx, half; jne m; mov byte [written + 3], 2; mov qword [pointer], second; m: call written; call stub; dec ecx; jnz l; syscall
		const loop = [
			...[0x81, 0xf9, ...le(half), 0x75, 20, 0xc6, 0x04, 0x25, ...le(written! + 3), 2, 0x48, 0xc7, 0x04, 0x25, ...le(pointer!)],
			...[...le(second!), 0xe8, ...le(written! - BASE - 33), 0xe8, ...le(stub! - BASE - 38), 0xff, 0xc9, 0x75, 0xd6, 0x0f, 0x05],
		];
		const expected = (calls - half) * 80 * (1 + 3) + half * (81 + 80 * 5);
		for (const tier of ["interpreter", "both", "translator"] as const) {
			const space = createCpu({ module, tier }).createSpace()!;
			space.map(BASE, 8 * PAGE, ALL);
			const put = (at: number, code: readonly number[]): void => void space.bytes(at, code.length).set(code);
			put(BASE, loop);
			put(stub!, [0xff, 0x24, 0x25, ...le(pointer!)]);
			put(written!, adds(1));
			put(first!, adds(3));
			put(second!, adds(5));
			put(pointer!, le(first!));
			space.written(BASE, 4 * PAGE);
			const thread = space.createThread();
			thread.rip = BASE;
			thread.setNumber(RAX, 0);
			thread.setNumber(RCX, calls);
			thread.setNumber(RSP, top!);
			expect(thread.run(1e9).reason, tier).toBe("syscall");
			expect(thread.getNumber(RAX), tier).toBe(expected);
			expect(thread.getNumber(RSP), tier).toBe(top);
			space.release();
		}
	});

	it("takes up at once what an earlier one translated, where the same code lies, and nothing else", {
		timeout: 60_000,
	}, async () => {
		const records: Uint8Array[] = [];
		let forgotten = 0;
		const keeper = {
			made: (record: Uint8Array) => {
				records.push(record);
				return { forget: () => void forgotten++ };
			},
		};
		const first = createCpu({ module, tier: "both", keeper }).createSpace()!;
		expect(prepare(first, LOOP_AND_CALL).run(1e9).reason).toBe("syscall");
		expect(records).toHaveLength(1);

		const met: string[] = [];
		const later = createCpu({ module, tier: "both", aside: true });
		later.adopt(records[0]!, { met: () => void met.push("met"), forget: () => void met.push("forgotten") });
		expect(() => later.adopt(records[0]!.subarray(0, 20), { forget() {} })).toThrow();

		const other = later.createSpace()!;
		const changed = [...LOOP_AND_CALL];
		changed[3] = 5;
		const odd = prepare(other, changed);
		expect(odd.run(200_000).reason).toBe("fuel");
		expect(met).toEqual([]);

		const space = later.createSpace()!;
		space.watch(() => performance.now());
		const thread = prepare(space, LOOP_AND_CALL);
		// two samples: in one the code is met
		expect(thread.run(40_000).reason).toBe("fuel");
		expect(met).toEqual(["met"]);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(thread.run(1e9).reason).toBe("syscall");
		expect(thread.getNumber(RAX)).toBe(3 * TIMES);
		expect(space.profile()!.translated).toBeGreaterThan(3 * TIMES - 200_000);
		expect(forgotten).toBe(0);
	});
});
