// A trace and a world as a first `docker run -it busybox sh` makes them, in the types of engine/trace and components/machine.

import type { World, WorldContainer, WorldImage, WorldLayer } from "../../components/machine/world";
import type { EventBody, Layer, TraceEvent } from "../../engine/trace/event";

export const digest = (n: number): string => `sha256:${n.toString(16).padStart(2, "0").repeat(32)}`;
export const id = (n: number): string => digest(n).slice("sha256:".length);

const layer = (n: number, instruction: string, size: number): WorldLayer => ({
	diffId: digest(n),
	digest: digest(n + 100),
	blobSize: Math.round(size / 2),
	size,
	instruction,
});
const BASE = layer(10, "COPY rootfs/ /", 2_012_345);

export const image = (n: number, tag: string, layers: WorldLayer[]): WorldImage => ({ id: digest(n), tags: [tag], layers });
export const container = (n: number, name: string, imageId: string, more: Partial<WorldContainer> = {}): WorldContainer => ({
	id: id(n),
	name,
	imageId,
	image: "busybox",
	state: "running",
	exitCode: 0,
	pid: 41,
	addresses: [],
	changes: [],
	...more,
});

/** busybox; layers, which stands on it with three layers more; hello-world, which shares nothing. */
export const world: World = {
	images: [
		image(1, "busybox:latest", [BASE]),
		image(2, "layers:latest", [BASE, layer(11, "COPY a /a", 34), layer(12, "RUN change", 120), layer(13, "RUN rm /bin/vi", 0)]),
		image(3, "hello-world:latest", [layer(20, "COPY hello /", 1330)]),
	],
	containers: [
		container(77, "cow", digest(1), {
			addresses: ["172.18.0.2"],
			changes: [
				{ path: "/etc", kind: "modified" },
				{ path: "/etc/passwd", kind: "modified" },
				{ path: "/etc/group", kind: "deleted" },
				{ path: "/root", kind: "modified" },
				{ path: "/root/note", kind: "added" },
			],
		}),
		container(78, "hello", digest(3), { state: "exited", pid: 0 }),
	],
	networks: [
		{ id: id(90), name: "shop" },
		{ id: id(91), name: "bridge" },
	],
};

/** Events at the given milliseconds, numbered from 1. */
export function traced(...events: Array<[time: number, layer: Layer, body: EventBody]>): TraceEvent[] {
	return events.map(([time, lane, body], index) => ({ ...body, seq: index + 1, time, layer: lane }));
}

const CID = id(77);
export const trace = traced(
	[5, "kernel", { type: "process.fork", pid: 29, parent: 1, nspid: 29, flags: [] }],
	[10, "cli", { type: "cli.command", pid: 30, argv: ["docker", "run", "-it", "busybox", "sh"] }],
	[11, "api", { type: "http.request", id: 1, method: "POST", path: "/v1.51/containers/create", body: '{"Image":"busybox"}' }],
	[11.5, "api", { type: "http.request", id: 90, method: "GET", path: "/v1.51/containers/json?all=1" }],
	[11.7, "api", { type: "http.response", id: 90, status: 200, bytes: 2 }],
	[12, "api", { type: "http.response", id: 1, status: 404, body: '{"message":"No such image: busybox:latest"}', bytes: 44 }],
	[13, "api", { type: "http.request", id: 2, method: "POST", path: "/v1.51/images/create?fromImage=busybox&tag=latest" }],
	[14, "containerd", { type: "pull.begin", reference: "docker.io/library/busybox:latest" }],
	[
		20,
		"registry",
		{ type: "registry.request", method: "GET", url: "http://a/v2/library/busybox/manifests/latest", status: 200, bytes: 610 },
	],
	[21, "containerd", { type: "pull.layer", digest: digest(110), state: "downloading", current: 0, total: 1_000_000 }],
	[22, "containerd", { type: "pull.layer", digest: digest(110), state: "downloading", current: 500_000, total: 1_000_000 }],
	[40, "containerd", { type: "pull.layer", digest: digest(110), state: "done", current: 1_000_000, total: 1_000_000 }],
	[41, "containerd", { type: "snapshot.commit", key: "extract", name: digest(10), id: 1 }],
	[42, "dockerd", { type: "container.step", container: CID, step: "create" }],
	[43, "containerd", { type: "snapshot.prepare", key: CID, parent: digest(10), id: 7, kind: "active" }],
	[60, "shim", { type: "shim.start", container: CID, pid: 38, bundle: "/run/b" }],
	[70, "kernel", { type: "process.fork", pid: 41, parent: 40, nspid: 1, flags: ["CLONE_NEWPID"] }],
	[72, "kernel", { type: "process.exec", pid: 41, path: "/bin/sh", argv: ["sh"] }],
	[80, "dockerd", { type: "container.step", container: CID, step: "running" }],
	[5000, "kernel", { type: "process.fork", pid: 50, parent: 41, nspid: 2, flags: [] }],
	[5001, "fs", { type: "overlay.copyUp", upper: "/u", path: "/etc/passwd", kind: "file", bytes: 340, lower: 0, pid: 41 }],
	[9000, "kernel", { type: "process.exit", pid: 41, code: 0 }],
	[9001, "dockerd", { type: "container.step", container: CID, step: "exited" }],
	[9002, "cli", { type: "cli.exit", pid: 30, code: 0 }],
	[9100, "cli", { type: "cli.command", pid: 60, argv: ["docker", "ps"] }],
);
