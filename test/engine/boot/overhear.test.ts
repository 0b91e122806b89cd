// What is told of a connection to a daemon elsewhere, by what goes over it: whole messages, pieces, streams, and what is no HTTP.

import { describe, expect, test } from "vitest";
import { overheard } from "../../../engine/boot/overhear";
import { text, utf8 } from "../../../engine/lib/bytes";
import type { HostStream } from "../../../engine/port";
import type { EventBody } from "../../../engine/trace/event";

/** Sends and answers in turn, as a client and its daemon would; the bytes that got through, and what was told. */
async function spoken(turns: Array<["ask" | "answer", string]>): Promise<{ told: EventBody[]; sent: string; got: string }> {
	const answers = turns.filter(([who]) => who === "answer").map(([, bytes]) => utf8(bytes));
	let sent = "";
	let number = 0;
	const stream: HostStream = {
		read: async () => answers.shift() ?? null,
		write: async (bytes) => {
			sent += text(bytes);
		},
		end: () => {},
		destroy: () => {},
	};
	const told: EventBody[] = [];
	const along = overheard(
		stream,
		(event) => told.push(event),
		() => ++number,
	);
	let got = "";
	for (const [who, bytes] of turns) {
		if (who === "ask") await along.write(utf8(bytes));
		else got += text((await along.read()) ?? new Uint8Array());
		// who reads along takes its time
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	along.end();
	await along.read();
	await new Promise((resolve) => setTimeout(resolve, 5));
	return { told, sent, got };
}

const GET = "GET /v1.52/containers/json HTTP/1.1\r\nHost: docker\r\nUser-Agent: Docker-Client/29\r\n\r\n";
const LIST = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[]\n";

describe("what is told", () => {
	test("a request and its answer, with JSON of a known length; two on one connection", async () => {
		const create = "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
		const { told, sent, got } = await spoken([
			["ask", GET],
			["answer", LIST],
			["ask", create],
			["answer", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"],
		]);
		expect(told).toEqual([
			{ type: "http.request", id: 1, method: "GET", path: "/v1.52/containers/json", client: "Docker-Client/29" },
			{ type: "http.response", id: 1, status: 200, bytes: 3, body: "[]\n" },
			{ type: "http.request", id: 2, method: "POST", path: "/containers/create", body: "{}" },
			{ type: "http.response", id: 2, status: 201, bytes: 0 },
		]);
		expect(sent).toBe(GET + create);
		expect(got).toContain("[]\n");
	});
	test("messages in pieces, and a stream of chunks, of which the status alone is told", async () => {
		const { told } = await spoken([
			["ask", GET.slice(0, 20)],
			["ask", GET.slice(20)],
			["answer", "HTTP/1.1 200 OK\r\nTransfer-Enc"],
			["answer", "oding: chunked\r\n\r\n3\r\nabc\r\n"],
			["answer", "0\r\n\r\n"],
			["ask", GET],
			["answer", LIST],
		]);
		expect(told.map(({ type }) => type)).toEqual(["http.request", "http.response", "http.request", "http.response"]);
		expect(told[1]).toEqual({ type: "http.response", id: 1, status: 200, bytes: 0 });
	});
	test("an upgrade, after which nothing is heard", async () => {
		const { told, got } = await spoken([
			["ask", "POST /containers/x/attach HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"],
			["answer", "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"],
			["ask", GET],
			["answer", LIST],
		]);
		expect(told.map(({ type }) => type)).toEqual(["http.request", "http.upgrade"]);
		expect(got).toContain("[]\n");
	});
	test("what is no HTTP goes through all the same", async () => {
		const { told, sent, got } = await spoken([
			["ask", "hello\r\n"],
			["answer", "\u0000\u0001"],
			["ask", "again"],
		]);
		expect([told, sent, got]).toEqual([[], "hello\r\nagain", "\u0000\u0001"]);
	});
});
