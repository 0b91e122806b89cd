// The sandbox as strangers use it, and as they attack it: a real outer daemon, the image made of Debian's packages, the route, and
// Docker's own client; and Docker at the machine's console. One outer daemon with one image for all of it.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LABEL } from "../../app/api/sandbox/outer/spec";
import { utf8 } from "../../engine/lib/bytes";
import type { Mux } from "../../engine/lib/mux/mux";
import { HOST } from "../conformance/interactive/typist";
import { dockerSocket, SandboxClient } from "../support/sandbox-server";
import { placeForSandboxes, type Sandboxed, startSandboxed } from "../support/sandboxed";
import { PATIENCE as CONSOLE_PATIENCE, consoleSuite } from "./console-suite";
import { leavesAllToOthers, noCompiler } from "./greed";

const place = await placeForSandboxes();
const missing = typeof place === "string" ? place : undefined;
let site: Sandboxed;
beforeAll(async () => {
	if (typeof place !== "string") site = await startSandboxed(place, { perAddress: 10 });
}, 300_000);
afterAll(() => site?.stop(), 60_000);

const logging = (driver: string, option: string): string[] => [
	"run",
	"--rm",
	"--log-driver",
	driver,
	"--log-opt",
	option,
	"busybox",
	"true",
];
/** Milliseconds; a busy machine is slow, a hanging one is slower. */
const PATIENCE = 60_000;

