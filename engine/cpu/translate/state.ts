// What is known of the machine's state at a place inside a block. All registers are in locals at all times; this is which
// expressions are known to equal them, so that nothing is read or computed twice.

import type { LazyState } from "../table/emitter";
import { Sequence, type Value } from "../wasm/expression";
import { type Pieces, piece, type Uses } from "./transfers";

/** A value as another one plus a constant. */
export interface Anchor {
	base: Value;
	offset: bigint;
}
/** Bytes from an anchor that may be accessed, by a check that can be made to cover more as long as it is not emitted. */
export interface Range {
	first: bigint;
	end: bigint;
	readonly write: boolean;
	readonly cover: (first: bigint, length: bigint) => void;
}
/** What one check can say: a page's fast bit is about the next page, too. */
const REACH = 4096n;

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
	/** Of the whole block. */
	readonly uses: Uses;
	/** What has been changed since the block began. */
	changed: Pieces = 0n;
	/** Memory has everything, and the locals nothing: something has been called. */
	called = false;
	anchors = new Map<Value, Anchor>();
	checked = new Map<Value, Range[]>();

	constructor(
		/** Are there flags? Where nobody will read them, they are not brought along. */
		public valid: boolean,
		from?: State,
	) {
		this.uses = from?.uses ?? { met: 0n, ways: [] };
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
		const changed = [a, b].filter((way) => way !== undefined).map((way) => way.changed);
		// What is changed on one of the ways only has its old value on the other.
		if (changed.length === 2) this.uses.met |= changed[0]! ^ changed[1]!;
		for (const way of changed) this.changed |= way;
		for (const which of ["registers", "vectors"] as const)
			for (const [number, value] of this[which])
				if ((a && a[which].get(number) !== value) || (b && b[which].get(number) !== value)) this[which].delete(number);
	}

	/** A local, from LOCAL.registers on, is read. */
	meet(number: number): void {
		this.uses.met |= piece(number) & ~this.changed;
	}

	/** A local is written. */
	change(number: number): void {
		this.changed |= piece(number);
	}

	/** Constants are told from address 0 on. */
	anchor(value: Value): Anchor {
		if (value.kind === "const") return { base: ABSOLUTE, offset: value.constant };
		return this.anchors.get(value) ?? { base: value, offset: 0n };
	}

	/** Is an access to these bytes possible by a check that has been made, or that can be made to say so? */
	covers({ base, offset }: Anchor, length: number, write: boolean): boolean {
		const end = offset + BigInt(length);
		for (const range of this.checked.get(base) ?? []) {
			if (write && !range.write) continue;
			const first = offset < range.first ? offset : range.first;
			const last = end > range.end ? end : range.end;
			if (last - first > REACH) continue;
			if (first !== range.first || last !== range.end) range.cover(first, last - first);
			range.first = first;
			range.end = last;
			return true;
		}
		return false;
	}

	/** A check has been made. */
	note(base: Value, range: Range): void {
		this.checked.set(base, [...(this.checked.get(base) ?? []), range]);
	}
}

/** What absolute addresses count from. */
const ABSOLUTE = new Sequence().const64(0);
