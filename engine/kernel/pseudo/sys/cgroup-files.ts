// The files of a cgroup2 directory, a row each: when it is there, what it says, what it takes.

import { ERRNO, type Errno } from "../../../lib/errno";
import { type Cgroup, CONTROLLERS, type Controller, type MemoryEvents } from "../../cgroup/types";
import type { Task } from "../../task";
import type { Text } from "../tree";

interface Row {
	present(group: Cgroup): boolean;
	text(group: Cgroup): Text;
}

const isRoot = (group: Cgroup): boolean => group.parent === undefined;
const always = (): boolean => true;
const belowRoot = (group: Cgroup): boolean => !isRoot(group);
/** Files of a controller are where the parent has handed it down. */
const controlled =
	(controller: Controller) =>
	(group: Cgroup): boolean =>
		group.parent?.subtreeControl.has(controller) ?? false;

const available = (group: Cgroup): readonly Controller[] =>
	group.parent ? CONTROLLERS.filter((name) => group.parent!.subtreeControl.has(name)) : CONTROLLERS;

const maximum = (value: number): string => `${Number.isFinite(value) ? value : "max"}\n`;
/** A number of bytes with K, M or G, or "max". Undefined: EINVAL. */
function parseMaximum(text: string): number | undefined {
	const word = text.trim();
	if (word === "max") return Number.POSITIVE_INFINITY;
	const match = /^(\d+)([KMGT]?)$/i.exec(word);
	if (!match) return undefined;
	return Number(match[1]) * 1024 ** " KMGT".indexOf(match[2]!.toUpperCase() || " ");
}
/** Memory is counted in pages. */
const toPages = (bytes: number): number => (Number.isFinite(bytes) ? Math.floor(bytes / 4096) * 4096 : bytes);
const limit =
	(get: (group: Cgroup) => number, set: (group: Cgroup, value: number, task: Task) => void) =>
	(group: Cgroup): Text => ({
		read: () => maximum(get(group)),
		write: (task, text) => {
			const value = parseMaximum(text);
			if (value === undefined) return -ERRNO.EINVAL;
			set(group, value, task);
			return 0;
		},
	});
const shown =
	(read: (group: Cgroup) => string) =>
	(group: Cgroup): Text => ({ read: () => read(group) });
const pairs = (values: Record<string, number>): string =>
	Object.entries(values)
		.map(([name, value]) => `${name} ${value}\n`)
		.join("");

const procs = (group: Cgroup): Text => ({
	read: (task) => {
		const numbers = [...group.members].map((process) => process.pidIn(task.namespaces.pid));
		return numbers.map((number) => `${number}\n`).join("");
	},
	write: (task, text) => {
		if (!/^\s*\d+\s*$/.test(text)) return -ERRNO.EINVAL;
		const number = Number(text);
		const process = number === 0 ? task.process : task.kernel.findTask(number, task.namespaces.pid)?.process;
		return process ? task.kernel.cgroups.attach(process, group) : -ERRNO.ESRCH;
	},
});
const threads = (group: Cgroup): Text => ({
	read: (task) =>
		[...group.members].flatMap((process) => [...process.tasks].map((each) => `${each.tidIn(task.namespaces.pid)}\n`)).join(""),
	write: () => -ERRNO.EOPNOTSUPP,
});

/** "+memory -pids": all of it or nothing. */
function changeSubtree(group: Cgroup, text: string): Errno | 0 {
	const changes = text.trim().split(/\s+/).filter(Boolean);
	const next = new Set(group.subtreeControl);
	for (const change of changes) {
		const name = change.slice(1) as Controller;
		if (!/^[+-]/.test(change) || !CONTROLLERS.includes(name)) return -ERRNO.EINVAL;
		if (change.startsWith("+")) {
			if (!available(group).includes(name)) return -ERRNO.ENOENT;
			next.add(name);
		} else {
			for (const child of group.children.values()) if (child.subtreeControl.has(name)) return -ERRNO.EBUSY;
			next.delete(name);
		}
	}
	// No process may be in a group that hands controllers down (the root aside).
	if (next.size > 0 && !isRoot(group) && group.members.size > 0) return -ERRNO.EBUSY;
	group.subtreeControl.clear();
	for (const name of CONTROLLERS) if (next.has(name)) group.subtreeControl.add(name);
	return 0;
}

