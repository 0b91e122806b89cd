// Expression graphs: what an instruction's semantics build, and how that becomes WebAssembly.
//
// A Sequence is a list of values (pure, folded when they are made) and effects (ordered). When it is emitted, a value that
// is used once is placed where it is used, others are kept in temporaries, and what nobody uses is dropped. A value that
// reads state (a load, a local) moves only as far as no effect lies between. So a row may read, write and set flags in the
// order that is natural for it, and dead flags or shared addresses cost nothing. What only *cold* arms use (ways out of the
// code, which are hardly ever taken) is computed in them, in each anew.

import type { Bytes } from "./bytes";
import {
	BINARY,
	type BinaryName,
	COMPARISONS,
	I32,
	I64,
	LANE,
	type LaneName,
	OP,
	SIMPLE,
	type SimpleName,
	V128,
	type ValueType,
	VOID,
} from "./opcodes";
import type { Temporaries } from "./temporaries";

export interface Value {
	readonly item: "value";
	readonly kind: "const" | "op" | "load" | "get" | "choose" | "call" | "leave";
	readonly type: ValueType;
	readonly opcode: number;
	readonly name: BinaryName | undefined;
	readonly args: readonly Value[];
	readonly constant: bigint;
	/** A local's number, a load's offset, or a function's index. */
	readonly index: number;
	/** Immediates that follow the opcode: lanes. */
	readonly lanes: readonly number[];
	/** Where a value that is none goes to. */
	readonly label: string;
	/** Of a choice: how the condition nearly always is. */
	readonly likely: boolean | undefined;
	/** Has effects itself (a call): stays where it was made, used or not. */
	readonly fixed: boolean;
	/** How many effects came before. */
	readonly born: number;
	place: number;
	uses: number;
	/** Of those, in cold arms. */
	coldUses: number;
	inline: boolean;
	/** Computed where cold arms need it, and nowhere else. */
	sunk: boolean;
	inCold: boolean;
	temporary: number;
}

interface Effect {
	readonly item: "effect";
	readonly kind:
		| "set"
		| "store"
		| "bulk"
		| "call"
		| "if"
		| "else"
		| "block"
		| "loop"
		| "mark"
		| "table"
		| "end"
		| "branch"
		| "branchIf"
		| "return"
		| "result";
	readonly args: readonly Value[];
	readonly opcode: number;
	readonly index: number;
	readonly label: string;
	/** Of a branch by a table. */
	readonly labels: readonly string[];
	/** Begins an arm that is hardly ever executed. */
	cold: boolean;
	/** Of a branch: where it nearly always goes. */
	likely: boolean | undefined;
	inCold: boolean;
	endsCold: boolean;
}

const isConstant = (value: Value, constant?: bigint): boolean =>
	value.kind === "const" && (constant === undefined || value.constant === constant);

