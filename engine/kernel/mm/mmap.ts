// mmap(2) and its family: where a mapping goes, what is behind it, and what the flags allow.

import { PAGE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { S_IFMT, S_IFREG } from "../../fs/vfs/mode";
import { MS, pathOf } from "../../fs/vfs/mount";
import { ERRNO } from "../../lib/errno";
import type { FileDescription } from "../file/description";
import { O_ACCMODE, O_PATH, O_RDWR, O_WRONLY } from "../file/flags";
import type { TaskRecord } from "../proc/task";
import { readInto } from "./file";
import { LOWEST, pageDown, pageUp } from "./layout";
import type { Mm } from "./mm";
import { SharedPages } from "./shared";
import type { Area } from "./vma";

export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
export const MAP_SHARED_VALIDATE = 3;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
export const MAP_GROWSDOWN = 0x100;
export const MAP_FIXED_NOREPLACE = 0x100000;
const MREMAP_MAYMOVE = 1;
const MREMAP_FIXED = 2;

const aligned = (address: number): boolean => address % PAGE === 0;

/** The address, or EINVAL, EBADF, EACCES, ENODEV, EEXIST, ENOMEM. */
export function mmap(
	task: TaskRecord,
	hint: number,
	size: number,
	prot: number,
	flags: number,
	fd: number,
	offset: number,
): number {
	const mm = task.process.mm!;
	const kind = flags & 0xf;
	if (!aligned(offset) || offset < 0) return -ERRNO.EINVAL;
	if (!(flags & MAP_ANONYMOUS) && !task.files.get(fd)) return -ERRNO.EBADF;
	if (size <= 0 || kind === 0 || kind > MAP_SHARED_VALIDATE) return -ERRNO.EINVAL;
	const length = pageUp(size);
	const shared = kind !== MAP_PRIVATE;
	const backing = flags & MAP_ANONYMOUS ? undefined : fileFor(task, fd, prot, shared);
	if (typeof backing === "number") return backing;
	const address = choose(mm, hint, length, flags);
	if (address < 0) return address;
	const area: Area = { start: address, end: address + length, prot: prot & (PROT_READ | PROT_WRITE | PROT_EXEC) };
	if (flags & MAP_GROWSDOWN) area.growsDown = true;
	if (backing) {
		const { file, inode } = backing;
		const name = file.place ? pathOf(file.place, task.fs.root).path : file.operations.label;
		area.file = { inode, place: file.place, offset, name };
		if (shared) area.shared = pagesOfFile(inode, offset, length, (prot & PROT_WRITE) !== 0);
	} else if (shared) {
		area.shared = new SharedPages(new Uint8Array(length));
		area.name = "/dev/zero (deleted)";
	}
	const failed = mm.add(area);
	return failed < 0 ? failed : address;
}

function fileFor(task: TaskRecord, fd: number, prot: number, shared: boolean) {
	const file: FileDescription | undefined = task.files.get(fd);
	if (!file || file.flags & O_PATH) return -ERRNO.EBADF;
	const { inode } = file;
	if (!inode || (inode.attributes().mode & S_IFMT) !== S_IFREG) return -ERRNO.ENODEV;
	const access = file.flags & O_ACCMODE;
	if (access === O_WRONLY || (shared && prot & PROT_WRITE && access !== O_RDWR)) return -ERRNO.EACCES;
	if (prot & PROT_EXEC && file.place?.mount.has(MS.NOEXEC)) return -ERRNO.EPERM;
	return { file, inode };
}

/** Mappings of the same part of a file share their pages, as far as they cover the same range. */
const filePages = new WeakMap<object, Map<string, SharedPages>>();
function pagesOfFile(
	inode: NonNullable<FileDescription["inode"]>,
	offset: number,
	length: number,
	writable: boolean,
): SharedPages {
	const key = inode.identity();
	let known = filePages.get(key);
	if (!known) {
		known = new Map();
		filePages.set(key, known);
	}
	const range = `${offset}+${length}`;
	const found = known.get(range);
	if (found && found.mappings > 0) return found;
	const bytes = new Uint8Array(length);
	readInto(inode, offset, bytes);
	const pages = new SharedPages(bytes, writable ? { inode, offset } : undefined);
	known.set(range, pages);
	return pages;
}

function choose(mm: Mm, hint: number, length: number, flags: number): number {
	const { limit } = mm.space;
	if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (!aligned(hint) || hint < 0) return -ERRNO.EINVAL;
		if (hint < LOWEST) return -ERRNO.EPERM;
		if (hint + length > limit) return -ERRNO.ENOMEM;
		if (mm.areas.overlapping(hint, hint + length).length === 0) return hint;
		if (flags & MAP_FIXED_NOREPLACE) return -ERRNO.EEXIST;
		mm.remove(hint, hint + length);
		return hint;
	}
	const wanted = pageDown(hint);
	if (wanted >= LOWEST && wanted + length <= limit && mm.areas.overlapping(wanted, wanted + length).length === 0) return wanted;
	const address = mm.areas.gap(length, mm.layout.mmapLow, limit);
	return address < 0 ? -ERRNO.ENOMEM : address;
}

