// A directory of this machine as a read-only file system of the engine: the lower layer of an overlay, read when it is asked for.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { S_IFDIR, S_IFLNK, S_IFMT } from "../../../../engine/fs/vfs/mode";
import { NodeBase } from "../../../../engine/fs/vfs/node";
import type { Attributes, DirectoryEntry, FileSystem, Inode } from "../../../../engine/fs/vfs/types";
import { ERRNO, type Errno } from "../../../../engine/lib/errno";

export class HostTree implements FileSystem {
	readonly type = "ext4";
	readonly options = "";
	readonly readonly = true;
	readonly root: Inode;
	constructor(
		readonly path: string,
		readonly dev: number,
	) {
		this.root = new HostNode(this, path);
	}
	statfs() {
		return { type: 0xef53, bsize: 4096, blocks: 1 << 20, bfree: 0, files: 1 << 16, ffree: 0 };
	}
}

class HostNode extends NodeBase {
	readonly type: number;
	private readonly found: Attributes;
	private readonly children = new Map<string, HostNode | Errno>();
	private bytes: Uint8Array | undefined;

	constructor(
		readonly fs: HostTree,
		private readonly path: string,
	) {
		super();
		const stat = lstatSync(path, { bigint: true });
		this.type = Number(stat.mode) & S_IFMT;
		this.found = {
			ino: Number(stat.ino),
			mode: Number(stat.mode),
			nlink: Number(stat.nlink),
			uid: Number(stat.uid),
			gid: Number(stat.gid),
			rdev: Number(stat.rdev),
			size: Number(stat.size),
			blocks: Number(stat.blocks),
			atime: stat.atimeNs,
			mtime: stat.mtimeNs,
			ctime: stat.ctimeNs,
		};
	}
	override attributes(): Attributes {
		return this.found;
	}
	override lookup(name: string): Inode | Errno {
		if (this.type !== S_IFDIR) return -ERRNO.ENOTDIR;
		let child = this.children.get(name);
		if (child === undefined) {
			const path = join(this.path, name);
			child = lstatSync(path, { throwIfNoEntry: false }) ? new HostNode(this.fs, path) : -ERRNO.ENOENT;
			this.children.set(name, child);
		}
		return child;
	}
	override readdir(): DirectoryEntry[] | Errno {
		if (this.type !== S_IFDIR) return -ERRNO.ENOTDIR;
		return readdirSync(this.path).map((name) => {
			const { found, type } = this.lookup(name) as HostNode;
			return { name, ino: found.ino, type };
		});
	}
	override readlink(): string | Errno {
		return this.type === S_IFLNK ? readlinkSync(this.path) : -ERRNO.EINVAL;
	}
	override content(): Uint8Array {
		this.bytes ??= new Uint8Array(readFileSync(this.path));
		return this.bytes;
	}
	override read(offset: number, into: Uint8Array): number {
		const part = this.content().subarray(offset, offset + into.length);
		into.set(part);
		return part.length;
	}
}
