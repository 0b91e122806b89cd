// /networks: the table, and what each row makes of its request.

import type { IpamConfig, NetworkCreateResponse, NetworkInspect, NetworkSummary } from "../../api/network";
import { compareVersions } from "../../api/version";
import { invalidParameter, isKind, notFound } from "../../lib/errors";
import { prefixText } from "../../lib/ip";
import { isPredefined, type Network } from "../../network/network";
import { connectContainer, disconnectContainer } from "../daemon/connect";
import type { Daemon } from "../daemon/daemon";
import { networkEvent } from "../daemon/network";
import { Filters } from "../filters";
import { nanoseconds, now } from "../time";
import { networkConnect, networkCreate, networkDisconnect } from "./body/network";
import { type Handler, type Route, readJson } from "./route";

function summary({ stored }: Network): NetworkSummary {
	const { name, id, created, driver, ipv4, ipv6, internal, attachable, configOnly, configFrom, options, labels } = stored;
	const configs = stored.subnets.map(
		({ subnet, range, gateway, auxiliary }): IpamConfig => ({
			Subnet: subnet,
			...(range ? { IPRange: range } : {}),
			...(gateway ? { Gateway: gateway } : {}),
			...(Object.keys(auxiliary).length > 0 ? { AuxiliaryAddresses: auxiliary } : {}),
		}),
	);
	return {
		Name: name,
		Id: id,
		Created: created,
		Scope: "local",
		Driver: configOnly ? "null" : driver,
		EnableIPv4: ipv4,
		EnableIPv6: ipv6,
		IPAM: { Driver: stored.ipamDriver, Options: stored.ipamOptions, Config: configs.length > 0 ? configs : null },
		Internal: internal,
		Attachable: attachable,
		Ingress: false,
		ConfigFrom: { Network: configFrom },
		ConfigOnly: configOnly,
		Options: options,
		Labels: labels,
	};
}

function detailed(daemon: Daemon, network: Network, version: string): NetworkInspect {
	const attached = daemon.networks.attachments(network).map(({ container, endpoint }) => {
		const address = (text: string, prefix: number): string => (text ? `${text}/${prefix}` : "");
		const { id, name, mac, ipv4, prefix4, ipv6, prefix6 } = endpoint;
		const shown = { EndpointID: id, MacAddress: mac, IPv4Address: address(ipv4, prefix4), IPv6Address: address(ipv6, prefix6) };
		return [container, { Name: name, ...shown }] as const;
	});
	const subnets = network.pools.map(({ subnet, inUse, available }) => [
		prefixText(subnet),
		{ IPsInUse: inUse, DynamicIPsAvailable: available },
	]);
	return {
		...summary(network),
		Containers: Object.fromEntries(attached),
		...(compareVersions(version, "1.52") >= 0 ? { Status: { IPAM: { Subnets: Object.fromEntries(subnets) } } } : {}),
	};
}

const FILTERS = ["dangling", "driver", "id", "label", "name", "scope", "type"];
const PRUNE_FILTERS = ["label", "label!", "until"];

/** Nobody is in it, and nobody made it but the user. */
const isDangling = (daemon: Daemon, network: Network): boolean =>
	!isPredefined(network.name) && daemon.networks.endpoints(network).length === 0;

