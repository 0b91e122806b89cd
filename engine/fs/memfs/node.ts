// What all inodes of memfs have: attributes, times and extended attributes.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFMT } from "../vfs/mode";
import { NodeBase } from "../vfs/node";
import type { AttributeChange, Attributes } from "../vfs/types";
import type { MemFs } from "./memfs";

const DAY = 86_400_000_000_000n;

/** The mutable part of an inode: what fs/disk stores. */
export interface Metadata {
	mode: number;
	uid: number;
	gid: number;
	rdev: number;
	nlink: number;
	atime: bigint;
	mtime: bigint;
	ctime: bigint;
}

export abstract class MemNode extends NodeBase {
	readonly type: number;
	xattrs: Map<string, Uint8Array> | undefined;
	/** When it was made; unknown on a disk. */
	btime: bigint | undefined;
	/** It has no name, and may be given one (O_TMPFILE). */
	linkable = false;

	constructor(
		override readonly fs: MemFs,
		readonly ino: number,
		readonly meta: Metadata,
	) {
		super();
		this.type = meta.mode & S_IFMT;
	}

	abstract get size(): number;
	/** Bytes of storage used, for st_blocks. */
	get allocated(): number {
		return 0;
	}

	override attributes(): Attributes {
		const { ino, meta } = this;
		// field by field: it is asked for several times a call, and a spread is far slower
		return {
			ino,
			mode: meta.mode,
			nlink: meta.nlink,
			uid: meta.uid,
			gid: meta.gid,
			rdev: meta.rdev,
			size: this.size,
			dev: undefined,
			blocks: Math.ceil(this.allocated / 4096) * 8,
			atime: meta.atime,
			mtime: meta.mtime,
			ctime: meta.ctime,
			btime: this.btime,
		};
	}
	override setAttributes(change: AttributeChange): Errno | 0 {
		const { meta } = this;
		const now = this.fs.now();
		if (change.size !== undefined) {
			const before = this.size;
			const failed = this.resize(change.size);
			if (failed !== 0) return failed;
			if (before > 0 || change.size > 0 || this.fs.habits.stampsEmptyTruncation) meta.mtime = now;
		}
		if (change.mode !== undefined) meta.mode = this.type | (change.mode & 0o7777);
		if (change.uid !== undefined) meta.uid = change.uid;
		if (change.gid !== undefined) meta.gid = change.gid;
		if (change.atime !== undefined) meta.atime = change.atime === "now" ? now : change.atime;
		if (change.mtime !== undefined) meta.mtime = change.mtime === "now" ? now : change.mtime;
		meta.ctime = now;
		this.fs.changed(this);
		return 0;
	}
	/** The relative way: only when the last access is older than the last change, or than a day. Not worth a commit. */
	override accessed(): void {
		const { meta } = this;
		const now = this.fs.now();
		if (meta.atime <= meta.mtime || meta.atime <= meta.ctime || now - meta.atime >= DAY) meta.atime = now;
	}

	override getxattr(name: string): Uint8Array | Errno {
		return this.xattrs?.get(name) ?? -ERRNO.ENODATA;
	}
	override setxattr(name: string, value: Uint8Array, flags: number): Errno | 0 {
		const there = this.xattrs?.has(name) === true;
		if (there && (flags & 1) !== 0) return -ERRNO.EEXIST;
		if (!there && (flags & 2) !== 0) return -ERRNO.ENODATA;
		this.xattrs ??= new Map();
		this.xattrs.set(name, value.slice());
		this.touch();
		return 0;
	}
	override listxattr(): string[] {
		return this.xattrs === undefined ? [] : [...this.xattrs.keys()];
	}
	override removexattr(name: string): Errno | 0 {
		if (this.xattrs?.delete(name) !== true) return -ERRNO.ENODATA;
		this.touch();
		return 0;
	}

	/** Only regular files have a size that can be set. */
	protected resize(_size: number): Errno | 0 {
		return -ERRNO.EINVAL;
	}
	/** Metadata changed. */
	touch(): void {
		this.meta.ctime = this.fs.now();
		this.fs.changed(this);
	}
	/** A name of it is gone. */
	dropLink(count = 1): void {
		this.meta.nlink -= count;
		this.touch();
		if (this.meta.nlink === 0) this.fs.forget(this);
	}
}
