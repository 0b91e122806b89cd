// System calls that move bytes between descriptors: sendfile, splice, tee, vmsplice, copy_file_range.

import { ERRNO } from "../../lib/errno";
import type { FileDescription } from "../file/description";
import { O_APPEND, O_NONBLOCK } from "../file/flags";
import { fileOf, readableFile, writableFile } from "../file/ops/context";
import { copyRange, MOST, moveBytes, pipeOf, teePipe } from "../file/ops/splice";
import { readFrom, withFlags, writeTo } from "../file/ops/transfer";
import { reads, writes } from "../file/pipe";
import { type Blocked, whenDone } from "../wait";
import { EFAULT, EINVAL, gather, int, offsetAt, row, scatter, spansWithin, uint, vectors } from "./decode";
import type { GuestMemory, GuestTask, SyscallRow } from "./row";

/** SPLICE_F_MOVE, NONBLOCK, MORE, GIFT. */
const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_ALL = 15;

/** Offsets behind pointers move on by what was done. */
function moved(memory: GuestMemory, done: number, ...offsets: Array<[address: number, value: number | undefined]>): number {
	for (const [address, value] of offsets)
		if (done > 0 && value !== undefined && !memory.setU64(address, BigInt(value + done))) return EFAULT;
	return done;
}

function sendfile(task: GuestTask, output: number, input: number, inAt: number, count: number): number | Blocked {
	const { memory } = task;
	const from = offsetAt(memory, inAt);
	if (from === "fault") return EFAULT;
	const source = readableFile(task, input);
	if (typeof source === "number") return source;
	const start = from ?? source.position;
	if (count < 0 || start + Math.min(count, MOST) >= 2 ** 63) return EINVAL;
	const target = writableFile(task, output);
	if (typeof target === "number") return target;
	// From what cannot be sought (a pipe, a terminal) the kernel refuses: an end of file in between would be lost.
	if (!source.operations.seek || source.operations.readdir || (from ?? 0) < 0 || target.flags & O_APPEND) return EINVAL;
	return whenDone(moveBytes(task, source, target, Math.min(count, MOST), { from }), (done) => {
		// Where it came to is written whatever was done.
		return from === undefined || memory.setU64(inAt, BigInt(from + Math.max(0, done))) ? done : EFAULT;
	});
}

function splice(
	task: GuestTask,
	input: number,
	inAt: number,
	output: number,
	outAt: number,
	count: number,
	flags: number,
): number | Blocked {
	if (count === 0) return 0;
	if (flags & ~SPLICE_F_ALL) return EINVAL;
	const source = fileOf(task, input);
	if (typeof source === "number") return source;
	const target = fileOf(task, output);
	if (typeof target === "number") return target;
	const [inPipe, outPipe] = [pipeOf(source), pipeOf(target)];
	if ((inPipe && inAt !== 0) || (outPipe && outAt !== 0)) return -ERRNO.ESPIPE;
	const { memory } = task;
	const [from, to] = [offsetAt(memory, inAt), offsetAt(memory, outAt)];
	if (from === "fault" || to === "fault") return EFAULT;
	if (!reads(source.flags) || !writes(target.flags)) return -ERRNO.EBADF;
	if ((!inPipe && !outPipe) || inPipe === outPipe) return EINVAL;
	if (count < 0 || (from ?? 0) < 0 || (to ?? 0) < 0 || !isStreamable(source) || (!outPipe && target.flags & O_APPEND))
		return EINVAL;
	const options = { from, to, nonblocking: (flags & SPLICE_F_NONBLOCK) !== 0 };
	return whenDone(moveBytes(task, source, target, Math.min(count, MOST), options), (done) =>
		moved(memory, done, [inAt, from], [outAt, to]),
	);
}
const isStreamable = (file: FileDescription): boolean => file.operations.readdir === undefined;

function tee(task: GuestTask, input: number, output: number, count: number, flags: number): number | Blocked {
	if (flags & ~SPLICE_F_ALL) return EINVAL;
	if (count === 0) return 0;
	const source = fileOf(task, input);
	if (typeof source === "number") return source;
	const target = fileOf(task, output);
	if (typeof target === "number") return target;
	if (!reads(source.flags) || !writes(target.flags)) return -ERRNO.EBADF;
	const [inPipe, outPipe] = [pipeOf(source), pipeOf(target)];
	if (!inPipe || !outPipe || inPipe === outPipe) return EINVAL;
	return teePipe(source, target, inPipe, outPipe, count < 0 ? MOST : count, (flags & SPLICE_F_NONBLOCK) !== 0);
}

/** Into a pipe from memory, or the other way. Pages are copied, whatever SPLICE_F_GIFT says. */
function vmsplice(task: GuestTask, fd: number, iov: number, count: number, flags: number): number | Blocked {
	if (flags & ~SPLICE_F_ALL) return EINVAL;
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	const { memory } = task;
	const wanted = vectors(memory, iov, count);
	if (typeof wanted === "number") return wanted;
	if (!pipeOf(file)) return -ERRNO.EBADF;
	const nonblocking = flags & SPLICE_F_NONBLOCK ? O_NONBLOCK : 0;
	if (writes(file.flags)) {
		const spans = spansWithin(wanted, MOST, (from, length) => memory.readable(from, length));
		if (typeof spans === "number") return spans;
		const bytes = gather(memory, spans);
		return typeof bytes === "number" ? bytes : withFlags(file, nonblocking, 0, () => writeTo(task, file, bytes));
	}
	const spans = spansWithin(wanted, MOST, (from, length) => memory.writable(from, length));
	if (typeof spans === "number") return spans;
	const into = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
	return whenDone(
		withFlags(file, nonblocking, 0, () => readFrom(task, file, into)),
		(got) => (got < 0 ? got : scatter(memory, spans, into.subarray(0, got)) || got),
	);
}

function copyFileRange(
	task: GuestTask,
	input: number,
	inAt: number,
	output: number,
	outAt: number,
	count: number,
	flags: number,
): number | Blocked {
	const source = fileOf(task, input);
	if (typeof source === "number") return source;
	const target = fileOf(task, output);
	if (typeof target === "number") return target;
	const { memory } = task;
	const [from, to] = [offsetAt(memory, inAt), offsetAt(memory, outAt)];
	if (from === "fault" || to === "fault") return EFAULT;
	if (flags !== 0) return EINVAL;
	return whenDone(copyRange(task, source, target, count, from, to), (done) => moved(memory, done, [inAt, from], [outAt, to]));
}

export const spliceRows: SyscallRow[] = [
	row(40, "sendfile", ["fd", "fd", "address", "size"], (task, [output, input, offset, count]) =>
		sendfile(task, int(output), int(input), offset, count),
	),
	row(
		275,
		"splice",
		["fd", "address", "fd", "address", "size", "spliceFlags"],
		(task, [input, inAt, output, outAt, count, flags]) => splice(task, int(input), inAt, int(output), outAt, count, int(flags)),
	),
	row(276, "tee", ["fd", "fd", "size", "spliceFlags"], (task, [input, output, count, flags]) =>
		tee(task, int(input), int(output), count, int(flags)),
	),
	row(278, "vmsplice", ["fd", "vectors", "uint", "spliceFlags"], (task, [fd, iov, count, flags]) =>
		vmsplice(task, int(fd), iov, uint(count), int(flags)),
	),
	row(
		326,
		"copy_file_range",
		["fd", "address", "fd", "address", "size", "flags"],
		(task, [input, inAt, output, outAt, count, flags]) =>
			copyFileRange(task, int(input), inAt, int(output), outAt, count, int(flags)),
	),
];
