// dockerode, the client that Node programs use, on our daemon: containers and their streams, execs, images, networks, volumes, events.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Daemon, startDaemon } from "./daemon";
import { openWebSocket } from "./websocket";

const IMAGE = "node-busybox:latest";
let daemon: Daemon;
let docker: Docker;

beforeAll(async () => {
	daemon = await startDaemon();
	docker = new Docker({ socketPath: daemon.socketPath });
	await finished(await docker.importImage(daemon.tar, { repo: "node-busybox", tag: "latest", changes: 'CMD ["sh"]' }));
}, 300_000);
afterAll(() => daemon?.stop());

/** The last of a stream of progress. */
const finished = (stream: NodeJS.ReadableStream): Promise<Array<Record<string, unknown>>> =>
	new Promise((done, fail) => docker.modem.followProgress(stream, (error, output) => (error ? fail(error) : done(output ?? []))));
async function all(stream: NodeJS.ReadableStream): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of stream as Readable) parts.push(Buffer.from(part as Uint8Array));
	return Buffer.concat(parts);
}
/** stdout and stderr of a stream of frames. */
async function parts(stream: NodeJS.ReadableStream): Promise<[stdout: string, stderr: string]> {
	const [out, error] = [new PassThrough(), new PassThrough()];
	docker.modem.demuxStream(stream, out, error);
	const ended = new Promise((done) => stream.once("end", done).once("close", done));
	void ended.then(() => {
		out.end();
		error.end();
	});
	const both = await Promise.all([all(out), all(error)]);
	return [both[0].toString(), both[1].toString()];
}
const status = (promise: Promise<unknown>): Promise<number> =>
	promise.then(
		() => 0,
		(error: { statusCode: number }) => error.statusCode,
	);