const cpuMax = (group: Cgroup): Text => ({
	read: () => `${Number.isFinite(group.cpu.quota) ? group.cpu.quota : "max"} ${group.cpu.period}\n`,
	write: (task, text) => {
		const [quota = "", period = String(group.cpu.period)] = text.trim().split(/\s+/);
		const value = quota === "max" ? Number.POSITIVE_INFINITY : Number(quota);
		const length = Number(period);
		if (!(value >= 1000) || !(length >= 1000 && length <= 1_000_000)) return -ERRNO.EINVAL;
		task.kernel.cgroups.setCpuMax(group, value, length);
		return 0;
	},
});
const cpuWeight = (group: Cgroup): Text => ({
	read: () => `${group.cpu.weight}\n`,
	write: (_task, text) => {
		const value = Number(text.trim());
		if (!Number.isInteger(value) || value < 1 || value > 10000) return -ERRNO.ERANGE;
		group.cpu.weight = value;
		return 0;
	},
});
const cpuStat = (group: Cgroup): string => {
	const used = Math.floor(group.cpu.used);
	const { periods, throttled, throttledTime } = group.cpu.stat;
	const limits = { nr_periods: periods, nr_throttled: throttled, throttled_usec: throttledTime, nr_bursts: 0, burst_usec: 0 };
	const times = { usage_usec: used, user_usec: used, system_usec: 0 };
	return pairs(controlled("cpu")(group) ? { ...times, ...limits } : times);
};
/** Weights of the nice values -20 to 19 (sched_prio_to_weight), as cpu.weight counts them. */
const NICE_WEIGHTS = [
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586,
	1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
const weightOf = (nice: number): number => Math.round((NICE_WEIGHTS[nice + 20]! * 100) / 1024);
const cpuWeightNice = (group: Cgroup): Text => ({
	read() {
		const distance = NICE_WEIGHTS.map((_, index) => Math.abs(weightOf(index - 20) - group.cpu.weight));
		return `${distance.indexOf(Math.min(...distance)) - 20}\n`;
	},
	write(_task, text) {
		const nice = Number(text.trim());
		if (!Number.isInteger(nice) || nice < -20 || nice > 19) return -ERRNO.ERANGE;
		group.cpu.weight = weightOf(nice);
		return 0;
	},
});
const memoryStat = ({ memory }: Cgroup): string => {
	const { anon, shmem, cache, mapped, stacks, tables, slab, faults } = memory.stat();
	return pairs({
		anon,
		file: shmem + cache,
		kernel: stacks + tables + slab,
		kernel_stack: stacks,
		pagetables: tables,
		percpu: 0,
		sock: 0,
		vmalloc: 0,
		shmem,
		file_mapped: mapped,
		file_dirty: 0,
		file_writeback: 0,
		swapcached: 0,
		anon_thp: 0,
		inactive_anon: anon + shmem,
		active_anon: 0,
		inactive_file: cache,
		active_file: 0,
		unevictable: 0,
		slab_reclaimable: 0,
		slab_unreclaimable: slab,
		slab,
		pgfault: faults,
		pgmajfault: 0,
	});
};
const memoryEvents = (events: MemoryEvents): string =>
	pairs({
		low: events.low,
		high: events.high,
		max: events.max,
		oom: events.oom,
		oom_kill: events.oomKill,
		oom_group_kill: events.oomGroupKill,
	});
const zeroOrOne =
	(get: (group: Cgroup) => boolean, set: (group: Cgroup, value: boolean) => void) =>
	(group: Cgroup): Text => ({
		read: () => `${Number(get(group))}\n`,
		write(_task, text) {
			const word = text.trim();
			if (word !== "0" && word !== "1") return -ERRNO.EINVAL;
			set(group, word === "1");
			return 0;
		},
	});
/** A count or "max". */
const count =
	(get: (group: Cgroup) => number, set: (group: Cgroup, value: number) => void) =>
	(group: Cgroup): Text => ({
		read: () => maximum(get(group)),
		write(_task, text) {
			const word = text.trim();
			const value = word === "max" ? Number.POSITIVE_INFINITY : Number(word);
			if (word === "" || !(value >= 0)) return -ERRNO.EINVAL;
			set(group, value);
			return 0;
		},
	});
/** There is one processor and one node of memory: a set is all of it or what the parent has. */
const onlyZero =
	(which: "cpus" | "mems") =>
	(group: Cgroup): Text => ({
		read: () => `${group.cpuset[which]}\n`,
		write(_task, text) {
			const word = text.trim();
			if (word !== "" && word !== "0" && word !== "0-0") return -ERRNO.EINVAL;
			group.cpuset[which] = word === "" ? "" : "0";
			return 0;
		},
	});

const freeze = (group: Cgroup): Text => ({
	read: () => `${group.frozen ? 1 : 0}\n`,
	write: (task, text) => {
		const word = text.trim();
		if (word !== "0" && word !== "1") return -ERRNO.EINVAL;
		task.kernel.cgroups.freeze(group, word === "1");
		return 0;
	},
});
const kill = (group: Cgroup): Text => ({
	write: (task, text) => {
		if (text.trim() !== "1") return -ERRNO.EINVAL;
		task.kernel.cgroups.kill(group);
		return 0;
	},
});
const watched =
	(read: (group: Cgroup) => string) =>
	(group: Cgroup): Text => ({ read: () => read(group), changes: group.changed });
const row = (present: Row["present"], text: Row["text"]): Row => ({ present, text });

export const cgroupFiles: ReadonlyMap<string, Row> = new Map<string, Row>([
	[
		"cgroup.controllers",
		row(
			always,
			shown((group) => `${available(group).join(" ")}\n`),
		),
	],
	[
		"cgroup.events",
		row(
			belowRoot,
			watched((group) => pairs({ populated: Number(group.populated), frozen: Number(group.effectivelyFrozen) })),
		),
	],
	["cgroup.freeze", row(belowRoot, freeze)],
	["cgroup.kill", row(belowRoot, kill)],
	[
		"cgroup.max.depth",
		row(
			always,
			count(
				(group) => group.maxDepth,
				(group, value) => {
					group.maxDepth = value;
				},
			),
		),
	],
	[
		"cgroup.max.descendants",
		row(
			always,
			count(
				(group) => group.maxDescendants,
				(group, value) => {
					group.maxDescendants = value;
				},
			),
		),
	],
	["cgroup.procs", row(always, procs)],
	[
		"cgroup.stat",
		row(
			always,
			shown((group) => pairs({ nr_descendants: group.descendants, nr_dying_descendants: 0 })),
		),
	],
	[
		"cgroup.subtree_control",
		row(always, (group) => ({
			read: () => `${[...group.subtreeControl].join(" ")}\n`,
			write: (_task, text) => changeSubtree(group, text),
		})),
	],
	["cgroup.threads", row(always, threads)],
	[
		"cgroup.type",
		row(
			belowRoot,
			shown(() => "domain\n"),
		),
	],
	["cpu.max", row(controlled("cpu"), cpuMax)],
	["cpu.stat", row(always, shown(cpuStat))],
	["cpu.weight", row(controlled("cpu"), cpuWeight)],
	["cpu.weight.nice", row(controlled("cpu"), cpuWeightNice)],
	["cpuset.cpus", row(controlled("cpuset"), onlyZero("cpus"))],
	[
		"cpuset.cpus.effective",
		row(
			always,
			shown(() => "0\n"),
		),
	],
	["cpuset.mems", row(controlled("cpuset"), onlyZero("mems"))],
	[
		"cpuset.mems.effective",
		row(
			always,
			shown(() => "0\n"),
		),
	],
	// No block devices: nothing to count and nothing to hold back.
	[
		"io.stat",
		row(
			controlled("io"),
			shown(() => ""),
		),
	],
	[
		"memory.current",
		row(
			controlled("memory"),
			shown(({ memory }) => `${memory.current}\n`),
		),
	],
	[
		"memory.events",
		row(
			controlled("memory"),
			watched(({ memory }) => memoryEvents(memory.events)),
		),
	],
	[
		"memory.events.local",
		row(
			controlled("memory"),
			watched(({ memory }) => memoryEvents(memory.localEvents)),
		),
	],
	[
		"memory.min",
		row(
			controlled("memory"),
			limit(
				({ memory }) => memory.min,
				({ memory }, value) => {
					memory.min = toPages(value);
				},
			),
		),
	],
	[
		"memory.oom.group",
		row(
			controlled("memory"),
			zeroOrOne(
				({ memory }) => memory.oomGroup,
				({ memory }, value) => {
					memory.oomGroup = value;
				},
			),
		),
	],
	[
		"memory.high",
		row(
			controlled("memory"),
			limit(
				({ memory }) => memory.high,
				({ memory }, value) => {
					memory.high = toPages(value);
				},
			),
		),
	],
	[
		"memory.low",
		row(
			controlled("memory"),
			limit(
				({ memory }) => memory.low,
				({ memory }, value) => {
					memory.low = toPages(value);
				},
			),
		),
	],
	[
		"memory.max",
		row(
			controlled("memory"),
			limit(
				({ memory }) => memory.max,
				(group, value, task) => task.kernel.cgroups.setMemoryMax(group, toPages(value)),
			),
		),
	],
	[
		"memory.peak",
		row(controlled("memory"), ({ memory }) => ({
			read: () => `${memory.peak}\n`,
			// Any text begins anew.
			write() {
				memory.forgetPeak();
				return 0;
			},
		})),
	],
	["memory.stat", row(controlled("memory"), shown(memoryStat))],
	[
		"memory.swap.current",
		row(
			controlled("memory"),
			shown(() => "0\n"),
		),
	],
	[
		"memory.swap.events",
		row(
			controlled("memory"),
			shown(() => pairs({ high: 0, max: 0, fail: 0 })),
		),
	],
	[
		"memory.swap.max",
		row(
			controlled("memory"),
			limit(
				({ memory }) => memory.swapMax,
				({ memory }, value) => {
					memory.swapMax = toPages(value);
				},
			),
		),
	],
	[
		"pids.current",
		row(
			controlled("pids"),
			shown(({ pids }) => `${pids.current}\n`),
		),
	],
	[
		"pids.events",
		row(
			controlled("pids"),
			shown(({ pids }) => pairs({ max: pids.refused })),
		),
	],
	[
		"pids.max",
		row(
			controlled("pids"),
			limit(
				({ pids }) => pids.max,
				({ pids }, value) => {
					pids.max = value;
				},
			),
		),
	],
	[
		"pids.peak",
		row(
			controlled("pids"),
			shown(({ pids }) => `${pids.peak}\n`),
		),
	],
]);
