// Random inputs for a form: registers, flags, memory, XMM and x87 state, chosen so that most instructions do something.

import { type Form, sizesOf } from "../../../../engine/cpu/decode/encoding";
import { type Case, CODE, DATA, DATA_SIZE, ENTRY, FXSAVE_SIZE, GS_BASE, SLOT, WINDOW, WINDOW_SIZE } from "./case";
import { encode } from "./encode";
import type { Random } from "./random";
import { integer, type Pool, u64 } from "./values";

const CENTRE = WINDOW + WINDOW_SIZE / 2;
const [RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** Bits 0–5 of the control word, or of MXCSR's masks: exceptions that are not masked raise a signal. */
const ALL_MASKED = 0x3f;
const masks = (random: Random): number => (random.oneIn(4) ? random.below(64) : ALL_MASKED);

export function floatingState(random: Random, pool: Pool): Uint8Array {
	const image = new Uint8Array(FXSAVE_SIZE);
	const view = new DataView(image.buffer);
	const control = random.oneIn(3) ? masks(random) | 0x40 | (random.pick([0, 2, 3]) << 8) | (random.below(4) << 10) : 0x37f;
	view.setUint16(0, control, true);
	const top = random.below(8);
	// Rarely, exceptions are pending.
	const raised = random.oneIn(24) ? random.below(128) : 0;
	view.setUint16(2, (top << 11) | raised | (random.oneIn(8) ? random.u32() & 0x4700 : 0), true);
	// Mostly two operands, and room for one more.
	const two = (1 << top) | (1 << ((top + 1) & 7));
	const room = random.oneIn(4) ? 0 : 1 << ((top + 7) & 7);
	view.setUint8(4, random.oneIn(6) ? random.below(256) : (random.below(256) | two) & ~room);
	const sticky = random.oneIn(2) ? random.below(64) & random.below(64) : 0;
	const flush = random.oneIn(6) ? random.pick([0x8000, 0x40, 0x8040]) : 0;
	view.setUint32(24, sticky | flush | (masks(random) << 7) | (random.oneIn(4) ? random.below(4) << 13 : 0), true);
	view.setUint32(28, 0xffff, true);
	for (let i = 0; i < 8; i++) pool.register(image, 32 + 16 * i, random);
	pool.fill(image.subarray(160, 416), random);
	return image;
}

/** Instructions that work on more than 16 bytes from their operand's address. */
const WIDE = new Set(["fxsave", "fxrstor", "fnsave", "frstor", "fnstenv", "fldenv"]);
const ALIGNED = new Set(["fxsave", "fxrstor"]);
const FAR = 40;

function target(random: Random, form: Form, lock: boolean): bigint {
	const { name } = form.row;
	// A locked access over the end of a cache line makes Linux hold up the program for milliseconds.
	if ((lock && form.row.lockable) || name === "xchg") return BigInt(CENTRE - 128 + 16 * random.below(16));
	if (/ indirect$/.test(name)) return BigInt(CENTRE - 128 + 8 * random.below(32));
	const aligned = ALIGNED.has(name) || form.specs.some((spec) => spec.width === "x");
	if (random.oneIn(FAR)) {
		const outside = [DATA + DATA_SIZE - random.below(8), 0x7000000 + random.below(64), random.below(64), 0x123456789];
		return BigInt(random.pick(outside));
	}
	const at = WIDE.has(name) ? WINDOW + random.below(WINDOW_SIZE - 512) : CENTRE - 128 + random.below(256);
	return BigInt(aligned && !random.oneIn(16) ? at & ~15 : at);
}

export function makeCase(form: Form, random: Random, pool: Pool, index: number): Case {
	const encoded = encode(form, random);
	const registers = Array.from({ length: 16 }, () => integer(random));
	const memory = new Uint8Array(WINDOW_SIZE);
	pool.fill(memory, random);
	const memoryView = new DataView(memory.buffer);
	const fxsave = floatingState(random, pool);
	const flags = 0x202 | (random.u32() & 0xcd5);
	const start = CODE + index * SLOT + ENTRY;
	const c: Case = { form, encoded, registers, flags, fxsave, memory, count: 1 };
	registers[RSP] = BigInt(CENTRE - 64 + 8 * random.below(16));
	prepare(c, random, memoryView, start);
	const place = encoded.memory;
	if (place) aim(c, random, start);
	if (form.row.name === "enter") {
		// Mostly a small frame without nesting.
		encoded.bytes[encoded.bytes.length - 1] = random.oneIn(3) ? random.below(256) : 0;
		if (!random.oneIn(4)) encoded.bytes[encoded.bytes.length - 2] = 0;
	}
	c.count = shiftCount(c);
	afterAim(c, random, start);
	return c;
}

/** Makes the memory operand's address hit its target. */
function aim(c: Case, random: Random, start: number): void {
	const { encoded, registers, form } = c;
	const memory = encoded.memory!;
	const at = target(random, form, encoded.lock) - (encoded.gs ? GS_BASE : 0n);
	const next = start + encoded.bytes.length;
	const { bytes } = encoded;
	if (form.specs.some((spec) => spec.letter === "O")) {
		const width = encoded.address32 ? 4 : 8;
		for (let i = 0; i < width; i++) bytes[bytes.length - width + i] = Number((at >> BigInt(8 * i)) & 255n);
		return;
	}
	if (memory.ripRelative) {
		const displacement = at < 0x80000000n ? Number(at) - next : 64;
		const where = displacementAt(c);
		for (let i = 0; i < 4; i++) bytes[where + i] = (displacement >> (8 * i)) & 255;
		return;
	}
	let rest = at - BigInt(memory.displacement);
	if (memory.index >= 0) {
		if (random.oneIn(2)) registers[memory.index] = u64(random.below(64) - 32);
		rest -= registers[memory.index]! << BigInt(memory.scale);
	}
	registers[memory.base] = u64(rest);
	if (encoded.address32 && at < 0x100000000n && random.oneIn(2)) registers[memory.base]! ^= random.u64() << 32n;
	registers[memory.base] = u64(registers[memory.base]!);
}

/** A rip-relative displacement lies before the immediate, if there is one. */
function displacementAt({ encoded, form }: Case): number {
	const spec = form.specs.find((s) => s.letter === "I");
	const bytes = !spec ? 0 : spec.width === "b" ? 1 : spec.width === "w" ? 2 : encoded.size === 16 ? 2 : 4;
	return encoded.bytes.length - bytes - 4;
}

/** What instructions with implied operands need. */
function prepare(c: Case, random: Random, memory: DataView, start: number): void {
	const { registers } = c;
	const name = c.form.row.name.replace(" unusual", "").replace(" ecx", "");
	const near = (): bigint => BigInt(CENTRE - 128 + random.below(256));
	/** An implied address: relative to GS, or with an upper half that does not count. */
	const implied = (at: bigint, segment: boolean): bigint => {
		const base = u64(at - (segment && c.encoded.gs ? GS_BASE : 0n));
		return c.encoded.address32 && random.oneIn(2) ? u64(base + (BigInt(random.u32()) << 32n)) : base;
	};
	const landing = BigInt(start - 24 + random.below(12));
	if (/\b(movs|stos|lods|scas|cmps)$/.test(name)) {
		const from = near();
		const to = random.oneIn(4) ? from + BigInt(random.below(9) - 4) : near();
		registers[RSI] = implied(from, true);
		registers[RDI] = implied(to, false);
		registers[RCX] = implied(BigInt(random.below(12)), false);
		if (random.oneIn(3)) memory.setBigUint64(Number(to) - WINDOW, registers[RAX]!, true);
		if (random.oneIn(2)) for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, random.oneIn(12) ? 1 : 0);
		if (random.oneIn(3)) registers[RAX] = BigInt(random.pick([0, 0x01010101, 255]));
	}
	if (/^(jmp|call) indirect$/.test(name)) {
		for (let i = 0; i < 16; i++) if (i !== RSP) registers[i] = landing;
		for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, Number((landing >> BigInt(8 * (at & 7))) & 255n));
	}
	if (SELECTING.test(name)) {
		// The same selector wherever it is read from.
		// The limit of 0x78 is the number of the processor that this runs on.
		const selector = BigInt(random.pick(name === "lsl" ? SELECTORS.filter((s) => s >> 3 !== 0xf) : SELECTORS));
		for (let i = 0; i < 16; i++) if (i !== RSP) registers[i] = selector | (BigInt(random.u32()) << 16n);
		for (let at = 0; at < WINDOW_SIZE; at += 2) memory.setUint16(at, Number(selector), true);
	}
	if (name === "ret far" || name === "iret") {
		const code = random.oneIn(4) ? random.pick(NO_CODE) : 0x33;
		const stack = random.oneIn(8) ? random.pick(SELECTORS) : 0x2b;
		const flags = random.u32() & 0x244ed7;
		putWords(c, Number(registers[RSP]!), [landing, BigInt(code), BigInt(flags), BigInt(CENTRE), BigInt(stack)]);
	}
	if (/^ret( imm)?$/.test(name)) memory.setBigUint64(Number(registers[RSP]!) - WINDOW, landing, true);
	if (name === "leave" || name === "enter") registers[RBP] = BigInt(CENTRE + 8 * random.below(8));
	if (name === "xlat") registers[RBX] = implied(BigInt(CENTRE - 128), true);
	if (name === "maskmovdqu" || name === "mmx maskmovq") registers[RDI] = implied(near(), true);
	if (/^loop|^jrcxz/.test(name)) registers[RCX] = implied(BigInt(random.below(3)), false);
	// TF would trap, AC would fault.
	if (name === "popf") {
		const at = Number(registers[RSP]!) - WINDOW;
		memory.setUint32(at, memory.getUint32(at, true) & ~0x40100, true);
	}
	if (name === "fxrstor")
		for (let at = 0; at < WINDOW_SIZE; at += 8) {
			// MXCSR without bits that do not exist; pointers that every processor has room for.
			if (at & 8 && !random.oneIn(64)) memory.setUint32(at, random.u32() & 0xffff, true);
			memory.setUint16(at + 6, 0, true);
		}
	if (name === "ldmxcsr")
		for (let at = 0; at < WINDOW_SIZE; at += 4) memory.setUint32(at, random.below(random.oneIn(8) ? 2 ** 20 : 2 ** 16), true);
	if (/^bt.? string$/.test(name))
		for (let i = 0; i < 16; i++) if (i !== RSP && !random.oneIn(8)) registers[i] = u64(random.below(512) - 256);
	if (/^i?div$/.test(name) && random.oneIn(2))
		registers[RDX] = name === "div" ? BigInt(random.below(8)) : u64(-BigInt(random.below(2)));
	if (name === "fbld") for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, (random.below(10) << 4) | random.below(10));
}

