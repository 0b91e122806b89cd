// A terminal: a line discipline, a window size, and job control (man 7 credentials, man 3 tcsetpgrp).
// It is the slave side of a pty, or the console; what it shows goes to its `screen`, what is typed comes to receive().
//
// Life: made → opened by descriptors (`count`) → hung up, perhaps more than once: descriptors of before then read end-of-file and
// write EIO, while a later open works on. A session may have it as controlling terminal, and then one group in the foreground.

import { ERRNO } from "../../../lib/errno";
import type { WinSize } from "../../../sys";
import type { ControllingTerminal, Kernel, Process, Task } from "../../task";
import { Blocked, WaitQueue } from "../../wait";
import { SIGCONT, SIGHUP, SIGTTIN, SIGTTOU, SIGWINCH } from "../flags";
import { type Line, LineDiscipline } from "./discipline";
import type { Screen } from "./output";
import { TOSTOP } from "./termios";

/** What is typed waits here while the line discipline is full. */
const TYPED_AHEAD = 8192;

export class Terminal implements ControllingTerminal, Line {
	session = 0;
	foreground = 0;
	readonly discipline: LineDiscipline;
	readonly readers = new WaitQueue();
	readonly writers = new WaitQueue();
	/** Wakes whoever feeds receive() when there is room again. */
	readonly typists = new WaitQueue();
	/** Grows with each hangup: a descriptor of an older one is dead. */
	generation = 0;
	/** Open descriptions of the living generation. */
	count = 0;
	/** The other end of the pty is gone for good. */
	otherClosed = false;
	exclusive = false;
	/** A pty's line outlives its session: descriptors stay good (disassociate_ctty in drivers/tty/tty_jobctrl.c). */
	staysUp = false;
	private size: WinSize = { rows: 0, cols: 0 };
	private pixels: [number, number] = [0, 0];
	private typed: Uint8Array[] = [];
	private typedLength = 0;
	/** Who has the other end wants to know (a pty's master reads EIO when nobody has it open). */
	onCount: () => void = () => {};

	constructor(
		readonly kernel: Kernel,
		/** st_rdev of its node. */
		readonly device: number,
		/** "pts/0", "tty1". */
		readonly name: string,
		private readonly screen: Screen,
	) {
		this.discipline = new LineDiscipline(this);
	}

	// ---- Line: what the discipline asks
	room(): number {
		return this.screen.room();
	}
	show(bytes: Uint8Array): void {
		this.screen.show(bytes);
	}
	signal(signal: number): void {
		if (this.foreground) this.kernel.signalGroup(this.foreground, signal);
	}
	readable(): void {
		this.readers.wake();
	}
	writable(): void {
		this.writers.wake();
	}

	// ---- the far end
	/** When the last byte was typed, as Kernel.uptime. */
	lastTyped = 0;
	/** What was typed; returns how many bytes were taken (0: full, wait on `typists`). */
	receive(bytes: Uint8Array): number {
		const taken = Math.min(bytes.length, TYPED_AHEAD - this.typedLength);
		if (taken <= 0) return 0;
		this.lastTyped = this.kernel.uptime();
		this.typed.push(bytes.slice(0, taken));
		this.typedLength += taken;
		this.deliver();
		return taken;
	}
	get receiveRoom(): number {
		return TYPED_AHEAD - this.typedLength;
	}
	private deliver(): void {
		while (this.typed.length > 0) {
			const piece = this.typed.shift()!;
			const taken = this.discipline.receive(piece);
			this.typedLength -= taken;
			if (taken === piece.length) continue;
			this.typed.unshift(piece.subarray(taken));
			return;
		}
	}
	/** The far end took what was shown: there is room. */
	drained(): void {
		this.discipline.resume();
		this.writers.wake();
	}

	// ---- programs
	read(into: Uint8Array): number {
		const count = this.discipline.read(into);
		if (this.typedLength > 0) this.deliver();
		this.typists.wake();
		return count;
	}
	flushInput(): void {
		this.discipline.flushInput();
		this.deliver();
		this.typists.wake();
	}
	get windowSize(): WinSize & { pixels: [number, number] } {
		return { ...this.size, pixels: this.pixels };
	}
	/** TIOCSWINSZ: the foreground group hears of a size that is new. */
	resize(size: WinSize, pixels: [number, number] = [0, 0]): void {
		const same = size.rows === this.size.rows && size.cols === this.size.cols && String(pixels) === String(this.pixels);
		if (same) return;
		this.size = { rows: size.rows, cols: size.cols };
		this.pixels = pixels;
		this.signal(SIGWINCH);
	}

	// ---- job control
	/**
	 * May the task do this now? 0, -EIO, or a call that begins again after SIGTTIN or SIGTTOU has had its effect
	 * (__tty_check_change).
	 */
	check(task: Task, signal: number): 0 | number | Blocked {
		const { process, kernel } = task;
		if (process.terminal !== this || !this.foreground || process.pgid === this.foreground) return 0;
		if (task.ignores(signal)) return signal === SIGTTIN ? -ERRNO.EIO : 0;
		if (kernel.isOrphaned(process.pgid)) return -ERRNO.EIO;
		kernel.signalGroup(process.pgid, signal);
		return new Blocked([], kernel.uptime());
	}
	checkWrite(task: Task): 0 | number | Blocked {
		return this.discipline.termios.lflag & TOSTOP ? this.check(task, SIGTTOU) : 0;
	}
	/** TIOCSCTTY and open(2) without O_NOCTTY by a session's leader. */
	control(process: Process): void {
		this.session = process.sid;
		this.foreground = process.pgid;
		process.terminal = this;
	}
	/** TIOCNOTTY: the process gives it up; if it leads the session, all of it does. */
	disown(process: Process): void {
		if (process.pid !== process.sid) {
			process.terminal = undefined;
			return;
		}
		if (this.foreground) {
			this.kernel.signalGroup(this.foreground, SIGHUP);
			this.kernel.signalGroup(this.foreground, SIGCONT);
		}
		this.leaveSession();
	}
	private leaveSession(): void {
		for (const process of this.kernel.processes()) if (process.terminal === this) process.terminal = undefined;
		this.session = 0;
		this.foreground = 0;
	}

	/** The session's leader ended. */
	hangup(): void {
		const { foreground } = this;
		if (this.staysUp) {
			if (foreground) this.kernel.signalGroup(foreground, SIGHUP);
			this.leaveSession();
			return;
		}
		this.vhangup();
		if (foreground) {
			this.kernel.signalGroup(foreground, SIGHUP);
			this.kernel.signalGroup(foreground, SIGCONT);
		}
	}
	/** The line went dead (the master was closed): the leader is told, every descriptor is cut off. */
	vhangup(): void {
		const { session } = this;
		const leader = session ? this.kernel.process(session) : undefined;
		this.leaveSession();
		this.generation++;
		this.count = 0;
		this.discipline.flushInput();
		this.typed = [];
		this.typedLength = 0;
		if (leader && leader.state !== "Z") {
			this.kernel.signalProcess(leader, SIGHUP);
			this.kernel.signalProcess(leader, SIGCONT);
		}
		this.readers.wake();
		this.writers.wake();
		this.onCount();
	}
}
