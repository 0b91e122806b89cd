import http from "node:http";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { notFound } from "../../../engine/lib/errors";
import { keepsAlive, request } from "../../../engine/lib/http/client";
import { parseQuery, splitTarget } from "../../../engine/lib/http/query";
import { type Handle, serveConnection } from "../../../engine/lib/http/serve";
import type { Duplex } from "../../../engine/lib/stream";
import { pair } from "./pair";

const handle: Handle = async (request, responder) => {
	if (request.path === "/echo") return responder.respond(200, { "content-type": "text/plain" }, await request.body.bytes());
	if (request.path === "/fail") throw notFound("No such container: x");
	if (request.path === "/ignore") return responder.respond(202);
	if (request.path === "/none") return responder.respond(204);
	if (request.path === "/json") return responder.json(201, { got: await request.body.json() });
	if (request.path === "/stream") {
		const out = await responder.stream(200);
		for (const word of ["one ", "two ", "three"]) await out.write(word);
		return out.end();
	}
	if (request.path === "/wait") {
		const out = await responder.stream(200);
		await out.gone;
		gone(out.closed);
		return;
	}
	if (request.path === "/shell") {
		const raw = await responder.upgrade("tcp", { "content-type": "application/vnd.docker.raw-stream" });
		for (let piece = await raw.read(); piece; piece = await raw.read()) await raw.write(utf8(text(piece).toUpperCase()));
		await raw.close();
	}
};
let gone: (closed: boolean) => void = () => {};

async function raw(input: string, options: { slice?: number; keepOpen?: boolean } = {}): Promise<string> {
	const [client, server] = pair(options.slice);
	const serving = serveConnection(server, handle);
	const sending = client.write(utf8(input)).then(() => (options.keepOpen ? undefined : client.closeWrite()));
	const parts: Uint8Array[] = [];
	for (let piece = await client.read(); piece; piece = await client.read()) parts.push(piece);
	await Promise.all([sending, serving]);
	return text(concat(parts));
}

