// What was translated, for all banks: compiled modules of one or several regions.
//
// A translation is made of the code at some addresses and is good wherever the same bytes lie there, so banks, and through them
// threads, forks and programs that are started again, share it. A region that is inside of a later one becomes a part of it. There
// are at most so many: then those that were not seen to run for longest are let go of.
//
// Where there is time (`aside`), modules are compiled while the interpreter runs on; what was found hot until the surroundings get
// a turn is one module. When a translation arrives changes nothing but the time that things take.

import { PAGE_SHIFT } from "../interpret/layout";
import { Region, type Source } from "../translate/blocks";
import { translate } from "../translate/module";
import type { Keeper, Kept } from "../types";
import { encodeModule, KeptModules } from "./kept";
import type { Policy } from "./policy";
import { codeOf, entriesOf, holds, type RegionCode } from "./region-code";

/** Regions, at most: each takes a place in every bank's table. */
const MOST_REGIONS = 3000;
/** Where tiers change at random, one of so many translations lets go of half of the others. */
const FORGETFUL = 200;
/** Of a region; each makes it larger. */
const MOST_ENTRIES = 24;

/** A translated region. */
export interface Translation extends RegionCode {
	/** Its number in the banks' tables. */
	readonly slot: number;
	readonly module: WebAssembly.Module;
	/** Its number in the module. */
	readonly index: number;
	/** Where the module is kept, and how many of its regions are of use. */
	readonly kept: { readonly record: Kept; regions: number } | undefined;
	/** When it was last seen to run, in samples. */
	lastSeen: number;
	/** Let go of: banks take it out of their tables before they run again. */
	gone: boolean;
}

/** What is to be translated, and what becomes a part of it. */
interface Plan extends Addition {
	readonly region: Region;
}
/** A region that is about to be there, and those that it replaces. */
interface Addition {
	readonly code: RegionCode;
	readonly replaced: readonly Translation[];
}

interface TranslationsOptions {
	/** Are modules compiled while programs run on? */
	aside?: boolean | undefined;
	/** Regions, at most. */
	most?: number;
	/** Is told of every module. */
	keeper?: Keeper | undefined;
}

type Matches = (translation: Translation) => boolean;

export class Translations {
	/** Grows when translations were let go of. */
	generation = 0;
	/** By their numbers. */
	private readonly bySlot: (Translation | undefined)[] = [undefined];
	private freeSlots: number[] = [];
	private readonly byEntry = new Map<number, Set<Translation>>();
	private readonly byPage = new Map<number, Set<Translation>>();
	/** Planned, and not compiled yet. */
	private readonly planned = new Set<Addition>();
	private waiting: Plan[] = [];
	private readonly aside: boolean;
	private readonly most: number;
	private readonly keeper: Keeper | undefined;
	private readonly earlier = new KeptModules();

	constructor(
		readonly policy: Policy,
		{ aside = false, most = MOST_REGIONS, keeper }: TranslationsOptions = {},
	) {
		this.aside = aside;
		this.most = most;
		this.keeper = keeper;
	}

	/** How many there are. */
	get size(): number {
		return this.bySlot.length - 1 - this.freeSlots.length;
	}

	/** A translation that can be entered at an address, of the code as it is. */
	find(address: number, matches: Matches): Translation | undefined {
		const all = this.byEntry.get(address);
		return all && [...all].findLast(matches);
	}

	/** One that an address is inside of. */
	containing(address: number, matches: Matches): Translation | undefined {
		const all = this.byPage.get(address >>> PAGE_SHIFT);
		return all && [...all].findLast((translation) => holds(translation, address) && matches(translation));
	}

	/** A sample found it running. */
	seen(slot: number): void {
		const translation = this.bySlot[slot];
		if (translation) translation.lastSeen = this.policy.samples;
	}

	/** Takes what the keeper of an earlier machine was told. @throws Error when it is damaged */
	adopt(record: Uint8Array, kept: Kept): void {
		this.earlier.add(record, kept);
	}

	/** What an earlier machine translated of the code at an address is compiled now. */
	recall(address: number, matches: (code: RegionCode) => boolean): void {
		const found = this.earlier.take(address, matches);
		if (!found) return;
		const { module, kept } = found;
		const additions = module.regions.map((code): Addition => ({ code, replaced: [] }));
		kept.met?.();
		for (const addition of additions) this.planned.add(addition);
		void WebAssembly.compile(module.bytes)
			.then((compiled) => this.add(additions, compiled, kept))
			.catch(() => kept.forget())
			.finally(() => {
				for (const addition of additions) this.planned.delete(addition);
			});
	}

	/** What begins at an address, as it would be translated. */
	region(address: number, source: Source, entries: readonly number[] = []): Region {
		return new Region(address, source, this.policy.limits, entries);
	}

