// The border between the CPU and the kernel: address spaces, threads of execution, and why one stopped.
//
// Guest addresses are numbers below 2^31; a program lies low in one 32-bit WebAssembly memory (PIE base, mmap area and
// stack are placed by the kernel within `limit`). Page size is 4096.

export const PAGE = 4096;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export interface Cpu {
	/**
	 * A fresh, empty address space; memories are pooled. Undefined when no more memory can be had (ENOMEM). `program` is what
	 * will run there, any object that stands for it: a memory that ran it before is given where there is one.
	 */
	createSpace(program?: object): AddressSpace | undefined;
	/** How many address spaces there can be at a time. Most of them are at rest: they have no memory of their own until they run. */
	readonly capacity: number;
	/**
	 * Takes a module that an earlier machine of the same processor translated, as that one's keeper was told of it. It is used where
	 * the same code is met. @throws Error when it is damaged
	 */
	adopt(record: Uint8Array, kept: Kept): void;
	/** Executed instructions since the start, for bench and /proc. */
	readonly executed: number;
	/** Live memories, address spaces, and bytes that pages of those at rest take. */
	readonly memory: { memories: number; spaces: number; resting: number };
}

/** Who keeps translated modules, as records: bytes that mean something to `Cpu.adopt` alone. */
export interface Keeper {
	/** A module was made. */
	made(record: Uint8Array): Kept;
}
export interface Kept {
	/** Its code was met. */
	met?(): void;
	/** Later translations have taken its place, or the host cannot compile it. */
	forget(): void;
}

/** Thrown where an address space at rest cannot get its memory back: whoever runs in it cannot go on. */
export class OutOfMemory extends Error {
	override readonly name = "OutOfMemory";
}

/** Bytes of a file that never change (a later version of the file has others), and where in them a mapping begins. */
export interface FileBytes {
	readonly bytes: Uint8Array;
	readonly offset: number;
}

export interface AddressSpace {
	/** The first address that can never be mapped. */
	readonly limit: number;
	/**
	 * Makes pages [address, address+length) present with `prot` (0 is allowed: PROT_NONE), zeroed or with a file's bytes, which
	 * are not copied where they already are. False: no memory.
	 */
	map(address: number, length: number, prot: number, file?: FileBytes): boolean;
	unmap(address: number, length: number): void;
	protect(address: number, length: number, prot: number): void;
	/** PROT_* bits of the page, or -1 where nothing is mapped. */
	protection(address: number): number;
	/** Is the whole range mapped with these PROT_* bits? (access by the kernel on behalf of a system call) */
	allows(address: number, length: number, prot: number): boolean;
	/** The bytes to be read, without any check; valid until the next map() or createSpace(). @throws OutOfMemory */
	read(address: number, length: number): Uint8Array;
	/** The same, to be written too. @throws OutOfMemory */
	bytes(address: number, length: number): Uint8Array;
	/** The kernel wrote here: decoded instructions of these pages are dropped if there are any. */
	written(address: number, length: number): void;
	/**
	 * Visits the pages of the range (by address) that were written since they were mapped or last visited, by the program or by
	 * bytes() and written(): pages that are shared between spaces need be carried over only then.
	 */
	takeChanges(address: number, length: number, visit: (page: number) => void): void;
	/** Pages that got bytes of their own, ever; one may be counted again after fork() or a rest. Grows at least as fast as own() does. */
	readonly touches: number;
	/**
	 * How many pages of the range have bytes of their own: neither untouched, nor as they are in a file. With `seen`, to be handed
	 * on from space to space, a page that they have in common since a fork is counted once.
	 */
	own(address: number, length: number, seen?: Set<number>): number;
	/** A copy for fork(2), or undefined when there is no memory. Only touched pages are copied. */
	fork(): AddressSpace | undefined;
	/** Back to empty, for execve(2); `program` as for createSpace. */
	reset(program?: object): void;
	/** Returns the memory to the pool; nothing of it may be used afterwards. */
	release(): void;
	createThread(): Thread;
	/**
	 * Measures from now on how its code is executed, until it is reset or `unwatch` is called. What runs, and when its slices end,
	 * is the same; it only takes a little longer. `clock` gives milliseconds.
	 */
	watch(clock: () => number): void;
	unwatch(): void;
	/** What has been measured; undefined when it is not watched. */
	profile(): Profile | undefined;
	/** The code that is reached from an address without leaving; undefined where there is none. At most `lines` of WebAssembly. */
	listing(address: number, lines: number): CodeListing | undefined;
}