describe("serveConnection", () => {
	for (const slice of [1, 7, 10_000]) {
		it(`answers pipelined requests in order, in pieces of ${slice}`, async () => {
			const out = await raw(
				"POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n\r\nabc" +
					"POST /echo?x=1 HTTP/1.1\r\nhost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n2;ext=1\r\n!!\r\n0\r\nTrailer: 1\r\n\r\n" +
					"GET /stream HTTP/1.1\r\nhost: d\r\nConnection: close\r\n\r\n",
				{ slice },
			);
			expect(out).toBe(
				"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc" +
					"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nxyz!!" +
					"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
					"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n",
			);
		});
	}

	const refused: Array<[name: string, input: string, status: string]> = [
		["no HTTP at all", "hello\r\n\r\n", "400 Bad Request"],
		["a bad method", "G(T / HTTP/1.1\r\nhost: d\r\n\r\n", "400 Bad Request"],
		["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 "],
		["no Host", "GET / HTTP/1.1\r\n\r\n", "400 Bad Request: missing required Host header\r\n"],
		["a space before the colon", "GET / HTTP/1.1\r\nhost: d\r\nA : b\r\n\r\n", "400 Bad Request"],
		["a host with a blank", "GET / HTTP/1.1\r\nhost: d\r\n continued\r\n\r\n", "400 Bad Request: malformed Host header\r\n"],
		["two hosts", "GET / HTTP/1.1\r\nhost: d\r\nhost: d\r\n\r\n", "400 Bad Request\r\n"],
		["a path with half an escape", "GET /%4 HTTP/1.1\r\nhost: d\r\n\r\n", "400 Bad Request\r\n"],
		["a path without its slash", "GET x HTTP/1.1\r\nhost: d\r\n\r\n", "400 Bad Request\r\n"],
		["an empty line before the request", "\r\nGET / HTTP/1.1\r\nhost: d\r\n\r\n", "400 Bad Request\r\n"],
		["another expectation", "POST /echo HTTP/1.1\r\nhost: d\r\nexpect: x\r\ncontent-length: 1\r\n\r\na", "417 "],
		["two lengths", "POST /echo HTTP/1.1\r\nhost: d\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "400 "],
		["a signed length", "POST /echo HTTP/1.1\r\nhost: d\r\ncontent-length: +1\r\n\r\na", "400 "],
		["an unknown coding", "POST /echo HTTP/1.1\r\nhost: d\r\ntransfer-encoding: gzip\r\n\r\n", "501 "],
		["a bad chunk size", "POST /echo HTTP/1.1\r\nhost: d\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "400 "],
		["a body cut short", "POST /echo HTTP/1.1\r\nhost: d\r\ncontent-length: 5\r\n\r\nab", "400 "],
		["a header that is too large", `GET / HTTP/1.1\r\nhost: d\r\na: ${"x".repeat(1_100_000)}\r\n\r\n`, "431 "],
		["too many headers", `GET / HTTP/1.1\r\nhost: d\r\n${`${"a".repeat(1000)}: b\r\n`.repeat(1100)}\r\n`, "431 "],
	];
	for (const [name, input, status] of refused) {
		it(`refuses ${name} with ${status.trim()} and closes`, async () => {
			expect((await raw(input, { keepOpen: !name.includes("cut short") })).slice(0, 9 + status.length)).toBe(
				`HTTP/1.1 ${status}`,
			);
		});
	}

	it("tells the status alone, or what is wrong, and no length, as Go's server does", async () => {
		const rest = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n";
		expect(await raw("nonsense\r\n\r\n")).toBe(`HTTP/1.1 400 Bad Request${rest}400 Bad Request`);
		expect(await raw("GET / HTTP/3.0\r\n\r\n")).toBe(
			`HTTP/1.1 505 HTTP Version Not Supported: unsupported protocol version${rest}505 HTTP Version Not Supported: unsupported protocol version`,
		);
		expect(await raw("POST /echo HTTP/1.1\r\nhost: d\r\ntransfer-encoding: gzip\r\n\r\n")).toBe(
			`HTTP/1.1 501 Not Implemented${rest}Unsupported transfer encoding`,
		);
	});

	it("answers OPTIONS * itself, joins folded headers, and takes chunks for the body whatever length is named beside them", async () => {
		expect(await raw("OPTIONS * HTTP/1.1\r\nhost: d\r\n\r\n")).toBe("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		expect(
			await raw(
				"POST /echo HTTP/1.1\r\nhost: d\r\na: b\r\n c\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
			),
		).toMatch(/ 200 OK\r\n[\s\S]*\r\n\r\nok$/);
	});

	it("maps kinds of errors to a status, and unknown paths to 404", async () => {
		expect(await raw("GET /fail HTTP/1.1\r\nhost: d\r\n\r\n")).toMatch(
			/^HTTP\/1.1 404 [\s\S]*\{"message":"No such container: x"\}\n$/,
		);
		expect(await raw("GET /x HTTP/1.1\r\nhost: d\r\n\r\n")).toMatch(/^HTTP\/1.1 404 Not Found\r\n[\s\S]*404 page not found\n$/);
		expect(await raw("POST /json HTTP/1.1\r\nhost: d\r\ncontent-length: 1\r\n\r\n{")).toMatch(
			/^HTTP\/1.1 400 [\s\S]*invalid JSON/,
		);
	});

	it("sends no body to HEAD, nor with 204, but HEAD's length", async () => {
		expect(await raw("HEAD /x HTTP/1.1\r\nhost: d\r\n\r\nGET /none HTTP/1.1\r\nhost: d\r\n\r\n")).toBe(
			"HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
		);
	});

	it("drains a body that nobody read, so that the next request is seen", async () => {
		const out = await raw(
			"POST /ignore HTTP/1.1\r\nhost: d\r\ncontent-length: 4\r\n\r\nGET GET /none HTTP/1.1\r\nhost: d\r\n\r\n",
		);
		expect(out.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 202", "HTTP/1.1 204"]);
	});

	it("says 100 Continue when, and only when, the body is read", async () => {
		expect(await raw("POST /echo HTTP/1.1\r\nhost: d\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nok")).toMatch(
			/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*ok$/,
		);
		expect(
			await raw("POST /ignore HTTP/1.1\r\nhost: d\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n", { keepOpen: true }),
		).toMatch(/^HTTP\/1.1 202 /);
	});

	it("answers HTTP/1.0 without chunks and closes", async () => {
		expect(await raw("GET /stream HTTP/1.0\r\n\r\n", { keepOpen: true })).toBe("HTTP/1.0 200 OK\r\n\r\none two three");
	});

	it("tells a streaming handler that its client is gone", async () => {
		const told = new Promise<boolean>((resolve) => {
			gone = resolve;
		});
		const [client, server] = pair();
		const serving = serveConnection(server, handle);
		await client.write(utf8("GET /wait HTTP/1.1\r\nhost: d\r\n\r\n"));
		await client.read();
		await client.close();
		expect(await told).toBe(true);
		await serving;
	});

	it("hands over the raw connection with bytes that came too early", async () => {
		const ask = "POST /shell HTTP/1.1\r\nhost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly";
		expect(await raw(ask)).toBe(
			"HTTP/1.1 101 Switching Protocols\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nEARLY",
		);
		expect(await raw("POST /shell HTTP/1.1\r\nhost: d\r\n\r\nearly")).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nEARLY$/);
	});
});

describe("request", () => {
	it("makes several requests on one connection, with all kinds of bodies", async () => {
		const [client, server] = pair(5);
		const serving = serveConnection(server, handle);
		const first = await request(client, { method: "POST", target: "/echo", body: utf8("hi") });
		expect([first.status, first.headers["content-type"], await first.body.text(), keepsAlive(first)]).toEqual([
			200,
			"text/plain",
			"hi",
			true,
		]);
		async function* pieces() {
			yield utf8("a".repeat(3000));
			yield utf8("");
			yield utf8("b");
		}
		const second = await request(client, { method: "POST", target: "/echo", body: pieces() });
		expect(await second.body.text()).toBe(`${"a".repeat(3000)}b`);
		const third = await request(client, { method: "GET", target: "/stream" });
		expect(await third.body.text()).toBe("one two three");
		expect((await request(client, { method: "HEAD", target: "/stream" })).status).toBe(200);
		const last = await request(client, { method: "POST", target: "/shell", headers: { connection: "Upgrade", upgrade: "tcp" } });
		expect(last.status).toBe(101);
		await last.upgraded!.write(utf8("ls"));
		expect(text((await last.upgraded!.read())!)).toBe("LS");
		await last.upgraded!.close();
		await serving;
	});

	it("hijacks a 200 when asked to, and fails clearly when nobody answers", async () => {
		const [client, server] = pair();
		void serveConnection(server, handle);
		const hijacked = await request(client, { method: "POST", target: "/shell" }, { hijack: true });
		await hijacked.upgraded!.write(utf8("x"));
		expect(text((await hijacked.upgraded!.read())!)).toBe("X");
		const [silent, other] = pair();
		await other.close();
		await expect(request(silent, { method: "GET", target: "/" })).rejects.toThrow();
	});

	it("talks with Node's own server and client", async () => {
		const node = http.createServer((incoming, outgoing) => {
			let size = 0;
			incoming.on("data", (piece: Buffer) => {
				size += piece.length;
			});
			incoming.on("end", () => outgoing.end(`got ${size} ${incoming.headers["transfer-encoding"] ?? "length"}`));
		});
		await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
		const socket = net.connect((node.address() as net.AddressInfo).port, "127.0.0.1");
		async function* body() {
			for (let i = 0; i < 100; i++) yield new Uint8Array(10_000);
		}
		const answer = await request(duplexOf(socket), { method: "PUT", target: "/", body: body() });
		expect(await answer.body.text()).toBe("got 1000000 chunked");
		socket.destroy();
		node.close();

		const ours = net.createServer((connection) => void serveConnection(duplexOf(connection), handle));
		await new Promise<void>((resolve) => ours.listen(0, "127.0.0.1", resolve));
		const port = (ours.address() as net.AddressInfo).port;
		const said = await fetch(`http://127.0.0.1:${port}/echo`, { method: "POST", body: "from node" });
		expect(await said.text()).toBe("from node");
		ours.close();
	});
});

function duplexOf(socket: net.Socket): Duplex {
	const incoming = socket[Symbol.asyncIterator]();
	socket.on("error", () => {});
	return {
		read: async () => (await incoming.next()).value ?? null,
		write: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
		closeWrite: async () => void socket.end(),
		close: async () => void socket.destroySoon(),
	};
}

describe("queries", () => {
	it("decodes as Go does", () => {
		const query = parseQuery("a=1&b=%7B%22x%22%3A1%7D&a=2&c&d=x+y&e=%zz&=q");
		expect(query.all("a")).toEqual(["1", "2"]);
		expect([query.get("b"), query.get("c"), query.get("d"), query.get("none")]).toEqual(['{"x":1}', "", "x y", undefined]);
		expect(splitTarget("http://h:1/a%20b?x=1").path).toBe("/a b");
		expect(splitTarget("//double/slash").path).toBe("//double/slash");
	});
	it("knows Docker's booleans", () => {
		const query = parseQuery("a=1&b=0&c=False&d=none&e=yes&f=");
		expect(["a", "b", "c", "d", "e", "f", "g"].map((name) => query.flag(name))).toEqual([
			true,
			false,
			false,
			false,
			true,
			false,
			false,
		]);
		expect(query.flag("g", true)).toBe(true);
	});
});
