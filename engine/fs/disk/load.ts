// Reading the disk back: all inodes and contents, at boot.

import type { Storage } from "../../port";
import { CHUNK, FLAT_MAX } from "../memfs/content";
import type { MemDirectory } from "../memfs/directory";
import { MemFile } from "../memfs/file";
import type { MemFs } from "../memfs/memfs";
import type { MemNode } from "../memfs/node";
import { decodeInode, type InodeRecord } from "./record";

export const INODE = "disk/inode/";
export const CONTENT = "disk/content/";
export const inodeKey = (ino: number): string => INODE + ino;
export const chunkKey = (ino: number, chunk: number): string => `${CONTENT}${ino}/${chunk}`;

/** Which chunks of a file are in storage. */
export type Stored = Map<number, Set<number>>;

/** Fills an empty file system. Returns false when nothing was stored. @throws Error when inodes are missing or unreadable */
export async function load(storage: Storage, fs: MemFs, stored: Stored): Promise<boolean> {
	const inodes = await storage.load(INODE);
	if (inodes.length === 0) return false;
	const records = new Map(inodes.map(([key, value]) => [Number(key.slice(INODE.length)), decodeInode(value)]));
	const nodes = new Map<number, MemNode>([[fs.root.ino, fs.root]]);
	const root = records.get(fs.root.ino);
	if (root === undefined) throw new Error("the disk has no root directory");
	restore(fs.root, root);
	for (const [ino, record] of records) {
		stored.set(ino, new Set());
		if (ino === fs.root.ino) continue;
		const { mode, uid, gid, rdev, nlink, atime, mtime, ctime } = record;
		const node = fs.instantiate(ino, { mode, uid, gid, rdev, nlink, atime, mtime, ctime }, record.target);
		restore(node, record);
		fs.inodes++;
		nodes.set(ino, node);
	}
	for (const [ino, { entries = [] }] of records) fill(nodes.get(ino) as MemDirectory, entries, nodes);
	await loadContents(storage, nodes, records, stored);
	for (const node of nodes.values()) if (node instanceof MemFile) fs.use(node, node.allocated);
	return true;
}

function restore(node: MemNode, record: InodeRecord): void {
	const { mode, uid, gid, nlink, atime, mtime, ctime } = record;
	Object.assign(node.meta, { mode, uid, gid, nlink, atime, mtime, ctime });
	if (record.xattrs.length > 0) node.xattrs = new Map(record.xattrs);
	if (record.inline !== undefined) (node as MemFile).bytes.adopt(record.inline);
}

function fill(directory: MemDirectory, entries: Array<[string, number]>, nodes: Map<number, MemNode>): void {
	for (const [name, ino] of entries) {
		const node = nodes.get(ino);
		if (node === undefined) throw new Error(`the disk has no inode ${ino}, which is named ${name}`);
		directory.entries.set(name, node);
	}
}

async function loadContents(
	storage: Storage,
	nodes: Map<number, MemNode>,
	records: Map<number, InodeRecord>,
	stored: Stored,
): Promise<void> {
	const contents = new Map<number, Array<[chunk: number, bytes: Uint8Array]>>();
	for (const [key, value] of await storage.load(CONTENT)) {
		const [ino, chunk] = key.slice(CONTENT.length).split("/").map(Number) as [number, number];
		if (!contents.has(ino)) contents.set(ino, []);
		contents.get(ino)!.push([chunk, value]);
		stored.get(ino)?.add(chunk);
	}
	for (const [ino, { size, inline }] of records) {
		const file = nodes.get(ino);
		if (file instanceof MemFile && inline === undefined) restoreContent(file, size, contents.get(ino) ?? []);
	}
}

function restoreContent({ bytes }: MemFile, size: number, chunks: Array<[chunk: number, bytes: Uint8Array]>): void {
	// Whole again, in one piece; or with gaps, which stay gaps.
	if (chunks.length === Math.ceil(size / CHUNK) && size <= FLAT_MAX) {
		const whole = new Uint8Array(size);
		for (const [chunk, part] of chunks) whole.set(part, chunk * CHUNK);
		bytes.adopt(whole);
		return;
	}
	bytes.resize(size);
	for (const [chunk, part] of chunks) bytes.write(chunk * CHUNK, part);
}
