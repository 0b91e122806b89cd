// SVG has no ellipsis: texts are cut to a width here, by what their characters take up on average.

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

/** Width of a text in pixels, about. @param size of the font in pixels @param mono whether each cell is half as wide as high */
export function textWidth(text: string, size: number, mono = false): number {
	let width = 0;
	for (const character of text) width += WIDE.test(character) ? (mono ? 1 : 0.88) : mono ? 0.5 : 0.56;
	return width * size;
}

/** The text, or as much of its beginning as fits before an ellipsis; empty when not even that fits. */
export function fitText(text: string, width: number, size: number, mono = false): string {
	if (textWidth(text, size, mono) <= width) return text;
	let fitting = "";
	for (const character of text) {
		if (textWidth(`${fitting}${character}…`, size, mono) > width) break;
		fitting += character;
	}
	return fitting ? `${fitting.trimEnd()}…` : "";
}
