// Random inputs for a form: registers, flags, memory, XMM and x87 state, chosen so that most instructions do something.

import { type Form, sizesOf } from "../../../../engine/cpu/decode/encoding";
import { type Case, CODE, DATA, DATA_SIZE, ENTRY, SLOT, WINDOW, WINDOW_SIZE } from "./case";
import { encode } from "./encode";
import type { Random } from "./random";

const CENTRE = WINDOW + WINDOW_SIZE / 2;
const [RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const u64 = (value: bigint | number): bigint => BigInt.asUintN(64, BigInt(value));

const EDGES = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn].flatMap(
	(edge) => [edge, u64(-edge), u64(edge << 32n)],
);

export function integer(random: Random): bigint {
	switch (random.below(5)) {
		case 0:
			return random.pick(EDGES);
		case 1:
			return u64(random.below(512) - 256);
		case 2:
			return random.u64() & BigInt(0xffffffff);
		default:
			return random.u64();
	}
}

const DOUBLES = [0, -0, 1, -1, 1.5, -2.25, 3.5, 2.5, -0.5, 1e10, -1e19, 1e300, 1e-300, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 63];
const bits = new DataView(new ArrayBuffer(16));

function double(random: Random): bigint {
	switch (random.below(6)) {
		case 0:
			return random.u64();
		case 1:
			return random.pick([
				0x7ff0000000000000n,
				0xfff0000000000000n,
				0x7ff8000000000001n,
				0xfff4000000000002n,
				0x7ff0000000000001n,
			]);
		case 2:
			bits.setFloat64(0, random.pick(DOUBLES));
			return bits.getBigUint64(0);
		default:
			bits.setFloat64(0, (random.u32() - 2 ** 31) / 2 ** random.below(40));
			return bits.getBigUint64(0);
	}
}

function single(random: Random): bigint {
	switch (random.below(6)) {
		case 0:
			return BigInt(random.u32());
		case 1:
			return random.pick([0x7f800000n, 0xff800000n, 0x7fc00001n, 0xffa00002n, 0x7f800001n, 1n, 0x80000000n]);
		default:
			bits.setFloat32(0, (random.u32() - 2 ** 31) / 2 ** random.below(40));
			return BigInt(bits.getUint32(0));
	}
}

/** 64 bits that mean something to some instruction. */
function word(random: Random): bigint {
	switch (random.below(4)) {
		case 0:
			return double(random);
		case 1:
			return single(random) | (single(random) << 32n);
		default:
			return integer(random);
	}
}

/** An 80-bit number, as significand and sign with exponent. */
function extended(random: Random): [bigint, number] {
	const sign = random.oneIn(2) ? 0x8000 : 0;
	const significand = random.u64() | (1n << 63n);
	switch (random.below(12)) {
		case 0:
			return [0n, sign];
		case 1:
			return [1n << 63n, sign | 0x7fff];
		case 2:
			return [significand, sign | 0x7fff];
		case 3:
			return [random.u64() >> 2n, sign];
		case 4:
			return [significand, sign | random.pick([1, 2, 0x7ffe, 0x7ffd, 0x3fff - 1022, 0x3fff - 126, 0x3fff + 1023, 0x3fff + 127])];
		case 5:
			return [significand, sign | random.below(0x7fff)];
		case 6:
			return [BigInt(1 + random.below(9)) << 60n, 0].map((x) => x) as unknown as [bigint, number];
		case 7: {
			const shift = BigInt(random.below(40));
			return [(significand >> (shift + 20n)) << (shift + 20n), sign | (0x3fff + random.below(20))];
		}
		default:
			return [significand, sign | (0x3fff - 8 + random.below(72))];
	}
}

function floatingState(random: Random): Uint8Array {
	const image = new Uint8Array(512);
	const view = new DataView(image.buffer);
	const control = random.oneIn(3) ? 0x3f | 0x40 | (random.pick([0, 2, 3]) << 8) | (random.below(4) << 10) : 0x37f;
	view.setUint16(0, control, true);
	const top = random.below(8);
	view.setUint16(2, top << 11, true);
	// Mostly two operands, and room for one more.
	const two = (1 << top) | (1 << ((top + 1) & 7));
	const room = random.oneIn(4) ? 0 : 1 << ((top + 7) & 7);
	view.setUint8(4, random.oneIn(6) ? random.below(256) : (random.below(256) | two) & ~room);
	view.setUint32(24, 0x1f80 | (random.oneIn(4) ? random.below(4) << 13 : 0), true);
	view.setUint32(28, 0xffff, true);
	for (let i = 0; i < 8; i++) {
		let [significand, signExponent] = extended(random);
		if (signExponent === 0 && significand >> 63n) significand >>= 1n;
		view.setBigUint64(32 + 16 * i, significand, true);
		view.setUint16(40 + 16 * i, signExponent, true);
	}
	for (let i = 0; i < 32; i++) view.setBigUint64(160 + 8 * i, word(random), true);
	return image;
}

/** Instructions that work on more than 16 bytes from their operand's address. */
const WIDE = new Set(["fxsave", "fxrstor", "fnsave", "frstor", "fnstenv", "fldenv"]);
const ALIGNED = new Set(["fxsave", "fxrstor"]);
const FAR = 40;

