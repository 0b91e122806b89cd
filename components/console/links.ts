// The live words of the console: pointed at, they light up in the picture; pressed, the picture goes there.

import type { ILink, ILinkProvider, Terminal } from "@xterm/xterm";
import { machineStore } from "../machine/store";
import { showInPicture, stageStore } from "../stage/store";
import { findLinks } from "./find-links";

export const liveLinks = (terminal: Terminal): ILinkProvider => ({
	provideLinks(row, callback) {
		const line = terminal.buffer.active.getLine(row - 1);
		if (!line) return callback(undefined);
		const links = findLinks(line.translateToString(true), machineStore.getState().world);
		callback(
			links.map(
				({ start, end, key }): ILink => ({
					range: { start: { x: start + 1, y: row }, end: { x: end, y: row } },
					text: key,
					decorations: { underline: true, pointerCursor: true },
					activate: () => showInPicture(key),
					hover: () => stageStore.setState({ highlight: key }),
					leave: () => stageStore.setState({ highlight: null }),
				}),
			),
		);
	},
});
