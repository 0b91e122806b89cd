// Sessions without any daemon: the queue, limits and times, cookies, origins, what a crash leaves, and Redis in place of memory.

import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import type { Provider, Trouble } from "../../app/api/sandbox/provider/provider";
import { SandboxRoute } from "../../app/api/sandbox/serve";
import { currentKey, newSessionId, opened, sealed } from "../../app/api/sandbox/session/cookie";
import { RedisRelay, type Relay } from "../../app/api/sandbox/session/relay";
import { type Settings, settingsFrom } from "../../app/api/sandbox/session/settings";
import { RedisShares } from "../../app/api/sandbox/session/shares";
import { advance, emptyShared, join, placeOf, sessionOf } from "../../app/api/sandbox/session/state";
import { MemoryStore, RedisStore, type Store } from "../../app/api/sandbox/session/store";
import { refusalSchema, stateSchema } from "../../app/api/sandbox/wire";
import { text, utf8 } from "../../engine/lib/bytes";
import { encodeFrame } from "../../engine/lib/mux/frame";
import { SandboxClient, serveSandbox } from "../support/sandbox-server";
import { Names } from "./names";

const settings = (more: Partial<Settings> = {}): Settings => ({
	...settingsFrom({ SANDBOX: "1", SANDBOX_WARM: "0", SANDBOX_MOST: "1", NODE_ENV: "test" }),
	perAddress: 10,
	...more,
});

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function serve(
	given: Settings,
	provider: Provider = new Names(),
	store: Store = new MemoryStore(),
	now?: () => number,
	relay?: Relay,
) {
	const route = new SandboxRoute(given, provider, store, undefined, relay, now);
	const server = await serveSandbox(route);
	closing.push(() => route.stop(), server.close);
	return {
		route,
		address: server.address,
		client: (headers?: Record<string, string>) => new SandboxClient(server.address, headers),
	};
}

describe("the queue", () => {
	it("lends in the order of asking, says each place, and forgets who stopped asking", () => {
		const shared = emptyShared();
		const given = settings();
		for (const id of ["a", "b", "c", "d"]) join(shared, given, { id, address: id, now: 0 });
		advance(shared, given, 0);
		const states = () => shared.sessions.map((session) => `${session.id} ${session.state} ${placeOf(shared, session)}`);
		expect(states()).toEqual(["a starting 0", "b queued 1", "c queued 2", "d queued 3"]);
		sessionOf(shared, "a")!.state = "ended";
		sessionOf(shared, "c")!.seen = 40_000;
		sessionOf(shared, "d")!.seen = 40_000;
		advance(shared, given, 40_000);
		expect(states()).toEqual(["a ended 0", "b ended 0", "c starting 0", "d queued 1"]);
	});

	it("refuses when it is full, when an address has enough, and when it asks too often", () => {
		const shared = emptyShared();
		const given = settings({ queue: 2, perAddress: 1, perHour: 2 });
		const asking = (id: string, address: string, now = 0) => join(shared, given, { id, address, now });
		asking("a", "1");
		expect(asking("b", "1")).toMatchObject({ reason: "address-limit" });
		asking("c", "2");
		expect(asking("d", "3")).toMatchObject({ reason: "full" });
		for (const session of shared.sessions) session.state = "ended";
		asking("e", "1");
		for (const session of shared.sessions) session.state = "ended";
		expect(asking("f", "1", 1000)).toMatchObject({ reason: "rate-limit", retryAfter: 3599 });
		expect(asking("g", "1", 3_600_001)).toMatchObject({ state: "queued" });
	});
});

describe("times", () => {
	it("end a session that is idle, and one whose time is over, with a warning before, and take the sandbox away", async () => {
		let now = 1_000_000;
		const names = new Names();
		const { route, client } = await serve(settings({ most: 2 }), names, new MemoryStore(), () => now);
		const [idle, busy] = [client(), client()];
		await idle.begin();
		await busy.begin();
		expect(await idle.state()).toMatchObject({ state: "ready", left: { idle: 600, total: 3600 } });
		for (let minutes = 1; minutes < 60; minutes++) {
			now += 60_000;
			expect((await busy.fetch("GET", "/engine/_ping")).status).toBe(minutes < 60 ? 200 : 410);
			await route.sandboxes.tick();
			if (minutes === 9) expect(await idle.state()).toMatchObject({ state: "ready", warning: "idle", left: { idle: 60 } });
			if (minutes === 11) expect(await idle.state()).toMatchObject({ state: "ended", reason: "idle" });
			if (minutes === 59) expect(await busy.state()).toMatchObject({ warning: "time" });
		}
		now += 60_000;
		await route.sandboxes.tick();
		expect(await busy.state()).toMatchObject({ state: "ended", reason: "time" });
		await expect.poll(() => names.there.size).toBe(0);
	});
});

