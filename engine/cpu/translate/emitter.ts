// The translator's reading of the semantics: operands are known, registers and flags are in locals. How control goes on is
// the matter of block.ts.

import { BASE } from "../decode/decoder";
import { ACCESS_WRITE } from "../interpret/functions";
import { GuestEmitter, loadOpcode } from "../interpret/guest";
import { LAYOUT, LIMIT, PAGE_BIT, PAGE_SHIFT, slotOfMmx, slotOfRegister } from "../interpret/layout";
import { mulHighS, mulHighU } from "../interpret/products";
import type { Exit, Helper, IntegerSize, LazyState, OperandKind, Size, StateName } from "../table/emitter";
import type { PlainOperation } from "../table/float";
import { X87 } from "../table/x87";
import type { Sequence, Value } from "../wasm/expression";
import { I32, I64, OP, V128 } from "../wasm/opcodes";
import { FUNCTIONS } from "./imports";
import type { Instruction } from "./instruction";
import { FLAGS, LOCAL, VECTORS } from "./locals";
import type { State } from "./state";

/** Thrown by what only the interpreter does. */
export class Untranslatable extends Error {}

const STATE_SLOT: Partial<Record<StateName, number>> = {
	system: LAYOUT.system,
	mxcsr: LAYOUT.mxcsr,
	fsBase: slotOfRegister(BASE.fs),
	gsBase: slotOfRegister(BASE.gs),
	x87Control: LAYOUT.x87Control,
	x87Status: LAYOUT.x87Status,
	x87Tags: LAYOUT.x87Tags,
	x87Held: LAYOUT.x87Held,
	x87Instruction: LAYOUT.x87Instruction,
	x87Address: LAYOUT.x87Address,
};
const WIDE: ReadonlySet<StateName> = new Set<StateName>(["fsBase", "gsBase", "x87Instruction", "x87Address"]);
const WRITABLE = /^(mxcsr|system|x87)/;
/** Operations of the x87 that see XMM registers, which are in locals here. */
const WITH_VECTORS: ReadonlySet<number> = new Set([X87.indexOf("get register"), X87.indexOf("set register")]);

/** Of two operands. */
const CLEARING: ReadonlySet<string> = new Set(["xor", "sub", "pxor", "xorps", "xorpd"]);

export class OperandEmitter extends GuestEmitter {
	readonly kinds: readonly OperandKind[];
	readonly wrote = new Set<number>();
	/** Has control gone elsewhere? */
	ended = false;
	protected nesting = 0;
	private readonly addresses = new Map<number, Value>();
	private readonly alignment = new Set<number>();

	constructor(
		sequence: Sequence,
		protected readonly instruction: Instruction,
		/** What is known at this place. */
		public known: State,
	) {
		super(sequence, instruction.shape.sizes);
		this.kinds = instruction.shape.kinds;
		// Before anything else, so that every use, in whatever branch, can share it.
		this.kinds.forEach((kind, i) => {
			if (kind === "m" || kind === "b") this.addresses.set(i, this.effectiveAddress());
		});
	}

	// ---- what happens beside the instruction itself: block.ts

	/** May it have to go to the interpreter? */
	leaves = false;
	/** May it be executed again, as a new instruction? */
	repeats = false;

	/** Goes to the interpreter, before the instruction. */
	protected leave(): void {
		this.leaves = true;
	}
	override jump(_operand: number): void {}
	override jumpTo(_target: Value): void {}

	// ---- operands

	/** x - x and x ^ x are 0 whatever x is: it need not be there. */
	private get clears(): boolean {
		const { form, register, high } = this.instruction;
		if (!CLEARING.has(form.row.name) || register[0] !== register[1] || high[0] !== high[1]) return false;
		return this.kinds.length === 2 && this.kinds.every((kind) => kind === this.kinds[0]);
	}

	override read(operand: number, signed = true): Value {
		const size = this.sizes[operand]! as IntegerSize;
		const { register, high } = this.instruction;
		if (this.clears) return this.constant(0);
		switch (this.kinds[operand]) {
			case "i":
				if (operand > 0 && this.kinds[operand - 1] === "i") throw new Untranslatable();
				return this.constant(this.instruction.immediate);
			case "q":
				return this.constant(this.instruction.immediate);
			case "c":
				return this.register(1, 8, signed);
			case "r":
				return this.register(register[operand]!, size, signed, high[operand]);
			case "x": {
				if (this.isMmx(operand))
					return this.sequence.load(loadOpcode(size, signed), I64, this.sequence.const32(0), this.mmxSlot(operand));
				const vector = this.vectorRegister(register[operand]!);
				if (size === 64) return this.lane("i64x2_extract", 0, vector);
				if (size === 32) return this.sequence.extend(32, signed, this.lane("i32x4_extract", 0, vector));
				throw new Untranslatable();
			}
			default:
				this.checkOperand(operand, this.instruction.writes?.has(operand) ?? false);
				return this.guestLoad(this.address(operand), size, signed);
		}
	}

