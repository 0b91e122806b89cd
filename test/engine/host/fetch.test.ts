// The engine's HTTP in Node: ports that fetch refuses are dialled like others.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeFetch } from "../../../engine/host/node/fetch";
import { collect, text } from "../../../engine/lib/bytes";

/** Of those that fetch refuses, some that are seldom in use. */
const REFUSED = [10080, 6668, 6697, 5061, 4045];
const server = createServer(async (request, response) => {
	let body = "";
	for await (const part of request) body += part;
	response.writeHead(307, { location: "/elsewhere", "x-two": ["a", "b"] });
	response.end(`${request.method} ${request.url} ${request.headers["x-asked"]} ${body}`);
});
let port = 0;

const listen = (at: number): Promise<boolean> =>
	new Promise((resolve) => {
		server.once("error", () => resolve(false));
		server.listen(at, "127.0.0.1", () => resolve(true));
	});

beforeAll(async () => {
	for (const one of REFUSED)
		if (await listen(one)) {
			port = one;
			break;
		}
});
afterAll(() => server.close());

test("a server behind such a port is asked and answers, and is not followed elsewhere", async () => {
	expect(port).not.toBe(0);
	await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
	const url = `http://127.0.0.1:${port}/v2/x?y=1`;
	const answer = await nodeFetch()({ method: "PUT", url, headers: { "x-asked": "yes" }, body: new TextEncoder().encode("sent") });
	expect(answer.status).toBe(307);
	expect(answer.headers).toMatchObject({ location: "/elsewhere", "x-two": "a, b" });
	expect(text(await collect(answer.body))).toBe("PUT /v2/x?y=1 yes sent");
});

test("nobody behind one is a refused connection", async () => {
	await expect(nodeFetch()({ method: "GET", url: "http://127.0.0.1:1/v2/", headers: {} })).rejects.toThrow(
		"dial tcp 127.0.0.1:1: connect: connection refused",
	);
});

test("who sends a body hears when it has gone out, and not before", async () => {
	let taken = (): void => {};
	let agent: string | undefined;
	const lazy = createServer((request, response) => {
		agent = request.headers["user-agent"];
		taken = () => {
			request.resume();
			request.on("end", () => response.writeHead(201).end());
		};
	});
	await new Promise<void>((resolve) => lazy.listen(0, "127.0.0.1", resolve));
	const { port: at } = lazy.address() as AddressInfo;
	let sent = 0;
	// more than the buffers of both ends together
	const body = new Uint8Array(64 << 20);
	const answer = nodeFetch()({ method: "PUT", url: `http://127.0.0.1:${at}/`, headers: {}, body, onsent: () => sent++ });
	await once(lazy, "request");
	await new Promise((resolve) => setImmediate(resolve));
	expect(sent).toBe(0);
	taken();
	expect((await answer).status).toBe(201);
	expect(sent).toBe(1);
	expect(agent).toMatch(/^docker\/\d/);
	lazy.close();
});
