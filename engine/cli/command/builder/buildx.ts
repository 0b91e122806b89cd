// docker buildx, as far as one host with one builder knows it: its builder is the daemon's, and it cannot be made, changed or removed.

import type { BuildCacheRecord } from "../../../api/build";
import type { CurrentUsage, LegacyUsage } from "../../../api/usage";
import { humanDuration, humanSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { bool } from "../../flags/spec";
import { build } from "../build/build";
import { atMost, type Call, command, noArgs } from "../command";
import { prune } from "./prune";

const VERSION = "v0.29.1";
const BUILDKIT = "v0.25.1";

const ls = command({
	name: "ls",
	synopsis: "",
	summary: "List builder instances",
	args: noArgs,
	options: {},
	run: async ({ cli }) => {
		const name = cli.contexts.current;
		await cli.client.ping();
		const rows = [
			["NAME/NODE", "DRIVER/ENDPOINT", "STATUS", "BUILDKIT", "PLATFORMS"],
			[`${name}*`, "docker", "", "", ""],
			[` \\_ ${name}`, ` \\_ ${name}`, "running", BUILDKIT, "linux/amd64"],
		];
		const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
		for (const row of rows) {
			await cli.out.line(row.map((cell, column) => (column < 4 ? cell.padEnd(widths[column]! + 3) : cell)).join(""));
		}
	},
});

const version = command({
	name: "version",
	synopsis: "",
	summary: "Show buildx version information",
	args: noArgs,
	options: {},
	run: async ({ cli }) => cli.out.line(`github.com/docker/buildx ${VERSION} drydock`).then(() => undefined),
});

const inspect = command({
	name: "inspect",
	synopsis: "[NAME]",
	summary: "Inspect current builder instance",
	args: atMost(1),
	options: { bootstrap: bool("Ensure builder has booted before inspecting") },
	run: async ({ cli, args }) => {
		const name = cli.contexts.current;
		if (args[0] !== undefined && args[0] !== name) throw new Error(`ERROR: no builder ${JSON.stringify(args[0])} found`);
		await cli.client.ping();
		const facts: Array<[string, string]> = [
			["Name:", name],
			["Driver:", "docker"],
			["", ""],
			["Nodes:", ""],
			["Name:", name],
			["Endpoint:", name],
			["Status:", "running"],
			["BuildKit version:", BUILDKIT],
			["Platforms:", "linux/amd64"],
		];
		const width = Math.max(...facts.map(([key]) => key.length)) + 1;
		for (const [key, value] of facts) await cli.out.line(value ? key.padEnd(width) + value : key);
	},
});

const DU = { verbose: bool("Provide a more verbose output") };
const du = command({
	name: "du",
	synopsis: "[OPTIONS]",
	summary: "Disk usage",
	args: noArgs,
	options: DU,
	run: async ({ cli, options }: Call<typeof DU>) => {
		const records = await recordsOf(cli);
		const reclaimable = (record: BuildCacheRecord): boolean => !record.InUse;
		const now = cli.now();
		const ago = (time: string | null): string => (time ? `${humanDuration((now - Date.parse(time)) / 1000)} ago` : "");
		if (options.verbose) for (const record of records) await cli.out.write(verbose(record));
		else {
			await cli.out.line(`${"ID".padEnd(41)} RECLAIMABLE ${"SIZE".padEnd(11)} LAST ACCESSED`);
			for (const record of records) {
				const size = humanSize(record.Size, 4) + (record.Shared ? "*" : "");
				const columns = [record.ID.padEnd(41), String(reclaimable(record)).padEnd(11), size.padEnd(11), ago(record.LastUsedAt)];
				await cli.out.line(columns.join(" ").trimEnd());
			}
		}
		const sum = (list: BuildCacheRecord[]): string => humanSize(list.reduce((total, { Size }) => total + Size, 0));
		const shared = records.filter(({ Shared }) => Shared);
		if (shared.length > 0) {
			await cli.out.line(`Shared:\t\t${sum(shared)}`);
			await cli.out.line(`Private:\t${sum(records.filter(({ Shared }) => !Shared))}`);
		}
		await cli.out.line(`Reclaimable:\t${sum(records.filter(reclaimable))}`);
		await cli.out.line(`Total:\t\t${sum(records)}`);
	},
});

async function recordsOf(cli: Cli): Promise<BuildCacheRecord[]> {
	const usage = await cli.client.json<CurrentUsage & LegacyUsage>("GET", "/system/df", {
		query: { type: "build-cache", verbose: "1" },
	});
	return usage.BuildCacheUsage?.Items ?? usage.BuildCache ?? [];
}

function verbose({
	ID,
	Parents,
	CreatedAt,
	InUse,
	Shared,
	Size,
	Description,
	UsageCount,
	LastUsedAt,
	Type,
}: BuildCacheRecord): string {
	const facts: Array<[string, string]> = [
		["ID", ID],
		...(Parents ?? []).map((parent): [string, string] => ["Parent", parent]),
		["Created at", CreatedAt],
		["Mutable", "false"],
		["Reclaimable", String(!InUse)],
		["Shared", String(Shared)],
		["Size", humanSize(Size)],
		["Description", Description],
		["Usage count", String(UsageCount)],
		["Last used", LastUsedAt ?? ""],
		["Type", Type],
	];
	return `${facts.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}\n`).join("")}\n`;
}

export const buildx = {
	name: "buildx",
	summary: "Docker Buildx",
	plugin: true,
	commands: [build, du, inspect, ls, prune, version],
	needs: { api: "1.31" },
};
