// The x87. Its state is a small stack machine of its own, so a row only moves operands between it, memory and the integer
// side; the operations themselves are functions that a tier calls by their number in X87.

import type { Value } from "../wasm/expression";
import { type Emitter, REG } from "./emitter";
import { ALL_FLAGS, CC } from "./flags";
import { type Define, group } from "./row";

/**
 * Operations, with an operand of 64 bits and a small number. "load" pushes; "get" converts st0 without popping it; arithmetic
 * with `memory` takes the number of the operation (ARITHMETIC) and works on st0.
 */
export const X87 = [
	"load f32",
	"load f64",
	"load i16",
	"load i32",
	"load i64",
	"load f80", // operand: significand, number: sign and exponent
	"load st",
	"load constant",
	"get f32",
	"get f64",
	"get i16",
	"get i32",
	"get i64",
	"get significand",
	"get exponent",
	"get truncated i16",
	"get truncated i32",
	"get truncated i64",
	"pop",
	"memory f32",
	"memory f64",
	"memory i16",
	"memory i32",
	"to st0", // number: operation + 8 * register
	"to st", // st(i) = operation(st0, st(i))
	"to st, pop",
	"exchange",
	"store st",
	"store st, pop",
	"free",
	"free, pop",
	"copy st, pop",
	"nothing",
	"compare", // number: register + 8 * pops + 32 if unordered operands are no error
	"compare to flags", // gives CF, PF and ZF
	"move", // operand: whether; empty registers are a fault in any case
	"unary", // number: index in UNARY
	"init",
	"clear exceptions",
	"get control",
	"set control",
	"get status",
	"get environment", // number: index of a 32-bit word of 28 bytes
	"set environment",
	"mask all exceptions",
	"get register", // number: index of a 64-bit word of FXSAVE's image
	"set register",
	"get saved", // number: 2 * register, or 2 * register + 1 for sign and exponent
	"set saved",
	"load bcd",
	"get bcd", // number: 0 for the low 64 bits, 1 for the rest
] as const;
export type X87Operation = (typeof X87)[number];

/** In the order of ModRM's reg field. */
export const ARITHMETIC = ["add", "mul", "compare", "compare, pop", "sub", "subr", "div", "divr"] as const;

/** Operations on the top of the stack, with their second byte after D9. */
export const UNARY = {
	E0: "chs",
	E1: "abs",
	E4: "tst",
	E5: "xam",
	F0: "2xm1",
	F1: "yl2x",
	F2: "ptan",
	F3: "patan",
	F4: "xtract",
	F5: "prem1",
	F6: "decstp",
	F7: "incstp",
	F8: "prem",
	F9: "yl2xp1",
	FA: "sqrt",
	FB: "sincos",
	FC: "rndint",
	FD: "scale",
	FE: "sin",
	FF: "cos",
} as const;
export type Unary = (typeof UNARY)[keyof typeof UNARY];

/** Operations that neither wait for exceptions of earlier instructions nor are noted as the last instruction, nor raise anything. */
export const CONTROL_OPERATIONS: ReadonlySet<X87Operation> = new Set<X87Operation>([
	"get control",
	"set control",
	"get status",
	"init",
	"clear exceptions",
	"get environment",
	"set environment",
	"mask all exceptions",
	"get register",
	"set register",
	"get saved",
	"set saved",
]);

function perform(e: Emitter, operation: X87Operation, operand?: Value, number: number | Value = 0): Value {
	const q = e.sequence;
	const small = typeof number === "number" ? q.const32(number) : q.wrap(number);
	if (!CONTROL_OPERATIONS.has(operation) && !(operand?.kind === "const" && operand.constant === TRIAL)) {
		e.setState("x87Instruction", e.ownAddress());
		if (e.kinds[0] === "m" || e.kinds[0] === "b") e.setState("x87Address", e.address(0));
	}
	return e.helper("x87", q.const32(X87.indexOf(operation)), operand ?? e.constant(0), small);
}

/** An exception that is pending is reported before anything else. */
export function waiting(e: Emitter): void {
	const q = e.sequence;
	e.faultIf(q.binary("and", e.state("x87Status"), q.const32(0x80)), "floating");
}