/** Rows that read a selector, and selectors that exist, or that user mode may not use. */
const SELECTING = /^(lar|lsl|verr|verw|mov to [defgs]s|pop [fg]s|l[fgs]s)$/;
const SELECTORS = [
	0, 1, 3, 4, 0x10, 0x13, 0x18, 0x20, 0x23, 0x28, 0x2a, 0x2b, 0x2f, 0x30, 0x33, 0x40, 0x63, 0x78, 0x7b, 0x83, 0xfff8,
];

/** 0x20 is code of 32 bits, which we do not have. */
const NO_CODE = SELECTORS.filter((selector) => selector >> 3 !== 4);

/** Words of the operand's size behind one another, as far as they are in the window. */
function putWords(c: Case, at: number, words: readonly bigint[]): void {
	const bytes = c.encoded.size / 8;
	words.forEach((word, i) => {
		for (let n = 0; n < bytes; n++) {
			const index = at + i * bytes + n - WINDOW;
			if (index >= 0 && index < WINDOW_SIZE) c.memory[index] = Number((word >> BigInt(8 * n)) & 255n);
		}
	});
}

/** Conditions that only hold by chance otherwise. */
function afterAim(c: Case, random: Random, start: number): void {
	const { name } = c.form.row;
	if (/^(jmp|call) far$/.test(name)) {
		const landing = BigInt(start - 24 + random.below(12));
		putWords(c, addressOf(c), [landing, BigInt(random.oneIn(4) ? random.pick(NO_CODE) : 0x30 + random.below(4))]);
	}
	if (name === "cmpxchg" && random.oneIn(2) && c.encoded.memory?.base !== RAX && c.encoded.memory?.index !== RAX)
		c.registers[RAX] = u64(operandValue(c, 0) ?? c.registers[RAX]!);
	if (name === "cmpxchg8b" && random.oneIn(2)) {
		const at = c.encoded.memory ? addressOf(c) : 0;
		const { base, index } = c.encoded.memory!;
		if (at >= WINDOW && at + 16 <= WINDOW + WINDOW_SIZE && ![base, index].some((r) => r === RAX || r === RDX)) {
			const view = new DataView(c.memory.buffer);
			const half = c.encoded.size === 64 ? 8 : 4;
			const read = (from: number): bigint =>
				half === 8 ? view.getBigUint64(from - WINDOW, true) : BigInt(view.getUint32(from - WINDOW, true));
			c.registers[RAX] = read(at);
			c.registers[RDX] = read(at + half);
		}
	}
}

export function addressOf({ encoded, registers }: Case): number {
	const { base, index, scale, displacement, ripRelative } = encoded.memory!;
	if (ripRelative || base < 0) return 0;
	const sum = registers[base]! + (index >= 0 ? registers[index]! << BigInt(scale) : 0n) + BigInt(displacement);
	return Number(u64(sum) & 0xffffffffn);
}

/** The value of a memory operand inside the window. */
function operandValue(c: Case, _operand: number): bigint | undefined {
	if (!c.encoded.memory) return undefined;
	const at = addressOf(c);
	if (at < WINDOW || at + 8 > WINDOW + WINDOW_SIZE) return undefined;
	return new DataView(c.memory.buffer).getBigUint64(at - WINDOW, true);
}

export function shiftCount({ form, encoded, registers }: Case): number {
	const size = Number(sizesOf(form, encoded.size)[0] ?? 64);
	const last = form.specs.at(-1);
	const raw = last?.letter === "CL" ? Number(registers[RCX]! & 255n) : last?.letter === "I" ? encoded.immediate : 1;
	return raw & (size === 64 ? 63 : 31);
}
