// Pushes and pulls on a line that is cut: at any byte of what goes up or comes down, or after a request was taken and before
// its answer arrived. What goes on is whole in the end; what is given up leaves no name behind. Seeds decide where.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { splitTarget } from "../../../engine/lib/http/query";
import type { Fetch } from "../../../engine/port";
import { registryHandler } from "../../../engine/registry/handle";
import { putImage } from "../registry/images";
import { seeded } from "../registry/memory-files";
import { random } from "../registry/node-files";
import { machine, network, pull } from "./machine";

const SEEDS = process.env.DRYDOCK_LONG ? 400 : 10;
const noise = (words: number, seed: string): string =>
	Array.from({ length: words }, (_, at) => digestOf(`${seed} ${at}`).slice(7)).join("");

interface Line {
	fetch: Fetch;
	/** Bytes that pass before each cut, one after the other; none left is a line that holds. */
	cuts: number[];
	/** Every connection fails from now on. */
	dead: boolean;
	/** Where bytes are counted. */
	direction: "up" | "down" | "answer";
	passed: number;
}

function lineTo(handle: ReturnType<typeof registryHandler>): Line {
	const reset = () => new Error("read tcp: connection reset by peer");
	const line: Line = {
		cuts: [],
		dead: false,
		direction: "down",
		passed: 0,
		async fetch({ method, url, headers, body }) {
			if (line.dead) throw reset();
			/** How much of so many bytes passes; undefined for all. */
			const cutIn = (length: number): number | undefined => {
				const next = line.cuts[0];
				if (next === undefined) return undefined;
				if (line.passed + length < next) {
					line.passed += length;
					return undefined;
				}
				const part = Math.max(0, next - line.passed);
				line.cuts.shift();
				line.passed = 0;
				return part;
			};
			const up = line.direction === "up" && body ? cutIn(body.length) : undefined;
			const request = { method, headers, ...splitTarget(url.replace(/^https?:\/\/[^/]+/, "")) };
			async function* sent(): AsyncGenerator<Uint8Array> {
				if (!body) return;
				if (up === undefined) return yield body;
				if (up > 0) yield body.subarray(0, up);
				throw reset();
			}
			const answer = await handle({ ...request, body: sent() });
			if (line.direction === "answer" && cutIn(1) !== undefined) throw reset();
			async function* received(): AsyncGenerator<Uint8Array> {
				const pieces = answer.body === undefined ? [] : answer.body instanceof Uint8Array ? [answer.body] : answer.body;
				for await (const piece of pieces) {
					const down = line.direction === "down" ? cutIn(piece.length) : undefined;
					if (down === undefined) yield piece;
					else {
						if (down > 0) yield piece.subarray(0, down);
						throw reset();
					}
				}
			}
			return { status: answer.status, headers: answer.headers, body: received() };
		},
	};
	return line;
}

let net: ReturnType<typeof network>;
beforeEach(() => {
	net = network();
});
afterEach(() => net.remove());
const lineOf = (): Line => lineTo(registryHandler(net.store, { random, libraryNames: true }));
const LAYERS = [[{ name: "one", content: noise(800, "one") }], [{ name: "two", content: noise(3000, "two") }]];

describe("a pull that is cut", () => {
	it("goes on to the same image, however often and wherever", async () => {
		const image = await putImage(net.store, "busybox", "latest", LAYERS, { index: true });
		const total = image.sizes.reduce((sum, size) => sum + size, 0);
		for (let seed = 1; seed <= SEEDS; seed++) {
			const next = seeded(seed);
			const line = lineOf();
			const { client, close } = await machine({ fetch: line.fetch });
			// what is small is asked for again by whoever pulls; what is large goes on by itself
			let tries = 0;
			line.cuts = Array.from({ length: 1 + Math.floor(next() * 4) }, () => Math.floor(next() * total));
			for (; ; tries++) {
				const done = await pull(client, "busybox").then(
					() => true,
					(error: unknown) => {
						expect(String(error), `seed ${seed}`).toMatch(/reset|EOF/);
						return false;
					},
				);
				if (done) break;
				expect(tries).toBeLessThan(5);
				expect(await client["images.list"]({})).toEqual([]);
			}
			const { target } = await client["images.get"]({ name: "docker.io/library/busybox:latest" });
			expect(target.digest).toBe(image.top);
			for (const digest of [...image.layers, image.config])
				expect((await client["content.info"]({ digest })).digest).toBe(digest);
			await close();
		}
	}, 300_000);

	it("leaves no name when it is given up, and goes on where it was the next time", async () => {
		const image = await putImage(net.store, "busybox", "latest", LAYERS);
		const line = lineOf();
		const { client, close } = await machine({ fetch: line.fetch });
		line.cuts = [60_000];
		const giving = pull(client, "busybox");
		const watch = setInterval(() => {
			if (line.cuts.length === 0) line.dead = true;
		}, 0);
		await giving.catch(() => {});
		clearInterval(watch);
		line.dead = false;
		line.cuts = [];
		await pull(client, "busybox");
		expect((await client["images.get"]({ name: "docker.io/library/busybox:latest" })).target.digest).toBe(image.top);
		await close();
	}, 60_000);
});

