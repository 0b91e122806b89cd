// HTTP/2 without TLS at the daemon's listeners; what speaks HTTP/1.1 passes as it is.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../../../engine/host/node/daemon";
import { hostStream, listen } from "../../../engine/host/node/listen";
import type { Duplex } from "../../../engine/lib/stream";

const folder = mkdtempSync(join(tmpdir(), "drydock-h2c-"));
const [inner, outer] = [join(folder, "inner"), join(folder, "outer")];
let server: Server;
let listening: { close(): Promise<void> };
const left: string[] = [];

/** In the daemon's place: answers with what it was asked, and goes on where it is asked to. */
beforeAll(async () => {
	server = createServer((asked, answer) => {
		answer.on("close", () => left.push(asked.url!));
		if (asked.url === "/events") {
			answer.writeHead(200, { "transfer-encoding": "chunked" });
			answer.write("one\n");
			return;
		}
		void textOf(asked).then((body) => {
			answer.writeHead(201, { "content-type": "application/json" });
			answer.end(
				JSON.stringify({ method: asked.method, url: asked.url, host: asked.headers.host, tag: asked.headers["x-tag"], body }),
			);
		});
	});
	await new Promise<void>((done) => server.listen(inner, done));
	const connect = async (): Promise<Duplex> => {
		const stream = hostStream(createConnection({ path: inner, allowHalfOpen: true }));
		return { ...stream, closeWrite: async () => stream.end(), close: async () => stream.destroy() };
	};
	listening = await listen({ unix: outer }, (stream) => void serve(connect, stream));
});
afterAll(async () => {
	await listening.close();
	server.closeAllConnections();
	server.close();
	rmSync(folder, { recursive: true });
});

function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: string | Buffer) {
	const stream = session.request(headers, { endStream: body === undefined });
	if (body !== undefined) stream.end(body);
	const status = new Promise<number>((done) => stream.once("response", (answer) => done(answer[":status"]!)));
	return { stream, status };
}
const session = (): ClientHttp2Session => connectHttp2("http://docker:2375", { createConnection: () => createConnection(outer) });

test("requests side by side on one connection, with their bodies", async () => {
	const client = session();
	const big = Buffer.alloc(300_000, "x");
	const asked = [
		ask(client, { ":method": "GET", ":path": "/version?a=b", "x-tag": "t" }),
		ask(client, { ":method": "POST", ":path": "/build" }, big),
		ask(client, { ":method": "POST", ":path": "/containers/x/start" }, ""),
	];
	const answers = await Promise.all(asked.map(async ({ stream }) => JSON.parse(await textOf(stream)) as Record<string, string>));
	expect(await Promise.all(asked.map(({ status }) => status))).toEqual([201, 201, 201]);
	expect(answers[0]).toEqual({ method: "GET", url: "/version?a=b", host: "docker:2375", tag: "t", body: "" });
	expect(answers[1]).toMatchObject({ method: "POST", body: big.toString() });
	expect(answers[2]).toMatchObject({ url: "/containers/x/start", body: "" });
	client.close();
});

test("an answer that goes on comes as it comes, and its client's leaving is told", async () => {
	const client = session();
	const { stream } = ask(client, { ":method": "GET", ":path": "/events" });
	const first = await new Promise((done) => stream.once("data", (bytes: Buffer) => done(bytes.toString())));
	expect(first).toBe("one\n");
	stream.close();
	await expect.poll(() => left).toContain("/events");
	client.close();
});

test("HTTP/1.1 passes, POST as well, which begins as the preface does", async () => {
	for (const method of ["GET", "POST", "PUT"]) {
		const answer = await new Promise<string>((done, fail) => {
			const call = request({ socketPath: outer, method, path: "/x" }, (it) => done(textOf(it)));
			call.on("error", fail);
			call.end();
		});
		expect(JSON.parse(answer)).toMatchObject({ method, url: "/x" });
	}
});

test("a preface that comes in pieces is one", async () => {
	const socket = createConnection(outer);
	for (const piece of ["P", "RI * HTTP/2", ".0\r\n\r\nSM\r\n\r\n"]) {
		socket.write(piece);
		await new Promise((done) => setTimeout(done, 20));
	}
	socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
	// the server's own SETTINGS: length, type 4
	const frame = await new Promise<Buffer>((done) => socket.once("data", done));
	expect(frame[3]).toBe(4);
	socket.destroy();
});
