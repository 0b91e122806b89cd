// docker network.

import type { NetworkCreateResponse, NetworkSummary } from "../../../api/network";
import type { Cli } from "../../cli";
import { isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { encodeFilters, type Filters } from "../../client/query";
import { describe } from "../../describe";
import { bool, custom, int, list as listOption, map, string, strings } from "../../flags/spec";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import { type GoStruct, GoTime, type Value } from "../../format/template/value";
import { labelsText, truncateId } from "../../format/text";
import { checkIPAddress, checkLink } from "../../opts/addresses";
import { checkLabel, keyValues } from "../../opts/env";
import { ipamConfig } from "../../opts/ipam";
import { atLeast, type Call, command, exactly, StatusError } from "../command";
import { filterOption } from "../container/list";

const CREATE_OPTIONS = {
	attachable: bool("Let containers join it by hand"),
	"aux-address": map("Address that is taken already (name=ip)", undefined, { shownDefault: "map[]" }),
	"config-from": string("Network to copy the configuration from"),
	"config-only": bool("Create a configuration only"),
	driver: string("Driver of the network", "d", "bridge"),
	gateway: strings("Gateway of a subnet"),
	ingress: bool("Make it swarm's routing mesh"),
	internal: bool("Keep it from the outside"),
	"ip-range": strings("Range of addresses for containers"),
	"ipam-driver": string("Driver of the addresses", undefined, "default"),
	"ipam-opt": map("Option of the addresses' driver", undefined, { shownDefault: "map[]" }),
	ipv4: bool("Give IPv4 addresses", undefined, true),
	ipv6: bool("Give IPv6 addresses"),
	label: listOption("Label (key=value)", undefined, checkLabel),
	opt: map("Option of the driver", "o", { shownDefault: "map[]" }),
	scope: string("Scope of the network"),
	subnet: strings("Subnet in CIDR form"),
};
export const create = command({
	name: "create",
	synopsis: "[OPTIONS] NETWORK",
	summary: "Create a network",
	options: CREATE_OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args, changed }: Call<typeof CREATE_OPTIONS>) => {
		const answer = await cli.client.json<NetworkCreateResponse>("POST", "/networks/create", {
			json: {
				Name: args[0],
				...((await cli.client.speaks("1.44")) ? {} : { CheckDuplicate: true }),
				Driver: options.driver,
				Scope: options.scope,
				...(changed.has("ipv4") ? { EnableIPv4: options.ipv4 } : {}),
				...(changed.has("ipv6") || !(await cli.client.speaks("1.48")) ? { EnableIPv6: options.ipv6 } : {}),
				IPAM: {
					Driver: options["ipam-driver"],
					Options: Object.fromEntries(options["ipam-opt"]),
					Config: ipamConfig(options.subnet, options["ip-range"], options.gateway, options["aux-address"]),
				},
				Internal: options.internal,
				Attachable: options.attachable,
				Ingress: options.ingress,
				ConfigOnly: options["config-only"],
				ConfigFrom: options["config-from"] ? { Network: options["config-from"] } : null,
				Options: Object.fromEntries(options.opt),
				Labels: keyValues(options.label),
			},
		});
		await cli.out.line(answer.Id);
	},
});

const LIST_OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	"no-trunc": bool("Show everything at full length"),
	quiet: bool("Show ids only", "q"),
};
const HEADERS = {
	ID: "NETWORK ID",
	Name: "NAME",
	Driver: "DRIVER",
	Scope: "SCOPE",
	IPv4: "IPV4",
	IPv6: "IPV6",
	Internal: "INTERNAL",
	Labels: "LABELS",
	CreatedAt: "CREATED AT",
};
const TABLE = "table {{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}";
const RAW = "network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: {{.Scope}}\\n";

export const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List networks",
	otherNames: ["docker network ls", "docker network list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const networks = await cli.client.json<NetworkSummary[]>("GET", "/networks", {
			query: { filters: encodeFilters(options.filter) },
		});
		networks.sort((a, b) => naturalOrder(a.Name, b.Name));
		const given = options.format || (options.quiet ? "" : cli.config.data.networksFormat) || "table";
		const format =
			given === "table"
				? options.quiet
					? "{{.ID}}"
					: TABLE
				: given === "raw"
					? options.quiet
						? "network_id: {{.ID}}"
						: RAW
					: given;
		const rows = networks.map((network) => networkRow(network, !options["no-trunc"]));
		await cli.out.write(renderTable({ format, headers: HEADERS, rows }));
	},
});

