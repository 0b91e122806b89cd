// What was translated, for all banks: the compiled modules, and which code is worth it.
//
// The interpreter tells once in a while where it is (LAYOUT.sampleAt). Code where it is met often becomes a region; several are
// compiled as one module. What is translated when changes nothing but the time that things take.

import { PAGE_SHIFT, REGION_FUEL } from "../interpret/layout";
import { type Limits, Region, type Source } from "../translate/blocks";
import { translate } from "../translate/module";

export type Tier = "both" | "interpreter" | "translator" | "random";

/** Instructions from one sample to the next. */
const INTERVAL = 1 << 14;
/** About so many where tiers change at random. */
const RANDOM_INTERVAL = 48;
/** Where nothing is sampled: as much as the loop can count. */
const MOST_FUEL = 1 << 25;
/** Samples of a line until it is translated. */
const HOT = 12;
/** Lines are this many bytes of code, as a power of two. */
const LINE = 7;
/** Counts are halved after so many samples. */
const FADE = 4096;
const LARGE: Limits = { own: 320, called: 72, all: 640 };
/** Where everything is translated at once. */
const SMALL: Limits = { own: 24, called: 12, all: 48 };
/** Functions, at most: each takes a place in every bank's table. */
const MOST_REGIONS = 4000;

/** A translated region. */
export interface Translation {
	/** Its number in the banks' tables. */
	readonly slot: number;
	readonly module: WebAssembly.Module;
	readonly start: number;
	/** Addresses where it can be entered, by the entry's number; undefined for what only it uses. */
	readonly entries: readonly (number | undefined)[];
	readonly pages: ReadonlySet<number>;
	readonly crossed: ReadonlySet<number>;
	/** The code that it is made of: addresses and bytes, in stretches. */
	readonly code: readonly { address: number; bytes: Uint8Array }[];
}

export class Translations {
	/** Instructions from sample to sample, and the fuel that the loop gets at a time. */
	interval = 0;
	chunk = 0;
	private limits = LARGE;
	private readonly known = new Map<number, Translation[]>();
	private readonly failed = new Set<number>();
	private readonly counts = new Map<number, number>();
	private samples = 0;
	private slots = 0;

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
	}

	/** Instructions from this sample to the next. */
	pause(): number {
		return this.tier === "random" ? this.below(2 * this.interval) : this.interval;
	}

	/** A translation of the code at an address, as it is. */
	find(address: number, matches: (translation: Translation) => boolean): Translation | undefined {
		return this.known.get(address)?.findLast(matches);
	}

	/** A sample was at an address: is it to be translated now? */
	note(address: number): boolean {
		if (this.tier === "translator") return !this.failed.has(address);
		if (this.tier === "random") return !this.failed.has(address) && this.chance(4);
		if (++this.samples % FADE === 0) for (const [line, count] of this.counts) this.counts.set(line, count >> 1);
		const line = address >>> LINE;
		const count = (this.counts.get(line) ?? 0) + 1;
		this.counts.set(line, count);
		if (count < HOT || this.failed.has(address)) return false;
		this.counts.set(line, 0);
		return true;
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

	private below(bound: number): number {
		this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
		return (this.seed >>> 8) % bound;
	}

	/** What begins at an address, as it would be translated. */
	region(address: number, source: Source): Region {
		return new Region(address, source, this.limits);
	}

	/** Translates what begins at these addresses. */
	translate(addresses: readonly number[], source: Source): Translation[] {
		const regions = new Map<number, Region>();
		for (const address of addresses) {
			if (this.slots >= MOST_REGIONS) break;
			const region = this.region(address, source);
			if (region.dispatched.length === 0 || region.size === 0) this.failed.add(address);
			else regions.set(++this.slots, region);
		}
		if (regions.size === 0) return [];
		const module = new WebAssembly.Module(translate(regions));
		return [...regions].map(([slot, region]) => {
			const translation: Translation = {
				...{ slot, module, start: region.root.start },
				entries: region.dispatched.map((block) => (block.external ? block.start : undefined)),
				...region.pages(PAGE_SHIFT),
				code: region.stretches().map(([address, end]) => {
					const bytes = new Uint8Array(source.guest.buffer, source.guest.byteOffset + address, end - address).slice();
					return { address, bytes };
				}),
			};
			const list = this.known.get(translation.start) ?? [];
			list.push(translation);
			this.known.set(translation.start, list);
			return translation;
		});
	}
}
