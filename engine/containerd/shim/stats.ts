// Reads the container's cgroup files as numbers.

import { readText } from "../../lib/files";
import type { Sys } from "../../sys";
import type { CgroupStats } from "../api";

const CGROUP_ROOT = "/sys/fs/cgroup";

export async function cgroupOf(sys: Sys, pid: number): Promise<string> {
	const lines = await readText(sys, `/proc/${pid}/cgroup`);
	return (
		lines
			.split("\n")
			.find((line) => line.startsWith("0::"))
			?.slice(3) ?? "/"
	);
}

export async function cgroupStats(sys: Sys, cgroup: string): Promise<CgroupStats> {
	const read = async (file: string): Promise<string> =>
		readText(sys, `${CGROUP_ROOT}${cgroup}/${file}`).then(
			(content) => content.trim(),
			() => "",
		);
	const cpu = keyed(await read("cpu.stat"));
	return {
		pids: { current: number(await read("pids.current")), limit: number(await read("pids.max")) },
		cpu: {
			usage: cpu.usage_usec ?? 0,
			user: cpu.user_usec ?? 0,
			system: cpu.system_usec ?? 0,
			periods: cpu.nr_periods ?? 0,
			throttled: cpu.throttled_usec ?? 0,
		},
		memory: {
			usage: number(await read("memory.current")),
			limit: number(await read("memory.max")),
			stat: keyed(await read("memory.stat")),
		},
	};
}

/** "max" is 0. */
const number = (content: string): number => Number.parseInt(content, 10) || 0;

const keyed = (content: string): Record<string, number> =>
	Object.fromEntries(
		content
			.split("\n")
			.map((line) => line.split(" "))
			.filter((words) => words.length === 2)
			.map(([key, value]) => [key, Number(value)]),
	);
