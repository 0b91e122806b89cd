// Docker at the machine's console by its context `sandbox`, for whatever serves the route: the kernel, our CLI, frames and POSTs, the gateway,
// the dial and the daemon in its container, all of them as they are.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../engine/boot";
import { CONTAINER, HOST, key, startMachine, Typist } from "../conformance/interactive/typist";

/** Milliseconds: a busy machine, and a real daemon's containers on one core at most. */
export const PATIENCE = 90_000;
/** Eight times what may be under way unread. */
const MEBIBYTES = process.env.DRYDOCK_LONG ? 100 : 2;

interface Served {
	/** http://… */
	address: string;
	stop(): Promise<void>;
}

/** @param missing why it is skipped @param more of who serves it here, last */
export function consoleSuite<S extends Served>(
	name: string,
	missing: string | undefined,
	start: () => Promise<S>,
	more: (at: () => Typist, site: () => S) => void = () => {},
): void {
	describe.skipIf(missing)(`${name}${missing ? ` (skipped: ${missing})` : ""}`, { timeout: 4 * PATIENCE }, () => {
		let site: S;
		let host: Host;
		let at: Typist;
		const line = (words: string, until: string | RegExp = HOST): Promise<string> => at.line(words, until, PATIENCE);

		beforeAll(async () => {
			site = await start();
			host = await startMachine({ site: site.address });
			at = new Typist(host.openConsole({ rows: 24, cols: 80 }));
			await at.until(HOST, PATIENCE);
			await line("docker pull -q busybox");
			expect(await line("docker context use sandbox")).toContain('Current context is now "sandbox"');
		}, 400_000);
		afterAll(async () => {
			await host?.shutdown();
			await site?.stop();
		}, 60_000);

		it("is lent a daemon, which has the first images", async () => {
			expect(await line("docker version -f '{{.Server.Os}}/{{.Server.Arch}}'")).toContain("linux/amd64\r\n");
			expect(await line("docker images --format '{{.Repository}}' | sort | tr '\\n' ' '")).toContain("busybox hello-world ");
		});

		it("runs on a terminal whose size follows; ^C, detaching, attaching again, and the exit code", async () => {
			await line("docker run -it --name box busybox sh", CONTAINER);
			at.console.resize({ rows: 30, cols: 100 });
			await line("until [ \"$(stty size)\" = '30 100' ]; do :; done; echo fo''llowed", "followed\r\n");
			await at.until(CONTAINER, PATIENCE);
			await line("sh -c 'echo rea''dy; exec sleep 1000'", "ready\r\n");
			at.type(key("C"));
			await at.until(CONTAINER, PATIENCE);
			at.type(key("P") + key("Q"));
			await at.until(HOST, PATIENCE);
			await line("docker attach --detach-keys ctrl-x,x box", /\/ # /);
			at.type(`${key("X")}x`);
			await at.until(HOST, PATIENCE);
			await line("(docker wait box; echo over) > waited &");
			await line("docker attach box", /\/ # /);
			expect(await line("exit 7")).not.toContain("rror");
			expect(await line("until grep -q over waited; do sleep 0.2; done; cat waited")).toContain("7\r\nover\r\n");
			expect(await line("docker start -ai box; echo code=$?", CONTAINER)).not.toContain("rror");
			expect(await line("exit 3")).toContain("code=3\r\n");
			await line("docker rm box");
		});

		it("takes what is piped in and its end, and gives what comes out", async () => {
			expect(await line("printf 'a\\nb\\n' | docker run -i --rm busybox sh -c 'wc -l; sleep 1; echo later'")).toContain(
				"2\r\nlater\r\n",
			);
			expect(await line("docker run --rm busybox sh -c 'echo out; echo err >&2' 2>/dev/null")).toMatch(/\nout\r\n(?!err)/);
		});

		it(`carries ${MEBIBYTES} MiB to a reader that is slow at first`, async () => {
			const dd = `dd if=/dev/zero bs=1M count=${MEBIBYTES} 2>/dev/null`;
			expect(await line(`docker run --rm busybox ${dd.replace(" 2>/dev/null", "")} 2>/dev/null | (sleep 2; wc -c)`)).toContain(
				`${MEBIBYTES << 20}\r\n`,
			);
			expect(await line(`${dd} | docker run -i --rm busybox sh -c 'sleep 2; wc -c'`)).toContain(`${MEBIBYTES << 20}\r\n`);
		});

		it("follows logs until told to stop, and copies both ways", async () => {
			await line("docker run -d --name loop busybox sh -c 'while :; do echo ti''ck; sleep 0.2; done'");
			await line("docker logs -f loop", "tick\r\n");
			at.type(key("C"));
			await at.until(HOST, PATIENCE);
			await line("echo carried > f; docker cp -q f loop:/tmp/");
			expect(await line("docker exec loop cat /tmp/f")).toContain("carried\r\n");
			expect(await line("docker cp loop:/tmp/f - | tar xO")).toContain("carried\r\n");
			expect(await line("docker rm -f loop")).toContain("loop\r\n");
		});

		it("tells of events, and waits", async () => {
			const since = (await line("date +%s")).match(/\d{10}/)?.[0];
			expect(await line("docker run -d --name brief busybox sh -c 'sleep 1; exit 4' >/dev/null; docker wait brief")).toContain(
				"4\r\n",
			);
			const events = await line(`docker events --since ${since} --until $(($(date +%s) + 1)) --format '{{.Action}}'`);
			expect(events).toMatch(/\nstart\r\n(?:\w+\r\n)*die\r\n/);
			await line("docker rm brief");
		});

		it("builds from the host's files; what is built here or there runs on the other, under the same digests", async () => {
			await line("mkdir b; printf 'FROM busybox\\nCOPY x /x\\n' > b/Dockerfile; echo from the tab > b/x");
			expect(await line("docker build -t there b")).toContain("Successfully tagged there:latest");
			await line("docker save there | docker -c default load -q");
			expect(await line("docker -c default run --rm there cat /x")).toContain("from the tab\r\n");
			await line("docker -c default build -q -t here b");
			expect(await line("docker -c default save here | docker load -q")).toContain("Loaded image: here:latest");
			expect(await line("docker run --rm here cat /x")).toContain("from the tab\r\n");
			// forth and back: the layers are the same to the bit
			await line("docker save here | docker -c default load -q; docker -c default tag here back");
			const layers = (context: string, name: string) => line(`docker -c ${context} inspect -f '{{json .RootFS.Layers}}' ${name}`);
			const diffs = async (context: string, name: string) => (await layers(context, name)).match(/sha256:[0-9a-f]{64}/g);
			expect(await diffs("default", "back")).toEqual(await diffs("sandbox", "here"));
		});

		more(
			() => at,
			() => site,
		);
	});
}
