// The line discipline (N_TTY): what stands between a terminal's keys and a program's read(2), and between write(2) and the
// screen. It edits lines, echoes, turns keys into signals, and translates line ends. man 3 termios has the rules; where it is
// silent, Linux's own behaviour is followed to the byte.
//
// What was typed waits in a ring (ring.ts). Echoes are queued as small operations (echo.ts) and put out at the end of each piece of
// input, since they need output's column.

import type { Termios } from "../../../sys";
import { SIGINT, SIGQUIT, SIGTSTP } from "../flags";
import { Echo } from "./echo";
import { LineEditor } from "./editor";
import { Output, type Screen } from "./output";
import { InputRing } from "./ring";
import {
	ECHO,
	ECHOCTL,
	ECHONL,
	EXTPROC,
	ICANON,
	ICRNL,
	IEXTEN,
	IGNCR,
	INLCR,
	ISIG,
	ISTRIP,
	IUCLC,
	IUTF8,
	IXANY,
	IXON,
	initialTermios,
	NOFLSH,
	PARMRK,
	VEOF,
	VEOL,
	VEOL2,
	VERASE,
	VINTR,
	VKILL,
	VLNEXT,
	VMIN,
	VQUIT,
	VREPRINT,
	VSTART,
	VSTOP,
	VSUSP,
	VTIME,
	VWERASE,
} from "./termios";

const NEWLINE = 10;
const BACKSPACE = 8;
const RETURN = 13;

const lower = (c: number): number => ((c >= 65 && c <= 90) || (c >= 192 && c <= 222 && c !== 215) ? c + 32 : c);

/** What the discipline needs of the terminal it belongs to. */
export interface Line extends Screen {
	/** VINTR, VQUIT or VSUSP was typed. */
	signal(signal: number): void;
	/** There may be something to read. */
	readable(): void;
	/** Output goes on after VSTOP. */
	writable(): void;
}

export class LineDiscipline {
	termios: Termios = initialTermios();
	private readonly ring = new InputRing();
	private special = new Uint8Array(256);
	private raw = false;
	private literalNext = false;
	private readonly editor: LineEditor;
	readonly output: Output;
	private readonly echoes: Echo;

	constructor(private readonly line: Line) {
		this.output = new Output(line, this);
		this.echoes = new Echo(this.output, this);
		this.editor = new LineEditor(this.ring, this.echoes, this);
		this.configure();
	}

	private input(flag: number): boolean {
		return (this.termios.iflag & flag) !== 0;
	}
	private local(flag: number): boolean {
		return (this.termios.lflag & flag) !== 0;
	}
	/** Does read(2) wait for lines? */
	get canonical(): boolean {
		return this.local(ICANON) && !this.local(EXTPROC);
	}
	isContinuation(c: number): boolean {
		return (c & 0xc0) === 0x80 && this.input(IUTF8);
	}

	/** tcsetattr(3): what is in the ring is kept, and read by the new rules. */
	setTermios(termios: Termios): void {
		const before = this.termios;
		this.termios = { ...termios, cc: termios.cc.slice() };
		if ((before.lflag ^ termios.lflag) & (ICANON | EXTPROC)) {
			this.ring.convert(this.local(ICANON));
			this.editor.erasing = false;
			this.literalNext = false;
		}
		this.configure();
		if (!this.input(IXON) && before.iflag & IXON) this.start();
		this.line.readable();
		this.line.writable();
	}
	/** Works out which bytes need more than being stored. */
	private configure(): void {
		const { iflag, lflag, cc } = this.termios;
		this.raw = !(iflag & (ISTRIP | IUCLC | IGNCR | ICRNL | INLCR | IXON | PARMRK)) && !(lflag & (ICANON | ISIG | ECHO));
		const special = new Uint8Array(256);
		if (iflag & (IGNCR | ICRNL)) special[RETURN] = 1;
		if (iflag & INLCR) special[NEWLINE] = 1;
		const mark = (...which: number[]) => {
			for (const index of which) special[cc[index]!] = 1;
		};
		if (lflag & ICANON) {
			special[NEWLINE] = 1;
			mark(VERASE, VKILL, VEOF, VEOL);
			if (lflag & IEXTEN) mark(VWERASE, VLNEXT, VEOL2);
			if (lflag & IEXTEN && lflag & ECHO) mark(VREPRINT);
		}
		if (iflag & IXON) mark(VSTART, VSTOP);
		if (lflag & ISIG) mark(VINTR, VQUIT, VSUSP);
		special[0] = 0;
		this.special = special;
	}

	// ---- input

