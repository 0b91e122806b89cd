// The path walk: from a path to a place. man 7 path_resolution.
//
// Each component needs search permission on the directory that it is looked up in; symlinks are followed on the way (40 at
// most), at the end as the options say. "/" and ".." never lead above the asker's root; both cross mounts.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR, S_IFLNK, typeOf } from "./mode";
import { inodeAt, MS, type Place, samePlace, throughMounts } from "./mount";
import { MAY_EXEC, permission } from "./permission";
import { RESOLVE, SCOPED } from "./scope";
import type { Asker } from "./types";

export const PATH_MAX = 4096;
export const NAME_MAX = 255;
const MAX_SYMLINKS = 40;

export interface WalkOptions {
	/** Where a relative path begins, instead of the asker's working directory (openat(2) and its family). */
	at?: Place;
	/** Follow a symlink in the last component: true unless said otherwise. A trailing slash follows always. */
	followLast?: boolean;
	/** AT_EMPTY_PATH: "" is the beginning itself. */
	allowEmpty?: boolean;
}

/** The end of a walk that stops one component early: what mkdir, unlink and rename work on. */
export interface Last {
	parent: Place;
	/** The last component; what it means is told by `kind`. */
	name: string;
	/** "root" is a path of slashes only. */
	kind: "name" | "dot" | "dotdot" | "root";
	/** A slash came after the name. */
	slash: boolean;
}

/** Resolves a path to what is there, mounts on it included. */
export function resolve(asker: Asker, path: string, options: WalkOptions = {}): Place | Errno {
	const walk = new Walk(asker);
	const from = begin(asker, path, options);
	if (typeof from === "number") return from;
	const last = walk.toParent(from, path, options.allowEmpty === true);
	if (typeof last === "number") return last;
	return walk.finish(last, options.followLast !== false);
}

/** Resolves all but the last component. The parent is a directory, searchable or not. */
export function resolveParent(asker: Asker, path: string, at?: Place): Last | Errno {
	const from = begin(asker, path, { at });
	return typeof from === "number" ? from : new Walk(asker).toParent(from, path, false);
}

/**
 * As open(2) with O_CREAT walks: to the parent of the last component, through symlinks that stand there (a dangling one
 * leads to where the file is to be made), without following them when `follow` is false.
 * `found` is what is there, undefined when the name is free.
 */
export function resolveForCreate(
	asker: Asker,
	path: string,
	follow: boolean,
	at?: Place,
): { last: Last; found: Place | undefined } | Errno {
	const walk = new Walk(asker);
	const from = begin(asker, path, { at });
	if (typeof from === "number") return from;
	let last = walk.toParent(from, path, false);
	for (;;) {
		if (typeof last === "number") return last;
		if (last.kind !== "name") {
			const special = walk.special(last);
			return typeof special === "number" ? special : { last, found: special };
		}
		if (last.slash) return -ERRNO.EISDIR;
		const found = walk.step(last.parent, last.name);
		if (found === -ERRNO.ENOENT) return { last, found: undefined };
		if (typeof found === "number") return found;
		if (!follow || typeOf(inodeAt(found)) !== S_IFLNK) return { last, found };
		const next = walk.throughLink(found, last.parent);
		if (typeof next === "number") return next;
		if ("mount" in next) return { last, found: next };
		last = next;
	}
}

function begin({ root, cwd, resolve = 0 }: Asker, path: string, { at }: WalkOptions): Place | Errno {
	if (!path.startsWith("/")) return at ?? cwd;
	return resolve & RESOLVE.BENEATH ? -ERRNO.EXDEV : root;
}

class Walk {
	private links = 0;
	/** RESOLVE_*. */
	private readonly scope: number;

	constructor(private readonly asker: Asker) {
		this.scope = asker.resolve ?? 0;
	}

	toParent(from: Place, path: string, allowEmpty: boolean): Last | Errno {
		if (path === "" && !allowEmpty) return -ERRNO.ENOENT;
		if (tooLong(path, PATH_MAX - 1)) return -ERRNO.ENAMETOOLONG;
		let at = 0;
		while (path.charCodeAt(at) === SLASH) at++;
		if (at === path.length)
			return { parent: from, name: path === "" ? "." : "/", kind: path === "" ? "dot" : "root", slash: false };
		let place = from;
		for (;;) {
			const inode = inodeAt(place);
			if (typeOf(inode) !== S_IFDIR) return -ERRNO.ENOTDIR;
			const denied = permission(inode, this.asker.credentials, MAY_EXEC);
			if (denied !== 0) return denied;
			let end = path.indexOf("/", at);
			if (end < 0) end = path.length;
			const name = path.slice(at, end);
			at = end;
			while (path.charCodeAt(at) === SLASH) at++;
			if (at === path.length) {
				const kind = name === "." ? "dot" : name === ".." ? "dotdot" : "name";
				return { parent: place, name, kind, slash: end < path.length };
			}
			const next = this.advance(place, name);
			if (typeof next === "number") return next;
			place = next;
		}
	}

