// docker system df.

import { humanSize } from "../../../lib/units";
import { bool, string } from "../../flags/spec";
import type { ContainerSummary } from "../../format/container-row";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import type { Volume } from "../../format/volume-row";
import { type Call, command } from "../command";
import { type DiskUsage, verbose } from "./df-verbose";

const OPTIONS = { format: string(FORMAT_HELP), verbose: bool("Show what each thing takes", "v") };
const TABLE = "table {{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}";
const RAW = "type: {{.Type}}\\ntotal: {{.TotalCount}}\\nactive: {{.Active}}\\nsize: {{.Size}}\\nreclaimable: {{.Reclaimable}}\\n";
const HEADERS = { Type: "TYPE", TotalCount: "TOTAL", Active: "ACTIVE", Size: "SIZE", Reclaimable: "RECLAIMABLE" };

export const df = command({
	name: "df",
	synopsis: "[OPTIONS]",
	summary: "Show docker disk usage",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const usage = await cli.client.json<DiskUsage>("GET", "/system/df");
		const given = options.format || "table";
		if (options.verbose) return cli.out.write(verbose(usage, given, cli.now()));
		const format = given === "table" ? TABLE : given === "raw" ? RAW : given;
		await cli.out.write(renderTable({ format, headers: HEADERS, rows: summary(usage) }));
	},
});

function summary(usage: DiskUsage): GoStruct[] {
	const layers = usage.LayersSize ?? 0;
	const images = usage.Images ?? [];
	const containers = usage.Containers ?? [];
	const volumes = usage.Volumes ?? [];
	const cache = usage.BuildCache ?? [];
	const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
	const isActive = ({ State }: ContainerSummary): boolean => /running|paused|restarting/.test(State);
	const usedImages = total(
		images.filter((i) => i.Containers !== 0 && i.Size !== -1 && i.SharedSize !== -1).map((i) => i.Size - i.SharedSize),
	);
	const volumeSize = (some: Volume[]): number => total(some.map((volume) => Math.max(0, volume.UsageData?.Size ?? 0)));
	const containerSize = total(containers.map((c) => c.SizeRw ?? 0));
	const cacheSize = total(cache.filter((record) => !record.Shared).map((record) => record.Size));
	const cacheInUse = total(cache.filter((record) => record.InUse && !record.Shared).map((record) => record.Size));
	return [
		line("Images", images.length, images.filter((i) => i.Containers > 0).length, layers, layers - usedImages),
		line(
			"Containers",
			containers.length,
			containers.filter(isActive).length,
			containerSize,
			total(containers.filter((c) => !isActive(c)).map((c) => c.SizeRw ?? 0)),
		),
		line(
			"Local Volumes",
			volumes.length,
			volumes.filter((v) => (v.UsageData?.RefCount ?? 0) > 0).length,
			volumeSize(volumes),
			volumeSize(volumes.filter((v) => (v.UsageData?.RefCount ?? 0) === 0)),
		),
		line("Build Cache", cache.length, cache.filter((record) => record.InUse).length, cacheSize, cacheSize - cacheInUse, false),
	];
}

/** What an error of a template calls each line. */
const TYPES: Record<string, string> = {
	Images: "Images",
	Containers: "Containers",
	"Local Volumes": "Volumes",
	"Build Cache": "Builder",
};

function line(type: string, count: number, active: number, size: number, free: number, percent = true): GoStruct {
	const share = percent && size > 0 ? ` (${Math.trunc((free * 100) / size)}%)` : "";
	return row(`*formatter.diskUsage${TYPES[type]}Context`, {
		Type: () => type,
		TotalCount: () => String(count),
		Active: () => String(active),
		Size: () => humanSize(size),
		Reclaimable: () => humanSize(free) + share,
	});
}
