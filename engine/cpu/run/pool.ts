// The banks, and which of them are free. Chromium gives a worker about 125 live memories and a bank is costly, so there are few:
// a space that has not run for a while gives its bank to one that wants to (see rest.ts), and gets one again when it runs.

import type { Bank } from "./bank";
import { Contents } from "./content";

/** As many banks are made before spaces are put to rest; a shell's pipelines fit in. */
const EASY = 16;
/** A space is at ease after so many turns of others. */
const EASE = 64;
/** Banks that grew larger are not pooled: what they hold of the host's memory can be had back only by letting them go. */
const LARGEST = 64 << 20;

/** Who holds a bank, as the pool sees it. */
export interface Holder {
	/** The pool's clock when the space last ran, or was looked at by the kernel. */
	lastUse: number;
	/** Gives the bank up. */
	rest(): Bank;
}

/** What would be welcome of a bank. */
export interface Wish {
	/** This very one, since it knows the pages. */
	bank?: Bank;
	/** One that ran this program. */
	program?: object;
}

export class Pool {
	/** Instructions, by all threads: also what the time stamp counter counts. */
	executed = 0;
	/** One for each turn of a space. */
	clock = 0;
	readonly contents = new Contents();
	private readonly holders = new Set<Holder>();
	private free: Bank[] = [];
	private made = 0;
	private spaces = 0;

	constructor(
		private readonly make: () => Bank,
		private readonly banks: number,
		private readonly capacity: number,
	) {}

	/** A space is about to be made. False: there are as many as there may be. */
	admit(): boolean {
		if (this.spaces >= this.capacity) return false;
		this.spaces++;
		return true;
	}
	leave(): void {
		this.spaces--;
	}

	/** A bank for `holder`; undefined when the host has no memory for one. `spared` keeps its own. */
	take(holder: Holder, wish: Wish = {}, spared?: Holder): Bank | undefined {
		holder.lastUse = ++this.clock;
		const bank = this.find(wish, spared);
		if (bank) this.holders.add(holder);
		return bank;
	}
	give(holder: Holder, bank: Bank): void {
		this.holders.delete(holder);
		if (bank.memory.buffer.byteLength > LARGEST && bank.bytes > LARGEST) this.made--;
		else this.free.push(bank);
	}
	/** A free bank that ran the program, for `bank`, which is empty. */
	exchange(bank: Bank, program: object): Bank {
		const index = this.free.findLastIndex((other) => other.program === program);
		if (index < 0) return bank;
		const [found] = this.free.splice(index, 1, bank);
		return found!;
	}

	/** For bench and tests: banks, spaces, and bytes of the pages of those at rest. */
	get use(): { memories: number; spaces: number; resting: number } {
		return { memories: this.made, spaces: this.spaces, resting: this.contents.bytes };
	}

	private find({ bank, program }: Wish, spared: Holder | undefined): Bank | undefined {
		if (bank && this.free.includes(bank)) return this.pick(this.free.indexOf(bank));
		const known = program ? this.free.findLastIndex((other) => other.program === program) : -1;
		if (known >= 0) return this.pick(known);
		// The bank that was given back last: what it holds is most likely of use.
		if (this.free.length > 0) return this.pick(this.free.length - 1);
		const idle = this.leastUsed(spared);
		if (this.made >= EASY && idle && this.clock - idle.lastUse > EASE) return this.takeFrom(idle);
		return this.fresh() ?? (idle && this.takeFrom(idle));
	}
	private pick(index: number): Bank {
		return this.free.splice(index, 1)[0]!;
	}
	private takeFrom(holder: Holder): Bank {
		this.holders.delete(holder);
		return holder.rest();
	}
	private fresh(): Bank | undefined {
		if (this.made >= this.banks) return undefined;
		try {
			const bank = this.make();
			this.made++;
			return bank;
		} catch {
			return undefined;
		}
	}
	private leastUsed(spared: Holder | undefined): Holder | undefined {
		let found: Holder | undefined;
		for (const holder of this.holders) if (holder !== spared && (!found || holder.lastUse < found.lastUse)) found = holder;
		return found;
	}
}
