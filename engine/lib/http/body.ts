// The body of a message: a stream of bytes that is read once.

import { concat, text } from "../bytes";
import { invalidParameter } from "../errors";
import type { ByteReader } from "../reader";
import { readChunked, readLength, readToEnd } from "./chunked";
import type { Framing } from "./parse";
import type { Body } from "./types";

const DEFAULT_LIMIT = 64 * 1024 * 1024;

export class MessageBody implements Body {
	/** Everything has been read; the next message can begin. */
	finished: boolean;
	private readonly pieces: AsyncGenerator<Uint8Array>;

	/** @param onRead called once, before the first byte is asked for (a server says "100 Continue" there) */
	constructor(reader: ByteReader, framing: Framing, onRead: () => Promise<void> = async () => {}, onEnd: () => void = () => {}) {
		this.finished = framing.kind === "none" || (framing.kind === "length" && framing.length === 0);
		this.pieces = this.finished ? nothing() : this.run(reader, framing, onRead, onEnd);
	}

	private async *run(
		reader: ByteReader,
		framing: Framing,
		onRead: () => Promise<void>,
		onEnd: () => void,
	): AsyncGenerator<Uint8Array> {
		await onRead();
		if (framing.kind === "chunked") yield* readChunked(reader);
		else if (framing.kind === "length") yield* readLength(reader, framing.length);
		else yield* readToEnd(reader);
		this.finished = true;
		onEnd();
	}

	/** Can be entered again after a break: it goes on where the last reader stopped. */
	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return { next: () => this.pieces.next() };
	}

	/** @throws EngineError invalidParameter when there is more than `limit` */
	async bytes(limit = DEFAULT_LIMIT): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		let length = 0;
		for await (const piece of this) {
			length += piece.length;
			if (length > limit) throw invalidParameter("http: request body too large");
			parts.push(piece);
		}
		return parts.length === 1 ? parts[0]! : concat(parts);
	}
	async text(limit?: number): Promise<string> {
		return text(await this.bytes(limit));
	}
	async json<T = unknown>(limit?: number): Promise<T> {
		const source = await this.text(limit);
		try {
			return JSON.parse(source) as T;
		} catch (error) {
			throw invalidParameter(
				source.trim() === "" ? "invalid JSON: got EOF while reading request body" : `invalid JSON: ${(error as Error).message}`,
			);
		}
	}

	/** Reads away what nobody read; false when that is more than `limit`. */
	async drain(limit: number): Promise<boolean> {
		let length = 0;
		for await (const piece of this) {
			length += piece.length;
			if (length > limit) return false;
		}
		return true;
	}
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
