// The machine's disk: a file system in memory that is written to the browser's (or Node's) storage.
//
// A commit stores what changed since the last one, as one atomic batch: inode records and chunks of contents. After a power
// cut the disk is what the last commit made it. So the life of a change is: made in memory, at once → dirty → in a commit
// under way → stored; a commit that fails makes it dirty again, and what was stored before stays.
//
//   disk/format                 the version of this form
//   disk/inode/INO              an inode (record.ts); a small file's content is in it
//   disk/content/INO/CHUNK      64 KiB of a file's content; what is not there is a gap
//
// Room is accounted for when something is written, so that a full quota is ENOSPC for write(2), not only for fsync(2). The last
// of it is kept for inodes and small files, as btrfs keeps room for its metadata: whoever removes things to make room (docker rm)
// has to write down what is gone.

import { ERRNO, type Errno } from "../../lib/errno";
import { type Storage, type StorageBatch, StorageFull } from "../../port";
import { MemDirectory } from "../memfs/directory";
import { MemFile } from "../memfs/file";
import { type Journal, MemFs } from "../memfs/memfs";
import type { MemNode } from "../memfs/node";
import { MemSymlink } from "../memfs/special";
import type { FsContext } from "../vfs/types";
import { Changes } from "./changes";
import { chunkKey, inodeKey, load, type Stored } from "./load";
import { encodeInode } from "./record";

const FORMAT = "disk/format";
export const FORMAT_VERSION = 1;
/** Contents up to this size are stored with the inode. */
const INLINE = 4096;
/** What an inode with its name takes beside its content, roughly. */
const INODE_COST = 512;
/** Files up to this size may use what is kept. */
const SMALL = 64 * 1024;
/** What is kept: this part of all, but no more than so many bytes. */
const KEPT_PART = 1 / 16;
const KEPT_MOST = 4 << 20;
/** All of it is in memory too. */
const LARGEST = 4 * 2 ** 30;

/** The stored disk was written by a version that this one does not know. It has not been touched. */
export class UnknownFormat extends Error {
	override readonly name = "UnknownFormat";
	constructor(readonly found: string) {
		super(`the stored disk has format ${found}; this version reads format ${FORMAT_VERSION}`);
	}
}

/** @throws UnknownFormat, or Error when what is stored is damaged */
export async function openDisk(storage: Storage, context: FsContext): Promise<Disk> {
	const format = await storage.get(FORMAT);
	const found = format === undefined ? undefined : String.fromCharCode(...format);
	if (found !== undefined && found !== String(FORMAT_VERSION)) throw new UnknownFormat(found);
	const disk = new Disk(storage, context);
	await disk.load();
	return disk;
}

export class Disk implements Journal {
	readonly fs: MemFs;
	private changes = new Changes();
	private readonly stored: Stored = new Map();
	private isNew = false;
	/** Bytes of storage that may be used; set from the quota, and lower once the storage said that it is full. */
	private limit = LARGEST;
	private running: Promise<void> | undefined;
	private following: Promise<void> | undefined;

	constructor(
		private readonly storage: Storage,
		context: FsContext,
	) {
		this.fs = new MemFs(context, { type: "ext4", mode: 0o755, journal: this });
	}

	get dirty(): boolean {
		return !this.changes.isEmpty;
	}

	/**
	 * Stores what has changed up to now. While a commit is under way, calls wait for the one after it, which they share.
	 * @throws StorageFull when it does not fit; what changed is kept, to be tried again with the next commit
	 */
	commit(): Promise<void> {
		if (this.running === undefined) return this.run();
		this.following ??= this.running.then(
			() => this.follow(),
			() => this.follow(),
		);
		return this.following;
	}
	private follow(): Promise<void> {
		this.following = undefined;
		return this.commit();
	}
	private run(): Promise<void> {
		this.running = this.store().finally(() => {
			this.running = undefined;
		});
		return this.running;
	}
	/** As commit, for fsync(2) and sync(2): 0, ENOSPC, or EIO when the storage fails otherwise. */
	async sync(): Promise<0 | Errno> {
		try {
			await this.commit();
			return 0;
		} catch (error) {
			return error instanceof StorageFull ? -ERRNO.ENOSPC : -ERRNO.EIO;
		}
	}

	async load(): Promise<void> {
		this.isNew = !(await load(this.storage, this.fs, this.stored));
		if (this.isNew) this.changes.nodes.add(this.fs.root);
		await this.measure();
	}