function target(random: Random, form: Form): bigint {
	const { name } = form.row;
	if (/ indirect$/.test(name)) return BigInt(CENTRE - 128 + 8 * random.below(32));
	const aligned = ALIGNED.has(name) || form.specs.some((spec) => spec.width === "x");
	if (random.oneIn(FAR)) {
		const outside = [
			DATA + DATA_SIZE - random.below(8),
			0x7000000 + random.below(64),
			random.below(64),
			form.row.name === "mov offset" ? 0x7654321 : 0x123456789,
		];
		return BigInt(random.pick(outside));
	}
	const at = WIDE.has(name) ? WINDOW + random.below(256) : CENTRE - 128 + random.below(256);
	return BigInt(aligned && !random.oneIn(16) ? at & ~15 : at);
}

export function makeCase(form: Form, random: Random, index: number): Case {
	const encoded = encode(form, random);
	const registers = Array.from({ length: 16 }, () => integer(random));
	const memory = new Uint8Array(WINDOW_SIZE);
	const memoryView = new DataView(memory.buffer);
	for (let at = 0; at < WINDOW_SIZE; at += 8) memoryView.setBigUint64(at, word(random), true);
	const fxsave = floatingState(random);
	const flags = 0x202 | (random.u32() & 0xcd5);
	const start = CODE + index * SLOT + ENTRY;
	const c: Case = { form, encoded, code: new Uint8Array(SLOT).fill(0xcc), registers, flags, fxsave, memory, count: 1 };
	registers[RSP] = BigInt(CENTRE - 64 + 8 * random.below(16));
	prepare(c, random, memoryView, start);
	const place = encoded.memory;
	if (place) aim(c, random, start);
	if (form.row.name === "enter") {
		// No nesting; mostly a small frame.
		encoded.bytes.fill(0, encoded.bytes.length - (random.oneIn(4) ? 1 : 2));
	}
	c.code.set(encoded.bytes, ENTRY);
	c.count = shiftCount(c);
	afterAim(c, random);
	return c;
}

/** Makes the memory operand's address hit its target. */
function aim(c: Case, random: Random, start: number): void {
	const { encoded, registers, form } = c;
	const memory = encoded.memory!;
	const at = target(random, form);
	const next = start + encoded.bytes.length;
	const { bytes } = encoded;
	if (form.specs.some((spec) => spec.letter === "O")) {
		for (let i = 0; i < 8; i++) bytes[bytes.length - 8 + i] = Number((at >> BigInt(8 * i)) & 255n);
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
	if (memory.address32 && at < 0x100000000n && random.oneIn(2)) registers[memory.base]! ^= random.u64() << 32n;
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
	const { name } = c.form.row;
	const near = (): bigint => BigInt(CENTRE - 128 + random.below(256));
	const landing = BigInt(start - 24 + random.below(12));
	if (/\b(movs|stos|lods|scas|cmps)$/.test(name)) {
		registers[RSI] = near();
		registers[RDI] = random.oneIn(4) ? u64(registers[RSI]! + BigInt(random.below(9) - 4)) : near();
		registers[RCX] = BigInt(random.below(12));
		if (random.oneIn(3)) memory.setBigUint64(Number(registers[RDI]!) - WINDOW, registers[RAX]!, true);
		if (random.oneIn(2)) for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, random.oneIn(12) ? 1 : 0);
		if (random.oneIn(3)) registers[RAX] = BigInt(random.pick([0, 0x01010101, 255]));
	}
	if (/^(jmp|call) indirect$/.test(name)) {
		for (let i = 0; i < 16; i++) if (i !== RSP) registers[i] = landing;
		for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, Number((landing >> BigInt(8 * (at & 7))) & 255n));
	}
	if (/^ret/.test(name)) memory.setBigUint64(Number(registers[RSP]!) - WINDOW, landing, true);
	if (name === "leave" || name === "enter") registers[RBP] = BigInt(CENTRE + 8 * random.below(8));
	if (name === "xlat") registers[RBX] = BigInt(CENTRE - 128);
	if (name === "maskmovdqu") registers[RDI] = near();
	if (/^loop|^jrcxz/.test(name)) registers[RCX] = BigInt(random.below(3));
	// TF would trap, AC would fault.
	if (name === "popf") {
		const at = Number(registers[RSP]!) - WINDOW;
		memory.setUint32(at, memory.getUint32(at, true) & ~0x40100, true);
	}
	if (name === "fxrstor") for (let at = 0; at < WINDOW_SIZE - 32; at += 16) memory.setUint32(at + 8, 0x1f80, true);
	if (name === "ldmxcsr")
		for (let at = 0; at < WINDOW_SIZE; at += 4) memory.setUint32(at, random.below(random.oneIn(8) ? 2 ** 20 : 2 ** 16), true);
	if (/^bt.? string$/.test(name))
		for (let i = 0; i < 16; i++) if (i !== RSP && !random.oneIn(8)) registers[i] = u64(random.below(512) - 256);
	if (/^i?div$/.test(name) && random.oneIn(2))
		registers[RDX] = name === "div" ? BigInt(random.below(8)) : u64(-BigInt(random.below(2)));
	if (name === "fbld") for (let at = 0; at < WINDOW_SIZE; at++) memory.setUint8(at, (random.below(10) << 4) | random.below(10));
}

/** Conditions that only hold by chance otherwise. */
function afterAim(c: Case, random: Random): void {
	const { name } = c.form.row;
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

function shiftCount({ form, encoded, registers }: Case): number {
	const size = Number(sizesOf(form, encoded.size)[0] ?? 64);
	const last = form.specs.at(-1);
	const raw = last?.letter === "CL" ? Number(registers[RCX]! & 255n) : last?.letter === "I" ? encoded.immediate : 1;
	return raw & (size === 64 ? 63 : 31);
}
