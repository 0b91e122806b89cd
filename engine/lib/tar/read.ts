// Reads tar archives as a stream, as Go's archive/tar does: ustar, pax (global headers are passed over, as Docker does), star, and
// GNU's long names, numbers and sparse files. What is cut short or damaged is an error, never a shorter archive.

import { concat, EMPTY } from "../bytes";
import { dataLoss } from "../errors";
import {
	BLOCK,
	checksums,
	type EntryType,
	invalidHeader,
	readInteger,
	readNumber,
	readString,
	type TarHeader,
	TYPES,
} from "./header";
import { nameOfValue, type PaxRecords, parseInteger, parseRecords, parseTime, SPECIAL_LIMIT, xattrName } from "./pax";
import { type Extent, expand, oldGnuMap, paxMap } from "./sparse";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface TarEntry {
	header: TarHeader;
	/** The content; what is not read of it is passed over when the next entry is asked for. */
	body: AsyncIterable<Uint8Array>;
}

/** @throws EngineError dataLoss */
export async function* readTar(source: Bytes): AsyncGenerator<TarEntry> {
	const input = new Blocks(source);
	let extended: PaxRecords = new Map();
	let longName: string | undefined;
	let longLink: string | undefined;
	for (;;) {
		const block = await nextHeader(input);
		if (block === null) return;
		const flag = String.fromCharCode(block[156]!);
		if (flag === "x") extended = parseRecords(await special(input, block));
		else if (flag === "g") {
			parseRecords(await special(input, block));
			// an entry of its own: what was said before it was said of it
			extended = new Map();
			longName = undefined;
			longLink = undefined;
		} else if (flag === "L") longName = firstString(await special(input, block));
		else if (flag === "K") longLink = firstString(await special(input, block));
		else {
			const header = entryHeader(block, flag);
			if (longName !== undefined) header.name = longName;
			if (longLink !== undefined) header.linkname = longLink;
			applyRecords(header, extended);
			finishHeader(header, flag);
			const extents = await sparseMap(input, block, header, extended);
			extended = new Map();
			longName = undefined;
			longLink = undefined;
			const data = extents ? extents.reduce((sum, { length }) => sum + length, 0) : header.size;
			const content = new Content(input, data);
			yield { header, body: extents ? expand(content, extents, header.size) : content };
			await content.skip();
		}
	}
}

/** null at the end: two blocks of zeros, or the end of the stream between two entries. */
async function nextHeader(input: Blocks): Promise<Uint8Array | null> {
	const block = await input.block();
	if (block === null) return null;
	if (block.every((byte) => byte === 0)) {
		const second = await input.block();
		if (second?.some((byte) => byte !== 0)) throw invalidHeader("a single block of zeros");
		return null;
	}
	const sum = readNumber(block, 148, 8);
	const { unsigned, signed } = checksums(block);
	if (sum !== unsigned && sum !== signed) throw invalidHeader("wrong checksum");
	return block;
}

/** Where a sparse file's data is; header.size is the file's then. */
async function sparseMap(
	input: Blocks,
	block: Uint8Array,
	header: TarHeader,
	records: PaxRecords,
): Promise<Extent[] | undefined> {
	const next = async (): Promise<Uint8Array> => {
		const taken = await input.block();
		if (taken === null) throw cutShort();
		return taken;
	};
	if (header.type !== "file") return undefined;
	return block[156] === OLD_SPARSE ? oldGnuMap(header, block, next) : paxMap(header, records, next);
}

async function special(input: Blocks, block: Uint8Array): Promise<Uint8Array> {
	const size = readNumber(block, 124, 12);
	if (size < 0 || size > SPECIAL_LIMIT) throw dataLoss("archive/tar: header field too long");
	const parts: Uint8Array[] = [];
	const content = new Content(input, size);
	for await (const piece of content) parts.push(piece);
	await content.skip();
	return concat(parts);
}
function firstString(bytes: Uint8Array): string {
	const end = bytes.indexOf(0);
	return nameOfValue(end < 0 ? bytes : bytes.subarray(0, end));
}

