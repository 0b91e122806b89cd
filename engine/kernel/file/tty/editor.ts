// Editing of a line that is being typed: erasing a character, a word or all of it, and what that looks like (man 3 termios, ECHOE,
// ECHOK, ECHOKE, ECHOPRT).

import type { Termios } from "../../../sys";
import type { Echo } from "./echo";
import type { InputRing } from "./ring";
import { ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, ECHOPRT, VERASE, VKILL, VWERASE } from "./termios";

const NEWLINE = 10;
const TAB = 9;
const BACKSPACE = 8;
const SPACE = 32;

const isControl = (c: number): boolean => c < 32 || c === 127;
const isWord = (c: number): boolean =>
	(c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || (c >= 192 && c !== 215 && c !== 247);

export class LineEditor {
	/** With ECHOPRT: what is erased is being shown after a backslash. */
	erasing = false;

	constructor(
		private readonly ring: InputRing,
		private readonly echoes: Echo,
		private readonly settings: { readonly termios: Termios; isContinuation(c: number): boolean },
	) {}
	private local(flag: number): boolean {
		return (this.settings.termios.lflag & flag) !== 0;
	}
	/** VREPRINT: the line again, on a new one. */
	reprint(c: number): void {
		this.finishErasing();
		this.echoes.character(c);
		this.echoes.raw(NEWLINE);
		for (let at = this.ring.canon; at < this.ring.head; at++) this.echoes.character(this.ring.at(at));
		this.echoes.commit();
	}

	/** VERASE, VWERASE or VKILL was typed. */
	erase(key: number): void {
		const { cc } = this.settings.termios;
		if (this.ring.head === this.ring.canon) return;
		const kind = key === cc[VERASE] ? VERASE : key === cc[VWERASE] ? VWERASE : VKILL;
		if (kind === VKILL && !this.local(ECHO)) {
			this.ring.head = this.ring.canon;
			return;
		}
		if (kind === VKILL && !(this.local(ECHOK) && this.local(ECHOKE) && this.local(ECHOE))) {
			this.ring.head = this.ring.canon;
			this.finishErasing();
			this.echoes.character(cc[VKILL]!);
			if (this.local(ECHOK)) this.echoes.raw(NEWLINE);
			return;
		}
		let inWord = false;
		while (this.ring.head !== this.ring.canon) {
			let head = this.ring.head;
			let c: number;
			do {
				head--;
				c = this.ring.at(head);
			} while (this.settings.isContinuation(c) && head !== this.ring.canon);
			if (this.settings.isContinuation(c)) break;
			if (kind === VWERASE) {
				if (isWord(c)) inWord = true;
				else if (inWord) break;
			}
			const length = this.ring.head - head;
			this.ring.head = head;
			if (this.local(ECHO)) this.echoErased(c, head, length, kind);
			if (kind === VERASE) break;
		}
		if (this.ring.head === this.ring.canon && this.local(ECHO)) this.finishErasing();
	}
	private echoErased(c: number, head: number, length: number, kind: number): void {
		if (this.local(ECHOPRT)) {
			if (!this.erasing) this.echoes.raw(0x5c);
			this.erasing = true;
			this.echoes.character(c);
			for (let at = head + 1; at < head + length; at++) {
				this.echoes.raw(this.ring.at(at));
				this.echoes.moveBack();
			}
		} else if (kind === VERASE && !this.local(ECHOE)) this.echoes.character(this.settings.termios.cc[VERASE]!);
		else if (c === TAB) this.echoErasedTab();
		else {
			const columns = isControl(c) ? (this.local(ECHOCTL) ? 2 : 0) : 1;
			for (let i = 0; i < columns; i++) for (const e of [BACKSPACE, SPACE, BACKSPACE]) this.echoes.raw(e);
		}
	}
	/** How far a tab went depends on what is before it: back to the previous tab, or to where the line began. */
	private echoErasedTab(): void {
		let columns = 0;
		let afterTab = false;
		for (let at = this.ring.head - 1; at >= this.ring.canon && !afterTab; at--) {
			const c = this.ring.at(at);
			if (c === TAB) afterTab = true;
			else if (isControl(c)) columns += this.local(ECHOCTL) ? 2 : 0;
			else if (!this.settings.isContinuation(c)) columns++;
		}
		this.echoes.eraseTab(columns, afterTab);
	}
	/** Ends what ECHOPRT shows between a backslash and a slash. */
	finishErasing(): void {
		if (this.erasing) this.echoes.raw(0x2f);
		this.erasing = false;
	}
}
