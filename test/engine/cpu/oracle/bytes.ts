// Cases from arbitrary bytes: every opcode of every map behind all kinds of prefixes, with every ModRM byte and a random tail.
// One instruction is executed, by TF, so that its length shows, and what is behind it does not matter.

import { Decoder } from "../../../../engine/cpu/decode/decoder";
import type { Form } from "../../../../engine/cpu/decode/encoding";
import { forms } from "../../../../engine/cpu/decode/forms";
import { type Case, CODE, ENTRY, SLOT, WINDOW, WINDOW_SIZE } from "./case";
import { TRAP_FLAG } from "./compare";
import { floatingState, shiftCount } from "./inputs";
import type { Random } from "./random";
import { integer, type Pool, u64 } from "./values";

const CENTRE = WINDOW + WINDOW_SIZE / 2;
const [RCX, RSP] = [1, 4] as const;
const LONGEST = 15;
/** Of bytes in a case, random ones included. */
const TAIL = 32;

/** Where an opcode is: alone, behind 0F, behind 0F 38 or behind 0F 3A. */
export type OpcodeMap = "" | "0F" | "0F38" | "0F3A";
export const MAPS: readonly OpcodeMap[] = ["", "0F", "0F38", "0F3A"];
const ESCAPE: Readonly<Record<OpcodeMap, readonly number[]>> = {
	"": [],
	"0F": [0x0f],
	"0F38": [0x0f, 0x38],
	"0F3A": [0x0f, 0x3a],
};

const PREFIXES = [0x66, 0xf2, 0xf3, 0x67, 0xf0, 0x64, 0x65, 0x2e, 0x36, 0x3e, 0x26];
const isRex = (byte: number): boolean => byte >> 4 === 4;
const isPrefix = (byte: number): boolean => PREFIXES.includes(byte) || isRex(byte);

/** What a processor of our kind does not have and this machine's may: it is an undefined instruction here, or means something older. */
export type Newer = "undefined" | "older" | undefined;

/** All prefixes alone and in pairs, with and without REX. */
export function prefixCombinations(): number[][] {
	const single = [[], ...PREFIXES.map((byte) => [byte])];
	const pairs = PREFIXES.slice(0, 7).flatMap((a) => PREFIXES.slice(0, 7).map((b) => [a, b]));
	const lists = [...single, ...pairs];
	return lists
		.flatMap((list) => [list, [...list, 0x48], [...list, 0x40], [...list, 0x4d]])
		.concat([0x41, 0x42, 0x44, 0x4f].map((rex) => [rex]));
}

/** Prefixes in any order and number, REX anywhere. */
export function anyPrefixes(random: Random): number[] {
	const count = random.oneIn(8) ? random.below(15) : random.below(5);
	const list = Array.from({ length: count }, () => (random.oneIn(6) ? 0x40 + random.below(16) : random.pick(PREFIXES)));
	return random.oneIn(3) ? [...list, 0x40 + random.below(16)] : list;
}

interface Parsed {
	rex: number;
	repeat: number;
	operand16: boolean;
	map: OpcodeMap;
	opcode: number;
	modrm: number;
	/** Of the byte behind ModRM. */
	tail: number;
}

/** As much of an instruction as is needed to aim it: not the engine's decoder, which is what is tested. */
function parse(bytes: readonly number[]): Parsed {
	let at = 0;
	let rex = 0;
	let repeat = 0;
	let operand16 = false;
	for (; at < LONGEST && isPrefix(bytes[at]!); at++) {
		const byte = bytes[at]!;
		rex = isRex(byte) ? byte : 0;
		if (byte === 0xf2 || byte === 0xf3) repeat = byte;
		if (byte === 0x66) operand16 = true;
	}
	let map: OpcodeMap = "";
	if (bytes[at] === 0x0f) {
		const next = bytes[at + 1];
		map = next === 0x38 ? "0F38" : next === 0x3a ? "0F3A" : "0F";
		at += ESCAPE[map].length;
	}
	return { rex, repeat, operand16, map, opcode: bytes[at]!, modrm: bytes[at + 1]!, tail: at + 2 };
}

/** Would execute a system call, or change something that outlasts a case: PKRU, and what XRSTOR restores. */
export function isOutOfBounds(bytes: readonly number[]): boolean {
	const { map, opcode, modrm } = parse(bytes);
	if (map === "") return opcode === 0xcd && modrm === 0x80;
	if (map !== "0F") return false;
	return (
		opcode === 0x05 ||
		opcode === 0x34 ||
		(opcode === 0x01 && modrm === 0xef) ||
		(opcode === 0xae && ((modrm >> 3) & 7) === 5 && modrm < 0xc0)
	);
}

/** Is done by the kernel where the processor refuses it, and then TF makes no trap: sgdt, sidt, smsw, sldt, str. */
export function isEmulated(bytes: readonly number[]): boolean {
	const { map, opcode, modrm } = parse(bytes);
	const reg = (modrm >> 3) & 7;
	if (map !== "0F" || opcode > 1) return false;
	return opcode === 0 ? reg < 2 : reg === 4 || (reg < 2 && modrm < 0xc0);
}