/** Unless an unmasked exception holds the result back. */
const unlessHeld = (e: Emitter, then: () => void): void => e.when(e.not(e.state("x87Held")), then);

/** The number of an operation on st(i): the register in the low bits, the rest above. */
const withRegister = (e: Emitter, rest: number, shift = 0): Value =>
	e.or(e.op("shl", e.read(0), e.constant(shift)), e.constant(rest));

/** The operand of a "get" that is only to say whether its result would be held back. */
export const TRIAL = 1n;

/** Stores the results of some of the "get" operations, and pops. What is held back touches no memory; what cannot be stored raises nothing. */
function storeResults(
	e: Emitter,
	bytes: number,
	operations: readonly (readonly [operation: X87Operation, number?: number])[],
	write: (values: readonly Value[]) => void,
): void {
	const q = e.sequence;
	const check = (): void => e.check(e.address(0), bytes, true);
	const allMasked = q.binary("eq", q.binary("and", e.state("x87Control"), q.const32(0x3f)), q.const32(0x3f));
	const [first, number] = operations[0]!;
	e.when(allMasked, check, () => {
		perform(e, first, e.constant(TRIAL), number);
		unlessHeld(e, check);
	});
	const values = operations.map(([operation, part]) => perform(e, operation, undefined, part));
	unlessHeld(e, () => write(values));
}

const store = (row: Define, name: string, encoding: string, operation: X87Operation, pops: boolean): void =>
	row(name, encoding, {}, (e) =>
		storeResults(e, e.size / 8, [[operation]], ([value]) => {
			e.store(e.address(0), e.size, value!);
			if (pops) perform(e, "pop");
		}),
	);

/** The same for ten bytes: 64 bits and 16. */
const storeTen = (row: Define, name: string, encoding: string, low: X87Operation, high: X87Operation): void =>
	row(name, encoding, {}, (e) =>
		storeResults(
			e,
			10,
			[
				[low, 0],
				[high, 1],
			],
			(values) => {
				e.store(e.address(0), 64, values[0]!);
				e.store(e.add(e.address(0), e.constant(8)), 16, values[1]!);
				perform(e, "pop");
			},
		),
	);

const load = (row: Define, name: string, encoding: string, operation: X87Operation): void =>
	row(name, encoding, {}, (e) => void perform(e, operation, e.read(0)));

/** Rows whose instruction waits. */
const thatWait =
	(row: Define): Define =>
	(name, encodings, columns, semantics) =>
		row(name, encodings, columns, (e) => {
			waiting(e);
			semantics(e);
		});