	override write(operand: number, value: Value): void {
		const size = this.sizes[operand]! as IntegerSize;
		const { register, high } = this.instruction;
		this.wrote.add(operand);
		switch (this.kinds[operand]) {
			case "r":
				this.setRegister(register[operand]!, size, value, high[operand]);
				break;
			case "x":
				this.setLow(register[operand]!, size, value);
				break;
			default:
				this.checkOperand(operand, true);
				this.guestStore(this.address(operand), size, value);
		}
	}

	override writeLow(): void {
		throw new Untranslatable();
	}

	override readVector(operand: number): Value {
		if (this.isMmx(operand)) return this.sequence.load(OP.v128load, V128, this.sequence.const32(0), this.mmxSlot(operand));
		if (this.clears) return this.sequence.const128(0n, 0n);
		if (this.kinds[operand] === "x") return this.vectorRegister(this.instruction.register[operand]!);
		this.checkOperand(operand, this.instruction.writes?.has(operand) ?? false);
		return this.guestLoadVector(this.address(operand), this.sizes[operand]!);
	}

	override writeVector(operand: number, value: Value): void {
		const size = this.sizes[operand]!;
		this.wrote.add(operand);
		if (this.kinds[operand] === "x") {
			const number = this.instruction.register[operand]!;
			if (size === 128) this.setVectorRegister(number, value);
			else if (size === 64) this.setVectorRegister(number, this.moveLow("f64x2", this.vectorRegister(number), value));
			else this.setVectorRegister(number, this.moveLow("f32x4", this.vectorRegister(number), value));
			return;
		}
		this.checkOperand(operand, true);
		this.guestStoreVector(this.address(operand), size, value);
	}

	override writeMmx(operand: number, value: Value): void {
		const q = this.sequence;
		const slot = this.mmxSlot(operand);
		this.wrote.add(operand);
		q.store(OP.i64store, q.const32(0), this.lane("i64x2_extract", 0, value), slot);
		q.store(OP.i64store16, q.const32(0), this.constant(-1), slot + 8);
	}

	/** MMX registers stay in memory, where the x87's operations find them. */
	private isMmx(operand: number): boolean {
		return this.kinds[operand] === "x" && "PQN".includes(this.instruction.form.specs[operand]!.letter);
	}

	private mmxSlot(operand: number): number {
		return slotOfMmx(this.instruction.register[operand]!);
	}

	override address(operand: number): Value {
		return this.addresses.get(operand) ?? this.constant(0);
	}

	override nextAddress(): Value {
		return this.constant(this.instruction.next);
	}

	override ownAddress(): Value {
		return this.constant(this.instruction.address);
	}

	// ---- registers

	override register(number: number, size: IntegerSize, signed = true, high = false): Value {
		const whole = this.whole(number);
		return this.sequence.extend(size, signed, high ? this.op("shr_u", whole, this.constant(8)) : whole);
	}

	override setRegister(number: number, size: IntegerSize, value: Value, high = false): void {
		let whole = value;
		if (size === 32) whole = this.unsigned(value, 32);
		else if (size < 32) {
			const by = high ? 8 : 0;
			const mask = ((1n << BigInt(size)) - 1n) << BigInt(by);
			const part = this.op("shl", this.unsigned(value, size), this.constant(by));
			whole = this.or(this.and(this.whole(number), this.constant(~mask)), part);
		}
		this.known.change(number);
		this.sequence.set(LOCAL.registers + number, whole);
		this.known.registers.set(number, whole);
	}

	private whole(number: number): Value {
		let value = this.known.registers.get(number);
		if (!value) {
			this.known.meet(number);
			value = this.sequence.get(LOCAL.registers + number, I64);
			this.known.registers.set(number, value);
		}
		return value;
	}

	private vectorRegister(number: number): Value {
		let value = this.known.vectors.get(number);
		if (!value) {
			this.known.meet(VECTORS + number);
			value = this.sequence.get(LOCAL.vectors + number, V128);
			this.known.vectors.set(number, value);
		}
		return value;
	}

	private setVectorRegister(number: number, value: Value): void {
		this.known.change(VECTORS + number);
		this.sequence.set(LOCAL.vectors + number, value);
		this.known.vectors.set(number, value);
	}

	/** `into` with the lowest lane of `from`, which does not leave the vector registers on the way. */
	private moveLow(lanes: "f32x4" | "f64x2", into: Value, from: Value): Value {
		return this.lane(`${lanes}_replace`, 0, into, this.lane(`${lanes}_extract`, 0, from));
	}

