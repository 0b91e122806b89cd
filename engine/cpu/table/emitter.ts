// What an instruction's semantics may say. A tier is a subclass: it decides where operands, registers and flags are.
//
// Integers are 64-bit values, sign-extended from the operand's size unless asked otherwise; conditions are 32-bit values
// that are 0 or 1; vectors are v128. A memory operand's access may fault, so a row stores to memory before it changes
// registers or flags: then a fault finds the machine as it was before the instruction.

import type { Sequence, Value } from "../wasm/expression";
import { type BinaryName, I32, type LaneName, OP, type SimpleName, V128 } from "../wasm/opcodes";
import { CC, FLAG, LAZY } from "./flags";
import type { PlainOperation } from "./float";

/** Operand sizes in bits; 80 is the x87's extended precision in memory, 128 a whole XMM register. */
export type Size = 8 | 16 | 32 | 64 | 80 | 128;
export type IntegerSize = 8 | 16 | 32 | 64;
/** Register, XMM register, memory as base + index * scale + disp, memory as base + disp, immediate, 64-bit immediate, fixed CL. */
export type OperandKind = "r" | "x" | "m" | "b" | "i" | "q" | "c";

export const REG = { ax: 0, cx: 1, dx: 2, bx: 3, sp: 4, bp: 5, si: 6, di: 7, r11: 11 } as const;

export type Exit =
	| "syscall"
	| "divide"
	| "illegal"
	| "breakpoint"
	| "protection"
	| "floating"
	| "simd"
	| "trace"
	| "debug"
	| "overflow";
/** Functions outside the instruction's own code. All but `x87` have no effects. */
export type Helper = "mulHighS" | "mulHighU" | "divideS" | "divideU" | "x87" | "timestamp";
/** State beside the general and XMM registers. */
export type StateName =
	| "system"
	| "mxcsr"
	| "fsBase"
	| "gsBase"
	| "es"
	| "ds"
	| "fs"
	| "gs"
	| "x87Status"
	| "x87Control"
	| "x87Tags"
	| "x87Held"
	| "x87Instruction"
	| "x87Address";

export interface LazyState {
	kind: Value | number;
	a: Value;
	b: Value;
	r: Value;
}

export abstract class Emitter {
	constructor(
		readonly sequence: Sequence,
		/** Of the operands. */
		readonly sizes: readonly Size[],
		/** Of an instruction that has no operands: its operand size. */
		private readonly ownSize: IntegerSize = 64,
	) {}

	get size(): IntegerSize {
		return (this.sizes[0] ?? this.ownSize) as IntegerSize;
	}

	// ---- what the tiers specialise

	abstract readonly kinds: readonly OperandKind[];
	abstract read(operand: number, signed?: boolean): Value;
	abstract write(operand: number, value: Value): void;
	/** The low bits of a register operand; nothing else of it changes. */
	abstract writeLow(operand: number, value: Value, size: 16 | 32): void;
	/** For sizes under 128, from memory the rest is zero; from a register it is whatever is there. */
	abstract readVector(operand: number): Value;
	/** For sizes under 128, only the low lane is written. */
	abstract writeVector(operand: number, value: Value): void;
	/** An MMX register, from the low half of a vector. */
	abstract writeMmx(operand: number, value: Value): void;
	abstract address(operand: number): Value;
	abstract register(number: number, size: IntegerSize, signed?: boolean, high?: boolean): Value;
	abstract setRegister(number: number, size: IntegerSize, value: Value, high?: boolean): void;
	abstract state(name: StateName): Value;
	abstract setState(name: StateName, value: Value): void;
	/** The base of the FS or GS override, else 0, in a form with unusual addresses. */
	abstract segment(): Value;
	abstract nextAddress(): Value;
	abstract ownAddress(): Value;
	abstract lazy(): LazyState;
	abstract setLazy(kind: number, a: Value, b: Value, r: Value): void;
	abstract load(address: Value, size: IntegerSize, signed?: boolean): Value;
	abstract store(address: Value, size: IntegerSize, value: Value): void;
	abstract loadVector(address: Value, size: Size): Value;
	abstract storeVector(address: Value, size: Size, value: Value): void;
	/** Faults unless `length` (at most a page) bytes can be accessed; `write` asks for write access. */
	abstract check(address: Value, length: number, write: boolean): void;
	/** memory.copy and memory.fill inside pages that were checked. */
	abstract copyBytes(to: Value, from: Value, length: Value): void;
	abstract fillBytes(to: Value, byte: Value, length: Value): void;
	abstract jump(operand: number): void;
	/** Before any effect of an instruction that ends with jumpTo(): faults if that cannot be an address. */
	abstract aim(target: Value): void;
	abstract jumpTo(target: Value): void;
	/** The same instruction again, as a new instruction: how `rep` stays interruptible. */
	abstract again(): void;
	abstract exit(reason: Exit): void;
	abstract when(condition: Value, then: () => void, otherwise?: () => void): void;
	/** The same, where the condition hardly ever does not hold. */
	usually(condition: Value, then: () => void, otherwise: () => void): void {
		this.when(condition, then, otherwise);
	}
	abstract helper(name: Helper, ...args: Value[]): Value;
	/**
	 * The result of an operation of CAREFUL on two vectors, as MXCSR says in all respects; its flags are raised, and an unmasked
	 * exception ends the instruction. `more` is added to the operation's number.
	 */
	abstract careful(operation: string, a: Value, b: Value, more?: Value): Value;
	/** A condition: does this result, rounded to nearest, stand, with nothing to raise? May say no where it does. */
	abstract plain(operation: PlainOperation, a: Value, b: Value, r: Value): Value;

