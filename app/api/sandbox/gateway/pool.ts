// Connections to one sandbox's daemon. A first request on a new one takes a tenth of a second or more, on one kept alive a few
// milliseconds; so what was used is kept for the next.

import type { Duplex } from "@/engine/lib/stream";

const KEPT = 4;

export class DialPool {
	private readonly idle: Duplex[] = [];
	private readonly inUse = new Set<Duplex>();
	private closed = false;

	/** @param most connections at once */
	constructor(
		private readonly dial: () => Promise<Duplex>,
		private readonly most: number,
	) {}

	get size(): number {
		return this.inUse.size;
	}

	/** @param fresh never one that was used before @throws Error when there are too many, or none can be had */
	async take(fresh = false): Promise<{ dial: Duplex; used: boolean }> {
		if (this.closed) throw new Error("the sandbox has ended");
		const kept = fresh ? undefined : this.idle.pop();
		if (!kept && this.inUse.size >= this.most) throw new Error("too many connections at once");
		const dial = kept ?? (await this.opened());
		this.inUse.add(dial);
		return { dial, used: kept !== undefined };
	}
	/** Counts while it is being opened. */
	private async opened(): Promise<Duplex> {
		const place: Duplex = { read: async () => null, write: async () => {}, closeWrite: async () => {}, close: async () => {} };
		this.inUse.add(place);
		try {
			const dial = await this.dial();
			if (!this.closed) return dial;
			await dial.close();
			throw new Error("the sandbox has ended");
		} finally {
			this.inUse.delete(place);
		}
	}

	/** @param reusable the answer on it was read to its end, and the daemon keeps it */
	give(dial: Duplex, reusable: boolean): void {
		this.inUse.delete(dial);
		if (reusable && !this.closed && this.idle.length < KEPT) this.idle.push(dial);
		else void dial.close();
	}

	close(): void {
		this.closed = true;
		for (const dial of [...this.idle.splice(0), ...this.inUse]) void dial.close();
		this.inUse.clear();
	}
}
