// A digest's mark: form and colour that come from its digits alone, so that the same content looks the same everywhere.

export interface Mark {
	/** Five rows of five cells, left and right alike. */
	cells: boolean[][];
	/** Degrees on the colour wheel. */
	hue: number;
}

/** @param digest with or without `sha256:`; the first seven hexadecimal digits are enough to draw it */
export function markOf(digest: string): Mark {
	const hex = digest.replace(/^[a-z0-9]+:/, "");
	const bits = Number.parseInt(hex.slice(0, 4).padEnd(4, "0"), 16) || 0;
	const cells: boolean[][] = [];
	for (let row = 0; row < 5; row++) {
		const half = [0, 1, 2].map((column) => ((bits >> (row * 3 + column)) & 1) === 1);
		cells.push([half[0]!, half[1]!, half[2]!, half[1]!, half[0]!]);
	}
	// A mark is never blank, however unlucky the digits.
	if (bits % 0x8000 === 0) cells[2] = [true, true, true, true, true];
	return { cells, hue: ((Number.parseInt(hex.slice(4, 7).padEnd(3, "0"), 16) || 0) * 360) / 0x1000 };
}

/** The twelve digits that Docker shows of an id or digest. */
export const shortId = (digest: string): string => digest.replace(/^[a-z0-9]+:/, "").slice(0, 12);
