// What Linux itself needs for processes and namespaces, as far as it counts it to a control group (memory.stat: kernel). Sizes are those
// of a 6.x kernel, from its slabs and from groups with one process, two, and one more namespace: they stand for objects that are others here.

import type { Namespaces } from "../ns/namespaces";
import type { ProcessRecord } from "../proc/process";

const KiB = 1024;
export const KERNEL_STACK = 16 * KiB;
/** task_struct with the state of its registers. */
const TASK = 7 * KiB;
/** mm_struct, signal_struct, sighand_struct, files_struct, credentials. */
const PROCESS = 6 * KiB;
/** vm_area_struct, and its part of the tree of areas and of reverse mappings. */
const AREA = 320;
/** Devices and tables of a network namespace: the loopback's, one veth's, sysctls. */
const NETWORK = 84 * KiB;
const PIDS = 30 * KiB;
const IPC = 4 * KiB;
const SMALL = 1 * KiB;
const MOUNT_NAMESPACE = 8 * KiB;
/** A mount with its superblock, and the inodes and names below it that somebody has looked at. */
const MOUNT = 4 * KiB;

/** What a new process adds at the most, before it is counted. */
export const NEW_PROCESS = KERNEL_STACK + TASK + PROCESS + 48 * KiB;

/** Bytes of a process without its tables of pages: its threads' stacks, and the rest. */
export function processOverhead({ tasks, mm }: ProcessRecord): { stacks: number; slab: number } {
	return { stacks: tasks.size * KERNEL_STACK, slab: tasks.size * TASK + PROCESS + (mm?.areas.count ?? 0) * AREA };
}

/** Namespaces of processes that are counted together, each once. */
export class NamespaceOverhead {
	bytes = 0;
	private readonly seen = new Set<object>();

	/** `counts`: is it this group's? */
	add(namespaces: Namespaces, counts: (namespace: object) => boolean): void {
		for (const [kind, namespace] of Object.entries(namespaces) as Array<[keyof Namespaces, object]>) {
			if (this.seen.has(namespace)) continue;
			this.seen.add(namespace);
			if (counts(namespace)) this.bytes += sizeOf(kind, namespaces);
		}
	}
}
function sizeOf(kind: keyof Namespaces, { mnt }: Namespaces): number {
	if (kind === "net") return NETWORK;
	if (kind === "pid" || kind === "pidForChildren") return PIDS;
	if (kind === "mnt") return MOUNT_NAMESPACE + mnt.mounts.size * MOUNT;
	return kind === "ipc" ? IPC : SMALL;
}