/** Is this an instruction that came after SSE2? */
export function newer(bytes: readonly number[]): Newer {
	const { map, opcode, modrm, repeat, operand16 } = parse(bytes);
	const reg = (modrm >> 3) & 7;
	const memory = modrm < 0xc0;
	if (map === "0F38" || map === "0F3A") return "undefined";
	if (map === "") {
		// VEX, EVEX; fisttp.
		if (opcode === 0xc4 || opcode === 0xc5 || opcode === 0x62) return "undefined";
		if ((opcode === 0xdb || opcode === 0xdd || opcode === 0xdf) && reg === 1 && memory) return "undefined";
		// xabort, xbegin.
		return (opcode === 0xc6 || opcode === 0xc7) && modrm === 0xf8 ? "undefined" : undefined;
	}
	switch (opcode) {
		case 0x01:
			// xgetbv, xend, xtest, rdpkru, serialize, rdtscp.
			return [0xd0, 0xd5, 0xd6, 0xee, 0xe8, 0xf9, 0xca, 0xcb, 0xcf].includes(modrm) ? "undefined" : undefined;
		case 0x12:
		case 0x16:
			// movddup, movsldup, movshdup.
			return repeat ? "undefined" : undefined;
		case 0x7c:
		case 0x7d:
		case 0xd0:
			return operand16 || repeat ? "undefined" : undefined;
		case 0xf0:
			return repeat === 0xf2 ? "undefined" : undefined;
		case 0xb8:
			return repeat === 0xf3 ? "undefined" : undefined;
		case 0xbc:
		case 0xbd:
			return repeat === 0xf3 ? "older" : undefined;
		case 0xae:
			// rdfsbase and its like, ptwrite, xsave, xsaveopt, clwb, clflushopt, umonitor, tpause.
			if (repeat) return "undefined";
			if (memory) return reg === 4 || reg === 6 || (reg === 7 && operand16) ? "undefined" : undefined;
			return operand16 && reg >= 6 ? "undefined" : undefined;
		case 0xc7:
			// xrstors, xsavec, xsaves, rdrand, rdseed, rdpid.
			return reg !== 1 ? "undefined" : undefined;
		default:
			return undefined;
	}
}

/** Whose results are this machine's own: only length and fault are compared. */
export function isOwn(bytes: readonly number[]): boolean {
	const { map, opcode } = parse(bytes);
	return map === "0F" && (opcode === 0xa2 || opcode === 0x31);
}

/** Stands for the row of bytes that are none. */
const NOTHING = { row: { name: "undefined instruction", undefined: () => 0 }, text: "", specs: [] } as unknown as Form;
const decoder = new Decoder();

export function rawCase(
	random: Random,
	pool: Pool,
	index: number,
	prefixes: readonly number[],
	map: OpcodeMap,
	opcode: number,
	modrm: number,
): Case {
	const bytes = [...prefixes, ...ESCAPE[map], opcode, modrm];
	while (bytes.length < TAIL) bytes.push(random.below(256));
	const registers = Array.from({ length: 16 }, () => (random.oneIn(2) ? u64(random.below(64) - 32) : integer(random)));
	const near = (): number => CENTRE - 128 + random.below(256);
	for (const implied of [3, 5, 6, 7]) if (!random.oneIn(8)) registers[implied] = BigInt(near());
	const start = CODE + index * SLOT + ENTRY;
	aim(bytes, registers, random, near, start);
	registers[RSP] = BigInt(CENTRE - 64 + 8 * random.below(16));
	registers[RCX] = BigInt(random.oneIn(2) ? random.below(12) : random.below(256));
	if (random.oneIn(2)) registers[2] = 0n;
	const memory = new Uint8Array(WINDOW_SIZE);
	pool.fill(memory, random);
	const flags = TRAP_FLAG | 0x202 | (random.u32() & 0xcd5);
	// What the engine takes it for, for the flags that are open.
	decoder.decode(new DataView(Uint8Array.from([...bytes, ...new Array(32).fill(0)]).buffer), 0);
	const form = forms[decoder.form] ?? NOTHING;
	const { operandSize: size, immediate } = decoder;
	const encoded = { bytes, size, immediate, address32: false, gs: false, lock: false, place: decoder.place };
	const c: Case = { form, encoded, registers, flags, fxsave: floatingState(random, pool), memory, count: 1 };
	c.count = form === NOTHING ? 1 : shiftCount(c);
	return c;
}

/** Lets a memory operand, if there is one, be in the window. */
function aim(bytes: number[], registers: bigint[], random: Random, near: () => number, start: number): void {
	const { rex, modrm, tail, map, opcode } = parse(bytes);
	if (random.oneIn(16)) return;
	const put32 = (at: number, value: number): void => {
		for (let i = 0; i < 4; i++) bytes[at + i] = (value >> (8 * i)) & 255;
	};
	if (map === "" && opcode >= 0xa0 && opcode < 0xa4) {
		put32(tail - 1, near());
		put32(tail + 3, 0);
		return;
	}
	if (modrm >= 0xc0) return;
	const mod = modrm >> 6;
	const low = modrm & 7;
	let base = low | ((rex & 1) << 3);
	let at = tail;
	if (low === 4) {
		const sib = bytes[at++]!;
		const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
		base = (sib & 7) | ((rex & 1) << 3);
		registers[index] = u64(random.below(64) - 32);
		if ((sib & 7) === 5 && mod === 0) {
			put32(at, near());
			return;
		}
	} else if (low === 5 && mod === 0) {
		put32(at, near() - start - at - 4);
		return;
	}
	if (mod === 2) put32(at, random.below(128) - 64);
	if (base !== RSP) registers[base] = BigInt(near());
}