	/** Takes bytes that were typed; returns how many. Fewer than all means: full, until something is read. */
	receive(bytes: Uint8Array): number {
		let taken = 0;
		while (taken < bytes.length) {
			let { room } = this.ring;
			if (this.input(PARMRK)) room = Math.ceil(room / 3);
			room--;
			if (room <= 0) {
				// A line that is too long keeps its end: the last byte is replaced until the line is complete.
				const overflow = this.local(ICANON) && this.ring.canon === this.ring.tail;
				if (!overflow) break;
				if (room < 0) this.ring.head--;
				room = 1;
			}
			const piece = bytes.subarray(taken, taken + room);
			this.output.hold();
			this.receivePiece(piece);
			taken += piece.length;
		}
		this.output.release();
		return taken;
	}
	private receivePiece(bytes: Uint8Array): void {
		if (this.raw || (this.local(EXTPROC) && !this.input(ISTRIP | IUCLC))) for (const c of bytes) this.ring.store(c);
		else {
			for (const c of bytes) this.receiveByte(c);
			this.echoes.flush();
		}
		if (this.canonical) return;
		this.ring.committed = this.ring.head;
		if (this.ring.committed !== this.ring.tail) this.line.readable();
	}
	private receiveByte(c: number): void {
		const literal = this.literalNext;
		this.literalNext = false;
		if (this.input(ISTRIP)) c &= 0x7f;
		if (this.input(IUCLC) && this.local(IEXTEN)) c = lower(c);
		if (literal) this.receiveOrdinary(c);
		else if (this.local(EXTPROC)) this.ring.store(c);
		else if (this.special[c]) this.receiveSpecial(c);
		else this.receiveOrdinary(c);
	}
	private receiveOrdinary(c: number): void {
		this.restartByAny();
		if (this.local(ECHO)) {
			this.editor.finishErasing();
			this.echoTyped(c);
			this.echoes.commit();
		}
		this.storeDoubled(c);
	}
	private restartByAny(): void {
		if (this.output.stopped && this.input(IXON) && this.input(IXANY)) this.start();
	}
	private echoTyped(c: number): void {
		if (this.ring.canon === this.ring.head) this.echoes.setCanonicalColumn();
		this.echoes.character(c);
	}
	/** With PARMRK a byte 0377 is doubled, so that it is not taken for a mark. */
	private storeDoubled(c: number): void {
		if (c === 0xff && this.input(PARMRK)) this.ring.store(c);
		this.ring.store(c);
	}

	private receiveSpecial(c: number): void {
		const { cc } = this.termios;
		if (this.input(IXON) && (c === cc[VSTART] || c === cc[VSTOP])) {
			if (c === cc[VSTART]) this.start();
			else this.stop();
			return;
		}
		if (this.local(ISIG)) {
			const signal = c === cc[VINTR] ? SIGINT : c === cc[VQUIT] ? SIGQUIT : c === cc[VSUSP] ? SIGTSTP : 0;
			if (signal) {
				this.receiveSignal(signal, c);
				return;
			}
		}
		this.restartByAny();
		if (c === RETURN) {
			if (this.input(IGNCR)) return;
			if (this.input(ICRNL)) c = NEWLINE;
		} else if (c === NEWLINE && this.input(INLCR)) c = RETURN;
		if (this.local(ICANON) && this.receiveCanonical(c)) return;
		if (this.local(ECHO)) {
			this.editor.finishErasing();
			if (c === NEWLINE) this.echoes.raw(NEWLINE);
			else this.echoTyped(c);
			this.echoes.commit();
		}
		this.storeDoubled(c);
	}
	private receiveSignal(signal: number, c: number): void {
		this.line.signal(signal);
		if (!this.local(NOFLSH)) {
			this.echoes.drop();
			this.output.discard();
			this.flushInput();
		}
		if (this.input(IXON)) this.start();
		if (this.local(ECHO)) {
			this.echoes.character(c);
			this.echoes.commit();
		} else this.echoes.process();
	}
	/** The editing keys and ends of lines; false when `c` is none of them. */
	private receiveCanonical(c: number): boolean {
		const { cc } = this.termios;
		const extended = this.local(IEXTEN);
		if (c === cc[VERASE] || c === cc[VKILL] || (c === cc[VWERASE] && extended)) {
			this.editor.erase(c);
			this.echoes.commit();
		} else if (c === cc[VLNEXT] && extended) {
			this.literalNext = true;
			if (this.local(ECHO)) {
				this.editor.finishErasing();
				if (this.local(ECHOCTL)) {
					this.echoes.raw(0x5e);
					this.echoes.raw(BACKSPACE);
					this.echoes.commit();
				}
			}
		} else if (c === cc[VREPRINT] && this.local(ECHO) && extended) this.editor.reprint(c);
		else if (c === NEWLINE) {
			if (this.local(ECHO | ECHONL)) {
				this.echoes.raw(NEWLINE);
				this.echoes.commit();
			}
			this.endLine(c);
		} else if (c === cc[VEOF]) this.endLine(0);
		else if (c === cc[VEOL] || (c === cc[VEOL2] && extended)) {
			if (this.local(ECHO)) {
				this.echoTyped(c);
				this.echoes.commit();
			}
			if (c === 0xff && this.input(PARMRK)) this.ring.store(c);
			this.endLine(c);
		} else return false;
		return true;
	}
	private endLine(c: number): void {
		this.ring.endLine(c);
		this.line.readable();
	}

	// ---- flow

	/** Output goes on (VSTART, TCOON). */
	start(): void {
		if (this.output.stopped) {
			this.output.stopped = false;
			this.line.writable();
		}
		this.echoes.process();
	}
	stop(): void {
		this.output.stopped = true;
	}
	/** The screen has room again: echoes that waited come first. */
	resume(): void {
		this.echoes.process();
	}
	flushInput(): void {
		this.ring.clear();
		this.editor.erasing = false;
	}

	// ---- what programs do

	/** Can read(2) go on? For poll(2), VMIN counts when there is no VTIME. */
	available(forPoll = false): boolean {
		if (this.canonical) return this.ring.canon !== this.ring.tail;
		const { cc } = this.termios;
		const least = forPoll && !cc[VTIME] && cc[VMIN] ? cc[VMIN] : 1;
		return this.ring.committed - this.ring.tail >= least;
	}
	/** FIONREAD. */
	get pending(): number {
		return this.canonical ? this.ring.inLines : this.ring.head - this.ring.tail;
	}
	/** Copies a line, or its beginning; without ICANON whatever there is. available() is true. */
	read(into: Uint8Array): number {
		return this.canonical ? this.ring.readLine(into) : this.ring.readRaw(into);
	}
	/** Puts out what the screen has room for; returns how many bytes of `bytes` that were. */
	write(bytes: Uint8Array): number {
		this.echoes.process();
		return this.output.write(bytes);
	}
}
