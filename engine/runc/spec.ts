// `runc spec`: a config.json to begin with, as runc's own `specconv.Example` has it on a host with cgroup v2.

import { exists, writeFile } from "../lib/files";
import { join } from "../lib/path";
import { OCI_VERSION } from "../oci/runtime/spec";
import type { RuncContext } from "./command";
import { RuncError } from "./errors";

const CAPABILITIES = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

/** Keys in the order in which Go writes them. */
const EXAMPLE = {
	ociVersion: OCI_VERSION,
	process: {
		terminal: true,
		user: { uid: 0, gid: 0 },
		args: ["sh"],
		env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
		cwd: "/",
		capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
		rlimits: [{ type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
		noNewPrivileges: true,
	},
	root: { path: "rootfs", readonly: true },
	hostname: "runc",
	mounts: [
		{ destination: "/proc", type: "proc", source: "proc" },
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
			options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
		},
		{ destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
		{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
		{
			destination: "/sys/fs/cgroup",
			type: "cgroup",
			source: "cgroup",
			options: ["nosuid", "noexec", "nodev", "relatime", "ro"],
		},
	],
	linux: {
		resources: { devices: [{ allow: false, access: "rwm" }] },
		namespaces: ["pid", "network", "ipc", "uts", "mount", "cgroup"].map((type) => ({ type })),
		maskedPaths: [
			"/proc/acpi",
			"/proc/asound",
			"/proc/kcore",
			"/proc/keys",
			"/proc/latency_stats",
			"/proc/timer_list",
			"/proc/timer_stats",
			"/proc/sched_debug",
			"/sys/firmware",
			"/proc/scsi",
			"/sys/devices/virtual/tpm",
		],
		readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
	},
};

export async function spec({ sys, options }: RuncContext): Promise<number> {
	const file = join(options.get("bundle") ?? ".", "config.json");
	if (await exists(sys, file)) throw new RuncError("File config.json exists. Remove it first");
	await writeFile(sys, file, JSON.stringify(EXAMPLE, null, "\t"), 0o666);
	return 0;
}
