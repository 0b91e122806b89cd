// Docker at the machine's console on a real daemon that a site lends: every kind of stream goes through the site's requests as through a
// socket. Wants dockerd; says so where it cannot run.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Host } from "../../../engine/boot";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";
import { CONTAINER, HOST, key, startMachine, Typist } from "../interactive/typist";
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
	it("takes an image that is saved here", async () => {
		expect(await line("docker -c default save busybox | docker load -q")).toContain("Loaded image: busybox:latest");
	});
	it("is a terminal whose size follows, with ^C and detaching", async () => {
		await line("docker run -it --name box busybox sh", CONTAINER);
		at.console.resize({ rows: 30, cols: 100 });
		await line("until [ \"$(stty size)\" = '30 100' ]; do :; done; echo fo''llowed", "followed\r\n");
		await at.until(CONTAINER, PATIENCE);
		await line("sh -c 'echo rea''dy; exec sleep 100'", "ready\r\n");
		at.type(key("C"));
		await at.until(CONTAINER, PATIENCE);
		at.type(key("P") + key("Q"));
		await at.until(HOST, PATIENCE);
		expect(await line("docker exec box sh -c 'exit 7'; echo code=$?")).toContain("code=7\r\n");
		expect(await line("docker rm -f box")).toContain("box\r\n");
	});
	it("half-closes, and carries megabytes both ways", async () => {
		expect(await line("dd if=/dev/zero bs=1M count=3 2>/dev/null | docker run -i --rm busybox wc -c")).toContain("3145728\r\n");
		expect(await line("docker run --rm busybox dd if=/dev/zero bs=1M count=3 2>/dev/null | wc -c")).toContain("3145728\r\n");
	});
	it("follows logs; a client that is killed lets go of its stream", async () => {
		await line("docker run -d --name loop busybox sh -c 'while :; do echo ti''ck; sleep 0.2; done'");
		await line("docker logs -f loop", "tick\r\n");
		expect(site.open()).toBeGreaterThan(0);
		at.type(key("C"));
		await at.until(HOST, PATIENCE);
		await line("docker logs -f loop >/dev/null & sleep 1; kill -9 $!");
		await vi.waitFor(() => expect(site.open()).toBe(0), { timeout: PATIENCE, interval: 50 });
	});
	it("copies both ways", async () => {
		await line("echo carried > f; docker cp -q f loop:/tmp/");
		expect(await line("docker cp loop:/tmp/f - | tar xO")).toContain("carried\r\n");
		await line("docker rm -f loop");
	});
	it("builds from the host's files; the image comes back and runs here", async () => {
		await line("mkdir b; printf 'FROM busybox\\nCOPY x /x\\n' > b/Dockerfile; echo from the tab > b/x");
		expect(await line("docker build -t mine b")).toContain("Successfully tagged mine:latest");
		await line("docker save mine | docker -c default load -q");
		expect(await line("docker -c default run --rm mine cat /x")).toContain("from the tab\r\n");
	});
	it("tells of events and of use", async () => {
		const since = (await line("date +%s")).match(/\d{10}/)?.[0];
		await line("docker run --rm busybox true");
		const events = await line(`docker events --since ${since} --until $(($(date +%s) + 1)) --format '{{.Action}}'`);
		expect(events).toMatch(/\nstart\r\n(?:\w+\r\n)*die\r\n/);
		expect(await line("docker stats --no-stream --format '{{.Name}}'; echo code=$?")).toContain("code=0");
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
