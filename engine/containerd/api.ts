// What containerd's clients see: the services of containerd 2 as one method table over lib/rpc on
// /run/containerd/containerd.sock. Names and meanings are containerd's; see its api/services/*.proto.

import type { Client } from "../lib/rpc/types";

export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
export const CONTAINERD_ROOT = "/var/lib/containerd";
export const CONTENT_ROOT = `${CONTAINERD_ROOT}/io.containerd.content.v1.content`;
export const SNAPSHOT_ROOT = `${CONTAINERD_ROOT}/io.containerd.snapshotter.v1.overlayfs`;
export const CONTAINERD_STATE = "/run/containerd";
/** dockerd's namespace, as in life. */
export const NAMESPACE = "moby";

/** Before a domain, on content: the repositories there that are known to have it, with commas between. */
export const SOURCE_LABEL = "containerd.io/distribution.source.";

export interface Platform {
	os: string;
	architecture: string;
	variant?: string;
}
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
	platform?: Platform;
	annotations?: Record<string, string>;
}
/** mount(2) as a value: only runc and the kernel mount. */
export interface Mount {
	type: string;
	source: string;
	options: string[];
}
export interface ContentInfo {
	digest: string;
	size: number;
	/** RFC 3339. */
	createdAt: string;
	updatedAt: string;
	/** containerd.io/gc.ref.*, containerd.io/distribution.source.* … */
	labels: Record<string, string>;
}
export interface Image {
	/** Canonical: docker.io/library/busybox:latest. A dangling one is named moby-dangling@sha256:… */
	name: string;
	target: Descriptor;
	labels: Record<string, string>;
	createdAt: string;
	updatedAt: string;
}
export interface SnapshotInfo {
	kind: "active" | "committed" | "view";
	name: string;
	parent: string;
	/** The N of snapshots/N. */
	id: number;
	labels: Record<string, string>;
	createdAt: string;
	updatedAt: string;
}
export interface Container {
	id: string;
	image: string;
	labels: Record<string, string>;
	runtime: string;
	/** OCI runtime configuration (config.json), see oci/runtime. */
	spec: unknown;
	snapshotter: string;
	snapshotKey: string;
	createdAt: string;
}
export type TaskStatus = "created" | "running" | "stopped" | "paused";
export interface ProcessState {
	containerId: string;
	/** "" for the init process. */
	execId: string;
	pid: number;
	status: TaskStatus;
	exitStatus: number;
	/** RFC 3339, "" while it runs. */
	exitedAt: string;
}
export interface ProcessIo {
	/** Paths of FIFOs; "" for none. With a terminal stderr is "". */
	stdin: string;
	stdout: string;
	stderr: string;
	terminal: boolean;
}
export interface TaskEvent {
	topic:
		| "/tasks/create"
		| "/tasks/start"
		| "/tasks/exit"
		| "/tasks/delete"
		| "/tasks/exec-added"
		| "/tasks/exec-started"
		| "/tasks/oom"
		| "/tasks/paused"
		| "/tasks/resumed";
	containerId: string;
	execId: string;
	pid: number;
	exitStatus?: number;
	exitedAt?: string;
	timestamp: string;
}
/** Credentials for a registry, as in X-Registry-Auth. */
export interface RegistryAuth {
	username?: string;
	password?: string;
	identitytoken?: string;
	serveraddress?: string;
}
/** What the configuration of dockerd says of registries. */
export interface RegistrySettings {
	/** Names with their ports, or networks, that are spoken to without TLS. */
	insecure: string[];
	/** Addresses that are asked before docker.io is. */
	mirrors: string[];
}
/** What a request to a registry may be given. */
interface Remote {
	auth?: RegistryAuth;
	registries?: RegistrySettings;
}
export type PullProgress =
	| { kind: "resolved"; reference: string; digest: string; mediaType: string }
	| { kind: "layers"; layers: Descriptor[] }
	| {
			kind: "layer";
			digest: string;
			state: "exists" | "pulling" | "waiting" | "downloading" | "verifying" | "downloaded" | "extracting" | "done" | "retrying";
			current: number;
			total: number;
	  }
	| { kind: "done"; target: Descriptor };
