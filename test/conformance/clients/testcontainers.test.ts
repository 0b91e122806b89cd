// testcontainers on our daemon: images built for a test, published ports, and each way of waiting for a container to be ready.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { GenericContainer as Generic, Network as NetworkType, StartedTestContainer, Wait as WaitType } from "testcontainers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Daemon, startDaemon } from "./daemon";

const IMAGE = "tc-busybox:latest";
/** No reaper; and ports are published on the loopback, also where the test itself runs in a container and would think of a gateway. */
const SETTINGS = { TESTCONTAINERS_RYUK_DISABLED: "true", TESTCONTAINERS_HOST_OVERRIDE: "127.0.0.1" };
const PAGE = ["sh", "-c", "mkdir /w; echo a page > /w/index.html; echo listening; httpd -f -h /w"];
let daemon: Daemon;
let GenericContainer: typeof Generic;
let Wait: typeof WaitType;
let Network: typeof NetworkType;
const started: StartedTestContainer[] = [];

beforeAll(async () => {
	daemon = await startDaemon();
	// Read when the module is loaded. Its reaper is a container that is given the daemon's socket: this machine's processes have none.
	Object.assign(process.env, SETTINGS, { DOCKER_HOST: daemon.host });
	({ GenericContainer, Wait, Network } = await import("testcontainers"));
	const docker = new Docker({ socketPath: daemon.socketPath });
	const stream = await docker.importImage(daemon.tar, { repo: "tc-busybox", tag: "latest", changes: 'CMD ["sh"]' });
	await new Promise((done) => docker.modem.followProgress(stream, done));
}, 300_000);
afterEach(async () => {
	for (const container of started.splice(0)) await container.stop();
}, 60_000);
afterAll(() => {
	for (const name of ["DOCKER_HOST", ...Object.keys(SETTINGS)]) delete process.env[name];
	daemon?.stop();
});

async function start(container: Generic): Promise<StartedTestContainer> {
	const running = await container.withStartupTimeout(60_000).start();
	started.push(running);
	return running;
}
const page = async (container: StartedTestContainer): Promise<string> =>
	(await fetch(`http://${container.getHost()}:${container.getMappedPort(80)}/`)).text();

const strategies: ReadonlyArray<readonly [name: string, strategy: () => ReturnType<typeof WaitType.forLogMessage>]> = [
	["a line of its log", () => Wait.forLogMessage("listening")],
	["ports that are listened on", () => Wait.forListeningPorts() as never],
	["an answer by HTTP", () => Wait.forHttp("/", 80).forStatusCode(200) as never],
	["a command that succeeds", () => Wait.forSuccessfulCommand("wget -q -O - http://127.0.0.1/") as never],
];
test.for(strategies)("waits for %s", { timeout: 120_000 }, async ([, strategy]) => {
	const container = await start(new GenericContainer(IMAGE).withCommand(PAGE).withExposedPorts(80).withWaitStrategy(strategy()));
	expect(await page(container)).toBe("a page\n");
});

test("waits for a health check", { timeout: 120_000 }, async () => {
	const container = await start(
		new GenericContainer(IMAGE)
			.withCommand(PAGE)
			.withExposedPorts(80)
			.withHealthCheck({ test: ["CMD-SHELL", "wget -q -O - http://127.0.0.1/"], interval: 300, timeout: 5000, retries: 20 })
			.withWaitStrategy(Wait.forHealthCheck()),
	);
	expect(await page(container)).toBe("a page\n");
});

test("waits for the end of one that runs once", { timeout: 120_000 }, async () => {
	const container = await start(new GenericContainer(IMAGE).withCommand(["true"]).withWaitStrategy(Wait.forOneShotStartup()));
	expect(container.getId()).toMatch(/^[0-9a-f]{64}$/);
});

test("commands, files, names on a network, restarts", { timeout: 120_000 }, async () => {
	const network = await new Network().start();
	try {
		const server = await start(
			new GenericContainer(IMAGE)
				.withCommand(PAGE)
				.withNetwork(network)
				.withNetworkAliases("pages")
				.withEnvironment({ A: "b" })
				.withCopyContentToContainer([{ content: "copied", target: "/etc/copied" }])
				.withTmpFs({ "/scratch": "rw,size=1m" })
				.withLabels({ of: "test" })
				.withWaitStrategy(Wait.forLogMessage("listening")),
		);
		const client = await start(new GenericContainer(IMAGE).withCommand(["sleep", "1000"]).withNetwork(network));
		expect(await client.exec("wget -q -O - http://pages/")).toMatchObject({ exitCode: 0, output: "a page\n" });
		expect(await server.exec(["sh", "-c", "echo $A; cat /etc/copied; echo bad >&2; exit 3"])).toMatchObject({
			exitCode: 3,
			stdout: "b\ncopied",
			stderr: "bad\n",
		});
		expect(server.getLabels()).toMatchObject({ of: "test" });
		await server.restart();
		expect(await client.exec("wget -q -O - http://pages/")).toMatchObject({ exitCode: 0 });
		await client.stop();
		await server.stop();
		started.splice(0);
	} finally {
		await network.stop();
	}
});

test("an image built from a folder", { timeout: 120_000 }, async () => {
	const folder = mkdtempSync(join(tmpdir(), "drydock-tc-"));
	try {
		writeFileSync(
			join(folder, "Dockerfile"),
			`FROM ${IMAGE}\nARG WHO\nRUN echo "for $WHO" > /made\nCMD cat /made && sleep 1000\n`,
		);
		const built = await GenericContainer.fromDockerfile(folder)
			.withBuildArgs({ WHO: "me" })
			.build("tc-built", { deleteOnExit: false });
		const container = await start(built.withWaitStrategy(Wait.forLogMessage("for me")));
		expect(container.getName()).not.toBe("");
	} finally {
		rmSync(folder, { recursive: true });
	}
});
