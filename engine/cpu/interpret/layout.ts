// Where everything lies in an address space's WebAssembly memory: the CPU's own state low, the guest's address 0 at `guest`.

import { BASE } from "../decode/decoder";

/** Guest memory reaches from 0 to LIMIT. */
export const LIMIT = 0x40000000;
export const PAGE_SHIFT = 12;
export const PAGES = LIMIT >> PAGE_SHIFT;

export const LAYOUT = {
	/** 16 general registers, then pseudo registers that addresses may be made of, 8 bytes each (see BASE). */
	registers: 0x100,
	rip: 0x1a0,
	/** The lazy flags; see LAZY. */
	flagKind: 0x1a8,
	/** DF and the flags that arithmetic does not touch. */
	system: 0x1ac,
	flagA: 0x1b0,
	flagB: 0x1b8,
	flagR: 0x1c0,
	/** Of ES, DS, FS, GS, 32 bits each. */
	selectors: 0x1c8,
	/** 16 XMM registers, 16 bytes each. */
	xmm: 0x200,
	/** Physical x87 registers R0–R7, 16 bytes each: significand, then sign and exponent. */
	x87: 0x300,
	x87Control: 0x380,
	x87Status: 0x384,
	/** As in FXSAVE: a bit for each physical register that is not empty. */
	x87Tags: 0x388,
	mxcsr: 0x38c,
	x87Opcode: 0x390,
	/** The last instruction and operand, as FNSTENV tells. */
	x87Instruction: 0x398,
	x87Operand: 0x3a0,
	/** Everything from `registers` to here belongs to a thread. */
	stateEnd: 0x3a8,

	/** Where the loop stopped: at a record, or behind one, on the way to a guest address. */
	record: 0x3ac,
	target: 0x3b0,
	/** Why a single instruction ended the run: EXIT. */
	reason: 0x3b8,
	/** Fuel left, and what the time stamp counter read when the fuel was full, plus the fuel. */
	budget: 0x3c0,
	clock: 0x3c8,
	faultAddress: 0x3d0,
	faultCode: 0x3d8,
	faultWrite: 0x3dc,
	/** Of the x87 instruction that is executed: its operand's address, and whether its result is not to be stored. */
	x87Address: 0x3e0,
	x87Held: 0x3e8,
	/** How many pages were marked as touched that were not. */
	touches: 0x3f0,
	/** When less of the budget is left than this, where the machine is at is told to the translator. */
	sampleAt: 0x3f4,
	/** Fuel that the loop is given at a time. */
	chunk: 0x3f8,
	/** Fuel that translated code has used. */
	translated: 0x3fc,
	scratch: 0x400,
	/** How often translated code may still lead to what is not translated until where it led to is told to the translator. */
	misses: 0x4f0,

	/** A byte a guest page; see PAGE_BIT. One more, so that every page has a successor. */
	pageTable: 0x10000,
	/** Which entry's word stands for an address that was called: 1 << 12 places of eight bytes (see calls.ts). */
	calls: 0x58000,
	/** For each guest page 0, or where its table of records lies. */
	codeTables: 0x60000,
	/** Decoded instructions, upwards. */
	records: 0x160000,
	/** Tables of 4096 addresses of records, for guest pages that have some. */
	tables: 0x960000,
	tablesEnd: 0x1d60000,
	/** For each record 0, or which translated function and which of its entries stands for what begins there (see ENTRY). */
	entries: 0x1d60000,
	guest: 0x1f00000,
} as const;

export const slotOfRegister = (number: number): number => LAYOUT.registers + 8 * number;
export const slotOfXmm = (number: number): number => LAYOUT.xmm + 16 * number;
/** MM0 is in the physical register R0, and so on. */
export const slotOfMmx = (number: number): number => LAYOUT.x87 + 16 * number;
export const FS_SELECTOR = LAYOUT.selectors + 8;
export const GS_SELECTOR = LAYOUT.selectors + 12;
export const FS_SLOT = slotOfRegister(BASE.fs);
export const GS_SLOT = slotOfRegister(BASE.gs);
export const TEMPORARY_SLOT = slotOfRegister(BASE.temporary);

/**
 * A page's byte. READ, WRITE and EXEC are as given to mmap; a page with any of them can be read, as on the hardware.
 *
 * The fast bits are what emitted code tests: READ_FAST, this page and the next can be read; WRITE_FAST, both can be written,
 * are marked as touched, and hold no decoded code. An access that fails the test takes the slow path, which answers exactly,
 * marks pages as touched, and drops decoded code that is written to.
 */
export const PAGE_BIT = {
	READ: 1,
	WRITE: 2,
	EXEC: 4,
	PRESENT: 8,
	READ_FAST: 16,
	WRITE_FAST: 32,
	CODE: 64,
	TOUCHED: 128,
} as const;

/**
 * A decoded instruction. Registers are the addresses of their slots. `handler` is the loop's: of the instruction, of a sequence
 * that begins with it, NOT_IN_LOOP, or STALE when the record must be looked up again; `kept` is what it is when it need not.
 * `single` is the number of the function that executes the instruction alone.
 */
export const RECORD = {
	handler: 0,
	single: 2,
	kept: 4,
	register: [6, 8],
	base: 10,
	index: 12,
	scale: 14,
	length: 15,
	/** 32 bits, or 64 where there is no memory operand; a branch's target. */
	immediate: 16,
	displacement: 20,
	/** The record at a branch's target, or 0 while it is not known. */
	target: 24,
	next: 28,
	size: 32,
} as const;

/** How much is decoded behind one another, at most: instructions, each with an address computation, and a jump. */
export const LONGEST_RUN = 64;
export const RUN_RECORDS = 2 * LONGEST_RUN + 2;

/** An entry's word: its number, and from here on the number of the function in the bank's table, which is never 0. */
export const ENTRY_SHIFT = 12;
/** Of a hash of 32 bits, as many as the table of calls has places. */
export const CALLS_SHIFT = 20;
/** Translated code is entered with more fuel left than it can use between two looks at it. */
export const REGION_FUEL = 1024;

/** Instead of a handler's number: the translator's code stands for what begins here. */
export const TRANSLATED = 0xfffd;
export const NOT_IN_LOOP = 0xfffe;
export const STALE = 0xffff;

export const EXIT = {
	fuel: 0,
	syscall: 1,
	divide: 2,
	memory: 3,
	illegal: 4,
	breakpoint: 5,
	protection: 6,
	floating: 7,
	fetch: 8,
	simd: 9,
	/** Executed, and from here on there is a trap behind every instruction. */
	trace: 10,
	/** int1, and int 4: executed. */
	debug: 11,
	overflow: 12,
	/** A system call was served, and the run is to stop. */
	served: 13,
} as const;

/** What becomes of a system call: the run stops for it; it is served, and the run goes on, or stops. */
export const SERVE = { no: 0, goOn: 1, stop: 2 } as const;
