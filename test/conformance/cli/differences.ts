// Where our daemon's answers differ from those recorded on Docker Engine 20.10, and why: a reason a line. Everything else in the
// scripts must be equal, byte for byte after normalising.

export interface Difference {
	/** Beginning of the script's name. */
	script: string;
	/** Beginning of the command. */
	step: string;
	reason: string;
}

const STORE_DIGEST = "with the containerd image store an image has a digest from the start, pushed or not (Engine 29)";
const IMAGE_WORDS = "Engine 23 and later say it once: No such image";
const TASK_WORDS = 'Engine 23 and later put "failed to create task for container" before what the shim says';
const OVERLAYFS = "the containerd image store's driver is overlayfs, not overlay2 (Engine 29)";
const POOL_WORDS = "Engine 27 and later say what was invalid: the pool request";
const PREFIX_WORDS = "Engine 29 reads a subnet while it reads the request, and says so in the words of Go's netip";
const ENDPOINT_WORDS = "Engine 28 and later name the endpoints that are active";
const SETUP_WORDS = 'Engine 28 and later put "failed to set up container networking" before what the driver says';
const RESOLVER_ORDER = "Engine 26 and later write the name servers first";

export const differences: readonly Difference[] = [
	{ script: "01", step: "docker image ls --format '{{.Repository}}|{{.Tag}}|{{.ID}}|{{.Digest}}'", reason: STORE_DIGEST },
	{ script: "01", step: "docker images --digests ho-img", reason: STORE_DIGEST },
	{ script: "02", step: "docker image inspect ho-nosuch:tag", reason: IMAGE_WORDS },
	{ script: "02", step: "docker inspect --type image ho-nosuch", reason: IMAGE_WORDS },
	{ script: "02", step: "docker image inspect ho-img:one ho-nosuch", reason: IMAGE_WORDS },
	{
		script: "09",
		step: "docker diff ho-c | sort",
		reason: "the recorded image had an /etc/shadow to remove; today's busybox has none, and a real dockerd answers as we do",
	},
	{ script: "11", step: "docker run --rm busybox /nosuch", reason: TASK_WORDS },
	{ script: "11", step: "docker run --rm busybox nosuchcmd", reason: TASK_WORDS },
	{ script: "11", step: "docker run --rm busybox /etc", reason: TASK_WORDS },
	{ script: "11", step: "docker run --name ho-x busybox nosuchcmd", reason: TASK_WORDS },
	{ script: "11", step: "docker run --name ho-y -d busybox nosuchcmd", reason: TASK_WORDS },
	{ script: "15", step: "docker run --rm --dns 9.9.9.9", reason: RESOLVER_ORDER },
	{ script: "30", step: "docker inspect -f '{{.Driver}}", reason: OVERLAYFS },
	{
		script: "30",
		step: "docker inspect -s -f '{{.SizeRw}}'",
		reason: "containerd counts directories, too: the mount points of the volumes are 4 KiB each",
	},
	{
		script: "30",
		step: `docker inspect ho-c | python3 -c 'import json,sys; d=json.load(sys.stdin)[0]; print(sorted(d["HostConfig"]))'`,
		reason: "KernelMemory and KernelMemoryTCP left the API with 1.42",
	},
	{ script: "50", step: "docker network create --subnet 10.99.1.0/24 ho-n3", reason: POOL_WORDS },
	{ script: "50", step: "docker network create --subnet bad", reason: PREFIX_WORDS },
	{ script: "51", step: "docker network rm ho-net", reason: ENDPOINT_WORDS },
	{ script: "53", step: "docker run -d --name ho-x", reason: SETUP_WORDS },
	{ script: "90", step: "docker info --format '{{.OSType}} {{.Driver}}", reason: OVERLAYFS },
	{
		script: "90",
		step: "docker",
		reason: "Engine 23 and later say in their ping that no swarm is active, and the client leaves its commands out",
	},
];

/** The scripts that this host's features cover. */
export const SCRIPTS = [
	"01",
	"02",
	"04",
	"06",
	"09",
	"10",
	"11",
	"13",
	"15",
	"19",
	"20",
	"22",
	"24",
	"26",
	"27",
	"30",
	"31",
	"40",
	"41",
	"50",
	"51",
	"53",
	"90",
	"94",
	"96",
];
