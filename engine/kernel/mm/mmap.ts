// mmap(2) and its family: where a mapping goes, what is behind it, and what the flags allow.

import { PAGE, PROT_EXEC, PROT_READ, PROT_WRITE } from "../../cpu/types";
import { S_IFMT, S_IFREG } from "../../fs/vfs/mode";
import { MS, pathOf } from "../../fs/vfs/mount";
import { ERRNO } from "../../lib/errno";
import type { FileDescription } from "../file/description";
import { FullDevice, ZeroDevice } from "../file/device/memory";
import { O_ACCMODE, O_PATH, O_RDWR, O_WRONLY } from "../file/flags";
import { mayMapWritable } from "../file/memfd";
import { mapPages } from "../file/pagecache";
import type { TaskRecord } from "../proc/task";
import { LOWEST, pageDown, pageUp } from "./layout";
import { mayLockMapping } from "./lock";
import type { Mm } from "./mm";
import { pagesOf, SharedPages } from "./shared";
import type { Area } from "./vma";

export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
export const MAP_SHARED_VALIDATE = 3;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
export const MAP_GROWSDOWN = 0x100;
export const MAP_LOCKED = 0x2000;
export const MAP_FIXED_NOREPLACE = 0x100000;

/** The flags that there were before MAP_SHARED_VALIDATE, the sizes of huge pages among them (LEGACY_MAP_MASK). */
const MAP_LEGACY = 0x7f9f3 | (0x1f << 26);

/** With PROT_SEM, PROT_GROWSDOWN and PROT_GROWSUP, which say nothing here. */
const PROT_KNOWN = PROT_READ | PROT_WRITE | PROT_EXEC | 0x8 | 0x1000000 | 0x2000000;

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
	const anonymous = flags & MAP_ANONYMOUS || isZeroDevice(task, fd);
	if (kind === MAP_SHARED_VALIDATE) {
		if (flags & MAP_ANONYMOUS) return -ERRNO.EINVAL;
		if (flags & ~MAP_LEGACY) return -ERRNO.EOPNOTSUPP;
	}
	const backing = anonymous ? undefined : fileFor(task, fd, prot, shared);
	if (typeof backing === "number") return backing;
	const lock = flags & MAP_LOCKED ? "present" : mm.lockFuture;
	const refused = lock ? mayLockMapping(task, length, (flags & MAP_LOCKED) !== 0) : 0;
	if (refused < 0) return refused;
	const address = choose(mm, hint, length, flags);
	if (address < 0) return address;
	const area: Area = { start: address, end: address + length, prot: prot & (PROT_READ | PROT_WRITE | PROT_EXEC) };
	if (flags & MAP_GROWSDOWN) area.growsDown = true;
	if (lock) area.locked = lock;
	if (backing) {
		const { file, inode } = backing;
		const name = file.place ? pathOf(file.place, task.fs.root).path : file.operations.label;
		area.file = { inode, place: file.place, offset, name };
		if (shared) {
			area.shared = pagesOf(inode);
			area.sharedOffset = offset;
			area.readonly = backing.readonly;
		}
	} else if (shared) {
		area.shared = new SharedPages();
		area.name = "/dev/zero (deleted)";
		if (!(flags & MAP_ANONYMOUS)) area.readonly = (task.files.get(fd)!.flags & O_ACCMODE) !== O_RDWR;
	}
	const failed = mm.add(area);
	if (failed < 0) return failed;
	if (backing && area.prot !== 0) mapPages(task, backing.inode, offset, length);
	return address;
}

/** Mapping /dev/zero is the older way to have anonymous memory. */
function isZeroDevice(task: TaskRecord, fd: number): boolean {
	const operations = task.files.get(fd)?.operations;
	return operations instanceof ZeroDevice && !(operations instanceof FullDevice);
}

function fileFor(task: TaskRecord, fd: number, prot: number, shared: boolean) {
	const file: FileDescription | undefined = task.files.get(fd);
	if (!file || file.flags & O_PATH) return -ERRNO.EBADF;
	const { inode } = file;
	if (!inode || (inode.attributes().mode & S_IFMT) !== S_IFREG) return -ERRNO.ENODEV;
	const access = file.flags & O_ACCMODE;
	if (access === O_WRONLY || (shared && prot & PROT_WRITE && access !== O_RDWR)) return -ERRNO.EACCES;
	if (prot & PROT_EXEC && file.place?.mount.has(MS.NOEXEC)) return -ERRNO.EPERM;
	if (shared && prot & PROT_WRITE && !mayMapWritable(inode)) return -ERRNO.EPERM;
	return { file, inode, readonly: shared && (access !== O_RDWR || !mayMapWritable(inode)) };
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
	if (!aligned(address) || prot & ~PROT_KNOWN) return -ERRNO.EINVAL;
	if (size === 0) return 0;
	const end = pageUp(address + size);
	if (end > mm.space.limit || !mm.areas.covers(address, end)) return -ERRNO.ENOMEM;
	if (prot & PROT_WRITE && mm.areas.overlapping(address, end).some((area) => area.readonly)) return -ERRNO.EACCES;
	mm.protect(address, end, prot & (PROT_READ | PROT_WRITE | PROT_EXEC));
	return 0;
}
