// Listing a merged directory: each name once, from the topmost layer that has it; whiteouts hide what is below.

import type { Errno } from "../../lib/errno";
import { S_IFCHR } from "../vfs/mode";
import type { DirectoryEntry, Inode } from "../vfs/types";
import type { OverlayDirectory } from "./directory";
import { isWhiteout, originOf } from "./layer";

/** As the kernel orders them: what only the lowest layer has comes first, so offsets stay as things are copied up. */
export function mergedEntries(directory: OverlayDirectory): DirectoryEntry[] | Errno {
	const layers = [...(directory.upper === undefined ? [] : [directory.upper]), ...directory.lowers.map(({ inode }) => inode)];
	const seen = new Set<string>();
	let merged: DirectoryEntry[] = [];
	for (const [index, layer] of layers.entries()) {
		const entries = layer.readdir();
		if (typeof entries === "number") return entries;
		const fresh: DirectoryEntry[] = [];
		for (const entry of entries) {
			if (seen.has(entry.name)) continue;
			seen.add(entry.name);
			const shown = shownAs(layer, entry, layer === directory.upper);
			if (shown !== undefined) fresh.push(shown);
		}
		merged = index > 0 && index === layers.length - 1 ? [...fresh, ...merged] : [...merged, ...fresh];
	}
	return merged;
}

function shownAs(layer: Inode, entry: DirectoryEntry, isUpper: boolean): DirectoryEntry | undefined {
	if (!isUpper && entry.type !== S_IFCHR) return entry;
	const inode = layer.lookup(entry.name);
	if (typeof inode === "number") return entry;
	if (entry.type === S_IFCHR && isWhiteout(inode)) return undefined;
	const origin = isUpper ? originOf(inode) : undefined;
	return origin === undefined ? entry : { ...entry, ino: origin };
}

/** The whiteouts in the upper part of a directory: all that is left there when it looks empty. */
export function whiteoutsIn(upper: Inode): string[] {
	const entries = upper.readdir();
	if (typeof entries === "number") return [];
	return entries
		.filter(({ name, type }) => {
			const inode = type === S_IFCHR ? upper.lookup(name) : -1;
			return typeof inode !== "number" && isWhiteout(inode);
		})
		.map(({ name }) => name);
}