	/**
	 * Translates what begins at these addresses, but for what lies inside of one before. What was translated of the same code becomes
	 * a part of it, where that is possible, and is let go of. Gives what is ready at once.
	 */
	translate(addresses: readonly number[], source: Source, matches: Matches): Translation[] {
		const { policy } = this;
		if (policy.tier === "random" && policy.chance(FORGETFUL)) this.makeRoom();
		// Where everything is translated at once, it would be so again and again.
		if (policy.tier === "translator" && this.size + addresses.length > this.most) return [];
		const plans: Plan[] = [];
		for (const address of addresses) {
			if ([...this.planned, ...plans].some(({ code }) => holds(code, address))) continue;
			const plan = this.plan(address, source, matches);
			if (plan) plans.push(plan);
			else policy.fail(address);
		}
		if (plans.length === 0) return [];
		if (!this.aside) {
			const bytes = translate(plans.map(({ region }) => region));
			return this.add(plans, new WebAssembly.Module(bytes), this.keep(plans, bytes));
		}
		for (const plan of plans) this.planned.add(plan);
		if (this.waiting.length === 0) queueMicrotask(() => void this.compile());
		this.waiting.push(...plans);
		return [];
	}

	/** Compiles what waits for it. */
	private async compile(): Promise<void> {
		const plans = this.waiting;
		this.waiting = [];
		try {
			const bytes = translate(plans.map(({ region }) => region));
			this.add(plans, await WebAssembly.compile(bytes), this.keep(plans, bytes));
		} catch {
			// No room for more code: the interpreter does it.
			for (const { code } of plans) this.policy.fail(code.start);
		} finally {
			for (const plan of plans) this.planned.delete(plan);
		}
	}

	private keep(plans: readonly Plan[], bytes: Uint8Array<ArrayBuffer>): Kept | undefined {
		return this.keeper?.made(encodeModule({ regions: plans.map(({ code }) => code), bytes }));
	}

	private add(plans: readonly Addition[], module: WebAssembly.Module, record?: Kept): Translation[] {
		for (const { replaced } of plans)
			for (const { kept, gone } of replaced) if (kept && !gone && --kept.regions === 0) kept.record.forget();
		this.drop(plans.flatMap(({ replaced }) => replaced));
		if (this.size + plans.length > this.most) this.makeRoom();
		const kept = record && { record, regions: plans.length };
		return plans.map(({ code }, index) => {
			const slot = this.freeSlots.pop() ?? this.bySlot.length;
			const translation: Translation = { ...code, slot, module, index, kept, lastSeen: this.policy.samples, gone: false };
			this.bySlot[slot] = translation;
			for (const page of code.pages) addTo(this.byPage, page, translation);
			for (const entry of code.entries) if (entry !== undefined) addTo(this.byEntry, entry, translation);
			return translation;
		});
	}

	/** Lets go of the half that was not seen for longest. */
	private makeRoom(): void {
		const all = this.bySlot.filter((translation) => translation !== undefined);
		all.sort((a, b) => a.lastSeen - b.lastSeen);
		this.drop(all.slice(0, Math.ceil(all.length / 2)));
	}

	private drop(translations: readonly Translation[]): void {
		for (const translation of translations) {
			if (translation.gone) continue;
			translation.gone = true;
			this.generation++;
			this.bySlot[translation.slot] = undefined;
			this.freeSlots.push(translation.slot);
			for (const page of translation.pages) removeFrom(this.byPage, page, translation);
			for (const entry of translation.entries) if (entry !== undefined) removeFrom(this.byEntry, entry, translation);
		}
	}

	/** The region that an address is to be entered in. */
	private plan(address: number, source: Source, matches: Matches): Plan | undefined {
		let replaced: Translation[] = [];
		let entries = new Set<number>();
		const take = (translation: Translation): void => {
			replaced.push(translation);
			for (const entry of entriesOf(translation)) entries.add(entry);
		};
		const joins = this.policy.joins();
		const containing = joins ? this.containing(address, matches) : undefined;
		// With as many entries as it may have, it stays as it is, and this becomes a region of its own.
		const around = containing && entriesOf(containing).length < MOST_ENTRIES ? containing : undefined;
		if (around) take(around);
		let start = around?.start ?? address;
		entries.add(address);
		let region = this.region(start, source, [...entries]);
		const isEntered = (): boolean => region.dispatched.some((block) => block.external && block.start === address);
		if (around && !isEntered()) {
			// It is in a function that was taken in, or the whole has become too large.
			[start, entries, replaced] = [address, new Set([address]), []];
			region = this.region(start, source);
		}
		if (joins) {
			const inside = this.overlapping(region).filter(
				(other) => !replaced.includes(other) && entriesOf(other).every((entry) => region.root.code.has(entry)) && matches(other),
			);
			for (const other of inside) if (entries.size + entriesOf(other).length <= MOST_ENTRIES) take(other);
			if (inside.length > 0) region = this.region(start, source, [...entries]);
		}
		return region.size > 0 && isEntered() ? { region, replaced, code: codeOf(region, source) } : undefined;
	}

	private overlapping(region: Region): Translation[] {
		const found = new Set<Translation>();
		for (const page of region.pages(PAGE_SHIFT).pages) for (const other of this.byPage.get(page) ?? []) found.add(other);
		return [...found];
	}
}

function addTo(map: Map<number, Set<Translation>>, key: number, translation: Translation): void {
	const all = map.get(key) ?? new Set();
	all.add(translation);
	map.set(key, all);
}
function removeFrom(map: Map<number, Set<Translation>>, key: number, translation: Translation): void {
	const all = map.get(key);
	all?.delete(translation);
	if (all?.size === 0) map.delete(key);
}
