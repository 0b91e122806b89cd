// The few lines of a running step's output that are shown below it: what a small terminal would show, so that a progress bar that
// returns to the line's beginning is one line, and colours do not reach the display around it.

const ESC = 0x1b;
const TAB = 8;

export class LogScreen {
	private rows: string[][] = [[]];
	private row = 0;
	private column = 0;
	/** An escape sequence that has not ended. */
	private pending: string | undefined;
	/** Bytes that came: busier steps are shown first. */
	bytes = 0;

	constructor(
		private readonly height: number,
		private width: number,
	) {}

	resize(width: number): void {
		this.width = width;
	}

	write(output: string): void {
		this.bytes += output.length;
		for (const letter of output) {
			if (this.pending !== undefined) this.escape(letter);
			else this.put(letter);
		}
	}

	/** Lines that are not empty, from the top. */
	get lines(): string[] {
		const texts = this.rows.map((row) => Array.from(row, (letter) => letter ?? " ").join(""));
		return texts.map((text) => text.slice(0, this.width)).filter((text) => text.trim() !== "");
	}

	private put(letter: string): void {
		const code = letter.codePointAt(0)!;
		if (code === ESC) this.pending = "";
		else if (letter === "\n") {
			this.column = 0;
			this.down();
		} else if (letter === "\r") this.column = 0;
		else if (letter === "\b") this.column = Math.max(0, this.column - 1);
		else if (letter === "\t") this.column = Math.min(this.width - 1, (Math.floor(this.column / TAB) + 1) * TAB);
		else if (code >= 0x20 && code !== 0x7f) {
			if (this.column >= this.width) {
				this.column = 0;
				this.down();
			}
			this.rows[this.row]![this.column++] = letter;
		}
	}
	private down(): void {
		if (this.row + 1 < this.height) {
			this.row++;
			this.rows[this.row] ??= [];
			return;
		}
		this.rows.shift();
		this.rows.push([]);
	}

	/** ECMA-48: of the control sequences those that move and erase, the others do nothing. */
	private escape(letter: string): void {
		this.pending += letter;
		const sequence = this.pending!;
		if (sequence[0] !== "[") {
			// one letter, or an operating system command up to its BEL
			if (sequence[0] !== "]" || letter === "\x07") this.pending = undefined;
			return;
		}
		if (sequence.length === 1 || letter < "@" || letter > "~") return;
		this.pending = undefined;
		const numbers = sequence.slice(1, -1).split(";").map(Number);
		const count = Math.max(1, numbers[0] || 1);
		if (letter === "K") this.eraseLine(numbers[0] || 0);
		else if (letter === "J") this.eraseBelow(numbers[0] || 0);
		else if (letter === "A") this.row = Math.max(0, this.row - count);
		else if (letter === "B") this.row = Math.min(this.rows.length - 1, this.row + count);
		else if (letter === "C") this.column = Math.min(this.width - 1, this.column + count);
		else if (letter === "D") this.column = Math.max(0, this.column - count);
		else if (letter === "G") this.column = Math.min(this.width, count) - 1;
	}
	private eraseLine(how: number): void {
		const line = this.rows[this.row]!;
		if (how === 0) line.length = Math.min(line.length, this.column);
		else if (how === 1) line.fill(" ", 0, this.column + 1);
		else line.length = 0;
	}
	private eraseBelow(how: number): void {
		if (how >= 2) this.rows = this.rows.map(() => []);
		else if (how === 0) {
			this.eraseLine(0);
			for (const line of this.rows.slice(this.row + 1)) line.length = 0;
		}
	}
}
