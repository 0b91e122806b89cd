// Decodes one instruction into the operands that its form names.

import type { OperandSize, Place } from "./encoding";
import { findForm, forms, opcodeHasModrm, unusualForm } from "./forms";

/** Numbers beyond the 16 general registers that an address can be made of. */
export const BASE = { none: 16, fs: 17, gs: 18, temporary: 19 } as const;

const PREFIX_66 = 1;
const PREFIX_F3 = 2;
const PREFIX_F2 = 3;
const MAXIMUM_LENGTH = 15;
/** Instead of a form: an instruction of more than 15 bytes, which is a general protection fault. */
export const TOO_LONG = -2;
const XCHG = 0x91;
/** Opcodes whose undefined forms have an immediate byte too. */
const UNDEFINED_WITH_BYTE = new Set([0x82, 0xc6, 0x170, 0x171, 0x172, 0x173, 0x1ba, 0x1c2, 0x1c4, 0x1c5, 0x1c6]);

/** The last decoded instruction; one object is used again and again, since decoding is in the way of every cold start. */
export class Decoder {
	/** The form's number, or -1 for an undefined instruction, or TOO_LONG. */
	form = -1;
	operandSize: OperandSize = 32;
	/** How r/m is given. */
	place: Place = "r";
	/** Register numbers of the first two operands; `high` is AH, CH, DH, BH. */
	readonly register = [0, 0];
	readonly high = [false, false];
	base: number = BASE.none;
	index: number = BASE.none;
	scale = 0;
	displacement = 0;
	segment: number = BASE.none;
	/** Effective addresses are truncated to 32 bits. */
	address32 = false;
	/** The first immediate: the low and the high half of 64 bits; a branch's target is absolute. */
	immediate = 0;
	immediateHigh = 0;
	/** The second (enter's). */
	second = 0;
	/** The address behind the instruction. */
	next = 0;

	private at = 0;
	private rex = 0;
	private lock = false;

	/** `code` holds the guest's memory from address 0; reading a little beyond the instruction must be possible. */
	decode(code: DataView, address: number): void {
		this.at = address;
		this.form = -1;
		const [prefix, operand16] = this.prefixes(code, address);
		let opcode = code.getUint8(this.at++);
		if (opcode === 0x0f) opcode = 0x100 | code.getUint8(this.at++);
		const exchangesR8 = opcode === 0x90 && (this.rex & 1) === 1 && prefix !== PREFIX_F3;
		if (exchangesR8) opcode = XCHG;
		const modrm = opcodeHasModrm(opcode) ? code.getUint8(this.at++) : 0;
		let number = findForm(opcode, prefix, modrm);
		this.next = this.at;
		if (number < 0) {
			this.undefined(code, opcode, modrm, operand16);
			if (this.at - address > MAXIMUM_LENGTH) this.form = TOO_LONG;
			return;
		}
		if (this.address32 || this.segment !== BASE.none) {
			const other = unusualForm(number);
			// Of a branch on rCX only the size matters.
			if (other >= 0 && (this.address32 || forms[other]!.specs[0]?.letter !== "J")) number = other;
		}
		const form = forms[number]!;
		this.operandSize = this.rex & 8 ? 64 : operand16 && form.prefix !== "66" ? 16 : 32;
		this.base = this.index = BASE.none;
		this.scale = this.displacement = this.immediate = this.immediateHigh = 0;
		this.place = "r";
		let ripRelative = false;
		if (form.modrm && modrm < 0xc0) ripRelative = this.memory(code, modrm);
		const opcodeRegister = exchangesR8 ? 0 : opcode & 7;
		let immediates = 0;
		for (let i = 0; i < form.specs.length; i++) {
			const spec = form.specs[i]!;
			switch (spec.letter) {
				case "E":
				case "R":
					if (modrm >= 0xc0) this.general(i, (modrm & 7) | ((this.rex & 1) << 3), spec.width);
					break;
				case "W":
				case "U":
					if (modrm >= 0xc0 && i < 2) this.register[i] = (modrm & 7) | ((this.rex & 1) << 3);
					break;
				case "G":
					this.general(i, ((modrm >> 3) & 7) | ((this.rex & 4) << 1), spec.width);
					break;
				case "Q":
				case "N":
					if (modrm >= 0xc0) this.register[i] = modrm & 7;
					break;
				case "P":
					this.register[i] = (modrm >> 3) & 7;
					break;
				case "V":
					if (i < 2) this.register[i] = ((modrm >> 3) & 7) | ((this.rex & 4) << 1);
					break;
				case "Z":
					this.general(i, opcodeRegister | ((this.rex & 1) << 3), spec.width);
					break;
				case "A":
					this.base = this.segment;
					this.immediate = -1;
					this.immediateHigh = this.address32 ? 0 : -1;
					break;
				case "AL":
				case "rAX":
					this.general(i, 0, "");
					break;
				case "T":
					this.immediate = modrm & 7;
					break;
				case "1":
					this.immediate = 1;
					break;
				case "O":
					this.base = this.segment;
					this.immediate = code.getInt32(this.at, true);
					this.immediateHigh = this.address32 ? 0 : code.getInt32(this.at + 4, true);
					this.at += this.address32 ? 4 : 8;
					break;
				case "I":
				case "J":
					if (immediates++ === 0) this.readImmediate(code, spec.width, spec.letter === "J");
					else this.second = code.getUint8(this.at++);
					break;
			}
		}
		if (this.at - address > MAXIMUM_LENGTH) {
			this.form = TOO_LONG;
			return;
		}
		if (this.lock && !(form.row.lockable && modrm < 0xc0 && form.modrm && "EM".includes(form.specs[0]!.letter))) return;
		this.form = number;
		this.next = this.at;
		if (ripRelative) {
			const target = this.displacement + this.at;
			// Beyond 2 GiB a displacement would be taken for a negative one.
			if (target > 0x7fffffff) this.address32 = true;
			this.displacement = target | 0;
		}
		// `pop` into memory addresses its operand after rSP has moved.
		if (form.row.name === "pop" && this.place !== "r" && this.base === 4) this.displacement += this.operandSize === 16 ? 2 : 8;
		if (form.specs[0]?.letter === "J") this.immediate = (this.immediate + this.at) | 0;
	}

