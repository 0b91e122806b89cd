// The interpreter's reading of the semantics: operands come from a decoded record, registers from the register file.

import type { Shape } from "../decode/encoding";
import {
	Emitter,
	type Exit,
	type Helper,
	type IntegerSize,
	type LazyState,
	type OperandKind,
	type Size,
	type StateName,
} from "../table/emitter";
import { carefulNumber, type PlainOperation } from "../table/float";
import type { Bytes } from "../wasm/bytes";
import type { Sequence, Value } from "../wasm/expression";
import { I32, I64, OP, V128, type ValueType, VOID } from "../wasm/opcodes";
import { EXIT, FS_SLOT, GS_SLOT, LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, RECORD } from "./layout";

/** The locals of the interpreter's function. */
export const LOCAL = { pc: 0, kind: 1, a: 2, b: 3, r: 4, budget: 5, reason: 6, firstTemporary: 7 } as const;

/** Functions that handlers call, by index. */
export interface Functions extends Readonly<Record<Exclude<Helper, "timestamp">, number>> {
	/** (rip: i64) → record. */
	lookup: number;
	/** (record of a branch) → record of its target, which is noted in the branch. */
	resolve: number;
	/** (operation) → whether an exception is not masked: on the two vectors in scratch memory, with the result behind them. */
	careful: number;
	/** (a, b, r) → whether the result stands. */
	plain: Readonly<Record<PlainOperation, number>>;
	/** (address: i64, size and direction) → 0, or 1 after it noted a fault. */
	access: number;
}
export const ACCESS_WRITE = 0x10000;

const STATE_SLOT: Readonly<Record<StateName, number>> = {
	system: LAYOUT.system,
	mxcsr: LAYOUT.mxcsr,
	fsBase: FS_SLOT,
	gsBase: GS_SLOT,
	x87Control: LAYOUT.x87Control,
	x87Status: LAYOUT.x87Status,
	x87Tags: LAYOUT.x87Tags,
	x87Held: LAYOUT.x87Held,
	x87Instruction: LAYOUT.x87Instruction,
	x87Address: LAYOUT.x87Address,
};
const WIDE_STATE: ReadonlySet<StateName> = new Set<StateName>(["fsBase", "gsBase", "x87Instruction", "x87Address"]);

export interface Options {
	/** Of the record, from the one that was dispatched: a pair's second instruction lies behind the first. */
	at: number;
	/** The flags that the instruction before left, where they are known: in a pair. */
	known?: LazyState | undefined;
	/** Operands that the semantics write: reading them asks for write access at once. */
	written: ReadonlySet<number>;
}

export class InterpreterEmitter extends Emitter {
	readonly kinds: readonly OperandKind[];
	/** Did control leave at the end? */
	ended = false;
	known: LazyState | undefined;
	/** Operands that were written. */
	readonly wrote = new Set<number>();
	private readonly addresses: readonly Value[];
	private checked = new Set<number>();
	private depth = 0;
	private flagsChanged = false;

	constructor(
		sequence: Sequence,
		private readonly shape: Shape,
		private readonly functions: Functions,
		private readonly options: Options,
	) {
		super(sequence, shape.sizes);
		this.kinds = shape.kinds;
		this.known = options.known;
		// Before anything else, so that every use, in whatever branch, can share it.
		this.addresses = shape.kinds.map((kind) => (kind === "m" || kind === "b" ? this.effectiveAddress(kind) : this.constant(0)));
	}

	// ---- operands

	override read(operand: number, signed = true): Value {
		const size = this.sizes[operand]! as IntegerSize;
		switch (this.kinds[operand]) {
			case "i":
				return this.field(OP.i64load32s, I64, this.immediateOffset(operand));
			case "q":
				return this.field(OP.i64load, I64, RECORD.immediate);
			case "c":
				return this.register(1, 8, signed);
			case "r":
			case "x":
				return this.loadSlot(this.slot(operand), 0, size, signed);
			default:
				this.checkOperand(operand, size / 8, this.options.written.has(operand));
				return this.guestLoad(this.address(operand), size, signed);
		}
	}

	override write(operand: number, value: Value): void {
		const size = this.sizes[operand]! as IntegerSize;
		this.wrote.add(operand);
		switch (this.kinds[operand]) {
			case "r":
				this.storeSlot(this.slot(operand), 0, size, value);
				break;
			case "x":
				this.sequence.store(storeOpcode(size), this.slot(operand), value);
				break;
			default:
				this.checkOperand(operand, size / 8, true);
				this.guestStore(this.address(operand), size, value);
		}
	}

