// A container's configuration → config.json of its bundle.

import type { ContainerConfig, HostConfig } from "../../api/container";
import { invalidParameter } from "../../lib/errors";
import {
	type Capabilities,
	type Linux,
	OCI_VERSION,
	type Process,
	type Resources,
	type Spec,
	type SpecMount,
	type User,
} from "../../oci/runtime/spec";
import { commandOf, processEnvironment } from "../container/config";
import type { StoredMount } from "../container/container";
import { networkOwner } from "../container/network-mode";
import { capabilities, systemMounts } from "./defaults";
import type { ContainerDevices } from "./devices";
import { seccompOf } from "./seccomp";
import { parseSecurityOptions } from "./security";

/** --init: the host's docker-init, and where containers see it. */
const INIT_SOURCE = "/usr/bin/docker-init";
const INIT_TARGET = "/sbin/docker-init";

export interface SpecInput {
	id: string;
	config: ContainerConfig;
	hostConfig: HostConfig;
	rootfs: string;
	user: User;
	mounts: StoredMount[];
	/** Files of the container's directory, bound over those of the image. */
	files: { hostname: string; hosts: string; resolvConf: string };
	/** PID whose namespace is shared, for container:ID modes. */
	sharedPid: (container: string) => number;
	devices: ContainerDevices;
}

export function buildSpec(input: SpecInput): Spec {
	const { config, hostConfig } = input;
	// the host's network alone brings no host's UTS namespace, though its name: Hostname is the host's then
	const shareUts = hostConfig.UTSMode === "host";
	return {
		ociVersion: OCI_VERSION,
		process: initProcess(input),
		root: { path: input.rootfs, readonly: hostConfig.ReadonlyRootfs },
		hostname: shareUts ? undefined : config.Hostname,
		domainname: shareUts ? undefined : config.Domainname || undefined,
		mounts: mounts(input),
		linux: linux(input),
		annotations: hostConfig.Annotations,
	};
}

function initProcess({ config, hostConfig, user }: SpecInput): Process {
	const [height, width] = hostConfig.ConsoleSize;
	const command = hostConfig.Init ? [INIT_TARGET, "--", ...commandOf(config)] : commandOf(config);
	return {
		terminal: config.Tty,
		consoleSize: height > 0 && width > 0 ? { height, width } : undefined,
		user,
		args: command,
		env: processEnvironment(config),
		cwd: config.WorkingDir || "/",
		capabilities: capabilitySets(hostConfig, user),
		rlimits: rlimits(hostConfig),
		noNewPrivileges: parseSecurityOptions(hostConfig.SecurityOpt).noNewPrivileges ?? false,
		oomScoreAdj: hostConfig.OomScoreAdj,
	};
}

/** Who is not root starts without capabilities, but may gain those of the bounding set (by a setuid program). */
export function capabilitySets(hostConfig: HostConfig, user: User, privileged = hostConfig.Privileged): Capabilities {
	const set = capabilities(hostConfig.CapAdd, hostConfig.CapDrop, privileged);
	return user.uid === 0 ? { bounding: set, effective: set, permitted: set } : { bounding: set };
}

export const rlimits = ({ Ulimits }: HostConfig): Process["rlimits"] =>
	(Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ type: `RLIMIT_${Name.toUpperCase()}`, soft: Soft, hard: Hard }));

function mounts({ hostConfig, mounts: points, files }: SpecInput): SpecMount[] {
	const own = new Set(points.map(({ Destination }) => Destination));
	const bind = (source: string, destination: string): SpecMount => ({
		destination,
		type: "bind",
		source,
		options: ["rbind", "rprivate"],
	});
	const tmpfs = Object.entries(hostConfig.Tmpfs ?? {}).map(([destination, options]) => ({
		destination,
		type: "tmpfs",
		source: "tmpfs",
		options: ["noexec", "nosuid", "nodev", ...options.split(",").filter(Boolean)],
	}));
	const system = systemMounts(hostConfig.ShmSize, hostConfig.Privileged).filter(({ destination }) => {
		if (own.has(destination)) return false;
		return destination !== "/dev/shm" || hostConfig.IpcMode !== "none";
	});
	const networkFiles = [
		bind(files.resolvConf, "/etc/resolv.conf"),
		bind(files.hostname, "/etc/hostname"),
		bind(files.hosts, "/etc/hosts"),
	].filter(({ destination }) => !own.has(destination));
	// A mount point's parent is mounted before it; and a volume for /etc does not hide the files that are mounted there.
	const asked = [...points.map(pointMount), ...networkFiles];
	const sorted = asked.sort((a, b) => depth(a.destination) - depth(b.destination));
	const init: SpecMount[] = hostConfig.Init
		? [{ destination: INIT_TARGET, type: "bind", source: INIT_SOURCE, options: ["bind", "ro"] }]
		: [];
	return [...system, ...init, ...tmpfs, ...sorted];
}

