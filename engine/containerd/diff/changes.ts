// What changed in an upper directory against the layers below: `docker diff`.
//
// A path is told when it was added, modified or deleted; a directory also when something in it was. A directory that was only
// copied up is not.

import { isDirectory } from "../../lib/linux";
import { isOpaque } from "../../oci/layer/create";
import { isWhiteoutNode } from "../../oci/layer/whiteout";
import type { Stat, Sys } from "../../sys";
import { lookup, names } from "./lower";

export const MODIFIED = 0;
export const ADDED = 1;
export const DELETED = 2;
export interface Change {
	path: string;
	kind: typeof MODIFIED | typeof ADDED | typeof DELETED;
}

/** In order of the paths. @param below fs directories of the layers, topmost first */
export async function changes(sys: Sys, upper: string, below: readonly string[]): Promise<Change[]> {
	const out: Change[] = [];
	await compare(sys, upper, below, "", out);
	return out.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function compare(sys: Sys, upper: string, below: readonly string[], prefix: string, out: Change[]): Promise<boolean> {
	const before = out.length;
	for (const { name } of await sys.readdir(upper)) {
		const path = `${prefix}/${name}`;
		const here = `${upper}/${name}`;
		const stat = await sys.lstat(here);
		const old = await lookup(sys, below, name);
		if (isWhiteoutNode(stat)) {
			if (old) out.push({ path, kind: DELETED });
			continue;
		}
		const merged = old && isDirectory(old.stat.mode) && isDirectory(stat.mode);
		const within = isDirectory(stat.mode) && (await compareWithin(sys, here, merged ? old.paths : [], path, out));
		if (!old) out.push({ path, kind: ADDED });
		else if (!merged || within || !sameDirectory(old.stat, stat)) out.push({ path, kind: MODIFIED });
	}
	return out.length > before;
}

async function compareWithin(sys: Sys, here: string, below: readonly string[], path: string, out: Change[]): Promise<boolean> {
	const inside = await compare(sys, here, below, path, out);
	if (below.length === 0 || !(await isOpaque(sys, here))) return inside;
	// an opaque directory hides what is below without a whiteout for each
	const kept = new Set((await sys.readdir(here)).map(({ name }) => name));
	const hidden = (await names(sys, below)).filter((name) => !kept.has(name));
	for (const name of hidden) out.push({ path: `${path}/${name}`, kind: DELETED });
	return inside || hidden.length > 0;
}

const sameDirectory = (a: Stat, b: Stat): boolean =>
	a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtime === b.mtime;
