// Many byte streams over one connection, as a client opens them and a server accepts them. The connection is two ways of
// carrying bytes in order, whatever they are: Mux gives `send` what goes out, and is told what came in by `receive`.
//
//     const mux = new Mux({ role: "client", send: (bytes) => post(bytes) });
//     for await (const bytes of response.body) mux.receive(bytes);     mux.close("the connection ended");
//     const stream = mux.open();                                       // a Duplex, as dial() gives it
//
// A stream that breaks the rules is reset; a connection that does (bytes that are no frames, a stream that was never opened, a
// peer that asks without end and reads nothing) is closed, and its streams with it.

import { concat } from "../bytes";
import { encodeFrame, type Frame, FrameDecoder, MalformedFrame } from "./frame";
import { MuxStream, type StreamOwner } from "./stream";

export interface MuxOptions {
	/** The client opens streams, the server accepts them. */
	role: "client" | "server";
	/** Sends whole frames; the next are given when it resolves. Closes the mux when it rejects. */
	send(bytes: Uint8Array): Promise<void>;
	/** Server: a stream that the client opened. */
	accept?(stream: MuxStream): void;
	/** Streams open at once; a further one is reset. */
	maxStreams?: number;
}

const MAX_STREAMS = 64;
/** Frames waiting to be sent: more than this are those of a peer that does not read. */
const MAX_WAITING = 4096;
/** What is sent at once, in bytes, when more than one frame waits. */
const BATCH = 512 * 1024;

export class Mux implements StreamOwner {
	/** Resolves with the reason when the connection is over. */
	readonly closed: Promise<string>;
	private readonly streams = new Map<number, MuxStream>();
	private readonly decoder = new FrameDecoder();
	private readonly waiting: Array<{ bytes: Uint8Array; sent: () => void }> = [];
	private sending = false;
	private lastNumber = 0;
	private reason: string | undefined;
	private markClosed: (reason: string) => void = () => {};

	constructor(private readonly options: MuxOptions) {
		this.closed = new Promise((resolve) => {
			this.markClosed = resolve;
		});
	}

	get openStreams(): number {
		return this.streams.size;
	}

	/** Client: a new stream. @throws Error when the connection is over or has as many as it may */
	open(): MuxStream {
		if (this.options.role !== "client") throw new Error("mux: only the client opens streams");
		if (this.reason !== undefined) throw new Error(this.reason || "the connection is closed");
		if (this.streams.size >= (this.options.maxStreams ?? MAX_STREAMS)) throw new Error("mux: too many streams");
		const stream = this.add(++this.lastNumber);
		void this.send({ kind: "open", stream: stream.number });
		return stream;
	}

	/** Says that the connection lives. */
	ping(): void {
		void this.send({ kind: "ping" });
	}

	/** Bytes from the other side, cut anywhere. @throws MalformedFrame, and the mux is closed then */
	receive(bytes: Uint8Array): void {
		if (this.reason !== undefined) return;
		try {
			for (const frame of this.decoder.push(bytes)) if (this.reason === undefined) this.take(frame);
		} catch (error) {
			if (error instanceof MalformedFrame) this.close(error.message);
			throw error;
		}
	}

	/** The connection is over: every stream ends with the reason. */
	close(reason: string): void {
		if (this.reason !== undefined) return;
		this.reason = reason;
		for (const stream of [...this.streams.values()]) stream.fail(reason || "the connection is closed");
		for (const { sent } of this.waiting.splice(0)) sent();
		this.markClosed(reason);
	}

	send(frame: Frame): Promise<void> {
		if (this.reason !== undefined) return Promise.resolve();
		if (this.waiting.length >= MAX_WAITING) {
			this.close("mux: the other side does not read");
			return Promise.resolve();
		}
		return new Promise((sent) => {
			this.waiting.push({ bytes: encodeFrame(frame), sent });
			if (!this.sending) void this.pump();
		});
	}

	forget(stream: number): void {
		this.streams.delete(stream);
	}

	private take(frame: Frame): void {
		if (frame.kind === "ping") return;
		if (frame.kind === "open") {
			this.takeOpen(frame.stream);
			return;
		}
		const stream = this.streams.get(frame.stream);
		if (stream) {
			const wrong = stream.take(frame);
			if (wrong === undefined) return;
			void this.send({ kind: "reset", stream: frame.stream, reason: wrong });
			stream.fail(wrong);
		} else if (frame.stream > this.lastNumber)
			throw new MalformedFrame(`mux: ${frame.kind} on stream ${frame.stream}, which is not open`);
		// else it was under way when we were done with the stream
	}

	private takeOpen(number: number): void {
		if (this.options.role !== "server") throw new MalformedFrame("mux: the server opened a stream");
		if (number <= this.lastNumber) throw new MalformedFrame(`mux: stream ${number} opened again`);
		this.lastNumber = number;
		if (this.streams.size >= (this.options.maxStreams ?? MAX_STREAMS) || !this.options.accept) {
			void this.send({ kind: "reset", stream: number, reason: "too many streams" });
			return;
		}
		this.options.accept(this.add(number));
	}

	private add(number: number): MuxStream {
		const stream = new MuxStream(number, this);
		this.streams.set(number, stream);
		return stream;
	}

	private async pump(): Promise<void> {
		this.sending = true;
		// what is asked for in the same turn goes out together
		await Promise.resolve();
		try {
			while (this.waiting.length > 0 && this.reason === undefined) {
				const batch = this.takeBatch();
				await this.options.send(concat(batch.map(({ bytes }) => bytes)));
				for (const { sent } of batch) sent();
			}
		} catch (error) {
			this.close((error as Error).message || "the connection broke");
		}
		this.sending = false;
	}
	private takeBatch(): Array<{ bytes: Uint8Array; sent: () => void }> {
		let count = 0;
		for (let size = 0; count < this.waiting.length && size < BATCH; count++) size += this.waiting[count]!.bytes.length;
		return this.waiting.splice(0, count);
	}
}
