// A call of every documented operation with every documented query parameter: what is asked, and what comes back.
//
// Names in capitals are made before: C a running container with a TTY, D one that only was created, X an exec in C, IMG an image, V a
// volume, N a network, R a registry's host and port. Rows are taken in order; what a row removes, it or one before it has made.

export interface Row {
	/** As the description names it. */
	operation: string;
	/** What the braces of the path stand for, one after another. */
	path?: string[];
	query?: Record<string, string>;
	body?: unknown;
	/** A tar, in place of JSON. */
	tar?: "context" | "files" | "image" | "root";
	/** Other than 200, 201 and 204. */
	status?: number;
	/** How the answer is read: JSON unless it says something else. */
	answer?: "lines" | "raw" | "none" | "upgrade";
	/** Of versions from this one on. */
	since?: string;
}

const filters = (of: Record<string, string[]>): { filters: string } => ({ filters: JSON.stringify(of) });
const platform = JSON.stringify({ os: "linux", architecture: "amd64" });

const system: Row[] = [
	{ operation: "GET /_ping", answer: "raw" },
	{ operation: "HEAD /_ping", answer: "none" },
	{ operation: "GET /version" },
	{ operation: "GET /info" },
	{ operation: "GET /system/df", query: { type: "image", verbose: "1" } },
	{ operation: "GET /system/df" },
	{
		operation: "GET /events",
		query: { since: "1", until: "2", ...filters({ type: ["container", "image"], event: ["start"], container: ["C"] }) },
		answer: "lines",
	},
	{ operation: "GET /events", query: { since: "1", until: "NOW" }, answer: "lines" },
	{ operation: "POST /auth", body: { username: "someone", password: "anything", serveraddress: "R" } },
];

const images: Row[] = [
	{
		operation: "GET /images/json",
		query: {
			all: "1",
			"shared-size": "1",
			digests: "1",
			manifests: "1",
			...filters({ dangling: ["false"], reference: ["busy*"] }),
		},
	},
	{ operation: "GET /images/json", query: { manifests: "1", identity: "1" }, since: "1.54" },
	{ operation: "GET /images/json" },
	{ operation: "GET /images/{name}/json", path: ["IMG"] },
	{ operation: "GET /images/{name}/json", path: ["IMG"], query: { manifests: "1" }, since: "1.48" },
	{ operation: "GET /images/{name}/json", path: ["IMG"], query: { platform }, since: "1.49" },
	{
		operation: "GET /images/{name}/attestations",
		path: ["IMG"],
		query: { platform, type: "https://slsa.dev/provenance/v1", statement: "1" },
		since: "1.55",
	},
	{ operation: "GET /images/{name}/history", path: ["IMG"], query: { platform } },
	{ operation: "POST /images/{name}/tag", path: ["IMG"], query: { repo: "R/walk", tag: "1" }, answer: "none" },
	{ operation: "POST /images/{name}/push", path: ["R/walk"], query: { tag: "1", platform }, answer: "lines" },
	{ operation: "POST /images/{name}/push", path: ["R/walk"], query: { tag: "1" }, answer: "lines" },
	{ operation: "GET /distribution/{name}/json", path: ["R/walk:1"] },
	{ operation: "POST /images/create", query: { fromImage: "R/walk", tag: "1", platform: "linux/amd64" }, answer: "lines" },
	{
		operation: "POST /images/create",
		query: { fromSrc: "-", repo: "walk", tag: "imported", message: "from a tar", changes: "CMD true", platform: "linux/amd64" },
		tar: "root",
		answer: "lines",
	},
	{ operation: "GET /images/{name}/get", path: ["IMG"], query: { platform }, answer: "raw" },
	{ operation: "GET /images/get", query: { names: "IMG", platform }, answer: "raw" },
	{ operation: "POST /images/load", query: { quiet: "1", platform }, tar: "image", answer: "lines" },
	{ operation: "GET /images/search", query: { term: "busybox", limit: "5", ...filters({ "is-official": ["true"] }) } },
	{ operation: "DELETE /images/{name}", path: ["walk:imported"], query: { force: "1", noprune: "0" } },
	{ operation: "DELETE /images/{name}", path: ["R/walk:1"], query: { platforms: platform }, status: 400, since: "1.50" },
	{ operation: "DELETE /images/{name}", path: ["other:1"], query: { platforms: platform, force: "1" }, since: "1.50" },
	{ operation: "GET /images/json", query: { manifests: "1" } },
	{ operation: "POST /images/prune", query: filters({ dangling: ["true"] }) },
	{
		operation: "POST /build",
		query: {
			dockerfile: "Dockerfile",
			t: "walk:built",
			extrahosts: "far:10.0.0.9",
			q: "0",
			nocache: "1",
			cachefrom: "[]",
			pull: "0",
			rm: "1",
			forcerm: "1",
			memory: "0",
			memswap: "0",
			cpushares: "0",
			cpusetcpus: "",
			cpuperiod: "0",
			cpuquota: "0",
			buildargs: '{"A":"b"}',
			shmsize: "67108864",
			squash: "0",
			labels: '{"l":"m"}',
			networkmode: "none",
			platform: "linux/amd64",
			target: "last",
			outputs: "",
			remote: "",
			version: "1",
		},
		tar: "context",
		answer: "lines",
	},
	{
		operation: "POST /build/prune",
		query: {
			"keep-storage": "0",
			"reserved-space": "0",
			"max-used-space": "0",
			"min-free-space": "0",
			all: "1",
			...filters({ until: ["1h"] }),
		},
	},
];

