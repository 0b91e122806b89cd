// The CPU as the kernel sees it: a source of address spaces.

import type { AddressSpace, Cpu, Keeper } from "../types";
import { Bank } from "./bank";
import { Policy, type Tier } from "./policy";
import { Pool } from "./pool";
import { GuestSpace } from "./space";
import { Translations } from "./translations";

/** Chromium fails at 125 live memories in a worker; some are left to others. */
const MOST_MEMORIES = 112;
/** A space at rest costs little; this is what the host is trusted with. */
const MOST_SPACES = 4096;

export const DEFAULT_TIER: Tier = "both";

export interface CpuOptions {
	/** The compiled interpreterModule(). */
	module: WebAssembly.Module;
	/** Memories that may be live at a time; more spaces than that take turns. At least two. */
	maxMemories?: number;
	/** Address spaces that may exist at a time. */
	maxSpaces?: number;
	/**
	 * Who executes: the interpreter alone; both, which is the interpreter until something is executed often; for tests, the translator
	 * wherever it can; or now one and now the other, as `seed` has it. What a program does, and when its slices end, is the same.
	 */
	tier?: Tier;
	seed?: number;
	/** Are translations compiled while programs run on? When one is ready then depends on the host, and what programs do does not. */
	aside?: boolean;
	/** Is told of every translated module, for `Cpu.adopt` of a later machine. */
	keeper?: Keeper;
}

export function createCpu(options: CpuOptions): Cpu {
	const { module, maxMemories = MOST_MEMORIES, maxSpaces = MOST_SPACES, tier = DEFAULT_TIER, seed = 1, aside, keeper } = options;
	const translations = new Translations(new Policy(tier, seed), { aside, keeper });
	const pool = new Pool(() => new Bank(module, translations), maxMemories, maxSpaces);
	return {
		capacity: maxSpaces,
		createSpace: (program?: object): AddressSpace | undefined => GuestSpace.create(pool, program),
		adopt: (record, kept) => translations.adopt(record, kept),
		get executed(): number {
			return pool.executed;
		},
		get memory() {
			return pool.use;
		},
	};
}