	private setLow(number: number, size: Size, value: Value): void {
		const old = this.vectorRegister(number);
		if (size === 64) this.setVectorRegister(number, this.lane("i64x2_replace", 0, old, value));
		else if (size === 32) this.setVectorRegister(number, this.lane("i32x4_replace", 0, old, this.sequence.wrap(value)));
		else throw new Untranslatable();
	}

	override state(name: StateName): Value {
		const wide = WIDE.has(name);
		return this.sequence.load(wide ? OP.i64load : OP.i32load, wide ? I64 : I32, this.sequence.const32(0), slotOf(name));
	}

	override setState(name: StateName, value: Value): void {
		if (!WRITABLE.test(name)) throw new Untranslatable();
		this.sequence.store(value.type === I64 ? OP.i64store : OP.i32store, this.sequence.const32(0), value, slotOf(name));
	}

	override segment(): Value {
		throw new Untranslatable();
	}

	// ---- sums with constants, kept as one

	override add(a: Value, b: Value): Value {
		if (b.kind !== "const" || b.type !== I64 || a.kind === "const") return super.add(a, b);
		const { base, offset } = this.known.anchor(a);
		const total = BigInt.asIntN(64, offset + b.constant);
		const sum = super.add(base, this.constant(total));
		if (sum !== base) this.known.anchors.set(sum, { base, offset: total });
		return sum;
	}

	override sub(a: Value, b: Value): Value {
		return b.kind === "const" && b.type === I64 ? this.add(a, this.constant(-b.constant)) : super.sub(a, b);
	}

	// ---- flags

	override lazy(): LazyState {
		const { known, sequence: q } = this;
		if (known.flags) return known.flags;
		if (!known.valid) throw new Error(`${this.instruction.form.row.name} reads flags that were taken for dead`);
		known.meet(FLAGS);
		known.flags = {
			kind: known.kind ?? q.get(LOCAL.kind, I32),
			a: q.get(LOCAL.a, I64),
			b: q.get(LOCAL.b, I64),
			r: q.get(LOCAL.r, I64),
		};
		return known.flags;
	}

	override setLazy(kind: number, a: Value, b: Value, r: Value): void {
		const { known } = this;
		known.flags = { kind, a, b, r };
		known.stored = false;
		known.valid = true;
		known.version++;
	}

	/** Puts the flags where others look for them: into the locals. */
	protected settle(): void {
		const { known, sequence: q } = this;
		if (known.stored || !known.flags) return;
		const { kind, a, b, r } = known.flags;
		known.change(FLAGS);
		q.set(LOCAL.kind, typeof kind === "number" ? q.const32(kind) : kind);
		q.set(LOCAL.a, a);
		q.set(LOCAL.b, b);
		q.set(LOCAL.r, r);
		known.kind = typeof kind === "number" ? kind : undefined;
		known.stored = true;
	}

	// ---- memory

	/**
	 * The page's fast bit, or else a function that looks closely; what that one does not allow is left to the interpreter. Accesses
	 * that come later in the block, relative to the same value, are looked at together with the first.
	 */
	override check(address: Value, length: number, write: boolean): void {
		const { known, sequence: q } = this;
		const anchor = known.anchor(address);
		if (known.covers(anchor, length, write)) return;
		const first = q.const64(anchor.offset);
		const size = q.const32(length | (write ? ACCESS_WRITE : 0));
		const from = q.sum(anchor.base, first);
		const bit = write ? PAGE_BIT.WRITE_FAST : PAGE_BIT.READ_FAST;
		q.block("accessible");
		q.block("slow");
		q.branchIf(q.binary("ge_u", from, q.const64(LIMIT)), "slow", false);
		const page = q.binary("shr_u", q.wrap(from), q.const32(PAGE_SHIFT));
		q.branchIf(q.binary("and", q.load(OP.i32load8u, I32, page, LAYOUT.pageTable), q.const32(bit)), "accessible", true);
		q.end();
		q.begin(q.perform(FUNCTIONS.open, I32, [from, size]), true);
		this.leaveInArm();
		q.end();
		q.end();
		known.note(anchor.base, {
			...{ first: anchor.offset, end: anchor.offset + BigInt(length), write },
			cover: (start, bytes) => {
				q.amend(first, start);
				q.amend(size, Number(bytes) | (write ? ACCESS_WRITE : 0));
			},
		});
	}

	override copyBytes(to: Value, from: Value, length: Value): void {
		this.sequence.bulk(OP.memoryCopy, this.hostAddress(to), this.hostAddress(from), this.sequence.wrap(length));
	}

	override fillBytes(to: Value, byte: Value, length: Value): void {
		this.sequence.bulk(OP.memoryFill, this.hostAddress(to), this.sequence.wrap(byte), this.sequence.wrap(length));
	}