	// ---- stack

	push(value: Value, size: IntegerSize = 64): void {
		const sp = this.sub(this.register(REG.sp, 64), this.constant(size / 8));
		this.store(sp, size, value);
		this.setRegister(REG.sp, 64, sp);
	}

	pop(size: IntegerSize = 64, extra: Value = this.constant(0)): Value {
		const sp = this.register(REG.sp, 64);
		const value = this.load(sp, size);
		this.setRegister(REG.sp, 64, this.add(this.add(sp, this.constant(size / 8)), extra));
		return value;
	}

	// ---- arithmetic

	constant(value: number | bigint): Value {
		return this.sequence.const64(value);
	}

	op(name: BinaryName, a: Value, b: Value): Value {
		return this.sequence.binary(name, a, b);
	}

	add(a: Value, b: Value): Value {
		return this.op("add", a, b);
	}

	sub(a: Value, b: Value): Value {
		return this.op("sub", a, b);
	}

	and(a: Value, b: Value): Value {
		return this.op("and", a, b);
	}

	or(a: Value, b: Value): Value {
		return this.op("or", a, b);
	}

	xor(a: Value, b: Value): Value {
		return this.op("xor", a, b);
	}

	/** Truncates to the operand size and sign-extends: the form that results have. */
	fit(value: Value, size: IntegerSize = this.size): Value {
		return this.sequence.extend(size, true, value);
	}

	unsigned(value: Value, size: IntegerSize = this.size): Value {
		return this.sequence.extend(size, false, value);
	}

	/** A condition as the integer 0 or 1. */
	bool(condition: Value): Value {
		return this.sequence.extend(32, false, condition);
	}

	not(condition: Value): Value {
		return this.sequence.eqz(condition);
	}

	isZero(value: Value): Value {
		return this.sequence.eqz(value);
	}

	negative(value: Value): Value {
		return this.op("lt_s", value, this.constant(0));
	}

	/** Bit `n` of a value, as a condition. */
	bit(value: Value, n: Value | number): Value {
		const by = typeof n === "number" ? this.constant(n) : n;
		return this.sequence.wrap(this.and(this.op("shr_u", value, by), this.constant(1)));
	}

	select(condition: Value, a: Value, b: Value): Value {
		return this.sequence.select(condition, a, b);
	}

	simple(name: SimpleName, ...args: Value[]): Value {
		return this.sequence.simple(name, ...args);
	}

	lane(name: LaneName, lanes: number | readonly number[], ...args: Value[]): Value {
		return this.sequence.lane(name, typeof lanes === "number" ? [lanes] : lanes, ...args);
	}

	vector(low: bigint, high: bigint = low): Value {
		return this.sequence.const128(low, high);
	}

	anyTrue(vector: Value): Value {
		return this.sequence.simple("v128_any_true", vector);
	}

	chooseVector(condition: Value, a: Value, b: Value): Value {
		if (a.type !== V128 || b.type !== V128) throw new Error("chooseVector wants vectors");
		return this.sequence.choose(condition, a, b);
	}

	faultIf(condition: Value, reason: Exit): void {
		this.when(condition, () => this.exit(reason));
	}

	// ---- flags

	flagsOfSub(a: Value, b: Value, r: Value): void {
		this.setLazy(LAZY.SUB, a, b, r);
	}

	flagsOfAdd(a: Value, b: Value, r: Value): void {
		this.setLazy(LAZY.ADD, a, b, r);
	}

	/** CF and OF are 0. */
	flagsOfLogic(r: Value): void {
		this.setLazy(LAZY.SUB, r, this.constant(0), r);
	}

	/** ZF, SF and PF follow from r; AF is 0 unless given (a value with AF in bit 4). */
	flagsOfBits(carry: Value, overflow: Value, r: Value, adjust?: Value): void {
		const packed = this.packed(carry, overflow);
		const a = adjust ? this.or(packed, this.and(adjust, this.constant(FLAG.A))) : packed;
		this.setLazy(LAZY.BITS, a, this.constant(0), r);
	}

