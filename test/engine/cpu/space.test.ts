// Address spaces: permissions, precise faults, fork, pooled memories, code that changes under the CPU.

import { describe, expect, it } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import {
	type AddressSpace,
	type Cpu,
	PAGE,
	PROT_EXEC,
	PROT_READ,
	PROT_WRITE,
	type Served,
	type Thread,
} from "../../../engine/cpu/types";
import { sharedCpu } from "./harness";

const CODE = 0x400000;
const DATA = 0x500000;
const READ_WRITE = PROT_READ | PROT_WRITE;
const [RAX, RCX, RBX, RSI, RDI] = [0, 1, 3, 6, 7] as const;

/** A space with code at CODE and two writable pages at DATA. */
function withCode(code: readonly number[], cpu: Cpu = sharedCpu()): { space: AddressSpace; thread: Thread } {
	const space = cpu.createSpace()!;
	space.map(CODE, PAGE, PROT_READ | PROT_EXEC);
	put(space, CODE, code);
	space.map(DATA, 2 * PAGE, READ_WRITE);
	const thread = space.createThread();
	thread.rip = CODE;
	return { space, thread };
}

function put(space: AddressSpace, address: number, bytes: readonly number[]): void {
	space.bytes(address, bytes.length).set(bytes);
	space.written(address, bytes.length);
}

/** mov eax, IMM; syscall */
const answer = (value: number): number[] => [0xb8, value & 255, 0, 0, 0, 0x0f, 0x05];
/** mov [rdi], al; mov al, [rsi] */
const STORE = [0x88, 0x07];
const LOAD = [0x8a, 0x06];

describe("faults", () => {
	const cases: readonly [
		name: string,
		code: number[],
		address: number,
		prepare: (space: AddressSpace) => void,
		expected: object,
	][] = [
		["NULL", LOAD, 0, () => {}, { code: 1, address: 0, access: "read" }],
		["a hole", STORE, 0x700000, () => {}, { code: 1, address: 0x700000, access: "write" }],
		[
			"a read-only page",
			STORE,
			DATA + 5,
			(s) => s.protect(DATA, PAGE, PROT_READ),
			{ code: 2, address: DATA + 5, access: "write" },
		],
		["PROT_NONE", LOAD, DATA, (s) => s.protect(DATA, PAGE, 0), { code: 2, address: DATA, access: "read" }],
		["unmapped again", LOAD, DATA, (s) => s.unmap(DATA, PAGE), { code: 1, address: DATA, access: "read" }],
		["beyond the memory", LOAD, 0x100000000, () => {}, { code: 1, address: 0x100000000, access: "read" }],
	];
	for (const [name, code, address, prepare, expected] of cases)
		it(`${name}: SIGSEGV, with the registers as before`, () => {
			const { space, thread } = withCode(code);
			prepare(space);
			thread.setNumber(RDI, address);
			thread.setNumber(RSI, address);
			thread.set(RAX, 0x1122n);
			expect(thread.run(10)).toEqual({ reason: "fault", signal: "SIGSEGV", ...expected });
			expect([thread.rip, thread.get(RAX), thread.used]).toEqual([CODE, 0x1122n, 0]);
			space.release();
		});

	it("an access over a page's end faults at the next page, and writes nothing", () => {
		const { space, thread } = withCode([0x48, 0x89, 0x07]); // mov [rdi], rax
		thread.setNumber(RDI, DATA + 2 * PAGE - 4);
		thread.set(RAX, -1n);
		expect(thread.run(1)).toMatchObject({ signal: "SIGSEGV", code: 1, address: DATA + 2 * PAGE });
		expect([...space.bytes(DATA + 2 * PAGE - 4, 4)]).toEqual([0, 0, 0, 0]);
		space.release();
	});

	it("rep movsb stops at the byte that faults, and goes on when the page is there", () => {
		const { space, thread } = withCode([0xf3, 0xa4, 0x0f, 0x05]);
		space.bytes(DATA, 100).fill(7);
		thread.setNumber(RSI, DATA);
		thread.setNumber(RDI, DATA + 2 * PAGE - 10);
		thread.setNumber(RCX, 30);
		expect(thread.run(100)).toMatchObject({ signal: "SIGSEGV", address: DATA + 2 * PAGE, access: "write" });
		expect([thread.getNumber(RCX), thread.getNumber(RSI), thread.rip]).toEqual([20, DATA + 10, CODE]);
		space.map(DATA + 2 * PAGE, PAGE, READ_WRITE);
		expect(thread.run(100)).toEqual({ reason: "syscall" });
		expect(space.bytes(DATA + 2 * PAGE - 10, 30).every((byte) => byte === 7)).toBe(true);
		space.release();
	});

	it("no execution without PROT_EXEC", () => {
		const { space, thread } = withCode(answer(1));
		thread.rip = DATA;
		expect(thread.run(5)).toMatchObject({ signal: "SIGSEGV", code: 2, address: DATA, access: "fetch" });
		thread.rip = CODE;
		expect(thread.run(5)).toEqual({ reason: "syscall" });
		space.protect(CODE, PAGE, PROT_READ);
		thread.rip = CODE;
		expect(thread.run(5)).toMatchObject({ signal: "SIGSEGV", access: "fetch" });
		space.release();
	});

	it("undefined instructions, division by zero and breakpoints have their own signals", () => {
		for (const [code, signal] of [
			[[0x0f, 0x0b], "SIGILL"],
			[[0xc5, 0xf8, 0x77], "SIGILL"],
			[[0x31, 0xc9, 0xf7, 0xf1], "SIGFPE"],
			[[0xcc], "SIGTRAP"],
			[[0xf4], "SIGSEGV"],
		] as const) {
			const { space, thread } = withCode(code);
			expect(thread.run(5)).toMatchObject({ reason: "fault", signal });
			space.release();
		}
	});
});

