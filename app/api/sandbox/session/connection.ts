// One client's connection: a streaming response down and POSTs up, in the order of their numbers.

import { randomBytes } from "node:crypto";
import { Mux } from "@/engine/lib/mux/mux";
import type { MuxStream } from "@/engine/lib/mux/stream";
import { PING_SECONDS } from "../wire";

export class Connection {
	readonly id = randomBytes(12).toString("base64url");
	/** The response's body. */
	readonly down: ReadableStream<Uint8Array>;
	readonly closed: Promise<string>;
	private readonly mux: Mux;
	private readonly streams = new Set<MuxStream>();
	/** The number of the POST that is awaited. */
	private awaited = 0;

	constructor(maxStreams: number, accept: (stream: MuxStream) => void) {
		const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
		const writer = writable.getWriter();
		this.down = readable;
		this.mux = new Mux({
			role: "server",
			maxStreams,
			send: async (bytes) => {
				await writer.ready;
				await writer.write(bytes);
			},
			accept: (stream) => {
				this.streams.add(stream);
				accept(stream);
			},
		});
		this.closed = this.mux.closed;
		// the client went away
		writer.closed.catch(() => this.mux.close("the client is gone"));
		const pings = setInterval(() => this.mux.ping(), PING_SECONDS * 1000);
		pings.unref();
		void this.closed.then(() => {
			clearInterval(pings);
			writer.close().catch(() => {});
		});
		// a first byte, so that the response begins at once
		this.mux.ping();
	}

	/**
	 * The bytes of the POST with this number; answers undefined, or the number that is awaited.
	 * @throws MalformedFrame, and the connection is over then
	 */
	receive(sequence: number, bytes: Uint8Array): number | undefined {
		if (sequence !== this.awaited) return this.awaited;
		this.awaited++;
		this.mux.receive(bytes);
		return undefined;
	}

	/** Tells every stream why, then ends. */
	async end(reason: string): Promise<void> {
		const told = Promise.all([...this.streams].map((stream) => stream.reset(reason)));
		const late = new Promise((resolve) => setTimeout(resolve, 2000).unref());
		await Promise.race([told, late]);
		this.mux.close(reason);
	}

	drop(): void {
		this.mux.close("the client is gone");
	}
}
