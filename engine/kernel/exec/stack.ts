// What a new program finds on its stack (System V ABI, AMD64 supplement, "Initial Stack and Register State"; man 3 getauxval):
// argc, argv, the environment and the auxiliary vector, with the strings above them.

import { PAGE } from "../../cpu/types";
import { bytesFromName } from "../../lib/bytes";

/** AT_* of elf.h. */
export const AT = {
	NULL: 0,
	PHDR: 3,
	PHENT: 4,
	PHNUM: 5,
	PAGESZ: 6,
	BASE: 7,
	FLAGS: 8,
	ENTRY: 9,
	UID: 11,
	EUID: 12,
	GID: 13,
	EGID: 14,
	PLATFORM: 15,
	HWCAP: 16,
	CLKTCK: 17,
	SECURE: 23,
	RANDOM: 25,
	HWCAP2: 26,
	EXECFN: 31,
	MINSIGSTKSZ: 51,
} as const;

/** CPUID leaf 1, EDX, of baseline x86-64: fpu tsc cx8 cmov mmx fxsr sse sse2. */
export const HWCAP = 0x0780_8111;

export interface StackPlan {
	argv: readonly string[];
	env: readonly string[];
	/** AT_* to value, without those that point into the stack. */
	auxv: ReadonlyArray<readonly [type: number, value: number]>;
	executablePath: string;
	random: Uint8Array;
}
export interface BuiltStack {
	/** What to write, from the stack pointer to the top. */
	bytes: Uint8Array;
	pointer: number;
	/** The auxiliary vector in it. */
	auxv: Uint8Array;
	words: WordArea;
}

/** Where the words of argv lie, and the environment's right behind them: addresses, the ends excluded. */
export interface WordArea {
	start: number;
	argvEnd: number;
	end: number;
}

/** Lays the stack out below `top`. */
export function buildStack(plan: StackPlan, top: number): BuiltStack {
	const strings: Array<[address: number, bytes: Uint8Array]> = [];
	// The last eight bytes of a stack are a null word.
	let at = top - 8;
	const put = (bytes: Uint8Array): number => {
		at -= bytes.length;
		strings.push([at, bytes]);
		return at;
	};
	const putText = (words: string): number => {
		const bytes = bytesFromName(words);
		const ended = new Uint8Array(bytes.length + 1);
		ended.set(bytes);
		return put(ended);
	};
	const executable = putText(plan.executablePath);
	const environment = [...plan.env].reverse().map(putText).reverse();
	const argvEnd = at;
	const args = [...plan.argv].reverse().map(putText).reverse();
	const area = { start: at, argvEnd, end: executable };
	const platform = putText("x86_64");
	at &= ~15;
	const random = put(plan.random);
	// Frames begin a page lower: the processor is fastest on pages that another writable one follows (cpu/interpret/layout).
	at = Math.min(at, top - PAGE);
	const strings64 = [plan.argv.length, ...args, 0, ...environment, 0];
	const words = [
		...strings64,
		...plan.auxv.flat(),
		...[AT.PLATFORM, platform, AT.RANDOM, random, AT.EXECFN, executable],
		...[AT.NULL, 0],
	];
	const pointer = (at - words.length * 8) & ~15;
	const bytes = new Uint8Array(top - pointer);
	const view = new DataView(bytes.buffer);
	words.forEach((word, index) => {
		view.setBigUint64(index * 8, BigInt(word), true);
	});
	for (const [address, text] of strings) bytes.set(text, address - pointer);
	return { bytes, pointer, auxv: bytes.slice(strings64.length * 8, words.length * 8), words: area };
}
