// /plugins: there are none, and none can be had.

import { notFound, notImplemented } from "../../lib/errors";
import { Filters } from "../filters";
import type { Handler, Route } from "./route";

const list: Handler = async ({ request, responder }) => {
	Filters.parse(request.query.get("filters"), ["capability", "enabled"]).boolean("enabled");
	await responder.json(200, []);
};
const missing: Handler = async ({ params }) => {
	throw notFound(`plugin ${JSON.stringify(params.name)} not found`);
};
const refused: Handler = async () => {
	throw notImplemented("plugins are programs of the host that are fetched from a registry: this host runs none");
};

export const pluginRoutes: readonly Route[] = [
	["GET", "/plugins", list],
	["GET", "/plugins/privileges", refused],
	["POST", "/plugins/pull", refused],
	["POST", "/plugins/create", refused],
	["GET", "/plugins/{name*}/json", missing],
	["POST", "/plugins/{name*}/enable", missing],
	["POST", "/plugins/{name*}/disable", missing],
	["POST", "/plugins/{name*}/push", missing],
	["POST", "/plugins/{name*}/upgrade", missing, "1.26"],
	["POST", "/plugins/{name*}/set", missing],
	["DELETE", "/plugins/{name*}", missing],
];
