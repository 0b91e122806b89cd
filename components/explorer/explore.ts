// What each layer does to the files below it, and what that wastes. Pure: from the layers' entries alone.
//
// A file that a layer changes or deletes stays whole in the layer below, where nobody sees it any more: its bytes are wasted.

import type { LayerFile } from "../../engine/host/browser/layer";

export type ChangeKind = "added" | "changed" | "deleted";
export interface ExploredFile {
	path: string;
	type: LayerFile["type"];
	kind: ChangeKind;
	/** Bytes of its content in this layer; 0 for what is deleted. */
	size: number;
	/** Bytes of layers below that it hides. */
	hides: number;
}
export interface ExploredLayer {
	/** In the archive's order; directories that are there only to hold others are left out. */
	files: ExploredFile[];
	count: Record<ChangeKind, number>;
	/** Bytes of all its files. */
	bytes: number;
	/** Bytes of layers below that nobody sees any more because of it. */
	wasted: number;
}

/** @param layers entries of each, the base first */
export function explore(layers: readonly LayerFile[][]): ExploredLayer[] {
	const merged = new Map<string, LayerFile>();
	return layers.map((files) => exploreLayer(files, merged));
}

/** Brings `merged` up to date. */
function exploreLayer(files: readonly LayerFile[], merged: Map<string, LayerFile>): ExploredLayer {
	const explored: ExploredFile[] = [];
	// Whiteouts are about the layers below, wherever in the archive they stand.
	for (const file of files) {
		if (!file.hides) continue;
		const gone = takeOut(merged, file.path, file.hides === "path");
		if (file.hides === "path") explored.push({ path: file.path, type: "file", kind: "deleted", size: 0, hides: gone });
		else if (gone > 0) explored.push({ path: `${file.path}/*`, type: "directory", kind: "deleted", size: 0, hides: gone });
	}
	const below = new Map(merged);
	for (const file of files) {
		if (file.hides) continue;
		const before = below.get(file.path);
		const hides = before && before.type !== "directory" ? before.size : 0;
		if (before?.type === "directory" && file.type !== "directory") takeOut(merged, file.path, true);
		merged.set(file.path, file);
		if (before && isSame(before, file)) continue;
		explored.push({ path: file.path, type: file.type, kind: before ? "changed" : "added", size: file.size, hides });
	}
	const count = { added: 0, changed: 0, deleted: 0 };
	for (const { kind } of explored) count[kind]++;
	return {
		files: explored,
		count,
		bytes: files.reduce((sum, { size, hides }) => sum + (hides ? 0 : size), 0),
		wasted: explored.reduce((sum, { hides }) => sum + hides, 0),
	};
}

/** A directory that a layer names only because of what is in it. */
const isSame = (before: LayerFile, now: LayerFile): boolean =>
	before.type === "directory" &&
	now.type === "directory" &&
	before.mode === now.mode &&
	before.uid === now.uid &&
	before.gid === now.gid;

/** Removes what is below a path, and the path itself if `whole`; the bytes that were there. */
function takeOut(merged: Map<string, LayerFile>, path: string, whole: boolean): number {
	let bytes = 0;
	const prefix = path === "/" ? "/" : `${path}/`;
	for (const [name, { size }] of merged) {
		if (!(whole && name === path) && !name.startsWith(prefix)) continue;
		bytes += size;
		merged.delete(name);
	}
	return bytes;
}
