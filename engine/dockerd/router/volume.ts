// /volumes.

import { isKind } from "../../lib/errors";
import { volumeUsers } from "../daemon/remove";
import { Filters } from "../filters";
import { ANONYMOUS_LABEL } from "../volume/volumes";
import { volumeCreate } from "./body/volume";
import { type Handler, type Route, readJson } from "./route";

const list: Handler = async ({ daemon, request, responder }) => {
	const filters = Filters.parse(request.query.get("filters"), ["dangling", "driver", "label", "name"]);
	const dangling = filters.boolean("dangling");
	const Volumes = daemon.volumes.list().filter(({ Name, Driver, Labels }) => {
		if (!filters.exact("driver", Driver) || !filters.match("name", Name)) return false;
		if (!filters.labels("label", Labels ?? {})) return false;
		return dangling === undefined || dangling === (volumeUsers(daemon, Name).length === 0);
	});
	await responder.json(200, { Volumes, Warnings: null });
};
const create: Handler = async (context) => {
	const { daemon, responder } = context;
	const request = (await readJson(context, volumeCreate)) ?? {};
	const known = request.Name !== undefined && daemon.volumes.has(request.Name);
	const volume = await daemon.volumes.create(request);
	if (!known) daemon.events.emit("volume", "create", volume.Name, { driver: volume.Driver });
	await responder.json(201, volume);
};
const inspect: Handler = async ({ daemon, params, responder }) => {
	await responder.json(200, daemon.volumes.get(params.name!));
};
const remove: Handler = async ({ daemon, params, request, responder }) => {
	const name = params.name!;
	try {
		await daemon.volumes.remove(name, volumeUsers(daemon, name));
		daemon.events.emit("volume", "destroy", name, { driver: "local" });
	} catch (error) {
		if (!(request.query.flag("force") && isKind(error, "notFound"))) throw error;
	}
	await responder.respond(204);
};
const prune: Handler = async ({ daemon, request, responder }) => {
	const filters = Filters.parse(request.query.get("filters"), ["all", "label", "label!"]);
	const all = filters.boolean("all") ?? false;
	const deleted: string[] = [];
	for (const { Name, Labels } of daemon.volumes.list()) {
		if (volumeUsers(daemon, Name).length > 0 || !filters.labels("label", Labels ?? {})) continue;
		if (filters.has("label!") && filters.labels("label!", Labels ?? {})) continue;
		if (!all && !Object.hasOwn(Labels ?? {}, ANONYMOUS_LABEL)) continue;
		await daemon.volumes.remove(Name, []);
		deleted.push(Name);
	}
	daemon.events.emit("volume", "prune", "", { reclaimed: "0" });
	await responder.json(200, { VolumesDeleted: deleted, SpaceReclaimed: 0 });
};

export const volumeRoutes: readonly Route[] = [
	["GET", "/volumes", list],
	["POST", "/volumes/create", create],
	["POST", "/volumes/prune", prune],
	["GET", "/volumes/{name}", inspect],
	["DELETE", "/volumes/{name}", remove],
];
