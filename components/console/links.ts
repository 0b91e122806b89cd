// The live words of the console: pointed at, they light up in the picture; pressed, the picture goes there. Beside the words a
// line stands for the first thing that it names.

import type { ILink, ILinkProvider, Terminal } from "@xterm/xterm";
import { machineStore } from "../machine/store";
import { showInPicture, stageStore } from "../stage/store";
import { findLinks, type LiveLink } from "./find-links";

/** @param row from the top of the buffer, from 0 */
function linksOf(terminal: Terminal, row: number): LiveLink[] {
	const line = terminal.buffer.active.getLine(row)?.translateToString(true);
	return line ? findLinks(line, machineStore.getState().world) : [];
}

function kindOf(key: string): Parameters<typeof showInPicture>[1] {
	const { world } = machineStore.getState();
	if (world?.containers.some(({ id }) => id === key)) return "container";
	return world?.networks.some(({ id }) => id === key) ? "network" : "content";
}

export const liveLinks = (terminal: Terminal): ILinkProvider => ({
	provideLinks(row, callback) {
		const links = linksOf(terminal, row - 1);
		callback(
			links.map(
				({ start, end, key }): ILink => ({
					range: { start: { x: start + 1, y: row }, end: { x: end, y: row } },
					text: key,
					decorations: { underline: true, pointerCursor: true },
					activate: () => showInPicture(key, kindOf(key)),
				}),
			),
		);
	},
});

/** Lights what the word or the line under the pointer speaks of, as long as the terminal lives; the answer stops it. */
export function liveLines(terminal: Terminal, element: HTMLElement): () => void {
	let lit: string | null = null;
	const show = (key: string | null): void => {
		if (key === lit) return;
		lit = key;
		stageStore.setState({ highlight: key });
	};
	const move = ({ clientX, clientY, buttons }: PointerEvent): void => {
		const screen = element.querySelector(".xterm-screen")?.getBoundingClientRect();
		if (!screen || buttons !== 0) return;
		const row = terminal.buffer.active.viewportY + Math.floor(((clientY - screen.top) / screen.height) * terminal.rows);
		const column = Math.floor(((clientX - screen.left) / screen.width) * terminal.cols);
		const links = linksOf(terminal, row);
		// A word speaks for itself, the rest of the line for the first thing that it names.
		const word = links.find(({ start, end }) => column >= start && column < end);
		show((word ?? links[0])?.key ?? null);
	};
	const leave = (): void => show(null);
	element.addEventListener("pointermove", move);
	element.addEventListener("pointerleave", leave);
	return () => {
		element.removeEventListener("pointermove", move);
		element.removeEventListener("pointerleave", leave);
	};
}
