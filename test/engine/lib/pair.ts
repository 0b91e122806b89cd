// Two ends of a connection in memory, with the manners of a socket pair: writes wait for room, half-close, EPIPE.

import type { Duplex } from "../../../engine/lib/stream";

export interface End extends Duplex {
	/** Bytes this end has written so far. */
	written: Uint8Array[];
}

class Channel {
	private queue: Uint8Array[] = [];
	private ended = false;
	private wake: Array<() => void> = [];
	private notify(): void {
		for (const wake of this.wake.splice(0)) wake();
	}
	private wait(): Promise<void> {
		return new Promise((resolve) => this.wake.push(resolve));
	}
	async push(bytes: Uint8Array): Promise<void> {
		if (this.ended) throw new Error("EPIPE");
		this.queue.push(bytes.slice());
		this.notify();
		while (this.queue.length > 64 && !this.ended) await this.wait();
	}
	async pull(): Promise<Uint8Array | null> {
		while (this.queue.length === 0) {
			if (this.ended) return null;
			await this.wait();
		}
		const piece = this.queue.shift()!;
		this.notify();
		return piece;
	}
	end(): void {
		this.ended = true;
		this.notify();
	}
}

/** @param slice cuts what is written into pieces of at most so many bytes, as a network may */
export function pair(slice = Number.POSITIVE_INFINITY): [End, End] {
	const a = new Channel();
	const b = new Channel();
	const end = (incoming: Channel, outgoing: Channel): End => {
		const written: Uint8Array[] = [];
		return {
			written,
			read: () => incoming.pull(),
			async write(bytes) {
				written.push(bytes.slice());
				for (let at = 0; at < bytes.length; at += slice) await outgoing.push(bytes.subarray(at, at + slice));
			},
			async closeWrite() {
				outgoing.end();
			},
			async close() {
				outgoing.end();
				incoming.end();
			},
		};
	};
	return [end(a, b), end(b, a)];
}
