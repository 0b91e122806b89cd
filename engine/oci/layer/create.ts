// An upper directory → a layer's tar: its entries in the order of their names, each directory before what is in it, whiteouts
// as OCI writes them. Equal directories give equal bytes.

import { isErrno } from "../../lib/files";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import type { Stat, Sys } from "../../sys";
import { byName, entryOf, type Packing, SECOND, unlessGone, wholeSeconds } from "./entry";
import { isWhiteoutNode, OPAQUE_MARKER, OPAQUE_XATTR, WHITEOUT_PREFIX } from "./whiteout";

export interface CreateOptions {
	/** Seconds since 1970: what is younger gets this time, so that a build does not depend on when it ran. */
	sourceDateEpoch?: number;
	/** As `docker export` writes modes. */
	typeInMode?: boolean;
}

/** The tar of everything below `upper` (not of `upper` itself). @throws SysError */
export function createLayer(
	sys: Sys,
	upper: string,
	{ sourceDateEpoch, typeInMode = false }: CreateOptions = {},
): AsyncGenerator<Uint8Array> {
	const bound = sourceDateEpoch === undefined ? undefined : BigInt(sourceDateEpoch) * SECOND;
	const timeOf = (mtime: bigint): bigint => {
		const seconds = wholeSeconds(mtime);
		return bound !== undefined && seconds > bound ? bound : seconds;
	};
	return writeTar(walk({ sys, links: new Map(), typeInMode, timeOf }, upper, ""));
}

async function* walk(packing: Packing, directory: string, prefix: string): AsyncGenerator<SourceEntry> {
	const { sys } = packing;
	const names = ((await unlessGone(sys.readdir(directory))) ?? []).map(({ name }) => name).sort(byName);
	for (const name of names) {
		const path = `${directory}/${name}`;
		const stat = await unlessGone(sys.lstat(path));
		if (!stat) continue;
		if (isWhiteoutNode(stat)) {
			yield whiteout(packing, `${prefix}${WHITEOUT_PREFIX}${name}`, stat);
			continue;
		}
		const entry = await entryOf(packing, path, prefix + name, stat);
		if (!entry) continue;
		yield entry;
		if (entry.header.type !== "directory") continue;
		if (await isOpaque(sys, path)) yield whiteout(packing, `${prefix}${name}/${OPAQUE_MARKER}`, stat);
		yield* walk(packing, path, `${prefix}${name}/`);
	}
}

const whiteout = ({ timeOf }: Packing, name: string, { mtime }: Stat): SourceEntry => ({
	header: header({ name, type: "file", mode: 0, mtime: timeOf(mtime) }),
});

export async function isOpaque(sys: Sys, directory: string): Promise<boolean> {
	try {
		return (await sys.lgetxattr(directory, OPAQUE_XATTR))[0] === 0x79;
	} catch (error) {
		if (isErrno(error, "ENODATA", "EOPNOTSUPP", "ENOENT")) return false;
		throw error;
	}
}
