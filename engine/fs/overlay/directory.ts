// A directory of an overlay. Names once found are kept, as the kernel's dentries are: the layers must not be changed beneath
// a mounted overlay, except through it.

import { ERRNO, type Errno } from "../../lib/errno";
import { inherit } from "../vfs/inherit";
import { S_IFCHR, S_IFDIR, S_IFMT } from "../vfs/mode";
import type { DirectoryEntry, Inode, NewNode } from "../vfs/types";
import { copyUp } from "./copyUp";
import { setOpaque } from "./layer";
import { findParts } from "./lookup";
import { OverlayNode } from "./node";
import { mergedEntries } from "./readdir";
import { renameEntry } from "./rename";
import { hasWhiteout, mustBeEmpty, removeName, replaceWhiteout } from "./whiteout";

export class OverlayDirectory extends OverlayNode {
	readonly children = new Map<string, OverlayNode>();

	override lookup(name: string): OverlayNode | Errno {
		const known = this.children.get(name);
		if (known !== undefined) return known;
		if (this.deleted) return -ERRNO.ENOENT;
		const parts = findParts(this.upper, this.lowers, name);
		if (typeof parts === "number") return parts;
		const node = this.fs.nodeOf(parts, this, name);
		this.children.set(name, node);
		return node;
	}
	override readdir(): DirectoryEntry[] | Errno {
		return mergedEntries(this);
	}

	override make(name: string, node: NewNode): Inode | Errno {
		// A whiteout made by hand would be none of overlay's.
		if ((node.mode & S_IFMT) === S_IFCHR && (node.rdev ?? 0) === 0) return -ERRNO.EPERM;
		const isDirectory = (node.mode & S_IFMT) === S_IFDIR;
		const wanted = inherit(this.attributes(), node);
		return this.insert(name, isDirectory, (directory, as) => {
			const made = directory.make(as, wanted);
			if (typeof made === "number" || !isDirectory) return made;
			// Over a whiteout: it must not be merged with what that hides.
			if (directory !== this.upper) this.mark(made, name);
			return made;
		});
	}
	makeUnnamed(node: NewNode, linkable: boolean): Inode | Errno {
		if (this.deleted) return -ERRNO.ENOENT;
		const failed = copyUp(this);
		if (failed !== 0) return failed;
		const made = this.upper!.makeUnnamed?.(inherit(this.attributes(), node), linkable) ?? -ERRNO.EOPNOTSUPP;
		if (typeof made === "number") return made;
		const file = this.fs.nodeOf({ upper: made, lowers: [] }, this, "");
		file.deleted = true;
		return file;
	}
	override link(name: string, target: Inode): Errno | 0 {
		if (!(target instanceof OverlayNode) || target.fs !== this.fs) return -ERRNO.EXDEV;
		const failed = copyUp(target);
		if (failed !== 0) return failed;
		const made = this.insert(name, false, (directory, as) => {
			const linked = directory.link(as, target.upper!);
			return linked !== 0 ? linked : target.upper!;
		});
		return typeof made === "number" ? made : 0;
	}

	override unlink(name: string): Errno | 0 {
		const node = this.lookup(name);
		if (typeof node === "number") return node;
		if (node.type === S_IFDIR) return -ERRNO.EISDIR;
		return this.remove(name, node);
	}
	override rmdir(name: string): Errno | 0 {
		const node = this.lookup(name);
		if (typeof node === "number") return node;
		if (!(node instanceof OverlayDirectory)) return -ERRNO.ENOTDIR;
		return mustBeEmpty(node) || this.remove(name, node);
	}
	override rename(name: string, to: Inode, toName: string, flags: number): Errno | 0 {
		if (!(to instanceof OverlayDirectory) || to.fs !== this.fs) return -ERRNO.EXDEV;
		return renameEntry(this, name, to, toName, flags);
	}

	/** The node has this name here now. */
	place(name: string, node: OverlayNode): void {
		this.children.set(name, node);
		node.parent = this;
		node.name = name;
	}
	/** The name is gone, and the node with it unless it has others. */
	forgotten(name: string, node: OverlayNode): void {
		this.children.delete(name);
		if (node.type === S_IFDIR || node.upper === undefined || node.upper.attributes().nlink === 0) node.deleted = true;
	}

	private remove(name: string, node: OverlayNode): Errno | 0 {
		const failed = removeName(this, name, node);
		if (failed === 0) this.forgotten(name, node);
		return failed;
	}
	/** Makes an upper entry: right there, or in the work directory and over the whiteout that stands there. */
	private insert(name: string, isDirectory: boolean, make: (directory: Inode, as: string) => Inode | Errno): OverlayNode | Errno {
		if (this.deleted) return -ERRNO.ENOENT;
		if (typeof this.lookup(name) === "object") return -ERRNO.EEXIST;
		const failed = copyUp(this);
		if (failed !== 0) return failed;
		const { fs, upper } = this;
		let made: Inode | Errno;
		if (hasWhiteout(this, name)) {
			const temporary = fs.temporaryName();
			made = make(fs.work!, temporary);
			if (typeof made === "number") return made;
			const replaced = replaceWhiteout(fs.work!, temporary, upper!, name, isDirectory);
			if (replaced !== 0) return replaced;
		} else made = make(upper!, name);
		if (typeof made === "number") return made;
		const node = fs.nodeOf({ upper: made, lowers: [] }, this, name);
		this.place(name, node);
		fs.emit({ type: "overlay.create", upper: fs.upperPath, path: node.path, pid: fs.pid() });
		return node;
	}
	private mark(made: Inode, name: string): void {
		const { fs, path } = this;
		if (setOpaque(made) !== 0) return;
		fs.emit({ type: "overlay.opaque", upper: fs.upperPath, path: path === "/" ? `/${name}` : `${path}/${name}`, pid: fs.pid() });
	}
}
