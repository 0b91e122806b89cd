// A decoded instruction as text, in Intel's syntax, from the names and encodings of its row.

import { BASE } from "./decoder";
import type { Form, Shape, Spec } from "./encoding";

/** What an instruction is and works on: what its text is made of. */
export interface Decoded {
	readonly address: number;
	readonly form: Form;
	readonly shape: Shape;
	readonly register: readonly [number, number];
	readonly high: readonly [boolean, boolean];
	readonly base: number;
	readonly index: number;
	readonly scale: number;
	readonly displacement: number;
	readonly segment: number;
	/** Effective addresses are truncated to 32 bits. */
	readonly address32: boolean;
	/** 64 bits, signed. */
	readonly immediate: bigint;
	/** enter's nesting level. */
	readonly second?: number;
}

/** Such as `add rax, QWORD PTR [rbx+rcx*8-0x10]`. */
export function instructionText(decoded: Decoded): string {
	const { form, shape } = decoded;
	const name = mnemonic(form, shape);
	if (IMPLIED.has(form.row.name)) return name;
	if (form.row.name === "fnstsw ax") return form.row.name;
	const written = form.specs.map((spec, i) => operand(decoded, spec, i)).filter((text) => text !== "");
	return written.length > 0 ? `${name} ${written.join(", ")}` : name;
}

// ---- names

/** Rows whose encodings have names of their own. */
const BY_ENCODING: Readonly<Record<string, string>> = {
	"66 0F 54": "andpd",
	"66 0F 55": "andnpd",
	"66 0F DF": "pandn",
	"66 0F 56": "orpd",
	"66 0F 57": "xorpd",
	"66 0F 28": "movapd",
	"66 0F 29": "movapd",
	"66 0F 6F": "movdqa",
	"66 0F 7F": "movdqa",
	"66 0F 10": "movupd",
	"66 0F 11": "movupd",
	"F3 0F 6F": "movdqu",
	"F3 0F 7F": "movdqu",
	"NP 0F 2B": "movntps",
	"66 0F 2B": "movntpd",
	"66 0F E7": "movntdq",
	"F3 0F 10": "movss",
	"F3 0F 11": "movss",
	"F2 0F 10": "movsd",
	"F2 0F 11": "movsd",
	"NP 0F 14": "unpcklps",
	"66 0F 14": "unpcklpd",
	"NP 0F 15": "unpckhps",
	"66 0F 15": "unpckhpd",
	"NP 0F 53": "rcpps",
	"F3 0F 53": "rcpss",
	"NP 0F 52": "rsqrtps",
	"F3 0F 52": "rsqrtss",
	"F3 90": "pause",
	"63": "movsxd",
	"NP 0F AE/5": "lfence",
	"NP 0F AE/6": "mfence",
	"NP 0F AE/7": "sfence",
	"0F 18": "prefetch",
	"0F 0D": "prefetchw",
	"0F 0B": "ud2",
	"F3 0F 7E": "movq",
	"66 0F D6": "movq",
	F4: "hlt",
};
/** Rows whose operand has no place in the text. */
const IMPLIED = new Set(["cbw", "cwd"]);
const CONSTANTS = ["fld1", "fldl2t", "fldl2e", "fldpi", "fldlg2", "fldln2", "fldz"];
const REVERSED: Readonly<Record<string, string>> = { fsub: "fsubr", fsubr: "fsub", fdiv: "fdivr", fdivr: "fdiv" };
const MOVES = ["fcmovb", "fcmovnb", "fcmove", "fcmovne", "fcmovbe", "fcmovnbe", "fcmovu", "fcmovnu"];
const FCMOV: readonly number[] = [2, 3, 4, 5, 6, 7, 10, 11];
const WIDTHS: Readonly<Record<string, string>> = { f32: "ss", f64: "sd", f32x4: "ps", f64x2: "pd" };
const STRING = /^(rep[a-z]* )?(movs|cmps|lods|stos|scas)$/;
/** By the operand's size. */
const LETTERS: Readonly<Record<number, string>> = { 8: "b", 16: "w", 32: "d", 64: "q" };

/** The opcode of an encoding, without its operands. */
const opcodeOf = ({ text }: Form): string => /^(?:67 )?((?:NP |66 |F3 |F2 )?(?:0F )?[0-9A-F]{2}(?:\/\d)?)/.exec(text)?.[1] ?? "";

/** The manual's name of a form: rows are named by what they do, and some serve several names. */
function mnemonic(form: Form, shape: Shape): string {
	const size = shape.sizes[0] ?? 0;
	const opcode = opcodeOf(form);
	const own = BY_ENCODING[opcode];
	if (own) return own;
	const name = form.row.name.replace(/^mmx /, "").replace(/ unusual$/, "");
	if (STRING.test(name)) return `${name}${LETTERS[size] ?? ""}`;
	const [first = "", second = "", third = ""] = name.split(" ");
	if (first === "cbw") return size === 16 ? "cbw" : size === 32 ? "cwde" : "cdqe";
	if (first === "cwd") return size === 16 ? "cwd" : size === 32 ? "cdq" : "cqo";
	if (first === "movlp" || first === "movhp") return `${first}${form.prefix === "66" ? "d" : "s"}`;
	if (first === "movd") return size === 64 || shape.sizes.includes(64) ? "movq" : "movd";
	if (WIDTHS[second] && !first.startsWith("f")) return `${first}${WIDTHS[second]}`;
	if (first === "imul1" || first === "imul3") return "imul";
	if (first === "jrcxz" || first === "loop" || first === "loope" || first === "loopne")
		return second === "ecx" && first === "jrcxz" ? "jecxz" : first;
	return first.startsWith("f") && "89ABCDEF".includes(opcode[1] ?? "") ? x87Name(name, second, third) : first;
}

