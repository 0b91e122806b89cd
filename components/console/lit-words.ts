// What is lit up in a picture is lit up in the console, too: every word on the screen that means it.

import type { IDecoration, Terminal } from "@xterm/xterm";
import { machineStore } from "../machine/store";
import { stageStore } from "../stage/store";
import { findLinks } from "./find-links";

const WASH = { light: "#fbe8d8", dark: "#432a13" };

/** Follows the stage as long as the terminal lives; the answer stops it. */
export function lightWords(terminal: Terminal, isDark: () => boolean): () => void {
	let lit: IDecoration[] = [];
	const show = (key: string | null): void => {
		for (const decoration of lit.splice(0)) decoration.dispose();
		const { world } = machineStore.getState();
		if (key === null || !world) return;
		lit = wordsOnScreen(terminal, key, world).flatMap(({ row, start, end }) => {
			const { baseY, cursorY } = terminal.buffer.active;
			const marker = terminal.registerMarker(row - (baseY + cursorY));
			const backgroundColor = isDark() ? WASH.dark : WASH.light;
			return terminal.registerDecoration({ marker, x: start, width: end - start, backgroundColor }) ?? [];
		});
	};
	return stageStore.subscribe(({ highlight }, before) => {
		if (highlight !== before.highlight) show(highlight);
	});
}

type World = Parameters<typeof findLinks>[1];
function wordsOnScreen(terminal: Terminal, key: string, world: World): Array<{ row: number; start: number; end: number }> {
	const buffer = terminal.buffer.active;
	const found: Array<{ row: number; start: number; end: number }> = [];
	for (let row = buffer.viewportY; row < buffer.viewportY + terminal.rows; row++) {
		const line = buffer.getLine(row)?.translateToString(true);
		if (line === undefined) continue;
		for (const link of findLinks(line, world)) if (link.key === key) found.push({ row, start: link.start, end: link.end });
	}
	return found;
}
