// Helpers of the rows about files: how arguments and structures are read from and written to guest memory.
// Layouts are those of x86-64 (asm/stat.h, asm-generic/statfs.h, linux/stat.h, linux/uio.h).

import { major, minor } from "../../fs/vfs/mode";
import { nameFromBytes } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import type { Stat, StatFs } from "../../sys";
import type { ArgumentKind, GuestMemory, GuestTask, SyscallRow } from "./row";

export const EFAULT = -ERRNO.EFAULT;
export const EINVAL = -ERRNO.EINVAL;

export const row = (number: number, name: string, args: readonly ArgumentKind[], handler: SyscallRow["handler"]): SyscallRow => ({
	number,
	name,
	args,
	handler,
});

/** An argument of C type int: the upper half of the register says nothing. */
export const int = (value: number): number => value | 0;
export const uint = (value: number): number => value >>> 0;

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Runs `act` with the path at `address`. */
export function withPath<Result>(task: GuestTask, address: number, act: (path: string) => Result): Result | Errno {
	const path = task.memory.path(address);
	return typeof path === "number" ? path : act(path);
}
/** The same with two paths. */
export const withPaths = <Result>(
	task: GuestTask,
	first: number,
	second: number,
	act: (first: string, second: string) => Result,
): Result | Errno => withPath<Result | Errno>(task, first, (a) => withPath(task, second, (b) => act(a, b)));

/** Copies bytes to the guest: 0 or EFAULT. */
export function put(memory: GuestMemory, address: number, bytes: Uint8Array): 0 | Errno {
	if (bytes.length === 0) return 0;
	const into = memory.writable(address, bytes.length);
	if (!into) return EFAULT;
	into.set(bytes);
	return 0;
}
/** A text of at most `limit` bytes that ends in NUL (mount's data, an xattr's name). */
export function cString(memory: GuestMemory, address: number, limit: number): string | Errno {
	const bytes: number[] = [];
	for (let at = address; bytes.length < limit; ) {
		// To the end of the page at once: the next page may not be there.
		const length = Math.min(4096 - (at % 4096), limit - bytes.length);
		const piece = memory.readable(at, length);
		if (!piece) return EFAULT;
		const end = piece.indexOf(0);
		bytes.push(...(end < 0 ? piece : piece.subarray(0, end)));
		if (end >= 0) break;
		at += length;
	}
	return nameFromBytes(Uint8Array.from(bytes));
}

export interface Span {
	address: number;
	length: number;
}
const IOV_MAX = 1024;
/** An array of struct iovec. EINVAL for too many or a negative length. */
export function vectors(memory: GuestMemory, address: number, count: number): Span[] | Errno {
	if (count < 0 || count > IOV_MAX) return EINVAL;
	if (count === 0) return [];
	const bytes = memory.readable(address, count * 16);
	if (!bytes) return EFAULT;
	const view = viewOf(bytes);
	const spans: Span[] = [];
	for (let i = 0; i < count; i++) {
		const length = view.getBigInt64(i * 16 + 8, true);
		if (length < 0n) return EINVAL;
		spans.push({ address: Number(view.getBigUint64(i * 16, true)), length: Number(length) });
	}
	return spans;
}
/** As many of the bytes as may be touched, from the first on; undefined when not even that one may (EFAULT). */
export function reachable(view: View, address: number, length: number): Uint8Array | undefined {
	const whole = view(address, length);
	if (whole) return whole;
	let good: Uint8Array | undefined;
	for (let end = (Math.floor(address / 4096) + 1) * 4096; end < address + length; end += 4096) {
		const part = view(address, end - address);
		if (!part) break;
		good = part;
	}
	return good;
}
type View = (address: number, length: number) => Uint8Array | undefined;
/** The vectors as far as their memory may be touched, `most` bytes in all. EFAULT when nothing of what they name may. */
export function spansWithin(spans: readonly Span[], most: number, view: View): Span[] | Errno {
	const kept: Span[] = [];
	let left = most;
	for (const { address, length } of spans) {
		const wanted = Math.min(length, left);
		const bytes = wanted === 0 ? 0 : (reachable(view, address, wanted)?.length ?? 0);
		if (bytes > 0) kept.push({ address, length: bytes });
		left -= bytes;
		if (bytes < wanted) return kept.length > 0 ? kept : EFAULT;
	}
	return kept;
}
export const totalLength = (spans: readonly Span[]): number => spans.reduce((sum, { length }) => sum + length, 0);
/** All bytes of the vectors in one array, or EFAULT. */
export function gather(memory: GuestMemory, spans: readonly Span[]): Uint8Array | Errno {
	const [only] = spans;
	if (spans.length === 1 && only) return memory.readable(only.address, only.length) ?? EFAULT;
	const all = new Uint8Array(totalLength(spans));
	let at = 0;
	for (const { address, length } of spans) {
		if (length === 0) continue;
		const bytes = memory.readable(address, length);
		if (!bytes) return EFAULT;
		all.set(bytes, at);
		at += length;
	}
	return all;
}
export function scatter(memory: GuestMemory, spans: readonly Span[], bytes: Uint8Array): 0 | Errno {
	let at = 0;
	for (const { address, length } of spans) {
		const part = bytes.subarray(at, at + length);
		if (put(memory, address, part) !== 0) return EFAULT;
		at += part.length;
		if (at === bytes.length) break;
	}
	return 0;
}