/** Of the container's "/", where mounts are to be seen on the other side, too. */
function rootPropagation(points: readonly StoredMount[]): string | undefined {
	const modes = points.filter(({ Type }) => Type === "bind").map(({ Propagation }) => Propagation);
	if (modes.some((mode) => /shared$/.test(mode))) return "shared";
	return modes.some((mode) => /slave$/.test(mode)) ? "rslave" : undefined;
}

const depth = (path: string): number => path.split("/").filter(Boolean).length;

function pointMount(point: StoredMount): SpecMount {
	if (point.Type === "tmpfs") {
		const options = [
			"noexec",
			"nosuid",
			"nodev",
			...(point.Options ? point.Options.split(",") : []),
			...(point.RW ? [] : ["ro"]),
		];
		return { destination: point.Destination, type: "tmpfs", source: "tmpfs", options };
	}
	// What is mounted below a read-only one is read-only too, unless it was asked otherwise.
	const readOnly = point.ReadOnlyNonRecursive ? "ro" : "rro";
	const options = [point.NonRecursive ? "bind" : "rbind", ...(point.RW ? [] : [readOnly]), point.Propagation || "rprivate"];
	return { destination: point.Destination, type: "bind", source: point.Source, options };
}

/** Below the root of the hierarchy. */
export const cgroupPath = ({ CgroupParent }: HostConfig, id: string): string =>
	`${CgroupParent ? `/${CgroupParent.replace(/^\/+|\/+$/g, "")}` : "/docker"}/${id}`;

/** In a network namespace of its own every user may ping and open any port. */
const OPEN_TO_ALL = { "net.ipv4.ping_group_range": "0 2147483647", "net.ipv4.ip_unprivileged_port_start": "0" };
const makesNetwork = ({ NetworkMode }: HostConfig): boolean => NetworkMode !== "host" && networkOwner(NetworkMode) === undefined;

function linux(input: SpecInput): Linux {
	const { id, hostConfig } = input;
	return {
		namespaces: namespaces(input),
		cgroupsPath: cgroupPath(hostConfig, id),
		devices: input.devices.nodes,
		resources: { ...buildResources(hostConfig), devices: input.devices.rules },
		rootfsPropagation: rootPropagation(input.mounts),
		sysctl: { ...(makesNetwork(hostConfig) ? OPEN_TO_ALL : {}), ...hostConfig.Sysctls },
		maskedPaths: hostConfig.MaskedPaths ?? [],
		readonlyPaths: hostConfig.ReadonlyPaths ?? [],
		seccomp: seccompOf(
			parseSecurityOptions(hostConfig.SecurityOpt).seccomp,
			hostConfig.Privileged,
			capabilitySets(hostConfig, input.user).bounding ?? [],
		),
	};
}

const memory = ({ Memory, MemoryReservation, MemorySwap }: HostConfig) =>
	Memory || MemoryReservation
		? { limit: Memory || undefined, reservation: MemoryReservation || undefined, swap: MemorySwap || undefined }
		: undefined;

function namespaces({ hostConfig, sharedPid }: SpecInput): Linux["namespaces"] {
	const all: Linux["namespaces"] = [{ type: "mount" }];
	const add = (type: Linux["namespaces"][number]["type"], mode: string, file: string, what: string): void => {
		if (mode === "host") return;
		// Whatever else --network says is the name of a network.
		const known = type === "network" || ["", "private", "shareable", "none", "default"].includes(mode);
		const container = /^container:(.+)$/.exec(mode)?.[1];
		if (container) all.push({ type, path: `/proc/${sharedPid(container)}/ns/${file}` });
		else if (known) all.push({ type });
		else throw invalidParameter(`invalid ${what} mode: ${mode}`);
	};
	add("network", hostConfig.NetworkMode, "net", "network");
	add("uts", hostConfig.UTSMode, "uts", "UTS");
	add("pid", hostConfig.PidMode, "pid", "PID");
	add("ipc", hostConfig.IpcMode, "ipc", "IPC");
	add("cgroup", hostConfig.CgroupnsMode, "cgroup", "cgroup");
	return all;
}

export const buildResources = (hostConfig: HostConfig): Resources => ({
	memory: memory(hostConfig),
	cpu: {
		shares: hostConfig.CpuShares || undefined,
		quota: hostConfig.NanoCpus ? Math.round((hostConfig.NanoCpus * 100_000) / 1e9) : hostConfig.CpuQuota || undefined,
		period: hostConfig.NanoCpus ? 100_000 : hostConfig.CpuPeriod || undefined,
	},
	// zero and less take a limit away that was there before
	pids: typeof hostConfig.PidsLimit === "number" ? { limit: hostConfig.PidsLimit > 0 ? hostConfig.PidsLimit : -1 } : undefined,
});
