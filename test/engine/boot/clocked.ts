// A clock that goes on when it is told to.

import type { Clock, Timer } from "../../../engine/port";

export class Clocked implements Clock {
	readonly waiting = new Map<object, { at: number; callback: () => void }>();
	private time = 0;

	now(): number {
		return this.time;
	}
	monotonic(): number {
		return this.time;
	}
	timer(ms: number, callback: () => void): Timer {
		const key = {};
		this.waiting.set(key, { at: this.time + ms, callback });
		return { cancel: () => void this.waiting.delete(key) };
	}

	/** So many milliseconds pass; what is due is called back in its order. */
	pass(ms: number): void {
		const until = this.time + ms;
		for (;;) {
			const due = [...this.waiting].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
			if (!due) break;
			this.waiting.delete(due[0]);
			this.time = due[1].at;
			due[1].callback();
		}
		this.time = until;
	}
}
