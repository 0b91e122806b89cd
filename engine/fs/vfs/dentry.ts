// A dentry: a name in a directory, and the inode that it was found to name (man 7 path_resolution calls it an entry).
//
// Each file system has one tree of dentries, shared by all its mounts. Working directories, mountpoints and open files hold
// dentries rather than paths, so they follow a rename, and know of an unlink. The tree is a record of names that were walked,
// not a cache to save work: every lookup asks the inode again, so what changes below (an overlay's upper directory, /proc)
// is seen at once. States: in the tree → (unlink, rmdir, replaced, or found to be gone) → deleted; a deleted one never returns.

import type { Errno } from "../../lib/errno";
import type { Mount } from "./mount";
import type { FileSystem, Inode } from "./types";

/** Children that are no longer there are looked for when a directory has this many, then at each doubling. */
const SWEEP_AT = 256;

export class Dentry {
	/** What is mounted on this name, in any namespace. */
	readonly mounts = new Set<Mount>();
	deleted = false;
	private children: Map<string, Dentry> | undefined;
	private sweepAt = SWEEP_AT;

	constructor(
		public inode: Inode,
		public parent: Dentry | undefined,
		/** "" for a root; for an anonymous file (a pipe, a socket) its label, such as "pipe:[5]". */
		public name: string,
	) {}

	/** `name` is one component, never "", "." or "..". */
	lookup(name: string): Dentry | Errno {
		const found = this.inode.lookup(name);
		const known = this.children?.get(name);
		if (typeof found === "number") {
			known?.remove();
			return found;
		}
		if (known !== undefined) {
			if (known.inode === found || known.inode.identity() === found.identity()) return known;
			known.remove();
		}
		return this.adopt(name, found);
	}
	/** Records an inode that was just made or found under the name. */
	adopt(name: string, inode: Inode): Dentry {
		this.children ??= new Map();
		if (this.children.size >= this.sweepAt) this.sweep();
		const child = new Dentry(inode, this, name);
		this.children.set(name, child);
		return child;
	}
	/** The name is gone. Who holds the dentry keeps its inode. */
	remove(): void {
		if (this.parent?.children?.get(this.name) === this) this.parent.children.delete(this.name);
		this.deleted = true;
	}
	/** After rename(2): this dentry now has that name there; what had it is deleted. */
	move(parent: Dentry, name: string): void {
		parent.children?.get(name)?.remove();
		this.parent?.children?.delete(this.name);
		this.parent = parent;
		this.name = name;
		parent.children ??= new Map();
		parent.children.set(name, this);
	}
	/** After rename(2) with RENAME_EXCHANGE. */
	exchange(other: Dentry): void {
		const { parent, name } = this;
		this.parent = other.parent;
		this.name = other.name;
		other.parent = parent;
		other.name = name;
		this.parent?.children?.set(this.name, this);
		parent?.children?.set(name, other);
	}
	/** Is this the other dentry, or below it? */
	isUnder(ancestor: Dentry): boolean {
		for (let at: Dentry | undefined = this; at !== undefined; at = at.parent) if (at === ancestor) return true;
		return false;
	}

	private sweep(): void {
		for (const [name, child] of [...this.children!]) {
			const found = this.inode.lookup(name);
			if (typeof found === "number" || found.identity() !== child.inode.identity()) child.remove();
		}
		this.sweepAt = Math.max(SWEEP_AT, this.children!.size * 2);
	}
}

const roots = new WeakMap<FileSystem, Dentry>();

/** The one root dentry of a file system. */
export function rootDentry(fs: FileSystem): Dentry {
	let root = roots.get(fs);
	if (root === undefined) {
		root = new Dentry(fs.root, undefined, "");
		roots.set(fs, root);
	}
	return root;
}
