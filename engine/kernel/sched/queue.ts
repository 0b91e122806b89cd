// The run queue: control groups share the processor by cpu.weight, level by level; within one, first in, first out. So a container
// with a hundred busy processes leaves the host's shell its half.
//
// Each group has a virtual time that grows with what it used, the slower the heavier it is; the group that is furthest behind is next
// (as CFS does it, with groups for entities). One that wakes up begins at the time of the others: sleep is not saved up.

import type { Runnable, ScheduleGroup } from "./runnable";

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

/** What every turn costs at least, in milliseconds: calls that use no time of their own take turns all the same. */
const TURN = 0.005;
/** cpu.weight of a group's own members beside its child groups, and of groups that say nothing. */
const DEFAULT_WEIGHT = 100;

/** A group's own members, or the group as a whole. */
class Entity {
	readonly own = new Fifo();
	/** Child groups that have something to run. */
	readonly active = new Set<Entity>();
	/** Runnables in it and below. */
	count = 0;
	time = 0;
	/** The virtual time of its own members among its children. */
	ownTime = 0;
	/** Where its children are in their virtual time. */
	floor = 0;

	constructor(
		readonly group: ScheduleGroup,
		readonly parent: Entity | undefined,
	) {}

	/** Takes from the one that is furthest behind. */
	take(): Runnable {
		this.count--;
		let next: Entity | undefined;
		let least = this.own.length > 0 ? this.ownTime : Number.POSITIVE_INFINITY;
		for (const child of this.active) {
			if (child.time >= least) continue;
			next = child;
			least = child.time;
		}
		this.floor = least;
		if (!next) {
			this.ownTime += TURN;
			return this.own.shift();
		}
		next.time += TURN;
		const taken = next.take();
		this.active.delete(next);
		// At the end of the order, so that equals take turns.
		if (next.count > 0) this.active.add(next);
		return taken;
	}
}

export class RunQueue {
	private readonly root = new Entity({}, undefined);
	private readonly entities = new WeakMap<ScheduleGroup, Entity>();

	get length(): number {
		return this.root.count;
	}
	push(runnable: Runnable): void {
		const entity = this.entityOf(runnable.group);
		if (entity.own.length === 0) entity.ownTime = Math.max(entity.ownTime, entity.floor);
		entity.own.push(runnable);
		for (let at: Entity | undefined = entity; at; at = at.parent) {
			if (at.count++ > 0 || !at.parent) continue;
			at.time = Math.max(at.time, at.parent.floor);
			at.parent.active.add(at);
		}
	}
	/** The queue is not empty. */
	take(): Runnable {
		return this.root.take();
	}
	/** A member of the group used so many milliseconds. */
	used(group: ScheduleGroup, ms: number): void {
		const entity = this.entityOf(group);
		entity.ownTime += ms;
		for (let at: Entity | undefined = entity; at; at = at.parent)
			at.time += (ms * DEFAULT_WEIGHT) / (at.group.weight ?? DEFAULT_WEIGHT);
	}
	private entityOf(group: ScheduleGroup): Entity {
		let entity = this.entities.get(group);
		if (!entity) {
			entity = new Entity(group, group.parent ? this.entityOf(group.parent) : this.root);
			this.entities.set(group, entity);
		}
		return entity;
	}
}
