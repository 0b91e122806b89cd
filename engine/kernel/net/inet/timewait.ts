// Ends of TCP connections that were closed first. Their sockets are gone: those that still wait for the other's end (FIN_WAIT2), and
// for a minute those that have it (TIME_WAIT), are listed, and nobody binds their port who does not say SO_REUSEADDR.

import type { Bound, End } from "./socket";

/** TCP_TIMEWAIT_LEN and tcp_fin_timeout, in milliseconds. */
const LENGTH_MS = 60_000;

export interface TimeWait extends Bound {
	readonly remote: End;
	readonly state: "FIN_WAIT2" | "TIME_WAIT";
	/** Milliseconds since boot. */
	readonly expires: number;
}

export class TimeWaits {
	/** In the order in which they end. */
	private ends: TimeWait[] = [];

	constructor(private readonly uptime: () => number) {}

	add(end: Omit<TimeWait, "expires">): TimeWait {
		const added = { ...end, expires: this.uptime() + LENGTH_MS };
		this.all().push(added);
		return added;
	}
	remove(end: TimeWait): void {
		this.ends = this.ends.filter((other) => other !== end);
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
