// signalfd(2): signals taken as data. A read takes what waits for the one who reads, of the signals that are asked for; they have
// to be blocked, or their usual action comes first.

import { ERRNO } from "../../lib/errno";
import { taskRecord } from "../proc/process";
import { UNBLOCKABLE } from "../proc/signal/numbers";
import type { SignalInfo } from "../proc/signal/pending";
import type { Task } from "../task";
import { Blocked, type WaitQueue } from "../wait";
import { anonymousFile } from "./anonymous";
import { type FileDescription, type FileOperations, POLLIN } from "./description";
import { O_NONBLOCK, O_RDWR } from "./flags";

/** sizeof(struct signalfd_siginfo). */
const SIZE = 128;

export class SignalFile implements FileOperations {
	readonly label = "anon_inode:[signalfd]";
	private wanted = 0n;

	constructor(
		private readonly maker: Task,
		mask: bigint,
	) {
		this.mask = mask;
	}
	/** For /proc/PID/fdinfo. */
	get mask(): bigint {
		return this.wanted;
	}
	set mask(mask: bigint) {
		this.wanted = mask & ~UNBLOCKABLE;
		taskRecord(this.maker).signalArrived.wake();
	}

	read(file: FileDescription, task: Task, into: Uint8Array): number | Blocked {
		if (into.length < SIZE) return -ERRNO.EINVAL;
		const { pending, process, signalArrived } = taskRecord(task);
		let done = 0;
		while (done + SIZE <= into.length) {
			const info = pending.take(this.wanted) ?? process.pending.take(this.wanted);
			if (!info) break;
			into.set(encode(info), done);
			done += SIZE;
		}
		if (done > 0) return done;
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([signalArrived]);
	}
	write(): number {
		return -ERRNO.EINVAL;
	}
	poll(_file: FileDescription, task: Task): number {
		const { pending, process } = taskRecord(task);
		return (pending.bits | process.pending.bits) & this.wanted ? POLLIN : 0;
	}
	/** Those of the one who waits (or who made it, for an epoll that waits for anybody). */
	queues(): readonly WaitQueue[] {
		return [taskRecord(this.maker.kernel.current ?? this.maker).signalArrived];
	}
	ioctl(): number {
		return -ERRNO.ENOTTY;
	}
	release(): void {}
}

/** struct signalfd_siginfo. */
function encode(info: SignalInfo): Uint8Array {
	const bytes = new Uint8Array(SIZE);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, info.signal, true);
	view.setInt32(8, info.code, true);
	view.setUint32(12, info.pid, true);
	view.setUint32(16, info.uid, true);
	view.setInt32(20, info.fd ?? 0, true);
	view.setUint32(24, info.timer?.id ?? 0, true);
	view.setUint32(28, info.band ?? 0, true);
	view.setUint32(32, info.timer?.overrun ?? 0, true);
	view.setInt32(40, info.status ?? 0, true);
	view.setInt32(44, Number(BigInt.asIntN(32, info.value ?? 0n)), true);
	view.setBigUint64(48, BigInt.asUintN(64, info.value ?? 0n), true);
	view.setBigUint64(72, BigInt(info.address ?? 0), true);
	return bytes;
}

/** `flags` may hold O_NONBLOCK. */
export const createSignalFile = (task: Task, mask: bigint, flags: number): FileDescription =>
	anonymousFile(task, "anon_inodefs", new SignalFile(task, mask), O_RDWR | flags);
