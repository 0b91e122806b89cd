// String instructions. A repeated one does one element, or one run of elements inside a page, and then is executed again
// with its registers advanced: so it can be interrupted, and a fault finds the registers at the element that faulted.
// Each such step counts as one instruction.

import type { Value } from "../wasm/expression";
import { type Emitter, REG } from "./emitter";
import { ALL_FLAGS } from "./flags";
import { group } from "./row";

const PAGE = 4096;

/** Bytes from one element to the next: negative when DF is set. */
function stride(e: Emitter): Value {
	const bytes = e.size / 8;
	const down = e.and(e.op("shr_u", e.sequence.extend(32, false, e.state("system")), e.constant(10)), e.constant(1));
	return e.sub(e.constant(bytes), e.op("mul", down, e.constant(2 * bytes)));
}

const advance = (e: Emitter, register: number, by: Value): void =>
	e.setRegister(register, 64, e.add(e.register(register, 64), by));

const elementShift = (e: Emitter): Value => e.constant({ 8: 0, 16: 1, 32: 2, 64: 3 }[e.size]);

/** How many whole elements lie between an address and the end of its page. */
function room(e: Emitter, address: Value): Value {
	return e.op("shr_u", e.sub(e.constant(PAGE), e.and(address, e.constant(PAGE - 1))), elementShift(e));
}

const minimum = (e: Emitter, a: Value, b: Value): Value => e.select(e.op("lt_u", a, b), a, b);

/** One step of `rep`: nothing when rCX is 0; else `step` says how many elements it did. */
function repeat(e: Emitter, step: (count: Value) => void): void {
	const count = e.register(REG.cx, 64);
	e.when(e.not(e.isZero(count)), () => step(count));
}

/** After `done` elements: counts down, and comes back if elements are left (and the condition holds). */
function finishStep(e: Emitter, count: Value, done: Value, goOn?: Value): void {
	const left = e.sub(count, done);
	const more = e.not(e.isZero(left));
	e.setRegister(REG.cx, 64, left);
	e.when(goOn ? e.sequence.binary("and", more, goOn) : more, () => e.again());
}

function moveOne(e: Emitter): void {
	const from = e.register(REG.si, 64);
	const to = e.register(REG.di, 64);
	e.store(to, e.size, e.load(from, e.size));
	const by = stride(e);
	e.setRegister(REG.si, 64, e.add(from, by));
	e.setRegister(REG.di, 64, e.add(to, by));
}

function storeOne(e: Emitter): void {
	e.store(e.register(REG.di, 64), e.size, e.register(REG.ax, e.size));
	advance(e, REG.di, stride(e));
}

function loadOne(e: Emitter): void {
	e.setRegister(REG.ax, e.size, e.load(e.register(REG.si, 64), e.size));
	advance(e, REG.si, stride(e));
}

/** Compares the accumulator with the destination; the flags are set by the caller of the returned function. */
function scanOne(e: Emitter): { equal: Value; setFlags: () => void } {
	const a = e.register(REG.ax, e.size);
	const b = e.load(e.register(REG.di, 64), e.size);
	advance(e, REG.di, stride(e));
	return { equal: e.op("eq", a, b), setFlags: () => e.flagsOfSub(a, b, e.fit(e.sub(a, b))) };
}

function compareOne(e: Emitter): { equal: Value; setFlags: () => void } {
	const a = e.load(e.register(REG.si, 64), e.size);
	const b = e.load(e.register(REG.di, 64), e.size);
	const by = stride(e);
	advance(e, REG.si, by);
	advance(e, REG.di, by);
	return { equal: e.op("eq", a, b), setFlags: () => e.flagsOfSub(a, b, e.fit(e.sub(a, b))) };
}

/** A run of elements within one page on both sides, ascending and without the overlap that makes a pattern. */
function moveRun(e: Emitter, count: Value): void {
	const from = e.register(REG.si, 64);
	const to = e.register(REG.di, 64);
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
			e.setRegister(REG.si, 64, e.add(from, bytes));
			e.setRegister(REG.di, 64, e.add(to, bytes));
			finishStep(e, count, fits);
		},
		() => {
			moveOne(e);
			finishStep(e, count, e.constant(1));
		},
	);
}

/** A run within one page, ascending, of elements whose bytes are all the same. */
function storeRun(e: Emitter, count: Value): void {
	const to = e.register(REG.di, 64);
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
			e.setRegister(REG.di, 64, e.add(to, bytes));
			finishStep(e, count, fits);
		},
		() => {
			storeOne(e);
			finishStep(e, count, e.constant(1));
		},
	);
}

/** One step of repe or repne cmps and scas: flags change only if an element was compared. */
function compareStep(e: Emitter, one: (e: Emitter) => { equal: Value; setFlags: () => void }, whileEqual: boolean): void {
	repeat(e, (count) => {
		const { equal, setFlags } = one(e);
		setFlags();
		finishStep(e, count, e.constant(1), whileEqual ? equal : e.not(equal));
	});
}

export const strings = group((row) => {
	const forms = (opcode: string, wide: string, prefixes: string[]): string =>
		prefixes.map((prefix) => `${prefix} ${opcode} Yb; ${prefix} ${wide} Yv`).join("; ");
	const plain = ["NP"];
	const compare = { writes: ALL_FLAGS };
	const compareRepeated = { reads: ALL_FLAGS };

	row("movs", forms("A4", "A5", plain), {}, moveOne);
	row("rep movs", forms("A4", "A5", ["F3", "F2"]), {}, (e) => repeat(e, (count) => moveRun(e, count)));
	row("stos", forms("AA", "AB", plain), {}, storeOne);
	row("rep stos", forms("AA", "AB", ["F3", "F2"]), {}, (e) => repeat(e, (count) => storeRun(e, count)));
	row("lods", forms("AC", "AD", plain), {}, loadOne);
	row("rep lods", forms("AC", "AD", ["F3", "F2"]), {}, (e) =>
		repeat(e, (count) => {
			loadOne(e);
			finishStep(e, count, e.constant(1));
		}),
	);
	row("scas", forms("AE", "AF", plain), compare, (e) => scanOne(e).setFlags());
	row("repe scas", forms("AE", "AF", ["F3"]), compareRepeated, (e) => compareStep(e, scanOne, true));
	row("repne scas", forms("AE", "AF", ["F2"]), compareRepeated, (e) => compareStep(e, scanOne, false));
	row("cmps", forms("A6", "A7", plain), compare, (e) => compareOne(e).setFlags());
	row("repe cmps", forms("A6", "A7", ["F3"]), compareRepeated, (e) => compareStep(e, compareOne, true));
	row("repne cmps", forms("A6", "A7", ["F2"]), compareRepeated, (e) => compareStep(e, compareOne, false));
});
