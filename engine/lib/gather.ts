// Small pieces of a stream become fewer and larger ones.

import { concat } from "./bytes";

/** Pieces of at least `size` bytes, the last one aside. A source that fails gives what came before it fails. */
export async function* gathered(
	source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	size: number,
): AsyncGenerator<Uint8Array> {
	let parts: Uint8Array[] = [];
	let held = 0;
	const take = (): Uint8Array => {
		const whole = parts.length === 1 ? parts[0]! : concat(parts);
		parts = [];
		held = 0;
		return whole;
	};
	try {
		for await (const piece of source) {
			parts.push(piece);
			held += piece.length;
			if (held >= size) yield take();
		}
	} catch (error) {
		if (held > 0) yield take();
		throw error;
	}
	if (held > 0) yield take();
}
