// Docker at the machine's console on a real daemon that a site lends: what is asked of the site when, and what becomes of streams that
// break. The site stands for itself here; by the real route docker is tried in test/sandbox/real.test.ts. Wants dockerd; says so where
// it cannot run.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Host } from "../../../engine/boot";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";
import { HOST, key, startMachine, Typist } from "../interactive/typist";
import { type LendingSite, READY, startLendingSite, stateOf } from "./lending-site";

const missing = whyNoDocker();
if (missing) console.warn(`the lent daemon is not tried: ${missing}`);

/** A busy machine, and a real daemon's containers. */
const PATIENCE = 60_000;
const reason = "the time of the real daemon is over, and what was in it is gone; the next command gets a new one";

describe.skipIf(missing)("docker on a lent daemon", { timeout: 4 * PATIENCE }, () => {
	let real: RealDocker;
	let site: LendingSite;
	let host: Host;
	let at: Typist;
	const line = (words: string, until: string | RegExp = HOST): Promise<string> => at.line(words, until, PATIENCE);

	beforeAll(async () => {
		real = await startRealDocker();
		site = await startLendingSite(real.host.slice("unix://".length));
		host = await startMachine({ site: site.address });
		at = new Typist(host.openConsole({ rows: 24, cols: 80 }));
		await at.until(HOST, PATIENCE);
		await line("docker pull -q busybox");
	}, 240_000);
	afterAll(async () => {
		await host?.shutdown();
		await site?.stop();
		await real?.stop();
	});

	it("has a context from the start, and asks for nothing until it is used", async () => {
		const listed = await line("docker context ls --format '{{.Name}} {{.DockerEndpoint}}'");
		expect(listed).toContain(`\nsandbox ${site.address}/api/sandbox\r\n`);
		expect(site.asked).toEqual([]);
		expect(await line("docker context use sandbox")).toContain('Current context is now "sandbox"');
		expect(await line("docker version -f '{{.Server.Version}}'")).toMatch(/\n\d+\.\d+/);
		expect(site.asked).toEqual(["GET /api/sandbox", "GET /api/sandbox/streams"]);
	});
	it("follows logs; a client that is killed lets go of its stream", async () => {
		expect(await line("docker -c default save busybox | docker load -q")).toContain("Loaded image: busybox:latest");
		await line("docker run -d --name loop busybox sh -c 'while :; do echo ti''ck; sleep 0.2; done'");
		await line("docker logs -f loop", "tick\r\n");
		expect(site.open()).toBeGreaterThan(0);
		at.type(key("C"));
		await at.until(HOST, PATIENCE);
		await line("docker logs -f loop >/dev/null & sleep 1; kill -9 $!");
		await vi.waitFor(() => expect(site.open()).toBe(0), { timeout: PATIENCE, interval: 50 });
		await line("docker rm -f loop");
	});
	it("goes on over a connection that broke, and says once that the time is over", async () => {
		site.stumble(3);
		expect(await line("docker ps -q; echo code=$?")).toContain("code=0");
		site.cut("the server restarts");
		expect(await line("docker ps -q; echo code=$?")).toContain("code=0");
		site.tell(stateOf({ state: "ended", reason: "time" }));
		site.cut("time");
		expect(await line("docker ps")).toContain(`${site.address}/api/sandbox: ${reason}`);
		site.tell(READY);
		expect(await line("docker ps -q; echo code=$?")).toContain("code=0");
	});
});
