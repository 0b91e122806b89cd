// dockerd on a whole machine: what happens to containers when daemons die, when the machine is switched off, when policies apply.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { bootNode } from "../../../engine/host/node/machine";

const repository = resolve(import.meta.dirname, "../../..");
const assets = pathToFileURL(join(repository, "public/engine/"));
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A machine with one image, built from its own busybox. */
async function machine(state?: string): Promise<Host> {
	const host = await bootNode({ assets }, { state });
	if ((await host.docker("GET", "/images/busybox/json")).status !== 200) {
		await sh(
			host,
			"tar -c -C / bin/busybox bin/sh bin/sleep bin/echo bin/cat bin/kill bin/true bin/false etc/passwd etc/group | docker import - busybox",
		);
	}
	return host;
}
async function sh(host: Host, command: string): Promise<string> {
	const { code, stdout, stderr } = await host.run(command);
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout.trim();
}
const inspect = async (host: Host, name: string) =>
	JSON.parse((await host.docker("GET", `/containers/${name}/json`)).body) as {
		Id: string;
		State: { Status: string; ExitCode: number; Pid: number; Running: boolean };
		RestartCount: number;
	};
const pidOf = (host: Host, program: string): number =>
	host.processes().find(({ argv, state }) => argv[0] === program && state !== "Z")?.pid ?? 0;
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 300; tries++) {
		if (await condition().catch(() => false)) return;
		await sleep(50);
	}
	throw new Error(`it never came true that ${what}`);
}

beforeAll(async () => {
	const steps = (await import(join(repository, "bin/setup/steps.mjs"))) as Record<
		"engine" | "interpreter" | "system",
		() => Promise<void>
	>;
	await steps.engine();
	await steps.interpreter();
	await steps.system();
}, 300_000);

describe("daemons that die", { timeout: 120_000 }, () => {
	let host: Host;
	beforeAll(async () => {
		host = await machine();
	}, 120_000);
	afterAll(() => host?.shutdown());

	const counter = `i=0; while :; do echo tick$i; i=$((i+1)); sleep 0.1; done`;
	const kill = async (program: string): Promise<void> => {
		const before = pidOf(host, program);
		await sh(host, `kill -9 ${before}`);
		await until(`${program} is back`, async () => {
			const now = pidOf(host, program);
			return now !== 0 && now !== before && (await host.docker("GET", "/_ping")).status === 200;
		});
	};
	const lines = async (): Promise<string[]> => (await sh(host, "docker logs ticker")).split("\n");
	const goesOn = async (): Promise<void> => {
		const before = (await lines()).length;
		await until("the log grows", async () => (await lines()).length > before + 2);
		const all = await lines();
		expect(all).toEqual(all.map((_, at) => `tick${at}`));
	};

	test("a container outlives dockerd and containerd, and loses none of its output", async () => {
		await sh(host, `docker run -d --name ticker busybox sh -c '${counter}'`);
		await goesOn();
		const { Pid } = (await inspect(host, "ticker")).State;
		await kill("/usr/bin/dockerd");
		expect((await inspect(host, "ticker")).State).toMatchObject({ Status: "running", Pid });
		await goesOn();
		await kill("/usr/bin/containerd");
		await goesOn();
		expect(await sh(host, "docker exec ticker echo alive")).toBe("alive");
		await sh(host, "docker stop -t 0 ticker");
		expect((await inspect(host, "ticker")).State).toMatchObject({ Status: "exited", ExitCode: 137 });
	});

	test("a container ends with its shim", async () => {
		await sh(host, "docker run -d --name orphan busybox sleep 1000");
		const { Id } = await inspect(host, "orphan");
		const shim = host.processes().find(({ argv }) => argv[0]?.endsWith("containerd-shim-runc-v2") && argv.includes(Id));
		await sh(host, `kill -9 ${shim!.pid}`);
		await until("it has ended", async () => !(await inspect(host, "orphan")).State.Running);
		expect((await inspect(host, "orphan")).State.ExitCode).toBe(137);
		expect(host.processes().some(({ argv }) => argv.join(" ") === "sleep 1000")).toBe(false);
	});

	test("restart policies", async () => {
		await sh(host, "docker run -d --name failing --restart on-failure:2 busybox false");
		await until("it gives up", async () => (await inspect(host, "failing")).State.Status === "exited");
		// between two runs it is restarting, not exited
		expect((await inspect(host, "failing")).RestartCount).toBe(2);
		expect((await inspect(host, "failing")).State.ExitCode).toBe(1);
	});

	test("nothing is left of a container that did not come to be", async () => {
		const { code } = await host.run("docker create -v /own --mount type=bind,src=/nosuch,dst=/x busybox true");
		expect(code).toBe(1);
		expect(await sh(host, "docker volume ls -q")).toBe("");
	});

	test("nothing is left of a container that is gone", async () => {
		await sh(host, "docker rm -f $(docker ps -aq)");
		expect(host.processes().filter(({ argv }) => argv[0]?.includes("shim"))).toEqual([]);
		expect(
			await sh(
				host,
				"ls /run/containerd/io.containerd.runtime.v2.task/moby /run/docker/containerd /sys/fs/cgroup/docker | grep -E '[0-9a-f]{64}' || true",
			),
		).toBe("");
		expect(await sh(host, "grep -c rootfs/overlayfs /proc/mounts || true")).toBe("0");
	});
});

describe("a machine that is switched off", { timeout: 120_000 }, () => {
	let state: string;
	beforeAll(() => {
		state = mkdtempSync(join(tmpdir(), "drydock-state-"));
	});
	afterAll(() => rmSync(state, { recursive: true, force: true }));

	test("keeps its containers; what ran has ended with 255, and comes back where its policy says so", async () => {
		const before = await machine(state);
		await sh(before, "docker run -d --name plain busybox sleep 1000");
		await sh(before, "docker run -d --name always --restart always busybox sh -c 'echo up; sleep 1000'");
		await sh(before, "docker run --name done busybox sh -c 'echo kept > /file; exit 3' || true");
		await sh(before, "docker run -d --rm --name passing busybox sleep 1000");
		await before.commit();
		// No shutdown: what the storage has now is what there is.
		const after = await machine(state);
		try {
			expect((await inspect(after, "plain")).State).toMatchObject({ Status: "exited", ExitCode: 255, Running: false });
			expect((await inspect(after, "done")).State).toMatchObject({ Status: "exited", ExitCode: 3 });
			await until("it is back", async () => (await inspect(after, "always")).State.Status === "running");
			expect((await after.docker("GET", "/containers/passing/json")).status).toBe(404);
			expect(await sh(after, "docker cp done:/file - | tar -xO")).toBe("kept");
			await sh(after, "docker start plain");
			expect((await inspect(after, "plain")).State.Running).toBe(true);
		} finally {
			await after.shutdown();
			await before.shutdown();
		}
	});
});
