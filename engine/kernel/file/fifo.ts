// FIFOs (man 7 fifo): pipes that are found by a file. All opens of one inode meet in one pipe; opening for reading waits for a
// writer and the other way round.

import type { Inode } from "../../fs/vfs/types";
import { ERRNO } from "../../lib/errno";
import type { Task } from "../task";
import { Blocked } from "../wait";
import { anonymousPlace } from "./anonymous";
import { FileDescription } from "./description";
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "./flags";
import { Pipe, PipeEnd } from "./pipe";

/** Pipes that are open somewhere, by the identity of their file. */
const pipes = new WeakMap<object, Pipe>();

/** pipe2(2): both ends of a fresh pipe. `flags` may hold O_NONBLOCK and O_DIRECT. */
export function createPipe(task: Task, flags: number): [read: FileDescription, write: FileDescription] {
	const pipe = new Pipe(task.kernel.nextInode());
	const { place, inode } = anonymousPlace(task, "pipefs", `pipe:[${pipe.inode}]`, pipe.inode, pipe);
	pipes.set(pipe, pipe);
	pipe.open(O_RDONLY);
	pipe.open(O_WRONLY);
	const end = (access: number) => new FileDescription(new PipeEnd(pipe), access | flags, place, inode);
	return [end(O_RDONLY), end(O_WRONLY)];
}

/** open(2) of a FIFO. */
export function openFifo(task: Task, inode: Inode, flags: number): PipeEnd | number | Blocked<PipeEnd> {
	const key = inode.identity();
	let pipe = pipes.get(key);
	if (!pipe) {
		pipe = new Pipe(task.kernel.nextInode());
		pipes.set(key, pipe);
	}
	const access = flags & O_ACCMODE;
	// A pipe without a name, opened again through /proc/PID/fd, waits for nobody.
	const unnamed = key === pipe;
	const alone = access === O_RDONLY ? pipe.writers === 0 : access === O_WRONLY ? pipe.readers === 0 : false;
	if (alone && !unnamed && flags & O_NONBLOCK && access === O_WRONLY) return -ERRNO.ENXIO;
	const end = new PipeEnd(pipe);
	pipe.open(access);
	if (!alone || unnamed || access === O_RDWR || flags & O_NONBLOCK) return end;
	return waitForOther(pipe, end, access);
}

/** The end counts as open while it waits; another open of the other side, even one that is over, lets it go on. */
function waitForOther(pipe: Pipe, end: PipeEnd, access: number): Blocked<PipeEnd> {
	const opens = () => (access === O_RDONLY ? pipe.writerOpens : pipe.readerOpens);
	const before = opens();
	const wait = (): Blocked<PipeEnd> =>
		new Blocked<PipeEnd>([pipe.opened], undefined, {
			resume: () => (opens() !== before ? end : wait()),
			cancel: () => pipe.close(access),
		});
	return wait();
}
