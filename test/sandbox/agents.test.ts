// Several machines without any: agents over sandboxes that are only names, on loopback addresses that a table resolves.

import { afterEach, describe, expect, it } from "vitest";
import { Agent } from "../../app/api/sandbox/agent/server";
import { SwarmProvider } from "../../app/api/sandbox/provider/swarm";
import { SandboxRoute } from "../../app/api/sandbox/serve";
import { settingsFrom } from "../../app/api/sandbox/session/settings";
import { MemoryStore } from "../../app/api/sandbox/session/store";
import { utf8 } from "../../engine/lib/bytes";
import { SandboxClient, serveSandbox } from "../support/sandbox-server";
import { Names } from "./names";

const SECRET = "a secret of the operator's";
const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

/** Machines a, b, … on 127.0.0.2, 127.0.0.3, …, all on one port. */
async function machines(count: number, most = 4) {
	let port = 0;
	const made = [];
	const addresses: string[] = [];
	for (let at = 0; at < count; at++) {
		const node = "abc"[at]!;
		const names = new Names(node);
		const agent = new Agent({ node, secret: SECRET, most }, names);
		const address = `127.0.0.${at + 2}`;
		port = await agent.listen(port, address);
		addresses.push(address);
		let open = true;
		const close = async () => {
			if (open) await agent.close();
			open = false;
		};
		closing.push(close);
		made.push({ names, address, close });
	}
	let now = Date.now();
	const settings = { name: "tasks.agent", port, secret: SECRET, patience: 10_000 };
	const provider = new SwarmProvider(
		settings,
		async () => addresses,
		() => now,
	);
	return { made, addresses, port, provider, pass: (ms: number) => (now += ms), now: () => now };
}

describe("machines of a swarm", () => {
	it("are found by their name, and the one with most room gets the next sandbox, until all are full", async () => {
		const { provider, made, pass } = await machines(2, 2);
		expect(await provider.trouble()).toBeUndefined();
		expect(provider.places()).toBe(4);
		made[0]!.names.there.set("a-0", 0);
		pass(2000);
		const created = [await provider.create(), await provider.create(), await provider.create()];
		expect(created.map((name) => name.split(":")[0])).toEqual([
			"b",
			expect.stringMatching(/[ab]/),
			expect.stringMatching(/[ab]/),
		]);
		expect(made.map(({ names }) => names.there.size)).toEqual([2, 2]);
		await expect(provider.create()).rejects.toThrow("no machine");
		pass(2000);
		await expect(provider.create()).rejects.toThrow("no machine");
	});

	it("refuse who does not know the secret, and what is no sandbox of theirs", async () => {
		const { port, made, addresses } = await machines(1);
		const ask = (path: string, method = "GET", secret = SECRET) =>
			fetch(`http://127.0.0.2:${port}${path}`, { method, headers: { authorization: `Bearer ${secret}` } }).then(
				({ status }) => status,
			);
		expect(await ask("/sandboxes", "GET", "another secret")).toBe(401);
		expect(await ask("/sandboxes", "POST", "")).toBe(401);
		expect(await ask("/sandboxes")).toBe(200);
		expect(await ask("/containers/json")).toBe(404);
		expect(await ask("/sandboxes/..%2f..%2fcontainers", "DELETE")).toBe(404);
		made[0]!.names.there.set("a-1", 0);
		expect(await ask("/sandboxes/somebody-elses", "DELETE")).toBe(204);
		expect(made[0]!.names.destroyed).toEqual([]);
		const stranger = new SwarmProvider({ name: "x", port, secret: "wrong", patience: 0 }, async () => addresses);
		expect(await stranger.trouble()).toMatchObject({ reason: "no-daemon" });
		await expect(stranger.dial("a:a-1")).rejects.toThrow("does not answer");
		expect(() => new Agent({ node: "a", secret: "short", most: 1 }, made[0]!.names)).toThrow("SANDBOX_AGENT_SECRET");
	});

	it("carry connections to the daemon, half-closed by either side", async () => {
		const { provider } = await machines(2);
		const name = await provider.create();
		const dial = await provider.dial(name);
		await dial.write(utf8("GET /_ping HTTP/1.1\r\n\r\n"));
		let heard = "";
		for (; !heard.endsWith(name.split(":")[1]!); ) heard += new TextDecoder().decode((await dial.read())!);
		await dial.closeWrite();
		expect(await dial.read()).toBeNull();
		await expect(provider.dial("a:gone")).rejects.toThrow();
		await expect(provider.dial("nowhere")).rejects.toThrow("no machine");
	});

	it("say nothing while one is silent, then have lost what was on it; it is forgotten when the DNS forgets it", async () => {
		const { provider, made, addresses, pass } = await machines(2);
		const names = [await provider.create(), await provider.create()];
		expect((await provider.list()).map(({ id }) => id).sort()).toEqual([...names].sort());
		await made[1]!.close();
		await expect(provider.list()).rejects.toThrow("127.0.0.3 does not answer");
		pass(9000);
		await expect(provider.list()).rejects.toThrow("127.0.0.3");
		pass(2000);
		expect((await provider.list()).map(({ id }) => id)).toEqual(names.filter((name) => name.startsWith("a:")));
		expect(provider.places()).toBe(4);
		addresses.pop();
		expect(await provider.list()).toHaveLength(1);
		await expect(provider.dial(names.find((name) => name.startsWith("b:"))!)).rejects.toThrow("the machine of this sandbox");
	});

	it("may change their address: an agent that is started anew has its sandboxes still", async () => {
		const { provider, made, addresses, port } = await machines(2);
		await provider.create();
		const before = (await provider.list()).length;
		const at = made.findIndex(({ names }) => names.there.size === 1);
		await made[at]!.close();
		const again = new Agent({ node: "abc"[at]!, secret: SECRET, most: 4 }, made[at]!.names);
		await again.listen(port, "127.0.0.9");
		closing.push(() => again.close());
		addresses[at] = "127.0.0.9";
		// the old address is silent, and known to be no machine's as soon as the new one has answered
		await provider.list().catch(() => {});
		expect(await provider.list()).toHaveLength(before);
	});
});

