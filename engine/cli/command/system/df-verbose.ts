// docker system df -v: what each thing takes, as four tables or in a template of one's own, which is over all of it at once.

import type { BuildCacheRecord } from "../../../api/build";
import { familiarName, parseNormalized } from "../../../lib/reference";
import { humanDuration, humanSize } from "../../../lib/units";
import { CONTAINER_HEADERS, containerRow } from "../../format/container-row";
import { IMAGE_HEADERS, imageFormat, imageRow } from "../../format/image-row";
import { renderOnce, renderTable, row } from "../../format/table";
import { GoStruct, GoTime } from "../../format/template/value";
import { truncateId } from "../../format/text";
import { VOLUME_HEADERS, volumeFormat, volumeRow } from "../../format/volume-row";
import { containerFormat } from "../container/list";
import type { Current } from "./df-usage";

const SECTIONS = {
	images:
		"table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}\\t{{.SharedSize}}\\t{{.UniqueSize}}\\t{{.Containers}}",
	containers:
		"table {{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.LocalVolumes}}\\t{{.Size}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Names}}",
	volumes: "table {{.Name}}\\t{{.Links}}\\t{{.Size}}",
	cache: "table {{.ID}}\\t{{.CacheType}}\\t{{.Size}}\\t{{.CreatedSince}}\\t{{.LastUsedSince}}\\t{{.UsageCount}}\\t{{.Shared}}",
};
const CACHE_HEADERS = {
	ID: "CACHE ID",
	CacheType: "CACHE TYPE",
	Size: "SIZE",
	CreatedSince: "CREATED",
	LastUsedSince: "LAST USED",
	UsageCount: "USAGE",
	Shared: "SHARED",
};
const RAW_CACHE = [
	["build_cache_id", "ID"],
	["parent_id", "Parent"],
	["build_cache_type", "CacheType"],
	["description", "Description"],
	["created_at", "CreatedAt"],
	["created_since", "CreatedSince"],
	["last_used_at", "LastUsedAt"],
	["last_used_since", "LastUsedSince"],
	["usage_count", "UsageCount"],
	["in_use", "InUse"],
	["shared", "Shared"],
]
	.map(([label, field]) => `${label}: {{.${field}}}\n`)
	.join("");
const raw = (): string =>
	[
		["Images", "Image", imageFormat("raw", false, true)],
		["Containers", "Container", containerFormat("raw", false, true)],
		["Volumes", "Volume", volumeFormat("raw", false)],
		["BuildCache", "Build Cache", RAW_CACHE],
	]
		.map(([list, type, format]) => `{{range .${list}}}type: ${type}\n${format}\n{{end -}}\n`)
		.join("")
		.slice(0, -1);

/** @param format "table", "raw", "json" or a template @param now milliseconds since 1970 @throws Error for a template that is none */
export function verbose(usage: Current, format: string, now: number): string {
	const trunc = format.startsWith("table");
	const images = (usage.ImageUsage?.Items ?? []).map((image) => {
		const name = image.RepoTags?.find((tag) => tag !== "<none>:<none>");
		const reference = name === undefined ? undefined : parseNormalized(name);
		return imageRow(image, reference ? familiarName(reference) : "<none>", reference?.tag ?? "<none>", "", { trunc, now });
	});
	const containers = (usage.ContainerUsage?.Items ?? []).map((container) =>
		containerRow({ ...container, SizeRootFs: 0 }, trunc, now),
	);
	const volumes = (usage.VolumeUsage?.Items ?? []).map(volumeRow);
	const records = [...(usage.BuildCacheUsage?.Items ?? [])].sort(byUse);
	const cache = records.map((record) => cacheRow(record, trunc, now));
	if (format !== "table") {
		const all = { Images: images, Containers: containers, Volumes: volumes, BuildCache: cache };
		return renderOnce(
			format === "raw" ? raw() : format,
			new GoStruct("*formatter.diskUsageContext", new Map(Object.entries(all))),
		);
	}
	const section = (title: string, source: string, headers: Record<string, string>, rows: GoStruct[]): string =>
		`${title}\n\n${renderTable({ format: source, headers, rows })}`;
	return [
		section("Images space usage:", SECTIONS.images, IMAGE_HEADERS, images),
		section("Containers space usage:", SECTIONS.containers, CONTAINER_HEADERS, containers),
		section("Local Volumes space usage:", SECTIONS.volumes, VOLUME_HEADERS, volumes),
		section(`Build cache usage: ${humanSize(usage.BuildCacheUsage?.TotalSize ?? 0)}`, SECTIONS.cache, CACHE_HEADERS, cache),
	].join("\n");
}

/** The longest unused first, by id where that is the same. */
function byUse(a: BuildCacheRecord, b: BuildCacheRecord): number {
	const moment = ({ LastUsedAt }: BuildCacheRecord): number => (LastUsedAt ? Date.parse(LastUsedAt) : Number.NEGATIVE_INFINITY);
	const [one, other] = [moment(a), moment(b)];
	return one === other ? (a.ID < b.ID ? -1 : 1) : one - other;
}

function cacheRow(record: BuildCacheRecord, trunc: boolean, now: number): GoStruct {
	const ago = (moment: string | null): string => (moment ? `${humanDuration((now - Date.parse(moment)) / 1000)} ago` : "");
	const at = (moment: string | null): string => (moment ? new GoTime(moment).toString() : "");
	const shown = (id: string): string => (trunc ? truncateId(id) : id);
	return row("*formatter.buildCacheContext", {
		ID: () => shown(record.ID) + (record.InUse ? "*" : ""),
		Parent: () => shown((record.Parents ?? []).join(", ")),
		CacheType: () => record.Type,
		Description: () => record.Description,
		Size: () => humanSize(record.Size, 3),
		CreatedAt: () => at(record.CreatedAt),
		CreatedSince: () => ago(record.CreatedAt),
		LastUsedAt: () => at(record.LastUsedAt),
		LastUsedSince: () => ago(record.LastUsedAt),
		UsageCount: () => String(record.UsageCount),
		InUse: () => String(record.InUse),
		Shared: () => String(record.Shared),
	});
}