export type PushProgress =
	| { kind: "layers"; layers: Descriptor[] }
	| {
			kind: "layer";
			digest: string;
			state: "preparing" | "waiting" | "pushing" | "pushed" | "exists" | "mounted" | "retrying";
			current: number;
			total: number;
			from?: string;
	  }
	/** The index lacks platforms here: one manifest of it was pushed under its name. */
	| { kind: "instead"; index: Descriptor; manifest: Descriptor }
	| { kind: "done"; target: Descriptor };

/** As an index and the Engine API write it. */
export interface SearchResult {
	name: string;
	description: string;
	star_count: number;
	is_official: boolean;
	is_automated: boolean;
}

/** Numbers of the container's cgroup files. */
export interface CgroupStats {
	pids: { current: number; limit: number };
	/** Microseconds. */
	cpu: { usage: number; user: number; system: number; periods: number; throttled: number };
	/** Bytes; a limit of 0 is none. */
	memory: { usage: number; limit: number; stat: Record<string, number> };
}

type None = Record<string, never>;
type One<Request, Response> = { request: Request; response: Response };
type Many<Request, Response> = { request: Request; response: Response; stream: true };

// biome-ignore lint/style/useConsistentTypeDefinitions: a method table is a type, so that it is assignable to an index signature
export type ContainerdApi = {
	"version.version": One<None, { version: string; revision: string }>;

	// content store: digest → bytes, checked on every read and commit
	"content.info": One<{ digest: string }, ContentInfo>;
	"content.list": One<None, ContentInfo[]>;
	"content.update": One<{ digest: string; labels: Record<string, string> }, ContentInfo>;
	/** Chunks of at most 1 MiB. */
	"content.read": Many<{ digest: string; offset?: number; size?: number }, { data: Uint8Array }>;
	/** Opens (or finds again) an ingest under `ref`; answers how much is already there. */
	"content.begin": One<{ ref: string; expected?: string; total?: number }, { offset: number }>;
	"content.write": One<{ ref: string; offset: number; data: Uint8Array }, { offset: number }>;
	"content.commit": One<{ ref: string; expected?: string; size?: number; labels?: Record<string, string> }, ContentInfo>;
	"content.abort": One<{ ref: string }, None>;
	"content.delete": One<{ digest: string }, None>;

	"images.get": One<{ name: string }, Image>;
	"images.list": One<None, Image[]>;
	"images.create": One<{ image: Omit<Image, "createdAt" | "updatedAt"> }, Image>;
	"images.update": One<{ image: Omit<Image, "createdAt" | "updatedAt"> }, Image>;
	/** With `sync` the garbage collector has run when it answers. */
	"images.delete": One<{ name: string; sync?: boolean }, None>;

	"snapshots.stat": One<{ key: string }, SnapshotInfo>;
	"snapshots.list": One<None, SnapshotInfo[]>;
	"snapshots.prepare": One<{ key: string; parent: string; labels?: Record<string, string> }, Mount[]>;
	"snapshots.view": One<{ key: string; parent: string; labels?: Record<string, string> }, Mount[]>;
	"snapshots.mounts": One<{ key: string }, Mount[]>;
	"snapshots.commit": One<{ key: string; name: string; labels?: Record<string, string> }, None>;
	"snapshots.remove": One<{ key: string }, None>;
	"snapshots.usage": One<{ key: string }, { size: number; inodes: number }>;

	// diff: layer tar ↔ snapshot
	"diff.apply": One<{ descriptor: Descriptor; mounts: Mount[] }, { diffId: string; size: number }>;
	/** The difference that `upper` makes over `lower`, as a layer in the content store. */
	"diff.create": One<
		{ lower: Mount[]; upper: Mount[]; mediaType: string; ref: string; sourceDateEpoch?: number },
		{ descriptor: Descriptor; diffId: string }
	>;
	/** What changed in an active snapshot against its parent: 0 modified, 1 added, 2 deleted (docker diff). */
	"diff.changes": One<{ key: string }, Array<{ path: string; kind: 0 | 1 | 2 }>>;
	/** Unpacks all layers of an image, named or not yet; answers the chain id, the key of its top snapshot. */
	"images.unpack": One<({ name: string } | { target: Descriptor }) & { platform?: Platform }, { chainId: string }>;

	/** With `labels` no image gets the name: they are put on its content, of which the caller takes care. */
	"transfer.pull": Many<
		Remote & { reference: string; platform?: Platform; unpack: boolean; labels?: Record<string, string> },
		PullProgress
	>;
	"transfer.push": Many<Remote & { reference: string; platform?: Platform }, PushProgress>;
	/** Asks a registry whether credentials are good; answers what may be kept in place of the password. */
	"transfer.login": One<Remote & { domain: string; auth: RegistryAuth }, { identityToken: string }>;
	/** Docker's search of an index. The term may begin with a registry's name; a limit of 0 is the index's own. */
	"transfer.search": One<Remote & { term: string; limit: number }, { results: SearchResult[] }>;
	/** A small blob of a remote repository, checked, not stored. */
	"transfer.blob": One<Remote & { reference: string; digest: string }, { data: Uint8Array }>;
	/** All tags of a remote repository, in its order. */
	"transfer.tags": One<Remote & { reference: string }, { tags: string[] }>;
	/** Manifest or index of a remote name, not stored (docker manifest, distribution inspect). */
	"transfer.resolve": One<Remote & { reference: string }, { descriptor: Descriptor; data: Uint8Array }>;

	"containers.create": One<{ container: Omit<Container, "createdAt"> }, Container>;
	"containers.get": One<{ id: string }, Container>;
	"containers.list": One<None, Container[]>;
	"containers.delete": One<{ id: string }, None>;

	"tasks.create": One<{ containerId: string; rootfs: Mount[]; io: ProcessIo }, { pid: number }>;
	"tasks.start": One<{ containerId: string; execId?: string }, { pid: number }>;
	"tasks.exec": One<{ containerId: string; execId: string; io: ProcessIo; spec: unknown }, None>;
	"tasks.kill": One<{ containerId: string; execId?: string; signal: number; all?: boolean }, None>;
	"tasks.delete": One<{ containerId: string; execId?: string; force?: boolean }, ProcessState>;
	"tasks.state": One<{ containerId: string; execId?: string }, ProcessState>;
	"tasks.list": One<None, ProcessState[]>;
	"tasks.pids": One<{ containerId: string }, { pids: number[] }>;
	"tasks.wait": One<{ containerId: string; execId?: string }, { exitStatus: number; exitedAt: string }>;
	"tasks.resize": One<{ containerId: string; execId?: string; width: number; height: number }, None>;
	"tasks.closeIo": One<{ containerId: string; execId?: string }, None>;
	"tasks.pause": One<{ containerId: string }, None>;
	"tasks.resume": One<{ containerId: string }, None>;
	"tasks.update": One<{ containerId: string; resources: unknown }, None>;
	"tasks.metrics": One<{ containerId: string }, CgroupStats>;

	/** While it lasts, what comes into the stores stays: see withLease. */
	"leases.hold": Many<None, { since: string }>;

	"events.subscribe": Many<None, TaskEvent>;
	/** Runs the garbage collector: what no image, container or lease refers to goes. */
	"gc.run": One<None, { removed: string[] }>;
};

/** Does work of several steps whose content and snapshots no image names before the last of them. */
export async function withLease<T>(containerd: Client<ContainerdApi>, work: () => Promise<T>): Promise<T> {
	const lease = containerd["leases.hold"]({});
	try {
		await lease[Symbol.asyncIterator]().next();
		return await work();
	} finally {
		lease.cancel();
	}
}
