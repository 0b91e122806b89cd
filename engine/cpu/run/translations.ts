// What was translated, for all banks: the compiled modules, and which code is worth it.
//
// The interpreter tells once in a while where it is (LAYOUT.sampleAt). Code where it is met often becomes a region; a region that is
// inside of a later one becomes a part of it. What is translated when changes nothing but the time that things take.

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
const LARGE: Limits = { own: 480, called: 72, all: 800 };
/** Where everything is translated at once. */
const SMALL: Limits = { own: 24, called: 12, all: 48 };
/** Regions, at most: each takes a place in every bank's table, and is a module. When there are as many, all are let go of. */
const MOST_REGIONS = 2000;
/** Of a region; each makes it larger. */
const MOST_ENTRIES = 24;

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
	/** By the addresses where they can be entered. */
	private readonly byEntry = new Map<number, Set<Translation>>();
	/** By the pages that their code lies in. */
	private readonly byPage = new Map<number, Set<Translation>>();
	/** Grows when all translations were let go of: their numbers are others' from then on. */
	generation = 0;
	private failed = new Set<number>();
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

	/** A translation that can be entered at an address, of the code as it is. */
	find(address: number, matches: Matches): Translation | undefined {
		const all = this.byEntry.get(address);
		return all && [...all].findLast(matches);
	}

	/** One that an address is inside of. */
	containing(address: number, matches: Matches): Translation | undefined {
		const holds: Matches = ({ code }) =>
			code.some((stretch) => address >= stretch.address && address < stretch.address + stretch.bytes.length);
		const all = this.byPage.get(address >>> PAGE_SHIFT);
		return all && [...all].findLast((translation) => holds(translation) && matches(translation));
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
	region(address: number, source: Source, entries: readonly number[] = []): Region {
		return new Region(address, source, this.limits, entries);
	}

	/**
	 * Translates what begins at an address. What was translated of the same code becomes a part of it, where that is possible: the
	 * translations that it replaces are let go of.
	 */
	translate(address: number, source: Source, matches: Matches): { made: Translation; replaced: Translation[] } | undefined {
		if (this.slots >= MOST_REGIONS) this.forget();
		let replaced: Translation[] = [];
		let entries = new Set<number>();
		const take = (translation: Translation): void => {
			replaced.push(translation);
			for (const entry of translation.entries) if (entry !== undefined) entries.add(entry);
		};
		// Where everything is translated, in pieces, the pieces may stay as they are.
		const whole = this.tier === "both" || (this.tier === "random" && this.chance(2));
		const around = whole ? this.containing(address, matches) : undefined;
		if (around) take(around);
		if (entries.size >= MOST_ENTRIES) {
			this.failed.add(address);
			return undefined;
		}
		let start = around?.start ?? address;
		entries.add(address);
		let region = this.region(start, source, [...entries]);
		const isEntered = (): boolean => region.dispatched.some((block) => block.external && block.start === address);
		if (around && !isEntered()) {
			// It is in a function that was taken in, or the whole has become too large.
			[start, entries, replaced] = [address, new Set([address]), []];
			region = this.region(start, source);
		}
		if (whole) {
			const inside = this.overlapping(region).filter(
				(other) =>
					!replaced.includes(other) &&
					other.entries.every((entry) => entry === undefined || region.root.code.has(entry)) &&
					matches(other),
			);
			for (const other of inside) if (entries.size + other.entries.length <= MOST_ENTRIES) take(other);
			if (inside.length > 0) region = this.region(start, source, [...entries]);
		}
		if (region.size === 0 || !isEntered()) {
			this.failed.add(address);
			return undefined;
		}
		const slot = ++this.slots;
		const made: Translation = {
			...{ slot, start, module: new WebAssembly.Module(translate(new Map([[slot, region]]))) },
			entries: region.dispatched.map((block) => (block.external ? block.start : undefined)),
			...region.pages(PAGE_SHIFT),
			code: region.stretches().map(([from, end]) => {
				const bytes = new Uint8Array(source.guest.buffer, source.guest.byteOffset + from, end - from).slice();
				return { address: from, bytes };
			}),
		};
		for (const other of replaced) {
			for (const page of other.pages) this.byPage.get(page)?.delete(other);
			for (const entry of other.entries) if (entry !== undefined) this.byEntry.get(entry)?.delete(other);
		}
		for (const page of made.pages) addTo(this.byPage, page, made);
		for (const entry of made.entries) if (entry !== undefined) addTo(this.byEntry, entry, made);
		return { made, replaced };
	}

	private overlapping(region: Region): Translation[] {
		const found = new Set<Translation>();
		for (const page of region.pages(PAGE_SHIFT).pages) for (const other of this.byPage.get(page) ?? []) found.add(other);
		return [...found];
	}

	private forget(): void {
		this.byPage.clear();
		this.byEntry.clear();
		this.counts.clear();
		this.failed = new Set();
		this.slots = 0;
		this.generation++;
	}
}

function addTo(map: Map<number, Set<Translation>>, key: number, translation: Translation): void {
	const all = map.get(key) ?? new Set();
	all.add(translation);
	map.set(key, all);
}

type Matches = (translation: Translation) => boolean;
