// A helper for generated file systems (proc, sysfs, cgroup2): directories that know or compute their children, files whose
// text is made when they are read, links. The text of an open file is made anew whenever it is read from the beginning.

import { S_IFDIR, S_IFLNK, S_IFREG } from "../../fs/vfs/mode";
import type { Place } from "../../fs/vfs/mount";
import { NodeBase } from "../../fs/vfs/node";
import type { Asker, AttributeChange, Attributes, DirectoryEntry, FileSystem, Inode } from "../../fs/vfs/types";
import { text as decode, utf8 } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import { type FileDescription, type FileOperations, POLLERR, POLLIN, POLLOUT, POLLPRI } from "../file/description";
import { SEEK_CUR } from "../file/flags";
import { seekWithin } from "../file/regular";
import type { SpecialInode } from "../file/special";
import type { Kernel, Task } from "../task";
import type { WaitQueue } from "../wait";

/** Device numbers of file systems without a device: 0:40 and up. */
const devices = new WeakMap<Kernel, number>();
export function newDevice(kernel: Kernel): number {
	const next = (devices.get(kernel) ?? 39) + 1;
	devices.set(kernel, next);
	return next;
}

export abstract class PseudoFs implements FileSystem {
	readonly dev: number;
	abstract readonly root: PseudoNode;
	/** procfs has no negative entries (proc_lookup in fs/proc/generic.c). */
	get givenNames(): boolean {
		return this.type === "proc";
	}
	private inodes = 0;

	constructor(
		readonly kernel: Kernel,
		readonly type: string,
		private readonly magic: number,
		readonly options = "",
	) {
		this.dev = newDevice(kernel);
	}
	nextInode(): number {
		return ++this.inodes;
	}
	statfs() {
		return { type: this.magic, bsize: 4096, blocks: 0, bfree: 0, files: 0, ffree: 0 };
	}
}

export interface Owner {
	uid: number;
	gid: number;
}
const ROOT: Owner = { uid: 0, gid: 0 };
const ROOT_OWNED = (): Owner => ROOT;

export abstract class PseudoNode extends NodeBase {
	private readonly ino: number;
	private readonly born: bigint;
	/** A process's own in procfs keeps its mode (proc_setattr in fs/proc/base.c). */
	private readonly fixedMode: boolean;
	/** Set where chmod and chown are allowed. */
	protected changed: Partial<Pick<Attributes, "mode" | "uid" | "gid">> | undefined;

	constructor(
		override readonly fs: PseudoFs,
		override readonly type: number,
		private readonly permissions: number,
		private readonly owner: () => Owner = ROOT_OWNED,
	) {
		super();
		this.fixedMode = fs.type === "proc" && owner !== ROOT_OWNED;
		this.ino = fs.nextInode();
		this.born = fs.kernel.now();
	}
	protected get size(): number {
		return 0;
	}
	protected get links(): number {
		return 1;
	}
	override attributes(): Attributes {
		const { born } = this;
		return {
			ino: this.ino,
			mode: this.type | this.permissions,
			nlink: this.links,
			...this.owner(),
			rdev: 0,
			size: this.size,
			blocks: 0,
			atime: born,
			mtime: born,
			ctime: born,
			...this.changed,
		};
	}
	/** Shells and runc set owners and times of what they write to; sizes do not change. */
	override setAttributes({ mode, uid, gid }: AttributeChange): Errno | 0 {
		if (mode !== undefined && this.fixedMode) return -ERRNO.EPERM;
		const changed = this.changed ?? {};
		if (mode !== undefined) changed.mode = this.type | (mode & 0o7777);
		if (uid !== undefined) changed.uid = uid;
		if (gid !== undefined) changed.gid = gid;
		this.changed = changed;
		return 0;
	}
}

export type Children = Iterable<[name: string, child: Child]>;

/** A directory with children that do not change, or are computed by a subclass. Each is made when it is first looked for. */
export class PseudoDirectory extends PseudoNode {
	private members: Map<string, Child> | undefined;

	constructor(
		fs: PseudoFs,
		private readonly children: Children | (() => Children) = [],
		permissions = 0o555,
		owner?: () => Owner,
	) {
		super(fs, S_IFDIR, permissions, owner);
	}
	private get known(): Map<string, Child> {
		this.members ??= new Map(typeof this.children === "function" ? this.children() : this.children);
		return this.members;
	}
	protected override get links(): number {
		let directories = 2;
		for (const child of this.known.values()) if (isDirectory(child)) directories++;
		return directories;
	}
	protected find(name: string): PseudoNode | undefined {
		const child = this.known.get(name);
		if (child === undefined || child instanceof PseudoNode) return child;
		const made = node(this.fs, child);
		this.known.set(name, made);
		return made;
	}
	protected *list(): Generator<[string, PseudoNode]> {
		for (const name of this.known.keys()) yield [name, this.find(name)!];
	}
	override lookup(name: string): Inode | Errno {
		return this.find(name) ?? -ERRNO.ENOENT;
	}
	override readdir(): DirectoryEntry[] | Errno {
		return [...this.list()].map(([name, node]) => ({ name, ino: node.attributes().ino, type: node.type }));
	}
	override make(): Inode | Errno {
		return this.fs.givenNames ? -ERRNO.ENOENT : -ERRNO.EPERM;
	}
}

