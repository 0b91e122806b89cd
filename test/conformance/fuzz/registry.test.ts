// Requests to the registry, changed at random: each is answered as the Distribution API answers, with its errors; what it holds stays.

import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { putImage } from "../../engine/registry/images";
import { serveRegistry } from "../../engine/registry/node-files";
import { Chance, expectWords, mutateBytes, mutateJson, mutateText, rounds, show } from "./mutate";

let folder: string;
let registry: Awaited<ReturnType<typeof serveRegistry>>;
let image: Awaited<ReturnType<typeof putImage>>;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "fuzz-registry-"));
	registry = await serveRegistry(folder);
	image = await putImage(registry.store, "good", "1", [[{ name: "a", content: "one" }]]);
});
afterAll(async () => {
	await registry?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** What comes until the registry closes, or for so long. */
function exchange(bytes: Uint8Array, patience: number): Promise<{ closed: boolean; answer: string }> {
	return new Promise((resolve) => {
		const [address, port] = registry.host.split(":");
		const parts: Buffer[] = [];
		const end = (closed: boolean): void => {
			clearTimeout(late);
			socket.destroy();
			resolve({ closed, answer: Buffer.concat(parts).toString("latin1") });
		};
		const socket = net.connect(Number(port), address!, () => socket.write(bytes));
		const late = setTimeout(() => end(false), patience);
		socket.on("data", (part) => parts.push(part));
		socket.on("error", () => {});
		socket.on("close", () => end(true));
	});
}
function expectAnswer(answer: string, input: unknown): void {
	expect(answer.slice(0, 9), show(input)).toBe("HTTP/1.1 ");
	const status = Number(answer.slice(9, 12));
	if (status >= 500 && status !== 501 && status !== 505) expect.fail(`${JSON.stringify(answer.slice(0, 300))} to ${show(input)}`);
	for (const [, message] of answer.matchAll(/"message":("(?:[^"\\]|\\.)*")/g)) expectWords(JSON.parse(message!) as string, input);
}

const digest = (): string => digestOf("nobody");
const request = (line: string, body: Uint8Array | string = "", type = "application/octet-stream"): Buffer => {
	const content = typeof body === "string" ? utf8(body) : body;
	const head = `${line} HTTP/1.1\r\nHost: r\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head, "latin1"), content]);
};
const safe = (path: string): string =>
	path.replace(/[\0-\x20\x7f-\uffff]/g, (one) => (/\p{Surrogate}/u.test(one) ? "%ff" : encodeURIComponent(one)));

describe("the registry", { timeout: 600_000 }, () => {
	it("answers paths and queries of every kind", async () => {
		const chance = new Chance(1);
		const seeds = [
			"GET /v2/",
			"GET /v2/_catalog?n=5&last=a",
			"GET /v2/good/tags/list?n=1&last=0",
			"GET /v2/good/manifests/1",
			`HEAD /v2/good/manifests/${image.manifest}`,
			`GET /v2/good/blobs/${image.config}`,
			`GET /v2/good/referrers/${image.manifest}?artifactType=a/b`,
			`POST /v2/new/blobs/uploads/?mount=${image.config}&from=good`,
			`POST /v2/new/blobs/uploads/?digest=${digest()}`,
			"PATCH /v2/new/blobs/uploads/00000000-0000-0000-0000-000000000000?_state=x",
			`PUT /v2/new/blobs/uploads/x?digest=${digest()}`,
			`DELETE /v2/new/manifests/${digest()}`,
			`DELETE /v2/new/blobs/${digest()}`,
		];
		for (let round = rounds(250); round > 0; round--) {
			const [method = "", ...rest] = mutateText(chance, seeds).split(" ");
			if (method === "DELETE" && !rest.join(" ").includes("new")) continue;
			const line = `${safe(method) || "GET"} ${safe(rest.join(" ")) || "/"}`;
			const { answer, closed } = await exchange(request(line, chance.below(3) === 0 ? "body" : ""), 20_000);
			if (!closed) expect.fail(`no end of ${show(line)}: ${answer}`);
			expectAnswer(answer, line);
		}
	});

	it("answers manifests of every kind", async () => {
		const chance = new Chance(2);
		const types = [
			"application/vnd.oci.image.manifest.v1+json",
			"application/vnd.oci.image.index.v1+json",
			"application/vnd.docker.distribution.manifest.v2+json",
			"text/html",
			"",
		];
		const descriptor = { mediaType: "application/vnd.oci.image.config.v1+json", digest: image.config, size: 5 };
		const good = [
			{
				schemaVersion: 2,
				mediaType: types[0],
				config: descriptor,
				layers: [{ ...descriptor, digest: image.layers[0] }],
				subject: { ...descriptor, digest: image.manifest },
				annotations: { a: "b" },
			},
			{
				schemaVersion: 2,
				mediaType: types[1],
				manifests: [{ mediaType: types[0], digest: image.manifest, size: 1, platform: { os: "linux", architecture: "amd64" } }],
			},
		];
		for (let round = rounds(80); round > 0; round--) {
			const body = utf8(JSON.stringify(mutateJson(chance, chance.of(good))) ?? "");
			const bytes = chance.below(4) === 0 ? mutateBytes(chance, body) : body;
			const { answer } = await exchange(request("PUT /v2/good/manifests/fuzzed", bytes, chance.of(types)), 20_000);
			expectAnswer(answer, bytes);
			expectAnswer((await exchange(request(`GET /v2/good/referrers/${image.manifest}`), 20_000)).answer, bytes);
		}
	});

	it("answers bytes that are nearly HTTP, or closes", async () => {
		const chance = new Chance(3);
		const seeds = [
			request("GET /v2/"),
			request(`GET /v2/good/blobs/${image.config}`),
			Buffer.from(`GET /v2/good/blobs/${image.config} HTTP/1.1\r\nHost: r\r\nRange: bytes=0-4,7-\r\nConnection: close\r\n\r\n`),
			Buffer.from(
				"POST /v2/new/blobs/uploads/ HTTP/1.1\r\nHost: r\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
			),
			Buffer.from(
				"PATCH /v2/new/blobs/uploads/x HTTP/1.1\r\nHost: r\r\nContent-Range: 0-4\r\nContent-Length: 5\r\n\r\nhelloGET /v2/ HTTP/1.1\r\nHost: r\r\n\r\n",
			),
			Buffer.from(
				"GET /v2/ HTTP/1.1\r\nHost: r\r\nAuthorization: Basic eDp5\r\nAccept: a/b, */*;q=0\r\nConnection: close\r\n\r\n",
			),
		];
		for (let round = rounds(80); round > 0; round--) {
			const bytes = mutateBytes(chance, chance.of(seeds));
			// more may be to come, as far as the registry knows: then it waits
			const { answer } = await exchange(bytes, 100);
			if (answer !== "") expectAnswer(answer, bytes);
		}
	});

	it("still has what it had", async () => {
		const { answer } = await exchange(request("GET /v2/good/manifests/1"), 20_000);
		expect(answer).toMatch(/^HTTP\/1\.1 200 /);
		expect(digestOf(Buffer.from(answer.slice(answer.indexOf("\r\n\r\n") + 4), "latin1"))).toBe(image.manifest);
	});
});
