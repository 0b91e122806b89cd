// Signals that were sent and not yet delivered, and the facts that go with each (siginfo_t).

import { bit, SIGRTMIN, SYNCHRONOUS } from "./numbers";

/** siginfo_t, as far as a sender fills it. */
export interface SignalInfo {
	signal: number;
	/** SI_USER 0, SI_KERNEL 0x80, SI_QUEUE -1, SI_TIMER -2, SI_TKILL -6, CLD_*, SEGV_* … */
	code: number;
	/**
	 * Who sent it, or the child for SIGCHLD; 0 for the kernel. A number of the initial pid namespace as long as it is being
	 * sent, and of the receiver's once it is pending; uid likewise.
	 */
	pid: number;
	uid: number;
	/** SIGCHLD: the exit code or signal. */
	status?: number;
	/** SIGCHLD: milliseconds of CPU it used. */
	cpuTime?: number;
	/** Faults: si_addr; SIGSYS: where the call was made. */
	address?: number;
	/** sigqueue(3)'s value, or a timer's. */
	value?: bigint;
	/** SI_TIMER: which one, and how often it went off besides. */
	timer?: PendingTimer;
	/** SIGSYS: the number of the call. */
	syscall?: number;
	/** si_errno: what a seccomp filter gave along. */
	errno?: number;
	/** SIGIO: POLL* bits, and the descriptor. */
	band?: number;
	fd?: number;
	/** rt_sigqueueinfo(2): all 128 bytes as the sender wrote them. */
	raw?: Uint8Array;
}
/** A POSIX timer whose signal waits; it is asked for its overruns when the signal is taken. */
export interface PendingTimer {
	readonly id: number;
	overrun: number;
	/** The signal is about to be delivered: what goes off from now on queues anew. */
	taken(): void;
}

export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_QUEUE = -1;
export const SI_TIMER = -2;
export const SI_TKILL = -6;

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
	/** For RLIMIT_SIGPENDING and SigQ. */
	get length(): number {
		return this.queue.length;
	}
	/** All of them, in the order in which they came. */
	queued(): readonly SignalInfo[] {
		return this.queue;
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
		info!.timer?.taken();
		return info;
	}
	remove(signals: bigint): void {
		if ((this.mask & signals) === 0n) return;
		this.mask &= ~signals;
		const [gone, kept]: [SignalInfo[], SignalInfo[]] = [[], []];
		for (const info of this.queue) (bit(info.signal) & signals ? gone : kept).push(info);
		this.queue = kept;
		for (const { timer } of gone) timer?.taken();
	}
}
