// docker system df.

import { familiarName, parseNormalized } from "../../../lib/reference";
import { humanDuration, humanSize } from "../../../lib/units";
import { bool, string } from "../../flags/spec";
import { CONTAINER_HEADERS, type ContainerSummary, containerRow } from "../../format/container-row";
import { IMAGE_HEADERS, type ImageSummary, imageRow } from "../../format/image-row";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import type { GoStruct } from "../../format/template/value";
import { truncateId } from "../../format/text";
import { VOLUME_HEADERS, type Volume, volumeRow } from "../../format/volume-row";
import { type Call, command } from "../command";

interface CacheRecord {
	ID: string;
	Parent?: string;
	Type: string;
	Description: string;
	InUse: boolean;
	Shared: boolean;
	Size: number;
	CreatedAt: string;
	LastUsedAt: string | null;
	UsageCount: number;
}
interface DiskUsage {
	/** Left out by the daemon when it is 0. */
	LayersSize?: number;
	Images: ImageSummary[] | null;
	Containers: ContainerSummary[] | null;
	Volumes: Volume[] | null;
	BuildCache: CacheRecord[] | null;
}

const OPTIONS = { format: string(FORMAT_HELP), verbose: bool("Show what each thing takes", "v") };
const TABLE = "table {{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}";
const HEADERS = { Type: "TYPE", TotalCount: "TOTAL", Active: "ACTIVE", Size: "SIZE", Reclaimable: "RECLAIMABLE" };

export const df = command({
	name: "df",
	synopsis: "[OPTIONS]",
	summary: "Show docker disk usage",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const usage = await cli.client.json<DiskUsage>("GET", "/system/df");
		if (options.verbose) {
			if (options.format !== "" && options.format !== "table")
				throw new Error("the --verbose output of this client is the table alone: --format is not supported with it");
			await cli.out.write(verbose(usage, cli.now()));
			return;
		}
		const format = options.format === "" || options.format === "table" ? TABLE : options.format;
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

const SECTIONS = {
	images:
		"table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\\t{{.Size}}\\t{{.SharedSize}}\\t{{.UniqueSize}}\\t{{.Containers}}",
	containers:
		"table {{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.LocalVolumes}}\\t{{.Size}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Names}}",
	volumes: "table {{.Name}}\\t{{.Links}}\\t{{.Size}}",
	cache: "table {{.ID}}\\t{{.CacheType}}\\t{{.Size}}\\t{{.CreatedSince}}\\t{{.LastUsedSince}}\\t{{.UsageCount}}\\t{{.Shared}}",
};

function verbose(usage: DiskUsage, now: number): string {
	const images = (usage.Images ?? []).map((image) => {
		const name = image.RepoTags?.find((tag) => tag !== "<none>:<none>");
		const reference = name === undefined ? undefined : parseNormalized(name);
		return imageRow(image, reference ? familiarName(reference) : "<none>", reference?.tag ?? "<none>", "", { trunc: true, now });
	});
	const containers = (usage.Containers ?? []).map((container) => containerRow({ ...container, SizeRootFs: 0 }, true, now));
	const cache = usage.BuildCache ?? [];
	const cacheSize = cache.filter((record) => !record.Shared).reduce((sum, record) => sum + record.Size, 0);
	const section = (format: string, headers: Record<string, string>, rows: GoStruct[]): string =>
		renderTable({ format, headers, rows });
	return [
		`Images space usage:\n\n${section(SECTIONS.images, IMAGE_HEADERS, images)}`,
		`Containers space usage:\n\n${section(SECTIONS.containers, CONTAINER_HEADERS, containers)}`,
		`Local Volumes space usage:\n\n${section(SECTIONS.volumes, VOLUME_HEADERS, (usage.Volumes ?? []).map(volumeRow))}`,
		`Build cache usage: ${humanSize(cacheSize)}\n\n${section(
			SECTIONS.cache,
			CACHE_HEADERS,
			cache.map((record) => cacheRow(record, now)),
		)}`,
	].join("\n");
}

const CACHE_HEADERS = {
	ID: "CACHE ID",
	CacheType: "CACHE TYPE",
	Size: "SIZE",
	CreatedSince: "CREATED",
	LastUsedSince: "LAST USED",
	UsageCount: "USAGE",
	Shared: "SHARED",
};
function cacheRow(record: CacheRecord, now: number): GoStruct {
	const ago = (moment: string | null): string => (moment ? `${humanDuration((now - Date.parse(moment)) / 1000)} ago` : "");
	return row("*formatter.buildCacheContext", {
		ID: () => truncateId(record.ID) + (record.InUse ? "*" : ""),
		CacheType: () => record.Type,
		Size: () => humanSize(record.Size, 3),
		CreatedSince: () => ago(record.CreatedAt),
		LastUsedSince: () => ago(record.LastUsedAt),
		UsageCount: () => String(record.UsageCount),
		Shared: () => String(record.Shared),
	});
}