/** How the code of a watched space was executed. */
export interface Profile {
	/** Instructions. */
	executed: number;
	/** Of them, those that ran as translated code. */
	translated: number;
	/** Milliseconds that they took, and of them those of translated code. */
	time: number;
	translatedTime: number;
	/** Where the machine was, once in about 32,768 instructions, most frequent first. */
	hot: HotPlace[];
}
/** Samples that fell into one translated region, or close together where nothing is translated. */
export interface HotPlace {
	/** Where its code begins. */
	address: number;
	samples: number;
	translated: boolean;
}

export interface CodeListing {
	start: number;
	/** In the order of their addresses; those of functions that were taken in come last. */
	blocks: ListedBlock[];
	wasm: ListedLine[];
	/** Of WebAssembly's text, and the function's size: also of what is not listed. */
	lines: number;
	bytes: number;
}
export interface ListedBlock {
	/** Control comes back to its beginning. */
	loop: boolean;
	/** How deep in functions that are called: 0 is the code itself. */
	called: number;
	instructions: ListedInstruction[];
}
export interface ListedInstruction {
	address: number;
	bytes: number[];
	/** In Intel's syntax. */
	text: string;
	/** The encoding in the instruction table, in the manual's notation. */
	row: string;
	/** Only the interpreter executes it. */
	interpreted: boolean;
}
export interface ListedLine {
	text: string;
	depth: number;
	/** Of `blocks`; undefined for what frames them. */
	block?: number;
}

/** General registers in the manual's numbering: 0 rax, 1 rcx, 2 rdx, 3 rbx, 4 rsp, 5 rbp, 6 rsi, 7 rdi, 8–15 r8–r15. */
export interface Thread {
	readonly space: AddressSpace;
	/** As unsigned 64 bit. */
	get(register: number): bigint;
	set(register: number, value: bigint): void;
	/** The low 53 bits without a BigInt, for system call arguments: exact for addresses, sizes and small negative numbers. */
	getNumber(register: number): number;
	setNumber(register: number, value: number): void;
	/** An address in the upper half of the 64 bits is negative. */
	rip: number;
	/** CF PF AF ZF SF DF OF as in RFLAGS, bit 1 set. */
	rflags: number;
	fsBase: bigint;
	gsBase: bigint;
	/** The 512 bytes of FXSAVE: x87, MXCSR, XMM. */
	fxsave(): Uint8Array;
	fxrstor(image: Uint8Array): void;
	/** A copy of all registers into another space's thread (fork, clone). */
	copyTo(other: Thread): void;
	/**
	 * Looked at by run(): may serve the system call that the thread has just made, in the midst of it, so that it need not stop.
	 * It may read and change this thread's registers and its space's bytes; what makes, empties or rests spaces, or makes threads,
	 * it must leave alone.
	 */
	serve: (() => Served) | undefined;
	/** Runs at most `fuel` instructions. */
	run(fuel: number): Stop;
	/** Fuel that the last run() used. */
	readonly used: number;
	release(): void;
}

/** "no": the run stops as for any call. "stop": it is served, and the run stops all the same. Else it goes on with so much fuel less, if there is as much. */
export type Served = "no" | "stop" | { readonly fuel: number };

export type Stop =
	| { reason: "fuel" }
	/** `serve` has said so. */
	| { reason: "served" }
	/** rip is behind the instruction; rcx and r11 are set as the hardware does. */
	| { reason: "syscall" }
	/** rip is at the instruction; registers are as before it. */
	| {
			reason: "fault";
			signal: "SIGSEGV" | "SIGILL" | "SIGFPE" | "SIGTRAP" | "SIGBUS";
			/** si_code, such as SEGV_MAPERR 1, SEGV_ACCERR 2, FPE_INTDIV 1, ILL_ILLOPN 2. */
			code: number;
			/** si_addr; negative in the upper half of the 64 bits. */
			address: number;
			/** For SIGSEGV: was it a write? an instruction fetch? (the page fault's error code) */
			access?: "read" | "write" | "fetch";
	  };
