// Requests as bytes, good ones and such as no client of Docker's would send: what is answered is what a dockerd answered to the same
// bytes (raw.recorded.json, from Docker Engine 20.10), and where Engine 29 has other words, those.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { concat } from "../../../engine/lib/bytes";
import { startMachine } from "../interactive/typist";

interface Row {
	name: string;
	/** A character a byte. */
	request: string;
	/** With its reason. */
	status: string;
	/** The answer's Content-Type; "" where it has none. */
	type: string;
	body: string;
}
const recorded: Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "raw.recorded.json"), "utf8"));

const create = (body: string, type = "Content-Type: application/json\r\n"): string =>
	`POST /containers/create HTTP/1.1\r\nHost: d\r\nConnection: close\r\n${type}Content-Length: ${body.length}\r\n\r\n${body}`;
const ask = (line: string): string => `${line} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`;
/** In Engine 29's words, as its sources have them. */
const ENGINE_29: ReadonlyArray<[request: string, status: string, message: string]> = [
	[ask("GET /v1.99/info"), "400 Bad Request", "client version 1.99 is too new. Maximum supported API version is 1.52"],
	[create("hello"), "400 Bad Request", "invalid JSON: invalid character 'h' looking for beginning of value"],
	[create("["), "400 Bad Request", "invalid JSON: unexpected EOF"],
	[create("[".repeat(20_000)), "400 Bad Request", "invalid JSON: invalid character '[' exceeded max depth"],
	[create('{"Image":"nope"} x'), "400 Bad Request", "unexpected content after JSON"],
	[create("null"), "400 Bad Request", "config cannot be empty in order to create a container"],
	[
		create("{}", "Content-Type: text/plain\r\n"),
		"400 Bad Request",
		"unsupported Content-Type header (text/plain): must be 'application/json'",
	],
	[create("{}", ""), "400 Bad Request", "malformed Content-Type header (): mime: no media type"],
	[create('{"Image":"UPPER"}'), "400 Bad Request", "invalid reference format: repository name (library/UPPER) must be lowercase"],
	[ask("POST /containers/nope/wait?condition=foo"), "400 Bad Request", 'invalid condition: "foo"'],
	[ask("POST /containers/nope/resize?h=x&w=1"), "400 Bad Request", 'invalid resize height "x": invalid syntax'],
	[ask("GET /containers/json?filters=x"), "400 Bad Request", "invalid filter"],
	[ask("POST /networks/nope/connect"), "400 Bad Request", 'invalid name or ID supplied: ""'],
	[ask("POST /build/cancel"), "400 Bad Request", "build ID not provided"],
	[ask("POST /v1.52/grpc"), "500 Internal Server Error", "no upgrade proto in request"],
	[ask("POST /grpc").replace("close", "close\r\nUpgrade: foo"), "500 Internal Server Error", "protocol foo not supported"],
	...["nodes", "services", "secrets", "configs", "tasks"].map((list): [string, string, string] => [
		ask(`GET /${list}?filters=x`),
		"400 Bad Request",
		"invalid filter",
	]),
	[
		create("{}").replace("/containers/create", "/services/x/update?version=1&registryAuthFrom=foo"),
		"400 Bad Request",
		"invalid registryAuthFrom 'foo'",
	],
	[ask("GET /services/x/logs"), "400 Bad Request", "must specify at least one of 'stdout' or 'stderr'"],
];

let host: Host;
beforeAll(async () => {
	host = await startMachine();
}, 240_000);
afterAll(() => host?.shutdown());

async function answer(request: string): Promise<Omit<Row, "name" | "request">> {
	const stream = await host.connect("/var/run/docker.sock");
	const parts: Uint8Array[] = [];
	// what is refused at once may be closed before all of it is taken
	stream.write(Buffer.from(request, "latin1")).catch(() => {});
	for (let part = await stream.read(); part !== null; part = await stream.read()) parts.push(part.slice());
	await stream.close();
	const all = Buffer.from(concat(parts)).toString("latin1");
	const end = all.indexOf("\r\n\r\n");
	const head = all.slice(0, end).split("\r\n");
	const type = head.find((line) => /^content-type:/i.test(line))?.replace(/^[^:]*: /, "") ?? "";
	return { status: head[0]!.replace(/^\S+ /, ""), type, body: all.slice(end + 4) };
}

describe("requests as bytes", { timeout: 120_000 }, () => {
	it.each(recorded)("$name", async ({ name: _, request, ...expected }) => {
		expect(await answer(request)).toEqual(expected);
	});
	it.each(ENGINE_29.map((row) => ({ row, name: row[0].slice(0, 80) })))("in Engine 29's words: $name", async ({ row }) => {
		const [request, status, message] = row;
		expect(await answer(request)).toEqual({ status, type: "application/json", body: `${JSON.stringify({ message })}\n` });
	});
});
