// The operations of the x87, by their names in the table.
//
// Exceptions are noted in the status word. One that is not masked is reported by the next instruction that waits for it; what the
// instruction itself does then is decided in one place, at the end.

import { FS_SLOT, GS_SLOT, LAYOUT } from "../interpret/layout";
import { CONTROL_OPERATIONS, TRIAL, UNARY, X87, type X87Operation } from "../table/x87";
import { C0, C2, C3, CONDITION, chooseNaN, Fpu } from "./fpu";
import { clearPlace, controlWord, restoreFrom, saveTo } from "./fxsave";
import {
	add,
	bitLength,
	compare,
	DOUBLE,
	divide,
	finite,
	fromInteger,
	indefinite,
	multiply,
	negate,
	pack,
	packExtended,
	RAISED,
	type Real,
	ROUND,
	round,
	SINGLE,
	type Status,
	toInteger,
	unpack,
	unpackExtended,
	zero,
} from "./softfloat";
import { unary } from "./x87-unary";

const DEFAULT_CONTROL = 0x37f;

/** ARITHMETIC number `n` on a (st0) and b. */
function arithmetic(fpu: Fpu, n: number, a: Real, b: Real): Real {
	if (a.kind === "nan" || b.kind === "nan") return chooseNaN(fpu, a, b);
	if (a.denormal || b.denormal) fpu.raised |= RAISED.denormal;
	const { mode } = fpu;
	switch (n) {
		case 0:
			return fpu.settle(add(a, b, mode, fpu));
		case 1:
			return fpu.settle(multiply(a, b, fpu));
		case 4:
			return fpu.settle(add(a, negate(b), mode, fpu));
		case 5:
			return fpu.settle(add(b, negate(a), mode, fpu));
		case 6:
			return fpu.settle(divide(a, b, fpu));
		default:
			return fpu.settle(divide(b, a, fpu));
	}
}

/** CF, PF and ZF, in their places in RFLAGS. */
function ordering(fpu: Fpu, a: Real, b: Real, quiet: boolean): number {
	fpu.conditionsIfHeld = "found";
	if (a.kind === "nan" || b.kind === "nan") {
		if (!quiet || a.signaling || b.signaling) fpu.raised |= RAISED.invalid;
		return 0x45;
	}
	if (a.denormal || b.denormal) fpu.raised |= RAISED.denormal;
	const order = compare(a, b);
	return order < 0 ? 1 : order === 0 ? 0x40 : 0;
}

function compareStack(fpu: Fpu, number: number): number {
	const pops = (number >> 3) & 3;
	const flags = ordering(fpu, fpu.get(0), fpu.get(number & 7), (number & 32) !== 0);
	for (let i = 0; i < pops; i++) fpu.pop();
	return flags;
}

/** C3, C2, C0 as fcom sets them, from ZF, PF, CF. */
const conditionBits = (flags: number): number => (flags & 1 ? C0 : 0) | (flags & 4 ? C2 : 0) | (flags & 0x40 ? C3 : 0);

function memoryOperand(fpu: Fpu, n: number, b: Real): bigint {
	const a = fpu.get(0);
	if (n === 2 || n === 3) {
		fpu.conditions(conditionBits(ordering(fpu, a, b, false)));
		if (n === 3) fpu.pop();
	} else fpu.set(0, fpu.raised & RAISED.stack ? indefinite() : arithmetic(fpu, n, a, b));
	return 0n;
}

function stackOperands(fpu: Fpu, number: number, toTop: boolean): bigint {
	const i = number >> 3;
	const a = fpu.get(0);
	const b = fpu.get(i);
	fpu.set(toTop ? 0 : i, fpu.raised & RAISED.stack ? indefinite() : arithmetic(fpu, number & 7, a, b));
	return 0n;
}

function getReal(fpu: Fpu, width: 32 | 64): bigint {
	const value = fpu.get(0);
	if (value.signaling) fpu.raised |= RAISED.invalid;
	return BigInt.asIntN(64, pack(round(value, width === 32 ? SINGLE : DOUBLE, fpu.mode, fpu), width));
}