function matches(daemon: Daemon, filters: Filters, network: Network): boolean {
	const { id, name, stored } = network;
	if (!filters.exact("driver", stored.driver) || !filters.exact("scope", "local") || !filters.match("name", name)) return false;
	if (!filters.match("id", id) && !filters.match("id", name)) return false;
	if (filters.has("type") && !filters.get("type").includes(isPredefined(name) ? "builtin" : "custom")) return false;
	const dangling = filters.has("dangling") ? danglingOf(filters) : undefined;
	if (dangling !== undefined && dangling !== isDangling(daemon, network)) return false;
	return filters.labels("label", stored.labels);
}
function danglingOf(filters: Filters): boolean {
	const values = filters.get("dangling");
	if (values.length > 1) throw invalidParameter(`got more than one value for filter key "dangling"`);
	if (values[0] === "1" || values[0] === "true") return true;
	if (values[0] === "0" || values[0] === "false") return false;
	throw invalidParameter(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
}

const list: Handler = async ({ daemon, request, responder }) => {
	const filters = Filters.parse(request.query.get("filters"), FILTERS);
	const type = filters.get("type").find((one) => one !== "builtin" && one !== "custom");
	if (type !== undefined) throw invalidParameter(`invalid filter: 'type'='${type}'`);
	const networks = daemon.networks.list().filter((network) => matches(daemon, filters, network));
	await responder.json(200, networks.map(summary));
};
const inspect: Handler = async ({ daemon, params, responder, version }) => {
	await responder.json(200, detailed(daemon, daemon.networks.get(params.id!), version));
};

const create: Handler = async (context) => {
	const { daemon, responder, version } = context;
	const body = (await readJson(context, networkCreate)) ?? { Name: "" };
	const options = { ...body.Options };
	const asked = {
		name: body.Name ?? "",
		driver: body.Driver || "bridge",
		ipv4: enabled("com.docker.network.enable_ipv4", compareVersions(version, "1.48") < 0 ? undefined : body.EnableIPv4, options),
		ipv6: enabled("com.docker.network.enable_ipv6", body.EnableIPv6, options),
		internal: body.Internal,
		attachable: body.Attachable,
		ingress: body.Ingress,
		configOnly: body.ConfigOnly,
		configFrom: body.ConfigFrom?.Network,
		labels: body.Labels ?? {},
		options,
		ipam: { driver: body.IPAM?.Driver, options: body.IPAM?.Options, configs: body.IPAM?.Config ?? [] },
	};
	const network = await daemon.networks.create(asked, now(daemon.sys));
	networkEvent(daemon, "create", network);
	const answer: NetworkCreateResponse = { Id: network.id, Warning: "" };
	await responder.json(201, answer);
};
/** An address family by its own member, or by a driver's option. */
function enabled(label: string, member: boolean | undefined, options: Record<string, string>): boolean | undefined {
	const value = options[label];
	if (member !== undefined || value === undefined) {
		delete options[label];
		return member ?? undefined;
	}
	if (!/^(1|t|true|0|f|false)$/i.test(value)) throw invalidParameter(`driver-opt ${JSON.stringify(label)} is not a valid bool`);
	return /^(1|t|true)$/i.test(value);
}

const connect: Handler = async (context) => {
	const { daemon, params } = context;
	const body = await readJson(context, networkConnect);
	const settings = body?.EndpointConfig ?? {};
	if (compareVersions(context.version, "1.54") < 0) delete settings.MacAddress;
	const container = daemon.containers.get(body?.Container ?? "");
	await connectContainer(daemon, container, daemon.networks.get(params.id!), settings);
};
const disconnect: Handler = async (context) => {
	const { daemon, params } = context;
	const body = await readJson(context, networkDisconnect);
	await disconnectContainer(
		daemon,
		containerOf(daemon, body?.Container ?? "", body?.Force ?? false),
		params.id!,
		body?.Force ?? false,
	);
};
function containerOf(daemon: Daemon, name: string, force: boolean) {
	try {
		return daemon.containers.get(name);
	} catch (error) {
		if (force && isKind(error, "notFound")) throw notFound(`endpoint ${name} not found`);
		throw error;
	}
}

const remove: Handler = async ({ daemon, params, responder }) => {
	const network = daemon.networks.get(params.id!);
	await daemon.networks.remove(network);
	networkEvent(daemon, "destroy", network);
	await responder.respond(204);
};

const prune: Handler = async ({ daemon, request, responder }) => {
	const filters = Filters.parse(request.query.get("filters"), PRUNE_FILTERS);
	const until = filters.until(daemon.sys.now());
	const deleted: string[] = [];
	for (const network of daemon.networks.list()) {
		const { labels, created, name, configOnly } = network.stored;
		if (configOnly || !isDangling(daemon, network) || !filters.prunes(labels)) continue;
		if (until !== undefined && nanoseconds(created) > until) continue;
		await daemon.networks.remove(network);
		networkEvent(daemon, "destroy", network);
		deleted.push(name);
	}
	daemon.events.emit("network", "prune", "", { reclaimed: "0" });
	await responder.json(200, { NetworksDeleted: deleted.length > 0 ? deleted : null });
};

export const networkRoutes: readonly Route[] = [
	["GET", "/networks", list],
	["GET", "/networks/", list],
	["POST", "/networks/create", create],
	["POST", "/networks/prune", prune],
	["GET", "/networks/{id}", inspect],
	["POST", "/networks/{id}/connect", connect],
	["POST", "/networks/{id}/disconnect", disconnect],
	["DELETE", "/networks/{id}", remove],
];
