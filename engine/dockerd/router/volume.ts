// /volumes.

import { compareVersions } from "../../api/version";
import { invalidParameter, isKind, messageOf, unavailable } from "../../lib/errors";
import { parseBool } from "../../lib/parse-bool";
import { pruneVolumes } from "../daemon/prune";
import { volumeUsers } from "../daemon/remove";
import { Filters } from "../filters";
import { volumeCreate } from "./body/volume";
import { type Handler, type Route, readJson } from "./route";
import { NO_MANAGER } from "./swarm";

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
	const { daemon, responder, version } = context;
	const request = (await readJson(context, volumeCreate)) ?? {};
	if (request.ClusterVolumeSpec && compareVersions(version, "1.42") >= 0) throw unavailable(NO_MANAGER);
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
const prune: Handler = async ({ daemon, request, responder, version }) => {
	const filters = Filters.parse(request.query.get("filters"), ["all", "label", "label!"]);
	// Until API 1.41 named ones were pruned, too.
	const all = compareVersions(version, "1.42") < 0 || allOf(filters);
	await responder.json(200, await pruneVolumes(daemon, filters, all));
};

function allOf(filters: Filters): boolean {
	const values = filters.get("all");
	if (values.length > 1) throw invalidParameter(`invalid filter 'all=[${values.join(" ")}]': only one value is expected`);
	try {
		return values[0] !== undefined && parseBool(values[0]);
	} catch (error) {
		throw invalidParameter(`invalid filter 'all': ${messageOf(error)}`);
	}
}

/** Only volumes of a swarm can be changed. */
const update: Handler = async () => {
	throw unavailable("volume update only valid for cluster volumes, but swarm is unavailable");
};

export const volumeRoutes: readonly Route[] = [
	["GET", "/volumes", list],
	["POST", "/volumes/create", create],
	["POST", "/volumes/prune", prune, "1.25"],
	["GET", "/volumes/{name*}", inspect],
	["PUT", "/volumes/{name*}", update, "1.42"],
	["DELETE", "/volumes/{name*}", remove],
];
