// What the Isolation, Network, Registry and Wire pictures make of the machine's state and trace.

import { expect, describe as group, test } from "vitest";
import { causeWords } from "../../components/stage/build/causes";
import { buildsOf } from "../../components/stage/build/model";
import { isolationLayout } from "../../components/stage/isolation/layout";
import { roomsOf, usageOf } from "../../components/stage/isolation/model";
import { networkLayout } from "../../components/stage/network/layout";
import { flowsOf, networkMap } from "../../components/stage/network/model";
import { transfersOf } from "../../components/stage/registry/model";
import { exchangesOf, shortTarget, statusOf, tookOf } from "../../components/stage/wire/model";
import type { ContainerSummary } from "../../engine/api/container";
import type { NetworkInspect } from "../../engine/api/network";
import type { ProcessInfo } from "../../engine/host/browser/facade";
import { type EventBody, type Layer, OWN_CLIENT, type TraceEvent } from "../../engine/trace/event";

const WEB = "ab".repeat(32);
const BOX = "cd".repeat(32);
const process = (pid: number, inner: number, id: string | undefined, net: number, argv = ["sh"]): ProcessInfo => ({
	pid,
	ppid: 0,
	nspids: inner === pid ? [pid] : [pid, inner],
	uid: 0,
	state: "S",
	argv,
	native: false,
	cgroup: id ? `/docker/${id}` : "/",
	namespaces: { pid: inner === pid ? 1 : net, net, mnt: net, uts: net, ipc: net, user: 1, cgroup: net },
});
const PROCESSES = [
	process(1, 1, undefined, 10, ["init"]),
	process(20, 1, WEB, 11, ["/usr/sbin/nginx"]),
	process(21, 2, WEB, 11),
	process(30, 1, BOX, 12),
];
const trace = (...events: [Layer, EventBody][]): TraceEvent[] =>
	events.map(([layer, body], index) => ({ ...body, layer, seq: index + 1, time: index * 10 }) as TraceEvent);

group("isolation", () => {
	const names = new Map([[WEB, "web"]]);
	test("processes are together that share a namespace; the host comes first", () => {
		const rooms = roomsOf(PROCESSES, "net", names);
		expect(rooms.map(({ host, containers, processes }) => [host, containers, processes.map(({ pid }) => pid)])).toEqual([
			[true, [], [1]],
			[false, ["web"], [20, 21]],
			[false, [BOX.slice(0, 12)], [30]],
		]);
		expect(rooms[1]?.label).toBe("net:[11]");
	});
	test("what runc made by hand is a container, in every kind of room and by its cgroup", () => {
		const byHand = { ...process(40, 1, undefined, 13, ["sleep"]), cgroup: "/mine" };
		for (const kind of ["pid", "limits"] as const)
			expect(roomsOf([...PROCESSES, byHand], kind, names).at(-1)).toMatchObject({ host: false, containers: ["mine"], ids: [] });
	});
	test("a namespace that is not divided has everybody", () => {
		const [only, ...more] = roomsOf(PROCESSES, "user", names);
		expect(more).toEqual([]);
		expect(only).toMatchObject({ host: true, containers: ["web", BOX.slice(0, 12)] });
	});
	test("a cgroup's files are its use and limits", () => {
		const files = {
			"memory.current": "1048576\n",
			"memory.max": "max\n",
			"pids.current": "2\n",
			"pids.max": "50\n",
			"cpu.max": "50000 100000\n",
			"cpu.stat": "usage_usec 77\n",
		};
		expect(usageOf(files)).toEqual({ memory: 1048576, memoryMax: null, pids: 2, pidsMax: 50, cpu: 77, cpuMax: 0.5 });
		expect(usageOf({})).toBeUndefined();
	});
	test("no enclosure is over another, whatever the width", () => {
		const rooms = roomsOf(
			Array.from({ length: 100 }, (_, n) =>
				process(n + 1, n === 0 ? 1 : 2, n === 0 ? undefined : n.toString(16).padStart(64, "0"), n),
			),
			"net",
			names,
		);
		for (const width of [280, 700, 1900]) {
			const { rooms: placed } = isolationLayout(rooms, width, true);
			expect(placed).toHaveLength(100);
			for (const [index, a] of placed.entries())
				for (const b of placed.slice(index + 1))
					expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
		}
	});
});

