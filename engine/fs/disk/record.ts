// The stored form of an inode, numbers little-endian:
//
//   inode    = mode:u32 uid:u32 gid:u32 rdev:u32 nlink:u32 size:f64 atime:i64 mtime:i64 ctime:i64 xattrs body
//   xattrs   = count:u32 { name:string value:bytes }
//   body     = directory: count:u32 { name:string ino:f64 }   in the directory's order
//            | symlink:   target:string
//            | file:      inline:u8 [ bytes ]                  inline 1: a small file's content; 0: it is in chunks of its own
//            | others:    nothing
//   string   = bytes, as lib/bytes turns names into them
//   bytes    = length:u32 { u8 }

import { bytesFromName, nameFromBytes } from "../../lib/bytes";
import type { Metadata } from "../memfs/node";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../vfs/mode";

export interface InodeRecord extends Metadata {
	size: number;
	xattrs: Array<[name: string, value: Uint8Array]>;
	entries?: Array<[name: string, ino: number]>;
	target?: string;
	/** The whole content of a small file; undefined when it is in chunks. */
	inline?: Uint8Array;
}

export function encodeInode(record: InodeRecord): Uint8Array {
	const out = new Writer();
	const { mode, uid, gid, rdev, nlink, size, atime, mtime, ctime } = record;
	for (const value of [mode, uid, gid, rdev, nlink]) out.u32(value);
	out.f64(size);
	for (const time of [atime, mtime, ctime]) out.i64(time);
	out.u32(record.xattrs.length);
	for (const [name, value] of record.xattrs) {
		out.bytes(bytesFromName(name));
		out.bytes(value);
	}
	const type = mode & S_IFMT;
	if (type === S_IFDIR) {
		const entries = record.entries ?? [];
		out.u32(entries.length);
		for (const [name, ino] of entries) {
			out.bytes(bytesFromName(name));
			out.f64(ino);
		}
	} else if (type === S_IFLNK) out.bytes(bytesFromName(record.target ?? ""));
	else if (type === S_IFREG) {
		out.u8(record.inline === undefined ? 0 : 1);
		if (record.inline !== undefined) out.bytes(record.inline);
	}
	return out.done();
}

/** @throws RangeError when the bytes end too early */
export function decodeInode(bytes: Uint8Array): InodeRecord {
	const from = new Reader(bytes);
	const [mode, uid, gid, rdev, nlink] = [from.u32(), from.u32(), from.u32(), from.u32(), from.u32()];
	const size = from.f64();
	const [atime, mtime, ctime] = [from.i64(), from.i64(), from.i64()];
	const xattrs = from.list((): [string, Uint8Array] => [nameFromBytes(from.bytes()), from.bytes()]);
	const record: InodeRecord = { mode, uid, gid, rdev, nlink, size, atime, mtime, ctime, xattrs };
	const type = mode & S_IFMT;
	if (type === S_IFDIR) record.entries = from.list((): [string, number] => [nameFromBytes(from.bytes()), from.f64()]);
	else if (type === S_IFLNK) record.target = nameFromBytes(from.bytes());
	else if (type === S_IFREG && from.u8() === 1) record.inline = from.bytes();
	return record;
}

class Writer {
	private buffer = new Uint8Array(256);
	private view = new DataView(this.buffer.buffer);
	private at = 0;

	u8(value: number): void {
		const at = this.room(1);
		this.view.setUint8(at, value);
	}
	u32(value: number): void {
		const at = this.room(4);
		this.view.setUint32(at, value, true);
	}
	f64(value: number): void {
		const at = this.room(8);
		this.view.setFloat64(at, value, true);
	}
	i64(value: bigint): void {
		const at = this.room(8);
		this.view.setBigInt64(at, value, true);
	}
	bytes(value: Uint8Array): void {
		this.u32(value.length);
		const at = this.room(value.length);
		this.buffer.set(value, at);
	}
	done(): Uint8Array {
		return this.buffer.slice(0, this.at);
	}
	/** Advances by `count` bytes and returns where they begin; the buffer may be another one afterwards. */
	private room(count: number): number {
		const start = this.at;
		this.at += count;
		if (this.at > this.buffer.length) {
			const grown = new Uint8Array(Math.max(this.at, this.buffer.length * 2));
			grown.set(this.buffer);
			this.buffer = grown;
			this.view = new DataView(grown.buffer);
		}
		return start;
	}
}

class Reader {
	private readonly view: DataView;
	private at = 0;

	constructor(private readonly buffer: Uint8Array) {
		this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
	}
	u8(): number {
		return this.view.getUint8(this.next(1));
	}
	u32(): number {
		return this.view.getUint32(this.next(4), true);
	}
	f64(): number {
		return this.view.getFloat64(this.next(8), true);
	}
	i64(): bigint {
		return this.view.getBigInt64(this.next(8), true);
	}
	bytes(): Uint8Array {
		const length = this.u32();
		const start = this.next(length);
		if (this.at > this.buffer.length) throw new RangeError("an inode's record is cut short");
		return this.buffer.slice(start, start + length);
	}
	list<Item>(item: () => Item): Item[] {
		return Array.from({ length: this.u32() }, item);
	}
	private next(count: number): number {
		const start = this.at;
		this.at += count;
		return start;
	}
}
