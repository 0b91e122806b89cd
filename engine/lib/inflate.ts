// DEFLATE, decompressing (RFC 1951). It takes its input in pieces, says where the stream ends, and refuses what is no
// DEFLATE, which a layer's gzip must be told of: the decoders at hand pass some of it over.
//
// The decoder runs until the input at hand is used up within some symbol; then it goes back to that symbol's beginning
// and waits for more. So nothing of its state lives in the middle of a symbol.

import { concat, EMPTY } from "./bytes";
import { dataLoss } from "./errors";
import { buildTable, type Table } from "./huffman";

const WINDOW = 32768;
const LONGEST_MATCH = 258;
const OUTPUT = WINDOW + 131072;
const EXHAUSTED = Symbol("exhausted");

const LENGTH_BASE = new Uint16Array(29);
const LENGTH_EXTRA = new Uint8Array(29);
const DISTANCE_BASE = new Uint16Array(30);
const DISTANCE_EXTRA = new Uint8Array(30);
for (let i = 0, base = 3; i < 28; i++) {
	LENGTH_EXTRA[i] = i < 8 ? 0 : (i >> 2) - 1;
	LENGTH_BASE[i] = base;
	base += 1 << LENGTH_EXTRA[i]!;
}
LENGTH_BASE[28] = LONGEST_MATCH;
for (let i = 0, base = 1; i < 30; i++) {
	DISTANCE_EXTRA[i] = i < 4 ? 0 : (i >> 1) - 1;
	DISTANCE_BASE[i] = base;
	base += 1 << DISTANCE_EXTRA[i]!;
}
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const fixedLengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
const FIXED: [Table, Table] = [buildTable(fixedLengths)!, buildTable(new Uint8Array(32).fill(5))!];

type State =
	| { at: "header" }
	| { at: "stored"; left: number }
	| { at: "symbols"; literals: Table; distances: Table }
	| { at: "end" };

export class Inflater {
	private input: Uint8Array = EMPTY;
	/** The next byte of the input, and up to 32 bits taken out of the bytes before it. */
	private position = 0;
	private hold = 0;
	private held = 0;
	/** Bytes of input dropped so far, for messages. */
	private dropped = 0;
	private readonly output = new Uint8Array(OUTPUT);
	private end = 0;
	private given = 0;
	private state: State = { at: "header" };
	private last = false;

	get finished(): boolean {
		return this.state.at === "end";
	}
	/** What came behind the stream's end. */
	rest(): Uint8Array {
		return this.input.subarray(this.position - (this.held >> 3));
	}

	/** Decodes as far as the input so far allows. The pieces are the receiver's to keep. @throws EngineError dataLoss */
	*push(piece: Uint8Array): Generator<Uint8Array> {
		this.dropped += this.position;
		this.input = this.position === this.input.length ? piece : concat([this.input.subarray(this.position), piece]);
		this.position = 0;
		while (this.state.at !== "end") {
			const mark = this.mark();
			try {
				this.step();
			} catch (error) {
				if (error !== EXHAUSTED) throw error;
				this.reset(mark);
				break;
			}
			if (this.end > WINDOW + 65536) yield this.flush();
		}
		if (this.end > this.given) yield this.flush();
	}

	private flush(): Uint8Array {
		const piece = this.output.slice(this.given, this.end);
		if (this.end > WINDOW) {
			this.output.copyWithin(0, this.end - WINDOW, this.end);
			this.end = WINDOW;
		}
		this.given = this.end;
		return piece;
	}

	private step(): void {
		if (this.state.at === "header") this.header();
		else if (this.state.at === "stored") this.stored(this.state);
		else if (this.state.at === "symbols") this.symbols(this.state.literals, this.state.distances);
	}

	private header(): void {
		const last = this.bits(1) === 1;
		const type = this.bits(2);
		let state: State;
		if (type === 0) {
			this.bits(this.held & 7);
			const length = this.bits(16);
			if ((this.bits(16) ^ 0xffff) !== length) throw this.corrupt();
			state = { at: "stored", left: length };
		} else if (type === 1) state = { at: "symbols", literals: FIXED[0], distances: FIXED[1] };
		else if (type === 2) state = this.dynamic();
		else throw this.corrupt();
		this.last = last;
		this.state = state;
	}

	private dynamic(): State {
		const literalCount = this.bits(5) + 257;
		const distanceCount = this.bits(5) + 1;
		const codeCount = this.bits(4) + 4;
		if (literalCount > 286 || distanceCount > 30) throw this.corrupt();
		const codeLengths = new Uint8Array(19);
		for (let i = 0; i < codeCount; i++) codeLengths[CODE_LENGTH_ORDER[i]!] = this.bits(3);
		const codes = this.table(codeLengths);
		const lengths = new Uint8Array(literalCount + distanceCount);
		for (let at = 0; at < lengths.length; ) {
			const symbol = this.symbol(codes);
			if (symbol < 16) {
				lengths[at++] = symbol;
				continue;
			}
			if (symbol === 16 && at === 0) throw this.corrupt();
			const value = symbol === 16 ? lengths[at - 1]! : 0;
			const count = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
			if (at + count > lengths.length) throw this.corrupt();
			lengths.fill(value, at, at + count);
			at += count;
		}
		return {
			at: "symbols",
			literals: this.table(lengths.subarray(0, literalCount)),
			distances: this.table(lengths.subarray(literalCount)),
		};
	}
	private table(lengths: Uint8Array): Table {
		const table = buildTable(lengths);
		if (!table) throw this.corrupt();
		return table;
	}

