// POST /containers/prune and /volumes/prune.

import type { PruneResponse } from "../../api/common";
import { treeSize } from "../../lib/files";
import { Filters } from "../filters";
import { nanoseconds } from "../time";
import { ANONYMOUS_LABEL } from "../volume/volumes";
import type { Daemon } from "./daemon";
import { removeContainer, volumeUsers } from "./remove";
import { sizes } from "./size";

export async function pruneContainers(daemon: Daemon, json: string | undefined): Promise<PruneResponse> {
	const filters = Filters.parse(json, ["label", "label!", "until"]);
	const until = filters.until(daemon.sys.now());
	const deleted: string[] = [];
	let reclaimed = 0;
	for (const container of daemon.containers.all()) {
		if (container.state.Running || !filters.prunes(container.config.Labels ?? {})) continue;
		if (until !== undefined && nanoseconds(container.stored.Created) > until) continue;
		reclaimed += (await sizes(daemon, container)).SizeRw;
		await removeContainer(daemon, container, { force: false, volumes: false });
		deleted.push(container.id);
	}
	daemon.events.emit("container", "prune", "", { reclaimed: String(reclaimed) });
	return { ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}

/** @param all those with a name, too */
export async function pruneVolumes(daemon: Daemon, filters: Filters, all: boolean): Promise<PruneResponse> {
	const deleted: string[] = [];
	let reclaimed = 0;
	for (const { Name, Labels, Mountpoint, Options } of daemon.volumes.list()) {
		const labels = Labels ?? {};
		if (volumeUsers(daemon, Name).length > 0 || !filters.prunes(labels)) continue;
		if (!all && !Object.hasOwn(labels, ANONYMOUS_LABEL)) continue;
		// What is mounted from elsewhere is not this host's to throw away.
		if (Object.keys(Options ?? {}).length > 0) continue;
		const size = await treeSize(daemon.sys, Mountpoint);
		await daemon.volumes.remove(Name, []);
		reclaimed += size;
		deleted.push(Name);
	}
	daemon.events.emit("volume", "prune", "", { reclaimed: String(reclaimed) });
	return { VolumesDeleted: deleted, SpaceReclaimed: reclaimed };
}
