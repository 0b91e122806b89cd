// The options of run and create that describe the container. One row an option.

import type { DeviceRequest } from "../../../api/container";
import { parseDuration } from "../../../lib/time/duration";
import { parseUlimit, ramInBytes, type Ulimit } from "../../../lib/units";
import { alias, bool, custom, int, list, map, string, uint16, uint64, type ValuesOf } from "../../flags/spec";
import { checkExtraHost, checkIPAddress, checkLink, checkSearchDomain, parseIP } from "../../opts/addresses";
import { checkEnv, checkLabel, checkSysctl } from "../../opts/env";
import { type Mount, parseMount } from "../../opts/mount";
import { type NetworkAttachment, parseNetwork } from "../../opts/network";
import {
	checkDeviceRule,
	parseBps,
	parseCpus,
	parseGpus,
	parseIops,
	parseMemory,
	parseMemorySwap,
	parseWeight,
} from "../../opts/resources";

const many = <T>(type: string, usage: string, parse: (text: string) => T, extra = {}) =>
	custom<T[]>(
		type,
		usage,
		() => [],
		(text, all) => [...all, parse(text)],
		extra,
	);
const throttle = <T>(usage: string, parse: (text: string) => T) => many("list", usage, parse, { shownDefault: "[]" });
const bytes = (usage: string, parse = parseMemory, short?: string) =>
	custom<number>(
		"bytes",
		usage,
		() => 0,
		(text) => parse(text),
		{ short },
	);
const duration = (usage: string) =>
	custom<number>(
		"duration",
		`${usage} (ms|s|m|h) (default 0s)`,
		() => 0,
		(text) => parseDuration(text),
	);
const windows = { needs: { os: "windows" } } as const;

const checkAttach = (text: string): string => {
	const stream = text.toLowerCase();
	if (!["stdin", "stdout", "stderr"].includes(stream)) throw new Error("valid streams are STDIN, STDOUT and STDERR");
	return stream;
};

const network = many<NetworkAttachment>("network", "Network to join", parseNetwork);
const aliases = list("Further name of the container in its network");
const dnsOptions = list("Option for the resolver");
const ulimits = custom<Map<string, Ulimit>>(
	"ulimit",
	"Limit of a resource (NAME=SOFT[:HARD])",
	() => new Map(),
	(text, all) => {
		const limit = parseUlimit(text);
		return new Map(all).set(limit.name, limit);
	},
	{ shownDefault: "[]" },
);