describe("sandboxes", () => {
	it("that wait warm are lent at once, and another is made", async () => {
		const names = new Names();
		const { route, client } = await serve(settings({ most: 3, warm: 1 }), names);
		route.sandboxes.start();
		await expect.poll(() => names.made).toBe(1);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect((await client().fetch("POST", "")).status).toBe(201);
		await expect.poll(() => names.made).toBe(2);
	});

	it("that are gone are replaced, that nobody knows are taken away, and what a crash left is too", async () => {
		let now = Date.now();
		const names = new Names();
		names.there.set("left-by-a-crash", now);
		const { route, client } = await serve(settings({ most: 2 }), names, new MemoryStore(), () => now);
		await route.sandboxes.clear();
		expect([...names.there.keys()]).toEqual([]);
		const mine = client();
		await mine.begin();
		names.there.clear();
		names.there.set("unknown", now - 600_000);
		names.there.set("just being made", now);
		now += 30_000;
		await route.sandboxes.tick();
		await expect.poll(() => mine.state()).toMatchObject({ state: "ready", replaced: 1, left: { total: 3570 } });
		expect([...names.there.keys()]).toEqual(["just being made", "sandbox-2"]);
	});

	it("that get lost again and again are lost by their learner", async () => {
		let now = Date.now();
		const names = new Names();
		const { route, client } = await serve(settings(), names, new MemoryStore(), () => now);
		const mine = client();
		await mine.begin();
		for (let lost = 1; lost <= 4; lost++) {
			names.there.clear();
			now += 10_000;
			await route.sandboxes.tick();
			const after = lost < 4 ? { state: "ready", replaced: lost } : { state: "ended", reason: "lost" };
			await expect.poll(() => mine.state()).toMatchObject(after);
		}
	});

	it("that are lost: streams are told, and who had one comes before who had none", async () => {
		let now = Date.now();
		const names = new Names();
		const { route, client } = await serve(settings(), names, new MemoryStore(), () => now);
		const [mine, waiting] = [client(), client()];
		await mine.begin();
		expect((await waiting.fetch("POST", "")).status).toBe(202);
		const { mux, close } = await mine.connect();
		const stream = mux.open();
		await stream.write(utf8("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"));
		for (let heard = ""; !heard.endsWith("sandbox-1"); ) heard += text((await stream.read())!);
		names.there.clear();
		now += 10_000;
		await route.sandboxes.tick();
		await expect(stream.read()).rejects.toThrow("the sandbox has ended: lost");
		await expect.poll(() => mine.state()).toMatchObject({ state: "ready", replaced: 1 });
		expect(await waiting.state()).toMatchObject({ state: "queued", place: 1 });
		expect(await (await mine.fetch("GET", "/engine/_ping")).text()).toBe("sandbox-2");
		close();
	});

	it("that cannot be made are said to have failed, and one may ask again", async () => {
		const names = new Names();
		names.fails = true;
		const { client } = await serve(settings(), names);
		const mine = client();
		await expect(mine.begin()).rejects.toThrow("ended before");
		names.fails = false;
		await mine.begin();
		expect(await mine.state()).toMatchObject({ state: "ready" });
	});
});

describe("a site without a sandbox", () => {
	it.each<[string, Partial<Settings>, Trouble | undefined, string]>([
		["is switched off", { enabled: false }, undefined, "disabled"],
		["has no daemon", {}, { reason: "no-daemon", message: "no Docker daemon" }, "no-daemon"],
		["has no image", {}, { reason: "no-image", message: "npm run sandbox-image builds it" }, "no-image"],
	])("because it %s says so", async (_name, more, why, reason) => {
		const names = new Names();
		names.why = why;
		const { client } = await serve(settings(more), names);
		expect(stateSchema.parse(await client().state())).toMatchObject({ state: "none", reason });
		const refused = await client().fetch("POST", "");
		expect(refused.status).toBe(503);
		expect(refusalSchema.parse(await refused.json())).toMatchObject({ reason });
	});
});