	override readVector(operand: number): Value {
		if (this.kinds[operand] === "x") return this.sequence.load(OP.v128load, V128, this.slot(operand));
		const size = this.sizes[operand]!;
		this.checkOperand(operand, size / 8, this.options.written.has(operand));
		return this.guestLoadVector(this.address(operand), size);
	}

	override writeVector(operand: number, value: Value): void {
		const size = this.sizes[operand]!;
		this.wrote.add(operand);
		if (this.kinds[operand] === "x") {
			this.storeLanes(this.slot(operand), size, value, 0);
			return;
		}
		this.checkOperand(operand, size / 8, true);
		this.storeLanes(this.sequence.wrap(this.address(operand)), size, value, LAYOUT.guest);
	}

	override writeMmx(operand: number, value: Value): void {
		this.wrote.add(operand);
		const slot = this.slot(operand);
		this.sequence.store(OP.i64store, slot, this.lane("i64x2_extract", 0, value));
		this.sequence.store(OP.i64store16, slot, this.constant(-1), 8);
	}

	override address(operand: number): Value {
		return this.addresses[operand]!;
	}

	override register(number: number, size: IntegerSize, signed = true, high = false): Value {
		return this.loadSlot(this.sequence.const32(0), LAYOUT.registers + 8 * number + (high ? 1 : 0), size, signed);
	}

	override setRegister(number: number, size: IntegerSize, value: Value, high = false): void {
		this.storeSlot(this.sequence.const32(0), LAYOUT.registers + 8 * number + (high ? 1 : 0), size, value);
	}

	override state(name: StateName): Value {
		const wide = WIDE_STATE.has(name);
		return this.sequence.load(wide ? OP.i64load : OP.i32load, wide ? I64 : I32, this.sequence.const32(0), STATE_SLOT[name]);
	}

	override setState(name: StateName, value: Value): void {
		this.sequence.store(value.type === I64 ? OP.i64store : OP.i32store, this.sequence.const32(0), value, STATE_SLOT[name]);
	}

	override segment(): Value {
		return this.loadSlot(this.field(OP.i32load16u, I32, RECORD.base), 0, 64, true);
	}

	override nextAddress(): Value {
		return this.field(OP.i64load32u, I64, RECORD.next);
	}

	override ownAddress(): Value {
		return this.sub(this.nextAddress(), this.field(OP.i64load8u, I64, RECORD.length));
	}

	// ---- flags

	override lazy(): LazyState {
		if (this.known) return this.known;
		const q = this.sequence;
		return { kind: q.get(LOCAL.kind, I32), a: q.get(LOCAL.a, I64), b: q.get(LOCAL.b, I64), r: q.get(LOCAL.r, I64) };
	}

	override setLazy(kind: number, a: Value, b: Value, r: Value): void {
		const q = this.sequence;
		q.set(LOCAL.kind, q.const32(kind));
		q.set(LOCAL.a, a);
		q.set(LOCAL.b, b);
		q.set(LOCAL.r, r);
		this.flagsChanged = true;
		this.known = this.depth === 0 ? { kind, a, b, r } : undefined;
	}

	// ---- memory

	override load(address: Value, size: IntegerSize, signed = true): Value {
		this.check(address, size / 8, false);
		return this.guestLoad(address, size, signed);
	}

	override store(address: Value, size: IntegerSize, value: Value): void {
		this.check(address, size / 8, true);
		this.guestStore(address, size, value);
	}

	override loadVector(address: Value, size: Size): Value {
		this.check(address, size / 8, false);
		return this.guestLoadVector(address, size);
	}

	override storeVector(address: Value, size: Size, value: Value): void {
		this.check(address, size / 8, true);
		this.storeLanes(this.sequence.wrap(address), size, value, LAYOUT.guest);
	}

	override check(address: Value, length: number, write: boolean): void {
		const info = length | (write ? ACCESS_WRITE : 0);
		this.sequence.guard(address, (code, put, depth) => this.guardCode(code, put, depth, info));
	}

	override copyBytes(to: Value, from: Value, length: Value): void {
		const q = this.sequence;
		const place = (address: Value): Value => q.binary("add", q.wrap(address), q.const32(LAYOUT.guest));
		q.bulk(OP.memoryCopy, place(to), place(from), q.wrap(length));
	}

	override fillBytes(to: Value, byte: Value, length: Value): void {
		const q = this.sequence;
		q.bulk(OP.memoryFill, q.binary("add", q.wrap(to), q.const32(LAYOUT.guest)), q.wrap(byte), q.wrap(length));
	}

	// ---- control