export const CREATE_OPTIONS = {
	"add-host": list("Add a line to /etc/hosts (host:ip)", undefined, checkExtraHost),
	annotation: map("Annotation for the runtime", undefined, { shownDefault: "map[]", needs: { api: "1.43" } }),
	attach: list("Attach to STDIN, STDOUT or STDERR", "a", checkAttach),
	"blkio-weight": uint16("Relative weight of block IO, 10 to 1000; 0 turns it off (default 0)"),
	"blkio-weight-device": throttle("Relative weight of block IO on a device", parseWeight),
	"cap-add": list("Add a capability"),
	"cap-drop": list("Drop a capability"),
	"cgroup-parent": string("cgroup to be below"),
	cgroupns: string("Cgroup namespace: host, private, or the daemon's default", undefined, "", { needs: { api: "1.41" } }),
	cidfile: string("File that receives the container's id"),
	"cpu-count": int("CPU count (Windows only)", undefined, 0, windows),
	"cpu-percent": int("CPU percent (Windows only)", undefined, 0, windows),
	"cpu-period": int("Period of the CPU quota, in microseconds"),
	"cpu-quota": int("CPU time in each period, in microseconds"),
	"cpu-rt-period": int("Real-time period in microseconds"),
	"cpu-rt-runtime": int("Real-time runtime in microseconds"),
	"cpu-shares": int("Relative weight of CPU time", "c"),
	cpus: custom<number>(
		"decimal",
		"How many CPUs",
		() => 0,
		(text) => parseCpus(text),
	),
	"cpuset-cpus": string("CPUs it may run on (0-3, 0,1)"),
	"cpuset-mems": string("Memory nodes it may use (0-3, 0,1)"),
	device: list("Device of the host to give to the container"),
	"device-cgroup-rule": list("Rule for the devices it may use", undefined, checkDeviceRule),
	"device-read-bps": throttle("Most bytes a second read from a device", parseBps),
	"device-read-iops": throttle("Most reads a second from a device", parseIops),
	"device-write-bps": throttle("Most bytes a second written to a device", parseBps),
	"device-write-iops": throttle("Most writes a second to a device", parseIops),
	dns: list("DNS server", undefined, checkIPAddress),
	"dns-opt": alias("dns-option", dnsOptions),
	"dns-option": dnsOptions,
	"dns-search": list("Domain to search in", undefined, checkSearchDomain),
	domainname: string("NIS domain name"),
	entrypoint: string("Program instead of the image's ENTRYPOINT"),
	env: list("Environment variable", "e", checkEnv),
	"env-file": list("File of environment variables"),
	expose: list("Port, or range of ports, that the container listens on"),
	gpus: many<DeviceRequest>("gpu-request", "GPUs to give to the container ('all' for every one)", parseGpus, {
		needs: { api: "1.40" },
	}),
	"group-add": list("Further group of the process"),
	"health-cmd": string("Command that tells whether it is healthy"),
	"health-interval": duration("Time between checks"),
	"health-retries": int("How many failures in a row make it unhealthy"),
	"health-start-interval": { ...duration("Time between checks while it starts"), needs: { api: "1.44" } },
	"health-start-period": duration("Time it may take to start before failures count"),
	"health-timeout": duration("Longest time a check may take"),
	hostname: string("Host name of the container", "h"),
	init: bool("Run an init as process 1 that passes signals on and reaps"),
	interactive: bool("Keep STDIN open even when not attached", "i"),
	"io-maxbandwidth": custom<number>(
		"bytes",
		"IO bandwidth (Windows only)",
		() => 0,
		(text) => ramInBytes(text),
		windows,
	),
	"io-maxiops": uint64("IO operations (Windows only)", undefined, 0, windows),
	ip: custom<string>(
		"string",
		"IPv4 address in the network",
		() => "",
		(text) => parseIP(text),
	),
	ip6: custom<string>(
		"string",
		"IPv6 address in the network",
		() => "",
		(text) => parseIP(text),
	),
	ipc: string("IPC namespace"),
	isolation: string("Isolation technology"),
	"kernel-memory": bytes("Limit of kernel memory"),
	label: list("Label (key=value)", "l", checkLabel),
	"label-file": list("File of labels"),
	link: list("Link to another container", undefined, checkLink),
	"link-local-ip": list("Link-local address", undefined, checkIPAddress),
	"log-driver": string("Logging driver"),
	"log-opt": list("Option of the logging driver"),
	"mac-address": string("MAC address (92:d0:c6:0a:29:33)"),
	memory: bytes("Most memory it may use", parseMemory, "m"),
	"memory-reservation": bytes("Soft limit of memory"),
	"memory-swap": bytes("Memory and swap together; -1 for unlimited swap", parseMemorySwap),
	"memory-swappiness": int("How readily memory is swapped out (0 to 100)", undefined, -1),
	mount: many<Mount>("mount", "Mount a volume, a directory or a tmpfs", parseMount),
	net: alias("network", network),
	"net-alias": alias("network-alias", aliases),
	network,
	"network-alias": aliases,
	"no-healthcheck": bool("Leave the image's HEALTHCHECK out"),
	"oom-kill-disable": bool("Never kill it for want of memory"),
	"oom-score-adj": int("How readily it is killed for want of memory (-1000 to 1000)"),
	pid: string("PID namespace"),
	"pids-limit": int("Most processes (-1 for unlimited)"),
	privileged: bool("Give it the host's devices and all capabilities"),
	publish: list("Publish a port on the host ([ip:][host:]container[/proto])", "p"),
	"publish-all": bool("Publish all exposed ports on ports of the daemon's choice", "P"),
	"read-only": bool("Mount the root file system read only"),
	restart: string("When to start it again after it exits", undefined, "no"),
	rm: bool("Remove the container and its anonymous volumes when it exits"),
	runtime: string("Runtime to use"),
	"security-opt": list("Security option"),
	"shm-size": bytes("Size of /dev/shm"),
	"stop-signal": string("Signal that stops it"),
	"stop-timeout": int("Seconds to wait for it to stop before killing it"),
	"storage-opt": list("Option of the storage driver"),
	sysctl: map("Kernel parameter of its namespaces", undefined, { shownDefault: "map[]" }, checkSysctl),
	tmpfs: list("Mount a tmpfs (PATH[:OPTIONS])"),
	tty: bool("Give it a terminal", "t"),
	ulimit: ulimits,
	user: string("User and group (name|uid[:group|gid])", "u"),
	userns: string("User namespace"),
	uts: string("UTS namespace"),
	volume: list("Mount a volume or a directory ([source:]target[:options])", "v"),
	"volume-driver": string("Driver of the volumes"),
	"volumes-from": list("Mount the volumes of another container"),
	workdir: string("Working directory", "w"),
};
export type CreateValues = ValuesOf<typeof CREATE_OPTIONS>;
