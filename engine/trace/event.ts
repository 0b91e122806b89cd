// Everything that can be seen from below: one typed union of events. The pictures and the tests read them; nothing else does.
// An event says what happened, in the words of the layer where it happened, with ids that let one follow a cause across layers.

/** Where an event came from; the lanes of the Run picture, top to bottom. */
export type Layer = "cli" | "api" | "dockerd" | "containerd" | "shim" | "runc" | "kernel" | "fs" | "network" | "registry";

export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
}

/**
 * Why the build cache had a step's layer or had not: what it depends on is the same; the instruction was not done before; its layer has
 * gone; the cache is off (--no-cache). All others name what has changed since the nearest step that is remembered.
 */
export type BuildCause =
	| "same"
	| "first"
	| "gone"
	| "off"
	| "instruction"
	| "parent"
	| "files"
	| "place"
	| "command"
	| "environment"
	| "workdir"
	| "user"
	| "network"
	| "mounts"
	| "epoch";

export type EventBody =
	// ---- cli and api: the bytes on the wire
	| { type: "cli.command"; pid: number; argv: string[] }
	| { type: "cli.exit"; pid: number; code: number }
	/**
	 * `peer` is the client's PID, where the daemon's socket tells it; `client` what it calls itself (User-Agent); `daemon` the name of the
	 * host whose daemon was asked. Each daemon numbers its own requests.
	 */
	| {
			type: "http.request";
			id: number;
			daemon?: string;
			method: string;
			path: string;
			peer?: number;
			client?: string;
			body?: string;
	  }
	| { type: "http.response"; id: number; daemon?: string; status: number; body?: string; bytes: number }
	| { type: "http.upgrade"; id: number; daemon?: string; protocol: string }
	// ---- dockerd
	| { type: "container.step"; container: string; step: ContainerStep; detail?: Record<string, string | number> }
	// ---- the builder
	/** Was a step's layer there already, and why (not)? `step` is as progress shows it: "[2/3] RUN make". */
	| { type: "build.cache"; step: string; key: string; hit: boolean; because: BuildCause[]; reason: string }
	// ---- containerd, shim, runc
	| { type: "containerd.call"; method: string; key: string }
	| { type: "snapshot.prepare"; key: string; parent: string; id: number; kind: "active" | "view" }
	| { type: "snapshot.commit"; key: string; name: string; id: number }
	| { type: "snapshot.remove"; key: string; id: number }
	| { type: "shim.start"; container: string; pid: number; bundle: string }
	| { type: "runc"; verb: "create" | "start" | "exec" | "kill" | "delete" | "state"; container: string; pid: number }
	| {
			type: "runc.step";
			container: string;
			step: "namespaces" | "cgroup" | "mounts" | "pivot_root" | "capabilities" | "exec";
			detail?: string;
	  }
	// ---- registry
	| { type: "pull.begin"; reference: string }
	| { type: "registry.request"; method: string; url: string; status: number; bytes: number }
	| { type: "pull.manifest"; reference: string; manifest: Descriptor; config: Descriptor; layers: Descriptor[] }
	| {
			type: "pull.layer";
			digest: string;
			state: "exists" | "waiting" | "downloading" | "downloaded" | "verified" | "extracting" | "done";
			current: number;
			total: number;
	  }
	| { type: "pull.end"; reference: string; digest: string; error?: string }
	// ---- kernel
	| { type: "process.fork"; pid: number; parent: number; nspid: number; flags: string[] }
	| { type: "process.exec"; pid: number; path: string; argv: string[] }
	| { type: "process.exit"; pid: number; code: number; signal?: string }
	| { type: "process.signal"; pid: number; signal: string; from: number }
	/** A system call as strace(1) writes it; `duration` in milliseconds. Only of processes that somebody asked for. */
	| { type: "syscall"; pid: number; tid: number; name: string; args: string[]; result: string; duration: number }
	| { type: "syscall.missing"; pid: number; name: string; number: number }
	| { type: "namespace"; pid: number; kinds: string[]; how: "clone" | "unshare" | "setns" }
	| { type: "mount"; pid: number; source: string; target: string; fstype: string; flags: string[] }
	| { type: "umount"; pid: number; target: string }
	| { type: "pivot_root"; pid: number; root: string }
	// ---- fs
	| {
			type: "overlay.copyUp";
			upper: string;
			path: string;
			kind: "file" | "directory" | "symlink" | "other";
			bytes: number;
			lower: number;
			pid: number;
	  }
	| { type: "overlay.whiteout"; upper: string; path: string; pid: number }
	| { type: "overlay.opaque"; upper: string; path: string; pid: number }
	| { type: "overlay.create"; upper: string; path: string; pid: number }
	// ---- network
	| { type: "net.connect"; pid: number; from: string; to: string; result: string }
	/** One step of a packet's way. All of a request and of its answers have the same flow. */
	| {
			type: "net.hop";
			flow: number;
			/** Inode of the network namespace. */
			netns: number;
			/** Where it is: a device's name, or "" where none is concerned. */
			device: string;
			/** A hook, "send", "receive", "bridge", "route", "deliver", "neighbour". */
			step: string;
			protocol: string;
			/** With the port, as seen here. */
			source: string;
			destination: string;
			/** "accept", "drop", or in a few words what became of it. */
			verdict: string;
	  }
	/** A LOG rule's line. */
	| { type: "net.log"; netns: number; text: string };

/** What the page and the host's own services call themselves before dockerd: their questions are told from a user's by it. */
export const OWN_CLIENT = "Drydock";
/** The name of the daemon that a site lends, where events tell whose they are: that of its context. */
export const LENT_DAEMON = "sandbox";

/** The six steps of `docker run`, as dockerd takes them. */
export type ContainerStep = "image" | "create" | "rootfs" | "network" | "start" | "attach" | "running" | "exited" | "removed";

export type TraceEvent = EventBody & {
	/** Grows by one with every event of a boot. */
	seq: number;
	/** Milliseconds since boot. */
	time: number;
	layer: Layer;
};

export interface Tracer {
	emit(layer: Layer, event: EventBody): void;
}

export const silent: Tracer = { emit: () => {} };