function entryHeader(block: Uint8Array, flag: string): TarHeader {
	const type = TYPES[flag];
	if (!type) throw dataLoss(`unhandled tar header type ${block[156]}`);
	const gnu = readString(block, 257, 8) === "ustar  ";
	const ustar = !gnu && readString(block, 257, 6) === "ustar";
	const star = ustar && readString(block, 508, 4) === "tar";
	const prefix = ustar ? readString(block, 345, star ? 131 : 155) : "";
	const name = readString(block, 0, 100);
	const device = (ustar || gnu) && (type === "character" || type === "block");
	return {
		name: prefix === "" ? name : `${prefix}/${name}`,
		type,
		mode: readNumber(block, 100, 8) & 0o7777,
		uid: readNumber(block, 108, 8),
		gid: readNumber(block, 116, 8),
		size: readNumber(block, 124, 12),
		mtime: readInteger(block, 136, 12) * 1_000_000_000n,
		linkname: readString(block, 157, 100),
		uname: ustar || gnu ? readString(block, 265, 32) : "",
		gname: ustar || gnu ? readString(block, 297, 32) : "",
		major: device ? readNumber(block, 329, 8) : 0,
		minor: device ? readNumber(block, 337, 8) : 0,
		xattrs: {},
	};
}

const RECORDS: Record<string, (header: TarHeader, value: Uint8Array) => void> = {
	path: (header, value) => {
		header.name = nameOfValue(value);
	},
	linkpath: (header, value) => {
		header.linkname = nameOfValue(value);
	},
	size: (header, value) => {
		header.size = parseInteger(value);
	},
	uid: (header, value) => {
		header.uid = parseInteger(value);
	},
	gid: (header, value) => {
		header.gid = parseInteger(value);
	},
	uname: (header, value) => {
		header.uname = nameOfValue(value);
	},
	gname: (header, value) => {
		header.gname = nameOfValue(value);
	},
	mtime: (header, value) => {
		header.mtime = parseTime(value);
	},
};
function applyRecords(header: TarHeader, records: PaxRecords): void {
	for (const [key, value] of records) {
		const xattr = xattrName(key);
		if (xattr !== undefined) header.xattrs[xattr] = value;
		// an empty value takes an earlier record back
		else if (value.length > 0 && Object.hasOwn(RECORDS, key)) RECORDS[key]!(header, value);
	}
}

const OLD_SPARSE = 0x53;
const WITH_CONTENT: ReadonlySet<EntryType> = new Set(["file"]);
function finishHeader(header: TarHeader, flag: string): void {
	if (header.size < 0) throw invalidHeader("negative size");
	// before ustar, a directory was a file whose name ends in a slash; of a file as it is written since, the slash says nothing
	if (flag === "\0" && header.name.endsWith("/")) header.type = "directory";
	if (!WITH_CONTENT.has(header.type)) header.size = 0;
}

class Content implements AsyncIterable<Uint8Array> {
	private left: number;
	private padding: number;
	constructor(
		private readonly input: Blocks,
		size: number,
	) {
		this.left = size;
		this.padding = (BLOCK - (size % BLOCK)) % BLOCK;
	}
	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return {
			next: async () => {
				if (this.left === 0) return { done: true, value: undefined };
				const piece = await this.input.some(this.left);
				this.left -= piece.length;
				return { done: false, value: piece };
			},
		};
	}
	async skip(): Promise<void> {
		while (this.left > 0) this.left -= (await this.input.some(this.left)).length;
		// docker's own client leaves the last entry's padding out, or some of it, and the end, when it puts a Dockerfile into a context
		while (this.padding > 0 && !(await this.input.ended())) this.padding -= (await this.input.some(this.padding)).length;
	}
}

class Blocks {
	private readonly source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
	private buffer: Uint8Array = EMPTY;
	constructor(source: Bytes) {
		this.source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
	}
	/** null when the stream ends before the block's first byte. */
	async block(): Promise<Uint8Array | null> {
		while (this.buffer.length < BLOCK) {
			const next = await this.source.next();
			if (next.done) {
				if (this.buffer.length === 0) return null;
				throw cutShort();
			}
			this.buffer = this.buffer.length === 0 ? next.value : concat([this.buffer, next.value]);
		}
		return this.take(BLOCK);
	}
	/** At least one byte, at most `most`. */
	async some(most: number): Promise<Uint8Array> {
		if (await this.ended()) throw cutShort();
		return this.take(Math.min(most, this.buffer.length));
	}
	async ended(): Promise<boolean> {
		while (this.buffer.length === 0) {
			const next = await this.source.next();
			if (next.done) return true;
			this.buffer = next.value;
		}
		return false;
	}
	private take(count: number): Uint8Array {
		const taken = this.buffer.subarray(0, count);
		this.buffer = this.buffer.subarray(count);
		return taken;
	}
}
const cutShort = () => dataLoss("unexpected EOF");
