// A small seeded generator (xorshift128), so that a printed seed brings back a failure.

export class Random {
	private a: number;
	private b: number;
	private c = 0x243f6a88;
	private d: number;

	constructor(seed: number) {
		this.a = seed | 1;
		this.b = seed ^ 0x9e3779b9;
		this.d = seed >>> 3;
		for (let i = 0; i < 16; i++) this.u32();
	}

	u32(): number {
		let t = this.a ^ (this.a << 11);
		t ^= t >>> 8;
		this.a = this.b;
		this.b = this.c;
		this.c = this.d;
		this.d = this.d ^ (this.d >>> 19) ^ t;
		return this.d >>> 0;
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