function getInteger(fpu: Fpu, width: number, mode = fpu.mode): bigint {
	const value = fpu.get(0);
	const smallest = -(1n << BigInt(width - 1));
	if (value.kind === "finite") {
		// What cannot fit need not be computed.
		if (value.mant === 0n) return 0n;
		const status: Status = { raised: 0 };
		if (value.exp + bitLength(value.mant) <= width + 1) {
			const integer = toInteger(value, mode, status);
			if (integer >= smallest && integer < -smallest) {
				fpu.raised |= status.raised;
				return integer;
			}
		}
	}
	fpu.raised |= RAISED.invalid;
	return smallest;
}

const CONSTANTS: readonly (readonly [significand: bigint, exponent: number, rest: 0 | 1])[] = [
	[0x8000000000000000n, 0x3fff, 0], // 1
	[0xd49a784bcd1b8afen, 0x4000, 0], // log2(10)
	[0xb8aa3b295c17f0bcn, 0x3fff, 1], // log2(e)
	[0xc90fdaa22168c235n, 0x4000, 1], // pi
	[0x9a209a84fbcff799n, 0x3ffd, 1], // log10(2)
	[0xb17217f7d1cf79acn, 0x3ffe, 1], // ln(2)
	[0n, 0, 0], // 0
];
/** Whether the constant above is the exact value rounded up, so that rounding towards zero or down gives one less. */
function constant(fpu: Fpu, n: number): Real {
	const [significand, exponent, roundedUp] = CONSTANTS[n]!;
	const { mode } = fpu;
	if (n === 0 || n === 6) return unpackExtended(significand, exponent);
	const down = mode === ROUND.down || mode === ROUND.zero;
	const adjusted = roundedUp && down ? significand - 1n : !roundedUp && mode === ROUND.up ? significand + 1n : significand;
	return unpackExtended(adjusted, exponent);
}

/** The 28 bytes of FNSTENV as 32-bit words (Intel's manual, volume 1, figure 8-9); selectors are not kept and read as 0. */
function environment(fpu: Fpu, word: number): number {
	switch (word) {
		case 0:
			return 0xffff0000 | fpu.control;
		case 1:
			return 0xffff0000 | fpu.status;
		case 2:
			return 0xffff0000 | fullTags(fpu);
		case 3:
			return fpu.view.getUint32(LAYOUT.x87Instruction, true);
		case 4:
			return (fpu.view.getUint16(LAYOUT.x87Opcode, true) & 0x7ff) << 16;
		case 5:
			return fpu.view.getUint32(LAYOUT.x87Operand, true);
		default:
			return 0xffff0000;
	}
}

/** Two bits a physical register: valid 0, zero 1, special 2, empty 3. */
function fullTags(fpu: Fpu): number {
	let tags = 0;
	for (let i = 0; i < 8; i++) {
		let tag = 3;
		if (!fpu.isEmpty(i)) {
			const value = fpu.peek(i);
			tag = value.kind !== "finite" || value.denormal ? 2 : value.mant === 0n ? 1 : 0;
		}
		tags |= tag << (2 * ((fpu.top + i) & 7));
	}
	return tags;
}

function setEnvironment(fpu: Fpu, word: number, value: number): void {
	const { view } = fpu;
	if (word === 0) view.setUint16(LAYOUT.x87Control, controlWord(value), true);
	else if (word === 1) fpu.status = value & 0xffff;
	else if (word === 2) {
		let tags = 0;
		for (let i = 0; i < 8; i++) if (((value >> (2 * i)) & 3) !== 3) tags |= 1 << i;
		view.setUint8(LAYOUT.x87Tags, tags);
	} else if (word === 3) view.setBigUint64(LAYOUT.x87Instruction, BigInt(value >>> 0), true);
	else if (word === 4) view.setUint16(LAYOUT.x87Opcode, (value >>> 16) & 0x7ff, true);
	else if (word === 5) view.setBigUint64(LAYOUT.x87Operand, BigInt(value >>> 0), true);
	fpu.summarise();
}

/** FXSAVE's image is made once for its first word and read from here for the others. */
const image = new DataView(new ArrayBuffer(512));

