// The loop that empties the run queue: cooperative, and deterministic as long as what enters through
// the port is. The loop gives the surroundings a turn every few milliseconds and sleeps when nothing can run.
//
// Native programs run between slices, in JavaScript's own microtasks: after a slice in which one of them was answered, the
// loop waits until they have all come to rest in a call again (settle), so that their order does not depend on real time.

import { OutOfMemory } from "../../cpu/types";
import type { Port } from "../../port";
import { RunQueue } from "./queue";
import type { Runnable, ScheduleGroup } from "./runnable";

/** Longest time between two turns of the surroundings, in milliseconds: half a frame. */
const TURN_MS = 8;
/** Microtask ticks without a call after which native programs count as at rest. */
const REST_TICKS = 24;
/** Waiting for it takes one tick, and makes no promise: there are ten thousand ticks in a `docker run`. */
const TICK = Promise.resolve();
/** Native calls that are answered at once between two slices; further ones queue. */
const NATIVE_BURST = 512;

export class Scheduler {
	private readonly queue = new RunQueue();
	private frozen = new Set<Runnable>();
	private wake: (() => void) | undefined;
	private stopped = false;
	private lastTurn = 0;
	/** Calls of native programs and answers to them, so far; and how many there were at the last rest. */
	private nativeCalls = 0;
	private settledCalls = 0;
	private burst = 0;

	constructor(private readonly port: Pick<Port, "clock" | "turn">) {}

	ready(runnable: Runnable): void {
		if (runnable.queued) return;
		runnable.queued = true;
		this.queue.push(runnable);
		this.wake?.();
	}
	/** CPU time that a member of a control group used. */
	used(group: ScheduleGroup, ms: number): void {
		this.queue.used(group, ms);
	}
	/** A control group thawed, or has a new period of cpu.max: what waited for that may run. */
	thaw(): void {
		const waiting = [...this.frozen];
		this.frozen.clear();
		for (const runnable of waiting) this.ready(runnable);
	}
	/** A native program is about to make a call. False: it has had its share, queue it. */
	admitNative(): boolean {
		this.nativeCalls++;
		return this.burst++ < NATIVE_BURST;
	}
	/** A native program was answered and will go on in a microtask. */
	nativeAnswered(): void {
		this.nativeCalls++;
	}
	get length(): number {
		return this.queue.length;
	}

	/** Runs until stop(). */
	async run(): Promise<void> {
		this.lastTurn = this.port.clock.monotonic();
		while (!this.stopped) {
			this.burst = 0;
			if (this.length === 0) await this.sleep();
			else this.runSome();
			await this.settle();
			if (this.turnIsDue()) await this.turn();
		}
	}
	stop(): void {
		this.stopped = true;
		this.wake?.();
	}

	/** Slices until a native program was answered or a turn is due. */
	private runSome(): void {
		const calls = this.nativeCalls;
		while (this.length > 0 && calls === this.nativeCalls && !this.stopped) {
			const next = this.queue.take();
			next.queued = false;
			if (next.frozen) this.frozen.add(next);
			else this.guard(next);
			if (this.turnIsDue()) return;
		}
	}
	/**
	 * A defect of the kernel ends the process in whose call it showed, as an oops does; the machine goes on. So it does when the
	 * surroundings have no memory left for a program.
	 */
	guard(runnable: Runnable): void {
		try {
			runnable.run();
		} catch (error) {
			if (!(error instanceof OutOfMemory)) console.error("kernel:", error);
			runnable.abort();
		}
	}
	/** Native programs that were answered go on until each is in a call again. */
	private async settle(): Promise<void> {
		if (this.settledCalls === this.nativeCalls) return;
		let quiet = 0;
		while (quiet < REST_TICKS && this.burst <= NATIVE_BURST * 4) {
			const before = this.nativeCalls;
			await TICK;
			quiet = before === this.nativeCalls ? quiet + 1 : 0;
		}
		this.settledCalls = this.nativeCalls;
	}
	private sleep(): Promise<void> {
		return new Promise((resolve) => {
			this.wake = () => {
				this.wake = undefined;
				resolve();
			};
		});
	}
	private turnIsDue(): boolean {
		return this.port.clock.monotonic() - this.lastTurn >= TURN_MS;
	}
	private async turn(): Promise<void> {
		await this.port.turn();
		this.lastTurn = this.port.clock.monotonic();
	}
}
