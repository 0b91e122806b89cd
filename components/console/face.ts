// The console's face and its size.

import type { Terminal } from "@xterm/xterm";

const NAME = "Nanum Gothic Coding";
export const FONT = `"${NAME}", ui-monospace, "SF Mono", Menlo, Consolas, monospace`;

/** In pixels: who reads in large letters has them in the console, too. */
export const rootFontSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/**
 * A letter is measured when it is first written, which fetches the piece of the face that has it: so it was measured in another
 * face. xterm measures anew when it is told another font, such as the same one in other words. The answer ends it.
 */
export function measureAgain(terminal: Terminal): () => void {
	const measure = ({ fontfaces }: FontFaceSetLoadEvent): void => {
		if (!fontfaces.some(({ family }) => family.includes(NAME))) return;
		terminal.options.fontFamily = terminal.options.fontFamily === FONT ? `${FONT}, monospace` : FONT;
	};
	document.fonts?.addEventListener("loadingdone", measure);
	return () => document.fonts?.removeEventListener("loadingdone", measure);
}
