// A growing byte buffer with WebAssembly's LEB128 number formats.

export interface Hint {
	readonly at: number;
	readonly likely: boolean;
}

export class Bytes {
	private buffer = new Uint8Array(1024);
	length = 0;
	/** Where branches are whose way is nearly always the same one: in the order of their places. */
	readonly hints: Hint[] = [];

	/** The instruction that comes next is a branch, and so often taken. */
	hint(likely: boolean): void {
		this.hints.push({ at: this.length, likely });
	}

	byte(value: number): void {
		if (this.length === this.buffer.length) this.grow(1);
		this.buffer[this.length++] = value;
	}

	/** Unsigned LEB128 of a 32-bit number. */
	u32(value: number): void {
		let rest = value >>> 0;
		for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
		this.byte(rest);
	}

	/** Signed LEB128 of a 64-bit number. */
	s64(value: bigint): void {
		let rest = BigInt.asIntN(64, value);
		for (;;) {
			const low = Number(rest & 0x7fn);
			rest >>= 7n;
			if ((rest === 0n && !(low & 0x40)) || (rest === -1n && low & 0x40)) {
				this.byte(low);
				return;
			}
			this.byte(low | 0x80);
		}
	}

	name(text: string): void {
		this.u32(text.length);
		for (const character of text) this.byte(character.charCodeAt(0));
	}

	append(other: Bytes, from = 0, to = other.length): void {
		const length = to - from;
		if (this.length + length > this.buffer.length) this.grow(length);
		this.buffer.set(other.buffer.subarray(from, to), this.length);
		const by = this.length - from;
		for (const { at, likely } of other.hints) if (at >= from && at < to) this.hints.push({ at: at + by, likely });
		this.length += length;
	}

	patch(at: number, value: number): void {
		this.buffer[at] = value;
	}

	toArray(): Uint8Array<ArrayBuffer> {
		return this.buffer.slice(0, this.length);
	}

	private grow(extra: number): void {
		const bigger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + extra));
		bigger.set(this.buffer);
		this.buffer = bigger;
	}
}