	// ---- the file system tells
	changed(node: MemNode): void {
		if (node.meta.nlink > 0) this.changes.change(node);
	}
	wrote(file: MemFile, start: number, end: number): void {
		if (file.meta.nlink > 0) this.changes.wrote(file, start, end);
	}
	gone(node: MemNode): void {
		this.changes.remove(node);
	}
	hasRoom(bytes: number, size: number): boolean {
		return this.inUse + bytes + INODE_COST <= this.limit - (size > SMALL ? this.kept : 0);
	}
	room(): { total: number; free: number; available: number } {
		const free = Math.max(0, this.limit - this.inUse);
		return { total: this.limit, free, available: Math.max(0, free - this.kept) };
	}
	private get kept(): number {
		return Math.min(this.limit * KEPT_PART, KEPT_MOST);
	}

	private get inUse(): number {
		return this.fs.used + this.fs.inodes * INODE_COST;
	}
	/** How much there may be, from what the storage says is left. */
	private async measure(): Promise<void> {
		const { usage, quota } = await this.storage.estimate();
		this.limit = Math.min(LARGEST, this.inUse + Math.max(0, quota - usage));
	}

	private async store(): Promise<void> {
		const { changes } = this;
		if (changes.isEmpty) return;
		this.changes = new Changes();
		const batch: StorageBatch = { put: [], delete: [] };
		if (this.isNew) batch.put.push([FORMAT, Uint8Array.from(String(FORMAT_VERSION), (digit) => digit.charCodeAt(0))]);
		// From here to the call of commit nothing else runs: the batch is one moment of the disk.
		const layouts = this.encode(changes, batch);
		try {
			await this.storage.commit(batch);
		} catch (error) {
			this.changes.restore(changes);
			if (error instanceof StorageFull) this.limit = Math.min(this.limit, this.inUse);
			throw error;
		}
		this.isNew = false;
		for (const [ino, chunks] of layouts)
			if (chunks === undefined) this.stored.delete(ino);
			else this.stored.set(ino, chunks);
		await this.measure();
	}

	/** Puts changes into a batch. Returns which chunks of each inode will then be stored; undefined for those that are gone. */
	private encode(changes: Changes, batch: StorageBatch): Map<number, Set<number> | undefined> {
		const layouts = new Map<number, Set<number> | undefined>();
		for (const ino of changes.gone) {
			const chunks = this.stored.get(ino);
			if (chunks === undefined) continue;
			batch.delete.push(inodeKey(ino), ...[...chunks].map((chunk) => chunkKey(ino, chunk)));
			layouts.set(ino, undefined);
		}
		for (const file of changes.contents.keys()) {
			// A small content is part of the inode's record.
			changes.nodes.add(file);
			layouts.set(file.ino, this.encodeContent(file, changes, batch));
		}
		for (const node of changes.nodes) {
			if (!layouts.has(node.ino)) layouts.set(node.ino, this.stored.get(node.ino) ?? new Set());
			batch.put.push([inodeKey(node.ino), encodeInode(recordOf(node))]);
		}
		return layouts;
	}
	private encodeContent(file: MemFile, changes: Changes, batch: StorageBatch): Set<number> {
		const { ino, bytes } = file;
		const before = this.stored.get(ino) ?? new Set<number>();
		const after = new Set(file.size <= INLINE ? [] : bytes.chunkNumbers());
		for (const chunk of after)
			if (!before.has(chunk) || changes.covers(file, chunk)) batch.put.push([chunkKey(ino, chunk), bytes.copyChunk(chunk)!]);
		for (const chunk of before) if (!after.has(chunk)) batch.delete.push(chunkKey(ino, chunk));
		return after;
	}
}

function recordOf(node: MemNode): Parameters<typeof encodeInode>[0] {
	const record = { ...node.meta, size: node.size, xattrs: [...(node.xattrs ?? [])] };
	if (node instanceof MemDirectory)
		return { ...record, entries: [...node.entries].map(([name, { ino }]): [string, number] => [name, ino]) };
	if (node instanceof MemSymlink) return { ...record, target: node.target };
	if (node instanceof MemFile && node.size <= INLINE) {
		const inline = new Uint8Array(node.size);
		node.bytes.read(0, inline);
		return { ...record, inline };
	}
	return record;
}
