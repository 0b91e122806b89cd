// /networks: the predefined ones can be looked at.

import type { NetworkInspect } from "../../api/network";
import { forbidden, notImplemented } from "../../lib/errors";
import type { Network } from "../../network/network";
import type { Daemon } from "../daemon/daemon";
import { Filters } from "../filters";
import type { Handler, Route } from "./route";

function describe(daemon: Daemon, { id, name, driver, created }: Network, detailed: boolean): NetworkInspect {
	const Containers: NetworkInspect["Containers"] = {};
	for (const container of detailed ? daemon.containers.all() : []) {
		const endpoint = container.stored.NetworkSettings.Networks[name];
		if (!endpoint || endpoint.EndpointID === "" || !container.state.Running) continue;
		const { EndpointID, MacAddress, IPAddress } = endpoint;
		Containers[container.id] = { Name: container.name, EndpointID, MacAddress, IPv4Address: IPAddress, IPv6Address: "" };
	}
	return {
		Name: name,
		Id: id,
		Created: created,
		Scope: "local",
		Driver: driver,
		EnableIPv4: true,
		EnableIPv6: false,
		IPAM: { Driver: "default", Options: null, Config: [] },
		Internal: false,
		Attachable: false,
		Ingress: false,
		ConfigFrom: { Network: "" },
		ConfigOnly: false,
		Containers,
		Options: {},
		Labels: {},
	};
}

const FILTERS = ["dangling", "driver", "id", "label", "name", "scope", "type"];

const list: Handler = async ({ daemon, request, responder }) => {
	const filters = Filters.parse(request.query.get("filters"), FILTERS);
	const networks = daemon.networks.list().filter(({ id, name, driver }) => {
		if (!filters.exact("driver", driver) || !filters.exact("scope", "local") || !filters.match("name", name)) return false;
		if (filters.has("id") && !filters.get("id").some((prefix) => id.startsWith(prefix))) return false;
		if (filters.has("type") && !filters.get("type").includes("builtin")) return false;
		return filters.labels("label", {}) && filters.boolean("dangling") !== true;
	});
	await responder.json(
		200,
		networks.map((network) => describe(daemon, network, false)),
	);
};
const inspect: Handler = async ({ daemon, params, responder }) => {
	await responder.json(200, describe(daemon, daemon.networks.get(params.id!), true));
};
const create: Handler = async () => {
	throw notImplemented("networks cannot be created on this host: its containers have a loopback interface only");
};
const remove: Handler = async ({ daemon, params }) => {
	const { name } = daemon.networks.get(params.id!);
	throw forbidden(`${name} is a pre-defined network and cannot be removed`);
};
const prune: Handler = async ({ responder }) => {
	await responder.json(200, { NetworksDeleted: null });
};

export const networkRoutes: readonly Route[] = [
	["GET", "/networks", list],
	["POST", "/networks/create", create],
	["POST", "/networks/prune", prune],
	["GET", "/networks/{id}", inspect],
	["DELETE", "/networks/{id}", remove],
];
