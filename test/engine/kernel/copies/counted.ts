// How many bytes are copied from one array to another while something happens.

const typed = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

/** Counts what `set`, `copyWithin` and `slice` of every typed array move. Not counted: `new Uint8Array(other)`, and what the guest moves itself. */
export async function bytesCopied(during: () => Promise<void>): Promise<number> {
	let bytes = 0;
	const { set, copyWithin, slice } = typed;
	typed.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number): void {
		bytes += from.length * this.BYTES_PER_ELEMENT;
		set.call(this, from, at);
	};
	typed.copyWithin = function (this: Uint8Array, to: number, from: number, end = this.length) {
		bytes += (end - from) * this.BYTES_PER_ELEMENT;
		return copyWithin.call(this, to, from, end) as never;
	};
	typed.slice = function (this: Uint8Array, from?: number, to?: number) {
		const part = slice.call(this, from, to);
		bytes += part.byteLength;
		return part as never;
	};
	try {
		await during();
	} finally {
		Object.assign(typed, { set, copyWithin, slice });
	}
	return bytes;
}