	/** CF and OF change, the others stay. */
	setCarryOverflow(carry: Value, overflow: Value): void {
		const { kind, a, b, r } = this.lazy();
		const zero = this.constant(0);
		const keep = this.constant(-(1n << 63n) | BigInt(FLAG.A));
		const others = this.byKind(
			kind,
			() => this.and(this.xor(this.xor(a, b), r), this.constant(FLAG.A)),
			() => this.and(a, keep),
		);
		const parity = this.byKind(
			kind,
			() => zero,
			() => b,
		);
		this.setLazy(LAZY.BITS, this.or(this.packed(carry, overflow), others), parity, r);
	}

	/** All arithmetic flags from the low 12 bits of an RFLAGS image. */
	setFlags(image: Value): void {
		const flag = (n: number): Value => this.and(this.op("shr_u", image, this.constant(n)), this.constant(1));
		const zero = flag(6);
		const sign = flag(7);
		const r = this.select(
			this.sequence.wrap(zero),
			this.constant(0),
			this.select(this.sequence.wrap(sign), this.constant(-1), this.constant(1)),
		);
		const both = this.op("shl", this.and(zero, sign), this.constant(63));
		const bits = this.and(image, this.constant(FLAG.C | FLAG.A | FLAG.O));
		this.setLazy(LAZY.BITS, this.or(bits, both), this.xor(flag(2), this.or(zero, sign)), r);
	}

	/** The RFLAGS image: arithmetic flags, those of the system word (DF and others), bit 1 and IF. */
	flagsImage(): Value {
		const at = (condition: Value, n: number): Value => this.op("shl", this.bool(condition), this.constant(n));
		const { kind, a, b, r } = this.lazy();
		const adjust = this.byKind(
			kind,
			() => this.and(this.xor(this.xor(a, b), r), this.constant(FLAG.A)),
			() => this.and(a, this.constant(FLAG.A)),
		);
		const parts = [
			at(this.condition(CC.B), 0),
			at(this.condition(CC.P), 2),
			adjust,
			at(this.condition(CC.E), 6),
			at(this.condition(CC.S), 7),
			at(this.condition(CC.O), 11),
			this.sequence.extend(32, false, this.state("system")),
		];
		return parts.reduce((x, y) => this.or(x, y), this.constant(0x202));
	}

	/** Condition code 0..15 as a condition. */
	condition(code: number): Value {
		const value = this.positiveCondition(code >> 1);
		return code & 1 ? this.not(value) : value;
	}

	private positiveCondition(index: number): Value {
		const { kind, a, b, r } = this.lazy();
		const q = this.sequence;
		const three = (sub: () => Value, add: () => Value, bits: () => Value): Value => {
			if (typeof kind === "number") return kind === LAZY.SUB ? sub() : kind === LAZY.ADD ? add() : bits();
			return q.choose(q.eqz(kind), sub(), q.choose(q.binary("eq", kind, q.const32(LAZY.ADD)), add(), bits()));
		};
		const carry = (): Value =>
			three(
				() => this.op("lt_u", a, b),
				() => this.op("lt_u", r, a),
				() => this.bit(a, 0),
			);
		const signBit = (x: Value, y: Value): Value => this.negative(this.and(this.xor(a, x), this.xor(y, r)));
		const overflow = (): Value =>
			three(
				() => signBit(b, a),
				() => signBit(r, b),
				() => this.bit(a, 11),
			);
		const sign = (): Value =>
			this.byKind(
				kind,
				() => this.negative(r),
				() => this.negative(this.or(r, a)),
			);
		const either = (x: Value, y: Value): Value => q.binary("or", x, y);
		const equal = (): Value => this.isZero(r);
		const less = (): Value => {
			const general = (): Value => q.binary("ne", sign(), overflow());
			return three(() => this.op("lt_s", a, b), general, general);
		};
		switch (index) {
			case 0:
				return overflow();
			case 1:
				return carry();
			case 2:
				return equal();
			case 3:
				return three(
					() => this.op("le_u", a, b),
					() => either(equal(), carry()),
					() => either(equal(), this.bit(a, 0)),
				);
			case 4:
				return sign();
			case 5: {
				const turned = this.byKind(
					kind,
					() => r,
					() => this.xor(r, b),
				);
				const ones = q.unary(OP.i32popcnt, I32, q.wrap(this.and(turned, this.constant(255))));
				return q.eqz(q.binary("and", ones, q.const32(1)));
			}
			case 6:
				return less();
			default: {
				const general = (): Value => either(equal(), less());
				return three(() => this.op("le_s", a, b), general, general);
			}
		}
	}

	/** One of two, by whether the flags are of the kind BITS. */
	private byKind(kind: Value | number, operands: () => Value, bits: () => Value): Value {
		if (typeof kind === "number") return kind === LAZY.BITS ? bits() : operands();
		const q = this.sequence;
		return q.choose(q.binary("eq", kind, q.const32(LAZY.BITS)), bits(), operands());
	}

	private packed(carry: Value, overflow: Value): Value {
		return this.or(this.bool(carry), this.op("shl", this.bool(overflow), this.constant(11)));
	}
}
