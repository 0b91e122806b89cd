// GET /system/df.

import type { ContainerSummary } from "../../api/container";
import type { ImageSummary } from "../../api/image";
import type { Volume } from "../../api/volume";
import { isDirectory } from "../../lib/linux";
import type { Sys } from "../../sys";
import { listImages } from "../image/list";
import type { Daemon } from "./daemon";
import { listContainers } from "./list";
import { volumeUsers } from "./remove";

export interface DiskUsage {
	LayersSize: number;
	Images: ImageSummary[];
	Containers: ContainerSummary[];
	Volumes: Volume[];
	BuildCache: unknown[];
}

export async function diskUsage(daemon: Daemon, version: string): Promise<DiskUsage> {
	const snapshots = (await daemon.containerd["snapshots.list"]({})).filter(({ kind }) => kind === "committed");
	const usage = await Promise.all(snapshots.map(({ name }) => daemon.containerd["snapshots.usage"]({ key: name })));
	const content = await daemon.containerd["content.list"]({});
	const Volumes = await Promise.all(
		daemon.volumes.list().map(async (volume) => ({
			...volume,
			UsageData: { Size: await treeSize(daemon.sys, volume.Mountpoint), RefCount: volumeUsers(daemon, volume.Name).length },
		})),
	);
	return {
		LayersSize: [...usage, ...content].reduce((total, { size }) => total + size, 0),
		Images: await listImages(daemon, { manifests: false, version }),
		Containers: await listContainers(daemon, { all: true, limit: 0, size: true }),
		Volumes,
		BuildCache: [],
	};
}

async function treeSize(sys: Sys, path: string): Promise<number> {
	const stat = await sys.lstat(path).catch(() => undefined);
	if (!stat) return 0;
	if (!isDirectory(stat.mode)) return stat.size;
	let size = 0;
	for (const { name } of await sys.readdir(path)) size += await treeSize(sys, `${path}/${name}`);
	return size;
}
