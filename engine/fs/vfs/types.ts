// What a file system is to the kernel: inodes and what can be done with them.
//
// Everything here is synchronous and in memory; a call returns its result or a negative errno (see lib/errno), never throws.
// Names given to these methods are single path components, never "", "." or "..". Permission bits are checked by the path
// walk, not by file systems. A file system stamps times itself, from `now` of its context.

import type { Errno } from "../../lib/errno";
import type { Place } from "./mount";

export interface Credentials {
	/** Effective ids as the file system sees them. */
	uid: number;
	gid: number;
	groups: readonly number[];
	/** Effective capabilities, bit n is capability n. */
	capabilities: bigint;
	/**
	 * Within a user namespace other than the initial one: does it have both ids of a file? Capabilities hold over such
	 * files alone, and over nothing that belongs to the whole machine (man 7 user_namespaces).
	 */
	owns?: (uid: number, gid: number) => boolean;
}

/** On whose behalf a path is walked. */
export interface Asker {
	/** The process's root directory. */
	readonly root: Place;
	readonly cwd: Place;
	readonly credentials: Credentials;
	/** RESOLVE_* of openat2(2): how far a walk may go. With SCOPED ones, `root` is where it begins. */
	readonly resolve?: number;
	/** The kernel's task, for /proc to know. File systems other than the kernel's own do not look at it. */
	readonly task?: unknown;
}

/** What a file system needs of the machine around it. */
export interface FsContext {
	/** Nanoseconds since 1970. */
	now(): bigint;
	/** A fresh device number for a mount of this file system. */
	newDevice(): number;
	/** A file that is kept in memory grows by so many bytes, or shrinks. */
	account?(file: object, bytes: number): void;
}

/** struct stat without its dev (which is the file system's). Times in nanoseconds since 1970. */
export interface Attributes {
	ino: number;
	/** S_IFMT | permission bits. */
	mode: number;
	nlink: number;
	uid: number;
	gid: number;
	rdev: number;
	size: number;
	/** st_dev, where it is not that of the file system. */
	dev?: number;
	/** Of 512 bytes; as many as the size needs when left out. */
	blocks?: number;
	atime: bigint;
	mtime: bigint;
	ctime: bigint;
	/** When it was made, where that is known. */
	btime?: bigint;
}
/** The attributes to change; ctime follows by itself. */
export interface AttributeChange {
	/** Permission bits; the type stays. */
	mode?: number;
	uid?: number;
	gid?: number;
	size?: number;
	atime?: bigint | "now";
	mtime?: bigint | "now";
}

export interface DirectoryEntry {
	name: string;
	ino: number;
	/** S_IFMT bits of the entry's type. */
	type: number;
}

export interface NewNode {
	/** S_IFMT | permission bits, umask already applied. */
	mode: number;
	uid: number;
	gid: number;
	/** For device nodes. */
	rdev?: number;
	/** For symlinks. */
	target?: string;
}

export interface FileSystem {
	/** As in /proc/mounts: "ext4", "tmpfs", "overlay", "proc" … */
	readonly type: string;
	readonly dev: number;
	readonly root: Inode;
	/** Mount options shown in /proc/mounts after rw/ro, such as "lowerdir=…,upperdir=…". */
	readonly options: string;
	/** Every mount of it is read-only (EROFS). MS_REMOUNT changes it. */
	readonly?: boolean;
	/** Can its files be found again by handles (name_to_handle_at)? */
	readonly exportable?: boolean;
	/** Its names are given (procfs): one that is not there is not there for who wants to make it either. */
	readonly givenNames?: boolean;
	/** False for what cannot become writable, such as an overlay without an upperdir. */
	readonly remountable?: boolean;
	/** fsync(2), sync(2), syncfs(2): resolves when everything written so far would survive a power cut. Nothing to do without it. */
	sync?(): Promise<Errno | 0>;
	/** `bavail`: of the free blocks those that anyone may fill; all of them when left out. */
	statfs(): { type: number; bsize: number; blocks: number; bfree: number; bavail?: number; files: number; ffree: number };
}

