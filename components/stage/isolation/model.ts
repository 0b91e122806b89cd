// Who is together with whom: the machine's processes by one kind of namespace, or by cgroup. Pure.

import type { ProcessInfo } from "../../../engine/host/browser/facade";

/** One namespace at a time, and the cgroups with their limits. */
export const KINDS = ["limits", "pid", "mnt", "net", "uts", "ipc", "user", "cgroup"] as const;
export type Kind = (typeof KINDS)[number];

export interface Room {
	key: string;
	/** The namespace's inode as `/proc/PID/ns/*` shows it, or the cgroup's path. */
	label: string;
	/** Names of the containers whose processes are in it. */
	containers: string[];
	/** The daemon's containers among them, by id. */
	ids: string[];
	/** Where the host's own processes are. */
	host: boolean;
	processes: ProcessInfo[];
}

/** A cgroup's use and limits; null where there is no limit. */
export interface Usage {
	memory: number;
	memoryMax: number | null;
	pids: number;
	pidsMax: number | null;
	/** Microseconds of processor time so far. */
	cpu: number;
	/** Processors' worth that it may use at most. */
	cpuMax: number | null;
}

const CONTAINER = /^\/docker\/([0-9a-f]{64})/;
export const containerOf = ({ cgroup }: ProcessInfo): string | undefined => CONTAINER.exec(cgroup)?.[1];
/** What runc makes by hand has a cgroup of the container's own name, at the top. */
const BY_HAND = /^\/(?!docker(?:\/|$))([^/]+)/;
/** The cgroup that the limits of a process are set on: its container's, else the host's. */
export const limitGroup = ({ cgroup }: ProcessInfo): string => (CONTAINER.exec(cgroup) ?? BY_HAND.exec(cgroup))?.[0] ?? "/";

/** @param names containers' names by id */
export function roomsOf(processes: readonly ProcessInfo[], kind: Kind, names: ReadonlyMap<string, string>): Room[] {
	const living = processes.filter(({ state, argv }) => state !== "Z" && argv.length > 0);
	const keyOf = (process: ProcessInfo): string =>
		kind === "limits" ? limitGroup(process) : String(process.namespaces[kind] ?? 0);
	const first = living.find(({ pid }) => pid === 1);
	const hosts = first ? keyOf(first) : "";
	const rooms = new Map<string, Room>();
	for (const process of living) {
		const key = keyOf(process);
		const label = kind === "limits" ? key : `${kind}:[${key}]`;
		const room = rooms.get(key) ?? { key, label, containers: [], host: key === hosts, ids: [], processes: [] };
		rooms.set(key, room);
		room.processes.push(process);
		const id = containerOf(process);
		if (id && !room.ids.includes(id)) room.ids.push(id);
		const name = id ? (names.get(id) ?? id.slice(0, 12)) : BY_HAND.exec(process.cgroup)?.[1];
		if (name && !room.containers.includes(name)) room.containers.push(name);
	}
	return [...rooms.values()].sort((a, b) => Number(b.host) - Number(a.host) || a.processes[0]!.pid - b.processes[0]!.pid);
}

/** PID as the process knows itself. */
export const innerPid = ({ pid, nspids }: ProcessInfo): number => nspids.at(-1) ?? pid;
export const programOf = ({ argv }: ProcessInfo): string => (argv[0] ?? "").replace(/^-/, "").split("/").at(-1) ?? "";

/** From the files of a cgroup v2 directory, by their names. The topmost group has none: it has no limits and is not counted. */
export function usageOf(files: Readonly<Record<string, string>>): Usage | undefined {
	if (!files["memory.current"]) return undefined;
	const number = (name: string): number => Number.parseInt(files[name] ?? "", 10) || 0;
	const limit = (name: string): number | null => {
		const value = Number.parseInt(files[name] ?? "", 10);
		return Number.isNaN(value) ? null : value;
	};
	const [quota, period] = (files["cpu.max"] ?? "").trim().split(/\s+/);
	return {
		memory: number("memory.current"),
		memoryMax: limit("memory.max"),
		pids: number("pids.current"),
		pidsMax: limit("pids.max"),
		cpu: Number(/usage_usec (\d+)/.exec(files["cpu.stat"] ?? "")?.[1] ?? 0),
		cpuMax: Number(quota) > 0 ? Number(quota) / Number(period) : null,
	};
}
export const USAGE_FILES = ["memory.current", "memory.max", "pids.current", "pids.max", "cpu.max", "cpu.stat"] as const;
