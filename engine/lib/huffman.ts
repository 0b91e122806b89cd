// Canonical Huffman codes as DEFLATE has them, as tables for decoding: the next bits, low ones first, index an entry.

export interface Table {
	/** symbol << 4 | width; 0 where no code begins so. */
	entries: Uint16Array;
	mask: number;
}

/**
 * The table of a set of code lengths, or undefined when these make no code: too many of them, or too few. One code of
 * one bit alone is allowed, and none at all is too (a block without matches has no distances).
 */
export function buildTable(lengths: Uint8Array): Table | undefined {
	const counts = new Uint16Array(16);
	for (const length of lengths) counts[length]!++;
	counts[0] = 0;
	let widest = 15;
	while (widest > 0 && counts[widest] === 0) widest--;
	if (widest === 0) return { entries: new Uint16Array(1), mask: 0 };
	const next = new Uint16Array(16);
	let code = 0;
	for (let width = 1; width <= widest; width++) {
		code = (code + counts[width - 1]!) << 1;
		next[width] = code;
		if (code + counts[width]! > 1 << width) return undefined;
	}
	const complete = next[widest]! + counts[widest]! === 1 << widest;
	if (!complete && !(widest === 1 && counts[1] === 1)) return undefined;

	const entries = new Uint16Array(1 << widest);
	for (let symbol = 0; symbol < lengths.length; symbol++) {
		const width = lengths[symbol]!;
		if (width === 0) continue;
		const first = reverse(next[width]!++, width);
		for (let at = first; at < entries.length; at += 1 << width) entries[at] = (symbol << 4) | width;
	}
	return { entries, mask: entries.length - 1 };
}

function reverse(code: number, width: number): number {
	let out = 0;
	for (let i = 0; i < width; i++) out |= ((code >> i) & 1) << (width - 1 - i);
	return out;
}
