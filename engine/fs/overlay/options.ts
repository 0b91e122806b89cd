// The options of mounting an overlay: mount -t overlay -o lowerdir=/a:/b,upperdir=/u,workdir=/w. Paths are seen from the one
// who mounts. Documentation/filesystems/overlayfs.rst.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Tracer } from "../../trace/event";
import { S_IFDIR, typeOf } from "../vfs/mode";
import { inodeAt, type Place } from "../vfs/mount";
import type { Asker, FsContext, Inode } from "../vfs/types";
import { resolve } from "../vfs/walk";
import { OverlayFs } from "./overlay";

const LAYERS_MAX = 500;
/** Where the kernel, too, prepares its changes within the work directory. */
const WORK = "work";

/** What these may be set to; the features that the other settings mean are not there (EINVAL). */
const SETTINGS: Record<string, RegExp> = {
	index: /^off$/,
	redirect_dir: /^(off|nofollow)$/,
	metacopy: /^off$/,
	xino: /^(off|auto)$/,
	nfs_export: /^off$/,
	uuid: /^(null|off|auto|on)$/,
};
const FLAGS = new Set(["volatile", "userxattr"]);

/** ENOENT or ENOTDIR for layers that are not there, EINVAL for options that make no overlay. */
export function overlayFromOptions(
	asker: Asker,
	data: string,
	context: FsContext,
	trace?: Tracer,
	pid?: () => number,
): OverlayFs | Errno {
	const options = parse(data);
	if (typeof options === "number") return options;
	const { lowerdir, upperdir, workdir } = options;
	if (lowerdir === undefined || lowerdir.length === 0 || lowerdir.length > LAYERS_MAX) return -ERRNO.EINVAL;
	if ((upperdir === undefined) !== (workdir === undefined)) return -ERRNO.EINVAL;
	const lowers: Inode[] = [];
	for (const path of lowerdir) {
		const place = directory(asker, path);
		if (typeof place === "number") return place;
		lowers.push(inodeAt(place));
	}
	const writable = upperdir === undefined ? undefined : upperAndWork(asker, upperdir, workdir!);
	if (typeof writable === "number") return writable;
	return new OverlayFs(context, { lowers, ...writable, options: shown(data), upperPath: upperdir, trace, pid });
}

const ORDER = ["lowerdir", "upperdir", "workdir"];
/** As the kernel shows them: the directories first, in its own order. */
function shown(data: string): string {
	const rank = (option: string): number => (ORDER.indexOf(option.split("=")[0]!) + ORDER.length + 1) % (ORDER.length + 1);
	const options = data.match(/(\\.|[^,\\])+/g) ?? [];
	return options.toSorted((a, b) => rank(a) - rank(b)).join(",");
}

interface Paths {
	lowerdir?: string[];
	upperdir?: string;
	workdir?: string;
}
/** Commas part options and colons part layers, unless a backslash is before them. */
function parse(data: string): Paths | Errno {
	const paths: Paths = {};
	for (const option of data.match(/(\\.|[^,\\])+/g) ?? []) {
		const equals = option.indexOf("=");
		const name = equals < 0 ? option : option.slice(0, equals);
		const value = equals < 0 ? "" : option.slice(equals + 1);
		if (name === "lowerdir") {
			// "::" begins layers of data only, which go with metacopy.
			if (/^:|:$|(?<!\\)::/.test(value)) return -ERRNO.EINVAL;
			paths.lowerdir = (value.match(/(\\.|[^:\\])+/g) ?? []).map(unescaped);
		} else if (name === "upperdir" || name === "workdir") paths[name] = unescaped(value);
		else if (!(FLAGS.has(name) && equals < 0) && SETTINGS[name]?.test(value) !== true) return -ERRNO.EINVAL;
	}
	return paths;
}
const unescaped = (path: string): string => path.replace(/\\(.)/g, "$1");

function directory(asker: Asker, path: string): Place | Errno {
	const place = resolve(asker, path);
	if (typeof place === "number") return place;
	return typeOf(inodeAt(place)) === S_IFDIR ? place : -ERRNO.ENOTDIR;
}

/** Both are on one mount that can be written to, and neither is within the other. */
function upperAndWork(asker: Asker, upperPath: string, workPath: string): { upper: Inode; work: Inode } | Errno {
	const upper = directory(asker, upperPath);
	if (typeof upper === "number") return upper;
	const base = directory(asker, workPath);
	if (typeof base === "number") return base;
	if (upper.mount !== base.mount || upper.dentry.isUnder(base.dentry) || base.dentry.isUnder(upper.dentry)) return -ERRNO.EINVAL;
	if (upper.mount.readonly) return -ERRNO.EINVAL;
	const work = emptyWork(inodeAt(base));
	return typeof work === "number" ? work : { upper: inodeAt(upper), work };
}

/** What an earlier mount left unfinished there is thrown away. */
function emptyWork(base: Inode): Inode | Errno {
	const there = base.lookup(WORK);
	if (typeof there === "number") return there === -ERRNO.ENOENT ? base.make(WORK, { mode: S_IFDIR, uid: 0, gid: 0 }) : there;
	const entries = there.readdir();
	if (typeof entries === "number") return entries;
	for (const { name, type } of entries)
		if (type === S_IFDIR) there.rmdir(name);
		else there.unlink(name);
	return there;
}
