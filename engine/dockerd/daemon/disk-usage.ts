// GET /system/df.

import type { BuildCacheRecord } from "../../api/build";
import type { ContainerSummary } from "../../api/container";
import type { ImageSummary } from "../../api/image";
import type { CurrentUsage, LegacyUsage, Usage } from "../../api/usage";
import { compareVersions } from "../../api/version";
import type { Volume } from "../../api/volume";
import { treeSize } from "../../lib/files";
import { listBuildCache } from "../build/cache";
import { listImages } from "../image/list";
import type { Daemon } from "./daemon";
import { listContainers } from "./list";
import { volumeUsers } from "./remove";

export type UsageType = "container" | "image" | "volume" | "build-cache";

interface Options {
	types: ReadonlySet<UsageType>;
	verbose: boolean;
	version: string;
}

export async function diskUsage(daemon: Daemon, { types, verbose, version }: Options): Promise<LegacyUsage & CurrentUsage> {
	const current: CurrentUsage = {};
	if (types.has("image")) current.ImageUsage = await imageUsage(daemon, version);
	if (types.has("container")) current.ContainerUsage = await containerUsage(daemon, version);
	if (types.has("volume")) current.VolumeUsage = await volumeUsage(daemon);
	if (types.has("build-cache")) current.BuildCacheUsage = await cacheUsage(daemon);
	const before152 = compareVersions(version, "1.52") < 0;
	const legacy = verbose ? {} : legacyUsage(current);
	if (compareVersions(version, "1.44") < 0) for (const image of legacy.Images ?? []) image.VirtualSize = image.Size;
	if (before152) return legacy;
	if (!verbose) for (const usage of Object.values(current) as Usage<unknown>[]) delete usage.Items;
	for (const usage of Object.values(current) as Usage<unknown>[]) {
		for (const name of ["ActiveCount", "Reclaimable", "TotalCount", "TotalSize"] as const) if (!usage[name]) delete usage[name];
		if (usage.Items?.length === 0) delete usage.Items;
	}
	return { ...legacy, ...current };
}

function legacyUsage({ ImageUsage, ContainerUsage, VolumeUsage, BuildCacheUsage }: CurrentUsage): LegacyUsage {
	return {
		...(ImageUsage ? { ...(ImageUsage.TotalSize ? { LayersSize: ImageUsage.TotalSize } : {}), Images: ImageUsage.Items } : {}),
		...(ContainerUsage ? { Containers: ContainerUsage.Items } : {}),
		...(VolumeUsage ? { Volumes: VolumeUsage.Items } : {}),
		...(BuildCacheUsage ? { BuildCache: BuildCacheUsage.Items ?? [] } : {}),
	};
}

async function imageUsage(daemon: Daemon, version: string): Promise<Usage<ImageSummary>> {
	const snapshots = (await daemon.containerd["snapshots.list"]({})).filter(({ kind }) => kind === "committed");
	const usage = await Promise.all(snapshots.map(({ name }) => daemon.containerd["snapshots.usage"]({ key: name })));
	const content = await daemon.containerd["content.list"]({});
	const TotalSize = [...usage, ...content].reduce((total, { size }) => total + size, 0);
	const Items = await listImages(daemon, { all: false, manifests: false, identity: false, sharedSize: true, version });
	const unused = Items.filter(({ Id }) => !daemon.containers.all().some(({ stored }) => stored.Image === Id));
	const freed = unused.reduce((sum, { Size, SharedSize }) => sum + Size - Math.max(0, SharedSize), 0);
	return {
		ActiveCount: Items.length - unused.length,
		Items,
		Reclaimable: Math.max(0, Math.min(TotalSize, freed)),
		TotalCount: Items.length,
		TotalSize,
	};
}

async function containerUsage(daemon: Daemon, version: string): Promise<Usage<ContainerSummary>> {
	const all = await listContainers(daemon, { all: true, limit: 0, size: true, version });
	const Items = all.map(({ ImageManifestDescriptor: _, ...item }) => item);
	const idle = Items.filter(({ State }) => !["running", "paused", "restarting"].includes(State));
	const size = (items: ContainerSummary[]): number => items.reduce((sum, { SizeRw = 0 }) => sum + SizeRw, 0);
	return {
		ActiveCount: Items.length - idle.length,
		Items,
		Reclaimable: size(idle),
		TotalCount: Items.length,
		TotalSize: size(Items),
	};
}

async function volumeUsage(daemon: Daemon): Promise<Usage<Volume>> {
	const Items = await Promise.all(
		daemon.volumes.list().map(async (volume) => ({
			...volume,
			UsageData: { Size: await treeSize(daemon.sys, volume.Mountpoint), RefCount: volumeUsers(daemon, volume.Name).length },
		})),
	);
	const unused = Items.filter(({ UsageData }) => UsageData.RefCount === 0);
	const size = (items: typeof Items): number => items.reduce((sum, { UsageData }) => sum + UsageData.Size, 0);
	return {
		ActiveCount: Items.length - unused.length,
		Items,
		Reclaimable: size(unused),
		TotalCount: Items.length,
		TotalSize: size(Items),
	};
}

async function cacheUsage(daemon: Daemon): Promise<Usage<BuildCacheRecord>> {
	const Items = await listBuildCache(daemon);
	const size = (items: BuildCacheRecord[]): number => items.reduce((sum, { Size }) => sum + Size, 0);
	return {
		ActiveCount: Items.filter(({ InUse }) => InUse).length,
		Items,
		Reclaimable: size(Items.filter(({ InUse, Shared }) => !InUse && !Shared)),
		TotalCount: Items.length,
		TotalSize: size(Items.filter(({ Shared }) => !Shared)),
	};
}
