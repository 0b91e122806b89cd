// The sandbox as strangers use it: a real outer daemon, the image made of Debian's packages, the route, and Docker's own client.

import { execFile, spawn, spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OuterDaemon } from "../../app/api/sandbox/outer/client";
import { LABEL } from "../../app/api/sandbox/outer/spec";
import { LocalProvider } from "../../app/api/sandbox/provider/local";
import { SandboxRoute } from "../../app/api/sandbox/serve";
import { settingsFrom } from "../../app/api/sandbox/session/settings";
import { MemoryStore } from "../../app/api/sandbox/session/store";
import { importImage } from "../../deploy/sandbox/main";
import { type RealDocker, startRealDocker, whyNoDocker } from "../support/real-docker";
import { dockerSocket, SandboxClient, type SandboxServer, serveSandbox } from "../support/sandbox-server";

const run = promisify(execFile);
const debian = spawnSync("sh", ["-c", "command -v apt-get dpkg-deb"], { stdio: "ignore" }).status === 0;
const missing = whyNoDocker() ?? (debian ? undefined : "the sandbox image is made of Debian's packages");
const IMAGE = "drydock-sandbox:test";

describe.skipIf(missing)(`a sandbox on a real daemon${missing ? ` (skipped: ${missing})` : ""}`, () => {
	const folder = mkdtempSync(join(tmpdir(), "drydock-sandbox-"));
	const socket = join(folder, "docker.sock");
	let outer: RealDocker;
	let daemon: OuterDaemon;
	let route: SandboxRoute;
	let server: SandboxServer;
	let client: SandboxClient;
	const closing: Array<() => unknown> = [];

	/** Docker's own client against the sandbox. */
	const docker = (...args: string[]) =>
		run("docker", ["-H", `unix://${socket}`, ...args], {
			timeout: 60_000,
			env: { ...process.env, DOCKER_BUILDKIT: "0", DOCKER_HOST: "" },
		});
	const refusal = (...args: string[]): Promise<string> =>
		docker(...args).then(
			({ stdout }) => `no refusal: ${stdout}`,
			(error: { stderr: string }) => error.stderr,
		);

	beforeAll(async () => {
		const { sandboxImage } = await import("../../bin/setup/sandbox.mjs");
		const tar: string = await sandboxImage();
		outer = await startRealDocker();
		daemon = new OuterDaemon({ socketPath: outer.host.replace("unix://", "") });
		await importImage(daemon, IMAGE, tar, "test");
		const env = {
			...process.env,
			SANDBOX: "1",
			SANDBOX_IMAGE: IMAGE,
			SANDBOX_OWNER: "test",
			SANDBOX_WARM: "0",
			DOCKER_HOST: outer.host,
		};
		const settings = settingsFrom({ ...env, REDIS_URL: "" });
		const provider = new LocalProvider({ image: IMAGE, owner: "test", lifetime: 600 }, env);
		route = new SandboxRoute(settings, provider, new MemoryStore());
		route.sandboxes.start();
		server = await serveSandbox(route);
		client = new SandboxClient(server.address);
		await client.begin();
		const { mux, close } = await client.connect();
		closing.push(close, await dockerSocket(mux, socket));
	}, 300_000);

	afterAll(async () => {
		for (const close of closing) await close();
		await server?.close();
		await route?.sandboxes.stop();
		await outer?.stop();
		rmSync(folder, { recursive: true, force: true });
	}, 60_000);

	it("answers docker version and has the first images", async () => {
		const { stdout } = await docker("version", "--format", "{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}");
		expect(stdout).toMatch(/^\d+\.\d+\.\d+\S* linux\/amd64\n$/);
		expect((await docker("images", "--format", "{{.Repository}}")).stdout.trim().split("\n").sort()).toEqual([
			"busybox",
			"hello-world",
		]);
	});
});
