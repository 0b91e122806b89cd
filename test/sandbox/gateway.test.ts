// The gateway against both sides: learners who smuggle, and inner daemons that are none.

import { describe, expect, it } from "vitest";
import { clampCreate } from "../../app/api/sandbox/gateway/clamp";
import { forward, type Target } from "../../app/api/sandbox/gateway/forward";
import { DialPool } from "../../app/api/sandbox/gateway/pool";
import { Refused, vet } from "../../app/api/sandbox/gateway/vet";
import { MemoryShares } from "../../app/api/sandbox/session/shares";
import { concat, text, utf8 } from "../../engine/lib/bytes";
import { serveConnection } from "../../engine/lib/http/serve";
import type { Duplex } from "../../engine/lib/stream";
import { pair } from "../engine/lib/pair";

describe("a request's address", () => {
	it.each([
		["/v1.41/containers/json?all=1", "/v1.41/containers/json?all=1"],
		["/_ping", "/_ping"],
		["/images/library/busybox:latest/json", "/images/library/busybox:latest/json"],
		["/images/busybox%3Alatest/json", "/images/busybox:latest/json"],
		["/containers/%77eb/json", "/containers/web/json"],
		["/images/a@sha256:00/json", "/images/a@sha256:00/json"],
	])("%s goes on as %s", (target, expected) => {
		expect(vet({ method: "GET", target, headers: {} }).target).toBe(expected);
	});

	it.each([
		"http://169.254.169.254/containers/json",
		"//evil/containers/json",
		"/containers/../info",
		"/containers/%2e%2e/info",
		"/containers/a%2fb/json",
		"/containers/a%5cb/json",
		"/containers/a\\b/json",
		"/containers//json",
		"/containers/a%00/json",
		"/containers/a%0d%0aHost:%20x/json",
		"/containers/%zz/json",
		"/containers/json#x",
		"/containers/jöson",
		"containers/json",
		"*",
		"/../../var/run/docker.sock",
		"/api/sandbox",
		`/containers/${"a".repeat(70_000)}`,
	])("%s is refused", (target) => {
		expect(() => vet({ method: "GET", target, headers: {} })).toThrow(Refused);
	});

	it.each(["CONNECT", "TRACE", "OPTIONS", "PROPFIND"])("is not asked by %s", (method) => {
		expect(() => vet({ method, target: "/info", headers: {} })).toThrow(Refused);
	});
});

describe("a request's header", () => {
	it("goes on only as far as it is known", () => {
		const headers = {
			host: "evil",
			"content-type": "application/json",
			"x-registry-auth": "e30=",
			cookie: "drydock_sandbox=x",
			authorization: "Bearer x",
			"x-forwarded-for": "1.1.1.1",
			connection: "keep-alive, x-registry-auth",
			"proxy-authorization": "x",
			te: "trailers",
		};
		expect(vet({ method: "GET", target: "/info", headers }).headers).toEqual({
			host: "docker",
			"content-type": "application/json",
			"x-registry-auth": "e30=",
		});
	});
	it.each<Record<string, string>>([
		{ host: "a, b" },
		{ "content-length": "1, 2" },
		{ "content-type": "a/b, c/d" },
		{ connection: "upgrade", upgrade: "websocket" },
	])("is refused: %j", (headers) => {
		expect(() => vet({ method: "GET", target: "/info", headers })).toThrow(Refused);
	});
});

describe("limits at create", () => {
	it.each([
		[{ HostConfig: { Ulimits: [{ Name: "nproc", Soft: 9999, Hard: -1 }] } }, [{ Name: "nproc", Soft: 256, Hard: 256 }]],
		[{ HostConfig: { ulimits: [{ Name: "NPROC", Soft: 10, Hard: 9999 }] } }, [{ Name: "NPROC", Soft: 10, Hard: 256 }]],
		[{ hostconfig: { Ulimits: [{ Name: "memlock", Soft: -1, Hard: -1 }] } }, [{ Name: "memlock", Soft: -1, Hard: -1 }]],
	])("%j", (body, expected) => {
		const clamped = JSON.parse(clampCreate(JSON.stringify({ Image: "busybox", ...body })));
		expect(clamped).toEqual({ Image: "busybox", HostConfig: { Ulimits: expected } });
	});
	it("hold for the last of two names that Go takes for one", () => {
		const twice = '{"HostConfig":{"Ulimits":[]},"hostConfig":{"Ulimits":[{"Name":"nproc","Soft":-1,"Hard":-1}]}}';
		expect(JSON.parse(clampCreate(twice))).toEqual({ HostConfig: { Ulimits: [{ Name: "nproc", Soft: 256, Hard: 256 }] } });
	});
	it("leave what is no JSON to the daemon", () => {
		expect(clampCreate("{")).toBe("{");
	});
});

