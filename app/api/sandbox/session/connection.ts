// One client's connection: a streaming response down and POSTs up, in the order of their numbers.

import { randomBytes } from "node:crypto";
import { MalformedFrame } from "@/engine/lib/mux/frame";
import { Mux } from "@/engine/lib/mux/mux";
import type { MuxStream } from "@/engine/lib/mux/stream";
import { PING_SECONDS } from "../wire";
import type { Outcome } from "./relay";

export class Connection {
	/** PROCESS.NAME: relay.ts tells why. */
	readonly id: string;
	/** The response's body. */
	readonly down: ReadableStream<Uint8Array>;
	readonly closed: Promise<string>;
	private readonly mux: Mux;
	private readonly streams = new Set<MuxStream>();
	/** The number of the POST that is awaited. */
	private awaited = 0;

	constructor(process: string, maxStreams: number, accept: (stream: MuxStream) => void) {
		this.id = `${process}.${randomBytes(12).toString("base64url")}`;
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

	/** The bytes of the POST with this number. The connection is over when they are no frames. */
	receive(sequence: number, bytes: Uint8Array): Outcome {
		if (sequence !== this.awaited) return { kind: "sequence", expected: this.awaited };
		this.awaited++;
		try {
			this.mux.receive(bytes);
			return { kind: "taken" };
		} catch (error) {
			if (error instanceof MalformedFrame) return { kind: "malformed", message: error.message };
			throw error;
		}
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