export const x87 = group(
	(plain) => {
		const row = thatWait(plain);
		load(row, "fld f32", "D9/0 Md", "load f32");
		load(row, "fld f64", "DD/0 Mq", "load f64");
		load(row, "fild i16", "DF/0 Mw", "load i16");
		load(row, "fild i32", "DB/0 Md", "load i32");
		load(row, "fild i64", "DF/5 Mq", "load i64");
		row("fld f80", "DB/5 Mt", {}, (e) => {
			const at = e.address(0);
			const significand = e.load(at, 64);
			perform(e, "load f80", significand, e.load(e.add(at, e.constant(8)), 16, false));
		});
		row("fld st", "D9/0 T", {}, (e) => void perform(e, "load st", undefined, e.read(0)));
		["E8", "E9", "EA", "EB", "EC", "ED", "EE"].forEach((byte, i) => {
			row(`fld constant ${i}`, `D9 ${byte}`, {}, (e) => void perform(e, "load constant", undefined, i));
		});
		store(row, "fst f32", "D9/2 Md", "get f32", false);
		store(row, "fstp f32", "D9/3 Md", "get f32", true);
		store(row, "fst f64", "DD/2 Mq", "get f64", false);
		store(row, "fstp f64", "DD/3 Mq", "get f64", true);
		store(row, "fist i16", "DF/2 Mw", "get i16", false);
		store(row, "fistp i16", "DF/3 Mw", "get i16", true);
		store(row, "fist i32", "DB/2 Md", "get i32", false);
		store(row, "fistp i32", "DB/3 Md", "get i32", true);
		store(row, "fistp i64", "DF/7 Mq", "get i64", true);
		storeTen(row, "fstp f80", "DB/7 Mt", "get significand", "get exponent");
		row("fbld", "DF/4 Mt", {}, (e) => {
			const at = e.address(0);
			const low = e.load(at, 64);
			perform(e, "load bcd", low, e.load(e.add(at, e.constant(8)), 16, false));
		});
		storeTen(row, "fbstp", "DF/6 Mt", "get bcd", "get bcd");
		row("fst st", "DD/2 T", {}, (e) => void perform(e, "store st", undefined, e.read(0)));
		row("fstp st", "DD/3 T; DF/2 T; DF/3 T", {}, (e) => void perform(e, "store st, pop", undefined, e.read(0)));
		row("fxch", "D9/1 T; DD/1 T; DF/1 T", {}, (e) => void perform(e, "exchange", undefined, e.read(0)));
		row("ffree", "DD/0 T", {}, (e) => void perform(e, "free", undefined, e.read(0)));
		row("fstp unchecked", "D9/3 T", {}, (e) => void perform(e, "copy st, pop", undefined, e.read(0)));
		row("ffreep", "DF/0 T", {}, (e) => void perform(e, "free, pop", undefined, e.read(0)));

		ARITHMETIC.forEach((name, n) => {
			const memory = (encoding: string, operation: X87Operation): void =>
				row(`f${name} ${operation}`, encoding, {}, (e) => void perform(e, operation, e.read(0), n));
			memory(`D8/${n} Md`, "memory f32");
			memory(`DC/${n} Mq`, "memory f64");
			memory(`DA/${n} Md`, "memory i32");
			memory(`DE/${n} Mw`, "memory i16");
			if (name.startsWith("compare")) return;
			const register = (encoding: string, operation: X87Operation): void =>
				row(`f${name} ${operation}`, encoding, {}, (e) => void perform(e, operation, undefined, withRegister(e, n, 3)));
			register(`D8/${n} T`, "to st0");
			register(`DC/${n} T`, "to st");
			register(`DE/${n} T`, "to st, pop");
		});
		const compare = (name: string, encoding: string, pops: number, quiet: boolean): void =>
			row(name, encoding, {}, (e) => void perform(e, "compare", undefined, withRegister(e, 8 * pops + (quiet ? 32 : 0))));
		compare("fcom", "D8/2 T; DC/2 T", 0, false);
		compare("fcomp", "D8/3 T; DC/3 T; DE/2 T", 1, false);
		compare("fucom", "DD/4 T", 0, true);
		compare("fucomp", "DD/5 T", 1, true);
		const compareTwo = (name: string, encoding: string, quiet: boolean): void =>
			row(name, encoding, {}, (e) => void perform(e, "compare", undefined, 1 + 16 + (quiet ? 32 : 0)));
		compareTwo("fcompp", "DE D9", false);
		compareTwo("fucompp", "DA E9", true);
		const toFlags = (name: string, encoding: string, pops: number, quiet: boolean): void =>
			row(name, encoding, { writes: ALL_FLAGS }, (e) =>
				e.setFlags(perform(e, "compare to flags", undefined, withRegister(e, 8 * pops + (quiet ? 32 : 0)))),
			);
		toFlags("fcomi", "DB/6 T", 0, false);
		toFlags("fucomi", "DB/5 T", 0, true);
		toFlags("fcomip", "DF/6 T", 1, false);
		toFlags("fucomip", "DF/5 T", 1, true);
		[CC.B, CC.E, 6, CC.P].forEach((code, i) => {
			const move = (encoding: string, condition: number): void =>
				row(
					`fcmov ${condition}`,
					encoding,
					{ reads: ALL_FLAGS },
					(e) => void perform(e, "move", e.bool(e.condition(condition)), e.read(0)),
				);
			move(`DA/${i} T`, code);
			move(`DB/${i} T`, code + 1);
		});
		for (const [byte, name] of Object.entries(UNARY))
			row(`f${name}`, `D9 ${byte}`, {}, (e) => void perform(e, "unary", undefined, Object.values(UNARY).indexOf(name)));
		row("fnop", "D9 D0", {}, (e) => void perform(e, "nothing"));
		row("fwait", "9B", {}, () => {});
		control(plain, row);
	},
	{ rare: true },
);

