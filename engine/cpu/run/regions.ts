// The translated regions of one bank: which are in its table, and where the interpreter finds them.
//
// An entry is a record whose handler is TRANSLATED. It is so only while all pages that the region's code lies in are as they
// were when it was translated (see code.ts): when one of them may have changed, the records get their own handlers again.

import { NOWHERE, placeOf } from "../interpret/calls";
import { ENTRY_SHIFT, LAYOUT, LIMIT, PAGE_SHIFT, RECORD, slotOfRegister, TRANSLATED } from "../interpret/layout";
import type { Source } from "../translate/blocks";
import { listRegion } from "../translate/listing";
import type { CodeListing } from "../types";
import type { Bank } from "./bank";
import type { CodeWatcher } from "./code";
import { holds, type RegionCode } from "./region-code";
import type { Translation, Translations } from "./translations";

const NEVER = -0x80000000;
const ALWAYS = 0x7fffffff;

interface Installed {
	readonly translation: Translation;
	/** Of its entries, with the words that lead from them to the function. */
	readonly records: readonly (readonly [record: number, word: number, address: number])[];
	live: boolean;
}

export class BankRegions implements CodeWatcher {
	readonly table = new WebAssembly.Table({ element: "anyfunc", initial: 0 });
	/** What translated modules import. */
	functions: Record<string, WebAssembly.Memory | WebAssembly.Table | ((...args: never[]) => unknown)> = {};
	private readonly byPage = new Map<number, Set<Installed>>();
	private readonly bySlot = new Map<number, Installed>();
	/** Of modules that have regions here; they go with them. */
	private readonly instances = new WeakMap<WebAssembly.Module, WebAssembly.Instance>();
	/** Instructions until the next sample, from run to run. */
	private untilSample: number;
	private generation = 0;
	/** Found hot, and not translated yet; the first at this sample. */
	private hot: number[] = [];
	private hotSince = 0;

	constructor(
		private readonly bank: Bank,
		private readonly translations: Translations,
	) {
		this.untilSample = translations.policy.interval;
		bank.u8.fill(0xff, LAYOUT.calls, LAYOUT.codeTables);
		bank.view.setInt32(LAYOUT.misses, translations.policy.misses, true);
	}

	/** How much of a thread's fuel it is given at once: all of it, but where tiers change at random. */
	part(fuel: number): number {
		return Math.min(fuel, this.translations.policy.part());
	}

	/** A thread is about to run with so much fuel. */
	begin(fuel: number): void {
		this.renew();
		const { interval, chunk } = this.translations.policy;
		this.bank.view.setInt32(LAYOUT.chunk, chunk, true);
		this.untilSample = Math.min(this.untilSample, interval);
		this.sampleAt(interval === 0 ? ALWAYS : Math.max(fuel - this.untilSample, NEVER));
	}

	/** It has run. */
	end(): void {
		const { interval } = this.translations.policy;
		if (interval === 0 || interval === Number.POSITIVE_INFINITY) return;
		const { view } = this.bank;
		this.untilSample = Math.max(0, view.getInt32(LAYOUT.budget, true) - view.getInt32(LAYOUT.sampleAt, true));
	}

	/** The machine is at this record. */
	sample(record: number): void {
		const { u8, u16, u32, view } = this.bank;
		const { translations } = this;
		const { policy } = translations;
		if (view.getInt32(LAYOUT.misses, true) < 0) view.setInt32(LAYOUT.misses, policy.misses, true);
		else if (policy.interval !== 0) this.sampleAt(view.getInt32(LAYOUT.budget, true) - policy.pause());
		const address = u32[(record + RECORD.next) >> 2]! - u8[record + RECORD.length]!;
		if (u16[record >> 1] === TRANSLATED) {
			const slot = u32[entryAt(record)]! >>> ENTRY_SHIFT;
			translations.seen(slot);
			// Back to the interpreter, now and then.
			if (policy.tier === "random" && policy.chance(3)) this.retire(slot);
			return;
		}
		if (!this.bank.code.executable(address >>> PAGE_SHIFT)) return;
		const matches = (translation: Translation): boolean => this.matches(translation);
		const known = translations.find(address, matches);
		if (known) {
			this.install(known);
			return;
		}
		// What was translated for another bank.
		const around = policy.tier === "both" ? translations.containing(address, matches) : undefined;
		if (around) {
			translations.seen(around.slot);
			this.install(around);
		} else if (policy.tier === "both") translations.recall(address, (code) => this.lies(code));
		if (policy.isHot(address, this.bySlot.size) && this.hot.push(address) === 1) this.hotSince = policy.samples;
		if (this.hot.length > 0 && policy.isEnough(this.hot.length, this.hotSince, this.bySlot.size)) this.translateHot();
	}

	private translateHot(): void {
		const hot = this.hot.filter((address) => this.bank.code.executable(address >>> PAGE_SHIFT));
		this.hot = [];
		this.translate(hot.sort((a, b) => a - b));
	}

	/** Translates what begins at these addresses, and uses it from now on, or from when it is ready. */
	translate(addresses: readonly number[]): void {
		const made = this.translations.translate(addresses, this.source, (translation) => this.matches(translation));
		this.renew();
		for (const translation of made) if (!translation.gone) this.install(translation);
	}