const containers: Row[] = [
	{ operation: "POST /exec/{id}/resize", path: ["Y"], query: { h: "30", w: "90" }, answer: "none" },
	{
		operation: "GET /containers/json",
		query: { all: "1", limit: "5", size: "1", ...filters({ status: ["running", "created"], label: ["walk"] }) },
	},
	{ operation: "GET /containers/json" },
	{
		operation: "POST /containers/create",
		query: { name: "walked", platform: "linux/amd64" },
		body: { Image: "IMG", Cmd: ["true"], Labels: { walk: "" }, HostConfig: { Memory: 33554432 } },
	},
	{ operation: "GET /containers/{id}/json", path: ["C"], query: { size: "1" } },
	{ operation: "GET /containers/{id}/json", path: ["D"] },
	{ operation: "GET /containers/{id}/top", path: ["C"], query: { ps_args: "-ef" } },
	{
		operation: "GET /containers/{id}/logs",
		path: ["C"],
		query: { follow: "0", stdout: "1", stderr: "1", since: "1", until: "NOW", timestamps: "1", tail: "5" },
		answer: "raw",
	},
	{ operation: "GET /containers/{id}/changes", path: ["C"] },
	{ operation: "GET /containers/{id}/export", path: ["D"], answer: "raw" },
	{ operation: "GET /containers/{id}/stats", path: ["C"], query: { stream: "0", "one-shot": "1" } },
	{ operation: "GET /containers/{id}/stats", path: ["C"], query: { stream: "0" } },
	{ operation: "POST /containers/{id}/resize", path: ["C"], query: { h: "30", w: "90" }, answer: "none" },
	{ operation: "POST /containers/{id}/start", path: ["D"], query: { detachKeys: "ctrl-x" }, answer: "none" },
	{ operation: "POST /containers/{id}/start", path: ["C"], status: 304, answer: "none" },
	{ operation: "POST /containers/{id}/wait", path: ["D"], query: { condition: "not-running" } },
	{ operation: "POST /containers/{id}/stop", path: ["D"], status: 304, query: { signal: "SIGTERM", t: "1" }, answer: "none" },
	{ operation: "POST /containers/{id}/restart", path: ["C"], query: { signal: "SIGKILL", t: "1" }, answer: "none" },
	{
		operation: "POST /containers/{id}/update",
		path: ["C"],
		body: { CpuShares: 512, RestartPolicy: { Name: "on-failure", MaximumRetryCount: 2 } },
	},
	{ operation: "POST /containers/{id}/rename", path: ["D"], query: { name: "renamed" }, answer: "none" },
	{ operation: "POST /containers/{id}/pause", path: ["C"], answer: "none" },
	{ operation: "POST /containers/{id}/unpause", path: ["C"], answer: "none" },
	{
		operation: "POST /containers/{id}/attach",
		path: ["walked"],
		query: { detachKeys: "ctrl-x", logs: "1", stream: "0", stdin: "0", stdout: "1", stderr: "1" },
		answer: "raw",
	},
	{
		operation: "GET /containers/{id}/attach/ws",
		path: ["C"],
		query: { detachKeys: "ctrl-x", logs: "1", stream: "1", stdin: "0", stdout: "1", stderr: "1" },
		answer: "upgrade",
	},
	{ operation: "HEAD /containers/{id}/archive", path: ["C"], query: { path: "/etc/passwd" }, answer: "none" },
	{ operation: "GET /containers/{id}/archive", path: ["C"], query: { path: "/etc/passwd" }, answer: "raw" },
	{
		operation: "PUT /containers/{id}/archive",
		path: ["C"],
		query: { path: "/tmp", noOverwriteDirNonDir: "1", copyUIDGID: "1" },
		tar: "files",
		answer: "none",
	},
	{
		operation: "POST /commit",
		query: { container: "C", repo: "walk", tag: "committed", comment: "c", author: "a", pause: "1", changes: "ENV A=b" },
		body: { Labels: { of: "commit" } },
	},
	{
		operation: "POST /containers/{id}/exec",
		path: ["C"],
		body: { Cmd: ["true"], AttachStdout: true, User: "root", Env: ["A=b"], WorkingDir: "/" },
	},
	{ operation: "POST /exec/{id}/start", path: ["X"], body: { Detach: false, Tty: true }, answer: "raw" },
	{ operation: "GET /exec/{id}/json", path: ["X"] },
	{ operation: "POST /containers/{id}/kill", path: ["C"], query: { signal: "KILL" }, answer: "none" },
	{ operation: "DELETE /containers/{id}", path: ["walked"], query: { v: "1", force: "1", link: "0" }, answer: "none" },
	{ operation: "POST /containers/prune", query: filters({ label: ["walk=none"] }) },
];

