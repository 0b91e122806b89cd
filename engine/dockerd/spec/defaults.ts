// What every container gets unless it asks for something else: capabilities, mounts.

import { invalidParameter } from "../../lib/errors";
import { CAPABILITIES } from "../../lib/linux";
import type { SpecMount } from "../../oci/runtime/spec";

const DEFAULT_CAPABILITIES = [
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_FSETID",
	"CAP_FOWNER",
	"CAP_MKNOD",
	"CAP_NET_RAW",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETFCAP",
	"CAP_SETPCAP",
	"CAP_NET_BIND_SERVICE",
	"CAP_SYS_CHROOT",
	"CAP_KILL",
	"CAP_AUDIT_WRITE",
];

/** --cap-add and --cap-drop (names with or without CAP_, ALL) applied to the default set. @throws EngineError invalidParameter */
export function capabilities(add: readonly string[] | null, drop: readonly string[] | null, privileged: boolean): string[] {
	if (privileged) return CAPABILITIES;
	const adds = normalize(add);
	const drops = normalize(drop);
	let set = adds.includes("ALL") ? CAPABILITIES : DEFAULT_CAPABILITIES;
	if (drops.includes("ALL")) set = [];
	set = set.filter((capability) => !drops.includes(capability));
	return [...new Set([...set, ...adds.filter((capability) => capability !== "ALL")])];
}

function normalize(names: readonly string[] | null): string[] {
	return (names ?? []).map((name) => {
		const upper = name.toUpperCase();
		if (upper === "ALL") return upper;
		const full = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
		if (!CAPABILITIES.includes(full)) throw invalidParameter(`invalid capability: ${JSON.stringify(name)}`);
		return full;
	});
}

/** The kernel's own file systems, in the order in which they are mounted. */
export const systemMounts = (shmSize: number, privileged: boolean): SpecMount[] => {
	const access = privileged ? "rw" : "ro";
	return [
		{ destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
		{ destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
		{
			destination: "/dev/pts",
			type: "devpts",
			source: "devpts",
			options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
		},
		{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", access] },
		{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: [access, "nosuid", "noexec", "nodev"] },
		{ destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
		{
			destination: "/dev/shm",
			type: "tmpfs",
			source: "shm",
			options: ["nosuid", "noexec", "nodev", "mode=1777", `size=${shmSize}`],
		},
	];
};
