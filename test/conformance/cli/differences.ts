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
const LOOPBACK = "containers have a loopback interface only: no address of their own, and no published ports";

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
	{ script: "15", step: "docker run --rm --hostname box busybox sh -c 'grep -c box", reason: LOOPBACK },
	{ script: "15", step: "docker run --rm --domainname dom.org", reason: LOOPBACK },
	{ script: "30", step: "docker create --name ho-c -l k=v", reason: LOOPBACK },
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
	{ script: "31", step: "docker create --name ho-a -l grp=x", reason: LOOPBACK },
	{ script: "31", step: "docker ps -a --filter label=grp=x", reason: LOOPBACK },
	{ script: "31", step: "docker ps -a --filter label=grp=x --format '{{.Names}}|{{.Image}}", reason: LOOPBACK },
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
	"90",
	"94",
	"96",
];
