// Where the enclosures stand: rows that are as full as the width allows, each enclosure as wide as its processes need. Pure.

import type { Room } from "./model";

const GAP = 16;
const TOP = 22;
const CELL_WIDTH = 78;
const CELL_HEIGHT = 64;
const INSIDE = 14;
/** Room for what is written under the processes: use and limits. */
export const FOOT = 20;
const NARROWEST = 236;

export interface PlacedRoom {
	room: Room;
	x: number;
	y: number;
	width: number;
	height: number;
	/** Centres of the processes' circles, in the order of the room's processes. */
	places: Array<{ x: number; y: number }>;
	/** Processes for which there was no place. */
	more: number;
}

/** More circles in one enclosure are counted, not drawn. */
const MOST = 24;

export function isolationLayout(
	rooms: readonly Room[],
	width: number,
	foot: boolean,
): { rooms: PlacedRoom[]; width: number; height: number } {
	const inner = Math.max(width - 2 * GAP, NARROWEST);
	const placed: PlacedRoom[] = [];
	let x = GAP;
	let y = TOP;
	let tallest = 0;
	for (const room of rooms) {
		const shown = Math.min(room.processes.length, MOST);
		const columns = Math.max(1, Math.min(shown, Math.floor((inner - 2 * INSIDE) / CELL_WIDTH), room.host ? 12 : 4));
		const rows = Math.max(1, Math.ceil(shown / columns));
		const size = {
			width: Math.max(NARROWEST, columns * CELL_WIDTH + 2 * INSIDE),
			height: rows * CELL_HEIGHT + 2 * INSIDE + (foot ? FOOT : 0),
		};
		if (x > GAP && x + size.width > GAP + inner) {
			x = GAP;
			y += tallest + GAP + 10;
			tallest = 0;
		}
		const places = Array.from({ length: shown }, (_, index) => ({
			x: x + INSIDE + (index % columns) * CELL_WIDTH + CELL_WIDTH / 2,
			y: y + INSIDE + Math.floor(index / columns) * CELL_HEIGHT + 20,
		}));
		placed.push({ room, x, y, ...size, places, more: room.processes.length - shown });
		x += size.width + GAP;
		tallest = Math.max(tallest, size.height);
	}
	return { rooms: placed, width: inner + 2 * GAP, height: y + tallest + GAP };
}
