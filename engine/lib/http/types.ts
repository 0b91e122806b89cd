// HTTP/1.1 as programs here use it: messages with streaming bodies over a Duplex, and upgrades.

import type { Duplex } from "../stream";

/** Names in lower case; a name that occurs twice has its values joined by ", ". */
export type Headers = Record<string, string>;

export interface Request {
	method: string;
	/** As on the request line: path and query, still encoded. */
	target: string;
	/** Decoded path without the query. */
	path: string;
	query: Query;
	headers: Headers;
	body: Body;
	/** Counts requests of this server, for the trace. */
	id: number;
}
export interface Query {
	get(name: string): string | undefined;
	all(name: string): string[];
	/** As Go's httputils.BoolValue: "", 0, no, false and none are false, all else is true. */
	flag(name: string, otherwise?: boolean): boolean;
	readonly entries: ReadonlyArray<readonly [string, string]>;
}
export interface Body extends AsyncIterable<Uint8Array> {
	bytes(limit?: number): Promise<Uint8Array>;
	text(limit?: number): Promise<string>;
	/** @throws EngineError invalidParameter for what is no JSON */
	json<T = unknown>(limit?: number): Promise<T>;
}

/** How a handler answers. Exactly one of respond, stream and upgrade is called, once. */
export interface Responder {
	respond(status: number, headers?: Headers, body?: Uint8Array | string): Promise<void>;
	json(status: number, value: unknown, headers?: Headers): Promise<void>;
	/** Chunked; `closed` becomes true when the client is gone. HEAD and bodiless statuses are seen to. */
	stream(status: number, headers?: Headers): Promise<StreamingResponse>;
	/** 101 (or 200 where the client did not ask for an upgrade), then the raw connection, with bytes already read put first. */
	upgrade(protocol: string, headers?: Headers): Promise<Duplex>;
	readonly answered: boolean;
	/** Resolves when the client has gone away, answered or not. */
	readonly gone: Promise<void>;
}
export interface StreamingResponse {
	write(bytes: Uint8Array | string): Promise<void>;
	end(): Promise<void>;
	readonly closed: boolean;
	/** Resolves when the client has gone away. */
	readonly gone: Promise<void>;
}

export interface ClientRequest {
	method: string;
	/** Path with query, encoded. */
	target: string;
	headers?: Headers;
	body?: Uint8Array | AsyncIterable<Uint8Array>;
}
export interface ClientResponse {
	status: number;
	statusText: string;
	headers: Headers;
	body: Body;
	/** The raw connection after 101, or after 200 to a hijacking request. */
	upgraded?: Duplex;
}
// serve.ts:   serveConnection(stream: Duplex, handle: (request: Request, responder: Responder) => Promise<void>): Promise<void>
// client.ts:  request(stream: Duplex, request: ClientRequest, options?: { hijack?: boolean }): Promise<ClientResponse>   (one request a connection, or several in turn)
