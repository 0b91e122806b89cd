// Serves HTTP/1.1 on one connection: request after request, until one side closes or a handler takes the connection over.

import { utf8 } from "../bytes";
import { EngineError, ERROR_STATUS, messageOf } from "../errors";
import { ByteReader } from "../reader";
import type { Duplex } from "../stream";
import { MessageBody } from "./body";
import { formatHead, hasToken, MalformedMessage, type RequestHead, readRequestHead, reasonOf, requestFraming } from "./parse";
import { splitTarget } from "./query";
import { ConnectionResponder } from "./responder";
import type { Request, Responder } from "./types";

export type Handle = (request: Request, responder: Responder) => Promise<void>;

/** What an unread request body may still hold for the connection to be kept, as Go's server has it. */
const DRAIN_LIMIT = 256 * 1024;

/** The number that a server's last request had: a server's connections share one. */
export interface RequestNumbers {
	last: number;
}

/** Resolves when the connection is over; never rejects. An upgraded connection is its handler's to close. */
export async function serveConnection(stream: Duplex, handle: Handle, numbers: RequestNumbers = { last: 0 }): Promise<void> {
	const reader = new ByteReader(stream);
	try {
		for (;;) {
			const head = await readRequestHead(reader);
			if (head === null) break;
			const outcome = await serveOne(stream, reader, head, handle, numbers);
			if (outcome === "upgraded") return;
			if (outcome === "close") break;
		}
	} catch (error) {
		if (error instanceof MalformedMessage) await refuse(stream, error);
	}
	await stream.close().catch(() => {});
}

async function serveOne(
	stream: Duplex,
	reader: ByteReader,
	head: RequestHead,
	handle: Handle,
	numbers: RequestNumbers,
): Promise<"next" | "close" | "upgraded"> {
	const framing = requestFraming(head.headers);
	const expected = head.headers.expect ?? "";
	const awaited = hasToken(head.headers, "expect", "100-continue") && framing.kind !== "none";
	let continued = false;
	const responder = new ConnectionResponder(stream, reader, head);
	const body = new MessageBody(
		reader,
		framing,
		async () => {
			if (!awaited || responder.answered) return;
			continued = true;
			await stream.write(utf8("HTTP/1.1 100 Continue\r\n\r\n"));
		},
		() => responder.watch(),
	);
	const request: Request = { ...splitTarget(head.target), ...head, body, id: ++numbers.last };
	if (body.finished) responder.watch();
	try {
		// asked of the server, not of anything that it has
		if (head.method === "OPTIONS" && head.target === "*") await responder.respond(200);
		else if (expected !== "" && !hasToken(head.headers, "expect", "100-continue")) {
			await responder.respond(417, { connection: "close" });
		} else await handle(request, responder);
		if (!responder.answered) await responder.respond(404, {}, "404 page not found\n");
	} catch (error) {
		// headers are out already: cutting the connection is all that can be said
		if (responder.answered) return responder.upgraded ? "upgraded" : "close";
		await responder.json(statusOf(error), { message: messageOf(error) });
	}
	if (responder.upgraded) return "upgraded";
	if (!(await responder.finish())) return "close";
	// a body that the client was never told to send does not come
	if (!body.finished && awaited && !continued) return "close";
	return (await body.drain(DRAIN_LIMIT)) && body.finished ? "next" : "close";
}

const statusOf = (error: unknown): number =>
	error instanceof EngineError ? ERROR_STATUS[error.kind] : error instanceof MalformedMessage ? error.status : 500;

/** As Go's server has it: without a length, what is told in the status line, too. */
async function refuse(stream: Duplex, { status, told, message }: MalformedMessage): Promise<void> {
	const reason = reasonOf(status);
	// the one that Go words otherwise
	const unsupported = status === 501;
	const line = told && !unsupported ? `${status} ${reason}: ${message}` : `${status} ${reason}`;
	const head = formatHead(`HTTP/1.1 ${line}`, { "content-type": "text/plain; charset=utf-8", connection: "close" });
	await stream.write(utf8(head + (unsupported ? message : line))).catch(() => {});
}
