// An HTTP/1.1 client on a connection that is there already. Several requests may follow each other, each when the body
// before it has been read to the end.

import { concat, EMPTY, utf8 } from "../bytes";
import { unavailable } from "../errors";
import { ByteReader } from "../reader";
import type { Duplex } from "../stream";
import { MessageBody } from "./body";
import { chunk, LAST_CHUNK } from "./chunked";
import { formatHead, hasToken, type ResponseHead, readResponseHead, responseFraming } from "./parse";
import { withReader } from "./responder";
import type { ClientRequest, ClientResponse, Headers } from "./types";

/** What was read too far after one answer belongs to the next. */
const readers = new WeakMap<Duplex, ByteReader>();
function readerOf(stream: Duplex): ByteReader {
	const reader = readers.get(stream) ?? new ByteReader(stream);
	readers.set(stream, reader);
	return reader;
}

/**
 * Sends a request and reads the answer's head; the body streams.
 * @param options.sent hears when the request has been written whole
 * @param options.hijack take the raw connection over after a 200 too, as Docker's attach does with servers that do not upgrade
 * @throws EngineError unavailable when the connection ends before an answer, MalformedMessage for what is no HTTP
 */
export async function request(
	stream: Duplex,
	request: ClientRequest,
	options: { hijack?: boolean; sent?: () => void } = {},
): Promise<ClientResponse> {
	const reader = readerOf(stream);
	const sending = send(stream, request);
	// a server may answer and close before it has taken the whole body: its answer counts more than our failed write
	let failure: unknown;
	const sent = sending.then(options.sent, (error: unknown) => {
		failure = error;
	});
	const head = await finalHead(reader).catch(async (error: unknown) => {
		await sent;
		throw failure ?? error;
	});
	if (head === null) {
		await sent;
		throw failure ?? unavailable("unexpected EOF");
	}
	const raw = head.status === 101 || (options.hijack === true && head.status === 200);
	if (raw) {
		const body = new MessageBody(reader, { kind: "none" });
		return { ...head, body, upgraded: withReader(stream, reader) };
	}
	return { ...head, body: new MessageBody(reader, responseFraming(head, request.method)) };
}

/** Whether another request may follow on the connection that gave this answer. */
export const keepsAlive = (response: ClientResponse): boolean =>
	!hasToken(response.headers, "connection", "close") &&
	(response.headers["content-length"] !== undefined || response.headers["transfer-encoding"] !== undefined);

async function finalHead(reader: ByteReader): Promise<ResponseHead | null> {
	for (;;) {
		const head = await readResponseHead(reader);
		if (head === null || head.status >= 200 || head.status === 101) return head;
	}
}

async function send(stream: Duplex, request: ClientRequest): Promise<void> {
	const { method, target, body } = request;
	const headers: Headers = { host: "localhost", ...request.headers };
	const whole = body instanceof Uint8Array ? body : undefined;
	if (whole) headers["content-length"] = String(whole.length);
	else if (body && headers["content-length"] === undefined) headers["transfer-encoding"] = "chunked";
	else if (!body && BODY_EXPECTED.has(method)) headers["content-length"] ??= "0";
	const head = utf8(formatHead(`${method} ${target} HTTP/1.1`, headers));
	await stream.write(concat([head, whole ?? EMPTY]));
	if (!body || whole) return;
	const chunked = headers["transfer-encoding"] === "chunked";
	for await (const piece of body as AsyncIterable<Uint8Array>) {
		if (piece.length > 0) for (const part of chunked ? chunk(piece) : [piece]) await stream.write(part);
	}
	if (chunked) await stream.write(LAST_CHUNK);
}
const BODY_EXPECTED = new Set(["POST", "PUT", "PATCH"]);
