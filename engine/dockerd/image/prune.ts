// POST /images/prune: nameless images that no container uses; with dangling=false all that no container uses.

import type { ImageDeleteItem, PruneResponse } from "../../api/common";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";
import { nanoseconds, parseTimestamp } from "../time";
import { goneEvent } from "./event";
import { allImages, familiarTag, isDangling } from "./names";
import { contentSize, layerSizes, sum } from "./size";

export async function pruneImages(daemon: Daemon, json: string | undefined): Promise<PruneResponse> {
	const filters = Filters.parse(json, ["dangling", "label", "label!", "until"]);
	const danglingOnly = filters.boolean("dangling") ?? true;
	const until = parseTimestamp(filters.get("until")[0], daemon.sys.now());
	const used = new Set(daemon.containers.all().map(({ stored }) => stored.Image));
	const deleted: ImageDeleteItem[] = [];
	let reclaimed = 0;
	for (const { target, images } of await allImages(daemon.containerd)) {
		const nameless = images.every(({ name }) => isDangling(name));
		if (used.has(target.digest) || (danglingOnly && !nameless)) continue;
		const content = await daemon.content.image(target).catch(() => undefined);
		const labels = content?.file.config?.Labels ?? {};
		if (!filters.labels("label", labels) || (filters.has("label!") && filters.labels("label!", labels))) continue;
		if (until !== undefined && nanoseconds(content?.file.created ?? "") > until) continue;
		if (content)
			reclaimed += contentSize(content.descriptor, content.manifest) + sum(await layerSizes(daemon.containerd, content.file));
		for (const { name } of images) {
			await daemon.containerd["images.delete"]({ name, sync: true });
			const tag = familiarTag(name);
			if (!tag) continue;
			deleted.push({ Untagged: tag });
			goneEvent(daemon, "untag", target, tag);
		}
		deleted.push({ Deleted: target.digest });
		goneEvent(daemon, "delete", target);
	}
	daemon.events.emit("image", "prune", "", { reclaimed: String(reclaimed) });
	return { ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}
