// What the pictures ask of the kernel directly: processes with their namespaces, and mounts.

import type { MountInfo, ProcessInfo } from "../host/browser/facade";
import type { MachineKernel } from "../kernel";
import type { Namespace, Namespaces } from "../kernel/ns/namespaces";

const KINDS = ["mnt", "pid", "net", "uts", "ipc", "user", "cgroup"] as const;

/** Every live process of the machine, in order of its number. */
export function processes(kernel: MachineKernel): ProcessInfo[] {
	const found: ProcessInfo[] = [];
	for (const process of kernel.machine.processes()) {
		const { leader } = process;
		found.push({
			pid: process.pid,
			ppid: process.parent?.pid ?? 0,
			nspids: [...process.nspids],
			uid: leader.credentials.uid,
			state: process.state,
			argv: [...process.argv],
			native: process.mm === undefined,
			cgroup: process.cgroup,
			namespaces: inodes(leader.namespaces),
		});
	}
	return found;
}

const inodes = (namespaces: Namespaces): Record<string, number> =>
	Object.fromEntries(KINDS.map((kind) => [kind, (namespaces[kind] as Namespace).inode]));

/** The lines of /proc/PID/mounts; nothing for a process that is not there. */
export function mounts(text: string): MountInfo[] {
	return text
		.split("\n")
		.filter(Boolean)
		.map((line) => {
			const [source = "", target = "", type = "", options = ""] = line.split(" ").map(plain);
			return { source, target, type, options };
		});
}
/** Spaces and the like are written in octal (man 5 fstab). */
const plain = (field: string): string =>
	field.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
