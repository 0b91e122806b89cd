// Machine code for a form of the table, with random registers and addressing: the decoder's notation, read the other way.

import { type Form, type OperandSize, type Place, placesOf, sizesOf } from "../../../../engine/cpu/decode/encoding";
import type { Random } from "./random";

export interface Encoded {
	bytes: number[];
	/** The memory operand, if there is one: address = base + index * 2^scale + displacement, or relative to rip. */
	memory?: { base: number; index: number; scale: number; displacement: number; ripRelative: boolean };
	/** An address-size prefix, and a GS override that changes an address. */
	address32: boolean;
	gs: boolean;
	lock: boolean;
	place: Place;
	size: OperandSize;
	immediate: number;
}

/** What is left to chance otherwise; nothing unusual is chosen then. */
export interface Wish {
	size: OperandSize;
	place: Place;
	/** A general register that may be read and written. */
	register: () => number;
	base: () => number;
	index: number;
}

const NONE = -1;

export function encode(form: Form, random: Random, wish?: Wish): Encoded {
	const size = wish?.size ?? random.pick([16, 32, 64] as const);
	const place = wish?.place ?? random.pick(placesOf(form));
	const code: Encoded = { bytes: [], place, size, immediate: 0, address32: false, gs: false, lock: false };
	const sizes = sizesOf(form, size);
	const widths = form.specs.map((spec) => spec.as || spec.width);
	const sized = widths.some((width) => width !== "" && "vzys".includes(width)) && !form.specs.some((spec) => spec.letter === "J");
	let rex = 0;
	if (sized && size === 64 && widths.some((width) => width === "v" || width === "z" || width === "y")) rex |= 0x48;
	const prefixes: number[] = [];
	if (wish) {
		// Registers, memory and sizes as usual programs have them.
	} else if (form.unusual) {
		code.address32 = form.specs[0]?.letter === "J" || random.oneIn(2);
		code.gs = !code.address32 || random.oneIn(2);
	} else if (place !== "r" || form.specs.some((spec) => spec.letter === "O")) {
		// Where a bit string reaches beyond 32 bits with an address-size prefix is not compared.
		code.address32 = random.oneIn(30) && !/^bt.? string$/.test(form.row.name);
		code.gs = random.oneIn(30);
	}
	// These change nothing: ES, CS, SS, DS.
	if (!wish && random.oneIn(30) && !code.gs) prefixes.push(random.pick([0x26, 0x2e, 0x36, 0x3e]));
	if (code.address32) prefixes.push(0x67);
	if (code.gs) prefixes.push(0x65);
	code.lock = !wish && random.oneIn(form.row.lockable ? 10 : 60);
	if (code.lock) prefixes.push(0xf0);
	if (form.prefix === "66" || (sized && size === 16 && widths.some((width) => width !== "" && "vzs".includes(width))))
		prefixes.push(0x66);
	if (form.prefix === "F3") prefixes.push(0xf3);
	if (form.prefix === "F2") prefixes.push(0xf2);
	let modrm = 0;
	let sib: number | undefined;
	const tail: number[] = [];
	let opcode = form.opcode & 0xff;
	const register = (width: string): number => {
		if (wish && width !== "") return wish.register();
		const number = random.below(16);
		// Without REX, byte registers 4 to 7 are AH to BH; with it SPL to DIL.
		if (width === "b" && number >= 4 && number < 8 && random.oneIn(2)) rex |= 0x40;
		return number;
	};
	const fixedDigit = form.exact >= 0 ? (form.exact >> 3) & 7 : form.digit;
	if (fixedDigit >= 0) modrm |= fixedDigit << 3;
	form.specs.forEach((spec, i) => {
		switch (spec.letter) {
			case "G":
			case "P":
			case "V": {
				const number = register(spec.letter === "G" ? spec.width : "");
				modrm |= (number & 7) << 3;
				if (number > 7) rex |= 0x44;
				break;
			}
			case "Z": {
				const number = register(spec.width);
				opcode |= number & 7;
				if (number > 7) rex |= 0x41;
				break;
			}
			case "E":
			case "M":
			case "R":
			case "W":
			case "U":
			case "Q":
			case "N":
				if (place !== "r") {
					[rex, modrm, sib] = address(
						code,
						random,
						rex,
						modrm,
						tail,
						wish,
						form.specs.some((other) => other.width === "x"),
					);
					break;
				}
				{
					const number = register("ER".includes(spec.letter) ? spec.width : "");
					modrm |= 0xc0 | (number & 7);
					if (number > 7) rex |= 0x41;
				}
				break;
			case "T":
			case "X":
				modrm |= 0xc0 | random.below(8);
				break;
			case "O":
				code.memory = { base: NONE, index: NONE, scale: 0, displacement: 0, ripRelative: false };
				tail.push(0, 0, 0, 0);
				if (!code.address32) tail.push(0, 0, 0, 0);
				break;
			case "I":
			case "J": {
				const bytes =
					spec.width === "b" ? 1 : spec.width === "w" ? 2 : spec.letter === "J" ? 4 : immediateBytes(spec.width, size);
				const value = spec.letter === "J" ? branch(random) : immediate(random, bytes, Number(sizes[0] ?? 64));
				code.immediate = value;
				for (let n = 0; n < bytes; n++) tail.push(n < 4 ? (value >> (8 * n)) & 255 : random.oneIn(2) ? 255 : random.below(256));
				break;
			}
		}
		void i;
	});
	if (form.modrm && form.specs.every((spec) => !"EMRWUTNQX".includes(spec.letter))) modrm = form.exact;
	// Two-operand forms without r/m letter do not exist; `x87` forms with a fixed byte end here.
	if (rex) rex |= 0x40;
	code.bytes = [...prefixes, ...(rex ? [rex] : []), ...(form.opcode > 0xff ? [0x0f] : []), opcode];
	if (form.modrm) code.bytes.push(modrm);
	if (sib !== undefined) code.bytes.push(sib);
	code.bytes.push(...tail);
	return code;
}

