// Control groups, version 2, as the rest of the kernel and the cgroup2 file system see them (man 7 cgroups,
// Documentation/admin-guide/cgroup-v2). The tree is one for the machine; its files are kernel/pseudo's.

import type { Errno } from "../../lib/errno";
import type { Process } from "../task";
import type { WaitQueue } from "../wait";

export const CONTROLLERS = ["cpu", "memory", "pids"] as const;
export type Controller = (typeof CONTROLLERS)[number];

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
		swapMax: number;
		/** Bytes mapped by processes in it and below. */
		readonly current: number;
		readonly peak: number;
		/** memory.events. */
		readonly events: { low: number; high: number; max: number; oom: number; oomKill: number };
	};
	readonly cpu: {
		/** cpu.max: microseconds of CPU in each period; Infinity is "max". */
		quota: number;
		period: number;
		/** cpu.weight, 1–10000. */
		weight: number;
		/** Microseconds used by it and below, ended processes included. */
		readonly used: number;
	};
	/** cgroup.freeze as it was written. */
	readonly frozen: boolean;
	/** Is it or an ancestor frozen? (cgroup.events frozen) */
	readonly effectivelyFrozen: boolean;
	/** Is there a live process in it or below? (cgroup.events populated) */
	readonly populated: boolean;
	/** Wakes when what cgroup.events or memory.events say changes (poll reports POLLPRI). */
	readonly changed: WaitQueue;
}

export interface CgroupTree {
	readonly root: Cgroup;
	/** By path from the root, such as "/docker/4f2c…". */
	find(path: string): Cgroup | undefined;
	/** mkdir. EEXIST. */
	create(parent: Cgroup, name: string): Cgroup | Errno;
	/** rmdir. EBUSY while it has members or children. */
	remove(cgroup: Cgroup): Errno | 0;
	/** Writing a PID to cgroup.procs: the whole process moves. EBUSY where inner nodes with controllers may not have members. */
	attach(process: Process, cgroup: Cgroup): Errno | 0;
	setMemoryMax(cgroup: Cgroup, bytes: number): void;
	/** Writing to cgroup.freeze. */
	freeze(cgroup: Cgroup, frozen: boolean): void;
	/** Writing 1 to cgroup.kill: SIGKILL to all in it and below. */
	kill(cgroup: Cgroup): void;
	/** The cgroup that a process is in. */
	of(process: Process): Cgroup;
}