/** Control, status, and the whole state in memory. */
function control(row: Define, waits: Define): void {
	// Of the 8087 and the 80287: they do nothing.
	row("fneni", "DB E0; DB E1; DB E4", {}, () => {});
	row("fninit", "DB E3", {}, (e) => void perform(e, "init"));
	row("fnclex", "DB E2", {}, (e) => void perform(e, "clear exceptions"));
	waits("fldcw", "D9/5 Mw", {}, (e) => void perform(e, "set control", e.read(0)));
	row("fnstcw", "D9/7 Mw", {}, (e) => e.write(0, perform(e, "get control")));
	row("fnstsw", "DD/7 Mw", {}, (e) => e.write(0, perform(e, "get status")));
	row("fnstsw ax", "DF E0", {}, (e) => e.setRegister(REG.ax, 16, perform(e, "get status")));
	const word = (e: Emitter, i: number, size: number): Value => e.add(e.address(0), e.constant(i * size));
	// Seven words of 32 bits, or with an operand-size prefix their lower halves.
	const half = (e: Emitter): boolean => e.size === 16;
	const bytes = (e: Emitter): number => (half(e) ? 14 : 28);
	const saveEnvironment = (e: Emitter): void => {
		for (let i = 0; i < 7; i++) {
			const value = perform(e, "get environment", undefined, i);
			if (half(e)) e.store(word(e, i, 2), 16, value);
			else e.store(word(e, i, 4), 32, value);
		}
	};
	const loadEnvironment = (e: Emitter): void => {
		for (let i = 0; i < 7; i++)
			perform(e, "set environment", half(e) ? e.load(word(e, i, 2), 16, false) : e.load(word(e, i, 4), 32, false), i);
	};
	row("fnstenv", "D9/6 Ms", {}, (e) => {
		e.check(e.address(0), bytes(e), true);
		saveEnvironment(e);
		perform(e, "mask all exceptions");
	});
	waits("fldenv", "D9/4 Ms", {}, (e) => {
		e.check(e.address(0), bytes(e), false);
		loadEnvironment(e);
	});
	const registers = (e: Emitter, each: (at: Value, part: number, size: 64 | 16) => void): void => {
		for (let i = 0; i < 8; i++) {
			const at = e.add(e.address(0), e.constant(bytes(e) + 10 * i));
			each(at, 2 * i, 64);
			each(e.add(at, e.constant(8)), 2 * i + 1, 16);
		}
	};
	row("fnsave", "DD/6 Ms", {}, (e) => {
		e.check(e.address(0), bytes(e) + 80, true);
		saveEnvironment(e);
		registers(e, (at, part, size) => e.store(at, size, perform(e, "get saved", undefined, part)));
		perform(e, "init");
	});
	waits("frstor", "DD/4 Ms", {}, (e) => {
		e.check(e.address(0), bytes(e) + 80, false);
		loadEnvironment(e);
		registers(e, (at, part, size) => void perform(e, "set saved", e.load(at, size, false), part));
	});
	const IMAGE_WORDS = 416 / 8;
	const aligned = (e: Emitter): void => e.faultIf(e.not(e.isZero(e.and(e.address(0), e.constant(15)))), "protection");
	// Without REX.W, the pointers to the last instruction and operand have 32 bits, and selectors behind them, which are not kept.
	const isPointer = (i: number): boolean => i === 1 || i === 2;
	row("fxsave", "NP 0F AE/0 My", {}, (e) => {
		aligned(e);
		e.check(e.address(0), 512, true);
		for (let i = 0; i < IMAGE_WORDS; i++) {
			const value = perform(e, "get register", undefined, i);
			e.store(word(e, i, 8), 64, isPointer(i) ? e.unsigned(value, e.size) : value);
		}
	});
	row("fxrstor", "NP 0F AE/1 My", {}, (e) => {
		aligned(e);
		e.check(e.address(0), 512, false);
		const mxcsr = e.load(e.add(e.address(0), e.constant(24)), 32, false);
		e.faultIf(e.not(e.isZero(e.and(mxcsr, e.constant(~0xffff)))), "protection");
		for (let i = 0; i < IMAGE_WORDS; i++) {
			const value = e.load(word(e, i, 8), 64);
			perform(e, "set register", isPointer(i) ? e.unsigned(value, e.size) : value, i);
		}
	});
}