/** A learner's connection to a gateway whose inner daemon is `daemon`. */
function gateway(daemon: (socket: Duplex) => void, settings: Partial<Target> = {}) {
	let dials = 0;
	const shares = new MemoryShares();
	const dial = async (): Promise<Duplex> => {
		dials++;
		const [near, far] = pair();
		daemon(far);
		return near;
	};
	const pool = new DialPool(dial, () => shares.take("calls", 1));
	const target: Target = { pool, bodyBytes: 1000, answerTime: 300, buildTime: 300, used: () => true, ...settings };
	const connected = (): Duplex => {
		const [client, server] = pair();
		void serveConnection(server, (request, responder) => forward(request, responder, target));
		return client;
	};
	return { client: connected(), another: connected, dials: () => dials };
}
/** All that comes back for these bytes. */
async function say(client: Duplex, words: string): Promise<string> {
	await client.write(utf8(words));
	const parts: Uint8Array[] = [];
	for (let bytes = await client.read(); bytes !== null; bytes = await client.read()) parts.push(bytes);
	return text(concat(parts));
}
/** Answers each request's head with the same bytes. */
const answering =
	(...answers: Array<string | Uint8Array>) =>
	async (socket: Duplex): Promise<void> => {
		for (;;) {
			if ((await socket.read()) === null) return;
			for (const answer of answers) await socket.write(typeof answer === "string" ? utf8(answer) : answer).catch(() => {});
		}
	};
const ASK = "GET /info HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";

describe("bytes that are to be read as two requests", () => {
	const heads: Array<[string, string]> = [
		[
			"both lengths",
			"POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
		],
		["two lengths", "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"],
		["an odd coding", "POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"],
		["a space before the colon", "GET /info HTTP/1.1\r\nHost: d\r\nTransfer-Encoding : chunked\r\n\r\n"],
		["a broken chunk", "POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n4x\r\nabcd\r\n0\r\n\r\n"],
		["a negative length", "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: -1\r\n\r\n"],
		[
			"a body with GET",
			"GET /info HTTP/1.1\r\nHost: d\r\nContent-Length: 30\r\nConnection: close\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n",
		],
		["no host", "GET /info HTTP/1.1\r\n\r\n"],
		["an absolute address", "GET http://10.0.0.1/info HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"],
	];
	it.each(heads)("%s: refused, and nothing more is read", async (_name, words) => {
		const seen: string[] = [];
		const { client } = gateway(async (socket) => {
			for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) seen.push(text(bytes));
		});
		const answer = await say(client, words);
		expect(answer).toMatch(/^HTTP\/1\.1 (400|404|501|502) /);
		expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
		expect(seen.join("")).not.toContain("GET /x");
	});

	it("a folded field is no field of its own", async () => {
		const seen: string[] = [];
		const { client } = gateway(async (socket) => {
			for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) seen.push(text(bytes));
		});
		await say(client, "GET /info HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n");
		expect(seen.join("").toLowerCase()).not.toContain("transfer-encoding");
	});

	it("a body longer than allowed is cut off", async () => {
		const { client } = gateway(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
		expect(await say(client, "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n")).toContain(
			" 413 ",
		);
	});
});

