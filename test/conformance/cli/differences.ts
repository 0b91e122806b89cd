// Where answers differ from those recorded with docker 28.2 on Docker Engine 20.10, and why: a reason a line. Everything else in the
// scripts must be equal, byte for byte after normalising.

export type Way = "docker, our daemon" | "ours, our daemon" | "ours, dockerd";
/** Our daemon is an Engine 29. */
const DAEMON: readonly Way[] = ["docker, our daemon", "ours, our daemon"];
/** Our command is docker 29. */
const COMMAND: readonly Way[] = ["ours, our daemon", "ours, dockerd"];

export interface Difference {
	/** Beginning of the script's name. */
	script: string;
	/** Beginning of the command. */
	step: string;
	reason: string;
	ways: readonly Way[];
	/** It hangs on what else the machine does, or has installed. */
	sometimes?: boolean;
}

const STORE_DIGEST = "with the containerd image store an image has a digest from the start, pushed or not (Engine 29)";
const TASK_WORDS = 'Engine 23 and later put "failed to create task for container" before what the shim says';
const OVERLAYFS = "the containerd image store's driver is overlayfs, not overlay2 (Engine 29)";
const PREFIX_WORDS = "Engine 29 reads a subnet while it reads the request, and says so in the words of Go's netip";
const ENDPOINT_WORDS = "Engine 28 and later name the endpoints that are active";
const IPC_MODE = "Engine 29 looks at the mode of IPC when the container is created, 20.10 when it starts";
const RESOLVER_ORDER = "Engine 26 and later write the name servers first";

export const differences: readonly Difference[] = [
	{
		script: "01",
		step: "docker image ls --format '{{.Repository}}|{{.Tag}}|{{.ID}}|{{.Digest}}'",
		reason: STORE_DIGEST,
		ways: DAEMON,
	},
	{ script: "01", step: "docker images --digests ho-img", reason: STORE_DIGEST, ways: DAEMON },
	{
		script: "09",
		step: "docker diff ho-c | sort",
		reason: "the recorded image had an /etc/shadow to remove; today's busybox has none, and a real dockerd answers as we do",
		ways: [...DAEMON, "ours, dockerd"],
	},
	{ script: "11", step: "docker run --rm busybox /nosuch", reason: TASK_WORDS, ways: DAEMON },
	{ script: "11", step: "docker run --rm busybox nosuchcmd", reason: TASK_WORDS, ways: DAEMON },
	{ script: "11", step: "docker run --rm busybox /etc", reason: TASK_WORDS, ways: DAEMON },
	{ script: "11", step: "docker run --name ho-x busybox nosuchcmd", reason: TASK_WORDS, ways: DAEMON },
	{ script: "11", step: "docker run --name ho-y -d busybox nosuchcmd", reason: TASK_WORDS, ways: DAEMON },
	{ script: "15", step: "docker run --rm --dns 9.9.9.9", reason: RESOLVER_ORDER, ways: DAEMON },
	{ script: "30", step: "docker inspect -f '{{.Driver}}", reason: OVERLAYFS, ways: DAEMON },
	{
		script: "30",
		step: "docker inspect -s -f '{{.SizeRw}}'",
		reason: "containerd counts directories, too: the mount points of the volumes are 4 KiB each",
		ways: DAEMON,
	},
	{
		script: "30",
		step: `docker inspect ho-c | python3 -c 'import json,sys; d=json.load(sys.stdin)[0]; print(sorted(d["HostConfig"]))'`,
		reason: "KernelMemory and KernelMemoryTCP left the API with 1.42",
		ways: DAEMON,
	},
	{ script: "50", step: "docker network create --subnet bad", reason: PREFIX_WORDS, ways: DAEMON },
	{ script: "51", step: "docker network rm ho-net", reason: ENDPOINT_WORDS, ways: DAEMON },
	{ script: "90", step: "docker info --format '{{.OSType}} {{.Driver}}", reason: OVERLAYFS, ways: DAEMON },
	{
		script: "90",
		step: "docker",
		reason: "Engine 23 and later say in their ping that no swarm is active, and the client leaves its commands out",
		ways: DAEMON,
	},
	{
		script: "06",
		step: "tar tf img.tar",
		reason: "the containerd image store saves an OCI layout, without a file of repositories",
		ways: DAEMON,
	},
	{
		script: "80",
		step: "docker manifest inspect",
		reason: "our builder makes OCI manifests, as the containerd image store does",
		ways: DAEMON,
	},
	{ script: "01", step: "docker images ho-img:one ho-img:two", reason: '28 says "SRun", which 29 mended', ways: COMMAND },
	...["docker images ho-img", "docker images ho-nosuch"].map(
		(step): Difference => ({ script: "01", step, reason: "29's view of images", ways: ["ours, our daemon"] }),
	),
	{
		script: "30",
		step: `docker inspect ho-c | python3 -c 'import json,sys; d=json.load(sys.stdin)[0]; print(sorted(d));`,
		reason: "docker 29 speaks API 1.52, which has Storage and ImageManifestDescriptor, and the default network's settings once",
		ways: ["ours, our daemon"],
	},
	{ script: "90", step: "docker version --format '{{.Client.Version}}", reason: "the client's own version", ways: COMMAND },
	{
		script: "90",
		step: "docker",
		reason: "help is in our own words, and content trust left the command with 29",
		ways: ["ours, dockerd"],
	},
	{ script: "94", step: "docker create -l ho=err --ipc bogus", reason: IPC_MODE, ways: DAEMON },
	{ script: "94", step: "docker create -l ho=err -w ''", reason: IPC_MODE, ways: DAEMON },
	{ script: "94", step: "! docker rm -f", reason: IPC_MODE, ways: DAEMON },
];

/** The scripts of each way that fit into the time of a short run; a long one has them all. */
export const SCRIPTS: Readonly<Record<Way, readonly string[]>> = {
	"docker, our daemon": "01 02 04 06 09 10 11 13 15 19 20 22 24 26 27 30 31 40 41 50 51 53 90 94 96".split(" "),
	"ours, our daemon": [],
	"ours, dockerd": [],
};
