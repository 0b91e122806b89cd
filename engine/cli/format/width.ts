// Columns that characters take on a terminal (Unicode Standard Annex 11), where ambiguous ones are narrow.

/** Wide by the East Asian Width property, emoji aside; in order. */
const WIDE: ReadonlyArray<readonly [first: number, last: number]> = [
	[0x1100, 0x115f],
	[0x2329, 0x232a],
	[0x2e80, 0x303e],
	[0x3041, 0x4dbf],
	[0x4e00, 0xa4cf],
	[0xa960, 0xa97c],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe10, 0xfe19],
	[0xfe30, 0xfe6b],
	[0xff01, 0xff60],
	[0xffe0, 0xffe6],
	[0x16fe0, 0x18d08],
	[0x1aff0, 0x1b2fb],
	[0x1f200, 0x1f265],
	[0x20000, 0x3fffd],
];
/** The emoji that are shown as pictures by themselves are wide, but for the letters that flags are made of. */
const PICTURE = /^\p{Emoji_Presentation}/u;
const isFlagLetter = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;

/** 1 or 2, as docker counts when it cuts a text: a mark on a letter counts as one. */
export function characterWidth(character: string): 1 | 2 {
	const point = character.codePointAt(0) ?? 0;
	if (point < 0x1100) return 1;
	if (WIDE.some(([first, last]) => point >= first && point <= last)) return 2;
	return PICTURE.test(character) && !isFlagLetter(point) ? 2 : 1;
}

/** What takes no room by itself: marks, joiners. */
const ON_ANOTHER = /^[\p{M}\p{Cf}]/u;
let segmenter: Intl.Segmenter | undefined;

/** As tables are laid out: what is seen as one character is as wide as its first part. */
export function cellWidth(text: string): number {
	if (/^[ -~]*$/.test(text)) return text.length;
	segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
	let width = 0;
	for (const { segment } of segmenter.segment(text)) {
		const first = [...segment].find((character) => !ON_ANOTHER.test(character));
		if (first !== undefined) width += characterWidth(first);
	}
	return width;
}
