// Connections to one sandbox's daemon. A first request on a new one takes a tenth of a second or more, on one kept alive a few
// milliseconds; so what was used is kept for the next.

import type { Duplex } from "@/engine/lib/stream";
import { Refused } from "./vet";

const KEPT = 4;

export class DialPool {
	private readonly idle: Duplex[] = [];
	/** With what gives each one's share back. */
	private readonly inUse = new Map<Duplex, () => void>();
	private closed = false;

	/** @param share of the calls that a session may have at once; undefined when there are too many */
	constructor(
		private readonly dial: () => Promise<Duplex>,
		private readonly share: () => Promise<(() => void) | undefined>,
	) {}

	get size(): number {
		return this.inUse.size;
	}

	/** @param fresh never one that was used before @throws Refused when there are too many @throws Error when none can be had */
	async take(fresh = false): Promise<{ dial: Duplex; used: boolean }> {
		if (this.closed) throw new Error("the sandbox has ended");
		const release = await this.share();
		if (!release) throw new Refused(429, "too many calls at once");
		try {
			const kept = fresh ? undefined : this.idle.pop();
			const dial = kept ?? (await this.dial());
			if (this.closed) {
				await dial.close();
				throw new Error("the sandbox has ended");
			}
			this.inUse.set(dial, release);
			return { dial, used: kept !== undefined };
		} catch (error) {
			release();
			throw error;
		}
	}

	/** @param reusable the answer on it was read to its end, and the daemon keeps it */
	give(dial: Duplex, reusable: boolean): void {
		this.inUse.get(dial)?.();
		this.inUse.delete(dial);
		if (reusable && !this.closed && this.idle.length < KEPT) this.idle.push(dial);
		else void dial.close();
	}

	close(): void {
		this.closed = true;
		for (const dial of [...this.idle.splice(0), ...this.inUse.keys()]) void dial.close();
		for (const release of this.inUse.values()) release();
		this.inUse.clear();
	}
}
