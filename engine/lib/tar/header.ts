// One header block of a tar archive, as POSIX.1-1988 (ustar), POSIX.1-2001 (pax) and GNU lay it out.
//
//     0 name 100 · 100 mode 8 · 108 uid 8 · 116 gid 8 · 124 size 12 · 136 mtime 12 · 148 checksum 8 · 156 type 1 · 157 linkname 100
//     257 magic 6 · 263 version 2 · 265 uname 32 · 297 gname 32 · 329 devmajor 8 · 337 devminor 8 · 345 prefix 155

import { nameFromBytes } from "../bytes";
import { dataLoss } from "../errors";

export const BLOCK = 512;

export type EntryType = "file" | "link" | "symlink" | "character" | "block" | "directory" | "fifo";

export interface TarHeader {
	/** As in the archive; a directory's may end in "/". */
	name: string;
	type: EntryType;
	/** 07777 */
	mode: number;
	uid: number;
	gid: number;
	/** Of a file's content; 0 for all else. */
	size: number;
	/** Nanoseconds since 1970. */
	mtime: bigint;
	/** Where a symlink points, or which earlier entry a hard link is. */
	linkname: string;
	uname: string;
	gname: string;
	major: number;
	minor: number;
	/** Name → value, such as security.capability. */
	xattrs: Record<string, Uint8Array>;
}

export const TYPE_FLAGS: Record<EntryType, string> = {
	file: "0",
	link: "1",
	symlink: "2",
	character: "3",
	block: "4",
	directory: "5",
	fifo: "6",
};
export const TYPES: Record<string, EntryType> = {
	...Object.fromEntries(Object.entries(TYPE_FLAGS).map(([type, flag]) => [flag, type as EntryType])),
	"\0": "file",
	"7": "file",
	S: "file",
};

/** A header with everything that is not said left empty. */
export const header = (given: Partial<TarHeader> & Pick<TarHeader, "name" | "type">): TarHeader => ({
	mode: given.type === "directory" ? 0o755 : 0o644,
	uid: 0,
	gid: 0,
	size: 0,
	mtime: 0n,
	linkname: "",
	uname: "",
	gname: "",
	major: 0,
	minor: 0,
	xattrs: {},
	...given,
});

export const invalidHeader = (why: string) => dataLoss(`archive/tar: invalid tar header: ${why}`);

/** A field's text up to its first NUL. */
export function readString(block: Uint8Array, at: number, size: number): string {
	const field = block.subarray(at, at + size);
	const end = field.indexOf(0);
	return nameFromBytes(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or base 256 where the first bit is set (GNU): 64 bits, as Go takes them. */
export function readInteger(block: Uint8Array, at: number, size: number): bigint {
	const first = block[at]!;
	if (first & 0x80) {
		const negative = (first & 0x40) !== 0;
		let value = BigInt(negative ? (first | 0x80) - 0x100 : first & 0x7f);
		for (let i = at + 1; i < at + size; i++) value = (value << 8n) | BigInt(block[i]!);
		if (BigInt.asIntN(64, value) !== value) throw invalidHeader("number out of range");
		return value;
	}
	let text = "";
	for (let i = at; i < at + size; i++) text += String.fromCharCode(block[i]!);
	const digits = text.replace(/^[ \0]+|[ \0]+$/g, "").replace(/\0.*$/s, "");
	if (digits === "") return 0n;
	if (!/^[0-7]+$/.test(digits)) throw invalidHeader("bad number");
	return BigInt(`0o${digits}`);
}
export function readNumber(block: Uint8Array, at: number, size: number): number {
	const value = Number(readInteger(block, at, size));
	if (!Number.isSafeInteger(value)) throw invalidHeader("number out of range");
	return value;
}

/** The sum of all bytes, the checksum's own taken as blanks; old writers summed signed bytes. */
export function checksums(block: Uint8Array): { unsigned: number; signed: number } {
	let unsigned = 0;
	let signed = 0;
	for (let i = 0; i < BLOCK; i++) {
		const byte = i >= 148 && i < 156 ? 32 : block[i]!;
		unsigned += byte;
		signed += byte < 0x80 ? byte : byte - 0x100;
	}
	return { unsigned, signed };
}
