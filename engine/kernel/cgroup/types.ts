// Control groups, version 2, as the rest of the kernel and the cgroup2 file system see them (man 7 cgroups,
// Documentation/admin-guide/cgroup-v2). The tree is one for the machine; its files are kernel/pseudo's.

import type { Inode } from "../../fs/vfs/types";
import type { Errno } from "../../lib/errno";
import type { DeviceRule } from "../../sys";
import type { Process } from "../task";
import type { WaitQueue } from "../wait";

export const CONTROLLERS = ["cpuset", "cpu", "io", "memory", "pids"] as const;
export type Controller = (typeof CONTROLLERS)[number];

export interface MemoryEvents {
	low: number;
	high: number;
	max: number;
	oom: number;
	oomKill: number;
	oomGroupKill: number;
}

/** What memory.current is made of, in bytes, and what is told besides. */
export interface MemoryStat {
	current: number;
	/** Pages of processes that were written to. */
	anon: number;
	/** Shared memory and files of tmpfs. */
	shmem: number;
	/** Page cache: files that were read or written. */
	cache: number;
	/** Of page cache and shared memory, what is mapped. */
	mapped: number;
	/** The kernel's stacks, and tables of pages. */
	stacks: number;
	tables: number;
	/** Its other objects for processes and namespaces (overhead.ts). */
	slab: number;
	/** Pages that were touched, ever. */
	faults: number;
}

export interface Cgroup {
	/** "/" for the root, else "/docker/4f2c…". */
	readonly path: string;
	readonly name: string;
	readonly parent: Cgroup | undefined;
	readonly children: ReadonlyMap<string, Cgroup>;
	/** Live processes directly in it, zombies not. */
	readonly members: ReadonlySet<Process>;
	/** cgroup.subtree_control: the controllers that the children have. */
	readonly subtreeControl: Set<Controller>;

	readonly pids: {
		/** Infinity is "max". Set through the tree's API or directly. */
		max: number;
		/** Tasks in it and below. */
		readonly current: number;
		readonly peak: number;
		/** How many forks failed for the limit (pids.events max). */
		readonly refused: number;
	};
	readonly memory: {
		/** Bytes; Infinity is "max". Lowering it below the use kills (see setMemoryMax). */
		readonly max: number;
		high: number;
		low: number;
		min: number;
		swapMax: number;
		/** Bytes that it and those below use. */
		readonly current: number;
		readonly peak: number;
		/** Writing to memory.peak: from now on. */
		forgetPeak(): void;
		stat(): MemoryStat;
		/** memory.oom.group: an OOM kill takes all in the group. */
		oomGroup: boolean;
		/** memory.events, with what happened below. */
		readonly events: MemoryEvents;
		/** memory.events.local. */
		readonly localEvents: MemoryEvents;
	};
	readonly cpu: {
		/** cpu.max: microseconds of CPU in each period; Infinity is "max". */
		quota: number;
		period: number;
		/** cpu.weight, 1–10000. */
		weight: number;
		/** Microseconds used by it and below, ended processes included. */
		readonly used: number;
		/** cpu.stat: periods of cpu.max in which something ran, those in which it was held back, and for how many microseconds. */
		readonly stat: { periods: number; throttled: number; throttledTime: number };
	};
	/** cpu.weight, for the run queue. */
	readonly weight: number;
	/** How many groups are below. */
	readonly descendants: number;
	/** cpuset.cpus and cpuset.mems as they were written: "" or "0". */
	readonly cpuset: { cpus: string; mems: string };
	/** cgroup.max.depth and cgroup.max.descendants. */
	maxDepth: number;
	maxDescendants: number;
	/** cgroup.freeze as it was written. */
	readonly frozen: boolean;
	/** Is it or an ancestor frozen? (cgroup.events frozen) */
	readonly effectivelyFrozen: boolean;
	/** Has it or an ancestor used up its cpu.max until the next period? */
	readonly throttled: boolean;
	/** Is there a live process in it or below? (cgroup.events populated) */
	readonly populated: boolean;
	/** Wakes when what cgroup.events or memory.events say changes (poll reports POLLPRI). */
	readonly changed: WaitQueue;
}

/** The directory of a control group stands for it (clone3(2) with CLONE_INTO_CGROUP). */
export interface CgroupInode {
	readonly group: Cgroup;
}

export interface CgroupTree {
	readonly root: Cgroup;
	/** By path from the root, such as "/docker/4f2c…". */
	find(path: string): Cgroup | undefined;
	/** mkdir. EEXIST, EAGAIN beyond cgroup.max.depth and cgroup.max.descendants. */
	create(parent: Cgroup, name: string): Cgroup | Errno;
	/** rmdir. EBUSY while it has members or children. */
	remove(cgroup: Cgroup): Errno | 0;
	/** Writing a PID to cgroup.procs: the whole process moves. EBUSY where inner nodes with controllers may not have members. */
	attach(process: Process, cgroup: Cgroup): Errno | 0;
	setMemoryMax(cgroup: Cgroup, bytes: number): void;
	/** What devices its processes may use from now on. */
	setDeviceRules(cgroup: Cgroup, rules: readonly DeviceRule[]): 0;
	/** May the process open a device, or make its node? `access`: letters of "rwm". All of its control groups are asked. */
	allowsDevice(process: Process, type: "b" | "c", device: number, access: string): boolean;
	/** A file in memory grows or shrinks: it is counted where it was written first. */
	chargeFile(file: object, bytes: number): void;
	/** A process has read, written or mapped a part of a file of a disk. */
	cached(process: Process, inode: Inode, offset: number, length: number): void;
	/** Writing to cpu.max. */
	setCpuMax(cgroup: Cgroup, quota: number, period: number): void;
	/** Writing to cgroup.freeze. */
	freeze(cgroup: Cgroup, frozen: boolean): void;
	/** Writing 1 to cgroup.kill: SIGKILL to all in it and below. */
	kill(cgroup: Cgroup): void;
	/** The cgroup that a process is in. */
	of(process: Process): Cgroup;
}
