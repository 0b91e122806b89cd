// POST /containers/prune.

import type { PruneResponse } from "../../api/common";
import { Filters } from "../filters";
import { nanoseconds, parseTimestamp } from "../time";
import type { Daemon } from "./daemon";
import { removeContainer } from "./remove";
import { sizes } from "./size";

export async function pruneContainers(daemon: Daemon, json: string | undefined): Promise<PruneResponse> {
	const filters = Filters.parse(json, ["label", "label!", "until"]);
	const until = parseTimestamp(filters.get("until")[0], daemon.sys.now());
	const deleted: string[] = [];
	let reclaimed = 0;
	for (const container of daemon.containers.all()) {
		const labels = container.config.Labels ?? {};
		if (container.state.Running || !filters.labels("label", labels)) continue;
		if (filters.has("label!") && filters.labels("label!", labels)) continue;
		if (until !== undefined && nanoseconds(container.stored.Created) > until) continue;
		reclaimed += (await sizes(daemon, container)).SizeRw;
		await removeContainer(daemon, container, { force: false, volumes: false });
		deleted.push(container.id);
	}
	daemon.events.emit("container", "prune", "", { reclaimed: String(reclaimed) });
	return { ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}