const BILLION = 1_000_000_000n;
const seconds = (time: bigint): bigint => (time >= 0n ? time / BILLION : -((-time + BILLION - 1n) / BILLION));
const nanos = (time: bigint): bigint => time - seconds(time) * BILLION;
/** struct timespec as nanoseconds; EINVAL for nanoseconds beyond a second. */
export function timespec(memory: GuestMemory, address: number): bigint | undefined | "invalid" {
	const bytes = memory.readable(address, 16);
	if (!bytes) return undefined;
	const view = viewOf(bytes);
	const [sec, nsec] = [view.getBigInt64(0, true), view.getBigInt64(8, true)];
	return sec < 0n || nsec < 0n || nsec >= BILLION ? "invalid" : sec * BILLION + nsec;
}

/** struct stat. */
export function encodeStat(stat: Stat): Uint8Array {
	const bytes = new Uint8Array(144);
	const view = viewOf(bytes);
	view.setBigUint64(0, BigInt(stat.dev), true);
	view.setBigUint64(8, BigInt(stat.ino), true);
	view.setBigUint64(16, BigInt(stat.nlink), true);
	view.setUint32(24, stat.mode, true);
	view.setUint32(28, stat.uid, true);
	view.setUint32(32, stat.gid, true);
	view.setBigUint64(40, BigInt(stat.rdev), true);
	view.setBigInt64(48, BigInt(stat.size), true);
	view.setBigInt64(56, BigInt(stat.blksize), true);
	view.setBigInt64(64, BigInt(stat.blocks), true);
	[stat.atime, stat.mtime, stat.ctime].forEach((time, i) => {
		view.setBigInt64(72 + i * 16, seconds(time), true);
		view.setBigInt64(80 + i * 16, nanos(time), true);
	});
	return bytes;
}
const STATX_BASIC_STATS = 0x7ff;
const STATX_BTIME = 0x800;
const STATX_MNT_ID = 0x1000;
const STATX_ATTR_MOUNT_ROOT = 0x2000n;
/** struct statx, with what only it tells. */
export function encodeStatx(stat: Stat, more?: { btime?: bigint; mountId: number; isMountRoot: boolean }): Uint8Array {
	const bytes = new Uint8Array(256);
	const view = viewOf(bytes);
	const { btime } = more ?? {};
	view.setUint32(0, STATX_BASIC_STATS | (btime === undefined ? 0 : STATX_BTIME) | (more ? STATX_MNT_ID : 0), true);
	view.setBigUint64(8, more?.isMountRoot ? STATX_ATTR_MOUNT_ROOT : 0n, true);
	view.setBigUint64(56, STATX_ATTR_MOUNT_ROOT, true);
	view.setBigUint64(144, BigInt(more?.mountId ?? 0), true);
	view.setUint32(4, stat.blksize, true);
	view.setUint32(16, stat.nlink, true);
	view.setUint32(20, stat.uid, true);
	view.setUint32(24, stat.gid, true);
	view.setUint16(28, stat.mode, true);
	view.setBigUint64(32, BigInt(stat.ino), true);
	view.setBigUint64(40, BigInt(stat.size), true);
	view.setBigUint64(48, BigInt(stat.blocks), true);
	for (const [at, time] of [
		[64, stat.atime],
		[80, btime ?? 0n],
		[96, stat.ctime],
		[112, stat.mtime],
	] as const) {
		view.setBigInt64(at, seconds(time), true);
		view.setUint32(at + 8, Number(nanos(time)), true);
	}
	view.setUint32(128, major(stat.rdev), true);
	view.setUint32(132, minor(stat.rdev), true);
	view.setUint32(136, major(stat.dev), true);
	view.setUint32(140, minor(stat.dev), true);
	return bytes;
}
/** struct statfs. `flags` are ST_* (MS_* of the mount, mostly). */
export function encodeStatFs(stat: StatFs, flags: number): Uint8Array {
	const bytes = new Uint8Array(120);
	const view = viewOf(bytes);
	const words = [
		stat.type,
		stat.bsize,
		stat.blocks,
		stat.bfree,
		stat.bavail ?? stat.bfree,
		stat.files,
		stat.ffree,
		0,
		stat.namelen,
		stat.bsize,
		flags,
	];
	words.forEach((word, i) => {
		view.setBigInt64(i * 8, BigInt(Math.trunc(word)), true);
	});
	return bytes;
}

/** Where an argument is a pointer to an optional 64-bit offset (sendfile, copy_file_range): NULL is undefined. */
export function offsetAt(memory: GuestMemory, address: number): number | undefined | "fault" {
	if (address === 0) return undefined;
	const value = memory.u64(address);
	return value === undefined ? "fault" : Number(BigInt.asIntN(64, value));
}
