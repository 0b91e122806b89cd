// HTTP/2 without TLS, as dockerd's listeners speak it to clients that know beforehand (RFC 9113, 3.3): each of a connection's streams
// becomes a request in HTTP/1.1 on a connection of its own to the machine's daemon. No stream takes a connection over.

import { request } from "node:http";
import { constants, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { Duplex as NodeDuplex } from "node:stream";
import { concat, EMPTY, utf8 } from "../../lib/bytes";
import type { Duplex } from "../../lib/stream";
import type { HostStream } from "../../port";
import { plain } from "./bytes";

const PREFACE = utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

const startsAlike = (bytes: Uint8Array): boolean => bytes.subarray(0, PREFACE.length).every((byte, at) => byte === PREFACE[at]);

/** Reads as far as it takes to tell. The stream that comes back gives everything from the beginning. */
export async function sniffed(outside: HostStream): Promise<{ stream: HostStream; http2: boolean }> {
	let begun: Uint8Array = EMPTY;
	let ended = false;
	while (!ended && begun.length < PREFACE.length && startsAlike(begun)) {
		const bytes = await outside.read();
		if (bytes === null) ended = true;
		else begun = concat([begun, bytes]);
	}
	let kept: Uint8Array | undefined = begun.length > 0 ? begun : undefined;
	const read = async (): Promise<Uint8Array | null> => {
		const first = kept;
		kept = undefined;
		return first ?? (ended ? null : outside.read());
	};
	const stream = { read, write: outside.write, end: outside.end, destroy: outside.destroy };
	return { stream, http2: begun.length >= PREFACE.length && startsAlike(begun) };
}

/** Serves one connection. @param connect to the daemon; where it fails, the stream is reset */
export function serveHttp2(outside: HostStream, connect: () => Promise<Duplex>): void {
	const server = createServer();
	server.on("stream", (stream, headers) => void relayStream(stream, headers, connect));
	server.on("sessionError", () => outside.destroy());
	server.emit(
		"connection",
		nodeStream({ ...outside, closeWrite: async () => outside.end(), close: async () => outside.destroy() }),
	);
}

async function relayStream(stream: ServerHttp2Stream, asked: IncomingHttpHeaders, connect: () => Promise<Duplex>): Promise<void> {
	const fail = (): void => stream.close(constants.NGHTTP2_INTERNAL_ERROR);
	stream.on("error", () => {});
	const inside = await connect().catch(() => undefined);
	if (inside === undefined || stream.closed) {
		fail();
		return void inside?.close();
	}
	const { ":method": method, ":path": path, ":authority": host } = asked;
	const call = request({
		createConnection: () => nodeStream(inside),
		method: String(method),
		path: String(path),
		headers: { host: host === undefined ? "" : String(host), ...fieldsOf(asked) },
	});
	call.on("error", fail);
	call.on("response", (answer) => {
		if (stream.closed) return;
		stream.respond({ ":status": answer.statusCode, ...fieldsOf(answer.headers) });
		answer.on("error", fail);
		answer.pipe(stream);
	});
	stream.on("close", () => call.destroy());
	stream.pipe(call);
}

/** What HTTP/2 has no use for (RFC 9113, 8.2.2), and its own. */
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host"]);
const fieldsOf = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
	Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":") && !OF_THE_CONNECTION.has(name)));

function nodeStream(stream: Duplex): NodeDuplex {
	const made: NodeDuplex = new NodeDuplex({
		read() {
			stream.read().then(
				(bytes) => made.push(bytes),
				(error) => made.destroy(error),
			);
		},
		write(chunk: Uint8Array, _encoding, done) {
			stream.write(plain(chunk)).then(() => done(), done);
		},
		final(done) {
			stream.closeWrite().then(() => done(), done);
		},
		destroy(error, done) {
			stream.close().then(
				() => done(error),
				() => done(error),
			);
		},
	});
	return made;
}
