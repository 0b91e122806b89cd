// Names of functions in an ELF file (System V ABI, chapter 4: section header and symbol tables), as far as it was not stripped.

import type { Inode } from "../../fs/vfs/types";
import { nameFromBytes } from "../../lib/bytes";
import { readInto } from "../mm/file";
import { parseElf } from "./elf";

const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const STT_FUNC = 2;
const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
/** What a file may claim to have. */
const MOST_SECTIONS = 1024;
const MOST_BYTES = 64 * 2 ** 20;

interface FunctionSymbol {
	/** Of its first byte in the file, and behind its last. */
	start: number;
	end: number;
	name: string;
}

const known = new WeakMap<Inode, readonly FunctionSymbol[]>();

/** Which function a byte of the file belongs to, such as `memcpy+0x12`; undefined where no name is left. */
export function functionAt(inode: Inode, offset: number): string | undefined {
	const symbols = known.get(inode) ?? functionsOf(inode);
	known.set(inode, symbols);
	let low = 0;
	let high = symbols.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (symbols[middle]!.start <= offset) low = middle + 1;
		else high = middle;
	}
	const found = symbols[low - 1];
	if (!found || offset >= found.end) return undefined;
	return offset === found.start ? found.name : `${found.name}+0x${(offset - found.start).toString(16)}`;
}

/** By their places in the file; the whole symbol table where there is one, else that of the dynamic linker. */
function functionsOf(inode: Inode): FunctionSymbol[] {
	const elf = parseElf(inode);
	if (typeof elf === "number") return [];
	const header = view(inode, 0, 64);
	const count = header.getUint16(60, true);
	if (header.getUint16(58, true) !== SECTION_SIZE || count > MOST_SECTIONS) return [];
	const sections = view(inode, long(header, 40), count * SECTION_SIZE);
	const at = [...Array(count).keys()].map((index) => index * SECTION_SIZE);
	const table =
		at.find((section) => sections.getUint32(section + 4, true) === SHT_SYMTAB) ??
		at.find((section) => sections.getUint32(section + 4, true) === SHT_DYNSYM);
	const names = table === undefined ? undefined : at[sections.getUint32(table + 40, true)];
	if (table === undefined || names === undefined) return [];
	const strings = contents(inode, sections, names);
	const symbols = contents(inode, sections, table);
	const found: FunctionSymbol[] = [];
	for (let symbol = 0; symbol + SYMBOL_SIZE <= symbols.byteLength; symbol += SYMBOL_SIZE) {
		const size = long(symbols, symbol + 16);
		if ((symbols.getUint8(symbol + 4) & 15) !== STT_FUNC || size === 0) continue;
		const address = long(symbols, symbol + 8);
		const segment = elf.segments.find((one) => address >= one.address && address < one.address + one.fileSize);
		if (!segment) continue;
		const start = address - segment.address + segment.offset;
		found.push({ start, end: start + size, name: nameAt(strings, symbols.getUint32(symbol, true)) });
	}
	return found.sort((a, b) => a.start - b.start);
}

function contents(inode: Inode, sections: DataView, section: number): DataView {
	return view(inode, long(sections, section + 24), long(sections, section + 32));
}

function nameAt(strings: DataView, from: number): string {
	let to = from;
	while (to < strings.byteLength && strings.getUint8(to) !== 0) to++;
	return from >= to ? "" : nameFromBytes(new Uint8Array(strings.buffer, strings.byteOffset + from, to - from));
}

const long = (table: DataView, at: number): number => Number(table.getBigUint64(at, true));

/** Shorter where the file ends. */
function view(inode: Inode, offset: number, length: number): DataView {
	const { size } = inode.attributes();
	const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset, MOST_BYTES)));
	readInto(inode, offset, bytes);
	return new DataView(bytes.buffer);
}
