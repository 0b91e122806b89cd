// What is known of the machine's state at a place inside a block. All registers are in locals at all times; this is which
// expressions are known to equal them, so that nothing is read or computed twice.

import type { LazyState } from "../table/emitter";
import type { Value } from "../wasm/expression";

/** A value as another one plus a constant. */
export interface Anchor {
	base: Value;
	offset: bigint;
}
/** Bytes from an anchor that may be accessed. */
interface Range {
	first: bigint;
	end: bigint;
	write: boolean;
}

export class State {
	registers = new Map<number, Value>();
	vectors = new Map<number, Value>();
	/** The flags, if they are known as values. */
	flags: LazyState | undefined;
	/** The flags in the locals are those. */
	stored = true;
	/** The kind of the flags in the locals, if it is known. */
	kind: number | undefined;
	/** Counts how often flags were set. */
	version = 0;
	/** Locals of registers that are read, and that are written, from `registers` on; of the whole block. */
	readonly met: Set<number>;
	readonly changed: Set<number>;
	anchors = new Map<Value, Anchor>();
	checked = new Map<Value, Range[]>();

	constructor(
		/** Are there flags? Where nobody will read them, they are not brought along. */
		public valid: boolean,
		from?: State,
	) {
		this.met = from?.met ?? new Set();
		this.changed = from?.changed ?? new Set();
	}

	copy(): State {
		const copy = new State(this.valid, this);
		Object.assign(copy, this);
		copy.registers = new Map(this.registers);
		copy.vectors = new Map(this.vectors);
		copy.checked = new Map([...this.checked].map(([base, ranges]) => [base, ranges.slice()]));
		copy.anchors = new Map(this.anchors);
		return copy;
	}

	/** What still holds where two ways, that began here, come together. A way that has ended is undefined. */
	join(a: State | undefined, b: State | undefined): void {
		for (const which of ["registers", "vectors"] as const)
			for (const [number, value] of this[which])
				if ((a && a[which].get(number) !== value) || (b && b[which].get(number) !== value)) this[which].delete(number);
	}

	anchor(value: Value): Anchor {
		return this.anchors.get(value) ?? { base: value, offset: 0n };
	}

	/** Has an access to these bytes been made, or been seen to be possible? Notes that it is if not. */
	covers(address: Value, length: number, write: boolean): boolean {
		const { base, offset } = this.anchor(address);
		const ranges = this.checked.get(base) ?? [];
		const end = offset + BigInt(length);
		if (ranges.some((range) => range.first <= offset && end <= range.end && (range.write || !write))) return true;
		this.checked.set(base, [...ranges, { first: offset, end, write }]);
		return false;
	}
}
