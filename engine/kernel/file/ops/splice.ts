// Moving bytes between descriptors inside the kernel: sendfile(2), splice(2), tee(2), copy_file_range(2).

import { S_IFDIR, S_IFREG, typeOf } from "../../../fs/vfs/mode";
import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { Blocked } from "../../wait";
import { type FileDescription, POLLOUT } from "../description";
import { O_APPEND, O_NONBLOCK } from "../flags";
import { type Pipe, PipeEnd, reads, writes } from "../pipe";
import { RegularFile } from "../regular";
import { readFrom, withFlags, writeTo } from "./transfer";

const PIECE = 65536;
const PAGE = 4096;
/** MAX_RW_COUNT: what a call moves at most. */
export const MOST = 0x7ffff000;

export const pipeOf = (file: FileDescription): Pipe | undefined =>
	file.operations instanceof PipeEnd ? file.operations.pipe : undefined;

interface MoveOptions {
	/** Offsets, or undefined for the files' own positions. */
	from?: number;
	to?: number;
	/** SPLICE_F_NONBLOCK: pipes are not waited for. */
	nonblocking?: boolean;
}
/** Moves up to `count` bytes. Ends early where there is nothing to read or no room, and waits only for the first. */
export function moveBytes(
	task: Task,
	source: FileDescription,
	target: FileDescription,
	count: number,
	{ from, to, nonblocking = false }: MoveOptions,
): number | Blocked {
	if ((from !== undefined && !source.operations.seek) || (to !== undefined && !target.operations.seek)) return -ERRNO.ESPIPE;
	const waits = nonblocking ? O_NONBLOCK : 0;
	// Only as much is taken as can be put: a source that cannot be put back is asked when the target has room.
	let done = 0;
	const buffer = new Uint8Array(Math.min(count, PIECE));
	while (done < count) {
		const sought = source.operations.seek !== undefined;
		if (!sought && !(target.operations.poll(target, task) & POLLOUT)) {
			if (done > 0 || (target.flags | waits) & O_NONBLOCK) return done || -ERRNO.EAGAIN;
			return new Blocked(target.operations.queues(target, POLLOUT));
		}
		const position = source.position;
		const piece = buffer.subarray(0, Math.min(sought ? PIECE : PAGE, count - done));
		const got = withFlags(source, pipeOf(source) ? waits : 0, 0, () =>
			readFrom(task, source, piece, from === undefined ? undefined : from + done),
		);
		if (got instanceof Blocked || got <= 0) return done || got;
		const put = withFlags(target, pipeOf(target) ? waits : 0, 0, () =>
			writeTo(task, target, buffer.subarray(0, got), to === undefined ? undefined : to + done),
		);
		const written = put instanceof Blocked ? (put.options.partial ?? 0) : put;
		if (written < got && from === undefined && sought) source.position = position + Math.max(0, written);
		if (put instanceof Blocked) {
			put.options.cancel?.();
			return done + written || new Blocked(put.queues);
		}
		if (put < 0) return done || put;
		done += put;
		if (put < got) break;
	}
	return done;
}

/** tee(2): what waits in one pipe goes into the other as well, and stays. */
export function teePipe(
	source: FileDescription,
	target: FileDescription,
	from: Pipe,
	to: Pipe,
	count: number,
	nonblocking: boolean,
): number | Blocked {
	if (from.empty) {
		if (from.writers === 0) return 0;
		return nonblocking || source.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([from.readable]);
	}
	if (to.readers === 0) return -ERRNO.EPIPE;
	if (to.full) return nonblocking || target.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([to.writable]);
	return to.put(from.peek(count), true);
}

/** copy_file_range(2): between regular files of one file system (generic_copy_file_checks). @param count a size of 64 bits as it was given */
export function copyRange(
	task: Task,
	source: FileDescription,
	target: FileDescription,
	count: number,
	from?: number,
	to?: number,
): number | Blocked {
	const [input, output] = [source.inode, target.inode];
	if (!reads(source.flags) || !writes(target.flags) || target.flags & O_APPEND) return notBoth(source, target);
	if (!input || !output) return -ERRNO.EINVAL;
	if (typeOf(input) === S_IFDIR || typeOf(output) === S_IFDIR) return -ERRNO.EISDIR;
	if (typeOf(input) !== S_IFREG || typeOf(output) !== S_IFREG) return -ERRNO.EINVAL;
	if (!(source.operations instanceof RegularFile && target.operations instanceof RegularFile)) return -ERRNO.EINVAL;
	const [first, second] = [from ?? source.position, to ?? target.position];
	if (wraps(first, count) || wraps(second, count)) return -ERRNO.EOVERFLOW;
	if (first < 0 || second < 0) return -ERRNO.EINVAL;
	const length = Math.min(count < 0 ? MOST : count, MOST, Math.max(0, input.attributes().size - first));
	const same = input.identity() === output.identity();
	if (same && first + length > second && first < second + length) return -ERRNO.EINVAL;
	if (input.fs !== output.fs) return -ERRNO.EXDEV;
	return moveBytes(task, source, target, length, { from, to });
}
/** Does the sum leave 64 bits? A count below zero is one of 2^63 and more. */
const wraps = (offset: number, count: number): boolean =>
	BigInt.asUintN(64, BigInt(offset)) + BigInt.asUintN(64, BigInt(count)) >= 1n << 64n;
const notBoth = (source: FileDescription, target: FileDescription): number =>
	[source, target].some(({ inode }) => inode && typeOf(inode) === S_IFDIR) ? -ERRNO.EISDIR : -ERRNO.EBADF;
