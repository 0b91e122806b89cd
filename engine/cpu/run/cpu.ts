// The CPU as the kernel sees it: a source of address spaces.

import type { AddressSpace, Cpu } from "../types";
import { Pool } from "./pool";
import { GuestSpace } from "./space";

/** Chromium fails at 125 live memories in a worker; some are left to others. */
const DEFAULT_MEMORIES = 112;

export interface CpuOptions {
	/** The compiled interpreterModule(). */
	module: WebAssembly.Module;
	/** Address spaces that may exist at a time. */
	maxMemories?: number;
}

export function createCpu({ module, maxMemories = DEFAULT_MEMORIES }: CpuOptions): Cpu {
	const pool = new Pool(module, maxMemories);
	return {
		capacity: maxMemories,
		createSpace(): AddressSpace | undefined {
			const bank = pool.take();
			return bank && new GuestSpace(pool, bank);
		},
		get executed(): number {
			return pool.executed;
		},
	};
}