group("network", () => {
	const network = (Id: string, Name: string, subnet: string, Containers: NetworkInspect["Containers"], bridge?: string) =>
		({
			Id,
			Name,
			Driver: "bridge",
			Internal: false,
			IPAM: { Driver: "default", Options: null, Config: [{ Subnet: subnet, Gateway: subnet.replace(/0\/16$/, "1") }] },
			Options: bridge ? { "com.docker.network.bridge.name": bridge } : {},
			Containers,
		}) as unknown as NetworkInspect;
	const at = (IPv4Address: string) => ({ Name: "", EndpointID: "", MacAddress: "", IPv4Address, IPv6Address: "" });
	const summary = (Id: string, name: string, Ports: ContainerSummary["Ports"] = []) =>
		({ Id, Names: [`/${name}`], Ports, HostConfig: { NetworkMode: "bridge" } }) as unknown as ContainerSummary;
	const published = { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" } as const;
	const map = networkMap(
		[
			network("f".repeat(64), "back", "172.18.0.0/16", { [WEB]: at("172.18.0.3/16"), [BOX]: at("172.18.0.2/16") }),
			network("e".repeat(64), "bridge", "172.17.0.0/16", { [WEB]: at("172.17.0.2/16") }, "docker0"),
		],
		[summary(WEB, "web", [published, { ...published, IP: "::" }]), summary(BOX, "box")],
		PROCESSES,
	);
	const hop = (netns: number, device: string, source: string, destination: string): [Layer, EventBody] => [
		"network",
		{ type: "net.hop", flow: 7, netns, device, step: "send", protocol: "tcp", source, destination, verdict: "accept" },
	];
	test("bridges, plugs and ports as the daemon tells them", () => {
		expect(map.hostNetns).toBe(10);
		expect(map.bridges.map(({ name, device, gateway }) => [name, device, gateway])).toEqual([
			["bridge", "docker0", "172.17.0.1"],
			["back", `br-${"f".repeat(12)}`, "172.18.0.1"],
		]);
		expect(map.containers[0]).toMatchObject({ name: "web", netns: 11, ports: [{ port: 8080, inside: "80/tcp" }] });
		expect(map.containers[0]?.plugs.map(({ address }) => address).sort()).toEqual(["172.17.0.2", "172.18.0.3"]);
	});
	test("a packet's hops stand on the plugs and bridges that it went through", () => {
		const ends = ["172.18.0.2:4000", "172.18.0.3:80"] as const;
		const [flow] = flowsOf(
			trace(
				hop(12, "eth0", ...ends),
				hop(10, "vethb", ...ends),
				hop(10, `br-${"f".repeat(12)}`, ...ends),
				hop(11, "eth1", ...ends),
			),
			10,
		);
		const layout = networkLayout(map, 600);
		const [web, box] = [layout.containers[0]!, layout.containers[1]!];
		const places = layout.placesOf(flow!.hops);
		expect(places[0]).toEqual({ x: box.plugs[0]!.to.x, y: box.y + 10 });
		expect(places[1]!.x).toBe(box.plugs[0]!.from.x);
		expect(places[2]!.y).toBe(layout.bridges[1]!.y);
		expect(places[3]!.x).toBe(web.plugs.find(({ address }) => address === "172.18.0.3")!.to.x);
	});
});

group("registry", () => {
	const blob = (digest: string, size = 10) => ({ mediaType: "", digest, size });
	test("a pull: what came and what was there", () => {
		const [pull] = transfersOf(
			trace(
				["containerd", { type: "pull.begin", reference: "docker.io/library/nginx:latest" }],
				[
					"registry",
					{ type: "registry.request", method: "GET", url: "http://a:1/v2/library/nginx/manifests/latest", status: 200, bytes: 1 },
				],
				[
					"containerd",
					{
						type: "pull.manifest",
						reference: "docker.io/library/nginx:latest",
						manifest: blob("sha256:aa"),
						config: blob("sha256:bb"),
						layers: [blob("sha256:cc"), blob("sha256:dd", 40)],
					},
				],
				["containerd", { type: "pull.layer", digest: "sha256:cc", state: "exists", current: 0, total: 0 }],
				["containerd", { type: "pull.layer", digest: "sha256:dd", state: "downloading", current: 20, total: 40 }],
			),
		);
		expect(pull).toMatchObject({ direction: "pull", host: "a:1", over: false });
		expect(pull?.blobs.map(({ role, state, current }) => [role, state, current])).toEqual([
			["manifest", "moved", 10],
			["config", "moved", 10],
			["layer", "there", 0],
			["layer", "moving", 20],
		]);
		expect(pull?.calls).toHaveLength(1);
	});
	test("a push tells of itself by its requests", () => {
		const at = (method: string, path: string, status: number): [Layer, EventBody] => [
			"registry",
			{ type: "registry.request", method, url: `http://r:5000/v2/x/${path}`, status, bytes: 0 },
		];
		const [push] = transfersOf(
			trace(
				at("HEAD", "blobs/sha256:aa", 200),
				at("HEAD", "blobs/sha256:bb", 404),
				at("PUT", "blobs/uploads/1?digest=sha256%3Abb", 201),
				at("POST", "blobs/uploads/?mount=sha256%3Acc&from=y", 201),
				at("PUT", "manifests/latest", 201),
			),
		);
		expect(push).toMatchObject({ direction: "push", reference: "r:5000/x", over: true });
		expect(push?.blobs.map(({ digest, state }) => [digest, state])).toEqual([
			["latest", "moved"],
			["sha256:aa", "there"],
			["sha256:bb", "moved"],
			["sha256:cc", "mounted"],
		]);
	});
});

group("build", () => {
	test("each step with its reason, by the command that built", () => {
		const step = (name: string, hit: boolean): [Layer, EventBody] => [
			"dockerd",
			{ type: "build.cache", step: name, key: "sha256:aa", hit, because: hit ? ["same"] : ["parent", "files"], reason: "" },
		];
		const builds = buildsOf(
			trace(
				["cli", { type: "cli.command", pid: 40, argv: ["docker", "ps"] }],
				["cli", { type: "cli.exit", pid: 40, code: 0 }],
				["cli", { type: "cli.command", pid: 41, argv: ["docker", "build", "-t", "x", "."] }],
				step("[1/2] COPY a /", true),
				step("[2/2] RUN make", false),
				["cli", { type: "cli.exit", pid: 41, code: 0 }],
				step("[1/1] RUN other", false),
			),
		);
		expect(builds.map(({ line, exit, steps }) => [line, exit, steps.map(({ name, hit, took }) => [name, hit, took])])).toEqual([
			[
				"docker build -t x .",
				0,
				[
					["[1/2] COPY a /", true, 10],
					["[2/2] RUN make", false, 10],
				],
			],
			["", undefined, [["[1/1] RUN other", false, undefined]]],
		]);
		expect(builds[0]!.steps.map(({ because }) => causeWords(because))).toEqual([
			{
				ko: "명령도, 아래 레이어도, 읽는 것도 그대로입니다",
				en: "the instruction, what lies below it and what it reads are the same",
			},
			{ ko: "바뀐 것: 아래 레이어, 복사할 파일", en: "changed: what lies below it, the files it copies" },
		]);
	});
});

group("wire", () => {
	const events = trace(
		["cli", { type: "cli.command", pid: 40, argv: ["docker", "ps"] }],
		["api", { type: "http.request", id: 1, method: "GET", path: "/v1.52/containers/json", peer: 40, client: "Docker-Client/29" }],
		["api", { type: "http.request", id: 2, method: "GET", path: "/images/json", peer: 4, client: OWN_CLIENT }],
		["api", { type: "http.response", id: 1, status: 200, bytes: 3, body: "[]\n" }],
		["api", { type: "http.request", id: 3, method: "POST", path: "/v1.52/exec/1/start" }],
		["api", { type: "http.upgrade", id: 3, protocol: "tcp" }],
	);
	test("requests with their answers, by the command that sent them; the page's own only when asked for", () => {
		const exchanges = exchangesOf(events, false);
		expect(exchanges.map(({ id, from }) => [id, from])).toEqual([
			[1, "docker ps"],
			[3, ""],
		]);
		expect(exchanges.map(statusOf)).toEqual([200, 101]);
		expect(exchanges.map(tookOf)).toEqual([20, 10]);
		expect(exchangesOf(events, true)).toHaveLength(3);
	});
	test("two daemons' requests of one number are two, and each says whom it was for", () => {
		const both = exchangesOf(
			trace(
				["api", { type: "http.request", id: 1, daemon: "drydock", method: "GET", path: "/info" }],
				["api", { type: "http.request", id: 1, daemon: "second", method: "GET", path: "/version" }],
				["api", { type: "http.response", id: 1, daemon: "drydock", status: 200, bytes: 2 }],
			),
			true,
		);
		expect(both.map((exchange) => [exchange.daemon, exchange.target, statusOf(exchange)])).toEqual([
			["drydock", "/info", 200],
			["second", "/version", undefined],
		]);
	});
	test("a target without version, with short ids, whatever its escapes", () => {
		expect(shortTarget(`/v1.52/containers/${WEB}/json?x=%7B%7D`)).toBe(`/containers/${WEB.slice(0, 12)}/json?x={}`);
		expect(shortTarget("/images/%zz")).toBe("/images/%zz");
	});
});