it("a lost machine's learners are told and get another one elsewhere; the others go on undisturbed", async () => {
	const { provider, made, pass, now } = await machines(2);
	const settings = settingsFrom({ SANDBOX: "1", SANDBOX_WARM: "0", SANDBOX_PER_ADDRESS: "9", NODE_ENV: "test" });
	const route = new SandboxRoute(settings, provider, new MemoryStore(), undefined, undefined, now);
	const server = await serveSandbox(route);
	closing.push(() => route.stop(), server.close);
	const learners = await Promise.all(
		[1, 2, 3, 4].map(async () => {
			const client = new SandboxClient(server.address);
			await client.begin();
			const { mux, close } = await client.connect();
			closing.push(close);
			const stream = mux.open();
			const ask = async (): Promise<string> => {
				await stream.write(utf8("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"));
				let heard = "";
				while (!/\r\n\r\n[ab]-\d+$/.test(heard)) heard += new TextDecoder().decode((await stream.read())!);
				return heard.split("\r\n\r\n")[1]!;
			};
			return { client, ask, name: await ask() };
		}),
	);
	expect(made.map(({ names }) => names.there.size)).toEqual([2, 2]);
	await made[1]!.close();
	pass(6000);
	await route.sandboxes.tick().catch(() => {});
	for (const { client } of learners) expect(await client.state()).toMatchObject({ state: "ready" });
	pass(11_000);
	await route.sandboxes.tick();
	for (const { client, ask, name } of learners) {
		if (name.startsWith("a")) {
			expect(await ask()).toBe(name);
			expect(await client.state()).not.toHaveProperty("replaced");
		} else {
			await expect(ask()).rejects.toThrow("the sandbox has ended: lost");
			await expect.poll(() => client.state()).toMatchObject({ state: "ready", replaced: 1 });
			expect(await (await client.fetch("GET", "/engine/_ping")).text()).toMatch(/^a-\d$/);
		}
	}
});
