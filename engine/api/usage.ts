// GET /system/df on the wire: from API 1.52 on the daemon counts, before it only lists.

import type { BuildCacheRecord } from "./build";
import type { ContainerSummary } from "./container";
import type { ImageSummary } from "./image";
import type { Volume } from "./volume";

/** Of one type, in bytes. What is zero is left out, and without `verbose` the items are. */
export interface Usage<T> {
	ActiveCount?: number;
	TotalCount?: number;
	TotalSize?: number;
	Reclaimable?: number;
	Items?: T[] | null;
}
/** A client may read of the items what it knows. */
export interface CurrentUsage<Image = ImageSummary, Container = ContainerSummary, Mounted = Volume> {
	ImageUsage?: Usage<Image>;
	ContainerUsage?: Usage<Container>;
	VolumeUsage?: Usage<Mounted>;
	BuildCacheUsage?: Usage<BuildCacheRecord>;
}
/** Until API 1.51, and in 1.52 where no `verbose` says that the client knows better. */
export interface LegacyUsage<Image = ImageSummary, Container = ContainerSummary, Mounted = Volume> {
	/** Left out by the daemon when it is 0. */
	LayersSize?: number;
	Images?: Image[] | null;
	Containers?: Container[] | null;
	Volumes?: Mounted[] | null;
	BuildCache?: BuildCacheRecord[] | null;
}