	private stored(state: { at: "stored"; left: number }): void {
		if (state.left === 0) {
			this.blockEnd();
			return;
		}
		// bytes that were taken into `hold` come first
		this.position -= this.held >> 3;
		this.hold = 0;
		this.held = 0;
		const count = Math.min(state.left, this.input.length - this.position, OUTPUT - this.end);
		if (count === 0) throw EXHAUSTED;
		this.output.set(this.input.subarray(this.position, this.position + count), this.end);
		this.position += count;
		this.end += count;
		state.left -= count;
	}

	/** Symbols until the block ends, the input is used up, or the output should be given on. */
	private symbols(literals: Table, distances: Table): void {
		const { input, output } = this;
		const limit = OUTPUT - LONGEST_MATCH;
		let { position, hold, held, end } = this;
		let exhausted = false;
		let done = false;
		while (end < limit) {
			const markPosition = position;
			const markHold = hold;
			const markHeld = held;
			while (held < 15 && position < input.length) {
				hold |= input[position++]! << held;
				held += 8;
			}
			const entry = literals.entries[hold & literals.mask]!;
			const width = entry & 15;
			if (width === 0 && held >= 15) throw this.corrupt();
			let symbol = entry >> 4;
			if (width === 0 || width > held) exhausted = true;
			else {
				hold >>>= width;
				held -= width;
				if (symbol < 256) {
					output[end++] = symbol;
					continue;
				}
				if (symbol === 256) {
					done = true;
					break;
				}
				symbol -= 257;
				if (symbol > 28) throw this.corrupt();
				const lengthExtra = LENGTH_EXTRA[symbol]!;
				while (held < 20 && position < input.length) {
					hold |= input[position++]! << held;
					held += 8;
				}
				const length = LENGTH_BASE[symbol]! + (hold & ((1 << lengthExtra) - 1));
				const near = distances.entries[(hold >>> lengthExtra) & distances.mask]!;
				const nearWidth = near & 15;
				const used = lengthExtra + nearWidth;
				if (nearWidth === 0 && held >= 20) throw this.corrupt();
				if (nearWidth === 0 || used > held) exhausted = true;
				else {
					hold >>>= used;
					held -= used;
					const distanceSymbol = near >> 4;
					if (distanceSymbol > 29) throw this.corrupt();
					const extra = DISTANCE_EXTRA[distanceSymbol]!;
					while (held < extra && position < input.length) {
						hold |= input[position++]! << held;
						held += 8;
					}
					if (extra > held) exhausted = true;
					else {
						const distance = DISTANCE_BASE[distanceSymbol]! + (hold & ((1 << extra) - 1));
						hold >>>= extra;
						held -= extra;
						if (distance > end) throw this.corrupt();
						for (const stop = end + length; end < stop; end++) output[end] = output[end - distance]!;
						continue;
					}
				}
			}
			position = markPosition;
			hold = markHold;
			held = markHeld;
			break;
		}
		this.position = position;
		this.hold = hold;
		this.held = held;
		this.end = end;
		if (done) this.blockEnd();
		else if (exhausted) throw EXHAUSTED;
	}

	private blockEnd(): void {
		this.state = this.last ? { at: "end" } : { at: "header" };
		// what follows the stream begins at the next whole byte
		if (this.last) {
			this.position -= this.held >> 3;
			this.hold = 0;
			this.held = 0;
		}
	}

	private bits(count: number): number {
		while (this.held < count) this.takeByte();
		const value = this.hold & ((1 << count) - 1);
		this.hold >>>= count;
		this.held -= count;
		return value;
	}
	private symbol(table: Table): number {
		for (;;) {
			const entry = table.entries[this.hold & table.mask]!;
			const width = entry & 15;
			if (width > 0 && width <= this.held) {
				this.hold >>>= width;
				this.held -= width;
				return entry >> 4;
			}
			if (this.held >= 15) throw this.corrupt();
			this.takeByte();
		}
	}
	private takeByte(): void {
		if (this.position === this.input.length) throw EXHAUSTED;
		this.hold |= this.input[this.position++]! << this.held;
		this.held += 8;
	}

	private mark() {
		return { position: this.position, hold: this.hold, held: this.held };
	}
	private reset(mark: { position: number; hold: number; held: number }): void {
		// what symbols() decoded before it ran out stays decoded: it keeps its own marks
		if (this.state.at !== "header") return;
		Object.assign(this, mark);
	}
	private corrupt() {
		return dataLoss(`flate: corrupt input before offset ${this.dropped + this.position}`);
	}
}
