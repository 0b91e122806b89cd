// Values that mean something to some instruction: integers at the edges of their ranges, floating-point numbers of all
// classes in all formats. Memory and registers are filled from a pool of them, which is made once a seed.

import type { Random } from "./random";

export const u64 = (value: bigint | number): bigint => BigInt.asUintN(64, BigInt(value));

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
			return BigInt(random.u32());
		default:
			return random.u64();
	}
}

const DOUBLES = [0, -0, 1, -1, 1.5, -2.25, 3.5, 2.5, -0.5, 1e10, -1e19, 1e300, 1e-300, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 63];
const SPECIAL_DOUBLES = [
	0x7ff0000000000000n,
	0xfff0000000000000n,
	0x7ff8000000000001n,
	0xfff4000000000002n,
	0x7ff0000000000001n,
	0x0010000000000000n,
	0x800fffffffffffffn,
	0x7fefffffffffffffn,
	0x8000000000000001n,
];
const SPECIAL_SINGLES = [
	0x7f800000n,
	0xff800000n,
	0x7fc00001n,
	0xffa00002n,
	0x7f800001n,
	1n,
	0x80000000n,
	0x00800000n,
	0x807fffffn,
	0x7f7fffffn,
];
const bits = new DataView(new ArrayBuffer(16));

function double(random: Random): bigint {
	switch (random.below(8)) {
		case 0:
			return random.u64();
		case 1:
			return random.pick(SPECIAL_DOUBLES);
		case 2:
			bits.setFloat64(0, random.pick(DOUBLES));
			return bits.getBigUint64(0);
		case 3:
			// Near the ends of the range, where sums and products overflow and underflow.
			return (random.u64() & 0x800fffffffffffffn) | (BigInt(random.pick([0, 1, 2, 1021, 1022, 511, 512, 1600, 2046])) << 52n);
		case 4:
			bits.setFloat64(0, random.below(2000) - 1000);
			return bits.getBigUint64(0);
		default:
			bits.setFloat64(0, (random.u32() - 2 ** 31) / 2 ** random.below(40));
			return bits.getBigUint64(0);
	}
}

function single(random: Random): bigint {
	switch (random.below(8)) {
		case 0:
			return BigInt(random.u32());
		case 1:
			return random.pick(SPECIAL_SINGLES);
		case 2:
			return (BigInt(random.u32()) & 0x807fffffn) | (BigInt(random.pick([0, 1, 2, 63, 64, 126, 191, 254])) << 23n);
		case 3:
			bits.setFloat32(0, random.below(2000) - 1000);
			return BigInt(bits.getUint32(0));
		default:
			bits.setFloat32(0, (random.u32() - 2 ** 31) / 2 ** random.below(40));
			return BigInt(bits.getUint32(0));
	}
}

/** 64 bits of some kind. */
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
			return [BigInt(1 + random.below(9)) << 60n, 0];
		case 7: {
			const shift = BigInt(20 + random.below(40));
			return [(significand >> shift) << shift, sign | (0x3fff + random.below(20))];
		}
		default:
			return [significand, sign | (0x3fff - 8 + random.below(72))];
	}
}

const WORDS = 1 << 13;
const EXTENDED = 1 << 9;

export class Pool {
	private readonly words = new BigUint64Array(WORDS);
	/** As bytes: `memory` copies runs of words. */
	private readonly bytes = new Uint8Array(this.words.buffer);
	private readonly extended = new Uint8Array(16 * EXTENDED);

	constructor(random: Random) {
		for (let i = 0; i < WORDS; i++) this.words[i] = word(random);
		const view = new DataView(this.extended.buffer);
		for (let i = 0; i < EXTENDED; i++) {
			let [significand, signExponent] = extended(random);
			if ((signExponent & 0x7fff) === 0 && significand >> 63n) significand >>= 1n;
			view.setBigUint64(16 * i, significand, true);
			view.setUint16(16 * i + 8, signExponent, true);
		}
	}

	/** Fills bytes with a run of words. */
	fill(into: Uint8Array, random: Random): void {
		const from = 8 * random.below(WORDS - into.length / 8);
		into.set(this.bytes.subarray(from, from + into.length));
	}

	/** One 80-bit number in 16 bytes. */
	register(into: Uint8Array, at: number, random: Random): void {
		const from = 16 * random.below(EXTENDED);
		for (let i = 0; i < 16; i++) into[at + i] = this.extended[from + i]!;
	}

	word(random: Random): bigint {
		return this.words[random.below(WORDS)]!;
	}
}
