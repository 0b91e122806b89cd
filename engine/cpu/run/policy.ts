// Which tier executes, and what is worth translating: by samples of where the machine is, which depend on the instructions
// executed alone.

import { REGION_FUEL } from "../interpret/layout";
import type { Limits } from "../translate/blocks";

export type Tier = "both" | "interpreter" | "translator" | "random";

/** Instructions from one sample to the next. */
const INTERVAL = 1 << 14;
/** About so many where tiers change at random. */
const RANDOM_INTERVAL = 48;
/** Where nothing is sampled: as much as the loop can count. */
const MOST_FUEL = 1 << 25;
/**
 * Samples of a line until it is translated: fewer, and starts of programs like bash's pay for regions that they hardly use. One more for
 * each region that the bank has, up to so many: what comes late is seldom worth what it costs.
 */
const HOT = 32;
const MOST_MORE = 96;
/**
 * What is found hot waits until it is this part of the regions that the bank has, but not for more than so many samples: modules that
 * take their part by turns are in each other's way in the processor's caches, and what lies in one function becomes one region at once.
 */
const PART = 1 / 8;
const LONGEST_WAIT = 1024;
/** Lines are this many bytes of code, as a power of two. */
const LINE = 7;
/** Where translated code leads to what is not translated is a sample as well, one of so many times: short functions are seldom met otherwise. */
const MISSES = 512;
/** Counts are halved after so many samples. */
const FADE = 4096;
/** More than there are in any run. */
const NO_END = 0x7fffffff;
/** Addresses that are known not to be worth a try, at most. */
const MOST_FAILED = 4096;
const LARGE: Limits = { own: 480, called: 72, all: 800 };
/** Where everything is translated at once. */
const SMALL: Limits = { own: 24, called: 12, all: 48 };

export class Policy {
	/** Instructions from sample to sample, and the fuel that the loop gets at a time. */
	interval = 0;
	chunk = 0;
	limits = LARGE;
	/** From one sample to the next of where translated code leads to what is not. */
	misses = MISSES;
	/** Samples so far. */
	samples = 0;
	private readonly counts = new Map<number, number>();
	private readonly failed = new Set<number>();

	constructor(
		public tier: Tier,
		private seed: number,
	) {
		this.use(tier);
	}

	/** From the next run on. */
	use(tier: Tier): void {
		this.tier = tier;
		const everywhere = tier === "translator" || tier === "random";
		this.interval = { interpreter: Number.POSITIVE_INFINITY, both: INTERVAL, random: RANDOM_INTERVAL, translator: 0 }[tier];
		this.chunk = everywhere ? 1 : tier === "both" ? INTERVAL : MOST_FUEL;
		this.limits = everywhere ? SMALL : LARGE;
		this.misses = tier === "both" ? MISSES : NO_END;
	}

	/** Instructions from this sample to the next. */
	pause(): number {
		return this.tier === "random" ? this.below(2 * this.interval) : this.interval;
	}

	/** A sample was at an address that is not translated, with so many regions in the bank: is it to be now? */
	isHot(address: number, regions: number): boolean {
		if (this.failed.has(address)) return false;
		if (this.tier === "translator") return true;
		if (this.tier === "random") return this.chance(4);
		if (++this.samples % FADE === 0) this.fade();
		const line = address >>> LINE;
		const count = (this.counts.get(line) ?? 0) + 1;
		const isHot = count >= HOT + Math.min(regions, MOST_MORE);
		this.counts.set(line, isHot ? 0 : count);
		return isHot;
	}

	/** So many addresses were found hot, the first at that sample, with so many regions in the bank: are they to be translated now? */
	isEnough(found: number, since: number, regions: number): boolean {
		return this.tier !== "both" || found > regions * PART || this.samples - since > LONGEST_WAIT;
	}

	/** It cannot be translated. */
	fail(address: number): void {
		if (this.failed.size >= MOST_FAILED) this.failed.clear();
		this.failed.add(address);
	}

	/** Are regions to be joined with those that are inside of them? Where everything is translated, the pieces may stay as they are. */
	joins(): boolean {
		return this.tier === "both" || (this.tier === "random" && this.chance(2));
	}

	/**
	 * For the mode that changes tiers at random, so much fuel at once. What is more than a region may need ends in one of its loops,
	 * anywhere; what is less is the interpreter's.
	 */
	part(): number {
		if (this.tier !== "random") return Number.POSITIVE_INFINITY;
		return this.chance(4) ? 1 + this.below(LARGE.all) : REGION_FUEL + 1 + this.below(4 * SMALL.all);
	}

	/** One of so many times; for the mode that changes tiers at random. */
	chance(of: number): boolean {
		return this.below(of) === 0;
	}

	private fade(): void {
		for (const [line, count] of this.counts)
			if (count > 1) this.counts.set(line, count >> 1);
			else this.counts.delete(line);
	}

	private below(bound: number): number {
		this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
		return (this.seed >>> 8) % bound;
	}
}
