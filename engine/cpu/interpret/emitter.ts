// The interpreter's reading of the semantics: operands come from a decoded record, registers from the register file. How
// control and faults go on is the matter of loop.ts and single.ts.

import type { Shape } from "../decode/encoding";
import type { IntegerSize, LazyState, OperandKind, StateName } from "../table/emitter";
import type { Sequence, Value } from "../wasm/expression";
import { I32, I64, OP, V128, type ValueType } from "../wasm/opcodes";
import { GuestEmitter, loadOpcode, storeOpcode } from "./guest";
import { FS_SELECTOR, FS_SLOT, GS_SELECTOR, GS_SLOT, LAYOUT, RECORD } from "./layout";

/** The local with the record that is executed: of the loop, and of the functions of single instructions. */
export const PC = 0;

const STATE_SLOT: Readonly<Record<StateName, number>> = {
	system: LAYOUT.system,
	mxcsr: LAYOUT.mxcsr,
	fsBase: FS_SLOT,
	gsBase: GS_SLOT,
	es: LAYOUT.selectors,
	ds: LAYOUT.selectors + 4,
	fs: FS_SELECTOR,
	gs: GS_SELECTOR,
	x87Control: LAYOUT.x87Control,
	x87Status: LAYOUT.x87Status,
	x87Tags: LAYOUT.x87Tags,
	x87Held: LAYOUT.x87Held,
	x87Instruction: LAYOUT.x87Instruction,
	x87Address: LAYOUT.x87Address,
};
const WIDE_STATE: ReadonlySet<StateName> = new Set<StateName>(["fsBase", "gsBase", "x87Instruction", "x87Address"]);

export interface Options {
	/** The flags that the instruction before left, where they are known: in a sequence. */
	known?: LazyState | undefined;
	/** Those of them that are not stored yet. */
	pending?: LazyState | undefined;
	/** Operands that the semantics write: reading them asks for write access at once. */
	written: ReadonlySet<number>;
}

/** What the loop and the functions of single instructions have in common: where operands are. */
export abstract class InterpreterEmitter extends GuestEmitter {
	readonly kinds: readonly OperandKind[];
	/** Did control leave at the end? */
	ended = false;
	known: LazyState | undefined;
	/** Flags that are not stored yet. */
	pending: LazyState | undefined;
	/** Operands that were written. */
	readonly wrote = new Set<number>();
	private readonly addresses: readonly Value[];
	private checked = new Set<number>();
	private depth = 0;
	private flagsChanged = false;

	constructor(
		sequence: Sequence,
		protected readonly shape: Shape,
		private readonly options: Options,
	) {
		super(sequence, shape.sizes);
		this.kinds = shape.kinds;
		this.known = options.known;
		this.pending = options.pending;
		// Before anything else, so that every use, in whatever branch, can share it.
		this.addresses = shape.kinds.map((kind) => (kind === "m" || kind === "b" ? this.effectiveAddress(kind) : this.constant(0)));
	}

	/** Goes on with a record behind this instruction. */
	abstract next(): void;

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

	override writeLow(operand: number, value: Value, size: 16 | 32): void {
		this.sequence.store(storeOpcode(size), this.slot(operand), value);
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
		this.guestStoreVector(this.address(operand), size, value);
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
		const at = (offset: number): Value => q.load(OP.i64load, I64, q.const32(0), offset);
		const kind = q.load(OP.i32load, I32, q.const32(0), LAYOUT.flagKind);
		return { kind, a: at(LAYOUT.flagA), b: at(LAYOUT.flagB), r: at(LAYOUT.flagR) };
	}

	override setLazy(kind: number, a: Value, b: Value, r: Value): void {
		this.pending = { kind, a, b, r };
		this.flagsChanged = true;
		this.known = this.depth === 0 ? this.pending : undefined;
		if (this.depth > 0) this.settle();
	}

	/** Stores flags that were set, before anything that may end the sequence. What is set again before that is never stored. */
	protected settle(): void {
		if (!this.pending) return;
		const { kind, a, b, r } = this.pending;
		this.pending = undefined;
		const q = this.sequence;
		const zero = q.const32(0);
		q.store(OP.i32store, zero, typeof kind === "number" ? q.const32(kind) : kind, LAYOUT.flagKind);
		q.store(OP.i64store, zero, a, LAYOUT.flagA);
		q.store(OP.i64store, zero, b, LAYOUT.flagB);
		q.store(OP.i64store, zero, r, LAYOUT.flagR);
	}

	// ---- memory

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

	override when(condition: Value, then: () => void, otherwise?: () => void): void {
		const q = this.sequence;
		const { known, checked, flagsChanged } = this;
		this.settle();
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

	// ---- how it is done

	protected pc(): Value {
		return this.sequence.get(PC, I32);
	}

	protected field(opcode: number, type: ValueType, offset: number): Value {
		return this.sequence.load(opcode, type, this.pc(), offset);
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

	private checkOperand(operand: number, length: number, write: boolean): void {
		if (this.checked.has(operand)) return;
		this.checked.add(operand);
		const address = this.address(operand);
		if (this.shape.aligned[operand]) this.faultIf(this.not(this.isZero(this.and(address, this.constant(15)))), "protection");
		this.check(address, length, write);
		// faultIf has restored the set.
		this.checked.add(operand);
	}
}
