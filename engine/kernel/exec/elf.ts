// ELF headers (System V ABI, AMD64 supplement; man 5 elf): what execve needs of them.

import type { Inode } from "../../fs/vfs/types";
import { nameFromBytes } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import { readInto } from "../mm/file";

const EM_X86_64 = 62;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_INTERP = 3;
const PT_PHDR = 6;
const PT_GNU_STACK = 0x6474e551;
const HEADER_SIZE = 64;
const PHENT_SIZE = 56;

export interface Segment {
	/** PROT_*. */
	prot: number;
	offset: number;
	address: number;
	fileSize: number;
	memorySize: number;
}
export interface Elf {
	/** ET_DYN: may be placed anywhere. */
	relocatable: boolean;
	entry: number;
	segments: Segment[];
	/** Address of the program headers in memory, before relocation. */
	phdr: number;
	phnum: number;
	interpreter?: string;
	executableStack: boolean;
	/** Lowest and highest address of the segments. */
	low: number;
	high: number;
}

export const isElf = (head: Uint8Array): boolean => head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;

/** ENOEXEC for a file of another machine, class or kind, or one that is cut off. */
export function parseElf(inode: Inode): Elf | Errno {
	const bad = -ERRNO.ENOEXEC;
	const header = read(inode, 0, HEADER_SIZE);
	const [elfClass, data] = [header[4], header[5]];
	const view = viewOf(header);
	const type = view.getUint16(16, true);
	if (elfClass !== 2 || data !== 1 || view.getUint16(18, true) !== EM_X86_64) return bad;
	if (type !== ET_EXEC && type !== ET_DYN) return bad;
	const phoff = Number(view.getBigUint64(32, true));
	const phnum = view.getUint16(56, true);
	if (view.getUint16(54, true) !== PHENT_SIZE || phnum === 0 || phnum > 1024) return bad;
	const elf: Elf = {
		relocatable: type === ET_DYN,
		entry: Number(view.getBigUint64(24, true)),
		segments: [],
		phdr: 0,
		phnum,
		executableStack: true,
		low: 0,
		high: 0,
	};
	const table = viewOf(read(inode, phoff, phnum * PHENT_SIZE));
	for (let index = 0; index < phnum; index++) readProgramHeader(elf, inode, table, index * PHENT_SIZE);
	if (elf.segments.length === 0) return bad;
	const { size } = inode.attributes();
	if (elf.segments.some((segment) => segment.offset + segment.fileSize > size || segment.fileSize > segment.memorySize))
		return bad;
	elf.low = Math.min(...elf.segments.map((segment) => segment.address));
	elf.high = Math.max(...elf.segments.map((segment) => segment.address + segment.memorySize));
	const holder = elf.segments.find((segment) => segment.offset <= phoff && phoff < segment.offset + segment.fileSize);
	if (elf.phdr === 0 && holder) elf.phdr = holder.address + phoff - holder.offset;
	return elf;
}

function readProgramHeader(elf: Elf, inode: Inode, table: DataView, at: number): void {
	const type = table.getUint32(at, true);
	const flags = table.getUint32(at + 4, true);
	const long = (offset: number): number => Number(table.getBigUint64(at + offset, true));
	const offset = long(8);
	const address = long(16);
	switch (type) {
		case PT_LOAD:
			if (long(40) === 0) return;
			elf.segments.push({ prot: protOf(flags), offset, address, fileSize: long(32), memorySize: long(40) });
			return;
		case PT_INTERP:
			elf.interpreter = nameFromBytes(read(inode, offset, Math.min(4096, long(32)))).replace(/\0.*$/s, "");
			return;
		case PT_PHDR:
			elf.phdr = address;
			return;
		case PT_GNU_STACK:
			elf.executableStack = (flags & 1) !== 0;
			return;
		default:
	}
}
/** PF_X 1, PF_W 2, PF_R 4 → PROT_*. */
const protOf = (flags: number): number => (flags & 4 ? 1 : 0) | (flags & 2) | (flags & 1 ? 4 : 0);

function read(inode: Inode, offset: number, length: number): Uint8Array {
	const into = new Uint8Array(length);
	readInto(inode, offset, into);
	return into;
}
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
