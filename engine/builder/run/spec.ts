// config.json for a RUN command: a container with loopback only, and the capabilities that any container has.

import { OCI_VERSION, type Spec } from "../../oci/runtime/spec";
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

export const runSpec = ({ args, env, cwd, uid, gid }: RunRequest, id: string): Spec => ({
	ociVersion: OCI_VERSION,
	process: {
		terminal: false,
		user: { uid, gid },
		args,
		env,
		cwd,
		capabilities: { bounding: CAPABILITIES, effective: uid === 0 ? CAPABILITIES : [], permitted: uid === 0 ? CAPABILITIES : [] },
		noNewPrivileges: false,
	},
	root: { path: "rootfs" },
	hostname: "buildkitsandbox",
	mounts: [
		{ destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
		{ destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
		{
			destination: "/dev/pts",
			type: "devpts",
			source: "devpts",
			options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
		},
		{ destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
		{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
	],
	linux: {
		namespaces: [{ type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }, { type: "network" }],
		cgroupsPath: `/buildkit/${id}`,
		resources: {},
		maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
		readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
	},
});