	/** Lets go of what was let go of for all. */
	private renew(): void {
		const { generation } = this.translations;
		if (this.generation === generation) return;
		this.generation = generation;
		for (const installed of [...this.bySlot.values()]) if (installed.translation.gone) this.remove(installed);
	}

	private get source(): Source {
		const { code, guest, view } = this.bank;
		return {
			guest,
			register: (number: number) => Number(view.getBigUint64(slotOfRegister(number), true)),
			executable: (address: number) => address >= 0 && address < LIMIT && code.executable(address >>> PAGE_SHIFT),
		};
	}

	private sampleAt(fuel: number): void {
		this.bank.view.setInt32(LAYOUT.sampleAt, fuel, true);
	}

	private matches(translation: Translation): boolean {
		const installed = this.bySlot.get(translation.slot);
		// What is in use here is looked at whenever its pages may have changed.
		return (installed?.translation === translation && installed.live) || this.lies(translation);
	}

	/** Is this code here? */
	private lies({ code }: RegionCode): boolean {
		const { guest, u8 } = this.bank;
		return code.every(({ address, bytes }) => {
			const from = guest.byteOffset + address;
			for (let i = 0; i < bytes.length; i++) if (bytes[i] !== u8[from + i]) return false;
			return true;
		});
	}

	private install(translation: Translation): void {
		const { bank } = this;
		const { slot, pages, crossed, entries } = translation;
		const before = this.bySlot.get(slot);
		if (before) {
			this.revive(before);
			return;
		}
		if (!bank.code.watch(pages, crossed)) return;
		const records = entries.flatMap((address, entry): [number, number, number][] =>
			address === undefined ? [] : [[bank.code.lookup(address), (slot << ENTRY_SHIFT) | entry, address]],
		);
		// Decoding what begins there may have taken the last room, and everything with it.
		if (!bank.code.watch(pages, crossed)) return;
		if (this.table.length <= slot) this.table.grow(slot + 64 - this.table.length);
		this.table.set(slot, this.instance(translation.module).exports[String(translation.index)]);
		const installed: Installed = { translation, records, live: false };
		this.bySlot.set(slot, installed);
		for (const page of pages) {
			const set = this.byPage.get(page) ?? new Set();
			set.add(installed);
			this.byPage.set(page, set);
		}
		this.revive(installed);
	}

	/** Where the translated code begins that an address lies in. */
	containing(address: number): number | undefined {
		for (const { translation, live } of this.byPage.get(address >>> PAGE_SHIFT) ?? [])
			if (live && holds(translation, address)) return translation.start;
		return undefined;
	}

	/** Somebody looks on: then both tiers are to be seen. */
	watched(): void {
		const { policy } = this.translations;
		if (policy.tier === "interpreter") policy.use("both");
	}

	/** The code at an address as text. */
	listing(address: number, lines: number): CodeListing | undefined {
		const region = this.translations.region(address, this.source);
		return region.size > 0 ? listRegion(region, this.source.guest, lines) : undefined;
	}

	private instance(module: WebAssembly.Module): WebAssembly.Instance {
		const found = this.instances.get(module) ?? new WebAssembly.Instance(module, { env: this.functions });
		this.instances.set(module, found);
		return found;
	}

	// ---- what becomes of the code

	suspended(page: number): void {
		for (const installed of this.byPage.get(page) ?? []) this.suspend(installed);
	}

	resumed(page: number): void {
		for (const installed of [...(this.byPage.get(page) ?? [])]) this.revive(installed);
	}

	forgotten(page: number): void {
		for (const installed of [...(this.byPage.get(page) ?? [])]) this.remove(installed);
	}

	private remove(installed: Installed): void {
		this.suspend(installed);
		const { slot, pages } = installed.translation;
		this.bySlot.delete(slot);
		for (const other of pages) this.byPage.get(other)?.delete(installed);
		this.table.set(slot, null);
	}

	private revive(installed: Installed): void {
		if (installed.live) return;
		installed.live = true;
		for (const page of installed.translation.pages)
			if (!this.bank.code.holds(page)) {
				installed.live = false;
				return;
			}
		// Looking at a page may have told that it is not what it was.
		if (!installed.live || !this.bySlot.has(installed.translation.slot)) return;
		const { u16, u32 } = this.bank;
		for (const [record, word] of installed.records) {
			u32[entryAt(record)] = word;
			u16[record >> 1] = TRANSLATED;
		}
	}

	private suspend(installed: Installed): void {
		installed.live = false;
		const { u16, u32 } = this.bank;
		for (const [record, word, address] of installed.records) {
			const place = placeOf(address) >> 2;
			if (u32[place] === address && u32[place + 1] === word) u32[place] = NOWHERE;
			if (u32[entryAt(record)] !== word) continue;
			u32[entryAt(record)] = 0;
			if (u16[record >> 1] === TRANSLATED) u16[record >> 1] = u16[(record + RECORD.kept) >> 1]!;
		}
	}

	private retire(slot: number): void {
		const installed = this.bySlot.get(slot);
		if (installed) this.suspend(installed);
	}
}

/** In u32. */
const entryAt = (record: number): number => (LAYOUT.entries + ((record - LAYOUT.records) >>> 3)) >> 2;