function init(fpu: Fpu): void {
	fpu.view.setUint16(LAYOUT.x87Control, DEFAULT_CONTROL, true);
	fpu.status = 0;
	fpu.view.setUint8(LAYOUT.x87Tags, 0);
	clearPlace(fpu.view);
}

/** 18 decimal digits and a sign. */
function getDecimal(fpu: Fpu): bigint {
	const value = getInteger(fpu, 64);
	const magnitude = value < 0n ? -value : value;
	if (fpu.raised & RAISED.invalid || magnitude >= 10n ** 18n) {
		fpu.raised = (fpu.raised & ~(RAISED.inexact | RAISED.up)) | RAISED.invalid;
		return 0xffffc000000000000000n;
	}
	const digits = BigInt(`0x${magnitude.toString()}`);
	return digits | (fpu.get(0).sign ? 1n << 79n : 0n);
}

type Action = (fpu: Fpu, operand: bigint, number: number) => unknown;

/** A function that has no result of interest. */
const nothing = 0n;

const ACTIONS: Record<X87Operation, Action> = {
	"load f32": (fpu, operand) => loadReal(fpu, unpack(BigInt.asUintN(32, operand), 32)),
	"load f64": (fpu, operand) => loadReal(fpu, unpack(BigInt.asUintN(64, operand), 64)),
	"load i16": (fpu, operand) => fpu.push(fromInteger(BigInt.asIntN(16, operand))),
	"load i32": (fpu, operand) => fpu.push(fromInteger(BigInt.asIntN(32, operand))),
	"load i64": (fpu, operand) => fpu.push(fromInteger(operand)),
	"load f80": (fpu, operand, number) => {
		const overflow = !fpu.isEmpty(7);
		fpu.push(zero(0));
		if (!overflow) fpu.setRaw(0, BigInt.asUintN(64, operand), number);
	},
	"load st": (fpu, _, i) => {
		const [significand, signExponent] = fpu.raw(i);
		const empty = fpu.isEmpty(i);
		const value = fpu.get(i);
		const overflow = !fpu.isEmpty(7);
		fpu.push(value);
		// Underflow comes first, and is what C1 tells.
		if (empty) fpu.raised &= ~RAISED.up;
		if (!empty && !overflow) fpu.setRaw(0, significand, signExponent);
	},
	"load constant": (fpu, _, n) => fpu.push(constant(fpu, n)),
	"get f32": (fpu) => getReal(fpu, 32),
	"get f64": (fpu) => getReal(fpu, 64),
	"get i16": (fpu) => getInteger(fpu, 16),
	"get i32": (fpu) => getInteger(fpu, 32),
	"get i64": (fpu) => getInteger(fpu, 64),
	"get significand": (fpu) => {
		if (fpu.isEmpty(0)) return BigInt.asIntN(64, packExtended(fpu.get(0))[0]);
		return BigInt.asIntN(64, fpu.raw(0)[0]);
	},
	"get exponent": (fpu) => BigInt(fpu.isEmpty(0) ? packExtended(fpu.get(0))[1] : fpu.raw(0)[1]),
	"get truncated i16": (fpu) => getInteger(fpu, 16, ROUND.zero),
	"get truncated i32": (fpu) => getInteger(fpu, 32, ROUND.zero),
	"get truncated i64": (fpu) => getInteger(fpu, 64, ROUND.zero),
	// C1 tells how the store before was rounded.
	pop: (fpu) => {
		keepC1(fpu);
		fpu.pop();
	},
	"memory f32": (fpu, operand, n) => memoryOperand(fpu, n, unpack(BigInt.asUintN(32, operand), 32)),
	"memory f64": (fpu, operand, n) => memoryOperand(fpu, n, unpack(BigInt.asUintN(64, operand), 64)),
	"memory i16": (fpu, operand, n) => memoryOperand(fpu, n, fromInteger(BigInt.asIntN(16, operand))),
	"memory i32": (fpu, operand, n) => memoryOperand(fpu, n, fromInteger(BigInt.asIntN(32, operand))),
	"to st0": (fpu, _, number) => stackOperands(fpu, number, true),
	"to st": (fpu, _, number) => stackOperands(fpu, number, false),
	"to st, pop": (fpu, _, number) => {
		stackOperands(fpu, number, false);
		fpu.pop();
	},
	exchange: (fpu, _, i) => {
		for (const n of [0, i]) if (fpu.isEmpty(n)) fpu.set(n, fpu.get(n));
		const [a, b] = [fpu.raw(0), fpu.raw(i)];
		fpu.setRaw(0, ...b);
		fpu.setRaw(i, ...a);
	},
	"store st": (fpu, _, i) => storeStack(fpu, i),
	"store st, pop": (fpu, _, i) => {
		storeStack(fpu, i);
		fpu.pop();
	},
	free: (fpu, _, i) => fpu.free(i),
	"free, pop": (fpu, _, i) => {
		fpu.free(i);
		fpu.pop();
	},
	/** An empty register is no stack fault, and nothing is copied. */
	"copy st, pop": (fpu, _, i) => {
		if (!fpu.isEmpty(0)) fpu.setRaw(i, ...fpu.raw(0));
		fpu.pop();
	},
	nothing: keepC1,
	compare: (fpu, _, number) => fpu.conditions(conditionBits(compareStack(fpu, number))),
	"compare to flags": (fpu, _, number) => {
		keepC1(fpu);
		return BigInt(compareStack(fpu, number));
	},
	move: (fpu, condition, i) => {
		keepC1(fpu);
		if (fpu.isEmpty(i) || fpu.isEmpty(0)) fpu.set(0, fpu.get(fpu.isEmpty(i) ? i : 0));
		else if (condition) fpu.setRaw(0, ...fpu.raw(i));
	},
	unary: (fpu, _, n) => unary(fpu, Object.values(UNARY)[n]!),
	init: (fpu) => init(fpu),
	"clear exceptions": (fpu) => {
		fpu.status &= 0x7f00;
	},
	"get control": (fpu) => BigInt(fpu.control),
	"set control": (fpu, operand) => {
		fpu.view.setUint16(LAYOUT.x87Control, controlWord(Number(operand & 0xffffn)), true);
		fpu.summarise();
	},
	"get status": (fpu) => BigInt(fpu.status),
	"get environment": (fpu, _, word) => BigInt(environment(fpu, word) >>> 0),
	"set environment": (fpu, operand, word) => setEnvironment(fpu, word, Number(operand)),
	"mask all exceptions": (fpu) => {
		fpu.view.setUint16(LAYOUT.x87Control, fpu.control | 0x3f, true);
		fpu.summarise();
	},
	"get register": (fpu, _, word) => {
		if (word === 0) saveTo(fpu.view, image);
		return image.getBigInt64(8 * word, true);
	},
	"set register": (fpu, operand, word) => {
		image.setBigInt64(8 * word, operand, true);
		if (word === 51) restoreFrom(fpu.view, image);
	},
	"get saved": (fpu, _, part) => BigInt.asIntN(64, BigInt(fpu.raw(part >> 1)[part & 1]!)),
	"set saved": (fpu, operand, part) => {
		const empty = fpu.isEmpty(part >> 1);
		const [significand, signExponent] = fpu.raw(part >> 1);
		if (part & 1) fpu.setRaw(part >> 1, significand, Number(BigInt.asUintN(16, operand)));
		else fpu.setRaw(part >> 1, BigInt.asUintN(64, operand), signExponent);
		if (empty) fpu.free(part >> 1);
	},
	"load bcd": (fpu, operand, rest) => {
		const digits = (BigInt(rest & 0xff) << 64n) | BigInt.asUintN(64, operand);
		// A digit beyond 9 counts as what it is.
		const magnitude = [...digits.toString(16)].reduce((sum, digit) => 10n * sum + BigInt(`0x${digit}`), 0n);
		fpu.push(finite(rest & 0x8000 ? 1 : 0, magnitude, 0));
	},
	"get bcd": (fpu, _, part) => {
		const decimal = getDecimal(fpu);
		return BigInt.asIntN(64, part === 0 ? decimal & 0xffffffffffffffffn : decimal >> 64n);
	},
};

