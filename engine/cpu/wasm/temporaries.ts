// Locals for intermediate values, shared by all sequences of a function: each sequence starts again from the first.

import type { ValueType } from "./opcodes";

export class Temporaries {
	/** The types of all locals taken so far, in order from `first`. */
	readonly types: ValueType[] = [];
	private readonly pools = new Map<ValueType, number[]>();
	private readonly used = new Map<ValueType, number>();

	constructor(private readonly first: number) {}

	reset(): void {
		this.used.clear();
	}

	/** What is taken now. */
	mark(): ReadonlyMap<ValueType, number> {
		return new Map(this.used);
	}

	/** Gives back what was taken since. */
	release(mark: ReadonlyMap<ValueType, number>): void {
		this.used.clear();
		for (const [type, count] of mark) this.used.set(type, count);
	}

	take(type: ValueType): number {
		const pool = this.pools.get(type) ?? [];
		this.pools.set(type, pool);
		const next = this.used.get(type) ?? 0;
		this.used.set(type, next + 1);
		if (next === pool.length) pool.push(this.first + this.types.push(type) - 1);
		return pool[next]!;
	}
}