const FOLD: Partial<Record<BinaryName, (a: bigint, b: bigint, width: number) => bigint>> = {
	add: (a, b) => a + b,
	sub: (a, b) => a - b,
	mul: (a, b) => a * b,
	and: (a, b) => a & b,
	or: (a, b) => a | b,
	xor: (a, b) => a ^ b,
	shl: (a, b, width) => a << (b & BigInt(width - 1)),
	shr_s: (a, b, width) => a >> (b & BigInt(width - 1)),
	shr_u: (a, b, width) => BigInt.asUintN(width, a) >> (b & BigInt(width - 1)),
	eq: (a, b) => BigInt(a === b),
	ne: (a, b) => BigInt(a !== b),
	lt_s: (a, b) => BigInt(a < b),
	lt_u: (a, b, width) => BigInt(BigInt.asUintN(width, a) < BigInt.asUintN(width, b)),
};
const NEUTRAL_ZERO: ReadonlySet<BinaryName> = new Set(["add", "sub", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"]);
const NARROWABLE: ReadonlySet<BinaryName> = new Set(["add", "sub", "mul", "and", "or", "xor"]);

interface Details {
	constant?: bigint;
	index?: number;
	lanes?: readonly number[];
	fixed?: boolean;
	name?: BinaryName;
	label?: string;
	likely?: boolean | undefined;
}
const NO_DETAILS: Details = {};
const NO_LANES: readonly number[] = [];
const STRUCTURAL: ReadonlySet<Effect["kind"]> = new Set(["if", "else", "block", "loop", "end"]);
const NOWHERE = -1;
const NO_LABELS: readonly string[] = [];

export class Sequence {
	private readonly items: (Value | Effect)[] = [];
	private effects = 0;

	// ---- values

	const64(constant: bigint | number): Value {
		return this.value("const", I64, OP.i64const, [], { constant: BigInt.asIntN(64, BigInt(constant)) });
	}

	const32(constant: bigint | number): Value {
		return this.value("const", I32, OP.i32const, [], { constant: BigInt.asIntN(32, BigInt(constant)) });
	}

	/** A vector of two 64-bit halves. */
	const128(low: bigint, high: bigint): Value {
		const lanes = Array.from({ length: 16 }, (_, i) => Number(((i < 8 ? low : high) >> BigInt((i & 7) * 8)) & 0xffn));
		return this.value("const", V128, OP.v128const, [], { lanes });
	}

	get(local: number, type: ValueType): Value {
		return this.value("get", type, OP.get, [], { index: local });
	}

	load(opcode: number, type: ValueType, address: Value, offset = 0): Value {
		return this.value("load", type, opcode, [address], { index: offset });
	}

	/** A call without effects: it may be moved or dropped. */
	call(target: number, type: ValueType, args: readonly Value[]): Value {
		return this.value("call", type, OP.call, args, { index: target });
	}

	/** A call with effects. */
	perform(target: number, type: ValueType, args: readonly Value[]): Value {
		const value = this.value("call", type, OP.call, args, { index: target, fixed: true });
		this.effects++;
		return value;
	}

	/** A call with effects, by the number of an element of a table. */
	performIndirect(signature: number, type: ValueType, element: Value, args: readonly Value[], table = 0): Value {
		const value = this.value("call", type, OP.callIndirect, [...args, element], {
			index: signature,
			fixed: true,
			lanes: [table],
		});
		this.effects++;
		return value;
	}

	/** Not a value: where it is needed, control goes to `label` instead. For the arm of a choice. */
	leave(label: string, type: ValueType): Value {
		return this.value("leave", type, OP.br, [], { label });
	}

	/** Evaluates one of the two: a branch. Loads in the arms must be allowed to happen or not. */
	choose(condition: Value, a: Value, b: Value, likely?: boolean): Value {
		if (condition.kind === "const") return condition.constant ? a : b;
		return this.value("choose", a.type, OP.if, [condition, a, b], { likely });
	}

	/** Evaluates both. */
	select(condition: Value, a: Value, b: Value): Value {
		if (condition.kind === "const") return condition.constant ? a : b;
		return this.value("op", a.type, OP.select, [a, b, condition]);
	}

	unary(opcode: number, type: ValueType, a: Value): Value {
		return this.value("op", type, opcode, [a]);
	}

	simple(name: SimpleName, ...args: readonly Value[]): Value {
		const [opcode, type] = SIMPLE[name];
		return this.value("op", type, opcode, args);
	}

	lane(name: LaneName, lanes: readonly number[], ...args: readonly Value[]): Value {
		const [opcode, type] = LANE[name];
		// What has just been put into a lane.
		const [from] = args;
		if (name.endsWith("_extract") && from?.opcode === LANE[name.replace("extract", "replace") as LaneName]?.[0])
			if (from.lanes[0] === lanes[0]) return from.args[1]!;
		return this.value("op", type, opcode, args, { lanes });
	}

	eqz(a: Value): Value {
		if (a.kind === "const") return this.const32(a.constant === 0n ? 1 : 0);
		if (a.opcode === OP.extendS || a.opcode === OP.extendU) return this.eqz(a.args[0]!);
		return this.unary(a.type === I64 ? OP.i64eqz : OP.i32eqz, I32, a);
	}

	binary(name: BinaryName, a: Value, b: Value): Value {
		if (a.type !== b.type) throw new Error(`${name}: mixed types`);
		const compare = COMPARISONS.has(name);
		const fold = FOLD[name];
		if (fold && a.kind === "const" && b.kind === "const") {
			const result = fold(a.constant, b.constant, a.type === I64 ? 64 : 32);
			return compare ? this.const32(result) : this.constant(a.type, result);
		}
		if (isConstant(b, 0n) && NEUTRAL_ZERO.has(name)) return a;
		if (isConstant(a, 0n) && (name === "add" || name === "or" || name === "xor")) return b;
		if (name === "and" && (isConstant(a, 0n) || isConstant(b, 0n))) return this.constant(a.type, 0n);
		if (name === "and" && isConstant(b, -1n)) return a;
		if (compare && a.type === I64) {
			// Comparisons of sign-extended 32-bit values need only 32 bits.
			const narrowA = this.asSigned32(a);
			const narrowB = this.asSigned32(b);
			if (narrowA && narrowB) return this.binary(name, narrowA, narrowB);
		}
		const opcode = BINARY[name][a.type === I64 ? 1 : 0];
		return this.value("op", compare ? I32 : a.type, opcode, [a, b], { name });
	}

	/** The low 32 bits of a 64-bit value, computed at 32 bits where that gives the same. */
	wrap(a: Value): Value {
		if (a.type === I32) return a;
		if (a.kind === "const") return this.const32(a.constant);
		if (a.opcode === OP.extendS || a.opcode === OP.extendU) return a.args[0]!;
		const narrow = (x: Value): boolean => x.kind === "const" || x.opcode === OP.extendS || x.opcode === OP.extendU;
		if (a.name && NARROWABLE.has(a.name) && a.args.some(narrow))
			return this.binary(a.name, this.wrap(a.args[0]!), this.wrap(a.args[1]!));
		if (a.name === "shl" && isConstant(a.args[1]!) && a.args[1]!.constant < 32n)
			return this.binary("shl", this.wrap(a.args[0]!), this.wrap(a.args[1]!));
		return this.unary(OP.wrap, I32, a);
	}

	/** The low `size` bits of a value, sign- or zero-extended to 64 bits. */
	extend(size: number, signed: boolean, a: Value): Value {
		if (a.type === I32) {
			if (a.kind === "const") return this.const64(signed ? a.constant : BigInt.asUintN(32, a.constant));
			return this.unary(signed ? OP.extendS : OP.extendU, I64, a);
		}
		if (size === 64) return a;
		if (a.kind === "const") return this.const64(signed ? BigInt.asIntN(size, a.constant) : BigInt.asUintN(size, a.constant));
		if (size === 32) {
			const narrow = this.wrap(a);
			if (signed && narrow.opcode === OP.wrap) return this.unary(OP.extend32, I64, a);
			return this.unary(signed ? OP.extendS : OP.extendU, I64, narrow);
		}
		if (!signed) return this.binary("and", a, this.const64((1n << BigInt(size)) - 1n));
		return this.unary(size === 8 ? OP.extend8 : OP.extend16, I64, a);
	}

	/** a + b, of which b may be amended until the code is emitted. */
	sum(a: Value, b: Value): Value {
		return this.value("op", I64, BINARY.add[1], [a, b]);
	}

	/** Gives a constant, which nothing has been folded with, another value. */
	amend(value: Value, constant: bigint | number): void {
		(value as { constant: bigint }).constant = BigInt(constant);
	}

	// ---- effects

	set(local: number, value: Value): void {
		this.effect("set", [value], 0, local);
	}

	store(opcode: number, address: Value, value: Value, offset = 0): void {
		this.effect("store", [address, value], opcode, offset);
	}

	/** memory.copy (to, from, length) and memory.fill (to, byte, length). */
	bulk(opcode: typeof OP.memoryCopy | typeof OP.memoryFill, to: Value, from: Value, length: Value): void {
		this.effect("bulk", [to, from, length], opcode);
	}

	/** A call that returns nothing. */
	callVoid(target: number, args: readonly Value[]): void {
		this.effect("call", args, OP.call, target);
	}

	begin(condition: Value, cold = false): void {
		const effect = this.effect("if", [condition]);
		effect.cold = cold;
		if (cold) effect.likely = false;
	}

	/** An arm that is nearly always executed; what comes after otherwise() hardly ever is. */
	beginUsual(condition: Value): void {
		this.effect("if", [condition]).likely = true;
	}

	otherwise(): void {
		this.effect("else");
	}

	/** What branches to `label` inside of it leaves it; ended by end(). */
	block(label: string): void {
		this.effect("block", [], 0, 0, label);
	}

	/** What branches to `label` inside of it begins it again; ended by end(). */
	loop(label: string): void {
		this.effect("loop", [], 0, 0, label);
	}

	/** A place that the emitter's caller is told of. */
	mark(label: string): void {
		this.effect("mark", [], 0, 0, label);
	}

	end(): void {
		this.effect("end");
	}

	branch(label: string): void {
		this.effect("branch", [], 0, 0, label);
	}

	branchIf(condition: Value, label: string, likely?: boolean): void {
		if (condition.kind === "const" && condition.constant === 0n) return;
		this.effect("branchIf", [condition], 0, 0, label).likely = likely;
	}

	/** To the label of that number, or to the last one. */
	branchTable(number: Value, labels: readonly string[]): void {
		this.effect("table", [number], 0, 0, "", labels);
	}

	/** Leaves a value on the stack, for what follows the sequence. */
	result(value: Value): void {
		this.effect("result", [value]);
	}

	return(value: Value): void {
		this.effect("return", [value]);
	}

	// ---- emission

	/** Appends the code. `depthOf` gives the depth of a label at the sequence's own level; `marked` is called at marks. */
	emit(code: Bytes, temporaries: Temporaries, depthOf: (label: string) => number, marked?: (label: string) => void): void {
		this.place();
		temporaries.reset();
		let nesting = 0;
		// Of the sequence's own blocks: how deep inside each is.
		const blocks = new Map<string, number>();
		const depth = (label: string): number => {
			const inside = blocks.get(label);
			return inside === undefined ? depthOf(label) + nesting : nesting - inside;
		};
		// Sunk values that are in temporaries, at this place of a cold arm.
		let remembered: Value[] = [];
		const forget = (): void => {
			for (const value of remembered) value.temporary = -1;
			remembered = [];
		};
		const emit = (value: Value): void => {
			if (value.temporary >= 0) {
				code.byte(OP.get);
				code.u32(value.temporary);
				return;
			}
			emitAnew(value);
			if (!value.sunk || value.coldUses < 2) return;
			value.temporary = temporaries.take(value.type);
			remembered.push(value);
			code.byte(OP.tee);
			code.u32(value.temporary);
		};
		const emitArm = (value: Value): void => {
			const outside = remembered;
			remembered = [];
			emit(value);
			forget();
			remembered = outside;
		};
		const emitAnew = (value: Value): void => {
			if (value.kind === "choose") {
				emit(value.args[0]!);
				if (value.likely !== undefined) code.hint(value.likely);
				code.byte(OP.if);
				code.byte(value.type);
				nesting++;
				emitArm(value.args[1]!);
				code.byte(OP.else);
				emitArm(value.args[2]!);
				nesting--;
				code.byte(OP.end);
				return;
			}
			for (const arg of value.args) emit(arg);
			opcode(code, value.opcode);
			if (value.kind === "const" && value.type !== V128) code.s64(value.constant);
			else if (value.kind === "load") memoryOperand(code, value.index);
			else if (value.kind === "get" || value.kind === "call") code.u32(value.index);
			else if (value.kind === "leave") code.u32(depth(value.label));
			for (const lane of value.lanes) code.byte(lane);
		};
		const keep = (value: Value): void => {
			emit(value);
			value.temporary = temporaries.take(value.type);
			code.byte(OP.set);
			code.u32(value.temporary);
		};
		let before = temporaries.mark();
		for (const item of this.items) {
			if (item.item === "value") {
				if (item.sunk) continue;
				if (item.uses > 0 && !item.inline) keep(item);
				else if (item.fixed) {
					emit(item);
					code.byte(0x1a); // drop
				}
				continue;
			}
			for (const arg of item.args) emit(arg);
			if (STRUCTURAL.has(item.kind)) {
				forget();
				if (item.kind === "if" && item.cold && !item.inCold) before = temporaries.mark();
				if (item.kind === "end" && item.endsCold) temporaries.release(before);
			}
			switch (item.kind) {
				case "set":
					code.byte(OP.set);
					code.u32(item.index);
					break;
				case "store":
					opcode(code, item.opcode);
					memoryOperand(code, item.index);
					break;
				case "bulk":
					opcode(code, item.opcode);
					code.byte(0);
					if (item.opcode === OP.memoryCopy) code.byte(0);
					break;
				case "call":
					code.byte(OP.call);
					code.u32(item.index);
					break;
				case "if":
					if (item.likely !== undefined) code.hint(item.likely);
					code.byte(OP.if);
					code.byte(VOID);
					nesting++;
					break;
				case "block":
					code.byte(OP.block);
					code.byte(VOID);
					blocks.set(item.label, ++nesting);
					break;
				case "loop":
					code.byte(OP.loop);
					code.byte(VOID);
					blocks.set(item.label, ++nesting);
					break;
				case "table":
					code.byte(OP.brTable);
					code.u32(item.labels.length - 1);
					for (const label of item.labels) code.u32(depth(label));
					break;
				case "mark":
					marked?.(item.label);
					break;
				case "else":
					code.byte(OP.else);
					break;
				case "end":
					code.byte(OP.end);
					nesting--;
					break;
				case "branch":
					code.byte(OP.br);
					code.u32(depth(item.label));
					break;
				case "branchIf":
					if (item.likely !== undefined) code.hint(item.likely);
					code.byte(OP.brIf);
					code.u32(depth(item.label));
					break;
				case "return":
					code.byte(OP.return);
					break;
			}
		}
	}

	/** Marks what lies in cold arms. */
	private chill(): void {
		const around: boolean[] = [];
		let cold = false;
		for (const item of this.items) {
			item.inCold = cold;
			if (item.item === "value") continue;
			const { kind } = item;
			if (kind === "if" || kind === "block" || kind === "loop") {
				around.push(cold);
				cold ||= kind === "if" && item.cold;
			} else if (kind === "else") cold = around.at(-1)!;
			else if (kind === "end") {
				const outside = around.pop()!;
				item.endsCold = cold && !outside;
				cold = outside;
			}
		}
	}

	/** From the last item to the first: counts uses, and decides which values are emitted where they are used. */
	private place(): void {
		this.chill();
		let effect = this.effects;
		for (let i = this.items.length - 1; i >= 0; i--) {
			const item = this.items[i]!;
			let at: number;
			let cold = item.inCold;
			if (item.item === "effect" || item.fixed) {
				at = --effect;
				if (item.item === "value") item.uses += item.coldUses;
			} else {
				const { uses, coldUses } = item;
				if (uses + coldUses === 0) continue;
				item.sunk = uses === 0 && (item.kind === "op" || item.kind === "choose");
				item.uses = uses + coldUses;
				const pinned = item.kind === "load" || item.kind === "get";
				item.inline = !item.sunk && item.uses === 1 && (!pinned || item.place === item.born);
				at = item.inline ? item.place : item.sunk ? NOWHERE : item.born;
				if (item.sunk || item.inline) cold = coldUses > 0;
			}
			for (const arg of item.args) {
				if (cold) arg.coldUses++;
				else arg.uses++;
				arg.place = at;
			}
		}
	}

	private value(
		kind: Value["kind"],
		type: ValueType,
		opcode: number,
		args: readonly Value[],
		details: Details = NO_DETAILS,
	): Value {
		const value: Value = {
			item: "value",
			kind,
			type,
			opcode,
			name: details.name,
			args,
			constant: details.constant ?? 0n,
			index: details.index ?? 0,
			lanes: details.lanes ?? NO_LANES,
			label: details.label ?? "",
			likely: details.likely,
			fixed: details.fixed ?? false,
			born: this.effects,
			place: 0,
			uses: 0,
			coldUses: 0,
			inline: false,
			sunk: false,
			inCold: false,
			temporary: -1,
		};
		if (kind !== "const" && kind !== "leave") this.items.push(value);
		return value;
	}

	private effect(
		kind: Effect["kind"],
		args: readonly Value[] = [],
		opcode = 0,
		index = 0,
		label = "",
		labels: readonly string[] = NO_LABELS,
	): Effect {
		const effect: Effect = {
			item: "effect",
			kind,
			args,
			opcode,
			index,
			label,
			labels,
			cold: false,
			likely: undefined,
			inCold: false,
			endsCold: false,
		};
		this.items.push(effect);
		this.effects++;
		return effect;
	}

	private constant(type: ValueType, constant: bigint): Value {
		return type === I64 ? this.const64(constant) : this.const32(constant);
	}

	private asSigned32(value: Value): Value | undefined {
		if (value.opcode === OP.extendS) return value.args[0];
		if (isConstant(value) && BigInt.asIntN(32, value.constant) === value.constant) return this.const32(value.constant);
		return undefined;
	}
}

function opcode(code: Bytes, number: number): void {
	if (number < 4096) {
		code.byte(number);
		return;
	}
	code.byte(number >> 12);
	code.u32(number & 0xfff);
}

/** Alignment is a hint that engines ignore; 0 is always valid. */
function memoryOperand(code: Bytes, offset: number): void {
	code.byte(0);
	code.u32(offset);
}