describe("fuel", () => {
	it("is one an instruction, to the last", () => {
		// 1: dec eax; jnz 1b; syscall
		const { space, thread } = withCode([0xff, 0xc8, 0x75, 0xfc, 0x0f, 0x05]);
		thread.setNumber(RAX, 100);
		let total = 0;
		for (const fuel of [1, 2, 3, 50, 1000]) {
			const stop = thread.run(fuel);
			if (stop.reason === "fuel") expect(thread.used).toBe(fuel);
			total += thread.used;
		}
		expect([total, thread.rip]).toEqual([201, CODE + 6]);
		space.release();
	});
});

describe("code that changes", () => {
	it("is decoded anew after the kernel or the program wrote it", () => {
		const { space, thread } = withCode(answer(1));
		thread.run(10);
		expect(thread.getNumber(RAX)).toBe(1);
		put(space, CODE, answer(2));
		thread.rip = CODE;
		thread.run(10);
		expect(thread.getNumber(RAX)).toBe(2);
		// mov byte [rip+1], 9 patches the immediate of the instruction behind it.
		space.protect(CODE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
		put(space, CODE, [0xc6, 0x05, 1, 0, 0, 0, 9, ...answer(3)]);
		for (let i = 0; i < 2; i++) {
			thread.rip = CODE;
			thread.run(10);
			expect(thread.getNumber(RAX)).toBe(9);
			put(space, CODE + 7, answer(3));
		}
		space.release();
	});
});

describe("a program that writes code", () => {
	const ALL = PROT_READ | PROT_WRITE | PROT_EXEC;
	/** Sums 1 to 100 by an `add ebx, imm8` whose immediate the loop patches just before. */
	const PATCHING = [
		...[0x31, 0xdb, 0xb8, 1, 0, 0, 0], // xor ebx, ebx; mov eax, 1
		...[0x88, 0x05, 2, 0, 0, 0], // 1: mov [rip+2], al: the immediate behind
		...[0x83, 0xc3, 0], // add ebx, imm8
		...[0xff, 0xc0, 0x83, 0xf8, 101, 0x75, 0xf0], // inc eax; cmp eax, 101; jne 1b
		...[0x0f, 0x05],
	];
	// Wherever a page ends in it.
	for (const before of [PATCHING.length + 1, 24, 20, 16, 15, 14, 12, 10, 8])
		it(`patches the next instruction in a loop, ${before} bytes before a page's end`, () => {
			const { space, thread } = withCode([0x90]);
			space.map(CODE, 2 * PAGE, ALL);
			const start = CODE + PAGE - before;
			put(space, start, PATCHING);
			for (const slice of [1000, 7, 1]) {
				thread.rip = start;
				let stop = thread.run(slice);
				for (let i = 0; i < 1000 && stop.reason === "fuel"; i++) stop = thread.run(slice);
				expect([stop, thread.getNumber(RBX), thread.rip]).toEqual([{ reason: "syscall" }, 5050, start + PATCHING.length]);
			}
			space.release();
		});

	it("writes a function, calls it, and writes another there", () => {
		const { space, thread } = withCode([
			...[0x48, 0x89, 0x37, 0xff, 0xd7, 0x48, 0x01, 0xc3], // 1: mov [rdi], rsi; call rdi; add rbx, rax
			...[0x48, 0x81, 0xc6, 0, 1, 0, 0, 0xff, 0xca, 0x75, 0xed], // add rsi, 0x100; dec edx; jne 1b
			...[0x0f, 0x05],
		]);
		space.map(DATA, 2 * PAGE, ALL);
		for (const at of [DATA, DATA + PAGE - 3, DATA + PAGE - 6]) {
			thread.rip = CODE;
			thread.setNumber(RBX, 0);
			thread.setNumber(2, 50);
			thread.setNumber(4, DATA + 2 * PAGE - 64);
			thread.setNumber(RDI, at);
			thread.set(RSI, 0xc3_00_00_00_01_b8n); // mov eax, 1; ret
			expect(thread.run(100_000)).toEqual({ reason: "syscall" });
			expect(thread.getNumber(RBX)).toBe((50 * 51) / 2);
		}
		space.release();
	});

	it("meets what became of its page: gone, not to be executed, and with other code", () => {
		const { space, thread } = withCode([0x90]);
		const nops = Array.from({ length: PAGE - 2 }, () => 0x90);
		space.map(CODE, 2 * PAGE, PROT_READ | PROT_EXEC);
		// mov eax, 1 lies over the page's end: two of its bytes, then three.
		put(space, CODE, [...nops, ...answer(1)]);
		const run = (): object => {
			thread.rip = CODE;
			return thread.run(10_000);
		};
		expect([run(), thread.getNumber(RAX)]).toEqual([{ reason: "syscall" }, 1]);
		space.unmap(CODE + PAGE, PAGE);
		expect(run()).toMatchObject({ signal: "SIGSEGV", code: 1, address: CODE + PAGE, access: "fetch" });
		expect(thread.rip).toBe(CODE + PAGE - 2);
		space.map(CODE + PAGE, PAGE, PROT_READ);
		expect(run()).toMatchObject({ signal: "SIGSEGV", code: 2, address: CODE + PAGE, access: "fetch" });
		space.protect(CODE + PAGE, PAGE, PROT_READ | PROT_EXEC);
		put(space, CODE + PAGE, [0, 2, 0, 0x0f, 0x05]);
		expect([run(), thread.getNumber(RAX)]).toEqual([{ reason: "syscall" }, 0x20001]);
		space.protect(CODE, PAGE, PROT_READ);
		expect(run()).toMatchObject({ signal: "SIGSEGV", code: 2, address: CODE, access: "fetch" });
		space.release();
	});

	it("is stepped by TF, and meets a trap behind each instruction", () => {
		// pushf; or dword [rsp], 0x100; popf; nop; jmp into the void
		const { space, thread } = withCode([0x9c, 0x81, 0x0c, 0x24, 0, 1, 0, 0, 0x9d, 0x90, 0xff, 0xe7]);
		thread.setNumber(4, DATA + 64);
		thread.setNumber(RDI, 0x700000);
		const trap = (address: number): object => ({ reason: "fault", signal: "SIGTRAP", code: 2, address });
		// popf ends the run that it is in.
		expect(thread.run(100)).toEqual({ reason: "fuel" });
		expect([thread.rip, thread.used]).toEqual([CODE + 9, 3]);
		expect(thread.run(100)).toEqual(trap(CODE + 10));
		expect(thread.run(100)).toEqual(trap(0x700000));
		expect(thread.run(100)).toMatchObject({ signal: "SIGSEGV", access: "fetch", address: 0x700000 });
		space.release();
	});
});

describe("what was written", () => {
	it("is known by the page, and once", () => {
		const { space, thread } = withCode([...STORE, 0x0f, 0x05]);
		space.map(DATA + 2 * PAGE, 6 * PAGE, READ_WRITE);
		const changes = (): number[] => {
			const pages: number[] = [];
			space.takeChanges(DATA, 8 * PAGE, (page) => pages.push((page - DATA) / PAGE));
			return pages;
		};
		const store = (address: number): void => {
			thread.rip = CODE;
			thread.setNumber(RDI, address);
			expect(thread.run(5)).toEqual({ reason: "syscall" });
		};
		changes();
		store(DATA + 3 * PAGE + 5);
		store(DATA + 3 * PAGE + 6);
		const after = changes();
		// The page behind is opened with it, so that writes may reach over the end.
		expect([after.includes(3), after.every((page) => page === 3 || page === 4)]).toEqual([true, true]);
		expect(changes()).toEqual([]);
		store(DATA + 4 * PAGE - 1);
		expect(changes()).toContain(3);
		space.bytes(DATA + 6 * PAGE, 1)[0] = 1;
		expect(changes()).toEqual([6]);
		space.read(DATA, 8 * PAGE);
		expect(changes()).toEqual([]);
		// mov [rdi], eax over the end of a page
		space.written(CODE, 4);
		space.bytes(CODE, 4).set([0x89, 0x07, 0x0f, 0x05]);
		space.written(CODE, 4);
		store(DATA + 2 * PAGE);
		changes();
		store(DATA + 2 * PAGE - 2);
		expect(changes()).toEqual(expect.arrayContaining([1, 2]));
		space.release();
	});
});

describe("fork", () => {
	it("copies memory, permissions and registers, and nothing is shared", () => {
		const { space, thread } = withCode([...STORE, ...answer(5)]);
		space.bytes(DATA, 3).set([1, 2, 3]);
		space.protect(DATA + PAGE, PAGE, PROT_READ);
		const child = space.fork()!;
		const twin = child.createThread();
		thread.setNumber(RDI, DATA);
		thread.set(RAX, 0x77n);
		thread.copyTo(twin);
		expect(twin.run(10)).toEqual({ reason: "syscall" });
		expect([child.bytes(DATA, 1)[0], space.bytes(DATA, 1)[0]]).toEqual([0x77, 1]);
		expect([child.protection(DATA + PAGE), child.protection(CODE), child.protection(0x700000)]).toEqual([1, 5, -1]);
		expect([thread.rip, thread.get(RAX)]).toEqual([CODE, 0x77n]);
		child.release();
		space.release();
	});

	it("into a memory that was used before shows none of what was in it", () => {
		const cpu = createCpu({ module: new WebAssembly.Module(interpreterModule()), maxSpaces: 2 });
		const { space } = withCode(answer(1), cpu);
		const other = withCode(answer(2), cpu);
		other.thread.run(10);
		other.space.bytes(DATA, 2 * PAGE).fill(0xee);
		expect(cpu.createSpace()).toBeUndefined();
		expect(space.fork()).toBeUndefined();
		other.space.release();
		const child = space.fork()!;
		expect(child.bytes(DATA, 2 * PAGE).every((byte) => byte === 0)).toBe(true);
		const thread = child.createThread();
		thread.rip = CODE;
		thread.run(10);
		expect(thread.getNumber(RAX)).toBe(1);
		child.release();
		space.release();
	});
});

describe("threads", () => {
	it("of one space have registers of their own", () => {
		const { space, thread } = withCode(answer(4));
		const second = space.createThread();
		second.rip = CODE;
		second.fsBase = 0x1234n;
		thread.run(1);
		expect([thread.getNumber(RAX), second.getNumber(RAX)]).toEqual([4, 0]);
		second.run(2);
		expect([thread.rip, second.rip, thread.fsBase, second.fsBase]).toEqual([CODE + 5, CODE + 7, 0n, 0x1234n]);
		space.release();
	});

	it("keep negative numbers and the FXSAVE image", () => {
		const { space, thread } = withCode([0x90]);
		thread.setNumber(RAX, -38);
		expect([thread.get(RAX), thread.getNumber(RAX)]).toEqual([0xffffffffffffffdan, -38]);
		const image = thread.fxsave();
		image.fill(0x5a, 160, 416);
		thread.fxrstor(image);
		expect(thread.fxsave()).toEqual(image);
		space.release();
	});
});

describe("system calls that are served in the midst of a run", () => {
	/** again: mov eax, 39; syscall; dec ebx; jnz again; mov eax, 60; syscall */
	const LOOP = [...answer(39), 0xff, 0xcb, 0x75, 0xf5, ...answer(60)];
	const FUEL = { fuel: 10 };
	/** Of 39 only, with what it is to answer. */
	const getpid =
		(thread: Thread, served: Served = FUEL) =>
		() => {
			if (thread.getNumber(RAX) !== 39) return "no";
			thread.setNumber(RAX, 1234);
			return served;
		};
	const looping = (cpu: Cpu, turns: number) => {
		const made = withCode(LOOP, cpu);
		made.thread.setNumber(RBX, turns);
		return made;
	};

	for (const tier of ["interpreter", "translator", "both"] as const) {
		it(`do not stop it, and cost what was said: ${tier}`, () => {
			const cpu = createCpu({ module: new WebAssembly.Module(interpreterModule()), tier });
			const { space, thread } = looping(cpu, 5000);
			thread.serve = getpid(thread);
			expect(thread.run(1_000_000)).toEqual({ reason: "syscall" });
			expect([thread.getNumber(RAX), thread.getNumber(RBX), thread.rip]).toEqual([60, 0, CODE + LOOP.length]);
			expect(thread.used).toBe(5000 * (4 + FUEL.fuel) + 2);
			space.release();
		});
	}

	it("end with the fuel at the latest", () => {
		const { space, thread } = looping(sharedCpu(), 100);
		thread.serve = getpid(thread);
		expect([thread.run(7), thread.used, thread.getNumber(RAX), thread.rip]).toEqual([{ reason: "fuel" }, 7, 1234, CODE + 7]);
		expect([thread.run(2), thread.used, thread.rip]).toEqual([{ reason: "fuel" }, 2, CODE]);
		space.release();
	});

	it("stop it where they say so, and are not asked where a trap comes behind every instruction", () => {
		const { space, thread } = looping(sharedCpu(), 3);
		thread.serve = getpid(thread, "stop");
		expect([thread.run(100), thread.used, thread.getNumber(RAX)]).toEqual([{ reason: "served" }, 2, 1234]);
		thread.rip = CODE;
		thread.rflags |= 0x100;
		expect(thread.run(100)).toMatchObject({ signal: "SIGTRAP" });
		expect([thread.run(100), thread.getNumber(RAX)]).toEqual([{ reason: "syscall" }, 39]);
		space.release();
	});

	it("may change the code that follows", () => {
		const { space, thread } = looping(sharedCpu(), 100_000);
		let left = 50_000;
		thread.serve = () => {
			// inc ebx, which makes 0 of -1
			if (--left === 0) put(space, CODE + 7, [0xff, 0xc3]);
			if (left === 0) thread.setNumber(RBX, 0xffffffff);
			return thread.getNumber(RAX) === 39 ? FUEL : "no";
		};
		expect(thread.run(10_000_000)).toEqual({ reason: "syscall" });
		expect([left, thread.getNumber(RBX)]).toEqual([-1, 0]);
		space.release();
	});
});
