// Reads a byte stream by lines, by counts and as it comes, and remembers what was read too far. One read of the source at a
// time is under way, and whoever asks shares it: so the end of a connection can be awaited while nobody reads from it.

import { concat, EMPTY, text } from "./bytes";

export interface ByteSource {
	/** Some bytes, or null at the end. */
	read(): Promise<Uint8Array | null>;
}

export class ByteReader implements ByteSource {
	private buffer: Uint8Array = EMPTY;
	private filling: Promise<boolean> | undefined;
	private ended = false;

	constructor(private readonly source: ByteSource) {}

	/** How many bytes can be had at once. */
	get buffered(): number {
		return this.buffer.length;
	}

	/** Reads more into the buffer; false at the end. Rejects as the source does. */
	fill(): Promise<boolean> {
		if (this.ended) return Promise.resolve(false);
		this.filling ??= this.source.read().then(
			(bytes) => {
				this.filling = undefined;
				if (bytes === null) this.ended = true;
				else this.buffer = this.buffer.length === 0 ? bytes : concat([this.buffer, bytes]);
				return bytes !== null;
			},
			(error) => {
				this.filling = undefined;
				this.ended = true;
				throw error;
			},
		);
		return this.filling;
	}

	/** What is there, at most `most` bytes, or null at the end. */
	async read(most = Number.POSITIVE_INFINITY): Promise<Uint8Array | null> {
		while (this.buffer.length === 0) if (!(await this.fill())) return null;
		return this.take(Math.min(most, this.buffer.length));
	}

	/** Exactly `count` bytes; null when the stream ends before. */
	async exactly(count: number): Promise<Uint8Array | null> {
		if (this.buffer.length >= count) return this.take(count);
		const out = new Uint8Array(count);
		let at = 0;
		for (;;) {
			const piece = this.take(Math.min(count - at, this.buffer.length));
			out.set(piece, at);
			at += piece.length;
			if (at === count) return out;
			if (!(await this.fill())) return null;
		}
	}

	/**
	 * One line without its end (LF or CR LF); null at the end of the stream.
	 * @throws RangeError when the line is longer than `limit`
	 */
	async line(limit: number): Promise<string | null> {
		let searched = 0;
		for (;;) {
			const end = this.buffer.indexOf(10, searched);
			if (end > limit || (end < 0 && this.buffer.length > limit)) throw new RangeError("line too long");
			if (end >= 0) {
				const bytes = this.take(end + 1);
				const length = bytes[end - 1] === 13 ? end - 1 : end;
				return text(bytes.subarray(0, length));
			}
			searched = this.buffer.length;
			if (!(await this.fill())) return null;
		}
	}

	private take(count: number): Uint8Array {
		const taken = this.buffer.subarray(0, count);
		this.buffer = count === this.buffer.length ? EMPTY : this.buffer.subarray(count);
		return taken;
	}
}
