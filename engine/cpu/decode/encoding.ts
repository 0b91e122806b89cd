// The notation of encodings, after the opcode maps of Intel's manual (volume 2, appendix A), and the forms it describes.
//
//     [67] [NP|66|F3|F2] [0F] OPCODE[+][/DIGIT] [MODRM] [OPERAND,…]
//
// 67 marks the form of an instruction with implied addresses for an address-size prefix, or an FS or GS override; without
// such a form these change nothing. Then comes a mandatory prefix, NP for none; OPCODE+ has a register in its low three bits; /DIGIT is an opcode
// extension in ModRM's reg field; MODRM is a fixed ModRM byte (x87). An operand is a letter for where it is and one for its width:
//
//     E general register or memory by r/m     V XMM register by reg       I immediate
//     G general register by reg               W XMM register or memory    J branch target, relative
//     M memory only                           U XMM register by r/m       O absolute address, without its segment
//     R general register by r/m               T x87 register by r/m       Y implied; only its width counts
//     Z general register in the opcode        P MMX register by reg       Q MMX register or memory
//     X register by r/m, ignored              N MMX register by r/m       AL rAX CL 1: themselves
//
//     b w d q  8, 16, 32, 64 bits             v  operand size             s  operand size of the stack: 64, or 16
//     t        80 bits                        z  operand size, at most 32 bits in the encoding
//     x        128 bits, aligned in memory    y  32 bits, or 64 with REX.W
//     u        128 bits
//
// `A` is the mask that implied addresses are cut with: 64 or 32 ones; the segment they are relative to is Emitter.segment.
// `I?:W` gives an immediate a width of its own in the encoding and another as operand: `Ib:s`.

import type { OperandKind, Size } from "../table/emitter";
import type { Row } from "../table/row";

export type Letter =
	| "E"
	| "G"
	| "M"
	| "R"
	| "Z"
	| "V"
	| "W"
	| "U"
	| "T"
	| "N"
	| "P"
	| "Q"
	| "X"
	| "I"
	| "J"
	| "O"
	| "Y"
	| "A"
	| "AL"
	| "rAX"
	| "CL"
	| "1";

export interface Spec {
	readonly letter: Letter;
	readonly width: string;
	/** The width as operand, where it differs from that in the encoding. */
	readonly as: string;
}

export type Prefix = "" | "NP" | "66" | "F3" | "F2";

export interface Form {
	readonly row: Row;
	readonly text: string;
	/** Of implied addresses that are not the usual ones: see above. */
	readonly unusual: boolean;
	readonly prefix: Prefix;
	/** 0x100 is added for the 0F map. */
	readonly opcode: number;
	readonly plus: boolean;
	readonly digit: number;
	/** The fixed ModRM byte, or -1. */
	readonly exact: number;
	readonly specs: readonly Spec[];
	readonly modrm: boolean;
	/** May r/m be memory? a register? */
	readonly memory: boolean;
	readonly register: boolean;
}

const PATTERN = /^(67 )?(?:(NP|66|F3|F2) )?(0F )?([0-9A-F]{2})(\+)?(?:\/([0-7]))?(?: ([C-F][0-9A-F]))?(?: ([A-Za-z1].*))?$/;
const FIXED = { AL: "b", rAX: "v", CL: "b", "1": "b" } as const;
const BY_MODRM = "EGMRVWUTNPQX";
const BY_RM = "EMRWUTNQX";

export function parseForm(row: Row, text: string): Form {
	const match = PATTERN.exec(text);
	if (!match) throw new Error(`${row.name}: bad encoding "${text}"`);
	const [, unusual, prefix = "", map, opcode, plus, digit, exact, operands = ""] = match;
	const specs = operands.split(",").filter(Boolean).map(parseSpec);
	const rm = specs.find((spec) => BY_RM.includes(spec.letter))?.letter;
	return {
		row,
		text,
		unusual: unusual !== undefined,
		prefix: prefix as Prefix,
		opcode: Number.parseInt(opcode!, 16) | (map ? 0x100 : 0),
		plus: plus !== undefined,
		digit: digit === undefined ? -1 : Number(digit),
		exact: exact === undefined ? -1 : Number.parseInt(exact, 16),
		specs,
		modrm: digit !== undefined || exact !== undefined || specs.some((spec) => BY_MODRM.includes(spec.letter)),
		memory: exact === undefined && (rm === undefined || "EMWQ".includes(rm)),
		register: rm !== "M",
	};
}

