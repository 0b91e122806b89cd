// Cases of many instructions: the loop's sequences behind one another, with registers and flags going from each to the next.
//
// RBX, RSI and R12 are bases of memory operands and R13 is their index: nothing writes them. A branch leads behind its sequence,
// and the last instruction of one over an instruction that leaves a mark.

import {
	type Form,
	OPERAND_SIZES,
	type OperandSize,
	type Place,
	placesOf,
	shapeOf,
} from "../../../../engine/cpu/decode/encoding";
import { forms } from "../../../../engine/cpu/decode/forms";
import { SEQUENCES } from "../../../../engine/cpu/interpret/sequences";
import { ALL_FLAGS } from "../../../../engine/cpu/table/flags";
import { type Case, ENTRY, SLOT, WINDOW, WINDOW_SIZE } from "./case";
import { type Encoded, encode } from "./encode";
import { floatingState } from "./inputs";
import { isOtherwise } from "./maker";
import type { Random } from "./random";
import { integer, type Pool } from "./values";

const CENTRE = WINDOW + WINDOW_SIZE / 2;
const [RSP, RDI, R13, R15] = [4, 7, 13, 15] as const;
const BASES = [3, 6, 12] as const;
const FREE = [0, 1, 2, 5, 8, 9, 10, 11, 14] as const;
const ROOM = SLOT - ENTRY - 32;
/** lea r15, [r15 + n] */
const MARK = [0x4d, 0x8d, 0x7f] as const;

interface Choice {
	form: Form;
	size: OperandSize;
	place: Place;
}

/** What gives a shape, by its key. */
const choices = new Map<string, Choice[]>();
for (const form of forms) {
	if (form.unusual || isOtherwise(form)) continue;
	for (const size of OPERAND_SIZES)
		for (const place of placesOf(form)) {
			const { key } = shapeOf(form, size, place);
			const list = choices.get(key) ?? [];
			list.push({ form, size, place });
			choices.set(key, list);
		}
}

/** All but those with an address-size prefix or a segment, which the rows' own comparison has. */
export const COMPARED = SEQUENCES.filter((keys) => keys.every((key) => choices.has(key)));

/** Rows whose `reads` are only what they leave as it was. */
const KEEPS = /^(shl|sal|shr|sar|rol|ror|shld|shrd|bt.*|clc|stc|inc|dec|cmpxchg8b)$/;
/** The worst that a shift's count can do. */
const openFlags = (form: Form, size: OperandSize): number =>
	[0, 1, 2, 9, 20, 40].reduce((open, count) => open | form.row.undefined(count, size), 0);

interface Written {
	encoded: Encoded;
	form: Form;
	at: number;
}

/** One of the loop's sequences in machine code; undefined if it would read a flag that is open. */
function write(
	keys: readonly string[],
	random: Random,
	open: number,
): { bytes: number[]; open: number; ever: number } | undefined {
	const written: Written[] = [];
	const bytes: number[] = [];
	let now = open;
	let ever = open;
	/** What is open where a branch leaves the sequence. */
	let left = 0;
	for (const key of keys) {
		const { form, size, place } = random.pick(choices.get(key)!);
		const { row } = form;
		if (row.reads & now && !KEEPS.test(row.name)) return undefined;
		// What a call returned to has been written already, and may read any flag.
		if (now !== 0 && row.flow === "return") return undefined;
		if (form.specs[0]?.letter === "J") left |= now;
		const encoded = encode(form, random, {
			size,
			place,
			register: () => random.pick(FREE),
			base: () => random.pick(BASES),
			index: R13,
		});
		written.push({ encoded, form, at: bytes.length });
		bytes.push(...encoded.bytes);
		now = (now & ~row.writes) | openFlags(form, size);
		ever |= now;
	}
	const end = bytes.length;
	const last = written.at(-1)!;
	bytes.push(...MARK, random.below(100));
	for (const { encoded, form, at } of written) {
		const branch = form.specs[0];
		if (branch?.letter !== "J") continue;
		const next = at + encoded.bytes.length;
		const target = (at === last.at ? bytes.length : end) - next;
		const width = branch.width === "b" ? 1 : 4;
		for (let i = 0; i < width; i++) bytes[next - width + i] = (target >> (8 * i)) & 255;
	}
	return { bytes, open: now | left, ever };
}

/** Stands for the row of a whole sequence. */
const MANY = { row: { name: "sequence", undefined: () => 0 }, text: "", specs: [] } as unknown as Form;

/** `first` is the number of the sequence that the case begins with; chance chooses the others. */
export function sequenceCase(random: Random, pool: Pool, first: number): Case {
	const bytes: number[] = [];
	let open = 0;
	let ever = 0;
	for (let tries = 0; tries < 40; tries++) {
		const keys = tries === 0 ? COMPARED[first % COMPARED.length]! : random.pick(COMPARED);
		const found = write(keys, random, open);
		if (!found || bytes.length + found.bytes.length > ROOM) continue;
		bytes.push(...found.bytes);
		open = found.open;
		ever |= found.ever;
	}
	const registers = Array.from({ length: 16 }, () => integer(random));
	for (const base of BASES) registers[base] = BigInt(CENTRE - 128 + 16 * random.below(16));
	registers[RDI] = BigInt(CENTRE);
	registers[R13] = BigInt(16 * random.below(3));
	registers[R15] = 0n;
	registers[RSP] = BigInt(CENTRE - 64 + 8 * random.below(16));
	const memory = new Uint8Array(WINDOW_SIZE);
	pool.fill(memory, random);
	const encoded: Encoded = { bytes, size: 64, immediate: 0, address32: false, gs: false, lock: false, place: "r" };
	// A fault may find flags open that are settled later.
	const flags = 0x202 | (random.u32() & ALL_FLAGS);
	return { form: MANY, encoded, registers, flags, fxsave: floatingState(random, pool), memory, count: 1, open: ever };
}