	override jump(operand: number): void {
		if (this.kinds[operand] !== "i") throw new Error("a direct jump wants a target");
		const q = this.sequence;
		const target = this.field(OP.i32load, I32, RECORD.target);
		this.goTo(q.choose(q.eqz(target), q.call(this.functions.resolve, I32, [this.record()]), target));
	}

	override jumpTo(target: Value): void {
		this.goTo(recordAt(this.sequence, this.functions, target));
	}

	override again(): void {
		this.goTo(this.record());
	}

	/** To the next record. */
	next(): void {
		this.goTo(this.sequence.binary("add", this.pc(), this.sequence.const32(this.options.at + RECORD.size)));
	}

	override exit(reason: Exit): void {
		const q = this.sequence;
		if (this.options.at) q.set(LOCAL.pc, this.record());
		q.set(LOCAL.reason, q.const32(EXIT[reason]));
		q.branch(reason === "syscall" || reason === "breakpoint" ? "leaveAfter" : "leaveAt");
		this.ended = true;
	}

	override when(condition: Value, then: () => void, otherwise?: () => void): void {
		const q = this.sequence;
		const { known, checked, flagsChanged } = this;
		this.flagsChanged = false;
		this.depth++;
		q.begin(condition);
		for (const arm of otherwise ? [then, otherwise] : [then]) {
			if (arm === otherwise) q.otherwise();
			this.checked = new Set(checked);
			arm();
			if (!this.flagsChanged) this.known = known;
		}
		q.end();
		this.depth--;
		this.known = this.flagsChanged ? undefined : known;
		this.flagsChanged ||= flagsChanged;
		this.checked = checked;
		this.ended = false;
	}

	override helper(name: Helper, ...args: Value[]): Value {
		const q = this.sequence;
		if (name === "timestamp") {
			const clock = q.load(OP.i64load, I64, q.const32(0), LAYOUT.clock);
			return q.binary("sub", clock, q.extend(32, false, q.get(LOCAL.budget, I32)));
		}
		if (name === "x87") return q.perform(this.functions.x87, I64, args);
		return q.call(this.functions[name], I64, args);
	}

	override careful(operation: string, a: Value, b: Value, more: Value = this.sequence.const32(0)): Value {
		const q = this.sequence;
		const zero = q.const32(0);
		q.store(OP.v128store, zero, a, LAYOUT.scratch);
		q.store(OP.v128store, zero, b, LAYOUT.scratch + 16);
		const number = q.binary("add", q.const32(carefulNumber(operation)), more);
		this.faultIf(q.perform(this.functions.careful, I32, [number]), "simd");
		return q.load(OP.v128load, V128, zero, LAYOUT.scratch + 32);
	}

	override plain(operation: PlainOperation, a: Value, b: Value, r: Value): Value {
		return this.sequence.call(this.functions.plain[operation], I32, [a, b, r]);
	}

	// ---- how it is done

	private pc(): Value {
		return this.sequence.get(LOCAL.pc, I32);
	}

	private record(): Value {
		return this.sequence.binary("add", this.pc(), this.sequence.const32(this.options.at));
	}

	private field(opcode: number, type: ValueType, offset: number): Value {
		return this.sequence.load(opcode, type, this.pc(), this.options.at + offset);
	}

	private slot(operand: number): Value {
		return this.field(OP.i32load16u, I32, RECORD.register[operand]!);
	}

	private immediateOffset(operand: number): number {
		return operand > 0 && this.kinds[operand - 1] === "i" ? RECORD.displacement : RECORD.immediate;
	}

	private effectiveAddress(kind: "m" | "b"): Value {
		let address = this.loadSlot(this.field(OP.i32load16u, I32, RECORD.base), 0, 64, true);
		if (kind === "m") {
			const index = this.loadSlot(this.field(OP.i32load16u, I32, RECORD.index), 0, 64, true);
			address = this.add(address, this.op("shl", index, this.field(OP.i64load8u, I64, RECORD.scale)));
		}
		return this.add(address, this.field(OP.i64load32s, I64, RECORD.displacement));
	}

	private loadSlot(slot: Value, offset: number, size: IntegerSize, signed: boolean): Value {
		return this.sequence.load(loadOpcode(size, signed), I64, slot, offset);
	}

	/** A 32-bit result clears the upper half of its register. */
	private storeSlot(slot: Value, offset: number, size: IntegerSize, value: Value): void {
		if (size === 32) this.sequence.store(OP.i64store, slot, this.unsigned(value, 32), offset);
		else this.sequence.store(storeOpcode(size), slot, value, offset);
	}

	private storeLanes(to: Value, size: Size, value: Value, offset: number): void {
		if (size === 128) this.sequence.store(OP.v128store, to, value, offset);
		else if (size === 64) this.sequence.store(OP.i64store, to, this.lane("i64x2_extract", 0, value), offset);
		else this.sequence.store(OP.i32store, to, this.lane("i32x4_extract", 0, value), offset);
	}