describe("containers", { timeout: 60_000 }, () => {
	test("run, with its output and its exit code", async () => {
		const [out, error] = [new PassThrough(), new PassThrough()];
		const said = Promise.all([all(out), all(error)]);
		const [result] = await docker.run(IMAGE, ["sh", "-c", "echo out; echo err >&2; exit 3"], [out, error], {
			Tty: false,
			HostConfig: { AutoRemove: true },
		});
		expect(result.StatusCode).toBe(3);
		out.end();
		error.end();
		expect((await said).map(String)).toEqual(["out\n", "err\n"]);
	});

	test("one that removes itself can be asked for its exit code when it has been started, however soon it ends", async () => {
		for (let code = 0; code < 20; code++) {
			const container = await docker.createContainer({
				Image: IMAGE,
				Cmd: ["sh", "-c", `exit ${code}`],
				HostConfig: { AutoRemove: true },
			});
			await container.start();
			expect(await container.wait()).toEqual({ StatusCode: code });
			await vi.waitUntil(async () => (await status(container.inspect())) === 404, { timeout: 20_000 });
		}
	});

	test("a life: create, start, inspect, pause, stop, remove", async () => {
		const container = await docker.createContainer({
			Image: IMAGE,
			name: "life",
			Cmd: ["sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.1; done"],
			Env: ["A=b"],
			ExposedPorts: { "80/tcp": {} },
			HostConfig: { Memory: 64 << 20, PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1" }] } },
		});
		await container.start();
		expect(await status(container.start())).toBe(304);
		const { State, HostConfig, NetworkSettings } = await container.inspect();
		expect(State).toMatchObject({ Running: true, Status: "running" });
		expect(HostConfig.Memory).toBe(64 << 20);
		expect(Number(NetworkSettings.Ports["80/tcp"]![0]!.HostPort)).toBeGreaterThan(0);
		expect((await docker.listContainers({ filters: { name: ["life"] } }))[0]!.Names).toEqual(["/life"]);
		await container.pause();
		expect((await container.inspect()).State.Paused).toBe(true);
		await container.unpause();
		await container.stop({ t: 30 });
		expect((await container.inspect()).State).toMatchObject({ Status: "exited", ExitCode: 9 });
		expect(await container.wait()).toMatchObject({ StatusCode: 9 });
		await container.remove();
		expect(await status(container.inspect())).toBe(404);
	});

	test("logs at once and as they come", async () => {
		const container = await docker.createContainer({
			Image: IMAGE,
			Cmd: ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"],
		});
		await container.start();
		const [followed] = await parts(await container.logs({ follow: true, stdout: true, stderr: true }));
		expect(followed).toBe("1\n2\n3\n");
		const last = await container.logs({ stdout: true, stderr: true, tail: 1, timestamps: true });
		expect(last.subarray(8).toString()).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z 3\n$/);
		await container.remove();
	});

	test("attached: what is typed comes back", async () => {
		const container = await docker.createContainer({ Image: IMAGE, Cmd: ["cat"], OpenStdin: true, StdinOnce: true });
		const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
		const output = parts(stream);
		await container.start();
		stream.write("through\n");
		stream.end();
		expect((await output)[0]).toBe("through\n");
		expect(await container.wait()).toMatchObject({ StatusCode: 0 });
		await container.remove();
	});

	test("a terminal: raw, and of the size that it is told", async () => {
		const container = await docker.createContainer({
			Image: IMAGE,
			Cmd: ["sh", "-c", "read x; stty size; echo $x"],
			Tty: true,
			OpenStdin: true,
		});
		const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true });
		const output = all(stream);
		await container.start();
		await container.resize({ h: 30, w: 90 });
		stream.write("typed\n");
		expect((await output).toString().split("\r\n")).toEqual(["typed", "30 90", "typed", ""]);
		await container.wait();
		await container.remove();
	});

	test("attached by WebSocket", async () => {
		const container = await docker.createContainer({ Image: IMAGE, Cmd: ["cat"], OpenStdin: true });
		await container.start();
		const path = `/v1.44/containers/${container.id}/attach/ws?stream=1&stdin=1&stdout=1`;
		const socket = await openWebSocket(daemon.socketPath, path);
		socket.send(2, Buffer.from("over the wire\n"));
		expect(await socket.receive()).toEqual({ opcode: 2, payload: Buffer.from("over the wire\n") });
		socket.send(9, Buffer.from("are you there"));
		expect(await socket.receive()).toEqual({ opcode: 10, payload: Buffer.from("are you there") });
		await container.remove({ force: true });
		expect(await socket.receive()).toEqual({ opcode: 8, payload: Buffer.from([0x03, 0xe8]) });
		socket.end();
	});

	test("execs: output apart, exit code, input", async () => {
		const container = await docker.createContainer({ Image: IMAGE, Cmd: ["sleep", "1000"] });
		await container.start();
		const exec = await container.exec({
			Cmd: ["sh", "-c", "cat; echo err >&2; exit 4"],
			AttachStdin: true,
			AttachStdout: true,
			AttachStderr: true,
		});
		const stream = await exec.start({ hijack: true, stdin: true });
		const output = parts(stream);
		stream.write("in\n");
		stream.end();
		expect(await output).toEqual(["in\n", "err\n"]);
		expect(await exec.inspect()).toMatchObject({ Running: false, ExitCode: 4 });
		await container.remove({ force: true });
	});

	test("archives cut in the middle: what came is there, as with Docker, and the next goes through", async () => {
		const container = await docker.createContainer({ Image: IMAGE });
		const folder = mkdtempSync(join(tmpdir(), "drydock-cut-"));
		writeFileSync(join(folder, "first"), "1".repeat(70_000));
		writeFileSync(join(folder, "second"), "2".repeat(1_000_000));
		const whole = execFileSync("tar", ["-C", folder, "-cf", "-", "first", "second"], { maxBuffer: 2 ** 24 });
		rmSync(folder, { recursive: true });
		const put = (bytes: Buffer): Promise<number | undefined> =>
			new Promise((done) => {
				const path = `/containers/${container.id}/archive?path=/`;
				const headers = { "content-type": "application/x-tar", "content-length": whole.length };
				const sent = request({ socketPath: daemon.socketPath, method: "PUT", path, headers }, ({ statusCode }) =>
					done(statusCode),
				);
				sent.on("error", () => done(undefined));
				sent.write(bytes, () => bytes.length < whole.length && sent.destroy());
				if (bytes.length === whole.length) sent.end();
			});
		expect(await put(whole.subarray(0, 500_000))).toBeUndefined();
		expect((await all(await container.getArchive({ path: "/first" }))).includes("1".repeat(70_000))).toBe(true);
		// a reader that goes in the middle holds nothing
		const reading = (await container.getArchive({ path: "/" })) as Readable;
		await new Promise((done) => reading.once("readable", () => done(undefined)));
		reading.destroy();
		expect(await put(whole)).toBe(200);
		expect((await all(await container.getArchive({ path: "/second" }))).includes("2".repeat(1_000_000))).toBe(true);
		await container.remove({ force: true });
	});
	test("archives in and out", async () => {
		const container = await docker.createContainer({ Image: IMAGE });
		const source = await docker.getImage(IMAGE).get();
		await container.putArchive(source, { path: "/tmp" });
		const back = await all(await container.getArchive({ path: "/tmp/manifest.json" }));
		expect(back.subarray(0, 13).toString()).toBe("manifest.json");
		expect(await status(container.getArchive({ path: "/nosuch" }))).toBe(404);
		// as dockerd 20.10 names them: by the last part that was typed
		for (const [path, name] of Object.entries(NAMED)) {
			const tar = await all(await container.getArchive({ path }));
			expect(tar.subarray(0, tar.indexOf(0)).toString(), path).toBe(name);
		}
		await container.remove();
	});

	test("stats, top, changes, update, rename, commit", async () => {
		const container = await docker.createContainer({ Image: IMAGE, Cmd: ["sh", "-c", "echo x > /made; sleep 1000"] });
		await container.start();
		const stats = await container.stats({ stream: false });
		expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThanOrEqual(stats.precpu_stats.cpu_usage.total_usage);
		expect(stats.pids_stats?.current).toBeGreaterThan(0);
		const top = (await container.top()) as { Titles: string[]; Processes: string[][] };
		expect(top.Titles).toContain("PID");
		expect(top.Processes.length).toBeGreaterThan(0);
		expect(await container.changes()).toContainEqual({ Path: "/made", Kind: 1 });
		await container.update({ Memory: 80 << 20, MemorySwap: 160 << 20 });
		await container.rename({ name: "renamed" });
		expect(await docker.getContainer("renamed").inspect()).toMatchObject({ HostConfig: { Memory: 80 << 20 } });
		const { Id } = (await container.commit({ repo: "node-committed", changes: "ENV B=c" })) as { Id: string };
		expect((await docker.getImage(Id).inspect()).Config.Env).toContain("B=c");
		await docker.getImage("node-committed").remove();
		await container.remove({ force: true });
	});

	test("what cannot be is refused with the status that it has", async () => {
		expect(await status(docker.createContainer({ Image: "nosuch" }))).toBe(404);
		expect(await status(docker.createContainer({ Image: IMAGE, HostConfig: { Memory: 1 } }))).toBe(400);
		expect(await status(docker.createContainer({ Image: 5 as unknown as string }))).toBe(400);
		expect(await status(docker.getContainer("nosuch").start())).toBe(404);
		expect(await status(docker.swarmInspect())).toBe(503);
	});
});

