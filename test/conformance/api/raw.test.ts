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
	[ask("GET /v1.99/info"), "400 Bad Request", "client version 1.99 is too new. Maximum supported API version is 1.55"],
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
	...['{"Name":5}', '{"Data":7}'].map((body, at): [string, string, string] => [
		create(body).replace("/containers/", "/secrets/"),
		"400 Bad Request",
		`invalid JSON: json: cannot unmarshal number into Go struct field SecretSpec.${["Annotations.Name", "Data"][at]} of type ${["string", "[]uint8"][at]}`,
	]),
	[
		create('{"Data":"YQ=!"}').replace("/containers/", "/configs/"),
		"400 Bad Request",
		"invalid JSON: illegal base64 data at input byte 3",
	],
	[
		create('{"TaskTemplate":{"ContainerSpec":{"Command":"sh"}}}').replace("/containers/", "/services/"),
		"400 Bad Request",
		"invalid JSON: json: cannot unmarshal string into Go struct field ContainerSpec.ServiceSpec.TaskTemplate.ContainerSpec.Command of type []string",
	],
	[
		create('{"ListenAddr":[]}').replace("/containers/create", "/swarm/init"),
		"400 Bad Request",
		"invalid JSON: json: cannot unmarshal array into Go struct field InitRequest.ListenAddr of type string",
	],
	...["GET /containers/json?limit=x", "POST /containers/nope/stop?t=x", "POST /containers/nope/restart?t=x"].map(
		(line): [string, string, string] => [ask(line), "400 Bad Request", 'strconv.Atoi: parsing "x": invalid syntax'],
	),
	...["GET", "PUT"].map((method): [string, string, string] => [
		ask(`${method} /containers/nope/archive`),
		"400 Bad Request",
		"bad parameter: path cannot be empty",
	]),
	[
		ask("GET /events?since=x"),
		"400 Bad Request",
		'invalid value for \'since\': invalid timestamp "x": invalid seconds "x": invalid syntax',
	],
	[
		ask("GET /containers/nope/logs?stdout=1&until=1.5x"),
		"400 Bad Request",
		'invalid value for "until": invalid timestamp "1.5x": invalid nanoseconds: invalid character \'x\' at position 1',
	],
	[ask("GET /containers/nope/logs"), "400 Bad Request", "must specify at least one of 'stdout' or 'stderr'"],
	[ask("GET /containers/nope/logs?stdout=1&format=xml"), "400 Bad Request", "unsupported log format"],
	[ask("GET /v1.53/containers/nope/logs?stdout=1&format=xml"), "404 Not Found", "No such container: nope"],
	[
		ask("GET /images/json?filters=%7B%22until%22:%5B%22x%22%5D%7D"),
		"400 Bad Request",
		"invalid value for 'until' filter: failed to parse value as time or duration: invalid seconds \"x\": invalid syntax",
	],
	[ask("GET /images/json?identity=1"), "400 Bad Request", "conflicting options: identity requires manifests=1"],
	[
		ask("GET /v1.54/images/nope/attestations"),
		"400 Bad Request",
		"GET /images/{name}/attestations requires minimum API version 1.55",
	],
	[
		ask("GET /images/nope/attestations?platform=a&platform=b"),
		"400 Bad Request",
		"only one platform value is currently supported",
	],
	[ask("GET /images/nope/attestations"), "404 Not Found", "No such image: nope:latest"],
	[
		create(`{"Image":"busybox","Hostname":"${"h".repeat(65)}"}`),
		"400 Bad Request",
		`hostname "${"h".repeat(65)}" is too long (maximum 64 bytes)`,
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
