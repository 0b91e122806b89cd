// Echoes that wait to be shown. They are operations rather than bytes, since what erasing a tab takes depends on the column at
// the time it is shown. Linux puts them out in blocks, and drops what is not out yet when a signal key is typed; so do we.

import type { Termios } from "../../../sys";
import type { Output } from "./output";
import { ECHO, ECHOCTL, ECHONL } from "./termios";

/** Operations above the byte values: the rest of the number is the operand. */
const CONTROL = 0x100;
const ERASE_TAB = 0x200;
const CANONICAL_COLUMN = 0x300;
const MOVE_BACK = 0x400;
const AFTER_TAB = 0x80;

/** Queued operations are put out when this many are committed. */
const BLOCK = 256;
const CAPACITY = 4096;

export class Echo {
	private queue: number[] = [];
	/** Bytes that each would take in Linux's buffer, which decides when a block is full. */
	private size = 0;
	private marked = 0;
	private committedSize = 0;

	constructor(
		private readonly output: Output,
		private readonly settings: { readonly termios: Termios },
	) {}

	private add(operation: number, size: number): void {
		this.queue.push(operation);
		this.size += size;
	}
	raw(c: number): void {
		this.add(c, c === 0xff ? 2 : 1);
	}
	/** Control characters as ^X under ECHOCTL, the tab aside. */
	character(c: number): void {
		const control = (c < 32 || c === 127) && c !== 9 && (this.settings.termios.lflag & ECHOCTL) !== 0;
		if (control) this.add(CONTROL | c, 2);
		else this.raw(c);
	}
	eraseTab(columns: number, afterTab: boolean): void {
		this.add(ERASE_TAB | (columns & 7) | (afterTab ? AFTER_TAB : 0), 3);
	}
	setCanonicalColumn(): void {
		this.add(CANONICAL_COLUMN, 2);
	}
	moveBack(): void {
		this.add(MOVE_BACK, 2);
	}

	/** What is queued belongs together and may go out; it does when there is a block of it. */
	commit(): void {
		this.marked = this.queue.length;
		if (this.size < BLOCK || this.size % BLOCK > this.committedSize % BLOCK) return;
		this.run(this.marked);
	}
	/** The end of a piece of input. */
	flush(): void {
		if (!(this.settings.termios.lflag & (ECHO | ECHONL))) return;
		this.run(this.queue.length);
	}
	/** Before a program's output, and when output goes on. */
	process(): void {
		this.run(this.marked);
	}
	drop(): void {
		this.queue = [];
		this.size = 0;
		this.marked = 0;
		this.committedSize = 0;
	}

	private run(end: number): void {
		let done = 0;
		let room = this.output.room();
		for (; done < end; done++) {
			const used = this.show(this.queue[done]!, room);
			if (used < 0) break;
			room -= used;
			this.size -= sizeOf(this.queue[done]!);
		}
		this.output.flush();
		this.queue.splice(0, done);
		this.marked = Math.max(0, this.marked - done);
		while (this.size > CAPACITY - BLOCK) this.size -= sizeOf(this.queue.shift()!);
		this.marked = Math.min(this.marked, this.queue.length);
		this.committedSize = this.queue.slice(0, Math.max(0, end - done)).reduce((sum, each) => sum + sizeOf(each), 0);
	}
	private show(operation: number, room: number): number {
		const { output } = this;
		const operand = operation & 0xff;
		switch (operation & ~0xff) {
			case CONTROL:
				if (room < 2) return -1;
				output.put(0x5e);
				output.put(operand ^ 0x40);
				output.column += 2;
				return 2;
			case ERASE_TAB: {
				const columns = operand & AFTER_TAB ? operand & 0x7f : operand + output.canonicalColumn;
				const back = 8 - (columns & 7);
				if (room < back) return -1;
				for (let i = 0; i < back; i++) output.put(8);
				output.column = Math.max(0, output.column - back);
				return back;
			}
			case CANONICAL_COLUMN:
				output.canonicalColumn = output.column;
				return 0;
			case MOVE_BACK:
				if (output.column > 0) output.column--;
				return 0;
		}
		if (operand === 0xff) {
			if (room < 1) return -1;
			output.put(0xff);
			output.column++;
			return 1;
		}
		if (output.processing) return output.character(operand, room);
		if (room < 1) return -1;
		output.put(operand);
		return 1;
	}
}
const sizeOf = (operation: number): number =>
	operation >= ERASE_TAB && operation < CANONICAL_COLUMN ? 3 : operation >= CONTROL || operation === 0xff ? 2 : 1;
