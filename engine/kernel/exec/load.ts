// Loading an ELF file into a fresh address space: its segments, its interpreter's where it has one, the heap and the stack.

import { PAGE, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { pathOf } from "../../fs/vfs/mount";
import { ERRNO, type Errno } from "../../lib/errno";
import { mapPages } from "../file/pagecache";
import { layoutFor, PIE_BASE, pageDown, pageUp } from "../mm/layout";
import type { Mm } from "../mm/mm";
import { RLIMIT } from "../proc/limits";
import type { TaskRecord } from "../proc/task";
import { type Elf, isElf, parseElf } from "./elf";
import { type Executable, openExecutable } from "./executable";

/** What execve needs to know before it gives up the old program. */
export interface ElfPlan {
	file: Executable;
	elf: Elf;
	interpreter?: { file: Executable; elf: Elf };
}
export interface Loaded {
	/** Where execution begins: the interpreter's entry if there is one. */
	start: number;
	entry: number;
	phdr: number;
	phnum: number;
	/** AT_BASE. */
	interpreterBase: number;
}

export function planElf(task: TaskRecord, file: Executable): ElfPlan | Errno {
	const elf = parseElf(file.inode);
	if (typeof elf === "number") return elf;
	if (elf.interpreter === undefined) return { file, elf };
	const opened = openExecutable(task, elf.interpreter);
	if (typeof opened === "number") return opened;
	if (!isElf(opened.head)) return -ERRNO.ELIBBAD;
	const parsed = parseElf(opened.inode);
	if (typeof parsed === "number") return -ERRNO.ELIBBAD;
	return { file, elf, interpreter: { file: opened, elf: parsed } };
}

/** `mm` is empty. ENOMEM. */
export function loadElf(task: TaskRecord, mm: Mm, plan: ElfPlan): Loaded | Errno {
	const { elf } = plan;
	const bias = elf.relocatable ? PIE_BASE - pageDown(elf.low) : 0;
	const end = pageUp(elf.high + bias);
	mm.layout = layoutFor(end, task.process.limits.get(RLIMIT.STACK)!.soft, mm.space.limit);
	const mapped = mapSegments(task, mm, plan.file, elf, bias);
	if (mapped < 0) return mapped;
	mm.heapStart = end;
	mm.heapEnd = end;
	const stack = mm.mapStack();
	if (stack < 0) return stack;
	const loaded: Loaded = {
		start: elf.entry + bias,
		entry: elf.entry + bias,
		phdr: elf.phdr + bias,
		phnum: elf.phnum,
		interpreterBase: 0,
	};
	if (!plan.interpreter) return loaded;
	const { file, elf: interpreter } = plan.interpreter;
	const length = pageUp(interpreter.high) - pageDown(interpreter.low);
	const place = mm.areas.gap(length, mm.layout.mmapLow, mm.space.limit);
	if (place < 0) return -ERRNO.ENOMEM;
	const base = interpreter.relocatable ? place - pageDown(interpreter.low) : 0;
	const second = mapSegments(task, mm, file, interpreter, base);
	if (second < 0) return second;
	return { ...loaded, start: interpreter.entry + base, interpreterBase: base };
}

function mapSegments(task: TaskRecord, mm: Mm, file: Executable, elf: Elf, bias: number): Errno | 0 {
	const name = pathOf(file.place, task.fs.root).path;
	for (const segment of elf.segments) {
		const address = segment.address + bias;
		const start = pageDown(address);
		const fileEnd = address + segment.fileSize;
		const end = pageUp(address + segment.memorySize);
		if (start < PAGE || end > mm.space.limit) return -ERRNO.ENOMEM;
		const withFile = segment.fileSize > 0 ? pageUp(fileEnd) : start;
		// Segments of small files may share a page: the later one adds to it.
		const from = Math.max(start, highest(mm, start, end));
		if (from > start) patch(mm, file, segment.offset - (address - start), start, from, segment.prot);
		if (withFile > from) {
			const added = mm.add({
				start: from,
				end: withFile,
				prot: segment.prot,
				file: { inode: file.inode, place: file.place, offset: segment.offset - (address - from), name },
			});
			if (added < 0) return added;
			mapPages(task, file.inode, segment.offset - (address - from), withFile - from);
			clear(mm, fileEnd, withFile, segment.memorySize > segment.fileSize);
		}
		const zeroed = Math.max(from, withFile);
		if (end > zeroed) {
			const added = mm.add({ start: zeroed, end, prot: segment.prot, name: segment.prot & PROT_WRITE ? "[heap]" : undefined });
			if (added < 0) return added;
		}
	}
	return 0;
}
/** The end of what is mapped already of a range's beginning. */
const highest = (mm: Mm, start: number, end: number): number =>
	mm.areas.overlapping(start, end).reduce((top, area) => Math.max(top, area.end), start);
function patch(mm: Mm, file: Executable, offset: number, start: number, end: number, prot: number): void {
	const skip = Math.max(0, -offset);
	const bytes = mm.space.bytes(start + skip, end - start - skip);
	file.inode.read(offset + skip, bytes);
	mm.space.written(start + skip, bytes.length);
	mm.protect(start, end, prot | PROT_READ);
}
/** What lies behind the file's part of its last page is zero where memory goes on (the bss). */
function clear(mm: Mm, from: number, to: number, bss: boolean): void {
	if (!bss || to <= from) return;
	mm.space.bytes(from, to - from).fill(0);
	mm.space.written(from, to - from);
}
