// One stream of a Mux: a Duplex with credit in both directions.
//
//     reading:  open ──end or reset──► over (what came before is still read)
//     writing:  open ──closeWrite──► ended;  open or ended ──reset by either side──► over
//
// A writer waits while it has no credit. The reader gives credit back when half a window has been read, so a stream that
// nobody reads holds at most one window of bytes.

import type { Duplex } from "../stream";
import { DATA_LIMIT, type Frame, INITIAL_WINDOW, WINDOW_LIMIT } from "./frame";

/** The stream was cut, by the other side or by the end of the connection; the message says why. */
export class StreamReset extends Error {
	override readonly name = "StreamReset";
	/** As a socket would name it. */
	readonly code: "EPIPE" | "ECONNRESET";
	constructor(reason: string) {
		super(reason === "" ? "the stream is closed" : reason);
		this.code = reason === "" ? "EPIPE" : "ECONNRESET";
	}
}

/** What a stream asks of its connection. */
export interface StreamOwner {
	/** Resolves when the frame was taken by the connection; never rejects. */
	send(frame: Frame): Promise<void>;
	/** Both directions are over: the number is done with. */
	forget(stream: number): void;
}

export class MuxStream implements Duplex {
	private readonly incoming: Uint8Array[] = [];
	private sendCredit = INITIAL_WINDOW;
	private receiveCredit = INITIAL_WINDOW;
	private consumed = 0;
	private readEnded = false;
	private writeEnded = false;
	/** Why both directions are over; "" in good order. */
	private cut: string | undefined;
	private readonly waiting = new Set<() => void>();
	/** Writes of one stream go out in their order. */
	private lastWrite: Promise<void> = Promise.resolve();

	constructor(
		readonly number: number,
		private readonly owner: StreamOwner,
	) {}

	/** @throws StreamReset when the other side cut it for a reason */
	async read(): Promise<Uint8Array | null> {
		for (;;) {
			const bytes = this.incoming.shift();
			if (bytes) {
				this.giveBack(bytes.length);
				return bytes;
			}
			if (this.cut) throw new StreamReset(this.cut);
			if (this.readEnded || this.cut !== undefined) return null;
			await this.change();
		}
	}

	/** Resolves when the connection has taken all. @throws StreamReset */
	write(bytes: Uint8Array): Promise<void> {
		const write = this.lastWrite.then(() => this.send(bytes));
		this.lastWrite = write.catch(() => {});
		return write;
	}
	private async send(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length; ) {
			while (this.sendCredit === 0 && this.cut === undefined && !this.writeEnded) await this.change();
			if (this.cut !== undefined) throw new StreamReset(this.cut);
			if (this.writeEnded) throw new StreamReset("");
			const count = Math.min(bytes.length - at, this.sendCredit, DATA_LIMIT);
			this.sendCredit -= count;
			await this.owner.send({ kind: "data", stream: this.number, bytes: bytes.subarray(at, at + count) });
			at += count;
		}
	}

	/** After what is being written. */
	async closeWrite(): Promise<void> {
		await this.lastWrite;
		if (this.writeEnded || this.cut !== undefined) return;
		this.writeEnded = true;
		const sent = this.owner.send({ kind: "end", stream: this.number });
		this.settle();
		await sent;
	}

	/** Both ways at once; what the other side still sends is dropped. */
	async close(): Promise<void> {
		await this.reset("");
	}

	/** Cuts the stream; the other side reads what was sent, then this reason. */
	async reset(reason: string): Promise<void> {
		if (this.cut !== undefined) return;
		const finished = this.readEnded && this.writeEnded;
		this.incoming.length = 0;
		this.over("");
		if (!finished) await this.owner.send({ kind: "reset", stream: this.number, reason });
	}

	/** A frame of the other side. Answers why the stream must be reset, when it broke the rules. */
	take(frame: Frame): string | undefined {
		if (frame.kind === "data") return this.takeData(frame.bytes);
		if (frame.kind === "end") {
			if (this.readEnded) return "ended twice";
			this.readEnded = true;
			this.settle();
		} else if (frame.kind === "window") {
			if (this.sendCredit + frame.credit > WINDOW_LIMIT) return "more credit than there can be";
			this.sendCredit += frame.credit;
			this.wake();
		} else if (frame.kind === "reset") this.over(frame.reason);
		return undefined;
	}
	private takeData(bytes: Uint8Array): string | undefined {
		if (this.readEnded) return "data after the end";
		if (bytes.length > this.receiveCredit) return "more data than there was credit for";
		this.receiveCredit -= bytes.length;
		this.incoming.push(bytes);
		this.wake();
		return undefined;
	}

	/** The connection is gone. */
	fail(reason: string): void {
		if (this.cut === undefined) this.over(reason);
	}

	private giveBack(count: number): void {
		this.consumed += count;
		if (this.consumed < INITIAL_WINDOW / 2 || this.readEnded || this.cut !== undefined) return;
		this.receiveCredit += this.consumed;
		void this.owner.send({ kind: "window", stream: this.number, credit: this.consumed });
		this.consumed = 0;
	}
	private settle(): void {
		if (this.readEnded && this.writeEnded) this.owner.forget(this.number);
		this.wake();
	}
	private over(reason: string): void {
		this.cut = reason;
		this.owner.forget(this.number);
		this.wake();
	}
	private change(): Promise<void> {
		return new Promise((resolve) => this.waiting.add(resolve));
	}
	private wake(): void {
		const waiting = [...this.waiting];
		this.waiting.clear();
		for (const resume of waiting) resume();
	}
}