describe.skipIf(missing)(`a sandbox on a real daemon${missing ? ` (skipped: ${missing})` : ""}`, () => {
	const folder = mkdtempSync(join(tmpdir(), "drydock-sandbox-"));
	const socket = join(folder, "docker.sock");
	let mux: Mux;
	const closing: Array<() => unknown> = [];

	/** Docker's own client against the sandbox: what it says on both outputs, and its status. */
	const docker = (args: string[], input?: string, openInput = false): Promise<{ status: number; said: string }> =>
		new Promise((resolve) => {
			const env = { ...process.env, HOME: folder, DOCKER_BUILDKIT: "0" };
			const child = execFile(
				"docker",
				[...(args[0] === "-H" ? [] : ["-H", `unix://${socket}`]), ...args],
				{ timeout: PATIENCE, env },
				(error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
			);
			if (!openInput) child.stdin?.end(input);
		});
	const sh = (script: string, ...options: string[]) => docker(["run", "--rm", ...options, "busybox", "sh", "-c", script]);

	beforeAll(async () => {
		const client = new SandboxClient(site.server.address);
		await client.begin();
		const connected = await client.connect();
		mux = connected.mux;
		closing.push(connected.close, await dockerSocket(mux, socket));
	}, 100_000);

	afterAll(async () => {
		for (const close of closing) await close();
		rmSync(folder, { recursive: true, force: true });
	}, 60_000);

	it("answers docker version, has the first images, and pulls another of the site's", { timeout: PATIENCE * 2 }, async () => {
		expect((await docker(["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"])).said).toBe("linux/amd64\n");
		expect((await docker(["images", "--format", "{{.Repository}}"])).said.trim().split("\n").sort()).toEqual([
			"busybox",
			"hello-world",
		]);
		expect((await docker(["pull", "httpd"])).said).toContain("Downloaded newer image");
		expect((await docker(["pull", "no-such-image"])).status).toBe(1);
	});

	it("runs, keeps exit codes, and ends an attached container though its input stays open", {
		timeout: PATIENCE * 2,
	}, async () => {
		expect(await docker(["run", "-i", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3"], undefined, true)).toEqual(
			{
				status: 3,
				said: "out\nerr\n",
			},
		);
	});

	it("gives a container the end of what is piped into it", { timeout: PATIENCE * 2 }, async () => {
		const counted = await docker(["run", "-i", "--rm", "busybox", "sh", "-c", "wc -c; sleep 1; echo later"], "x".repeat(300_000));
		expect(counted).toEqual({ status: 0, said: "300000\nlater\n" });
	});

	it("publishes ports on its own host", { timeout: PATIENCE * 2 }, async () => {
		const { status, said } = await docker(["run", "-d", "--rm", "--name", "web", "-p", "8080:80", "httpd"]);
		expect(status, said).toBe(0);
		const asked = async () => (await sh("wget -qO- http://127.0.0.1:8080/", "--net", "host")).said;
		await expect.poll(asked, { timeout: PATIENCE }).toContain("It works!");
		expect((await docker(["port", "web"])).said).toContain("80/tcp -> 0.0.0.0:8080");
		expect((await docker(["rm", "-f", "web"])).status).toBe(0);
	});

	it("builds from a context, carries a megabyte of bytes that are no text, and gives them back", {
		timeout: PATIENCE * 2,
	}, async () => {
		const bytes = Buffer.from(Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * 31) ^ (at >> 8)));
		writeFileSync(join(folder, "bytes"), bytes);
		writeFileSync(join(folder, "Dockerfile"), "FROM busybox\nCOPY bytes /bytes\nRUN cat /bytes /bytes > /twice\n");
		expect((await docker(["build", "-q", "-t", "mine", folder])).said).toMatch(/^sha256:/m);
		const copied = spawn(
			"sh",
			["-c", `id=$(docker create mine) && docker cp $id:/twice - | tar xO && docker rm $id >/dev/null`],
			{
				env: { ...process.env, HOME: folder, DOCKER_HOST: `unix://${socket}` },
			},
		);
		const parts: Buffer[] = [];
		for await (const part of copied.stdout) parts.push(part as Buffer);
		expect(Buffer.compare(Buffer.concat(parts), Buffer.concat([bytes, bytes]))).toBe(0);
	});

	it.each<[string, string[]]>([
		["privileged", ["run", "--rm", "--privileged", "busybox", "true"]],
		["a device of the host", ["run", "--rm", "--device", "/dev/vda", "busybox", "true"]],
		["a sysctl of the whole machine", ["run", "--rm", "--sysctl", "kernel.core_pattern=x", "busybox", "true"]],
		[
			"a bind mount dressed as a volume",
			[
				"run",
				"--rm",
				"--mount",
				"type=volume,dst=/o,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/dev",
				"busybox",
				"ls",
				"/o/vda",
			],
		],
		["a remote context", ["build", "http://169.254.169.254/"]],
		["an import from an address", ["import", "http://169.254.169.254/x"]],
		["a registry of the network", ["pull", "169.254.169.254/x"]],
		["logs to a syslog server", logging("syslog", "syslog-address=tcp://169.254.169.254:514")],
		["logs to a GELF server", logging("gelf", "gelf-address=udp://169.254.169.254:12201")],
		["logs to a Fluentd server", logging("fluentd", "fluentd-address=169.254.169.254:24224")],
		["logs to a journal of the machine", logging("journald", "tag=x")],
	])("refuses %s", { timeout: PATIENCE }, async (_name, args) => {
		const { status, said } = await docker(args);
		expect(said).not.toBe("");
		expect(status).not.toBe(0);
	});

	it("builds on the host's network, which reach nothing: neither by ADD nor by RUN", { timeout: PATIENCE * 2 }, async () => {
		const built = (dockerfile: string) => docker(["build", "--network", "host", "-"], dockerfile);
		const added = await built("FROM busybox\nADD http://169.254.169.254/latest/meta-data /\n");
		expect(added.status).not.toBe(0);
		const ran = await built("FROM busybox\nRUN ip route get 169.254.169.254\n");
		expect(ran.status).not.toBe(0);
		expect(ran.said).toContain("unreachable");
	});

	it("holds a container that has everything one can ask for", { timeout: PATIENCE }, async () => {
		const all = [
			"-v",
			"/:/o",
			"--net",
			"host",
			"--pid",
			"host",
			"--cap-add",
			"ALL",
			"--security-opt",
			"seccomp=unconfined",
			"--user",
			"0",
		];
		const script = [
			"echo x > /proc/sys/kernel/hostname || echo no sysctl",
			"mknod /o/tmp/disk b 254 0 || echo no device",
			"dmesg || echo no dmesg",
			"mkdir /tmp/c; mount -t cgroup c /tmp/c || mount -t cgroup2 c /tmp/c || echo no cgroup",
			"echo x > /o/usr/written || echo read-only",
			"ls /o/home",
			"ip -o link | cut -d: -f2 | grep -v -e lo -e docker0 -e veth -e br- || echo no network",
		].join("; ");
		const { said } = await sh(`(${script}) 2>/dev/null`, ...all);
		expect(said.split("\n").filter(Boolean)).toEqual([
			"no sysctl",
			"no device",
			"no dmesg",
			"no cgroup",
			"read-only",
			"sandbox",
			"no network",
		]);
	});

	it("has an end of inodes, too, and gives them back", { timeout: PATIENCE * 2 }, async () => {
		expect((await sh("seq 70000 | xargs touch 2>&1 | head -n 1", "-w", "/tmp")).said).toContain("No space left");
		expect(await sh("echo alive")).toEqual({ status: 0, said: "alive\n" });
	});

	it("sends endless output to nobody: who does not read gets no more, and all else goes on", {
		timeout: PATIENCE * 2,
	}, async () => {
		const { said } = await docker(["run", "-d", "--rm", "busybox", "yes"]);
		const unread = mux.open();
		await unread.write(utf8(`GET /containers/${said.trim()}/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: d\r\n\r\n`));
		const before = process.memoryUsage.rss();
		for (let asked = 0; asked < 2; asked++) expect((await docker(["version"])).status).toBe(0);
		expect(process.memoryUsage.rss() - before).toBeLessThan(256 << 20);
		await unread.close();
		expect((await docker(["rm", "-f", said.trim()])).status).toBe(0);
	});

	it("clamps ulimits, and outlives a fork bomb, a full disk and full memory", { timeout: PATIENCE * 4 }, async () => {
		expect((await sh("ulimit -u; ulimit -n", "--ulimit", "nproc=99999", "--ulimit", "nofile=99999")).said).toBe("256\n4096\n");
		expect((await sh("b() { b | b & }; b; sleep 2")).said).toMatch(/can't fork|Resource temporarily unavailable/);
		expect((await sh("dd if=/dev/zero of=/big bs=1M count=400 2>&1")).said).toContain("No space left");
		expect((await sh("a=x; while :; do a=$a$a; done")).status).not.toBe(0);
		expect(await sh("echo alive")).toEqual({ status: 0, said: "alive\n" });
	});

	describe("beside another learner's", () => {
		const other = new SandboxClient("");
		const theirs: typeof docker = (args) => docker(["-H", `unix://${folder}/other.sock`, ...args]);
		beforeAll(async () => {
			other.address = site.server.address;
			await other.begin();
			const connected = await other.connect();
			closing.push(connected.close, await dockerSocket(connected.mux, join(folder, "other.sock")));
		}, 100_000);

		it("is unknown to it", { timeout: PATIENCE }, async () => {
			await docker(["run", "-d", "--name", "mine", "busybox", "sleep", "1000"]);
			expect((await theirs(["ps", "-aq"])).said).toBe("");
		});

		it.skipIf(noCompiler)("has all that the kernel counts by user for itself", { timeout: PATIENCE * 3 }, () =>
			leavesAllToOthers(theirs, docker, mkdtempSync(join(folder, "greedy-")), PATIENCE),
		);

		it("goes on when that one ends, which is at once when told so", { timeout: PATIENCE * 2 }, async () => {
			await other.fetch("DELETE", "");
			const count = () =>
				site.daemon.call<unknown[]>({ method: "GET", path: `/containers/json?filters={"label":["${LABEL}=1"]}` });
			await expect.poll(async () => (await count()).length, { timeout: PATIENCE }).toBe(1);
			expect((await docker(["ps", "--format", "{{.Names}}"])).said.split("\n")).toContain("mine");
		});
	});

	it("whose daemon was replaced by another program leads nobody astray, and is taken away", {
		timeout: PATIENCE * 3,
	}, async () => {
		const evil = new SandboxClient(site.server.address);
		await evil.begin();
		const connected = await evil.connect();
		const own = join(folder, "evil.sock");
		const closeOwn = await dockerSocket(connected.mux, own);
		const answer = [
			"HTTP/1.1 302 Found",
			"Location: http://169.254.169.254/",
			"Set-Cookie: drydock_sandbox=x",
			"Content-Length: 0",
		].join("\\r\\n");
		// the outer container's file system, seen from a container that has all of it
		const script = [
			"cd /run/user/1000 && mv docker.sock real.sock",
			`exec socat UNIX-LISTEN:/run/user/1000/docker.sock,fork,mode=777 SYSTEM:"printf '${answer}\\r\\n\\r\\n'"`,
		].join(" && ");
		const options = ["-d", "--net", "host", "--pid", "host", "-v", "/:/o", "--user", "0"];
		const started = await docker(["-H", `unix://${own}`, "run", ...options, "busybox", "chroot", "/o", "sh", "-c", script]);
		expect(started.status, started.said).toBe(0);
		// what was dialled before is answered by the true one still
		await expect.poll(async () => (await evil.fetch("GET", "/engine/info")).status, { timeout: PATIENCE }).toBe(502);
		const led = await evil.fetch("GET", "/engine/info", { redirect: "manual" });
		expect(led.headers.get("location")).toBeNull();
		expect(led.headers.get("set-cookie")).toBeNull();
		expect((await docker(["ps"])).status).toBe(0);
		expect((await evil.fetch("DELETE", "")).status).toBe(204);
		const count = () => site.daemon.call<unknown[]>({ method: "GET", path: `/containers/json?filters={"label":["${LABEL}=1"]}` });
		await expect.poll(async () => (await count()).length, { timeout: PATIENCE }).toBe(1);
		connected.close();
		await closeOwn();
	});
});

consoleSuite(
	"docker by the context sandbox",
	missing,
	// it ends with the file
	async () => ({ address: site.server.address, stop: async () => {} }),
	(at) => {
		it("goes on over a connection that broke, and says once that its time is over", async () => {
			site.server.cut();
			expect(await at().line("docker ps -q; echo code=$?", HOST, CONSOLE_PATIENCE)).toContain("code=0");
			await site.route.sandboxes.change((shared) => {
				for (const session of shared.sessions) session.until = 0;
			});
			const over = "the time of the real daemon is over, and what was in it is gone; the next command gets a new one";
			expect(await at().line("docker ps", HOST, CONSOLE_PATIENCE)).toContain(`${site.server.address}/api/sandbox: ${over}`);
			expect(await at().line("docker ps -q; echo code=$?", HOST, CONSOLE_PATIENCE)).toContain("code=0");
		});
	},
);
