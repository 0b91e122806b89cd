// The banks that are free, and how many there may be: Chromium gives a worker about 125 live memories.

import { Bank } from "./bank";

export class Pool {
	/** Instructions, by all threads: also what the time stamp counter counts. */
	executed = 0;
	private readonly free: Bank[] = [];
	private made = 0;
	private contents = 0;

	constructor(
		private readonly module: WebAssembly.Module,
		private readonly maximum: number,
	) {}

	/** The bank that was given back last: what it holds is most likely of use. */
	take(): Bank | undefined {
		const bank = this.free.pop();
		if (bank) return bank;
		if (this.made >= this.maximum) return undefined;
		try {
			const fresh = new Bank(this.module);
			this.made++;
			return fresh;
		} catch {
			return undefined;
		}
	}

	give(bank: Bank): void {
		this.free.push(bank);
	}

	/** A number for a page's content that no other content has. */
	newContent(): number {
		return ++this.contents;
	}
}
