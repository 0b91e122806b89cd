// String instructions. A repeated one does one element, or one run of elements inside a page, and then is executed again
// with its registers advanced: so it can be interrupted, and a fault finds the registers at the element that faulted.
// Each such step counts as one instruction.

import type { Value } from "../wasm/expression";
import { ADDRESSINGS, type Addressing } from "./addressing";
import { type Emitter, REG } from "./emitter";
import { ALL_FLAGS } from "./flags";
import { type Columns, group } from "./row";

const PAGE = 4096;

/** Bytes from one element to the next: negative when DF is set. */
function stride(e: Emitter): Value {
	const bytes = e.size / 8;
	const down = e.and(e.op("shr_u", e.sequence.extend(32, false, e.state("system")), e.constant(10)), e.constant(1));
	return e.sub(e.constant(bytes), e.op("mul", down, e.constant(2 * bytes)));
}

/** The string instructions for one kind of implied addresses. */
class Strings {
	constructor(private readonly m: Addressing) {}

	/** [rSI], in DS or the segment of an override. */
	private source(e: Emitter): Value {
		return this.m.withSegment(e, this.pointer(e, REG.si));
	}

	/** [rDI], in ES always. */
	private target(e: Emitter): Value {
		return this.pointer(e, REG.di);
	}

	private pointer(e: Emitter, register: number): Value {
		return this.m.cut(e, e.register(register, 64));
	}

	private advance(e: Emitter, register: number, by: Value): void {
		e.setRegister(register, 64, this.m.cut(e, e.add(e.register(register, 64), by)));
	}

	moveOne(e: Emitter): void {
		e.store(this.target(e), e.size, e.load(this.source(e), e.size));
		const by = stride(e);
		this.advance(e, REG.si, by);
		this.advance(e, REG.di, by);
	}

	storeOne(e: Emitter): void {
		e.store(this.target(e), e.size, e.register(REG.ax, e.size));
		this.advance(e, REG.di, stride(e));
	}

	loadOne(e: Emitter): void {
		e.setRegister(REG.ax, e.size, e.load(this.source(e), e.size));
		this.advance(e, REG.si, stride(e));
	}

	/** Compares the accumulator with the destination; the flags are set by the caller of the returned function. */
	scanOne(e: Emitter): Comparison {
		const a = e.register(REG.ax, e.size);
		const b = e.load(this.target(e), e.size);
		this.advance(e, REG.di, stride(e));
		return comparison(e, a, b);
	}

	compareOne(e: Emitter): Comparison {
		const b = e.load(this.target(e), e.size);
		const a = e.load(this.source(e), e.size);
		const by = stride(e);
		this.advance(e, REG.si, by);
		this.advance(e, REG.di, by);
		return comparison(e, a, b);
	}

	/**
	 * One step of `rep`: `step` says how many elements it did. When rCX is 0 nothing is done, but processors cut it, and where data
	 * is written also the pointers.
	 */
	repeat(e: Emitter, step: (count: Value) => void, pointers: readonly number[] = []): void {
		const count = this.pointer(e, REG.cx);
		const nothing = (): void => {
			e.setRegister(REG.cx, 64, count);
			for (const register of pointers) e.setRegister(register, 64, this.pointer(e, register));
		};
		e.when(e.not(e.isZero(count)), () => step(count), this.m.cuts ? nothing : undefined);
	}

	/** After `done` elements: counts down, and comes back if elements are left (and the condition holds). */
	finishStep(e: Emitter, count: Value, done: Value, goOn?: Value): void {
		const left = e.sub(count, done);
		const more = e.not(e.isZero(left));
		e.setRegister(REG.cx, 64, left);
		e.when(goOn ? e.sequence.binary("and", more, goOn) : more, () => e.again());
	}

	/** A run of elements within one page on both sides, ascending and without the overlap that makes a pattern. */
	moveRun(e: Emitter, count: Value): void {
		const from = this.source(e);
		const to = this.target(e);
		const fits = minimum(e, count, minimum(e, room(e, from), room(e, to)));
		const bytes = e.op("shl", fits, elementShift(e));
		const ascending = e.op("lt_s", e.constant(0), stride(e));
		const apart = e.op("ge_u", e.sub(to, from), bytes);
		const possible = e.sequence.binary("and", e.sequence.binary("and", ascending, apart), e.not(e.isZero(fits)));
		e.when(
			possible,
			() => {
				e.check(from, 1, false);
				e.check(to, 1, true);
				e.copyBytes(to, from, bytes);
				this.advance(e, REG.si, bytes);
				this.advance(e, REG.di, bytes);
				this.finishStep(e, count, fits);
			},
			() => {
				this.moveOne(e);
				this.finishStep(e, count, e.constant(1));
			},
		);
	}

