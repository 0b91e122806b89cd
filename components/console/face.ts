// The console's face, which is also the editor's, and its size. Its names are those of --mono in app/styles/globals.css.

import type { Terminal } from "@xterm/xterm";

/** Signs of one cell, the face itself, and what stands in for its Korean until that is there: app/styles/fallbacks.css. */
const NAMES = [
	"Single cells",
	"Single cells Consolas",
	"Nanum Gothic Coding",
	"Korean cells",
	"Korean cells Nanum",
	"Korean cells Malgun",
];
export const FONT = `${NAMES.map((name) => `"${name}"`).join(", ")}, ui-monospace, "SF Mono", Menlo, Consolas, monospace`;

/** In pixels: who reads in large letters has them in the console, too. */
export const rootFontSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/**
 * A letter is measured when it is first written, which fetches the piece of the face that has it: so it was measured in another
 * face. xterm measures anew when it is told another font, such as the same one in other words. The answer ends it.
 */
export function measureAgain(terminal: Terminal): () => void {
	const measure = ({ fontfaces }: FontFaceSetLoadEvent): void => {
		if (!fontfaces.some(({ family }) => NAMES.includes(family.replace(/^"|"$/g, "")))) return;
		terminal.options.fontFamily = terminal.options.fontFamily === FONT ? `${FONT}, monospace` : FONT;
	};
	document.fonts?.addEventListener("loadingdone", measure);
	return () => document.fonts?.removeEventListener("loadingdone", measure);
}