export function munmap(task: TaskRecord, address: number, size: number): number {
	const mm = task.process.mm!;
	if (!aligned(address) || size <= 0 || address < 0) return -ERRNO.EINVAL;
	if (address >= mm.space.limit) return 0;
	mm.remove(address, Math.min(pageUp(address + size), mm.space.limit));
	return 0;
}

export function mprotect(task: TaskRecord, address: number, size: number, prot: number): number {
	const mm = task.process.mm!;
	if (!aligned(address)) return -ERRNO.EINVAL;
	if (size === 0) return 0;
	const end = pageUp(address + size);
	if (end > mm.space.limit || !mm.areas.covers(address, end)) return -ERRNO.ENOMEM;
	mm.protect(address, end, prot & (PROT_READ | PROT_WRITE | PROT_EXEC));
	return 0;
}

export function mremap(task: TaskRecord, from: number, oldSize: number, newSize: number, flags: number, to: number): number {
	const mm = task.process.mm!;
	const before = pageUp(oldSize);
	const after = pageUp(newSize);
	if (!aligned(from) || after === 0 || flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) return -ERRNO.EINVAL;
	if (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) return -ERRNO.EINVAL;
	const area = mm.areas.at(from);
	if (!area || from + before > area.end || before === 0) return -ERRNO.EFAULT;
	if (flags & MREMAP_FIXED) {
		if (!aligned(to) || to < LOWEST || to + after > mm.space.limit) return -ERRNO.EINVAL;
		if (to < from + before && from < to + after) return -ERRNO.EINVAL;
		mm.remove(to, to + after);
		return moveArea(mm, area, from, before, to, after);
	}
	if (after <= before) {
		if (after < before) mm.remove(from + after, from + before);
		return from;
	}
	const end = from + before;
	if (
		area.end === end &&
		!area.shared &&
		end + after - before <= mm.space.limit &&
		mm.areas.overlapping(end, from + after).length === 0
	) {
		const grown = mm.add(continued(area, end, from + after));
		return grown < 0 ? grown : from;
	}
	if (!(flags & MREMAP_MAYMOVE)) return -ERRNO.ENOMEM;
	const place = mm.areas.gap(after, mm.layout.mmapLow, mm.space.limit);
	return place < 0 ? -ERRNO.ENOMEM : moveArea(mm, area, from, before, place, after);
}

function moveArea(mm: Mm, area: Area, from: number, before: number, to: number, after: number): number {
	const moved: Area = { ...continued(area, from, from + after), start: to, end: to + after };
	const failed = mm.add(moved);
	if (failed < 0) return failed;
	const length = Math.min(before, after);
	mm.protect(to, to + after, PROT_READ | PROT_WRITE);
	const kept = mm.space.read(from, length).slice();
	mm.space.bytes(to, length).set(kept);
	mm.space.written(to, length);
	mm.protect(to, to + after, area.prot);
	mm.remove(from, from + before);
	return to;
}
/** The area that goes on where this one is, at other addresses of it. */
const continued = (area: Area, start: number, end: number): Area => ({
	...area,
	start,
	end,
	file: area.file && { ...area.file, offset: area.file.offset + start - area.start },
	sharedOffset: area.shared && (area.sharedOffset ?? 0) + start - area.start,
});

const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const MADV_REMOVE = 9;
const KNOWN_ADVICE = new Set([0, 1, 2, 3, 4, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
export function madvise(task: TaskRecord, address: number, size: number, advice: number): number {
	const mm = task.process.mm!;
	const end = pageUp(address + size);
	if (!aligned(address) || size < 0 || advice === MADV_REMOVE || !KNOWN_ADVICE.has(advice)) return -ERRNO.EINVAL;
	if (size === 0) return 0;
	if (!mm.areas.covers(address, end)) return -ERRNO.ENOMEM;
	if (advice !== MADV_DONTNEED && advice !== MADV_FREE) return 0;
	if (advice === MADV_FREE) return 0;
	// Private pages read as they did at first: zeros, or the file.
	for (const area of mm.areas.overlapping(address, end)) {
		if (area.shared) continue;
		const start = Math.max(area.start, address);
		const stop = Math.min(area.end, end);
		const bytes = mm.space.bytes(start, stop - start);
		bytes.fill(0);
		if (area.file) readInto(area.file.inode, area.file.offset + start - area.start, bytes);
		mm.space.written(start, stop - start);
	}
	return 0;
}
