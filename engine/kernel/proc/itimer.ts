// Interval timers (man 2 setitimer, alarm): real time, and the process's own CPU time.

import type { ProcessRecord } from "./process";
import { SIG } from "./signal/numbers";
import { fromKernel, sendToProcess } from "./signal/send";

export const ITIMER_REAL = 0;
export const ITIMER_VIRTUAL = 1;
export const ITIMER_PROF = 2;

/** Milliseconds. */
export interface TimerValue {
	/** Until it fires; 0 is off. */
	value: number;
	interval: number;
}
const OFF: TimerValue = { value: 0, interval: 0 };

export class IntervalTimers {
	private real: { due: number; interval: number; handle: { cancel(): void } } | undefined;
	/** By CPU time: when it is due on the process's own clock. */
	private cpu = new Map<number, { due: number; interval: number }>();

	constructor(private readonly process: ProcessRecord) {}

	get(which: number): TimerValue {
		const now = which === ITIMER_REAL ? this.process.kernel.uptime() : this.process.cpuTime;
		const timer = which === ITIMER_REAL ? this.real : this.cpu.get(which);
		return timer ? { value: Math.max(0.001, timer.due - now), interval: timer.interval } : OFF;
	}
	set(which: number, next: TimerValue): TimerValue {
		const before = this.get(which);
		if (which === ITIMER_REAL) {
			this.real?.handle.cancel();
			this.real = undefined;
			if (next.value > 0) this.arm(this.process.kernel.uptime() + next.value, next.interval);
		} else if (next.value > 0) this.cpu.set(which, { due: this.process.cpuTime + next.value, interval: next.interval });
		else this.cpu.delete(which);
		return before;
	}
	/** CPU time was used. */
	charged(): void {
		for (const [which, timer] of this.cpu) {
			if (this.process.cpuTime < timer.due) continue;
			sendToProcess(this.process, fromKernel(which === ITIMER_PROF ? SIG.SIGPROF : SIG.SIGVTALRM));
			if (timer.interval > 0) timer.due = this.process.cpuTime + timer.interval;
			else this.cpu.delete(which);
		}
	}
	cancel(): void {
		this.real?.handle.cancel();
		this.real = undefined;
		this.cpu.clear();
	}

	private arm(due: number, interval: number): void {
		const { kernel } = this.process;
		const fire = (): void => {
			// Timers of the surroundings may be a little early.
			if (kernel.uptime() < due) {
				this.arm(due, interval);
				return;
			}
			this.real = undefined;
			if (interval > 0) this.arm(due + interval, interval);
			sendToProcess(this.process, fromKernel(SIG.SIGALRM));
		};
		this.real = { due, interval, handle: kernel.timer(due - kernel.uptime(), fire) };
	}
}

export const timersOf = (process: ProcessRecord): IntervalTimers => {
	process.timers ??= new IntervalTimers(process);
	return process.timers;
};
