// Signals that were sent and not yet delivered, and the facts that go with each (siginfo_t).

import { bit, SIGRTMIN, SYNCHRONOUS } from "./numbers";

/** siginfo_t, as far as a sender fills it. */
export interface SignalInfo {
	signal: number;
	/** SI_USER 0, SI_KERNEL 0x80, SI_QUEUE -1, SI_TKILL -6, CLD_*, SEGV_* … */
	code: number;
	/** The sender's number in the initial pid namespace; 0 for the kernel. The child's for SIGCHLD. */
	pid: number;
	uid: number;
	/** SIGCHLD: the exit code or signal. */
	status?: number;
	/** Faults: si_addr. */
	address?: number;
	/** sigqueue(3)'s value. */
	value?: bigint;
}

export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_TKILL = -6;
export const SI_TIMER = -2;

const lowest = (mask: bigint): number => {
	for (let signal = 1; ; signal++) if (mask & bit(signal)) return signal;
};

/** Standard signals are kept once, real-time signals are queued (man 7 signal). */
export class PendingSignals {
	private mask = 0n;
	private queue: SignalInfo[] = [];

	get bits(): bigint {
		return this.mask;
	}
	add(info: SignalInfo): void {
		if (info.signal < SIGRTMIN && this.mask & bit(info.signal)) return;
		this.mask |= bit(info.signal);
		this.queue.push(info);
	}
	/** Takes the first that is in `wanted`: synchronous ones first, then by number. */
	take(wanted: bigint): SignalInfo | undefined {
		const ready = this.mask & wanted;
		if (ready === 0n) return undefined;
		const signal = lowest(ready & SYNCHRONOUS || ready);
		const index = this.queue.findIndex((info) => info.signal === signal);
		const [info] = this.queue.splice(index, 1);
		if (!this.queue.some((other) => other.signal === signal)) this.mask &= ~bit(signal);
		return info;
	}
	remove(signals: bigint): void {
		if ((this.mask & signals) === 0n) return;
		this.mask &= ~signals;
		this.queue = this.queue.filter((info) => !(bit(info.signal) & signals));
	}
}
