// The output half of the line discipline: OPOST translation, and the column that tabs and erasing depend on.

import type { Termios } from "../../../sys";
import { OCRNL, OLCUC, ONLCR, ONLRET, ONOCR, OPOST, TABDLY, XTABS } from "./termios";

/** Where bytes go that are ready to be shown. */
export interface Screen {
	/** How many bytes it would take now. */
	room(): number;
	show(bytes: Uint8Array): void;
}
interface Settings {
	readonly termios: Termios;
	isContinuation(c: number): boolean;
}

const STAGE = 2048;

export class Output {
	/** Between VSTOP and VSTART nothing goes out. */
	stopped = false;
	column = 0;
	/** Where the line that is being typed began. */
	canonicalColumn = 0;
	private readonly stage = new Uint8Array(STAGE);
	private staged = 0;
	/** What is put out while input is taken is shown at its end, unless a signal key throws it away before (see hold). */
	private held: Uint8Array[] | undefined;
	private heldLength = 0;

	constructor(
		private readonly screen: Screen,
		private readonly settings: Settings,
	) {}

	room(): number {
		return this.stopped ? 0 : Math.max(0, this.screen.room() - this.staged - this.heldLength);
	}
	get processing(): boolean {
		return (this.settings.termios.oflag & OPOST) !== 0;
	}
	/** Returns how many of the bytes went out. */
	write(bytes: Uint8Array): number {
		let done = 0;
		if (!this.processing) {
			done = Math.min(bytes.length, this.room());
			if (done > 0) this.screen.show(bytes.slice(0, done));
			return done;
		}
		let room = this.room();
		while (done < bytes.length) {
			const used = this.character(bytes[done]!, room);
			if (used < 0) break;
			room -= used;
			done++;
		}
		this.flush();
		return done;
	}
	/** One byte by the rules of OPOST; returns how much room it took, or -1: not enough, nothing happened. */
	character(c: number, room: number): number {
		if (room < 1) return -1;
		const { oflag } = this.settings.termios;
		switch (c) {
			case 10:
				if (oflag & ONLRET) this.column = 0;
				if (oflag & ONLCR) {
					if (room < 2) return -1;
					this.column = 0;
					this.canonicalColumn = 0;
					this.put(13);
					this.put(10);
					return 2;
				}
				this.canonicalColumn = this.column;
				break;
			case 13:
				if (oflag & ONOCR && this.column === 0) return 0;
				if (oflag & OCRNL) {
					c = 10;
					if (!(oflag & ONLRET)) break;
				}
				this.column = 0;
				this.canonicalColumn = 0;
				break;
			case 9: {
				const spaces = 8 - (this.column & 7);
				if ((oflag & TABDLY) === XTABS) {
					if (room < spaces) return -1;
					this.column += spaces;
					for (let i = 0; i < spaces; i++) this.put(32);
					return spaces;
				}
				this.column += spaces;
				break;
			}
			case 8:
				if (this.column > 0) this.column--;
				break;
			default:
				if (c >= 32 && c !== 127) {
					if (oflag & OLCUC) c = upper(c);
					if (!this.settings.isContinuation(c)) this.column++;
				}
		}
		this.put(c);
		return 1;
	}
	/** A byte as it is. */
	put(c: number): void {
		if (this.staged === STAGE) this.flush();
		this.stage[this.staged++] = c;
	}
	flush(): void {
		if (this.staged === 0) return;
		const bytes = this.stage.slice(0, this.staged);
		this.staged = 0;
		if (!this.held) {
			this.screen.show(bytes);
			return;
		}
		this.held.push(bytes);
		this.heldLength += bytes.length;
	}
	/** Until release(), nothing reaches the screen: Linux's driver, too, takes echoes over only after a piece of input. */
	hold(): void {
		this.held ??= [];
	}
	release(): void {
		const { held = [] } = this;
		this.held = undefined;
		this.heldLength = 0;
		for (const bytes of held) this.screen.show(bytes);
	}
	/** A signal key: what was not shown yet never is. */
	discard(): void {
		this.staged = 0;
		this.heldLength = 0;
		if (this.held) this.held = [];
	}
}
const upper = (c: number): number => ((c >= 97 && c <= 122) || (c >= 224 && c <= 254 && c !== 247) ? c - 32 : c);