const networkRow = (network: NetworkSummary, trunc: boolean): GoStruct =>
	row("*network.networkContext", {
		ID: () => (trunc ? truncateId(network.Id) : network.Id),
		Name: () => network.Name,
		Driver: () => network.Driver,
		Scope: () => network.Scope,
		IPv4: () => String(network.EnableIPv4 ?? false),
		IPv6: () => String(network.EnableIPv6),
		Internal: () => String(network.Internal),
		Labels: () => labelsText(network.Labels),
		Label: (name: Value) => network.Labels?.[String(name)] ?? "",
		CreatedAt: () => new GoTime(network.Created).toString(),
	});

const RM_OPTIONS = { force: bool("Have no complaint where there is no such network", "f") };
export const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "NETWORK [NETWORK...]",
	summary: "Remove one or more networks",
	otherNames: ["docker network rm", "docker network remove"],
	options: RM_OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof RM_OPTIONS>) => {
		let code = 0;
		for (const name of args) {
			try {
				await cli.client.done("DELETE", `/networks/${piece(name)}`);
				await cli.out.line(name);
			} catch (error) {
				if (options.force && isNotFound(error)) continue;
				await cli.err.line(describe(error));
				code = 1;
			}
		}
		if (code !== 0) throw new StatusError(code, `exit status ${code}`);
	},
});

const CONNECT_OPTIONS = {
	alias: strings("Further name of the container in the network"),
	"driver-opt": strings("Option of the driver"),
	"gw-priority": int("Which gateway is the default: the highest wins"),
	ip: custom<string>(
		"string",
		"IPv4 address",
		() => "",
		(text) => (text === "" ? "" : checkIPAddress(text)),
	),
	ip6: custom<string>(
		"string",
		"IPv6 address",
		() => "",
		(text) => (text === "" ? "" : checkIPAddress(text)),
	),
	link: listOption("Link to another container", undefined, checkLink),
	"link-local-ip": strings("Link-local address"),
};
export const connect = command({
	name: "connect",
	synopsis: "[OPTIONS] NETWORK CONTAINER",
	summary: "Connect a container to a network",
	options: CONNECT_OPTIONS,
	args: exactly(2),
	run: async ({ cli, options, args }: Call<typeof CONNECT_OPTIONS>) => {
		const [network, container] = args as [string, string];
		if (options["driver-opt"].some((option) => option.indexOf("=") <= 0))
			throw new Error("invalid key/value pair format in driver options");
		await cli.client.done("POST", `/networks/${piece(network)}/connect`, {
			json: {
				Container: container,
				EndpointConfig: {
					IPAMConfig: {
						...(options.ip ? { IPv4Address: options.ip } : {}),
						...(options.ip6 ? { IPv6Address: options.ip6 } : {}),
						...(options["link-local-ip"].length ? { LinkLocalIPs: options["link-local-ip"] } : {}),
					},
					Links: options.link.length ? options.link : null,
					Aliases: options.alias.length ? options.alias : null,
					DriverOpts: keyValues(options["driver-opt"]),
					GwPriority: options["gw-priority"],
				},
			},
		});
	},
});

const DISCONNECT_OPTIONS = { force: bool("Disconnect it whatever its state", "f") };
export const disconnect = command({
	name: "disconnect",
	synopsis: "[OPTIONS] NETWORK CONTAINER",
	summary: "Disconnect a container from a network",
	options: DISCONNECT_OPTIONS,
	args: exactly(2),
	run: ({ cli, options, args }: Call<typeof DISCONNECT_OPTIONS>) =>
		cli.client.done("POST", `/networks/${piece(args[0]!)}/disconnect`, {
			json: { Container: args[1], Force: options.force },
		}),
});

const PRUNE_OPTIONS = {
	filter: { ...filterOption('Remove only those for which this is so ("until=<timestamp>")'), short: undefined },
	force: bool("Ask nothing", "f"),
};
export const prune = command({
	name: "prune",
	synopsis: "[OPTIONS]",
	summary: "Remove all unused networks",
	options: PRUNE_OPTIONS,
	run: async ({ cli, options }: Call<typeof PRUNE_OPTIONS>) => {
		const question =
			"WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?";
		if (!options.force && !(await cli.confirm(question))) return;
		const { output } = await pruneNetworks(cli, options.filter);
		if (output !== "") await cli.out.line(output);
	},
});

export async function pruneNetworks(cli: Cli, filters: Filters): Promise<{ output: string; reclaimed: number }> {
	const answer = await cli.client.json<{ NetworksDeleted: string[] | null }>("POST", "/networks/prune", {
		query: { filters: encodeFilters(filters) },
	});
	const deleted = answer.NetworksDeleted ?? [];
	return { output: deleted.length > 0 ? `Deleted Networks:\n${deleted.map((name) => `${name}\n`).join("")}` : "", reclaimed: 0 };
}
