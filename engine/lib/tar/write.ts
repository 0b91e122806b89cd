// Writes tar archives as Go's archive/tar does in its pax format, which is what Docker, containerd and BuildKit write: a ustar
// header where everything fits, pax records before it where something does not.

import { bytesFromName, concat, EMPTY, utf8 } from "../bytes";
import { invalidParameter } from "../errors";
import { BLOCK, checksums, type TarHeader, TYPE_FLAGS } from "./header";
import { formatRecords, formatTime, nameValue, type PaxRecords, xattrKey } from "./pax";

/** Two blocks of zeros. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** The blocks before an entry's content. */
export function formatHeader(header: TarHeader): Uint8Array {
	const name = header.type === "directory" && !header.name.endsWith("/") ? `${header.name}/` : header.name;
	if (name.includes("\0") || header.linkname.includes("\0")) throw invalidParameter("archive/tar: a name has a NUL");
	const records = recordsOf(header, name);
	const main = formatBlock({ ...header, name }, TYPE_FLAGS[header.type]);
	if (records.size === 0) return main;
	const data = formatRecords(records);
	return concat([formatBlock(recordsHeader(name, data.length), "x"), data, padding(data.length), main]);
}

/** The zeros that fill a content's last block. */
export const padding = (size: number): Uint8Array => (size % BLOCK === 0 ? EMPTY : new Uint8Array(BLOCK - (size % BLOCK)));

export interface SourceEntry {
	header: TarHeader;
	/** Exactly header.size bytes. */
	body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A whole archive. @throws EngineError invalidParameter when a body is not as long as its header says */
export async function* writeTar(entries: Iterable<SourceEntry> | AsyncIterable<SourceEntry>): AsyncGenerator<Uint8Array> {
	for await (const { header, body } of entries) {
		yield formatHeader(header);
		let left = header.type === "file" ? header.size : 0;
		for await (const piece of body ?? []) {
			left -= piece.length;
			if (left < 0) throw invalidParameter("archive/tar: write too long");
			yield piece;
		}
		if (left > 0) throw invalidParameter(`archive/tar: missed writing ${left} bytes`);
		if (header.type === "file") yield padding(header.size);
	}
	yield TAR_END;
}

const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);
const SECOND = 1_000_000_000n;
const fitsOctal = (value: number, size: number): boolean => value >= 0 && value < 8 ** (size - 1);

function recordsOf(header: TarHeader, name: string): PaxRecords {
	const records: PaxRecords = new Map();
	const text = (key: string, value: string, size: number) => {
		if (!isAscii(value) || value.length > size) records.set(key, nameValue(value));
	};
	const number = (key: string, value: number, size: number) => {
		if (!fitsOctal(value, size)) records.set(key, utf8(String(value)));
	};
	text("path", name, 100);
	text("linkpath", header.linkname, 100);
	text("uname", header.uname, 32);
	text("gname", header.gname, 32);
	number("uid", header.uid, 8);
	number("gid", header.gid, 8);
	number("size", contentSize(header), 12);
	if (header.mtime % SECOND !== 0n || !fitsOctal(secondsOf(header.mtime), 12)) {
		records.set("mtime", utf8(formatTime(header.mtime)));
	}
	for (const [key, value] of Object.entries(header.xattrs)) records.set(xattrKey(key), value);
	return records;
}

const contentSize = (header: TarHeader): number => (header.type === "file" ? header.size : 0);
/** Whole seconds, downwards. */
const secondsOf = (time: bigint): number => Number((time - (((time % SECOND) + SECOND) % SECOND)) / SECOND);

/** The entry that carries the records is named DIRECTORY/PaxHeaders.0/NAME. */
function recordsHeader(name: string, size: number): TarHeader {
	const trimmed = name.replace(/\/+$/, "");
	const slash = trimmed.lastIndexOf("/");
	const special = `${trimmed.slice(0, slash + 1)}PaxHeaders.0/${trimmed.slice(slash + 1)}`;
	const ascii = asciiOf(special).slice(0, 100).replace(/\/+$/, "");
	return {
		name: ascii,
		type: "file",
		mode: 0,
		uid: 0,
		gid: 0,
		size,
		mtime: 0n,
		linkname: "",
		uname: "",
		gname: "",
		major: 0,
		minor: 0,
		xattrs: {},
	};
}
const asciiOf = (text: string): string => [...text].filter((character) => isAscii(character)).join("");

function formatBlock(header: TarHeader, flag: string): Uint8Array {
	const block = new Uint8Array(BLOCK);
	const text = (at: number, size: number, value: string) => block.set(bytesFromName(asciiOf(value)).subarray(0, size), at);
	/** What does not fit stands in a record; the field is 0 then. */
	const octal = (at: number, size: number, value: number) =>
		text(at, size, (fitsOctal(value, size) ? value : 0).toString(8).padStart(size - 1, "0"));
	text(0, 100, header.name);
	octal(100, 8, header.mode);
	octal(108, 8, header.uid);
	octal(116, 8, header.gid);
	octal(124, 12, contentSize(header));
	octal(136, 12, secondsOf(header.mtime));
	text(156, 1, flag);
	text(157, 100, header.linkname);
	text(257, 5, "ustar");
	text(263, 2, "00");
	text(265, 32, header.uname);
	text(297, 32, header.gname);
	if (!fitsOctal(header.major, 8) || !fitsOctal(header.minor, 8)) throw invalidParameter("archive/tar: device number too large");
	octal(329, 8, header.major);
	octal(337, 8, header.minor);
	text(148, 8, `${checksums(block).unsigned.toString(8).padStart(6, "0")}\0 `);
	// asciiOf drops the NUL
	block[154] = 0;
	block[155] = 32;
	return block;
}
