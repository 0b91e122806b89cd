// The files of a zip archive (PKWARE's APPNOTE, sections 4.3 and 4.4), read from its central directory: stored or deflated, not split, no zip64.

import { concat, text } from "./bytes";
import { crc32 } from "./crc32";
import { dataLoss } from "./errors";
import { Inflater } from "./inflate";
import { S_IF } from "./linux";

/** Local file header, entry of the central directory, end of the central directory. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
/** The high byte of "version made by": what the upper half of the attributes is. */
const UNIX = 3;
const STORED = 0;
const DEFLATED = 8;

export interface ZipFile {
	name: string;
	/** In bytes, as the directory has it; read() gives no more. */
	size: number;
	/** @throws EngineError dataLoss */
	read(): Uint8Array;
}

export const isZip = (bytes: Uint8Array): boolean => bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === LOCAL;
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const broken = () => dataLoss("zip: not a valid zip file");

/** Regular files alone. @throws EngineError dataLoss, in the words of Go's archive/zip */
export function readZip(bytes: Uint8Array): ZipFile[] {
	try {
		return entries(bytes);
	} catch (error) {
		throw error instanceof RangeError ? broken() : error;
	}
}

function entries(bytes: Uint8Array): ZipFile[] {
	const view = viewOf(bytes);
	let end = bytes.length - END_SIZE;
	while (end >= 0 && view.getUint32(end, true) !== END) end--;
	if (end < 0) throw broken();
	const files: ZipFile[] = [];
	let at = view.getUint32(end + 16, true);
	for (let left = view.getUint16(end + 10, true); left > 0; left--) {
		if (view.getUint32(at, true) !== CENTRAL) throw broken();
		const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
			number,
			number,
			number,
		];
		const name = text(bytes.subarray(at + 46, at + 46 + nameLength));
		const type = view.getUint8(at + 5) === UNIX ? view.getUint16(at + 40, true) & S_IF.MT : 0;
		const entry = at;
		if (!name.endsWith("/") && (type === 0 || type === S_IF.REG))
			files.push({ name, size: view.getUint32(at + 24, true), read: () => content(bytes, view, entry) });
		at += 46 + nameLength + extra + comment;
	}
	return files;
}

function content(bytes: Uint8Array, view: DataView, entry: number): Uint8Array {
	const method = view.getUint16(entry + 10, true);
	const [sum, packed, size, local] = [16, 20, 24, 42].map((field) => view.getUint32(entry + field, true)) as [
		number,
		number,
		number,
		number,
	];
	const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
	const data = bytes.subarray(start, start + packed);
	if (method !== STORED && method !== DEFLATED) throw dataLoss("zip: unsupported compression algorithm");
	const whole = method === STORED ? data : inflated(data, size);
	if (whole.length !== size || crc32(whole) !== sum) throw dataLoss("zip: checksum error");
	return whole;
}

function inflated(data: Uint8Array, most: number): Uint8Array {
	const pieces: Uint8Array[] = [];
	let length = 0;
	for (const piece of new Inflater().push(data)) {
		length += piece.length;
		if (length > most) throw dataLoss("zip: checksum error");
		pieces.push(piece);
	}
	return concat(pieces);
}