function keepC1(fpu: Fpu): void {
	fpu.keepsC1 = true;
}

/** A signaling NaN becomes quiet when it is converted. */
function loadReal(fpu: Fpu, value: Real): void {
	const overflow = !fpu.isEmpty(7);
	if (value.denormal && !overflow) fpu.raised |= RAISED.denormal;
	fpu.push(value.signaling && !overflow ? chooseNaN(fpu, value, value) : value);
}

function storeStack(fpu: Fpu, i: number): void {
	if (fpu.isEmpty(0)) fpu.set(i, fpu.get(0));
	else fpu.setRaw(i, ...fpu.raw(0));
}

const OF_OPERANDS = RAISED.invalid | RAISED.denormal | RAISED.divide;
const OF_RESULTS = RAISED.overflow | RAISED.underflow;
/** A thread's registers, status and tags: what an instruction changes. */
const STATE = { from: LAYOUT.x87, size: LAYOUT.x87Control - LAYOUT.x87 } as const;
const before = new Uint8Array(STATE.size);

/**
 * Performs the operation with this number in X87. Where an exception is not masked, the instruction may leave the registers as they
 * were, and what it would store is held back: the word at x87Held says so. The next instruction that waits reports it.
 */
export function x87(view: DataView, operation: number, operand: bigint, number: number): bigint {
	const name = X87[operation]!;
	const fpu = new Fpu(view);
	const act = ACTIONS[name];
	const { unmasked } = fpu;
	if (CONTROL_OPERATIONS.has(name)) {
		const result = act(fpu, operand, number);
		return typeof result === "bigint" ? result : nothing;
	}
	view.setUint32(LAYOUT.x87Held, 0, true);
	if (unmasked === 0) {
		const result = act(fpu, operand, number);
		fpu.finish();
		return typeof result === "bigint" ? result : nothing;
	}
	const state = new Uint8Array(view.buffer, STATE.from, STATE.size);
	before.set(state);
	const { status, tags } = fpu;
	const restore = (): void => {
		state.set(before);
		fpu.status = status;
		fpu.tags = tags;
	};
	const result = act(fpu, operand, number);
	fpu.prioritise();
	const stores = name.startsWith("get ");
	// Loading a denormal number is reported, but it is loaded.
	const preventing = unmasked & (/^load f\d\d$/.test(name) ? OF_OPERANDS & ~RAISED.denormal : OF_OPERANDS);
	const prevented = (fpu.raised & preventing) !== 0;
	const held = prevented || (stores && (fpu.raised & OF_RESULTS & unmasked) !== 0);
	view.setUint32(LAYOUT.x87Held, held ? 1 : 0, true);
	if (stores && operand === TRIAL) {
		restore();
		return nothing;
	}
	if (held) {
		const conditions = fpu.status & CONDITION;
		restore();
		if (fpu.conditionsIfHeld === "found") fpu.conditions(conditions);
		else if (fpu.conditionsIfHeld === "complete") fpu.conditions(0, C2);
		fpu.raised &= prevented
			? OF_OPERANDS | RAISED.stack | (fpu.raised & RAISED.stack ? RAISED.up : 0)
			: ~(RAISED.inexact | RAISED.up);
	}
	fpu.finish();
	if (fpu.raised & unmasked) notePlace(view);
	return typeof result === "bigint" ? result : nothing;
}

/** The last instruction's opcode and operand, which are only kept where an exception is to be handled. */
function notePlace(view: DataView): void {
	let at = LAYOUT.guest + view.getUint32(LAYOUT.x87Instruction, true);
	let base = 0n;
	// The first byte of an x87 opcode is D8 to DF, and no prefix is.
	for (let byte = view.getUint8(at); (byte & 0xf8) !== 0xd8; byte = view.getUint8(++at)) {
		if (byte === 0x64) base = view.getBigUint64(FS_SLOT, true);
		if (byte === 0x65) base = view.getBigUint64(GS_SLOT, true);
	}
	const modrm = view.getUint8(at + 1);
	view.setUint16(LAYOUT.x87Opcode, ((view.getUint8(at) & 7) << 8) | modrm, true);
	if (modrm >= 0xc0) return;
	const address = view.getBigUint64(LAYOUT.x87Address, true);
	// The place in the segment.
	view.setBigUint64(LAYOUT.x87Operand, BigInt.asUintN(64, address - base), true);
}