	private hostAddress(address: Value): Value {
		return this.sequence.binary("add", this.sequence.wrap(address), this.sequence.const32(LAYOUT.guest));
	}

	// ---- control

	/** Whatever may be an address is looked at when the machine gets there; the rest is a fault of the instruction. */
	override aim(target: Value): void {
		this.faultIf(this.op("ge_u", target, this.constant(LIMIT)));
	}

	override again(): void {
		this.repeats = true;
		this.ended = true;
	}

	override exit(reason: Exit): void {
		if (reason === "trace" || reason === "syscall") throw new Untranslatable();
		this.leave();
		this.ended = true;
	}

	override faultIf(condition: Value): void {
		const q = this.sequence;
		if (condition.kind === "const" && condition.constant === 0n) return;
		q.begin(condition, true);
		this.leaveInArm();
		q.end();
	}

	private leaveInArm(): void {
		const before = this.known;
		this.known = before.copy();
		this.nesting++;
		this.leave();
		this.nesting--;
		this.known = before;
	}

	override when(condition: Value, then: () => void, otherwise?: () => void): void {
		this.choose(condition, then, otherwise, false);
	}

	override usually(condition: Value, then: () => void, otherwise: () => void): void {
		this.choose(condition, then, otherwise, true);
	}

	private choose(condition: Value, then: () => void, otherwise: (() => void) | undefined, usual: boolean): void {
		if (condition.kind === "const") {
			if (condition.constant !== 0n) then();
			else otherwise?.();
			return;
		}
		const q = this.sequence;
		// Both ways must agree about where the flags are.
		if (otherwise) this.settle();
		const before = this.known;
		const way = (arm: () => void): State | undefined => {
			this.known = before.copy();
			this.ended = false;
			arm();
			if (!this.ended && this.known.version !== before.version) this.settle();
			return this.ended ? undefined : this.known;
		};
		this.nesting++;
		if (usual) q.beginUsual(condition);
		else q.begin(condition);
		const a = way(then);
		const changed = (state: State | undefined): boolean => state !== undefined && state.version !== before.version;
		let b: State | undefined = before;
		if (otherwise || (changed(a) && !before.stored)) {
			q.otherwise();
			b = way(otherwise ?? (() => this.settle()));
		}
		q.end();
		this.nesting--;
		this.ended = false;
		before.join(a, b);
		if (changed(a) || changed(b)) {
			const kinds = [a, b].filter((state) => state !== undefined).map((state) => state.kind);
			before.kind = kinds.every((kind) => kind === kinds[0]) ? kinds[0] : undefined;
			before.flags = undefined;
			before.stored = true;
			before.valid = true;
			before.version++;
		}
		this.known = before;
	}

	override helper(name: Helper, ...args: Value[]): Value {
		if (name === "mulHighU") return mulHighU(this.sequence, args[0]!, args[1]!);
		if (name === "mulHighS") return mulHighS(this.sequence, args[0]!, args[1]!);
		if (name === "x87" && !(args[0]!.kind === "const" && WITH_VECTORS.has(Number(args[0]!.constant))))
			return this.sequence.perform(FUNCTIONS.x87, I64, args);
		if (name === "divideS" || name === "divideU") return this.sequence.call(FUNCTIONS[name], I64, args);
		throw new Untranslatable();
	}

	override careful(operation: string, a: Value, b: Value, more?: Value): Value {
		return this.carefully(FUNCTIONS.careful, operation, a, b, more);
	}

	override plain(operation: PlainOperation, a: Value, b: Value, r: Value): Value {
		return this.sequence.call(FUNCTIONS[operation], I32, [a, b, r]);
	}

	// ---- how it is done

	private effectiveAddress(): Value {
		const { base, index, scale, displacement, segment, address32 } = this.instruction;
		let address = base === BASE.none ? this.constant(0) : this.register(base, 64);
		if (index !== BASE.none) address = this.add(address, this.op("shl", this.register(index, 64), this.constant(scale)));
		address = this.add(address, this.constant(displacement));
		if (address32) address = this.unsigned(address, 32);
		if (segment === BASE.none) return address;
		return this.add(address, this.state(segment === BASE.fs ? "fsBase" : "gsBase"));
	}

	private checkOperand(operand: number, write: boolean): void {
		const address = this.address(operand);
		if (this.instruction.shape.aligned[operand] && !this.alignment.has(operand)) {
			if (this.nesting === 0) this.alignment.add(operand);
			this.faultIf(this.not(this.isZero(this.and(address, this.constant(15)))));
		}
		this.check(address, this.sizes[operand]! / 8, write);
	}
}

function slotOf(name: StateName): number {
	const at = STATE_SLOT[name];
	if (at === undefined) throw new Untranslatable();
	return at;
}
