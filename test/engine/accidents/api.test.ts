// Clients that break the rules of HTTP and of the API, or go away: they are told so, and the daemon goes on.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { type Machine, startMachine } from "./machine";

let machine: Machine;

beforeAll(async () => {
	machine = await startMachine();
	await machine.ok(
		"docker pull -q busybox && docker run -d --name talks busybox sh -c 'while :; do echo line; sleep 0.05; done'",
	);
}, 60_000);
afterAll(() => machine.host.shutdown());
afterEach(async () => {
	expect(await machine.ok("docker ps --format '{{.Names}}'")).toBe("talks\n");
});

/** What the daemon answers to these bytes: until it closes, or for `patience` ms; then we are gone without a word. */
async function send(bytes: string, patience = 400): Promise<string> {
	const stream = await machine.host.connect("/var/run/docker.sock");
	const parts: Uint8Array[] = [];
	const reading = (async () => {
		for (let part = await stream.read(); part !== null; part = await stream.read()) parts.push(part.slice());
	})();
	const writing = stream.write(utf8(bytes)).catch(() => {});
	await Promise.race([Promise.all([reading, writing]), new Promise((resolve) => setTimeout(resolve, patience))]);
	await stream.close();
	return text(concat(parts));
}
const post = (path: string, body: string, headers = "Content-Type: application/json\r\n"): string =>
	`POST ${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`;

it.each([
	["no HTTP", "hello\r\n\r\n", 400, "400 Bad Request"],
	["no Host", "GET /_ping HTTP/1.1\r\n\r\n", 400, "missing required Host header"],
	["another HTTP", "GET /_ping HTTP/9.9\r\nHost: d\r\n\r\n", 505, "unsupported protocol version"],
	[
		"a head without end",
		`GET /_ping HTTP/1.1\r\nHost: d\r\nX: ${"a".repeat(2 << 20)}\r\n\r\n`,
		431,
		"\r\n\r\n431 Request Header Fields Too Large",
	],
	["a length that is none", "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: abc\r\n\r\n", 400, "\r\n\r\n400 Bad Request"],
	[
		"nonsense for chunks",
		`POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
		400,
		"invalid byte in chunk length",
	],
	["an unknown route", get("/v1.44/nope"), 404, '{"message":"page not found"}'],
	[
		"a version to come",
		get("/v1.999/info"),
		400,
		'{"message":"client version 1.999 is too new. Maximum supported API version is 1.55"}',
	],
	["no body", post("/containers/create", ""), 400, '{"message":"invalid JSON: got EOF while reading request body"}'],
	["half a body", post("/containers/create", "{"), 400, '{"message":"invalid JSON: unexpected EOF"}'],
	[
		"no JSON",
		post("/containers/create", "hello"),
		400,
		`{"message":"invalid JSON: invalid character 'h' looking for beginning of value"}`,
	],
	[
		"another type",
		post("/containers/create", "{}", "Content-Type: text/plain\r\n"),
		400,
		"unsupported Content-Type header (text/plain): must be 'application/json'",
	],
	[
		"a name that is none",
		post("/containers/create?name=-x", '{"Image":"busybox"}'),
		400,
		"Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
	],
])("%s", async (_what, bytes, status, words) => {
	const answer = await send(bytes, 3000);
	expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
	expect(answer).toContain(words);
});

it("clients that go away in the middle", async () => {
	const descriptors = (): Promise<string> => machine.ok("sleep 0.5; ls /proc/$(pidof dockerd)/fd | wc -l");
	const before = await descriptors();
	for (let round = 0; round < 3; round++) {
		expect(await send(get("/containers/talks/logs?follow=1&stdout=1"), 1500)).toContain("line");
		await send(
			"POST /containers/talks/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n",
		);
		await send(get("/events"), 100);
		await send(get("/containers/talks/stats"), 100);
		await send(post("/images/create?fromImage=layers&tag=latest", ""), 20);
		await send(post("/containers/talks/wait", ""), 100);
	}
	expect(await descriptors()).toBe(before);
});

it.each([0, 1])("a classic build ends with its connection (q=%d)", async (quiet) => {
	const many = (count: number): string => `until [ $(docker ps -q | wc -l) = ${count} ]; do sleep 0.1; done`;
	await machine.ok(
		"mkdir -p /root/b && printf 'FROM busybox\\nRUN sleep 1000\\n' > /root/b/Dockerfile && tar -cf /root/b.tar -C /root/b .",
	);
	const url = `http://d/build?version=1&q=${quiet}`;
	await machine.ok(
		`curl -s -X POST --data-binary @/root/b.tar '${url}' --unix-socket /var/run/docker.sock > /dev/null & ${many(2)}; kill $!; ${many(1)}`,
	);
});

it("takes an archive that curl sends byte for byte, from its input or a file", async () => {
	const put = (data: string) =>
		`curl -s -X PUT -H 'Content-Type: application/x-tar' --data-binary ${data} 'http://d/containers/talks/archive?path=/tmp' --unix-socket /var/run/docker.sock`;
	await machine.ok("mkdir -p /root/sent && head -c 3000 /bin/busybox > /root/sent/bytes && docker exec talks mkdir -p /tmp");
	await machine.ok(`cd /root/sent && tar -cz bytes > ../sent.tar.gz && cat ../sent.tar.gz | ${put("@-")}`);
	await machine.ok("docker exec talks sh -c 'cat /tmp/bytes' | cmp - /root/sent/bytes");
	await machine.ok(`docker exec talks rm /tmp/bytes && ${put("@/root/sent.tar.gz")}`);
	await machine.ok("docker exec talks sh -c 'cat /tmp/bytes' | cmp - /root/sent/bytes");
	const { code, stderr } = await machine.sh("curl -d @/nowhere http://d/ --unix-socket /var/run/docker.sock");
	expect([code, stderr]).toEqual([26, "curl: (26) Failed to open /nowhere\n"]);
});
