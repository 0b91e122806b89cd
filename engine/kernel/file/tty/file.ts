// An open terminal: read, write and poll with job control, VMIN and VTIME (man 3 termios), and hangups.

import { ERRNO } from "../../../lib/errno";
import type { Task } from "../../task";
import { Blocked, type WaitQueue } from "../../wait";
import { type FileDescription, type FileOperations, type IoctlMemory, POLLERR, POLLHUP, POLLIN, POLLOUT } from "../description";
import { O_NONBLOCK, SIGTTIN } from "../flags";
import { ioctlTerminal } from "./ioctl";
import type { Terminal } from "./terminal";
import { VMIN, VTIME } from "./termios";

export class TerminalFile implements FileOperations {
	private readonly generation: number;

	constructor(readonly terminal: Terminal) {
		this.generation = terminal.generation;
		terminal.count++;
		terminal.onCount();
	}
	get label(): string {
		return `/dev/${this.terminal.name}`;
	}
	get hungUp(): boolean {
		return this.generation !== this.terminal.generation;
	}

	read(file: FileDescription, task: Task, into: Uint8Array): number | Blocked {
		const { terminal } = this;
		if (this.hungUp) return 0;
		const checked = terminal.check(task, SIGTTIN);
		if (checked !== 0) return checked;
		if (into.length === 0) return 0;
		const { discipline } = terminal;
		if (discipline.canonical) {
			if (discipline.available()) return terminal.read(into);
			return terminal.otherClosed ? -ERRNO.EIO : this.wait(file, undefined);
		}
		const [least, timeout] = [discipline.termios.cc[VMIN]!, discipline.termios.cc[VTIME]! * 100];
		const there = discipline.pending;
		if (there > 0 && there >= Math.min(least, into.length)) return terminal.read(into);
		if (terminal.otherClosed) return there > 0 ? terminal.read(into) : -ERRNO.EIO;
		if (least === 0 && timeout === 0) return 0;
		// Without VMIN the timer runs from the start, with it from byte to byte.
		const timed = timeout > 0 && (least === 0 || there > 0);
		const deadline = timed ? Math.max(task.callStart, there > 0 ? terminal.lastTyped : 0) + timeout : undefined;
		if (deadline !== undefined && task.kernel.uptime() >= deadline) return there > 0 ? terminal.read(into) : 0;
		if (there > 0 && file.flags & O_NONBLOCK) return terminal.read(into);
		return this.wait(file, deadline);
	}
	private wait(file: FileDescription, deadline: number | undefined): number | Blocked {
		return file.flags & O_NONBLOCK ? -ERRNO.EAGAIN : new Blocked([this.terminal.readers], deadline);
	}

	write(file: FileDescription, task: Task, bytes: Uint8Array): number | Blocked {
		const checked = this.terminal.checkWrite(task);
		if (checked !== 0) return checked;
		return this.writeFrom(file, bytes, 0);
	}
	private writeFrom(file: FileDescription, bytes: Uint8Array, done: number): number | Blocked {
		const { terminal } = this;
		if (this.hungUp || terminal.otherClosed) return done || -ERRNO.EIO;
		const before = done;
		done += terminal.discipline.write(bytes.subarray(done));
		if (done === bytes.length) return done;
		if (file.flags & O_NONBLOCK) return done || -ERRNO.EAGAIN;
		const rest = before === 0 ? bytes.slice() : bytes;
		return new Blocked([terminal.writers], undefined, {
			resume: () => this.writeFrom(file, rest, done),
			partial: done || undefined,
		});
	}
	poll(): number {
		const { terminal } = this;
		if (this.hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP;
		let ready = 0;
		if (terminal.discipline.available(true)) ready |= POLLIN;
		if (terminal.otherClosed) ready |= POLLHUP;
		if (terminal.discipline.output.room() > 0) ready |= POLLOUT;
		return ready;
	}
	queues(): readonly WaitQueue[] {
		return [this.terminal.readers, this.terminal.writers];
	}
	ioctl(file: FileDescription, task: Task, request: number, memory: IoctlMemory): number | Blocked {
		if (this.hungUp) return -ERRNO.EIO;
		return ioctlTerminal(this.terminal, file, task, request, memory);
	}
	release(): void {
		if (this.hungUp) return;
		this.terminal.count--;
		this.terminal.onCount();
	}
}
