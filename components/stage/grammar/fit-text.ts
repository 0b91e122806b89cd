// SVG has no ellipsis: texts are cut to a width here, by what their characters take up on average.

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

/** Width of one character, for a font of size 1. */
const characterWidth = (character: string, mono: boolean): number =>
	WIDE.test(character) ? (mono ? 1 : 0.88) : mono ? 0.5 : 0.56;

/** Width of a text in pixels, about. @param size of the font in pixels @param mono whether each cell is half as wide as high */
export function textWidth(text: string, size: number, mono = false): number {
	let width = 0;
	for (const character of text) width += characterWidth(character, mono);
	return width * size;
}

/** The text, or as much of its beginning as fits before an ellipsis; empty when not even that fits. */
export function fitText(text: string, width: number, size: number, mono = false): string {
	const ellipsis = characterWidth("…", mono);
	let used = 0;
	let at = 0;
	/** As far as an ellipsis would still fit behind it. */
	let end = 0;
	for (const character of text) {
		used += characterWidth(character, mono);
		if (used * size > width) return end > 0 ? `${text.slice(0, end).trimEnd()}…` : "";
		at += character.length;
		if ((used + ellipsis) * size <= width) end = at;
	}
	return text;
}
