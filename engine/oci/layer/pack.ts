// A file or a tree as a tar whose entries begin with a name of one's choice (docker cp out of a container).

import { isDirectory } from "../../lib/linux";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import type { Sys } from "../../sys";
import { byName, entryOf, type Packing, unlessGone, wholeSeconds } from "./entry";

/** @param name what `path` is called in the archive; "" or "." for a directory's contents, "/" for a root and all below it. @throws SysError */
export const pack = (sys: Sys, path: string, name: string): AsyncGenerator<Uint8Array> =>
	writeTar(walk({ sys, links: new Map(), typeInMode: true, timeOf: wholeSeconds }, path, name));

async function* walk(packing: Packing, path: string, name: string): AsyncGenerator<SourceEntry> {
	const { sys } = packing;
	const stat = await unlessGone(sys.lstat(path));
	const entry = stat && (await entryOf(packing, path, name, stat));
	if (!entry) return;
	yield entry;
	if (!isDirectory(stat.mode)) return;
	const names = ((await unlessGone(sys.readdir(path))) ?? []).map((one) => one.name).sort(byName);
	for (const child of names) yield* walk(packing, `${path}/${child}`, name === "/" ? `/${child}` : `${name}/${child}`);
}