describe("cookies", () => {
	it("are believed for the keys of now and before, and not when anything in them is changed", () => {
		const shared = emptyShared();
		const id = newSessionId();
		const cookie = sealed(currentKey(shared, 0), id);
		expect(opened(shared.keys, cookie)).toBe(id);
		for (let at = 0; at < cookie.length; at++) {
			const other = cookie[at] === "A" ? "B" : "A";
			// base64 has two spellings of the last bits
			if (at < cookie.length - 1) expect(opened(shared.keys, cookie.slice(0, at) + other + cookie.slice(at + 1))).toBeUndefined();
		}
		const hours = 3_600_000;
		expect(currentKey(shared, 5 * hours).since).toBe(0);
		expect(currentKey(shared, 7 * hours).since).toBe(7 * hours);
		expect(opened(shared.keys, cookie)).toBe(id);
		currentKey(shared, 14 * hours);
		currentKey(shared, 21 * hours);
		expect(opened(shared.keys, cookie)).toBeUndefined();
	});

	it("open one's own sandbox and nobody else's; forged, doubled and replayed ones open none", async () => {
		const { client } = await serve(settings({ most: 2 }));
		const [mine, other] = [client(), client()];
		await mine.begin();
		await other.begin();
		const ping = (from: SandboxClient) =>
			from.fetch("GET", "/engine/_ping").then(async (answer) => `${answer.status} ${await answer.text()}`);
		const [first, second] = [await ping(mine), await ping(other)];
		expect(first).toMatch(/^200 sandbox-\d$/);
		expect(second).toMatch(/^200 sandbox-\d$/);
		expect(first).not.toBe(second);

		const spoiled = client();
		const [key, session, signature] = mine.cookie!.split("=")[1]!.split(".");
		for (const forged of [
			"drydock_sandbox=",
			`drydock_sandbox=${key}.${session}.`,
			`drydock_sandbox=${key}.${other.cookie!.split(".")[1]}.${signature}`,
			`drydock_sandbox=00000000.${session}.${signature}`,
			`${mine.cookie}; ${other.cookie}`,
		]) {
			spoiled.cookie = forged;
			expect(await ping(spoiled)).toMatch(/^401 .*no-session/);
		}
		const kept = mine.cookie;
		expect((await mine.fetch("DELETE", "")).status).toBe(204);
		spoiled.cookie = kept;
		expect(await ping(spoiled)).toMatch(/^410 .*ended/);
		expect(await ping(other)).toBe(second);
	});

	it("are for this route alone, and no script's", async () => {
		const { client } = await serve(settings());
		const set = (await client({ "x-forwarded-proto": "https" }).fetch("POST", "")).headers.getSetCookie()[0];
		expect(set).toMatch(/^drydock_sandbox=\S+; Path=\/api\/sandbox; HttpOnly; SameSite=Strict; Secure$/);
	});
});

describe("requests from other sites' pages", () => {
	it.each<[string, Record<string, string>]>([
		["by another site", { "sec-fetch-site": "cross-site" }],
		["by a sister site", { "sec-fetch-site": "same-site" }],
		["with another origin", { origin: "https://evil.example" }],
		["with no origin at all, as from a sandboxed frame", { origin: "null" }],
	])("%s are refused, whatever they ask", async (_name, headers) => {
		const names = new Names();
		const { client } = await serve(settings({ most: 2 }), names);
		const mine = client();
		await mine.begin();
		const evil = client(headers);
		evil.cookie = mine.cookie;
		for (const [method, path] of [
			["POST", ""],
			["GET", ""],
			["DELETE", ""],
			["GET", "/streams"],
			["POST", "/streams?connection=x&sequence=0"],
			["GET", "/engine/_ping"],
			["POST", "/engine/containers/create"],
		] as const)
			expect((await evil.fetch(method, path)).status).toBe(403);
		expect(names.there.size).toBe(1);
	});
});

describe("connections", () => {
	const frames = { "content-type": "application/octet-stream" };
	it("take POSTs in their order, once, from their own session", async () => {
		const { client } = await serve(settings({ most: 2 }));
		const [mine, other] = [client(), client()];
		await mine.begin();
		await other.begin();
		const stop = new AbortController();
		const down = await mine.fetch("GET", "/streams", { signal: stop.signal });
		const connection = down.headers.get("x-sandbox-connection")!;
		const post = (from: SandboxClient, sequence: string, body: Uint8Array = encodeFrame({ kind: "ping" })) =>
			from
				.fetch("POST", `/streams?connection=${connection}&sequence=${sequence}`, { headers: frames, body: body as BodyInit })
				.then(async (answer) => `${answer.status} ${await answer.text()}`);
		expect(await post(mine, "0")).toBe("204 ");
		expect(await post(mine, "0")).toMatch(/^409 .*"expected":1/);
		expect(await post(mine, "2")).toMatch(/^409 .*"expected":1/);
		expect(await post(other, "1")).toMatch(/^410 .*"connection"/);
		expect(await post(mine, "x")).toMatch(/^400 /);
		expect(await post(mine, "1", Uint8Array.of(99))).toMatch(/^400 .*kind/);
		expect(await post(mine, "2")).toMatch(/^410 /);
		stop.abort();
	});

	it("are few, and end with the sandbox, telling why", async () => {
		const { client } = await serve(settings());
		const mine = client();
		await mine.begin();
		const connections = [await mine.connect(), await mine.connect(), await mine.connect(), await mine.connect()];
		await expect(mine.connect()).rejects.toThrow("429");
		const stream = connections[0]!.mux.open();
		await stream.write(utf8("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"));
		expect(await stream.read()).not.toBeNull();
		await mine.fetch("DELETE", "");
		await expect(
			(async () => {
				while ((await stream.read()) !== null);
			})(),
		).rejects.toThrow("the sandbox has ended: ended");
		for (const { close } of connections) close();
	});
});

