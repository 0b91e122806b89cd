// Where things lie in an address space. A WebAssembly memory is paid for up to its highest page, so all is kept low:
//
//	0x400000  the program (where it is linked to, or at PIE_BASE)   → heap, growing up
//	stackTop  the stack, growing down to stackTop - stackLimit
//	above     what mmap(2) places, from below upwards
//
// Linux puts stack and mmap area at the top and lets mmap grow down; programs do not depend on it.

import { PAGE } from "../../cpu/types";

export const PIE_BASE = 0x40_0000;
/** Lowest address that may be mapped (vm.mmap_min_addr). */
export const LOWEST = 0x1_0000;
const STACK_TOP = 32 << 20;
/** The heap may always grow by this much. */
const HEAP_ROOM = 8 << 20;

export interface Layout {
	stackTop: number;
	/** RLIMIT_STACK at exec. */
	stackLimit: number;
	/** The heap ends here at the latest. */
	stackLow: number;
	/** mmap looks for room from here on. */
	mmapLow: number;
}

export const pageUp = (address: number): number => Math.ceil(address / PAGE) * PAGE;
export const pageDown = (address: number): number => Math.floor(address / PAGE) * PAGE;

/** For a program that ends at `programEnd`, within memory that ends at `limit`. */
export function layoutFor(programEnd: number, stackRlimit: number, limit: number): Layout {
	const stackLimit = pageUp(Math.min(stackRlimit, limit / 4));
	const stackTop = Math.max(STACK_TOP, pageUp(programEnd) + HEAP_ROOM + stackLimit);
	return { stackTop, stackLimit, stackLow: stackTop - stackLimit - PAGE, mmapLow: stackTop + PAGE };
}