const rest: Row[] = [
	{ operation: "GET /volumes", query: filters({ name: ["V"], dangling: ["false"] }) },
	{ operation: "GET /volumes" },
	{ operation: "POST /volumes/create", body: { Name: "walk-more", Driver: "local", DriverOpts: {}, Labels: { a: "b" } } },
	{ operation: "GET /volumes/{name}", path: ["V"] },
	{ operation: "PUT /volumes/{name}", path: ["V"], query: { version: "1" }, body: {}, status: 503 },
	{ operation: "DELETE /volumes/{name}", path: ["walk-more"], query: { force: "1" }, answer: "none" },
	{ operation: "POST /volumes/prune", query: filters({ label: ["walk=none"] }) },
	{ operation: "GET /networks", query: filters({ driver: ["bridge"], name: ["N"], scope: ["local"] }) },
	{ operation: "GET /networks" },
	{ operation: "GET /networks/{id}", path: ["N"], query: { verbose: "1", scope: "local" } },
	{
		operation: "POST /networks/create",
		body: {
			Name: "walk-more",
			Driver: "bridge",
			Internal: true,
			Labels: { a: "b" },
			IPAM: { Config: [{ Subnet: "10.123.0.0/24", Gateway: "10.123.0.1" }] },
		},
	},
	{
		operation: "POST /networks/{id}/connect",
		path: ["N"],
		body: { Container: "D", EndpointConfig: { Aliases: ["more"] } },
		answer: "none",
	},
	{ operation: "GET /networks/{id}", path: ["N"] },
	{ operation: "POST /networks/{id}/disconnect", path: ["N"], body: { Container: "D", Force: true }, answer: "none" },
	{ operation: "DELETE /networks/{id}", path: ["walk-more"], answer: "none" },
	{ operation: "POST /networks/prune", query: filters({ label: ["walk=none"] }) },
	{ operation: "GET /plugins", query: filters({ enabled: ["true"] }) },
	{ operation: "GET /plugins/{name}/json", path: ["none"], status: 404 },
	{ operation: "DELETE /plugins/{name}", path: ["none"], query: { force: "1" }, status: 404 },
	{ operation: "POST /plugins/{name}/enable", path: ["none"], query: { timeout: "1" }, status: 404 },
	{ operation: "POST /plugins/{name}/disable", path: ["none"], query: { force: "1" }, status: 404 },
	{ operation: "POST /plugins/{name}/set", path: ["none"], body: ["A=b"], status: 404 },
	{ operation: "POST /plugins/{name}/push", path: ["none"], status: 404 },
];

export const rows: readonly Row[] = [...system, ...images, ...containers, ...rest];

/** A node that is in no swarm answers all of these with 503, whatever they carry; plugins are not had from registries here. */
export const swarmOnly = (operation: string): boolean => /^\S+ \/(nodes|swarm|services|tasks|secrets|configs)\b/.test(operation);
export const notHere: ReadonlySet<string> = new Set([
	"GET /plugins/privileges",
	"POST /plugins/pull",
	"POST /plugins/{name}/upgrade",
	"POST /plugins/create",
	// a hijacked connection of BuildKit's
	"POST /session",
]);

/** Where what Docker itself answers is not what its description says. */
export const knownDifferences: ReadonlyArray<[problem: RegExp, why: string]> = [
	[/\/Isolation: "" is none of/, 'the daemon\'s own is "" on Linux'],
	[/\/HostConfig\/(MemorySwappiness|OomKillDisable): is null/, "cgroup v2 has neither: Docker says null"],
	[/\/RestartPolicy\/Name: "no" is none of/, "1.41's list forgets it"],
	[/GET \/system\/df .*\/Containers\/\d+: is object, not array/, "1.41 describes a list of lists of containers"],
	[/DELETE \/images.*: 400 is not documented/, "platforms without force"],
	[/\/ImageData: has no UnpackedSize/, "it is Size.Unpacked; the description requires a name that is not among its properties"],
];
