// A queue of bytes in pieces: what was pushed is taken in order, without copying it together.

export class ByteQueue {
	private pieces: Uint8Array[] = [];
	/** How much of the first piece is gone. */
	private start = 0;
	length = 0;

	/** The queue keeps the array; the caller does not change it any more. */
	push(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.pieces.push(bytes);
		this.length += bytes.length;
	}
	/** Copies and removes at most into.length bytes; returns how many. */
	take(into: Uint8Array): number {
		const count = this.peek(into);
		this.skip(count);
		return count;
	}
	/** Copies without removing. */
	peek(into: Uint8Array): number {
		let done = 0;
		let start = this.start;
		for (const piece of this.pieces) {
			if (done === into.length) break;
			const part = piece.subarray(start, start + into.length - done);
			into.set(part, done);
			done += part.length;
			start = 0;
		}
		return done;
	}
	skip(count: number): void {
		this.length -= count;
		let gone = 0;
		while (count > 0) {
			const left = this.pieces[gone]!.length - this.start;
			if (count < left) {
				this.start += count;
				break;
			}
			count -= left;
			this.start = 0;
			gone++;
		}
		if (gone > 0) this.pieces.splice(0, gone);
	}
	clear(): void {
		this.pieces = [];
		this.start = 0;
		this.length = 0;
	}
}
