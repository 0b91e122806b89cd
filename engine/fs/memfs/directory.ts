// A directory of memfs. Its entries stay in the order in which they were made.

import { ERRNO, type Errno } from "../../lib/errno";
import { inherit } from "../vfs/inherit";
import { S_IFCHR, S_IFDIR } from "../vfs/mode";
import type { DirectoryEntry, Inode, NewNode } from "../vfs/types";
import { MemNode } from "./node";

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
const RENAME_WHITEOUT = 4;

export class MemDirectory extends MemNode {
	readonly entries = new Map<string, MemNode>();

	override get size(): number {
		return this.fs.habits.directorySize(this.entries.size);
	}
	override get allocated(): number {
		return this.fs.habits.directoryBlocks;
	}
	override lookup(name: string): MemNode | Errno {
		return this.entries.get(name) ?? -ERRNO.ENOENT;
	}
	override make(name: string, node: NewNode): MemNode | Errno {
		if (this.meta.nlink === 0) return -ERRNO.ENOENT;
		if (this.entries.has(name)) return -ERRNO.EEXIST;
		const made = this.fs.create(inherit(this.meta, node));
		if (typeof made === "number") return made;
		this.insert(name, made);
		return made;
	}
	makeUnnamed(node: NewNode, linkable: boolean): MemNode | Errno {
		if (this.meta.nlink === 0) return -ERRNO.ENOENT;
		const made = this.fs.create(inherit(this.meta, node));
		if (typeof made === "number") return made;
		made.dropLink();
		made.linkable = linkable;
		return made;
	}
	override link(name: string, target: Inode): Errno | 0 {
		if (this.meta.nlink === 0) return -ERRNO.ENOENT;
		if (!(target instanceof MemNode) || target.fs !== this.fs) return -ERRNO.EXDEV;
		if (target.type === S_IFDIR) return -ERRNO.EPERM;
		if (this.entries.has(name)) return -ERRNO.EEXIST;
		if (target.meta.nlink === 0 && !target.linkable) return -ERRNO.ENOENT;
		const named = target.meta.nlink++ > 0;
		if (!named) this.fs.named(target);
		target.touch();
		this.insert(name, target);
		return 0;
	}
	override unlink(name: string): Errno | 0 {
		const node = this.entries.get(name);
		if (node === undefined) return -ERRNO.ENOENT;
		if (node.type === S_IFDIR) return -ERRNO.EISDIR;
		this.take(name, node);
		return 0;
	}
	override rmdir(name: string): Errno | 0 {
		const node = this.entries.get(name);
		if (node === undefined) return -ERRNO.ENOENT;
		if (!(node instanceof MemDirectory)) return -ERRNO.ENOTDIR;
		if (node.entries.size > 0) return -ERRNO.ENOTEMPTY;
		this.take(name, node);
		return 0;
	}
	override rename(name: string, to: Inode, toName: string, flags: number): Errno | 0 {
		if (!(to instanceof MemDirectory) || to.fs !== this.fs) return -ERRNO.EXDEV;
		if (to.meta.nlink === 0) return -ERRNO.ENOENT;
		const node = this.entries.get(name);
		if (node === undefined) return -ERRNO.ENOENT;
		const other = to.entries.get(toName);
		if ((flags & RENAME_EXCHANGE) !== 0)
			return other === undefined ? -ERRNO.ENOENT : this.exchange(name, node, to, toName, other);
		if (other !== undefined) {
			if ((flags & RENAME_NOREPLACE) !== 0) return -ERRNO.EEXIST;
			if (other === node) return 0;
			const failed = node.type === S_IFDIR ? to.rmdir(toName) : to.unlink(toName);
			if (failed !== 0) return failed;
		}
		this.remove(name, node);
		to.insert(toName, node);
		node.touch();
		if ((flags & RENAME_WHITEOUT) === 0) return 0;
		const whiteout = this.make(name, { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
		return typeof whiteout === "number" ? whiteout : 0;
	}
	override readdir(): DirectoryEntry[] {
		const list: DirectoryEntry[] = [];
		for (const [name, node] of this.entries) list.push({ name, ino: node.ino, type: node.type });
		return list;
	}

	private exchange(name: string, node: MemNode, to: MemDirectory, toName: string, other: MemNode): 0 {
		this.remove(name, node);
		to.remove(toName, other);
		this.insert(name, other);
		to.insert(toName, node);
		node.touch();
		other.touch();
		return 0;
	}
	/** Adds an entry. A directory's ".." is a link to its parent. */
	insert(name: string, node: MemNode): void {
		this.entries.set(name, node);
		if (node.type === S_IFDIR) this.meta.nlink++;
		this.stamp();
	}
	private remove(name: string, node: MemNode): void {
		this.entries.delete(name);
		if (node.type === S_IFDIR) this.meta.nlink--;
		this.stamp();
	}
	/** Removes an entry for good. An empty directory loses its own "." too. */
	private take(name: string, node: MemNode): void {
		this.remove(name, node);
		node.dropLink(node.type === S_IFDIR ? node.meta.nlink : 1);
	}
	private stamp(): void {
		this.meta.mtime = this.meta.ctime = this.fs.now();
		this.fs.changed(this);
	}
}
