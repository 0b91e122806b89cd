// The line discipline's input ring: 4096 bytes with positions that only grow.
//
//     tail ≤ canon ≤ head      canon: behind the last complete line (ICANON)
//
// An end of line has a mark beside it; an end of file (^D) is a marked zero byte, which reading takes away but does not return.

export const RING_SIZE = 4096;
const MASK = RING_SIZE - 1;

export class InputRing {
	private readonly bytes = new Uint8Array(RING_SIZE);
	private readonly marks = new Uint8Array(RING_SIZE);
	head = 0;
	/** What a reader without ICANON may have: set at the end of each piece of input. */
	committed = 0;
	canon = 0;
	tail = 0;

	/** Room for so many bytes, as Linux counts: negative when one too many is in. */
	get room(): number {
		return RING_SIZE - (this.head - this.tail);
	}
	at(position: number): number {
		return this.bytes[position & MASK]!;
	}
	store(c: number): void {
		this.bytes[this.head++ & MASK] = c;
	}
	endLine(c: number): void {
		this.marks[this.head & MASK] = 1;
		this.store(c);
		this.canon = this.head;
	}
	/** Between lines and no lines: what is there becomes one line, or free to read. */
	convert(toLines: boolean): void {
		this.marks.fill(0);
		if (!toLines || this.head === this.tail) this.canon = this.tail;
		else {
			this.marks[(this.head - 1) & MASK] = 1;
			this.canon = this.head;
		}
		this.committed = this.head;
	}
	clear(): void {
		this.head = 0;
		this.committed = 0;
		this.canon = 0;
		this.tail = 0;
		this.marks.fill(0);
	}

	/** Bytes in complete lines, without the marks for ^D. */
	get inLines(): number {
		let count = this.canon - this.tail;
		for (let position = this.tail; position < this.canon; position++) if (this.isEnd(position)) count--;
		return count;
	}
	private isEnd(position: number): boolean {
		return this.marks[position & MASK] === 1 && this.at(position) === 0;
	}
	readRaw(into: Uint8Array): number {
		const count = Math.min(into.length, this.committed - this.tail);
		for (let i = 0; i < count; i++) into[i] = this.at(this.tail++);
		return count;
	}
	/** One line, or as much of it as there is room for; a ^D right behind is taken along. */
	readLine(into: Uint8Array): number {
		let count = 0;
		while (count < into.length && this.tail < this.canon) {
			const index = this.tail & MASK;
			const marked = this.marks[index] === 1;
			const c = this.at(this.tail++);
			this.marks[index] = 0;
			if (marked && c === 0) return count;
			into[count++] = c;
			if (marked) return count;
		}
		if (this.tail < this.canon && this.isEnd(this.tail)) this.marks[this.tail++ & MASK] = 0;
		return count;
	}
}
