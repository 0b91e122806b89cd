// What GET /system/df answers: from API 1.52 on the daemon counts, before it only lists.

import type { ContainerSummary } from "../../format/container-row";
import type { ImageSummary } from "../../format/image-row";
import type { Volume } from "../../format/volume-row";

export interface CacheRecord {
	ID: string;
	Parents?: string[] | null;
	Type: string;
	Description: string;
	InUse: boolean;
	Shared: boolean;
	Size: number;
	/** RFC 3339. */
	CreatedAt: string;
	LastUsedAt: string | null;
	UsageCount: number;
}
/** Of one type, in bytes. What is zero is left out, and without `verbose` the items are. */
export interface Usage<T> {
	ActiveCount?: number;
	TotalCount?: number;
	TotalSize?: number;
	Reclaimable?: number;
	Items?: T[] | null;
}
export interface CurrentUsage {
	ImageUsage?: Usage<ImageSummary>;
	ContainerUsage?: Usage<ContainerSummary>;
	VolumeUsage?: Usage<Volume>;
	BuildCacheUsage?: Usage<CacheRecord>;
}
/** Up to API 1.51. */
export interface LegacyUsage {
	/** Left out by the daemon when it is 0. */
	LayersSize?: number;
	Images?: ImageSummary[] | null;
	Containers?: ContainerSummary[] | null;
	Volumes?: Volume[] | null;
	BuildCache?: CacheRecord[] | null;
}

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

/** An older daemon's lists, counted as docker 29 counts them. */
export function counted(usage: LegacyUsage): CurrentUsage {
	const [images, containers] = [usage.Images ?? [], usage.Containers ?? []];
	const [volumes, cache] = [usage.Volumes ?? [], usage.BuildCache ?? []];
	const unused = images.filter((one) => one.Containers === 0 && one.Size !== -1 && one.SharedSize !== -1);
	const alive = containers.filter(({ State }) => ["running", "paused", "restarting"].includes(State));
	const own = cache.filter(({ Shared }) => !Shared);
	const mounted = volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0);
	const written = (some: ContainerSummary[]): number => total(some.map(({ SizeRw = 0 }) => SizeRw));
	const cached = (some: CacheRecord[]): number => total(some.map(({ Size }) => Size));
	const volumeSize = total(volumes.map(({ UsageData }) => Math.max(0, UsageData?.Size ?? 0)));
	return {
		ImageUsage: {
			TotalCount: images.length,
			ActiveCount: images.filter((one) => one.Containers > 0).length,
			TotalSize: usage.LayersSize,
			Reclaimable: total(unused.map(({ Size, SharedSize }) => Size - SharedSize)),
			Items: images,
		},
		ContainerUsage: {
			TotalCount: containers.length,
			ActiveCount: alive.length,
			TotalSize: written(containers),
			Reclaimable: written(containers) - written(alive),
			Items: containers,
		},
		VolumeUsage: {
			TotalCount: volumes.length,
			ActiveCount: mounted.length,
			TotalSize: volumeSize,
			Reclaimable: volumeSize - total(mounted.map(({ UsageData }) => UsageData?.Size ?? 0)),
			Items: volumes,
		},
		BuildCacheUsage: {
			TotalCount: cache.length,
			ActiveCount: cache.filter(({ InUse }) => InUse).length,
			TotalSize: cached(own),
			Reclaimable: cached(own) - cached(own.filter(({ InUse }) => InUse)),
			Items: cache,
		},
	};
}