	/** From the parent to the last component itself. */
	finish(last: Last, follow: boolean): Place | Errno {
		for (;;) {
			if (last.kind !== "name") return this.special(last);
			const found = this.step(last.parent, last.name);
			if (typeof found === "number") return found;
			const type = typeOf(inodeAt(found));
			if (type === S_IFLNK && (follow || last.slash)) {
				const next = this.throughLink(found, last.parent);
				if (typeof next === "number") return next;
				if ("mount" in next) return last.slash && typeOf(inodeAt(next)) !== S_IFDIR ? -ERRNO.ENOTDIR : next;
				last = { ...next, slash: next.slash || last.slash };
				// A link's own target is followed to its end.
				follow = true;
				continue;
			}
			return last.slash && type !== S_IFDIR ? -ERRNO.ENOTDIR : found;
		}
	}

	/** One component within the path: a symlink is followed. */
	private advance(place: Place, name: string): Place | Errno {
		if (name === ".") return place;
		if (name === "..") return this.up(place);
		const found = this.step(place, name);
		if (typeof found === "number" || typeOf(inodeAt(found)) !== S_IFLNK) return found;
		const next = this.throughLink(found, place);
		if (typeof next === "number" || "mount" in next) return next;
		return this.finish(next, true);
	}
	special(last: Last): Place | Errno {
		return last.kind === "dotdot" ? this.up(last.parent) : last.parent;
	}
	/** Looks a name up and crosses the mounts on it. Does not follow symlinks. */
	step(place: Place, name: string): Place | Errno {
		if (tooLong(name, NAME_MAX)) return -ERRNO.ENAMETOOLONG;
		const dentry = place.dentry.lookup(name);
		if (typeof dentry === "number") return dentry;
		const found = throughMounts({ mount: place.mount, dentry });
		return this.scope & RESOLVE.NO_XDEV && found.mount !== place.mount ? -ERRNO.EXDEV : found;
	}
	/** Where a symlink in `parent` leads: a magic one to a place, any other to a new last component. */
	throughLink(link: Place, parent: Place): Place | Last | Errno {
		const forbidden = this.scope & RESOLVE.NO_SYMLINKS || link.mount.has(MS.NOSYMFOLLOW);
		if (++this.links > MAX_SYMLINKS || forbidden) return -ERRNO.ELOOP;
		const inode = inodeAt(link);
		if (inode.follow !== undefined) return this.throughMagic(inode.follow(this.asker), parent);
		const target = inode.readlink(this.asker);
		if (typeof target === "number") return target;
		if (target.startsWith("/") && this.scope & RESOLVE.BENEATH) return -ERRNO.EXDEV;
		if (target.startsWith("/") && this.leaves(parent, this.asker.root)) return -ERRNO.EXDEV;
		return this.toParent(target.startsWith("/") ? this.asker.root : parent, target, false);
	}
	/** Magic links lead anywhere: past every bound. */
	private throughMagic(target: Place | Errno, parent: Place): Place | Errno {
		if (this.scope & RESOLVE.NO_MAGICLINKS) return -ERRNO.ELOOP;
		if (typeof target === "number") return target;
		return this.scope & SCOPED || this.leaves(parent, target) ? -ERRNO.EXDEV : target;
	}
	private leaves(from: Place, to: Place): boolean {
		return (this.scope & RESOLVE.NO_XDEV) !== 0 && from.mount !== to.mount;
	}
	private up(place: Place): Place | Errno {
		const above = this.above(place);
		if (this.scope === 0) return above;
		if (this.scope & RESOLVE.BENEATH && samePlace(place, this.asker.root)) return -ERRNO.EXDEV;
		return this.leaves(place, above) ? -ERRNO.EXDEV : above;
	}
	private above(place: Place): Place {
		let { mount, dentry } = place;
		if (samePlace(place, this.asker.root)) return throughMounts(place);
		while (dentry === mount.root) {
			if (mount.parent === undefined) return place;
			dentry = mount.mountpoint!;
			mount = mount.parent;
			if (samePlace({ mount, dentry }, this.asker.root)) return throughMounts({ mount, dentry });
		}
		return dentry.parent === undefined ? place : throughMounts({ mount, dentry: dentry.parent });
	}
}

const SLASH = 0x2f;
/** Longer in UTF-8 than `limit` bytes? */
export function tooLong(name: string, limit: number): boolean {
	if (name.length > limit) return true;
	if (name.length * 3 <= limit) return false;
	let bytes = name.length;
	for (let i = 0; i < name.length; i++) {
		const code = name.charCodeAt(i);
		// A pair of surrogates is four bytes, two for each half; a lone U+DC80–U+DCFF stands for one raw byte.
		if (code >= 0xdc80 && code <= 0xdcff && !isHigh(name.charCodeAt(i - 1))) continue;
		if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) bytes += 2;
		else if (code >= 0x80) bytes += 1;
	}
	return bytes > limit;
}
const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