describe("a push that is cut", () => {
	const pushTo = async (client: Awaited<ReturnType<typeof machine>>["client"], reference: string): Promise<string[]> => {
		const states: string[] = [];
		for await (const one of client["transfer.push"]({ reference })) if (one.kind === "layer") states.push(one.state);
		return states;
	};

	it.each(["up", "answer"] as const)(
		"%s: the registry has all of it in the end",
		async (direction) => {
			const image = await putImage(net.store, "busybox", "latest", LAYERS);
			const total = direction === "answer" ? 14 : image.sizes.reduce((sum, size) => sum + size, 0) + 2000;
			for (let seed = 1; seed <= SEEDS; seed++) {
				const next = seeded(seed * 3 + direction.length);
				const line = lineOf();
				const { client, close } = await machine({ fetch: line.fetch });
				await pull(client, "busybox");
				const { target } = await client["images.get"]({ name: "docker.io/library/busybox:latest" });
				const name = `copies/of-${direction}-${seed}`;
				await client["images.create"]({ image: { name: `other.test/${name}:v1`, target, labels: {} } });
				line.direction = direction;
				line.cuts = Array.from({ length: 1 + Math.floor(next() * 3) }, () => Math.floor(next() * total));
				for (let tries = 0; ; tries++) {
					const done = await pushTo(client, `other.test/${name}:v1`).then(
						() => true,
						(error: unknown) => {
							expect(String(error), `seed ${seed}`).toMatch(/reset/);
							return false;
						},
					);
					if (done) break;
					expect(tries).toBeLessThan(5);
				}
				const manifest = await net.store.manifest(name, "v1");
				expect(manifest?.digest, `seed ${seed}`).toBe(image.top);
				for (const digest of [...image.layers, image.config])
					expect(digestOf((await net.store.blobs.bytes(digest))!), `seed ${seed}`).toBe(digest);
				// nothing half done is left behind, but for an upload that nobody was told of: the registry forgets it by itself
				const left = await net.store.files.list(`docker/registry/v2/repositories/${name}/_uploads`);
				if (direction === "up") expect(left).toEqual([]);
				await close();
			}
		},
		300_000,
	);

	it("for good leaves the registry without the name", async () => {
		await putImage(net.store, "busybox", "latest", LAYERS);
		const line = lineOf();
		const { client, close, waited } = await machine({ fetch: line.fetch });
		await pull(client, "busybox");
		const { target } = await client["images.get"]({ name: "docker.io/library/busybox:latest" });
		await client["images.create"]({ image: { name: "other.test/copy:v1", target, labels: {} } });
		line.direction = "up";
		line.cuts = [1000, ...Array.from({ length: 200 }, () => 0)];
		await expect(pushTo(client, "other.test/copy:v1")).rejects.toThrow(/reset/);
		expect(await net.store.manifest("copy", "v1")).toBeUndefined();
		expect(waited.length).toBeGreaterThan(2);
		await close();
	}, 60_000);

	it("with a silence is given up at once, and the registry is told", async () => {
		await putImage(net.store, "busybox", "latest", LAYERS);
		const asked: string[] = [];
		const fetch: Fetch = async (request) => {
			if (request.url.includes("/silent/blobs/uploads/")) asked.push(request.method);
			// it took the whole, and does not answer
			if (request.url.includes("/silent/blobs/uploads/") && request.method === "PUT")
				throw new Error("net/http: timeout awaiting response headers");
			return net.fetch(request);
		};
		const { client, close, waited } = await machine({ fetch });
		await pull(client, "busybox");
		const { target } = await client["images.get"]({ name: "docker.io/library/busybox:latest" });
		await client["images.create"]({ image: { name: "other.test/silent:v1", target, labels: {} } });
		await expect(pushTo(client, "other.test/silent:v1")).rejects.toThrow(
			/^failed to .*do request: Put "https:\/\/other\.test\/v2\/silent\/blobs\/uploads\/.*": net\/http: timeout awaiting response headers$/,
		);
		expect(asked).toContain("DELETE");
		expect(waited).toEqual([]);
		expect(await net.store.manifest("silent", "v1")).toBeUndefined();
		await close();
	}, 60_000);
});

it("a body that ends early is not taken for a whole one", async () => {
	const blob = new Uint8Array(1000).fill(7);
	const handle = registryHandler(net.store, { random });
	const ask = async (line: string, body: AsyncIterable<Uint8Array>) => {
		const [method, target] = line.split(" ") as [string, string];
		return handle({ method, headers: {}, body, ...splitTarget(target) });
	};
	const { headers } = await ask("POST /v2/a/blobs/uploads/", (async function* () {})());
	const cut = (async function* () {
		yield blob.subarray(0, 400);
		throw new Error("reset");
	})();
	await expect(ask(`PUT ${headers.location}?digest=${digestOf(blob)}`, cut)).rejects.toThrow("reset");
	const status = await ask(`GET ${headers.location}`, (async function* () {})());
	expect(status.headers.range).toBe("0-399");
	expect(await net.store.blobs.size("a", digestOf(blob))).toBeUndefined();
	const rest = (async function* () {
		yield blob.subarray(400);
	})();
	expect((await ask(`PUT ${headers.location}?digest=${digestOf(blob)}`, rest)).status).toBe(201);
	expect(await collect(net.store.blobs.read(digestOf(blob), 0, 1000))).toEqual(blob);
});