function parseSpec(text: string): Spec {
	if (text in FIXED) return { letter: text as Letter, width: FIXED[text as keyof typeof FIXED], as: "" };
	return { letter: text[0] as Letter, width: text[1] ?? "", as: text[3] ?? "" };
}

export type OperandSize = 16 | 32 | 64;

function widthOf(letter: string, operandSize: OperandSize): Size {
	switch (letter) {
		case "b":
			return 8;
		case "w":
			return 16;
		case "d":
			return 32;
		case "q":
			return 64;
		case "t":
			return 80;
		case "x":
		case "u":
			return 128;
		case "s":
			return operandSize === 16 ? 16 : 64;
		case "y":
			return operandSize === 64 ? 64 : 32;
		case "z":
			return operandSize === 16 ? 16 : 32;
		default:
			return operandSize;
	}
}

const isImmediate = (spec: Spec): boolean => "IJT1".includes(spec.letter);

/** The operands' sizes at an operand size. An immediate has the size of the first operand, as has an operand without width. */
export function sizesOf(form: Form, operandSize: OperandSize): Size[] {
	const [first] = form.specs;
	if (!first) return [];
	const sizeOf = (spec: Spec): Size => widthOf(spec.as || spec.width, operandSize);
	const firstSize = isImmediate(first) ? (first.as ? sizeOf(first) : 64) : first.width ? sizeOf(first) : 64;
	return form.specs.map((spec) => {
		if (spec.letter === "1" || spec.letter === "I") return spec.as ? sizeOf(spec) : firstSize;
		if ("JTA".includes(spec.letter)) return 64;
		return spec.width ? sizeOf(spec) : firstSize;
	});
}

/** How r/m is given: as a register, as memory with an index, as memory without. */
export type Place = "r" | "m" | "b";

export function kindsOf(form: Form, operandSize: OperandSize, place: Place): OperandKind[] {
	return form.specs.map((spec): OperandKind => {
		switch (spec.letter) {
			case "E":
			case "M":
				return place;
			case "W":
			case "Q":
				return place === "r" ? "x" : place;
			case "V":
			case "U":
			case "P":
			case "N":
				return "x";
			case "A":
			case "O":
				return "q";
			case "I":
				return spec.width === "v" && operandSize === 64 ? "q" : "i";
			case "J":
			case "T":
			case "1":
				return "i";
			case "CL":
			case "Y":
			case "X":
				return "c";
			default:
				return "r";
		}
	});
}

/** One specialisation of a row: what a handler of the interpreter is made for. */
export interface Shape {
	readonly key: string;
	readonly row: Row;
	readonly kinds: readonly OperandKind[];
	readonly sizes: readonly Size[];
	/** Which memory operands must be aligned to 16 bytes. */
	readonly aligned: readonly boolean[];
}

export const OPERAND_SIZES: readonly OperandSize[] = [16, 32, 64];

/** The places of r/m that are told apart: rare rows have one handler for both kinds of memory operand. */
export function placesOf(form: Form): Place[] {
	const hasRm = form.specs.some((spec) => BY_RM.includes(spec.letter));
	if (!hasRm) return ["r"];
	const memory: Place[] = !form.memory ? [] : form.row.rare ? ["m"] : ["m", "b"];
	return form.register ? ["r", ...memory] : memory;
}

export function shapeOf(form: Form, operandSize: OperandSize, place: Place): Shape {
	const kinds = kindsOf(form, operandSize, place);
	const sizes = sizesOf(form, operandSize);
	const aligned = form.specs.map((spec, i) => spec.width === "x" && (kinds[i] === "m" || kinds[i] === "b"));
	const operands = kinds.map((kind, i) => kind + (aligned[i] ? "a" : "") + sizes[i]);
	return { key: [form.row.name, ...operands].join(" "), row: form.row, kinds, sizes, aligned };
}
