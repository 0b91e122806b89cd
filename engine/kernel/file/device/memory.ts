// Character devices of major 1 (man 4 null, full, random): null, zero, full, random, urandom, kmsg.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import type { WaitQueue } from "../../wait";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLIN, POLLOUT } from "../description";
import { RNDGETENTCNT, writeInt } from "../ioctl";

const NONE: readonly WaitQueue[] = [];

abstract class SimpleDevice implements FileOperations {
	constructor(readonly label: string) {}
	abstract read(file: FileDescription, task: Task, into: Uint8Array): number;
	write(_file: FileDescription, _task: Task, bytes: Uint8Array): number {
		return bytes.length;
	}
	poll(): number {
		return POLLIN | POLLOUT;
	}
	queues(): readonly WaitQueue[] {
		return NONE;
	}
	ioctl(_file: FileDescription, _task: Task, _request: number, _memory: IoctlMemory): number {
		return -ERRNO.ENOTTY;
	}
	/** Seeking is allowed and has no effect. */
	seek(file: FileDescription): number {
		file.position = 0;
		return 0;
	}
	release(): void {}
}

export class NullDevice extends SimpleDevice {
	read(): number {
		return 0;
	}
}
export class ZeroDevice extends SimpleDevice {
	read(_file: FileDescription, _task: Task, into: Uint8Array): number {
		into.fill(0);
		return into.length;
	}
}
export class FullDevice extends ZeroDevice {
	override write(): number {
		return -ERRNO.ENOSPC;
	}
}
export class RandomDevice extends SimpleDevice {
	read(_file: FileDescription, task: Task, into: Uint8Array): number {
		// A port's random() may not accept more than 65536 bytes at once, as getRandomValues() does not.
		for (let at = 0; at < into.length; at += 65536) {
			const piece = new Uint8Array(Math.min(65536, into.length - at));
			into.set(task.kernel.random(piece), at);
		}
		return into.length;
	}
	override ioctl(_file: FileDescription, _task: Task, request: number, memory: IoctlMemory): number {
		return request === RNDGETENTCNT ? writeInt(memory, 256) : -ERRNO.ENOTTY;
	}
}
/** The kernel's log: nothing is ever in it that a program would read. */
export class KernelLogDevice extends SimpleDevice {
	read(): number {
		return -ERRNO.EAGAIN;
	}
	override poll(): number {
		return POLLOUT;
	}
}
