// What GET /system/df answers, as the CLI reads it, and an older daemon's lists counted.

import type { BuildCacheRecord } from "../../../api/build";
import type { CurrentUsage, LegacyUsage } from "../../../api/usage";
import type { ContainerSummary } from "../../format/container-row";
import type { ImageSummary } from "../../format/image-row";
import type { Volume } from "../../format/volume-row";

export type Current = CurrentUsage<ImageSummary, ContainerSummary, Volume>;
export type Legacy = LegacyUsage<ImageSummary, ContainerSummary, Volume>;

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

/** An older daemon's lists, counted as docker 29 counts them. */
export function counted(usage: Legacy): Current {
	const [images, containers] = [usage.Images ?? [], usage.Containers ?? []];
	const [volumes, cache] = [usage.Volumes ?? [], usage.BuildCache ?? []];
	const unused = images.filter((one) => one.Containers === 0 && one.Size !== -1 && one.SharedSize !== -1);
	const alive = containers.filter(({ State }) => ["running", "paused", "restarting"].includes(State));
	const own = cache.filter(({ Shared }) => !Shared);
	const mounted = volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0);
	const written = (some: ContainerSummary[]): number => total(some.map(({ SizeRw = 0 }) => SizeRw));
	const cached = (some: BuildCacheRecord[]): number => total(some.map(({ Size }) => Size));
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
