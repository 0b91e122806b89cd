// The run queue: first in, first out within a control group, and the groups take turns, as cpu.weight of equal weights has it.
// So a container with a hundred busy processes leaves the host's shell its half.

import type { Runnable } from "./runnable";

class Fifo {
	private items: Runnable[] = [];
	private head = 0;

	get length(): number {
		return this.items.length - this.head;
	}
	push(runnable: Runnable): void {
		this.items.push(runnable);
	}
	shift(): Runnable {
		const next = this.items[this.head++]!;
		if (this.head > 64 && this.head * 2 > this.items.length) {
			this.items = this.items.slice(this.head);
			this.head = 0;
		}
		return next;
	}
}

export class RunQueue {
	/** Groups with something to run; the first is next. */
	private turns: Fifo[] = [];
	private groups = new WeakMap<object, Fifo>();
	private count = 0;

	get length(): number {
		return this.count;
	}
	push(runnable: Runnable): void {
		const group = this.groupOf(runnable.group);
		if (group.length === 0) this.turns.push(group);
		group.push(runnable);
		this.count++;
	}
	/** The queue is not empty. */
	take(): Runnable {
		const group = this.turns.shift()!;
		const next = group.shift();
		if (group.length > 0) this.turns.push(group);
		this.count--;
		return next;
	}
	private groupOf(key: object): Fifo {
		let group = this.groups.get(key);
		if (!group) {
			group = new Fifo();
			this.groups.set(key, group);
		}
		return group;
	}
}