function x87Name(name: string, second: string, third: string): string {
	const [first = ""] = name.split(/[ ,]/);
	if (second === "constant") return CONSTANTS[Number(third)] ?? first;
	if (first === "fcmov") return MOVES[FCMOV.indexOf(Number(second))] ?? first;
	const popping = name.includes(", pop") ? "p" : "";
	// Where the result goes to st(i), the manual names the two directions the other way round.
	const plain = first === "fcompare" ? "fcom" : /to st(?!0)/.test(name) ? (REVERSED[first] ?? first) : first;
	if (/memory i\d/.test(name)) return `fi${plain.slice(1)}${popping}`;
	return `${plain}${popping}`;
}

// ---- operands

const LOW = ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"];
const HIGH = ["ah", "ch", "dh", "bh"];
const WORD = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];

/** As programs call it: `rax`, `eax`, `ax`, `al`, `ah`, `r9d`. */
export function registerName(number: number, size: number, high = false): string {
	if (high) return HIGH[number] ?? "?";
	if (number >= 8) return `r${number}${size === 64 ? "" : size === 32 ? "d" : size === 16 ? "w" : "b"}`;
	if (size === 8) return LOW[number] ?? "?";
	return `${size === 64 ? "r" : size === 32 ? "e" : ""}${WORD[number] ?? "?"}`;
}

const POINTER: Readonly<Record<number, string>> = {
	8: "BYTE",
	16: "WORD",
	32: "DWORD",
	64: "QWORD",
	80: "TBYTE",
	128: "XMMWORD",
};
const SEGMENTS: Readonly<Record<number, string>> = { [BASE.fs]: "fs:", [BASE.gs]: "gs:" };

export const hexNumber = (value: number | bigint): string =>
	value < 0 ? `-0x${(-BigInt(value)).toString(16)}` : `0x${value.toString(16)}`;

function operand(decoded: Decoded, spec: Spec, i: number): string {
	const { shape, register, high, form, immediate } = decoded;
	const kind = shape.kinds[i];
	const size = shape.sizes[i] ?? 64;
	switch (spec.letter) {
		case "A":
		case "X":
		case "Y":
			return "";
		case "CL":
			return "cl";
		case "1":
			return "1";
		case "T":
			return stack(form, Number(immediate));
		case "J":
			return hexNumber(BigInt.asUintN(32, immediate));
		case "I":
			if (isSecond(form, i)) return String(decoded.second ?? 0);
			// Bytes that are no numbers: masks, and the selection of lanes.
			return hexNumber(shape.sizes[0] === 8 || shape.kinds.includes("x") ? BigInt.asUintN(8, immediate) : immediate);
		case "O":
			return `${POINTER[size] ?? "?"} PTR [${hexNumber(immediate)}]`;
		default:
			break;
	}
	if (kind === "m" || kind === "b") return memory(decoded, spec, size);
	const number = register[i as 0 | 1] ?? 0;
	if (kind === "x") return `${"PQN".includes(spec.letter) ? "mm" : "xmm"}${number}`;
	return registerName(number, size, high[i as 0 | 1]);
}

const isSecond = (form: Form, i: number): boolean => form.specs.slice(0, i).some(({ letter }) => letter === "I");

/** x87's register, and st where the row says which of the two is changed. */
function stack(form: Form, number: number): string {
	if (/to st0|^fcmov|^fu?comip?$/.test(form.row.name)) return `st, st(${number})`;
	return form.row.name.includes("to st") ? `st(${number}), st` : `st(${number})`;
}

const SIZELESS = /^(lea|fn?stenv|fldenv|fn?save|frstor|fxsave|fxrstor)$/;
const bare = ({ row: { name } }: Form, spec: Spec): boolean => SIZELESS.test(name) || (spec.letter === "M" && spec.width === "");

function memory({ form, base, index, scale, displacement, segment, address32 }: Decoded, spec: Spec, size: number): string {
	const wide = address32 ? 32 : 64;
	const parts: string[] = [];
	if (base < 16) parts.push(registerName(base, wide));
	if (index < 16) parts.push(`${registerName(index, wide)}*${1 << scale}`);
	const sum = parts.join("+");
	const offset =
		displacement === 0 && sum !== "" ? "" : sum === "" ? hexNumber(displacement) : hexNumber(displacement).replace(/^(?!-)/, "+");
	const place = `${SEGMENTS[segment] ?? ""}[${sum}${offset}]`;
	return bare(form, spec) ? place : `${POINTER[size] ?? "?"} PTR ${place}`;
}
