// A file system in memory: tmpfs, and what fs/disk keeps in storage. man 5 tmpfs.
//
// It has everything that an overlay's upper directory needs: hard links, device nodes, extended attributes of all kinds,
// RENAME_EXCHANGE. A size limit gives ENOSPC as tmpfs's size= does.

import { ERRNO, type Errno } from "../../lib/errno";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../vfs/mode";
import type { FileSystem, FsContext, NewNode } from "../vfs/types";
import { MemDirectory } from "./directory";
import { MemFile } from "./file";
import type { MemNode, Metadata } from "./node";
import { MemSpecial, MemSymlink } from "./special";

const PAGE = 4096;

/** Where file systems that are all right differ all the same. */
const HABITS = {
	tmpfs: {
		/** f_type of statfs(2). */
		magic: 0x01021994,
		rootInode: 1,
		/** st_size of a directory: 20 bytes an entry, "." and ".." included. */
		directorySize: (entries: number): number => 20 * (entries + 2),
		directoryBlocks: 0,
		/** Is an empty file changed by a truncation to nothing? */
		stampsEmptyTruncation: false,
		/** Can a part be zeroed and stay allocated (FALLOC_FL_ZERO_RANGE)? */
		zeroRange: false,
	},
	ext4: {
		magic: 0xef53,
		rootInode: 2,
		directorySize: (entries: number): number => Math.ceil((entries + 2) / 128) * PAGE,
		directoryBlocks: PAGE,
		stampsEmptyTruncation: true,
		zeroRange: true,
	},
} as const;
export type Habits = (typeof HABITS)[keyof typeof HABITS];

export interface MemFsOptions {
	/** Whose small habits it has (see HABITS), and what /proc/mounts calls it; "tmpfs" unless said otherwise. */
	type?: keyof typeof HABITS;
	/** What /proc/mounts calls it where that is another word: "devtmpfs", "mqueue". */
	name?: string;
	/** Options that /proc/mounts shows, such as "size=65536k,mode=755". */
	options?: string;
	/** Bytes of file contents; unlimited when left out. */
	size?: number;
	/** How many inodes there may be. */
	inodes?: number;
	/** Of the root directory; 0o1777 unless said otherwise. */
	mode?: number;
	uid?: number;
	gid?: number;
	/** Hears of every change that would have to be stored. */
	journal?: Journal;
}

export interface Journal {
	/** Attributes, entries or extended attributes of an inode changed, or it was made. */
	changed(node: MemNode): void;
	/** Bytes from `start` to `end` changed, or one of them is the new size. */
	wrote(file: MemFile, start: number, end: number): void;
	/** It has no name any more. */
	gone(node: MemNode): void;
	/** May `bytes` more be used, by a file that then has `size` of them? */
	hasRoom(bytes: number, size: number): boolean;
	/** Bytes there are in all, bytes left, and how many of these a large file may take. */
	room(): { total: number; free: number; available: number };
	/** Resolves when all changes so far are stored. */
	sync(): Promise<Errno | 0>;
}

export class MemFs implements FileSystem {
	readonly type: string;
	readonly habits: Habits;
	readonly dev: number;
	readonly options: string;
	readonly = false;
	readonly exportable = true;
	readonly root: MemDirectory;
	/** Bytes of contents in use by files with a name. */
	used = 0;
	inodes = 0;
	private lastInode: number;
	private readonly journal: Journal | undefined;

	constructor(
		private readonly context: FsContext,
		private readonly settings: MemFsOptions = {},
	) {
		const { type = "tmpfs" } = settings;
		this.type = settings.name ?? type;
		this.habits = HABITS[type];
		this.options = settings.options ?? "";
		this.dev = context.newDevice();
		this.lastInode = this.habits.rootInode - 1;
		const { mode = 0o1777, uid = 0, gid = 0 } = settings;
		this.root = this.create({ mode: S_IFDIR | mode, uid, gid }) as MemDirectory;
		this.journal = settings.journal;
	}

	statfs() {
		const { size, inodes = 0 } = this.settings;
		const left = (size ?? 0) - this.used;
		const { total, free, available } = this.journal?.room() ?? { total: size ?? 0, free: left, available: left };
		return {
			type: this.habits.magic,
			bsize: PAGE,
			blocks: Math.floor(total / PAGE),
			bfree: Math.max(0, Math.floor(free / PAGE)),
			bavail: Math.max(0, Math.floor(available / PAGE)),
			files: inodes,
			ffree: Math.max(0, inodes - this.inodes),
		};
	}
	/** What is only in memory is as safe as it gets. */
	sync(): Promise<Errno | 0> {
		return this.journal?.sync() ?? Promise.resolve(0);
	}

	// ---- for its inodes
	now(): bigint {
		return this.context.now();
	}
	changed(node: MemNode): void {
		this.journal?.changed(node);
	}
	wrote(file: MemFile, start: number, end: number): void {
		this.journal?.wrote(file, start, end);
	}
	hasRoom(bytes: number, fileSize: number): boolean {
		const { size } = this.settings;
		return (size === undefined || this.used + bytes <= size) && this.journal?.hasRoom(bytes, fileSize) !== false;
	}
	use(file: MemFile, bytes: number): void {
		this.used += bytes;
		if (bytes !== 0) this.context.account?.(file, bytes);
	}
	/** Makes an inode that has no name yet. */
	create(node: NewNode): MemNode | Errno {
		if (this.settings.inodes !== undefined && this.inodes >= this.settings.inodes) return -ERRNO.ENOSPC;
		if (this.journal !== undefined && !this.journal.hasRoom(0, 0)) return -ERRNO.ENOSPC;
		const now = this.now();
		const { mode, uid, gid, rdev = 0 } = node;
		const nlink = (mode & S_IFMT) === S_IFDIR ? 2 : 1;
		const made = this.instantiate(
			++this.lastInode,
			{ mode, uid, gid, rdev, nlink, atime: now, mtime: now, ctime: now },
			node.target,
		);
		// Not among what fs/disk stores, and a time that a reload forgets would be none.
		if (this.journal === undefined) made.btime = now;
		this.inodes++;
		this.changed(made);
		return made;
	}
	/** An inode without a name has got one. */
	named(node: MemNode): void {
		node.linkable = false;
		this.inodes++;
		if (!(node instanceof MemFile)) return;
		this.use(node, node.allocated);
		this.wrote(node, 0, node.size);
	}
	/** An inode lost its last name. */
	forget(node: MemNode): void {
		if (node instanceof MemFile) this.use(node, -node.allocated);
		this.inodes--;
		this.journal?.gone(node);
	}
	/** The object for an inode of that number and type. */
	instantiate(ino: number, meta: Metadata, target?: string): MemNode {
		if (ino > this.lastInode) this.lastInode = ino;
		switch (meta.mode & S_IFMT) {
			case S_IFDIR:
				return new MemDirectory(this, ino, meta);
			case S_IFREG:
				return new MemFile(this, ino, meta);
			case S_IFLNK:
				return new MemSymlink(this, ino, { ...meta, mode: S_IFLNK | 0o777 }, target ?? "");
			default:
				return new MemSpecial(this, ino, meta);
		}
	}
}