	/** Goes over what an undefined instruction would have behind its opcode: it may be too long. */
	private undefined(code: DataView, opcode: number, modrm: number, operand16: boolean): void {
		if (opcode === 0x9a || opcode === 0xea) this.at += operand16 ? 4 : 6;
		const three = opcode >= 0x138 && opcode < 0x140;
		if (three) this.at++;
		const behind = three ? code.getUint8(this.at++) : modrm;
		if ((three || opcodeHasModrm(opcode)) && behind < 0xc0) this.memory(code, behind);
		if (UNDEFINED_WITH_BYTE.has(opcode)) this.at++;
	}

	/** Consumes prefixes; returns the class of the mandatory one, and whether there was an operand-size prefix. */
	private prefixes(code: DataView, address: number): [prefix: number, operand16: boolean] {
		let operand16 = false;
		let repeat = 0;
		this.segment = BASE.none;
		this.address32 = false;
		this.rex = 0;
		this.lock = false;
		for (; this.at - address < MAXIMUM_LENGTH; this.at++) {
			const byte = code.getUint8(this.at);
			if (byte === 0x66) operand16 = true;
			else if (byte === 0xf3) repeat = PREFIX_F3;
			else if (byte === 0xf2) repeat = PREFIX_F2;
			else if (byte === 0x64) this.segment = BASE.fs;
			else if (byte === 0x65) this.segment = BASE.gs;
			else if (byte === 0x67) this.address32 = true;
			else if (byte >= 0x40 && byte < 0x50) {
				// A REX prefix counts only directly before the opcode.
				const after = code.getUint8(this.at + 1);
				if (!isPrefix(after)) {
					this.rex = byte;
					this.at++;
					break;
				}
			} else if (byte === 0xf0) this.lock = true;
			else if (byte !== 0x2e && byte !== 0x36 && byte !== 0x3e && byte !== 0x26) break;
		}
		return [repeat || (operand16 ? PREFIX_66 : 0), operand16];
	}

	private general(operand: number, number: number, width: string): void {
		if (operand > 1) return;
		const high = width === "b" && this.rex === 0 && number >= 4 && number < 8;
		this.high[operand] = high;
		this.register[operand] = high ? number - 4 : number;
	}

	/** ModRM's memory operand; true if it is relative to rip. */
	private memory(code: DataView, modrm: number): boolean {
		const mod = modrm >> 6;
		const low = modrm & 7;
		let relative = false;
		this.place = "b";
		if (low === 4) {
			const sib = code.getUint8(this.at++);
			const index = ((sib >> 3) & 7) | ((this.rex & 2) << 2);
			if (index !== 4) {
				this.index = index;
				this.scale = sib >> 6;
				this.place = "m";
			}
			if ((sib & 7) === 5 && mod === 0) this.displacement = this.signed(code, 4);
			else this.base = (sib & 7) | ((this.rex & 1) << 3);
		} else if (low === 5 && mod === 0) {
			relative = true;
			this.displacement = this.signed(code, 4);
		} else this.base = low | ((this.rex & 1) << 3);
		if (mod === 1) this.displacement = this.signed(code, 1);
		else if (mod === 2) this.displacement = this.signed(code, 4);
		return relative;
	}

	private readImmediate(code: DataView, width: string, relative: boolean): void {
		if (width === "v" && this.operandSize === 64) {
			this.immediate = code.getInt32(this.at, true);
			this.immediateHigh = code.getInt32(this.at + 4, true);
			this.at += 8;
			return;
		}
		const bytes = width === "b" ? 1 : width === "w" || (this.operandSize === 16 && !relative) ? 2 : 4;
		this.immediate = this.signed(code, bytes);
		this.immediateHigh = this.immediate >> 31;
	}

	private signed(code: DataView, bytes: 1 | 2 | 4): number {
		const at = this.at;
		this.at += bytes;
		return bytes === 1 ? code.getInt8(at) : bytes === 2 ? code.getInt16(at, true) : code.getInt32(at, true);
	}
}

function isPrefix(byte: number): boolean {
	if (byte >= 0x64 && byte <= 0x67) return true;
	if (byte >= 0x40 && byte < 0x50) return true;
	return byte === 0xf0 || byte === 0xf2 || byte === 0xf3 || byte === 0x2e || byte === 0x36 || byte === 0x3e || byte === 0x26;
}