/** What a file says and takes. Writes are whole: each write(2) is one text. */
export interface Text {
	read?(task: Task): string | Uint8Array | Errno;
	/** `offset`: where the description is. */
	write?(task: Task, text: string, offset: number): Errno | 0;
	/** What else may forbid opening it with these flags. */
	mayOpen?(task: Task, flags: number): Errno | 0;
	/** For poll(2): POLLPRI after it was woken, until read from the beginning again. */
	changes?: WaitQueue;
	/** Readable by all and writable by its owner, as far as there is something to read and write, unless said otherwise. */
	permissions?: number;
	/** What stat(2) says; 0 unless said otherwise. */
	size?: number;
}
export class PseudoFile extends PseudoNode implements SpecialInode {
	constructor(
		fs: PseudoFs,
		private readonly source: Text,
		permissions = source.permissions ?? (source.read ? 0o444 : 0) | (source.write ? 0o200 : 0),
		owner?: () => Owner,
	) {
		super(fs, S_IFREG, permissions, owner);
	}
	protected override get size(): number {
		return this.source.size ?? 0;
	}
	openFile(task: Task, flags: number): FileOperations | Errno {
		const refused = this.source.mayOpen?.(task, flags) ?? 0;
		return refused < 0 ? refused : new OpenText(this.source);
	}
	/** For the kernel's own reading (readlink of a text is none). */
	override read(offset: number, into: Uint8Array): number {
		const task = this.fs.kernel.current;
		const made = task ? this.source.read?.(task) : undefined;
		if (made === undefined || typeof made === "number") return made ?? -ERRNO.EIO;
		return copy(typeof made === "string" ? utf8(made) : made, offset, into);
	}
}
function copy(bytes: Uint8Array, offset: number, into: Uint8Array): number {
	const part = bytes.subarray(offset, offset + into.length);
	into.set(part);
	return part.length;
}

class OpenText implements FileOperations {
	readonly label = "";
	private made: Uint8Array | undefined;
	private stale = false;
	private leave: (() => void) | undefined;

	constructor(private readonly content: Text) {
		this.watch();
	}
	private watch(): void {
		this.leave = this.content.changes?.add(() => {
			this.stale = true;
			this.watch();
		});
	}
	read(file: FileDescription, task: Task, into: Uint8Array, offset?: number): number {
		const at = offset ?? file.position;
		if (this.made === undefined || at === 0) {
			const made = this.content.read?.(task) ?? -ERRNO.EIO;
			if (typeof made === "number") return made;
			this.made = typeof made === "string" ? utf8(made) : made;
			this.stale = false;
		}
		const count = copy(this.made, at, into);
		if (offset === undefined) file.position += count;
		return count;
	}
	write(file: FileDescription, task: Task, bytes: Uint8Array): number {
		const result = this.content.write?.(task, decode(bytes), file.position) ?? -ERRNO.EIO;
		if (result < 0) return result;
		file.position += bytes.length;
		return bytes.length;
	}
	seek(file: FileDescription, offset: number, whence: number): number {
		// What is generated has no end to count from (seq_lseek).
		return whence > SEEK_CUR ? -ERRNO.EINVAL : seekWithin(file, offset, whence, this.made?.length ?? 0);
	}
	poll(): number {
		return POLLIN | POLLOUT | (this.stale ? POLLPRI | POLLERR : 0);
	}
	queues(): readonly WaitQueue[] {
		return this.content.changes ? [this.content.changes] : [];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {
		this.leave?.();
	}
}

export class PseudoLink extends PseudoNode {
	constructor(
		fs: PseudoFs,
		private readonly target: (asker: Asker | undefined) => string | Errno,
		owner?: () => Owner,
		permissions = 0o777,
	) {
		super(fs, S_IFLNK, permissions, owner);
	}
	override readlink(asker?: Asker): string | Errno {
		return this.target(asker);
	}
}
/** A link that leads to a place itself (man 5 proc: fd, exe, cwd, root, ns). */
export class PseudoMagicLink extends PseudoLink {
	constructor(
		fs: PseudoFs,
		target: (asker: Asker | undefined) => string | Errno,
		private readonly place: (asker: Asker) => Place | Errno,
		owner?: () => Owner,
		/** /proc/PID/fd: what the descriptor is open for. */
		private readonly openFor?: number,
	) {
		super(fs, target, owner, openFor);
	}
	/** As the kernel shows a descriptor's link (tid_fd_update_inode in fs/proc/fd.c). */
	protected override get size(): number {
		return this.openFor === undefined ? 0 : 64;
	}
	follow(asker: Asker): Place | Errno {
		return this.place(asker);
	}
}

/** Who walks or reads: the asker's task, or the one whose call is served. */
export const askingTask = (fs: PseudoFs, asker: Asker | undefined): Task | undefined =>
	(asker?.task as Task | undefined) ?? fs.kernel.current;

/** What a directory has under a name: a node, or what one is made of. Texts are files, records are directories. */
export type Child = string | Text | PseudoNode | Sketch;
/** A tree from nested records. */
export interface Sketch {
	readonly [name: string]: Child;
}
export const build = (fs: PseudoFs, sketch: Sketch): PseudoDirectory => new PseudoDirectory(fs, () => Object.entries(sketch));
const isText = (child: Text | Sketch): child is Text => typeof child.read === "function" || typeof child.write === "function";
const isDirectory = (child: Child): boolean =>
	child instanceof PseudoNode ? child.type === S_IFDIR : typeof child !== "string" && !isText(child);
function node(fs: PseudoFs, child: Exclude<Child, PseudoNode>): PseudoNode {
	if (typeof child === "string") return new PseudoFile(fs, { read: () => child });
	return isText(child) ? new PseudoFile(fs, child) : build(fs, child);
}
