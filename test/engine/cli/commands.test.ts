// The docker command against a daemon of a few answers: what it asks, what it prints, how it ends.

import { describe, expect, it } from "vitest";
import { concat, utf8 } from "../../../engine/lib/bytes";
import type { Request, Responder } from "../../../engine/lib/http/types";
import { answers, FakeDaemon, runDocker } from "./double";

const ID = "0123456789abcdef".repeat(4);
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const container = {
	Id: ID,
	Names: ["/web"],
	Image: "busybox",
	ImageID: `sha256:${"f".repeat(64)}`,
	Command: "sh -c 'sleep 1000; echo done'",
	Created: NOW - 3 * 3600,
	Ports: [
		{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
		{ PrivatePort: 443, Type: "tcp" },
	],
	Labels: { b: "2", a: "1" },
	State: "running",
	Status: "Up 3 hours",
};
const frame = (stream: number, words: string): Uint8Array => {
	const bytes = utf8(words);
	return concat([Uint8Array.of(stream, 0, 0, 0, 0, 0, bytes.length >> 8, bytes.length & 0xff), bytes]);
};
const nothing = (_request: Request, responder: Responder) => responder.respond(204);

describe("docker ps", () => {
	const daemon = () => new FakeDaemon({ "GET /containers/json": answers(200, [container]) });
	it("shows a table", async () => {
		const { out, code } = await runDocker(["ps"], daemon().handle);
		expect(code).toBe(0);
		expect(out).toBe(
			"CONTAINER ID   IMAGE     COMMAND                  CREATED       STATUS       PORTS                           NAMES\n" +
				'0123456789ab   busybox   "sh -c \'sleep 1000; …"   3 hours ago   Up 3 hours   443/tcp, 0.0.0.0:8080->80/tcp   web\n',
		);
	});
	it("takes a template", async () => {
		const { out } = await runDocker(["ps", "--format", '{{.ID}} {{.Label "a"}} {{.Labels}}'], daemon().handle);
		expect(out).toBe("0123456789ab 1 a=1,b=2\n");
	});
	it("asks with filters and -n", async () => {
		const asked = daemon();
		await runDocker(["ps", "-an", "2", "--filter", "name=x", "-f", "name=y"], asked.handle);
		expect(asked.requests[0]).toMatchObject({
			path: "/containers/json",
			query: { all: "1", limit: "2", filters: '{"name":{"x":true,"y":true}}' },
		});
	});
	it("refuses a template for what is not there", async () => {
		const { err, code } = await runDocker(["ps", "--format", "{{.Nope}}"], daemon().handle);
		expect(code).toBe(1);
		expect(err).toBe(
			'failed to execute template: template: :1:2: executing "" at <.Nope>: can\'t evaluate field Nope in type *formatter.ContainerContext\n',
		);
	});
});

describe("docker run", () => {
	const attach = (frames: Uint8Array[]) => async (_request: Request, responder: Responder) => {
		const stream = await responder.upgrade("tcp", { "content-type": "application/vnd.docker.multiplexed-stream" });
		for (const one of frames) await stream.write(one);
		await stream.close();
	};
	const daemon = (more: Record<string, (request: Request, responder: Responder) => Promise<void>> = {}) =>
		new FakeDaemon({
			"POST /containers/create": answers(201, { Id: ID, Warnings: ["careful"] }),
			[`POST /containers/${ID}/attach`]: attach([frame(1, "out\n"), frame(2, "err\n")]),
			[`POST /containers/${ID}/wait`]: answers(200, { StatusCode: 3 }),
			[`POST /containers/${ID}/start`]: nothing,
			...more,
		});
	it("separates the streams and ends with the container's code", async () => {
		const asked = daemon();
		const { code, out, err, events } = await runDocker(
			["run", "--name", "web", "-m", "1m", "busybox", "sh", "-c", "x"],
			asked.handle,
		);
		expect({ code, out, err }).toEqual({ code: 3, out: "out\n", err: "WARNING: careful\nerr\n" });
		expect(asked.requests.map(({ path }) => path.replace(ID, "ID"))).toEqual([
			"/containers/create",
			"/containers/ID/attach",
			"/containers/ID/wait",
			"/containers/ID/start",
		]);
		expect(asked.requests[0]?.query).toEqual({ name: "web" });
		expect(JSON.parse(asked.requests[0]!.body)).toMatchObject({
			Image: "busybox",
			Cmd: ["sh", "-c", "x"],
			HostConfig: { Memory: 1 << 20 },
		});
		expect(events).toEqual([
			{ type: "cli.command", pid: 42, argv: ["docker", "run", "--name", "web", "-m", "1m", "busybox", "sh", "-c", "x"] },
			{ type: "cli.exit", pid: 42, code: 3 },
		]);
	});
	it("pulls what is missing, and says so on stderr", async () => {
		let pulled = false;
		const asked = daemon({
			"POST /containers/create": (request, responder) =>
				pulled
					? answers(201, { Id: ID, Warnings: null })(request, responder)
					: answers(404, { message: "No such image: busybox:latest" })(request, responder),
			"POST /images/create": async (_request, responder) => {
				pulled = true;
				const stream = await responder.stream(200, { "content-type": "application/json" });
				await stream.write('{"status":"Pulling from library/busybox","id":"latest"}\r\n');
				await stream.write(
					'{"status":"Downloading","progressDetail":{"current":5,"total":10},"id":"aaa"}\r\n{"status":"Pull complete","progressDetail":{},"id":"aaa"}\r\n',
				);
				await stream.end();
			},
		});
		const { out, err, code } = await runDocker(["run", "-d", "busybox"], asked.handle);
		expect({ out, err, code }).toEqual({
			out: `${ID}\n`,
			err: "Unable to find image 'busybox:latest' locally\nlatest: Pulling from library/busybox\naaa: Pull complete\n",
			code: 0,
		});
		expect(asked.requests.find(({ path }) => path === "/images/create")?.query).toEqual({ fromImage: "busybox", tag: "latest" });
	});
	it.each([
		['exec: "x": executable file not found in $PATH', 127],
		['exec: "/etc": permission denied', 126],
		["Conflict", 125],
	])("ends with docker's code for %s", async (message, code) => {
		const outcome = await runDocker(
			["run", "busybox"],
			daemon({ [`POST /containers/${ID}/start`]: answers(400, { message }) }).handle,
		);
		expect(outcome.code).toBe(code);
		expect(outcome.err).toContain(
			`docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
		);
	});
});

describe("docker create", () => {
	const create = async (argv: string[], files: Record<string, string> = {}) => {
		const daemon = new FakeDaemon({ "POST /containers/create": answers(201, { Id: ID, Warnings: [] }) });
		const { err } = await runDocker(["create", ...argv, "busybox"], daemon.handle, { files });
		const body = daemon.requests.find(({ path }) => path === "/containers/create")?.body;
		return { err: err.split("\n")[0], body: body === undefined ? undefined : JSON.parse(body) };
	};
	it("asks for devices that CDI knows by name apart from those with a path", async () => {
		const { HostConfig } = (await create(["--device", "a.com/b=c", "--device", "/dev/snd:r", "--device", "a.com/b=d"])).body;
		expect(HostConfig.Devices).toEqual([{ PathOnHost: "/dev/snd", PathInContainer: "/dev/snd", CgroupPermissions: "r" }]);
		expect(HostConfig.DeviceRequests).toMatchObject([{ Driver: "cdi", DeviceIDs: ["a.com/b=c", "a.com/b=d"] }]);
	});
	it("sends links for the container and for its first network", async () => {
		const { body } = await create(["--network", "mine", "--network", "other", "--link", "db:store"]);
		expect(body.HostConfig.Links).toEqual(["db:store"]);
		expect(body.NetworkingConfig.EndpointsConfig).toMatchObject({ mine: { Links: ["db:store"] }, other: { Links: null } });
	});
	it("writes a network's MAC address in one way", async () => {
		const { body } = await create(["--network", "name=mine,mac-address=02-42-AC-11-00-0A"]);
		expect(body.NetworkingConfig.EndpointsConfig.mine.MacAddress).toBe("02:42:ac:11:00:0a");
	});
	it.each([
		[["--network", "name=mine,mac-address=nonsense"], "docker: nonsense is not a valid mac address"],
		[["--env-file", "gone"], "docker: --env-file: open gone: no such file or directory"],
		[["--label-file", "names"], "docker: --label-file: invalid env file (names): variable 'a b' contains whitespaces"],
		[["--security-opt", "nonsense"], 'docker: invalid --security-opt: "nonsense"'],
	])("%j is refused: %s", async (argv, words) =>
		expect(await create(argv, { "/home/names": "x\na b=c\n" })).toEqual({ err: words, body: undefined }),
	);
});

describe("docker port", () => {
	const Ports = { "80/tcp": [{ HostIp: "::", HostPort: "8080" }], "53/udp": [] };
	const port = async (...argv: string[]) =>
		runDocker(
			["port", "web", ...argv],
			new FakeDaemon({ "GET /containers/web/json": answers(200, { NetworkSettings: { Ports } }) }).handle,
		);
	it.each([[[]], [[""]]])("of %j lists them all", async (argv) =>
		expect((await port(...argv)).out).toBe("80/tcp -> [::]:8080\n"),
	);
	it("takes the protocol in any letters", async () => expect((await port("80/TCP")).out).toBe("[::]:8080\n"));
	it.each([
		["53/udp", "Error: No public port '53/udp' published for web"],
		["/udp", "invalid port '': value is empty"],
		["http", "invalid port 'http': invalid syntax"],
		["65536", "invalid port '65536': value out of range"],
	])("%s is refused", async (given, words) => expect((await port(given)).err).toBe(`${words}\n`));
});

describe("docker inspect", () => {
	const raw = `{"Id":"${ID}","Config":{"Env":["A=b"],"Labels":{"k":"v"}},"State":{"Running":true,"Pid":12345678901234567890},"Mounts":[]}`;
	const daemon = () =>
		new FakeDaemon({
			"GET /containers/web/json": (_request, responder) => responder.respond(200, { "content-type": "application/json" }, raw),
		});
	it("shows the daemon's JSON as it is, laid out", async () => {
		const { out } = await runDocker(["inspect", "web"], daemon().handle);
		expect(out).toContain('            "Pid": 12345678901234567890\n');
		expect(out.startsWith(`[\n    {\n        "Id": "${ID}",\n`)).toBe(true);
		expect(out).toContain('        "Mounts": []\n    }\n]\n');
	});
	it("knows what Go's types know", async () => {
		const { out } = await runDocker(
			[
				"inspect",
				"-f",
				'{{.Config.Labels}} {{.Config.StopSignal}}|{{.Config.StopTimeout}} {{index .Config.Labels "x"}}|{{json .Config.Env}}',
				"web",
			],
			daemon().handle,
		);
		expect(out).toBe('map[k:v] |<nil> |["A=b"]\n');
	});
	it("tells of what it does not find, after the rest", async () => {
		const { out, err, code } = await runDocker(["inspect", "-f", "{{.Id}}", "web", "nope"], daemon().handle);
		expect({ out, err, code }).toEqual({ out: `${ID}\n`, err: "Error: No such object: nope\n", code: 1 });
	});
});

describe("docker info", () => {
	const info = (format: string) => {
		const known = { Containers: 2, HttpProxy: "http://p", CpuCfsQuota: true, Swarm: { LocalNodeState: "inactive" } };
		const handle = new FakeDaemon({ "GET /info": answers(200, known) }).handle;
		return runDocker(["info", "--format", format], handle);
	};
	it("has Go's names, and the fields that the wire leaves out", async () => {
		const format =
			"{{.HTTPProxy}} {{.CPUCfsQuota}} {{.Swarm.Managers}} {{.Swarm.Cluster}} {{.ClientInfo.Os}}{{.ClientErrors}}{{json .ServerErrors}}";
		expect((await info(format)).out).toBe("http://p true 0 <nil> linux[]null\n");
		expect((await info("{{json .}}")).out).toMatch(
			/^\{"Containers":2,"HttpProxy":"http:\/\/p","CpuCfsQuota":true,"Swarm":\{"LocalNodeState":"inactive"\},"ClientInfo":\{/,
		);
	});
	it("writes what came before a template's failure", async () => {
		expect(await info("{{.Containers}} {{.Nope}}")).toMatchObject({
			code: 1,
			out: "2 \n",
			err: 'template: :1:18: executing "" at <.Nope>: can\'t evaluate field Nope in type system.dockerInfo\n',
		});
	});
});

describe("docker images", () => {
	const image = {
		Id: `sha256:${ID}`,
		RepoTags: ["busybox:latest", "a/b:c"],
		RepoDigests: [],
		Created: NOW - 90 * 86400,
		Size: 4_500_000,
		SharedSize: -1,
		Containers: -1,
		Manifests: [
			{
				ID: `sha256:${ID}`,
				Kind: "image",
				Available: true,
				Size: { Content: 1_500_000, Total: 4_500_000 },
				ImageData: { Platform: { os: "linux", architecture: "amd64" }, Containers: [ID] },
			},
		],
	};
	const untagged = { ...image, RepoTags: [], Manifests: [] };
	it("is the list of Engine 29", async () => {
		const { out } = await runDocker(["images"], new FakeDaemon({ "GET /images/json": answers(200, [image, untagged]) }).handle);
		expect(out).toBe(
			"IMAGE            ID             DISK USAGE   CONTENT SIZE   EXTRA\n" +
				"a/b:c            0123456789ab        4.5MB          1.5MB   U    \n" +
				"busybox:latest   0123456789ab        4.5MB          1.5MB   U    \n",
		);
	});
	it("leaves room for the bytes of a branch in --tree", async () => {
		const { out } = await runDocker(["images", "--tree"], new FakeDaemon({ "GET /images/json": answers(200, [image]) }).handle);
		expect(out.split("\n").slice(0, 4)).toEqual([
			"IMAGE                ID             DISK USAGE   CONTENT SIZE   EXTRA",
			"a/b:c             ",
			"busybox:latest       0123456789ab        4.5MB          1.5MB   U    ",
			"└─ linux/amd64       0123456789ab        4.5MB          1.5MB   U    ",
		]);
	});
	it("has a legend on a terminal", async () => {
		const daemon = new FakeDaemon({ "GET /images/json": answers(200, [image]) });
		const { out } = await runDocker(["images"], daemon.handle, { terminal: { rows: 24, cols: 80 }, env: { NO_COLOR: "1" } });
		expect(out.split("\n")[0]).toBe(" ".repeat(61) + " Info ->  U In Use".padStart(19));
	});
	it.each([
		[
			["--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}"],
			`busybox:latest sha256:${ID} 4.5MB\na/b:c sha256:${ID} 4.5MB\n`,
		],
		[["-q"], "0123456789ab\n0123456789ab\n"],
	])("takes %j", async (argv, expected) => {
		const { out } = await runDocker(["images", ...argv], new FakeDaemon({ "GET /images/json": answers(200, [image]) }).handle);
		expect(out).toBe(expected);
	});
	it("is the older table with an older daemon", async () => {
		const daemon = new FakeDaemon({ "GET /images/json": answers(200, [image]) }, "1.41");
		const { out } = await runDocker(["images"], daemon.handle);
		expect(out.split("\n")[0]).toBe("REPOSITORY   TAG       IMAGE ID       CREATED        SIZE");
	});
});

describe("what only some daemons tell", () => {
	const said = async (argv: string[], route: string, answer: unknown, stdin = "") =>
		(await runDocker(argv, new FakeDaemon({ [route]: answers(200, answer) }).handle, { stdin })).out;
	it("docker info has a swarm's cluster, and NRI", async () => {
		const Cluster = {
			ID: "c1",
			DefaultAddrPool: ["10.0.0.0/8"],
			SubnetSize: 24,
			Spec: {
				Raft: { SnapshotInterval: 10, KeepOldSnapshots: 0, HeartbeatTick: 1, ElectionTick: 3 },
				Dispatcher: { HeartbeatPeriod: 5e9 },
				CAConfig: { NodeCertExpiry: 90 * 86_400e9, ExternalCAs: [{ Protocol: "cfssl", URL: "https://ca" }] },
			},
		};
		const RemoteManagers = [{ Addr: "10.0.0.3:2377" }, { Addr: "10.0.0.2:2377" }];
		const Swarm = {
			LocalNodeState: "active",
			NodeID: "n1",
			NodeAddr: "10.0.0.2",
			ControlAvailable: true,
			Managers: 2,
			RemoteManagers,
			Cluster,
		};
		const out = await said(["info"], "GET /info", { NCPU: 2, Swarm, NRI: { Info: [["plugin-path", "/nri"]] } });
		expect(out.slice(out.indexOf(" Swarm:"), out.indexOf(" Total Memory"))).toBe(
			" Swarm: active\n  NodeID: n1\n  Is Manager: true\n  ClusterID: c1\n  Managers: 2\n  Nodes: 0\n" +
				"  Default Address Pool: 10.0.0.0/8  \n  SubnetSize: 24\n" +
				"  Orchestration:\n   Task History Retention Limit: 0\n" +
				"  Raft:\n   Snapshot Interval: 10\n   Number of Old Snapshots to Retain: 0\n   Heartbeat Tick: 1\n   Election Tick: 3\n" +
				"  Dispatcher:\n   Heartbeat Period: 5 seconds\n" +
				"  CA Configuration:\n   Expiry Duration: 3 months\n   Force Rotate: 0\n   External CAs:\n     cfssl: https://ca\n" +
				"  Autolock Managers: false\n  Root Rotation In Progress: false\n" +
				"  Node Address: 10.0.0.2\n  Manager Addresses:\n   10.0.0.2:2377\n   10.0.0.3:2377\n CPUs: 2\n",
		);
		expect(out).toMatch(/\n NRI:\n {2}plugin-path: \/nri\n\n$/);
	});
	it("docker version has JSON in one order, whatever the daemon's", async () => {
		const Components = [{ Name: "Engine", Version: "29.0.0", Details: null }];
		const server = {
			GoVersion: "go1",
			Components,
			Os: "linux",
			ApiVersion: "1.52",
			Arch: "amd64",
			MinAPIVersion: "1.24",
			Version: "29.0.0",
		};
		const out = await said(["version", "--format", "{{json .Server}}"], "GET /version", server);
		expect(Object.keys(JSON.parse(out))).toEqual([
			"Platform",
			"Version",
			"ApiVersion",
			"MinAPIVersion",
			"Os",
			"Arch",
			"Components",
			"GoVersion",
		]);
	});
	it("docker system df -v takes a template over everything at once", async () => {
		const cache = {
			Type: "regular",
			Description: "",
			InUse: false,
			Shared: false,
			Size: 1,
			CreatedAt: "2026-01-01T00:00:00Z",
			UsageCount: 1,
		};
		const usage = {
			VolumeUsage: { Items: [{ Name: "v", Driver: "local", Labels: null, UsageData: { Size: 3, RefCount: 1 } }] },
			BuildCacheUsage: {
				Items: [
					{ ...cache, ID: "late", LastUsedAt: "2026-01-02T00:00:00Z", Parents: ["a", "b"] },
					{ ...cache, ID: "early", LastUsedAt: "2026-01-01T00:00:00Z" },
					{ ...cache, ID: "never", LastUsedAt: null, InUse: true },
				],
			},
		};
		const df = (format: string) => said(["system", "df", "-v", "--format", format], "GET /system/df", usage);
		expect(await df("{{range .Volumes}}{{.Name}}:{{.Size}}{{end}}{{range .BuildCache}} {{.ID}}({{.Parent}}){{end}}")).toBe(
			"v:3B never*() early() late(a, b)",
		);
		expect(JSON.parse(await df("json"))).toMatchObject({ Images: [], Containers: [], Volumes: [{ Name: "v", Links: "1" }] });
		expect(await df("raw")).toMatch(
			/^type: Volume\nname: v\ndriver: local\n\ntype: Build Cache\nbuild_cache_id: never\*\nparent_id: \n/,
		);
	});
	it("docker system df shows what a daemon counted, and counts what an older one lists", async () => {
		const df = async (answer: unknown, version: string) => {
			const daemon = new FakeDaemon({ "GET /system/df": answers(200, answer) }, version);
			const format = "{{.TotalCount}} {{.Active}} {{.Size}} {{.Reclaimable}}";
			return (await runDocker(["system", "df", "--format", format], daemon.handle)).out.split("\n").slice(0, 4);
		};
		const Images = [
			{ Size: 50, SharedSize: 20, Containers: 0 },
			{ Size: 40, SharedSize: 20, Containers: 2 },
			{ Size: 7, SharedSize: 0, Containers: -1 },
		];
		const Containers = [{ State: "running", SizeRw: 3 }, { State: "exited", SizeRw: 6 }, { State: "dead" }];
		const Volumes = [{ UsageData: { Size: 4, RefCount: 1 } }, { UsageData: { Size: 8, RefCount: 0 } }, { UsageData: null }];
		const BuildCache = [
			{ Size: 5, InUse: true, Shared: false },
			{ Size: 2, InUse: false, Shared: false },
			{ Size: 9, InUse: true, Shared: true },
		];
		const lists = { LayersSize: 100, Images, Containers, Volumes, BuildCache };
		expect(await df(lists, "1.51")).toEqual(["3 1 100B 30B (30%)", "3 1 9B 6B (66%)", "3 1 12B 8B (66%)", "3 2 7B 2B"]);
		const usage = { ActiveCount: 1, TotalCount: 2, TotalSize: 10, Reclaimable: 5 };
		expect(await df({ ...lists, ImageUsage: usage, BuildCacheUsage: usage, VolumeUsage: { TotalCount: 1 } }, "1.52")).toEqual([
			"2 1 10B 5B (50%)",
			"0 0 0B 0B",
			"1 0 0B 0B",
			"2 1 10B 5B",
		]);
	});
	it("docker system df has a raw format", async () =>
		expect((await said(["system", "df", "--format", "raw"], "GET /system/df", {})).split("\n\n")[0]).toBe(
			"type: Images\ntotal: 0\nactive: 0\nsize: 0B\nreclaimable: 0B",
		));
	it("docker search has an official image as a truth in JSON, as [OK] elsewhere", async () => {
		const found = [{ name: "busybox", description: "a\nb", star_count: 2, is_official: true }];
		const search = (format: string) => said(["search", "--format", format, "busybox"], "GET /images/search", found);
		expect(await search("json")).toBe('{"Description":"a b","IsOfficial":"true","Name":"busybox","StarCount":"2"}\n');
		expect(await search("{{json .IsOfficial}} {{.IsOfficial}}")).toBe('"[OK]" [OK]\n');
	});
	it.each([
		[{ Info: null }, "pending creation"],
		[{ Info: { VolumeID: "v" } }, "created"],
		[{ Info: { VolumeID: "v" }, PublishStatus: [{}] }, "in use (1 node)"],
		[{ Info: { VolumeID: "v" }, PublishStatus: [{}, {}] }, "in use (2 nodes)"],
	])("docker volume ls has a cluster volume %j as %s", async (cluster, words) => {
		const Volumes = [{ Name: "v", Driver: "d", Labels: null, ClusterVolume: { Spec: {}, ...cluster } }];
		expect(await said(["volume", "ls", "--format", "{{.Status}}"], "GET /volumes", { Volumes })).toBe(`${words}\n`);
	});
	it("docker volume prune -a says that it takes all", async () =>
		expect(await said(["volume", "prune", "-a"], "POST /volumes/prune", { VolumesDeleted: null, SpaceReclaimed: 0 }, "y\n")).toBe(
			"WARNING! This will remove all local volumes not used by at least one container.\n" +
				"Are you sure you want to continue? [y/N] Total reclaimed space: 0B\n",
		));
	it("docker stats has the id that the daemon tells, and none where it tells none", async () => {
		const cpu = { cpu_usage: { total_usage: 0 } };
		const sample = { cpu_stats: cpu, precpu_stats: cpu, memory_stats: {}, pids_stats: {} };
		const stats = (more: object) =>
			said(["stats", "--no-stream", "--format", "{{.Container}}|{{.ID}}|{{.Name}}", "web"], "GET /containers/web/stats", {
				...sample,
				...more,
			});
		expect(await stats({ id: ID, name: "/web1" })).toBe("web|0123456789ab|web1\n");
		expect(await stats({ name: "/" })).toBe("web||--\n");
	});
});

describe("the command line", () => {
	const none = new FakeDaemon({}).handle;
	it.each([
		[["nope"], 1, "docker: unknown command: docker nope\n\nRun 'docker --help' for more information\n"],
		[
			["container", "nope"],
			1,
			"docker: unknown command: docker container nope\n\nUsage:  docker container\n\nRun 'docker container --help' for more information\n",
		],
		[
			["run", "--nope"],
			125,
			"unknown flag: --nope\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n",
		],
		[
			["ps", "-aX"],
			125,
			"unknown shorthand flag: 'X' in -X\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
		],
		[
			["ps", "-n", "x"],
			125,
			'invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax\n\nUsage:  docker ps [OPTIONS]\n\nRun \'docker ps --help\' for more information\n',
		],
		[
			["rm"],
			1,
			"docker: 'docker rm' requires at least 1 argument\n\nUsage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\nSee 'docker rm --help' for more information\n",
		],
		[
			["tag", "a"],
			1,
			"docker: 'docker tag' requires 2 arguments\n\nUsage:  docker tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]\n\nRun 'docker tag --help' for more information\n",
		],
		[["compose", "up"], 1, "docker: unknown command: docker compose\n\nRun 'docker --help' for more information\n"],
	])("%j", async (argv, code, err) => {
		const outcome = await runDocker(argv, none);
		expect({ code: outcome.code, err: outcome.err }).toEqual({ code, err });
	});
	it("says when there is no daemon", async () => {
		const { code, err, dialled } = await runDocker(["ps"], none, { noDaemon: true });
		expect({ code, err }).toEqual({
			code: 1,
			err: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
		});
		expect(dialled).toEqual(["/var/run/docker.sock"]);
	});
	it.each([
		[["-H", "tcp://127.0.0.1:99", "ps"], {}, "127.0.0.1:99"],
		[["ps"], { DOCKER_HOST: "unix:///tmp/x.sock" }, "/tmp/x.sock"],
	])("dials where %j says", async (argv, env, where) => {
		expect((await runDocker(argv, none, { env })).dialled[0]).toBe(where);
	});
	it("lays help out as docker does", async () => {
		const { out } = await runDocker(["rm", "--help"], none);
		expect(out).toBe(
			"Usage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]\n\nRemove one or more containers\n\nAliases:\n  docker container rm, docker container remove, docker rm\n\n" +
				"Options:\n  -f, --force     Kill it first if it runs\n  -l, --link      Remove the link of this name instead\n  -v, --volumes   Remove its anonymous volumes too\n",
		);
	});
});

describe("settings", () => {
	it("reads formats from config.json", async () => {
		const daemon = new FakeDaemon({ "GET /containers/json": answers(200, [container]) });
		const { out } = await runDocker(["ps"], daemon.handle, {
			files: { "/root/.docker/config.json": '{"psFormat":"{{.Names}}"}' },
		});
		expect(out).toBe("web\n");
	});
	it("keeps a login and sends it with a pull", async () => {
		const daemon = new FakeDaemon({ "POST /auth": answers(200, { Status: "Login Succeeded" }) });
		const { out, files } = await runDocker(["login", "-u", "me", "--password-stdin", "reg.example:5000"], daemon.handle, {
			stdin: "secret\n",
		});
		expect(out).toBe("Login Succeeded\n");
		expect(JSON.parse(files["/root/.docker/config.json"]!)).toEqual({ auths: { "reg.example:5000": { auth: "bWU6c2VjcmV0" } } });
	});
});
