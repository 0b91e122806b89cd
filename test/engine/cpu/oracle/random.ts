// A small seeded generator (xorshift128), so that a printed seed brings back a failure.

export class Random {
	private readonly state: Uint32Array;

	constructor(seed: number) {
		this.state = Uint32Array.of(seed | 1, seed ^ 0x9e3779b9, 0x243f6a88, seed >>> 3);
		for (let i = 0; i < 16; i++) this.u32();
	}

	u32(): number {
		const [a, b, c, d] = this.state as unknown as [number, number, number, number];
		let t = a ^ (a << 11);
		t ^= t >>> 8;
		const next = (d ^ (d >>> 19) ^ t) >>> 0;
		this.state.set([b, c, d, next]);
		return next;
	}

	/** 0 to n - 1. */
	below(n: number): number {
		return this.u32() % n;
	}

	/** True once in n times. */
	oneIn(n: number): boolean {
		return this.below(n) === 0;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)]!;
	}

	u64(): bigint {
		return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
	}
}