it("calls beyond those that a session may have at once are refused, until one is over", async () => {
	const daemon = async (socket: Duplex): Promise<void> => {
		await socket.read();
		await Promise.all([refused, new Promise((resolve) => setTimeout(resolve, 50))]);
		await socket.write(utf8("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
	};
	let tell: () => void = () => {};
	const refused = new Promise<void>((resolve) => {
		tell = resolve;
	});
	const { client, another } = gateway(daemon, { answerTime: 30_000 });
	const first = say(client, ASK);
	await expect.poll(async () => say(another(), ASK)).toMatch(/^HTTP\/1\.1 429 [\s\S]*x-sandbox-reason: rate-limit/i);
	tell();
	expect(await first).toMatch(/^HTTP\/1\.1 200 /);
});

describe("a hostile inner daemon", () => {
	it.each<[string, Array<string | Uint8Array>, RegExp]>([
		["speaks no HTTP", ["SSH-2.0-evil\r\n"], /^HTTP\/1\.1 502 /],
		["says nothing", [], /^HTTP\/1\.1 502 /],
		["redirects", ["HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"], /^HTTP\/1\.1 502 /],
		["answers with an odd status", ["HTTP/1.1 600 Evil\r\nContent-Length: 0\r\n\r\n"], /^HTTP\/1\.1 502 /],
		["has two lengths", ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"], /^HTTP\/1\.1 (400|502) /],
		["has a header without end", new Array(700).fill(`X-Long: ${"a".repeat(1000)}\r\n`), /^HTTP\/1\.1 (4\d\d|502) /],
		["says 100 without end", new Array(30_000).fill("HTTP/1.1 100 Continue\r\n\r\n"), /^HTTP\/1\.1 502 /],
	])("%s", async (_name, answers, expected) => {
		const { client } = gateway(answering(...answers));
		expect(await say(client, ASK)).toMatch(expected);
	});

	it("sets no cookies and no fields of its own; what it calls HTML is bytes", async () => {
		const evil =
			"Set-Cookie: drydock_sandbox=x\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\nApi-Version: 1.41\r\n";
		const { client } = gateway(answering(`HTTP/1.1 200 Evil\r\n${evil}Content-Length: 2\r\n\r\nok`));
		const answer = (await say(client, ASK)).toLowerCase();
		expect(answer).not.toMatch(/set-cookie|text\/html|access-control|evil/);
		expect(answer).toContain("content-type: application/octet-stream");
		expect(answer).toContain("api-version: 1.41");
		expect(answer.endsWith("\r\n\r\nok")).toBe(true);
	});

	it("says more than it announced: the rest is nobody's answer", async () => {
		const { client } = gateway(
			answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
		);
		const first = "GET /info HTTP/1.1\r\nHost: d\r\n\r\n";
		const answers = await say(client, first + ASK);
		expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
		expect(answers).not.toContain("evil");
	});

	it("cuts its answer short: so is ours, and not ended as if it were whole", async () => {
		const { client } = gateway(async (socket) => {
			await socket.read();
			await socket.write(utf8("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"));
			await socket.close();
		});
		expect((await say(client, ASK)).endsWith("0\r\n\r\n")).toBe(false);
	});

	it("that dies on a kept connection is asked again on a new one", async () => {
		let first = true;
		const { client, dials } = gateway(async (socket) => {
			await socket.read();
			await socket.write(utf8("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
			if (first) {
				first = false;
				await socket.read();
				await socket.close();
			}
		});
		const answers = await say(client, `GET /info HTTP/1.1\r\nHost: d\r\n\r\n${ASK}`);
		expect(answers.match(/\r\n\r\nok/g)).toHaveLength(2);
		expect(dials()).toBe(2);
	});

	it("sends without end what the session has no bytes left for: it is cut", async () => {
		let left = 100_000;
		const used = (bytes: number): boolean => {
			left -= bytes;
			return left > 0;
		};
		const { client } = gateway(
			async (socket) => {
				await socket.read();
				await socket.write(utf8("HTTP/1.1 200 OK\r\n\r\n"));
				for (let i = 0; i < 1000; i++) await socket.write(new Uint8Array(10_000)).catch(() => {});
			},
			{ used },
		);
		expect((await say(client, ASK)).length).toBeLessThan(120_000);
	});
});

describe("streams that are taken over", () => {
	it("carry bytes both ways, half-closed by the client first", async () => {
		const { client } = gateway(async (socket) => {
			await socket.read();
			await socket.write(
				utf8(
					"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n",
				),
			);
			const heard: Uint8Array[] = [];
			for (let bytes = await socket.read(); bytes !== null; bytes = await socket.read()) heard.push(bytes);
			await socket.write(concat([utf8("heard "), ...heard]));
			await socket.close();
		});
		await client.write(
			utf8("POST /containers/a/attach?stream=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
		);
		expect(text((await client.read())!)).toContain("101 Switching Protocols");
		await client.write(Uint8Array.of(0, 255, 10));
		await client.closeWrite();
		const answer: Uint8Array[] = [];
		for (let bytes = await client.read(); bytes !== null; bytes = await client.read()) answer.push(bytes);
		expect(concat(answer)).toEqual(concat([utf8("heard "), Uint8Array.of(0, 255, 10)]));
	});
});
