// Looks a path up in a stack of layers, as overlayfs merges them, without mounting them.

import { isErrno } from "../../lib/files";
import { isDirectory } from "../../lib/linux";
import { isOpaque } from "../../oci/layer/create";
import { isWhiteoutNode } from "../../oci/layer/whiteout";
import type { Stat, Sys } from "../../sys";

export interface Found {
	stat: Stat;
	/** The directories of this path in the layers, topmost first; for a directory all that are merged. */
	paths: string[];
}

/** The entry `name` in a merged directory, or undefined where it is not. */
export async function lookup(sys: Sys, directories: readonly string[], name: string): Promise<Found | undefined> {
	let found: Found | undefined;
	for (const directory of directories) {
		const path = `${directory}/${name}`;
		const stat = await sys.lstat(path).catch((error: unknown) => {
			if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
			throw error;
		});
		if (!stat) continue;
		if (isWhiteoutNode(stat) || (found && !isDirectory(stat.mode))) return found;
		found ??= { stat, paths: [] };
		found.paths.push(path);
		if (!isDirectory(stat.mode) || (await isOpaque(sys, path))) return found;
	}
	return found;
}

/** The names in a merged directory. */
export async function names(sys: Sys, directories: readonly string[]): Promise<string[]> {
	const seen = new Map<string, boolean>();
	for (const directory of directories) {
		for (const { name } of await sys.readdir(directory)) {
			if (!seen.has(name)) seen.set(name, !isWhiteoutNode(await sys.lstat(`${directory}/${name}`)));
		}
	}
	return [...seen].filter(([, there]) => there).map(([name]) => name);
}
