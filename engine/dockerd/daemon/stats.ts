// GET /containers/{id}/stats: the container's cgroup counters as the API has them.

import { readText } from "../../lib/files";
import type { Container } from "../container/container";
import { now, ZERO_TIME } from "../time";
import type { Daemon } from "./daemon";

interface CpuStats {
	/** Nanoseconds. */
	cpu_usage: { total_usage: number; usage_in_kernelmode: number; usage_in_usermode: number };
	system_cpu_usage?: number;
	online_cpus?: number;
	throttling_data: { periods: number; throttled_periods: number; throttled_time: number };
}
export interface StatsResponse {
	name: string;
	id: string;
	/** From API 1.52 on. */
	os_type?: "linux";
	read: string;
	preread: string;
	pids_stats: { current?: number; limit?: number };
	cpu_stats: CpuStats;
	precpu_stats: CpuStats;
	/** Disks are not counted: empty, as Docker has it where the kernel tells nothing. */
	blkio_stats: Record<(typeof DISK_COUNTERS)[number], null>;
	/** Only Windows counts them here. */
	num_procs: 0;
	storage_stats: Record<string, never>;
	memory_stats: { usage?: number; limit?: number; stats?: Record<string, number> };
	networks?: Record<string, Record<string, number>>;
}

const NO_CPU: CpuStats = {
	cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
	throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

const DISK_COUNTERS = [
	"io_service_bytes_recursive",
	"io_serviced_recursive",
	"io_queue_recursive",
	"io_service_time_recursive",
	"io_wait_time_recursive",
	"io_merged_recursive",
	"io_time_recursive",
	"sectors_recursive",
] as const;
const NO_DISKS = Object.fromEntries(DISK_COUNTERS.map((name) => [name, null])) as StatsResponse["blkio_stats"];

/** pids.max without a limit is the largest of 64 bits, which a number here only comes near: statsText writes it out. */
const UNLIMITED = 2 ** 64;
const MAX_UINT64 = "18446744073709551615";
export const statsText = (stats: StatsResponse): string =>
	`${JSON.stringify(stats).replace(`"limit":${UNLIMITED}`, `"limit":${MAX_UINT64}`)}\n`;

/** Of one that does not run. */
export const noStats = ({ id, stored }: Container): StatsResponse => ({
	id,
	name: stored.Name,
	os_type: "linux",
	read: ZERO_TIME,
	cpu_stats: NO_CPU,
	memory_stats: {},
	pids_stats: {},
	blkio_stats: NO_DISKS,
	num_procs: 0,
	storage_stats: {},
	preread: ZERO_TIME,
	precpu_stats: NO_CPU,
});

/** @param before the answer before this one: its readings are this one's pre-readings */
export async function containerStats(daemon: Daemon, container: Container, before?: StatsResponse): Promise<StatsResponse> {
	const preread = before?.read ?? ZERO_TIME;
	const precpu_stats = before?.cpu_stats ?? NO_CPU;
	const nothing = { ...noStats(container), preread, precpu_stats };
	if (!container.state.Running || container.state.Restarting) return nothing;
	const networks = await networkStats(daemon, container);
	const { cpu, memory, pids } = await daemon.containerd["tasks.metrics"]({ containerId: container.id });
	return {
		...nothing,
		read: now(daemon.sys),
		pids_stats: { current: pids.current, limit: pids.limit || UNLIMITED },
		cpu_stats: {
			cpu_usage: { total_usage: cpu.usage * 1000, usage_in_kernelmode: cpu.system * 1000, usage_in_usermode: cpu.user * 1000 },
			system_cpu_usage: Math.round(daemon.sys.monotonic() * 1e6),
			online_cpus: 1,
			throttling_data: { periods: cpu.periods, throttled_periods: 0, throttled_time: cpu.throttled * 1000 },
		},
		...(Object.keys(networks).length > 0 ? { networks } : {}),
		memory_stats: { usage: memory.usage, limit: memory.limit || (await totalMemory(daemon)), stats: memory.stat },
	};
}

async function networkStats(daemon: Daemon, { id }: Container): Promise<Record<string, Record<string, number>>> {
	const interfaces = await daemon.networks.counters(id);
	return Object.fromEntries(
		interfaces.map(({ name, received, sent }) => [
			name,
			{
				rx_bytes: received.bytes,
				rx_packets: received.packets,
				rx_errors: received.errors,
				rx_dropped: received.dropped,
				tx_bytes: sent.bytes,
				tx_packets: sent.packets,
				tx_errors: sent.errors,
				tx_dropped: sent.dropped,
			},
		]),
	);
}

/** Bytes. */
export async function totalMemory(daemon: Daemon): Promise<number> {
	const meminfo = await readText(daemon.sys, "/proc/meminfo").catch(() => "");
	return Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
}