const noRedis =
	spawnSync("sh", ["-c", "command -v redis-server"], { stdio: "ignore" }).status === 0
		? undefined
		: "redis-server is not installed";
describe.skipIf(noRedis)(`state in Redis${noRedis ? ` (skipped: ${noRedis})` : ""}`, () => {
	it("is one state for several processes: one queue, no sandbox made twice", async () => {
		const port = await freePort();
		const redis = spawn("redis-server", ["--port", String(port), "--save", "", "--bind", "127.0.0.1"], {
			stdio: ["ignore", "pipe", "ignore"],
		});
		closing.push(() => redis.kill("SIGKILL"));
		await new Promise<void>((resolve) =>
			redis.stdout.on("data", (text) => String(text).includes("Ready to accept") && resolve()),
		);
		const names = new Names();
		const url = `redis://127.0.0.1:${port}`;
		const sites = await Promise.all(
			[1, 2, 3].map(async () => {
				const relay = new RedisRelay(url);
				const given = settings({ most: 3, perHour: 100 });
				return { ...(await serve(given, names, new RedisStore(url), undefined, relay)), relay };
			}),
		);
		for (const { route } of sites) route.sandboxes.start();
		const clients = Array.from({ length: 6 }, (_, at) => sites[at % 3]!.client());
		const asked = await Promise.all(clients.map((client) => client.fetch("POST", "").then((answer) => answer.status)));
		expect(asked.every((status) => status === 201 || status === 202)).toBe(true);
		const states = async () =>
			(await Promise.all(clients.map((client) => client.state()))).map(({ state, place }) => place ?? state);
		await expect
			.poll(async () => (await states()).map(String).sort(), { timeout: 10_000 })
			.toEqual(["1", "2", "3", "ready", "ready", "ready"]);
		expect(names.made).toBe(3);
		// a session begun at one process is known to the next
		const ready = clients[(await states()).indexOf("ready")]!;
		const elsewhere = sites[1]!.client();
		elsewhere.cookie = ready.cookie;
		expect((await elsewhere.fetch("GET", "/engine/_ping")).status).toBe(200);

		// a connection's frames may go to any of them, and are nobody else's
		const { mux, close } = await ready.connect(elsewhere);
		const stream = mux.open();
		await stream.write(utf8("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"));
		for (let heard = ""; !/sandbox-\d$/.test(heard); ) heard += text((await stream.read())!);
		const frames = { headers: { "content-type": "application/octet-stream" }, body: encodeFrame({ kind: "ping" }) as BodyInit };
		const post = async (connection: string) =>
			(await elsewhere.fetch("POST", `/streams?connection=${connection}&sequence=0`, frames)).status;
		expect(await post("AAAAAAAA.AAAAAAAAAAAAAAAA")).toBe(410);
		close();

		// calls at once count in all of them
		const [first] = await Promise.all(sites.map(({ relay }) => relay.shares.take("calls:x", 3)));
		expect(await sites[0]!.relay.shares.take("calls:x", 3)).toBeUndefined();
		first!();
		await expect.poll(() => sites[1]!.relay.shares.take("calls:x", 3)).toBeDefined();
		// and what a process held that died is free again
		const own = new Redis(url).on("error", () => {});
		closing.push(() => own.disconnect());
		const died = new RedisShares(own, 1000);
		expect(await died.take("calls:y", 1)).toBeDefined();
		expect(await sites[0]!.relay.shares.take("calls:y", 1)).toBeUndefined();
		died.close();
		await expect.poll(() => sites[0]!.relay.shares.take("calls:y", 1)).toBeDefined();

		// without Redis there is nothing to lend, and that is what is said
		redis.kill("SIGKILL");
		const refused = await ready.fetch("GET", "/engine/_ping");
		expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([
			503,
			expect.stringContaining("the site's Redis does not answer"),
		]);
		expect(await elsewhere.state()).toMatchObject({ state: "none", reason: "no-daemon" });
	});
});

const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