	private guestLoad(address: Value, size: IntegerSize, signed: boolean): Value {
		return this.sequence.load(loadOpcode(size, signed), I64, this.sequence.wrap(address), LAYOUT.guest);
	}

	private guestStore(address: Value, size: IntegerSize, value: Value): void {
		this.sequence.store(storeOpcode(size), this.sequence.wrap(address), value, LAYOUT.guest);
	}

	private guestLoadVector(address: Value, size: Size): Value {
		const opcode = size === 128 ? OP.v128load : 0xfd * 4096 + (size === 64 ? 93 : 92);
		return this.sequence.load(opcode, V128, this.sequence.wrap(address), LAYOUT.guest);
	}

	private checkOperand(operand: number, length: number, write: boolean): void {
		if (this.checked.has(operand)) return;
		this.checked.add(operand);
		const address = this.address(operand);
		if (this.shape.aligned[operand]) this.faultIf(this.not(this.isZero(this.and(address, this.constant(15)))), "protection");
		this.check(address, length, write);
		// faultIf has restored the set.
		this.checked.add(operand);
	}

	/** The test of the page's fast bit, and else the slow path. */
	private guardCode(code: Bytes, address: () => void, depth: (label: string) => number, info: number): void {
		const bit = info & ACCESS_WRITE ? PAGE_BIT.WRITE_FAST : PAGE_BIT.READ_FAST;
		code.byte(OP.block);
		code.byte(VOID);
		code.byte(OP.block);
		code.byte(VOID);
		address();
		code.byte(OP.i64const);
		code.s64(BigInt(LIMIT));
		code.byte(0x5a); // i64.ge_u
		code.byte(OP.brIf);
		code.u32(0);
		address();
		code.byte(OP.wrap);
		code.byte(OP.i32const);
		code.s64(BigInt(PAGE_SHIFT));
		code.byte(0x76); // i32.shr_u
		code.byte(OP.i32load8u);
		code.byte(0);
		code.u32(LAYOUT.pageTable);
		code.byte(OP.i32const);
		code.s64(BigInt(bit));
		code.byte(0x71); // i32.and
		code.byte(OP.brIf);
		code.u32(1);
		code.byte(OP.end);
		address();
		code.byte(OP.i32const);
		code.s64(BigInt(info));
		code.byte(OP.call);
		code.u32(this.functions.access);
		code.byte(OP.if);
		code.byte(VOID);
		if (this.options.at) {
			code.byte(OP.get);
			code.u32(LOCAL.pc);
			code.byte(OP.i32const);
			code.s64(BigInt(this.options.at));
			code.byte(0x6a); // i32.add
			code.byte(OP.set);
			code.u32(LOCAL.pc);
		}
		code.byte(OP.i32const);
		code.s64(BigInt(EXIT.memory));
		code.byte(OP.set);
		code.u32(LOCAL.reason);
		code.byte(OP.br);
		code.u32(depth("leaveAt") + 2);
		code.byte(OP.end);
		code.byte(OP.end);
	}

	private goTo(record: Value): void {
		this.sequence.set(LOCAL.pc, record);
		this.sequence.branch("next");
		this.ended = true;
	}
}

/** The record for a guest address: from the page's table, or else decoded. */
export function recordAt(q: Sequence, functions: Functions, target: Value): Value {
	const zero = q.const32(0);
	const low = q.wrap(target);
	const page = q.binary("shl", q.binary("shr_u", low, q.const32(PAGE_SHIFT)), q.const32(2));
	const table = q.choose(q.binary("lt_u", target, q.const64(LIMIT)), q.load(OP.i32load, I32, page, LAYOUT.codeTables), zero);
	const offset = q.binary("shl", q.binary("and", low, q.const32(0xfff)), q.const32(2));
	const record = q.choose(table, q.load(OP.i32load, I32, q.binary("add", table, offset)), zero);
	return q.choose(record, record, q.call(functions.lookup, I32, [target]));
}

function loadOpcode(size: IntegerSize, signed: boolean): number {
	switch (size) {
		case 64:
			return OP.i64load;
		case 32:
			return signed ? OP.i64load32s : OP.i64load32u;
		case 16:
			return signed ? OP.i64load16s : OP.i64load16u;
		case 8:
			return signed ? OP.i64load8s : OP.i64load8u;
	}
}

function storeOpcode(size: IntegerSize): number {
	return { 64: OP.i64store, 32: OP.i64store32, 16: OP.i64store16, 8: OP.i64store8 }[size];
}
