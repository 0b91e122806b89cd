// What a learner does first with networks, with the real programs: nginx behind a published port, and redis with a client in another
// container, which finds it by name.

import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { startMachine } from "../interactive/typist";

let host: Host;
const sh = async (command: string): Promise<string> => {
	const { code, stdout, stderr } = await host.run(command, { timeoutMs: 120_000 });
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout.trim();
};
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 300; tries++) {
		if (await condition().catch(() => false)) return;
		await new Promise((done) => setTimeout(done, 100));
	}
	throw new Error(`it never came true that ${what}`);
}
const freePort = (): Promise<number> =>
	new Promise((done, fail) => {
		const probe = createServer().once("error", fail);
		probe.listen(0, "127.0.0.1", () => {
			const bound = probe.address();
			probe.close(() => done(typeof bound === "object" && bound ? bound.port : 0));
		});
	});

describe("programs on networks", { timeout: 400_000 }, () => {
	beforeAll(async () => {
		host = await startMachine();
		await sh("docker network create app");
	}, 120_000);
	afterAll(() => host?.shutdown());

	test("nginx behind a published port answers this computer, and its log names who asked", async () => {
		const port = await freePort();
		await sh(`docker run -d --name web --network app -p ${port}:80 nginx`);
		await until("nginx answers", async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
		const answer = await fetch(`http://127.0.0.1:${port}/`);
		expect(answer.headers.get("server")).toMatch(/^nginx\//);
		expect(await answer.text()).toContain("</html>");
		expect((await fetch(`http://127.0.0.1:${port}/nothing-here`)).status).toBe(404);
		// connections from the host's loopback come by the proxy, from the bridge's own address
		expect(await sh("docker logs web")).toMatch(/^172\.\d+\.0\.1 - - .*"GET \/nothing-here HTTP\/1\.1" 404 /m);
	});
	test("redis keeps what a client in another container gives it", async () => {
		await sh("docker run -d --name cache --network app redis");
		await until("redis answers", async () => (await sh("docker exec cache redis-cli ping")) === "PONG");
		const client = "docker run --rm --network app redis redis-cli -h cache";
		expect(await sh(`${client} set greeting hello`)).toBe("OK");
		expect(await sh(`${client} get greeting`)).toBe("hello");
		await sh("docker stop cache");
		expect(await sh(`${client} get greeting 2>&1 || true`)).toMatch(
			/Could not connect to Redis at cache:6379: (Name or service|Temporary failure)/,
		);
	});
	test("registry:2 on localhost:5000 takes a push, knows its layers the second time, and gives them back", async () => {
		await sh(
			"docker run -d --name registry -p 5000:5000 registry:2 && docker pull -q busybox && docker tag busybox localhost:5000/x",
		);
		await until("the registry answers", async () => (await sh("curl -s http://localhost:5000/v2/")) === "{}");
		expect(await sh("docker push localhost:5000/x")).toMatch(/: Pushed\nlatest: digest: sha256:/);
		const again = await sh("docker push localhost:5000/x");
		expect(again).toContain(": Layer already exists\n");
		expect(await sh("curl -s http://localhost:5000/v2/_catalog")).toBe('{"repositories":["x"]}');
		expect(await sh("curl -s http://localhost:5000/v2/x/tags/list")).toBe('{"name":"x","tags":["latest"]}');
		await sh("docker rmi busybox localhost:5000/x");
		expect(await sh("docker run --rm localhost:5000/x echo from the registry")).toMatch(/^from the registry$/m);
		const digest = /digest: (\S+)/.exec(again)![1];
		expect(await sh("docker image inspect -f '{{index .RepoDigests 0}}' localhost:5000/x")).toBe(`localhost:5000/x@${digest}`);
	});
});