	/** A run within one page, ascending, of elements whose bytes are all the same. */
	storeRun(e: Emitter, count: Value): void {
		const to = this.target(e);
		const fits = minimum(e, count, room(e, to));
		const bytes = e.op("shl", fits, elementShift(e));
		const ascending = e.op("lt_s", e.constant(0), stride(e));
		const value = e.register(REG.ax, e.size, false);
		const spread = { 8: 0x0101010101010101n, 16: 0x0001000100010001n, 32: 0x0000000100000001n, 64: 1n }[e.size];
		const whole = e.op("mul", value, e.constant(spread));
		const uniform = e.op("eq", whole, e.op("rotl", whole, e.constant(8)));
		const possible = e.sequence.binary("and", e.sequence.binary("and", ascending, uniform), e.not(e.isZero(fits)));
		e.when(
			possible,
			() => {
				e.check(to, 1, true);
				e.fillBytes(to, value, bytes);
				this.advance(e, REG.di, bytes);
				this.finishStep(e, count, fits);
			},
			() => {
				this.storeOne(e);
				this.finishStep(e, count, e.constant(1));
			},
		);
	}

	/** One step of repe or repne cmps and scas: flags change only if an element was compared. */
	compareStep(e: Emitter, one: (e: Emitter) => Comparison, whileEqual: boolean): void {
		this.repeat(e, (count) => {
			const { equal, setFlags } = one(e);
			setFlags();
			this.finishStep(e, count, e.constant(1), whileEqual ? equal : e.not(equal));
		});
	}
}

interface Comparison {
	equal: Value;
	setFlags: () => void;
}

const comparison = (e: Emitter, a: Value, b: Value): Comparison => ({
	equal: e.op("eq", a, b),
	setFlags: () => e.flagsOfSub(a, b, e.fit(e.sub(a, b))),
});

const elementShift = (e: Emitter): Value => e.constant({ 8: 0, 16: 1, 32: 2, 64: 3 }[e.size]);

/** How many whole elements lie between an address and the end of its page. */
function room(e: Emitter, address: Value): Value {
	return e.op("shr_u", e.sub(e.constant(PAGE), e.and(address, e.constant(PAGE - 1))), elementShift(e));
}

const minimum = (e: Emitter, a: Value, b: Value): Value => e.select(e.op("lt_u", a, b), a, b);

export const strings = group((define) => {
	for (const m of ADDRESSINGS) {
		const s = new Strings(m);
		const row = (
			name: string,
			opcodes: readonly [bytes: string, wide: string],
			prefixes: readonly string[],
			columns: Columns,
			semantics: (e: Emitter) => void,
		): void => {
			const [bytes, wide] = opcodes;
			const encodings = prefixes.map((prefix) => `${prefix} ${bytes} Yb; ${prefix} ${wide} Yv`).join("; ");
			define(m.name(name), m.encodings(encodings), columns, semantics);
		};
		const compare = { writes: ALL_FLAGS };
		const compareRepeated = { reads: ALL_FLAGS };
		const any = ["F3", "F2"];
		row("movs", ["A4", "A5"], ["NP"], {}, (e) => s.moveOne(e));
		row("rep movs", ["A4", "A5"], any, {}, (e) => s.repeat(e, (count) => s.moveRun(e, count), [REG.si, REG.di]));
		row("stos", ["AA", "AB"], ["NP"], {}, (e) => s.storeOne(e));
		row("rep stos", ["AA", "AB"], any, {}, (e) => s.repeat(e, (count) => s.storeRun(e, count), [REG.di]));
		row("lods", ["AC", "AD"], ["NP"], {}, (e) => s.loadOne(e));
		row("rep lods", ["AC", "AD"], any, {}, (e) =>
			s.repeat(e, (count) => {
				s.loadOne(e);
				s.finishStep(e, count, e.constant(1));
			}),
		);
		const scan = (e: Emitter): Comparison => s.scanOne(e);
		const both = (e: Emitter): Comparison => s.compareOne(e);
		row("scas", ["AE", "AF"], ["NP"], compare, (e) => scan(e).setFlags());
		row("repe scas", ["AE", "AF"], ["F3"], compareRepeated, (e) => s.compareStep(e, scan, true));
		row("repne scas", ["AE", "AF"], ["F2"], compareRepeated, (e) => s.compareStep(e, scan, false));
		row("cmps", ["A6", "A7"], ["NP"], compare, (e) => both(e).setFlags());
		row("repe cmps", ["A6", "A7"], ["F3"], compareRepeated, (e) => s.compareStep(e, both, true));
		row("repne cmps", ["A6", "A7"], ["F2"], compareRepeated, (e) => s.compareStep(e, both, false));
	}
});
