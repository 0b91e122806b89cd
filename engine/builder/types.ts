// A build: what is asked for, what it needs of the daemon, what it tells.

import type { ContainerdApi, Descriptor, Mount, PullProgress, RegistryAuth } from "../containerd/api";
import type { Client } from "../lib/rpc/types";
import type { Sys } from "../sys";
import type { Tracer } from "../trace/event";
import type { BuildCache } from "./cache/cache";
import type { BuildContext } from "./context/types";

export interface BuildOptions {
	/** Its text. */
	dockerfile: string;
	/** How it is called in messages: "Dockerfile". */
	filename?: string;
	context: BuildContext;
	/** Further contexts by name, as --build-context has them: a tree, or the name of an image. */
	contexts?: Record<string, BuildContext | string>;
	/** Names for the image, as people type them. */
	tags: string[];
	buildArgs?: Record<string, string>;
	labels?: Record<string, string>;
	/** Of the image's manifest. */
	annotations?: Record<string, string>;
	/** Name or number of the stage to build; the last one. */
	target?: string;
	/** "linux/amd64"; others have no processor here. */
	platform?: string;
	noCache?: boolean;
	/** Stages whose steps are done anew, by name. */
	noCacheFilter?: string[];
	/** Images whose layers may be used again. */
	cacheFrom?: string[];
	/** Fetches base images anew. */
	pull?: boolean;
	/** What a Dockerfile must not do of itself: "network.host". */
	allow?: string[];
	/** Nothing is built: the Dockerfile's warnings are all that is wanted. */
	check?: boolean;
	/** Nothing is built: what can be built, or what a build of the target can be given. */
	describe?: "targets" | "outline";
	/** For RUN --mount=type=secret, by id. */
	secrets?: Readonly<Record<string, Uint8Array>>;
	/** What is made of the result. An image, when nothing is said. */
	export?: "image" | "files" | "none";
	/** Seconds since 1970. Given, the same input gives the same digests. */
	sourceDateEpoch?: number;
	run?: RunSettings;
}

/** What holds for all commands of a build. */
export interface RunSettings {
	/** "default", "none", "host". */
	network?: string;
	/** Lines for /etc/hosts. */
	extraHosts?: Array<{ host: string; ip: string }>;
	/** Bytes of /dev/shm. */
	shmSize?: number;
	ulimits?: Array<{ name: string; soft: number; hard: number }>;
	cgroupParent?: string;
	/** As in config.json. */
	resources?: RunResources;
}
export interface RunResources {
	/** Bytes. */
	memory?: number;
	memorySwap?: number;
	cpuShares?: number;
	cpuPeriod?: number;
	cpuQuota?: number;
	cpusetCpus?: string;
	cpusetMems?: string;
}

/** Something that is mounted while a command runs. */
export interface RunMount {
	destination: string;
	type: "bind" | "tmpfs";
	/** A directory or file of the daemon's. */
	source: string;
	options: string[];
}
export interface RunRequest extends RunSettings {
	/** Of the snapshot that the command changes. */
	key: string;
	mounts: Mount[];
	extraMounts?: RunMount[];
	args: string[];
	env: string[];
	cwd: string;
	uid: number;
	gid: number;
	/** Further groups. */
	groups?: number[];
	/** Descriptor 1 or 2. */
	output(stream: 1 | 2, data: Uint8Array): void;
	/** Is given what ends the command at once. */
	running?(kill: () => void): void;
}
/** Runs a command in a container whose root file system is that of the mounts; answers its exit code. */
export type RunStep = (request: RunRequest) => Promise<number>;

/** GET of an http(s) URL. @throws EngineError when there is no answer */
export type FetchUrl = (
	url: string,
) => Promise<{ status: number; headers: Record<string, string>; body: AsyncIterable<Uint8Array> }>;

export interface BuildBackend {
	containerd: Client<ContainerdApi>;
	/** Of the daemon: it mounts snapshots and writes to them. */
	sys: Sys;
	runStep: RunStep;
	/** A directory of the daemon's own, for mount points and cache mounts. */
	scratch: string;
	cache: BuildCache;
	trace?: Tracer;
	fetchUrl?: FetchUrl;
	/** For a registry's name. */
	authOf?(reference: string): RegistryAuth | undefined;
	/** Gives the image a name; images that had it before keep being found. */
	nameImage?(name: string, target: Descriptor): Promise<void>;
}

/** What a Dockerfile's check has found. */
export interface Warning {
	rule: string;
	description: string;
	url: string;
	message: string;
	/** Lines, from 1. */
	start: number;
	end: number;
}

/** A vertex is a step of the build's graph, as BuildKit calls it. Times are nanoseconds since 1970. */
export type BuildEvent =
	/** Known from now on. Numbered from 1. */
	| { kind: "vertex"; time: bigint; id: number; digest: string; name: string; inputs: string[] }
	| { kind: "started"; time: bigint; id: number }
	| { kind: "completed"; time: bigint; id: number; cached: boolean; error?: string }
	/** Something that a vertex does, such as "transferring context:"; `total` is 0 where it is not known. */
	| { kind: "progress"; time: bigint; id: number; what: string; current: number; total: number; started: bigint; done: boolean }
	| { kind: "pull"; time: bigint; id: number; progress: PullProgress }
	| { kind: "output"; time: bigint; id: number; stream: 1 | 2; data: Uint8Array }
	| { kind: "warning"; time: bigint; id: number; warning: Warning }
	/** Nothing was built: these are all warnings of the Dockerfile, and its error. */
	| { kind: "checked"; warnings: Warning[]; error?: { message: string; start?: number; end?: number } }
	/** Nothing was built: what was asked for, as JSON and as a text. */
	| { kind: "described"; json: string; text: string }
	| { kind: "built"; target: Descriptor; config: Descriptor; names: string[] }
	/** The result's files as a tar. */
	| { kind: "files"; time: bigint; id: number; data: Uint8Array };
