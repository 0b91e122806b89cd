// The x87's registers: a stack of eight 80-bit registers with control, status and tags, in a bank's memory (LAYOUT.x87…).

import { LAYOUT } from "../interpret/layout";
import {
	bitLength,
	EXTENDED,
	type Format,
	finite,
	indefinite,
	infinity,
	packExtended,
	RAISED,
	type Real,
	round,
	type Status,
	unpackExtended,
	zero,
} from "./softfloat";

/** Condition bits of the status word. */
export const C0 = 0x100;
export const C1 = 0x200;
export const C2 = 0x400;
export const C3 = 0x4000;
export const CONDITION = C0 | C1 | C2 | C3;
const EXCEPTIONS = 0x7f;
const UNBOUNDED = 1e6;
/** Intel's manual, volume 1, sections 8.5.4 and 8.5.5. */
const BIAS_ADJUSTMENT = 24576;

/** Registers and words of one thread; made anew for every operation, over the bank's memory. */
export class Fpu implements Status {
	/** Raised so far; written to the status word at the end. */
	raised = 0;
	/** C1 stays as it is, unless there is a stack fault. */
	keepsC1 = false;
	/** The condition bits even if an exception prevents the rest: those of a comparison, or with C2 cleared. */
	conditionsIfHeld: "found" | "complete" | undefined;

	constructor(readonly view: DataView) {}

	get control(): number {
		return this.view.getUint16(LAYOUT.x87Control, true);
	}

	get status(): number {
		return this.view.getUint16(LAYOUT.x87Status, true);
	}

	set status(value: number) {
		this.view.setUint16(LAYOUT.x87Status, value, true);
	}

	get mode(): number {
		return (this.control >> 10) & 3;
	}

	/** Of add, sub, mul, div and sqrt: precision is chosen, the range is always that of the extended format. */
	get format(): Format {
		const precision = [24, 24, 53, 64][(this.control >> 8) & 3]!;
		return { ...EXTENDED, precision };
	}

	/** Exceptions that are not masked, in the order of the status word. */
	get unmasked(): number {
		return ~this.control & 0x3f;
	}

	/**
	 * Rounds a result that goes into a register. One that is too large or too small for the format and whose exception is not
	 * masked gets an exponent that fits, from which the handler can tell the right one.
	 */
	settle(value: Real, format: Format = this.format): Real {
		const { unmasked, mode } = this;
		if (value.kind === "finite" && value.mant !== 0n && unmasked & (RAISED.overflow | RAISED.underflow)) {
			const status: Status = { raised: 0 };
			const free = round(value, { ...format, minimum: -UNBOUNDED, maximum: UNBOUNDED }, mode, status);
			const lead = free.exp + bitLength(free.mant) - 1;
			if (lead > format.maximum && unmasked & RAISED.overflow) {
				if (lead - BIAS_ADJUSTMENT > format.maximum) {
					this.raised |= RAISED.overflow | RAISED.inexact | RAISED.up;
					return infinity(free.sign);
				}
				this.raised |= status.raised | RAISED.overflow;
				return finite(free.sign, free.mant, free.exp - BIAS_ADJUSTMENT);
			}
			if (lead < format.minimum && unmasked & RAISED.underflow) {
				if (lead + BIAS_ADJUSTMENT < format.minimum) {
					this.raised |= RAISED.underflow | RAISED.inexact;
					return zero(free.sign);
				}
				this.raised |= status.raised | RAISED.underflow;
				return finite(free.sign, free.mant, free.exp + BIAS_ADJUSTMENT);
			}
		}
		return round(value, format, mode, this);
	}

	get top(): number {
		return (this.status >> 11) & 7;
	}

	set top(value: number) {
		this.status = (this.status & ~0x3800) | ((value & 7) << 11);
	}

	isEmpty(i: number): boolean {
		return (this.tags & (1 << this.physical(i))) === 0;
	}

	/** st(i); an empty register is a stack fault and reads as the indefinite. */
	get(i: number): Real {
		if (this.isEmpty(i)) {
			this.raised = (this.raised & ~RAISED.up) | RAISED.invalid | RAISED.stack;
			return indefinite();
		}
		return this.peek(i);
	}

	/** Without looking at the tag. */
	peek(i: number): Real {
		const at = this.at(i);
		return unpackExtended(this.view.getBigUint64(at, true), this.view.getUint16(at + 8, true));
	}

	set(i: number, value: Real): void {
		const [significand, signExponent] = packExtended(value);
		this.setRaw(i, significand, signExponent);
	}

	setRaw(i: number, significand: bigint, signExponent: number): void {
		const at = this.at(i);
		this.view.setBigUint64(at, significand, true);
		this.view.setUint16(at + 8, signExponent, true);
		this.tags |= 1 << this.physical(i);
	}

	raw(i: number): [significand: bigint, signExponent: number] {
		const at = this.at(i);
		return [this.view.getBigUint64(at, true), this.view.getUint16(at + 8, true)];
	}

	push(value: Real): void {
		const overflow = !this.isEmpty(7);
		this.top = this.top - 1;
		if (overflow) this.raised |= RAISED.invalid | RAISED.stack | RAISED.up;
		this.set(0, overflow ? indefinite() : value);
	}

	pop(): void {
		this.free(0);
		this.top = this.top + 1;
	}

	free(i: number): void {
		this.tags &= ~(1 << this.physical(i));
	}

	/** Sets condition bits, all or the given; C1 is then free for "rounded up". */
	conditions(bits: number, which = CONDITION): void {
		this.status = (this.status & ~which) | bits;
	}

	/** As instructions that may be incomplete begin. */
	clearC2(): void {
		this.conditions(0, C2);
		this.conditionsIfHeld = "complete";
	}

	/** An operand that is not a number, or a divisor of zero, is reported before a denormal one. */
	prioritise(): void {
		if (this.raised & (RAISED.invalid | RAISED.divide)) this.raised &= ~RAISED.denormal;
	}

	/** Moves what was raised to the status word. */
	finish(): void {
		this.prioritise();
		const keeps = this.keepsC1 && !(this.raised & RAISED.stack);
		let status = keeps ? this.status : this.status & ~C1;
		if (this.raised & RAISED.up) status |= C1;
		this.status = status | (this.raised & EXCEPTIONS);
		this.summarise();
	}

	/** ES and B tell whether an unmasked exception is pending. */
	summarise(): void {
		const pending = this.status & ~this.control & 0x3f;
		this.status = pending ? this.status | 0x8080 : this.status & ~0x8080;
	}

	get tags(): number {
		return this.view.getUint8(LAYOUT.x87Tags);
	}

	set tags(value: number) {
		this.view.setUint8(LAYOUT.x87Tags, value);
	}

	private physical(i: number): number {
		return (this.top + i) & 7;
	}

	private at(i: number): number {
		return LAYOUT.x87 + 16 * this.physical(i);
	}
}

/** The result where an operand is NaN: the one with the larger significand, quiet; quiet ones before signaling ones. */
export function chooseNaN(fpu: Fpu, a: Real, b: Real): Real {
	if (a.signaling || b.signaling) fpu.raised |= RAISED.invalid;
	const quiet = (x: Real): Real => ({ kind: "nan", sign: x.sign, mant: x.mant | (1n << 62n), exp: 0 });
	if (a.kind !== "nan") return quiet(b);
	if (b.kind !== "nan") return quiet(a);
	if (!a.signaling !== !b.signaling) return quiet(a.signaling ? b : a);
	if (a.mant !== b.mant) return quiet(a.mant > b.mant ? a : b);
	return quiet(a.sign ? b : a);
}
