// A small Linux in the tab: programs of Debian's, a server behind a published port, containers that talk, their system calls,
// and more containers than a worker may have WebAssembly memories.

import { expect, test } from "vitest";
import { open, ready, run, visitor, withBrowser } from "./browser";

withBrowser();

test("nginx answers behind a published port, and its system calls are seen", async () => {
	const page = await open(await visitor(), "/en/lessons/docker-run");
	await ready(page);
	const started = await run(
		page,
		"docker run -d --name web -p 8080:80 nginx && sleep 1 && wget -qO- http://localhost:8080/",
		60_000,
	);
	expect(started.stdout).toMatch(/<!doctype html>/i);

	await page.locator('[data-pane="calls"]').click();
	await page.getByText("Choose whose system calls to see").waitFor();
	await page.getByLabel("Whose system calls").selectOption({ label: "all containers" });
	await run(page, "wget -qO- http://localhost:8080/ > /dev/null; docker exec web cat /nothing");
	const rows = page.locator("figure tbody tr");
	await rows.filter({ hasText: "accept4(" }).first().waitFor();
	await rows.filter({ hasText: "index.html" }).first().waitFor();
	await page.getByLabel("failures only").check();
	await rows.filter({ hasText: '"/nothing"' }).filter({ hasText: "ENOENT (No such file or directory)" }).first().waitFor();
	await page.getByLabel("Filter by name").fill("nothing");
	expect(await rows.count()).toBeGreaterThan(0);
	for (const text of await rows.allTextContents()) expect(text).toContain("/nothing");
});

test("redis answers a client in another container, by its name", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	const { stdout, stderr } = await run(
		page,
		"docker network create shop && docker run -d --name store --network shop redis && until docker exec store redis-cli ping; do sleep 0.2; done; docker run --rm --network shop redis redis-cli -h store set greeting hello && docker run --rm --network shop redis redis-cli -h store get greeting",
		90_000,
	);
	expect(stdout.trim().split("\n").slice(-2), stderr).toEqual(["OK", "hello"]);
});

test("an interactive bash of Debian's, and the host's real ip and nsenter", async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	const shell = await run(
		page,
		"docker run --rm debian bash -c 'echo ${BASH_VERSION%%.*} $((6*7)); ls --version | head -1'",
		60_000,
	);
	expect(shell.stdout).toMatch(/^5 42\nls \(GNU coreutils\)/);
	const host = await run(
		page,
		"docker run -d --name dev debian sleep 1000 && nsenter -t $(docker inspect -f '{{.State.Pid}}' dev) -n ip -br addr",
		60_000,
	);
	expect(host.stdout, host.stderr).toMatch(/eth0@if\d+ +UP +172\.17\.0\.2\/16/);
});

/** A worker of Chromium has about 125 WebAssembly memories. */
const SLEEPERS = process.env.DRYDOCK_LONG ? 500 : 150;

test(`${SLEEPERS} sleeping containers run in one tab`, { timeout: 600_000 }, async () => {
	const page = await open(await visitor(), "/en");
	await ready(page);
	const made = await run(
		page,
		`docker pull -q busybox; for i in $(seq ${SLEEPERS}); do docker run -d --name s$i --network none busybox sleep 10000 > /dev/null || break; done; docker ps -q | wc -l`,
		500_000,
	);
	expect(made.stdout.trim().split("\n").at(-1), made.stderr).toBe(String(SLEEPERS));
	expect(
		(await run(page, `docker exec s1 cat /proc/1/cmdline | tr '\\0' ' '; docker exec s${SLEEPERS} hostname | grep -c .`)).stdout,
	).toBe("sleep 10000 1\n");
});
