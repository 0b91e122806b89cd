// docker stats: what each container uses, once or until interrupted.

import { SIGNALS } from "../../../lib/linux";
import { fixed } from "../../../lib/round";
import { bytesSize, humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { bool, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { truncateId } from "../../format/text";
import { atLeast, type Call, command } from "../command";
import { type Stats, StatsWatch } from "./stats-watch";

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
		const watch = new StatsWatch(cli, !options["no-stream"]);
		const { ended } = args.length > 0 ? {} : await watch.all(options.all);
		await Promise.all(args.map((name) => watch.add(name)));
		await watch.settled();
		const failures = args.length > 0 ? watch.failures() : [];
		if (failures.length > 0) throw new Error(failures.join("\n"));
		const table = (): string => {
			const rows = watch.samples().map(({ name, latest, stale }) => statsRow(name, latest, stale, !options["no-trunc"]));
			return renderTable({ format, headers: HEADERS, rows });
		};
		if (!options["no-stream"]) return redraw(cli, table, ended);
		if (watch.samples().length > 0) await cli.out.write(table());
		return 0;
	},
});

const REDRAW_MS = 500;
/** Draws over what was drawn, until interrupted or until there are no events any more: then the daemon has gone. */
async function redraw(cli: Cli, table: () => string, ended?: Promise<void>): Promise<number> {
	let code: number | undefined;
	let failure: unknown;
	ended?.then(
		() => {
			code ??= 0;
		},
		(error: unknown) => {
			failure ??= error;
		},
	);
	await cli.sys.sigaction(SIGNALS.SIGINT, () => {
		code ??= 128 + SIGNALS.SIGINT;
	});
	for (;;) {
		await cli.sys.nanosleep(REDRAW_MS);
		if (failure !== undefined) throw failure;
		if (code !== undefined) return code;
		const lines = table().split("\n");
		await cli.out.write(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
	}
}

/** What a stale sample says of itself is shown, what it measured is not. */
function statsRow(container: string, one: Stats | undefined, stale: boolean, trunc: boolean): GoStruct {
	const none = "--";
	const usage = one ? memoryUsed(one) : 0;
	const limit = one?.memory_stats.limit ?? 0;
	const percent = (value: number): string => `${fixed(value, 2)}%`;
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
	const id = one?.id ?? "";
	const known = one !== undefined && !stale;
	return row("*container.statsContext", {
		Container: () => container,
		Name: () => one?.name?.replace(/^\//, "") || none,
		ID: () => (trunc ? truncateId(id) : id),
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
	const { total_inactive_file: first = usage, inactive_file: second = 0 } = memory.stats ?? {};
	return first < usage ? usage - first : second < usage ? usage - second : usage;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: Stats): number {
	const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
	const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
	const cpus = now.online_cpus || (now.cpu_usage.percpu_usage?.length ?? 0);
	return passed > 0 && used > 0 ? (used / passed) * cpus * 100 : 0;
}