/** What is asked for, and its first entry. */
const NAMED: Readonly<Record<string, string>> = {
	"/tmp": "tmp/",
	"/tmp/": "tmp/",
	"/tmp//": "tmp/",
	"/tmp/.": "./",
	"/tmp/./": "./",
	"/tmp/.//": "./",
	"./": "./",
	"/./": "./",
	"//./": "./",
	".": "./",
};

describe("everything else", { timeout: 60_000 }, () => {
	test("images: history, tag, save, load, build, remove", async () => {
		const image = docker.getImage(IMAGE);
		expect((await image.history()).length).toBe(1);
		await image.tag({ repo: "node-other", tag: "two" });
		const folder = mkdtempSync(join(tmpdir(), "drydock-node-"));
		try {
			const saved = join(folder, "saved.tar");
			writeFileSync(saved, await all(await docker.getImage("node-other:two").get()));
			await docker.getImage("node-other:two").remove();
			await finished(await docker.loadImage(saved));
			expect((await docker.getImage("node-other:two").inspect()).RepoTags).toContain("node-other:two");
			writeFileSync(join(folder, "Dockerfile"), `FROM ${IMAGE}\nRUN echo built > /made\nCMD cat /made\n`);
			const output = await finished(await docker.buildImage({ context: folder, src: ["Dockerfile"] }, { t: "node-built" }));
			expect(output.some(({ stream }) => String(stream).startsWith("Successfully tagged"))).toBe(true);
			const out = new PassThrough();
			await docker.run("node-built", [], out, { HostConfig: { AutoRemove: true } });
			out.end();
			expect((await all(out)).toString()).toBe("built\r\n");
			expect(readFileSync(saved).length).toBeGreaterThan(1 << 20);
		} finally {
			rmSync(folder, { recursive: true });
		}
		await docker.getImage("node-other:two").remove();
		await docker.getImage("node-built").remove({ force: true });
		expect(await docker.listImages({ filters: { reference: ["node-*"] } })).toHaveLength(1);
	});

	test("a build whose client leaves ends, what it runs too", async () => {
		const folder = mkdtempSync(join(tmpdir(), "drydock-left-"));
		writeFileSync(join(folder, "Dockerfile"), `FROM ${IMAGE}\nRUN sleep 4321\n`);
		// with the zeros that GNU tar fills its last record with
		const context = execFileSync("tar", ["-C", folder, "-cf", "-", "Dockerfile"]);
		rmSync(folder, { recursive: true });
		const running = async (): Promise<boolean> => {
			const out = new PassThrough();
			await docker.run(IMAGE, ["ps"], out, { HostConfig: { AutoRemove: true, PidMode: "host" } });
			out.end();
			return (await all(out)).toString().includes("sleep 4321");
		};
		const headers = { "content-type": "application/x-tar", "content-length": context.length };
		const sent = request({ socketPath: daemon.socketPath, method: "POST", path: "/build", headers });
		sent.on("error", () => {});
		sent.end(context);
		await vi.waitUntil(running, { timeout: 20_000, interval: 200 });
		sent.destroy();
		await vi.waitUntil(async () => !(await running()), { timeout: 20_000, interval: 200 });
		// who looked is removed a little after it has ended
		await vi.waitFor(async () => expect(await docker.listContainers({ all: true })).toEqual([]));
	});

	test("networks and volumes", async () => {
		const network = await docker.createNetwork({ Name: "node-net", CheckDuplicate: true, Labels: { a: "b" } });
		const volume = await docker.createVolume({ Name: "node-volume" });
		const container = await docker.createContainer({
			Image: IMAGE,
			Cmd: ["sleep", "1000"],
			HostConfig: { NetworkMode: "node-net", Mounts: [{ Type: "volume", Source: "node-volume", Target: "/data" }] },
		});
		await container.start();
		expect(Object.keys((await network.inspect()).Containers ?? {})).toEqual([container.id]);
		expect((await container.inspect()).Mounts[0]).toMatchObject({ Name: "node-volume", Destination: "/data" });
		await network.disconnect({ Container: container.id });
		await network.connect({ Container: container.id, EndpointConfig: { Aliases: ["x"] } });
		expect(await status(volume.remove())).toBe(409);
		await container.remove({ force: true });
		await network.remove();
		await volume.remove();
		expect((await docker.pruneVolumes()).VolumesDeleted).toEqual([]);
	});

	test("events, ping, info, version, df", async () => {
		const stream = await docker.getEvents({ filters: { type: ["container"], label: ["seen=yes"] } });
		const seen: string[] = [];
		const done = new Promise<void>((resolve) =>
			stream.on("data", (chunk) => {
				for (const line of String(chunk).trim().split("\n")) seen.push((JSON.parse(line) as { Action: string }).Action);
				if (seen.includes("destroy")) resolve();
			}),
		);
		const container = await docker.createContainer({ Image: IMAGE, Cmd: ["true"], Labels: { seen: "yes" } });
		await container.start();
		await container.wait();
		await container.remove();
		await done;
		(stream as Readable).destroy();
		expect(seen).toEqual(["create", "start", "die", "destroy"]);
		expect(String(await docker.ping())).toBe("OK");
		expect(await docker.version()).toMatchObject({ Os: "linux", Arch: "amd64" });
		expect(await docker.info()).toMatchObject({ OSType: "linux", Swarm: { LocalNodeState: "inactive" } });
		expect(await docker.df()).toHaveProperty("LayersSize");
	});
});
