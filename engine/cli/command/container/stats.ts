// docker stats: what each container uses, once or until interrupted.

import { SIGNALS } from "../../../lib/linux";
import { bytesSize, humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import type { ContainerSummary } from "../../format/container-row";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { truncateId } from "../../format/text";
import { jsonMessages } from "../../stream/progress";
import { atLeast, type Call, command } from "../command";

const OPTIONS = {
	all: bool("Show all containers (default shows just running)", "a"),
	format: string(FORMAT_HELP),
	"no-stream": bool("Show the first result and end"),
	"no-trunc": bool("Show everything at full length"),
};

const TABLE = "table {{.ID}}\\t{{.Name}}\\t{{.CPUPerc}}\\t{{.MemUsage}}\\t{{.MemPerc}}\\t{{.NetIO}}\\t{{.BlockIO}}\\t{{.PIDs}}";
const HEADERS = {
	Container: "CONTAINER",
	Name: "NAME",
	ID: "CONTAINER ID",
	CPUPerc: "CPU %",
	MemUsage: "MEM USAGE / LIMIT",
	MemPerc: "MEM %",
	NetIO: "NET I/O",
	BlockIO: "BLOCK I/O",
	PIDs: "PIDS",
};

interface CpuStats {
	cpu_usage: { total_usage: number; percpu_usage?: number[] | null };
	system_cpu_usage?: number;
	online_cpus?: number;
}
interface Stats {
	name: string;
	id: string;
	cpu_stats: CpuStats;
	precpu_stats: CpuStats;
	memory_stats: { usage?: number; limit?: number; stats?: Record<string, number> };
	networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
	blkio_stats?: { io_service_bytes_recursive: Array<{ op: string; value: number }> | null };
	pids_stats: { current?: number };
}

export const stats = command({
	name: "stats",
	synopsis: "[OPTIONS] [CONTAINER...]",
	summary: "Display a live stream of container(s) resource usage statistics",
	otherNames: ["docker container stats", "docker stats"],
	options: OPTIONS,
	args: atLeast(0),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const given = options.format || cli.config.data.statsFormat || "table";
		const format = given === "table" ? TABLE : given;
		const names = args.length > 0 ? args : await running(cli, options.all);
		const latest = new Map<string, Stats | undefined>(names.map((name) => [name, undefined]));
		const show = (clear: boolean) => {
			const rows = [...latest].map(([name, one]) => statsRow(name, one, !options["no-trunc"]));
			return cli.out.write((clear ? "\x1b[H\x1b[J" : "") + renderTable({ format, headers: HEADERS, rows }));
		};
		if (options["no-stream"]) {
			await Promise.all(
				names.map(async (name) => {
					latest.set(name, await cli.client.json<Stats>("GET", statsPath(name), { query: { stream: "0" } }));
				}),
			);
			await show(false);
			return 0;
		}
		return follow(cli, latest, show);
	},
});

const statsPath = (name: string): string => `/containers/${piece(name)}/stats`;

async function running(cli: Cli, all: boolean): Promise<string[]> {
	const containers = await cli.client.json<ContainerSummary[]>("GET", "/containers/json", { query: { all } });
	return containers.map((container) => truncateId(container.Id));
}

const REDRAW_MS = 500;
async function follow(
	cli: Cli,
	latest: Map<string, Stats | undefined>,
	show: (clear: boolean) => Promise<void>,
): Promise<number> {
	let failure: string | undefined;
	let watching = latest.size;
	for (const name of latest.keys())
		void (async () => {
			const { body } = await cli.client.call("GET", statsPath(name), { query: { stream: "1" } });
			for await (const one of jsonMessages<Stats>(body)) latest.set(name, one);
		})()
			.catch((error: unknown) => {
				failure ??= describe(error);
			})
			.finally(() => {
				watching--;
			});
	let interrupted = false;
	await cli.sys.sigaction(SIGNALS.SIGINT, () => {
		interrupted = true;
	});
	while (!interrupted) {
		await show(cli.out.terminal);
		if (failure !== undefined) throw new Error(failure);
		if (watching === 0 && latest.size > 0) return 0;
		await cli.sys.nanosleep(REDRAW_MS);
	}
	return 128 + SIGNALS.SIGINT;
}

function statsRow(container: string, one: Stats | undefined, trunc: boolean): GoStruct {
	const none = "--";
	const usage = one ? memoryUsed(one) : 0;
	const limit = one?.memory_stats.limit ?? 0;
	const percent = (value: number): string => `${value.toFixed(2)}%`;
	const networks = Object.values(one?.networks ?? {});
	const sum = (values: number[]): string =>
		humanSize(
			values.reduce((total, value) => total + value, 0),
			3,
		);
	const blocks = (letter: string): number[] =>
		(one?.blkio_stats?.io_service_bytes_recursive ?? [])
			.filter(({ op }) => op.toLowerCase().startsWith(letter))
			.map(({ value }) => value);
	const known = one !== undefined && one.id !== undefined;
	return row("*container.statsContext", {
		Container: () => container,
		Name: () => (one?.name && one.name.length > 1 ? one.name.slice(1) : none),
		ID: () => (known ? (trunc ? truncateId(one.id) : one.id) : container),
		CPUPerc: () => (known ? percent(cpuPercent(one)) : none),
		MemUsage: () => (known ? `${bytesSize(usage)} / ${bytesSize(limit)}` : "-- / --"),
		MemPerc: () => (known ? percent(limit ? (usage / limit) * 100 : 0) : none),
		NetIO: () => (known ? `${sum(networks.map((n) => n.rx_bytes))} / ${sum(networks.map((n) => n.tx_bytes))}` : none),
		BlockIO: () => (known ? `${sum(blocks("r"))} / ${sum(blocks("w"))}` : none),
		PIDs: () => (known ? String(one.pids_stats?.current ?? 0) : none),
	});
}

/** Without the page cache that could be dropped. */
function memoryUsed({ memory_stats: memory }: Stats): number {
	const usage = memory.usage ?? 0;
	const inactive = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
	return inactive < usage ? usage - inactive : usage;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: Stats): number {
	const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
	const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
	const cpus = now.online_cpus || (now.cpu_usage.percpu_usage?.length ?? 0);
	return passed > 0 && used > 0 ? (used / passed) * cpus * 100 : 0;
}
