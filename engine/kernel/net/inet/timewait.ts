// Ends of TCP connections that were closed first (TIME_WAIT). Their sockets are gone; for a minute they are still listed, and nobody
// binds their port who does not say SO_REUSEADDR.

import type { Bound, End } from "./socket";

/** TCP_TIMEWAIT_LEN, in milliseconds. */
const LENGTH_MS = 60_000;

export interface TimeWait extends Bound {
	readonly remote: End;
	/** Milliseconds since boot. */
	readonly expires: number;
}

export class TimeWaits {
	/** In the order in which they end. */
	private ends: TimeWait[] = [];

	constructor(private readonly uptime: () => number) {}

	add(end: Omit<TimeWait, "expires">): void {
		this.all().push({ ...end, expires: this.uptime() + LENGTH_MS });
	}
	all(): TimeWait[] {
		const now = this.uptime();
		const first = this.ends.findIndex(({ expires }) => expires > now);
		if (first !== 0) this.ends = first < 0 ? [] : this.ends.slice(first);
		return this.ends;
	}
	left(end: TimeWait): number {
		return Math.max(0, end.expires - this.uptime());
	}
}