/**
 * An inode. Which of the methods make sense depends on its type; the others return an errno
 * (ENOTDIR for directory operations on a file, EINVAL for readlink of what is no symlink, EPERM or EOPNOTSUPP where not supported).
 */
export interface Inode {
	readonly fs: FileSystem;
	/** S_IFMT bits, for those that know them without computing attributes(). An inode's type never changes. */
	readonly type?: number;
	/** May be computed (overlay, proc); the caller must not change what it gets. */
	attributes(): Attributes;
	setAttributes(change: AttributeChange): Errno | 0;

	// directories
	lookup(name: string): Inode | Errno;
	/** mkdir, mknod, symlink and creat in one: what is made follows from node.mode. EEXIST if the name is there. */
	make(name: string, node: NewNode): Inode | Errno;
	link(name: string, target: Inode): Errno | 0;
	/** O_TMPFILE: a regular file without a name. `linkable`: link() may give it one. EOPNOTSUPP where it is missing. */
	makeUnnamed?(node: NewNode, linkable: boolean): Inode | Errno;
	unlink(name: string): Errno | 0;
	rmdir(name: string): Errno | 0;
	/** `to` is a directory of the same file system. flags: 1 RENAME_NOREPLACE, 2 RENAME_EXCHANGE, 4 RENAME_WHITEOUT. */
	rename(name: string, to: Inode, toName: string, flags: number): Errno | 0;
	readdir(): DirectoryEntry[] | Errno;

	// symlinks. The asker lets /proc's links answer for the one who asks.
	readlink(asker?: Asker): string | Errno;
	/**
	 * A magic link (/proc/PID/fd/N, exe, cwd, root, ns/*; man 5 proc): what looks like a symlink and leads to a place itself,
	 * not to a path. The walk calls this instead of readlink() when it is there.
	 */
	follow?(asker: Asker): Place | Errno;

	// regular files
	/** Copies at most into.length bytes from `offset`; returns how many (0 at the end). */
	read(offset: number, into: Uint8Array): number;
	/** Writes all or returns an errno (ENOSPC, EFBIG, EROFS). Grows the file; a gap reads as zeros. */
	write(offset: number, bytes: Uint8Array): number;
	/**
	 * Called at open(2) after permission checks, before a file description exists; overlay copies up here when
	 * `writable`, without the content when it is `truncated` next. Returns the inode that reads and writes go to (itself,
	 * mostly), or an errno.
	 */
	open(writable: boolean, truncated?: boolean): Inode | Errno;
	/** fallocate(2): that part, which lies within the size, takes room. ENOSPC. */
	allocate?(offset: number, length: number): Errno | 0;
	/** fallocate(2): zeros in place of the bytes; `allocated` wants them to take room (ZERO_RANGE), else they become a hole. The size stays. */
	clear?(offset: number, length: number, allocated: boolean): Errno | 0;
	/** lseek(2) with SEEK_DATA or SEEK_HOLE: the first of either at `offset`, which is within the file, or after it. ENXIO for no more data. */
	extent?(offset: number, hole: boolean): number;
	/** The file that has the content, where that is another (overlay). */
	readonly backing?: Inode;
	/** May it be opened with O_DIRECT? */
	readonly direct?: boolean;
	/** Content that may be kept and read in place while nothing writes (executables, page cache), or undefined. */
	content?(): Uint8Array | undefined;
	/** Takes bytes over as its whole content, without copying; who gives them does not change them any more (see content). */
	adopt?(bytes: Uint8Array): Errno | 0;
	/** Content was read or a directory listed: the access time, unless the mount says noatime. See vfs/access.ts. */
	accessed?(): void;
	fsync?(): Errno | 0;

	// extended attributes
	getxattr(name: string): Uint8Array | Errno;
	/** flags: 1 XATTR_CREATE, 2 XATTR_REPLACE. */
	setxattr(name: string, value: Uint8Array, flags: number): Errno | 0;
	listxattr(): string[] | Errno;
	removexattr(name: string): Errno | 0;

	/** Identity for the kernel's tables (pipes of FIFOs, sockets, locks): the same file gives the same object. */
	identity(): object;
	/** It is the root of one more mount, or of one less: a namespace's file keeps the namespace so. */
	mounted?(): void;
	unmounted?(): void;
}
