// How a server answers one request: at once, as a stream, or by handing the raw connection over.

import { concat, EMPTY, utf8 } from "../bytes";
import type { ByteReader } from "../reader";
import type { Duplex } from "../stream";
import { chunk, LAST_CHUNK } from "./chunked";
import { bodiless, formatHead, hasToken, type RequestHead, reasonOf } from "./parse";
import type { Headers, Responder, StreamingResponse } from "./types";

const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === "string" ? utf8(body) : body);

export class ConnectionResponder implements Responder {
	answered = false;
	upgraded = false;
	private closed = false;
	private markGone: () => void = () => {};
	readonly gone = new Promise<void>((resolve) => {
		this.markGone = resolve;
	});
	private open: ConnectionStream | undefined;
	/** Does the connection live on after this answer? */
	private keep: boolean;

	constructor(
		private readonly connection: Duplex,
		private readonly reader: ByteReader,
		private readonly head: RequestHead,
	) {
		this.keep =
			head.minor === 0 ? hasToken(head.headers, "connection", "keep-alive") : !hasToken(head.headers, "connection", "close");
	}

	/** From now on the client's going away is noticed. Called when its request has been read to the end. */
	watch(): void {
		if (this.reader.buffered > 0) return;
		this.reader.fill().then(
			(more) => {
				if (!more) this.leave();
			},
			() => this.leave(),
		);
	}
	private leave(): void {
		this.closed = true;
		this.markGone();
	}

	async respond(status: number, headers: Headers = {}, body: Uint8Array | string = EMPTY): Promise<void> {
		this.answer();
		const bytes = bytesOf(body);
		const fields = bodiless(status) ? headers : { "content-length": String(bytes.length), ...headers };
		const head = utf8(formatHead(this.statusLine(status), this.withConnection(fields)));
		const silent = bodiless(status) || this.head.method === "HEAD";
		await this.connection.write(silent || bytes.length === 0 ? head : concat([head, bytes]));
	}

	/** A line break ends the JSON, as Go's encoder writes it. */
	json(status: number, value: unknown, headers: Headers = {}): Promise<void> {
		return this.respond(status, { "content-type": "application/json", ...headers }, `${JSON.stringify(value)}\n`);
	}

	async stream(status: number, headers: Headers = {}): Promise<StreamingResponse> {
		this.answer();
		const silent = bodiless(status) || this.head.method === "HEAD";
		const counted = headers["content-length"] !== undefined;
		const chunked = !counted && this.head.minor > 0 && !bodiless(status);
		const mode = silent ? "silent" : chunked ? "chunked" : counted ? "counted" : "close";
		const fields = chunked ? { ...headers, "transfer-encoding": "chunked" } : headers;
		await this.connection.write(utf8(formatHead(this.statusLine(status), this.withConnection(fields, mode === "close"))));
		this.open = new ConnectionStream(this.connection, mode, () => this.closed, this.gone);
		return this.open;
	}

	async upgrade(protocol: string, headers: Headers = {}): Promise<Duplex> {
		this.answer();
		const asked = hasToken(this.head.headers, "connection", "upgrade") && this.head.headers.upgrade !== undefined;
		const fields: Headers = asked ? { ...headers, connection: "Upgrade", upgrade: protocol } : headers;
		await this.connection.write(utf8(formatHead(this.statusLine(asked ? 101 : 200), fields)));
		this.upgraded = true;
		return withReader(this.connection, this.reader);
	}

	/** The handler has returned; ends a stream it left open. False when the connection ends with this answer. */
	async finish(): Promise<boolean> {
		await this.open?.end();
		return this.keep && this.open?.mode !== "close";
	}

	private answer(): void {
		if (this.answered) throw new TypeError("the request has been answered already");
		this.answered = true;
	}
	private statusLine(status: number): string {
		return `HTTP/1.${this.head.minor === 0 ? 0 : 1} ${status} ${reasonOf(status)}`;
	}
	private withConnection(headers: Headers, close = false): Headers {
		if (headers.connection === "close") this.keep = false;
		const old = this.head.minor === 0;
		// in HTTP/1.0 a connection ends with its answer unless it is said to stay
		if (close || !this.keep) return old ? headers : { ...headers, connection: "close" };
		return old ? { ...headers, connection: "keep-alive" } : headers;
	}
}

class ConnectionStream implements StreamingResponse {
	private ended = false;
	constructor(
		private readonly connection: Duplex,
		readonly mode: "silent" | "chunked" | "counted" | "close",
		private readonly isClosed: () => boolean,
		readonly gone: Promise<void>,
	) {}
	get closed(): boolean {
		return this.isClosed();
	}
	async write(data: Uint8Array | string): Promise<void> {
		const bytes = bytesOf(data);
		if (this.ended) throw new TypeError("the response has ended");
		if (bytes.length === 0 || this.mode === "silent") return;
		if (this.mode !== "chunked") await this.connection.write(bytes);
		else await Promise.all(chunk(bytes).map((piece) => this.connection.write(piece)));
	}
	async end(): Promise<void> {
		if (this.ended) return;
		this.ended = true;
		if (this.mode === "chunked") await this.connection.write(LAST_CHUNK);
	}
}

/** The connection, read from behind what has been read already. */
export const withReader = (connection: Duplex, reader: ByteReader): Duplex => ({
	read: () => reader.read(),
	write: (bytes) => connection.write(bytes),
	closeWrite: () => connection.closeWrite(),
	close: () => connection.close(),
});