const immediateBytes = (width: string, size: OperandSize): number => (width === "v" && size === 64 ? 8 : size === 16 ? 2 : 4);

/** Within the case's slot, before or behind the instruction. */
const branch = (random: Random): number => (random.oneIn(2) ? random.below(8) : -20 - random.below(12));

function immediate(random: Random, bytes: number, size: number): number {
	if (random.oneIn(4)) return random.pick([0, 1, -1, size - 1, size, size + 1, -128, 127]);
	return bytes === 1 ? random.below(256) : random.u32() | 0;
}

/** Chooses an addressing mode; the displacement is made final when the target is known (see inputs.ts). */
function address(
	code: Encoded,
	random: Random,
	oldRex: number,
	oldModrm: number,
	tail: number[],
	wish?: Wish,
	aligned = false,
): [rex: number, modrm: number, sib: number | undefined] {
	let rex = oldRex;
	let modrm = oldModrm;
	const memory = { base: NONE, index: NONE, scale: 0, displacement: 0, ripRelative: false };
	code.memory = memory;
	const displacement = (bytes: number): void => {
		memory.displacement =
			bytes === 1 ? random.below(256) - 128 : bytes === 4 ? random.below(wish ? 512 : 4096) - (wish ? 256 : 2048) : 0;
		if (wish && (aligned || random.oneIn(2))) memory.displacement &= ~15;
		for (let i = 0; i < bytes; i++) tail.push((memory.displacement >> (8 * i)) & 255);
	};
	if (code.place === "b" && !wish && random.oneIn(8)) {
		memory.ripRelative = true;
		tail.push(0, 0, 0, 0);
		return [rex, modrm | 5, undefined];
	}
	const mod = random.below(3);
	memory.base = wish?.base() ?? random.below(16);
	if (code.place === "m") {
		do memory.index = wish?.index ?? random.below(16);
		while (memory.index === 4 || memory.index === memory.base);
		memory.scale = random.below(4);
		if (memory.index > 7) rex |= 0x42;
	}
	// r/m 5 (rBP, r13) without displacement means something else.
	const used = mod === 0 && (memory.base & 7) === 5 ? 1 : mod;
	if (memory.base > 7) rex |= 0x41;
	displacement([0, 1, 4][used]!);
	if (code.place === "m" || (memory.base & 7) === 4) {
		const sib = (memory.scale << 6) | ((memory.index === NONE ? 4 : memory.index & 7) << 3) | (memory.base & 7);
		return [rex, modrm | (used << 6) | 4, sib];
	}
	modrm |= (used << 6) | (memory.base & 7);
	return [rex, modrm, undefined];
}

/** Prefixes but REX. */
const LEGACY: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
/** In hexadecimal, from behind the prefixes on. */
export function opcodeOf(bytes: readonly number[]): string {
	const first = bytes.findIndex((byte) => !LEGACY.has(byte) && (byte & 0xf0) !== 0x40);
	return bytes
		.slice(first)
		.map((byte) => byte.toString(16).padStart(2, "0"))
		.join("");
}
