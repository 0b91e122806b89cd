// cpu.max and cpu.stat of one control group. In each period it may use its quota; then it is held back until the next begins. What it
// used above the quota, since slices are not cut, is taken from the next ones.

import type { Machine } from "../machine";
import type { CgroupNode } from "./tree";

const NONE = Number.POSITIVE_INFINITY;
/** Microseconds in a millisecond. */
const MS = 1000;

export class CpuController {
	quota = NONE;
	period = 100_000;
	weight = 100;
	/** Microseconds of processes that ended or moved away. */
	past = 0;
	readonly stat = { periods: 0, throttled: 0, throttledTime: 0 };
	/** Held back until the next period. */
	exhausted = false;
	/** Microseconds used in this period, and owed from those before. */
	private spent = 0;
	/** When it was held back, in milliseconds since boot. */
	private since = 0;
	private timer: { cancel(): void } | undefined;

	constructor(
		private readonly node: CgroupNode,
		private readonly machine: Machine,
	) {}

	get used(): number {
		let used = this.past;
		for (const process of this.node.members) used += process.cpuTime * MS;
		for (const child of this.node.children.values()) used += child.cpu.used;
		return Math.round(used);
	}
	set(quota: number, period: number): void {
		this.quota = quota;
		this.period = period;
		if (quota !== NONE) return;
		this.timer?.cancel();
		this.timer = undefined;
		this.spent = 0;
		this.release();
	}
	charge(ms: number): void {
		if (this.quota === NONE) return;
		this.spent += ms * MS;
		this.timer ??= this.machine.timer(this.period / MS, () => this.nextPeriod());
		if (this.exhausted || this.spent < this.quota) return;
		this.exhausted = true;
		this.since = this.machine.uptime();
	}

	private nextPeriod(): void {
		this.timer = undefined;
		this.stat.periods++;
		if (this.exhausted) this.stat.throttled++;
		this.spent = Math.max(0, this.spent - this.quota);
		if (this.spent < this.quota) this.release();
		// Nothing is owed and nothing waits: periods begin again with the next use.
		if (this.spent > 0 || this.exhausted) this.timer = this.machine.timer(this.period / MS, () => this.nextPeriod());
	}
	private release(): void {
		if (!this.exhausted) return;
		this.exhausted = false;
		this.stat.throttledTime += Math.round((this.machine.uptime() - this.since) * MS);
		this.machine.scheduler.thaw();
	}
}
