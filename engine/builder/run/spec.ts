// config.json for a RUN command: a container with the capabilities that any container has.

import { OCI_VERSION, type Spec, type SpecMount } from "../../oci/runtime/spec";
import type { RunRequest } from "../types";

const CAPABILITIES = [
	"CHOWN",
	"DAC_OVERRIDE",
	"FSETID",
	"FOWNER",
	"MKNOD",
	"NET_RAW",
	"SETGID",
	"SETUID",
	"SETFCAP",
	"SETPCAP",
	"NET_BIND_SERVICE",
	"SYS_CHROOT",
	"KILL",
	"AUDIT_WRITE",
].map((name) => `CAP_${name}`);
const SHM_SIZE = 64 << 20;
export const HOSTNAME = "buildkitsandbox";

/** Of the network: what is bound over the root file system's, and whether the host's namespace is shared. */
export interface SpecNetwork {
	hosts: string;
	resolvConf: string;
	host: boolean;
}

export function runSpec(request: RunRequest, id: string, network: SpecNetwork): Spec {
	const { args, env, cwd, uid, gid, groups, ulimits, resources, cgroupParent } = request;
	return {
		ociVersion: OCI_VERSION,
		process: {
			terminal: false,
			user: { uid, gid, ...(groups?.length ? { additionalGids: groups } : {}) },
			args,
			env,
			cwd,
			capabilities:
				uid === 0 ? { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES } : { bounding: CAPABILITIES },
			rlimits: (ulimits ?? []).map(({ name, soft, hard }) => ({ type: `RLIMIT_${name.toUpperCase()}`, soft, hard })),
			noNewPrivileges: false,
		},
		root: { path: "rootfs" },
		hostname: HOSTNAME,
		mounts: [...systemMounts(request), ...networkMounts(network), ...extra(request)],
		linux: {
			namespaces: [
				{ type: "pid" },
				{ type: "ipc" },
				{ type: "uts" },
				{ type: "mount" },
				...(network.host ? [] : [{ type: "network" } as const]),
			],
			cgroupsPath: `${cgroupParent ? `/${cgroupParent.replace(/^\/+|\/+$/g, "")}` : "/docker/buildkit"}/${id}`,
			resources: {
				...(resources?.memory ? { memory: { limit: resources.memory, swap: resources.memorySwap } } : {}),
				...(resources && (resources.cpuShares || resources.cpuPeriod || resources.cpuQuota || resources.cpusetCpus)
					? {
							cpu: {
								shares: resources.cpuShares || undefined,
								quota: resources.cpuQuota || undefined,
								period: resources.cpuPeriod || undefined,
								cpus: resources.cpusetCpus || undefined,
								mems: resources.cpusetMems || undefined,
							},
						}
					: {}),
			},
			maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
			readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
		},
	};
}

const systemMounts = ({ shmSize }: RunRequest): SpecMount[] => [
	{ destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
	{ destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
	{
		destination: "/dev/pts",
		type: "devpts",
		source: "devpts",
		options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
	},
	{
		destination: "/dev/shm",
		type: "tmpfs",
		source: "shm",
		options: ["nosuid", "noexec", "nodev", "mode=1777", `size=${shmSize || SHM_SIZE}`],
	},
	{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
];
const networkMounts = ({ hosts, resolvConf }: SpecNetwork): SpecMount[] => [
	{ destination: "/etc/hosts", type: "bind", source: hosts, options: ["rbind", "rprivate", "ro"] },
	{ destination: "/etc/resolv.conf", type: "bind", source: resolvConf, options: ["rbind", "rprivate", "ro"] },
];
/** A mount point's parent is mounted before it. */
const extra = ({ extraMounts }: RunRequest): SpecMount[] =>
	[...(extraMounts ?? [])].sort((a, b) => a.destination.split("/").length - b.destination.split("/").length);
