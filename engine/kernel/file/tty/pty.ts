// Pseudoterminals (man 7 pty): a master description whose other end is a Terminal. devpts (pseudo/devpts.ts) numbers them.

import { ERRNO } from "../../../lib/errno";
import type { Kernel, Task } from "../../task";
import { Blocked, WaitQueue } from "../../wait";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLHUP, POLLIN, POLLOUT } from "../description";
import { O_NONBLOCK } from "../flags";
import { FIONREAD, readInt, TIOCGPTLCK, TIOCGPTN, TIOCSIG, TIOCSPTLCK, TIOCSWINSZ, writeInt } from "../ioctl";
import { ByteQueue } from "../queue";
import { ioctlTerminal } from "./ioctl";
import { Terminal } from "./terminal";

/** What the slave may show before the master has read it. */
const CAPACITY = 16384;

/** Both ends. The slave can be opened once TIOCSPTLCK has unlocked it. */
export class Pty {
	readonly terminal: Terminal;
	locked = true;
	readonly shown = new ByteQueue();
	readonly readable = new WaitQueue();
	/** Was the slave open, and is it no more? */
	slaveClosed = false;
	private opened = false;

	constructor(
		kernel: Kernel,
		readonly number: number,
		device: number,
		/** The master was closed: devpts forgets it. */
		readonly onClose: () => void,
	) {
		this.terminal = new Terminal(kernel, device, `pts/${number}`, {
			room: () => CAPACITY - this.shown.length,
			show: (bytes) => {
				this.shown.push(bytes);
				this.readable.wake();
			},
		});
		this.terminal.staysUp = true;
		this.terminal.onCount = () => this.counted();
	}
	private counted(): void {
		if (this.terminal.count > 0) this.opened = true;
		this.slaveClosed = this.opened && this.terminal.count === 0;
		if (this.slaveClosed) this.readable.wake();
	}
}

export class PtyMaster implements FileOperations {
	constructor(
		readonly pty: Pty,
		/** The devpts instance that numbered it. */
		readonly registry: unknown,
	) {}

	get label(): string {
		return "/dev/ptmx";
	}
	read(file: FileDescription, _task: Task, into: Uint8Array): number | Blocked {
		const { pty } = this;
		if (into.length === 0) return 0;
		if (pty.shown.length > 0) {
			const count = pty.shown.take(into);
			pty.terminal.drained();
			return count;
		}
		if (pty.slaveClosed) return -ERRNO.EIO;
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([pty.readable]);
	}
	write(file: FileDescription, _task: Task, bytes: Uint8Array): number | Blocked {
		return this.writeFrom(file, bytes, 0);
	}
	private writeFrom(file: FileDescription, bytes: Uint8Array, done: number): number | Blocked {
		const { terminal, slaveClosed } = this.pty;
		if (slaveClosed) return done || -ERRNO.EIO;
		const before = done;
		while (done < bytes.length) {
			const taken = terminal.receive(bytes.subarray(done));
			if (taken === 0) break;
			done += taken;
		}
		if (done === bytes.length) return done;
		if (file.flags & O_NONBLOCK) return done || -ERRNO.EAGAIN;
		const rest = before === 0 ? bytes.slice() : bytes;
		return new Blocked([terminal.typists], undefined, {
			resume: () => this.writeFrom(file, rest, done),
			partial: done || undefined,
		});
	}
	poll(): number {
		const { pty } = this;
		let ready = 0;
		if (pty.shown.length > 0) ready |= POLLIN;
		if (pty.slaveClosed) ready |= POLLHUP;
		if (pty.terminal.receiveRoom > 0) ready |= POLLOUT;
		return ready;
	}
	queues(): readonly WaitQueue[] {
		return [this.pty.readable, this.pty.terminal.typists];
	}
	ioctl(file: FileDescription, task: Task, request: number, memory: IoctlMemory): number | Blocked {
		const { pty } = this;
		switch (request) {
			case TIOCGPTN:
				return writeInt(memory, pty.number);
			case TIOCSPTLCK: {
				const locked = readInt(memory);
				if (locked === undefined) return -ERRNO.EFAULT;
				pty.locked = locked !== 0;
				return 0;
			}
			case TIOCGPTLCK:
				return writeInt(memory, pty.locked ? 1 : 0);
			case TIOCSIG:
				if (memory.argument < 1 || memory.argument > 64) return -ERRNO.EINVAL;
				pty.terminal.signal(memory.argument);
				return 0;
			case FIONREAD:
				return writeInt(memory, pty.shown.length);
		}
		const result = ioctlTerminal(pty.terminal, file, task, request, memory, true);
		if (request === TIOCSWINSZ) pty.readable.wake();
		return result;
	}
	release(): void {
		const { pty } = this;
		pty.terminal.otherClosed = true;
		pty.terminal.vhangup();
		pty.onClose();
	}
}
