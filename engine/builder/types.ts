// A build: what is asked for, what it needs of the daemon, what it tells.

import type { ContainerdApi, Descriptor, Mount, PullProgress } from "../containerd/api";
import type { Client } from "../lib/rpc/types";
import type { Sys } from "../sys";
import type { BuildContext } from "./context/types";

export interface BuildOptions {
	/** Its text. */
	dockerfile: string;
	context: BuildContext;
	/** Names for the image, as people type them. */
	tags: string[];
	buildArgs?: Record<string, string>;
	labels?: Record<string, string>;
	/** Name or number of the stage to build; the last one. */
	target?: string;
	noCache?: boolean;
	/** Fetches base images anew. */
	pull?: boolean;
	/** Seconds since 1970. Given, the same input gives the same digests. */
	sourceDateEpoch?: number;
}

export interface RunRequest {
	/** Of the snapshot that the command changes. */
	key: string;
	mounts: Mount[];
	args: string[];
	env: string[];
	cwd: string;
	uid: number;
	gid: number;
	/** Descriptor 1 or 2. */
	output(stream: 1 | 2, data: Uint8Array): void;
}
/** Runs a command in a container whose root file system is that of the mounts; answers its exit code. */
export type RunStep = (request: RunRequest) => Promise<number>;

export interface BuildBackend {
	containerd: Client<ContainerdApi>;
	/** Of the daemon: it mounts snapshots and writes to them. */
	sys: Sys;
	runStep: RunStep;
	/** A directory of the daemon's own, for mount points. */
	scratch: string;
}

export type BuildEvent =
	/** Steps are numbered from 1 in order of their beginning. */
	| { kind: "step"; id: number; name: string }
	| { kind: "cached"; id: number }
	| { kind: "pull"; id: number; progress: PullProgress }
	| { kind: "output"; id: number; stream: 1 | 2; data: Uint8Array }
	| { kind: "done"; id: number }
	| { kind: "built"; target: Descriptor; config: Descriptor; names: string[] };
