// A container's networks while it runs: what libnetwork is told of it, and what it tells in return.
//
//     prepare    before the task is made: a sandbox, and the files that are bound over the image's
//     join       when the task exists and waits: its namespace gets interfaces, ports, names
//     release    when it has ended, or could not be started

import type { EndpointSettings, PortBinding } from "../../api/network";
import { conflict, isKind, messageOf, systemError } from "../../lib/errors";
import { writeFile } from "../../lib/files";
import { type HostsRecord, withHostAddress } from "../../network/files";
import { hasNames, isPredefined, type Network } from "../../network/network";
import type { Protocol } from "../../network/ports";
import type { EndpointRequest, PortRequest, SandboxSettings, StoredEndpoint } from "../../network/types";
import type { Container, StoredEndpointSettings } from "../container/container";
import { NOT_CONNECTED } from "../container/endpoint-settings";
import { networkOwner } from "../container/network-mode";
import { parsePortRange } from "../container/port-bindings";
import { statusOf } from "../container/state";
import { splitPair } from "../filters";
import type { Daemon } from "./daemon";
import { linkedHosts, linkersOf } from "./links";

/** A driver's option: settings of the endpoint's interface. */
export const ENDPOINT_SYSCTLS = "com.docker.network.endpoint.sysctls";

/** @throws EngineError in the driver's words */
export async function prepareNetwork(daemon: Daemon, container: Container): Promise<void> {
	const { hostConfig, stored, config } = container;
	const owner = networkOwner(hostConfig.NetworkMode);
	if (owner !== undefined) {
		shareWith(container, runningOwner(daemon, container, owner));
		return;
	}
	const directory = daemon.containers.directory(container.id);
	Object.assign(stored, {
		HostsPath: `${directory}/hosts`,
		ResolvConfPath: `${directory}/resolv.conf`,
		HostnamePath: `${directory}/hostname`,
	});
	const sandbox = await daemon.networks.createSandbox(container.id, settingsOf(daemon, container));
	Object.assign(stored.NetworkSettings, { SandboxID: sandbox.stored.id, SandboxKey: sandbox.stored.key });
	await writeFile(daemon.sys, stored.HostnamePath, `${config.Hostname}\n`);
}

function runningOwner(daemon: Daemon, container: Container, name: string): Container {
	let owner: Container;
	try {
		owner = daemon.containers.get(name);
	} catch (error) {
		throw systemError(`joining network namespace of container: ${messageOf(error)}`);
	}
	if (owner === container) throw systemError("cannot join own network namespace");
	if (!owner.state.Running) {
		throw conflict(
			`cannot join network namespace of a non running container: container ${owner.name} is ${statusOf(owner.state)}`,
		);
	}
	if (owner.state.Restarting) {
		throw conflict(
			`cannot join network namespace of container: Container ${name} is restarting, wait until the container is running`,
		);
	}
	return owner;
}
/** One namespace, one set of files. */
function shareWith({ stored, config }: Container, owner: Container): void {
	const { HostnamePath, HostsPath, ResolvConfPath } = owner.stored;
	Object.assign(stored, { HostnamePath, HostsPath, ResolvConfPath });
	Object.assign(config, { Hostname: owner.config.Hostname, Domainname: owner.config.Domainname });
}

function settingsOf(daemon: Daemon, container: Container): SandboxSettings {
	const { config, hostConfig, stored } = container;
	return {
		hostname: config.Hostname,
		domainname: config.Domainname,
		hosts: [...extraHosts(daemon, container), ...linkedHosts(daemon, container)],
		resolver: {
			nameservers: hostConfig.Dns ?? [],
			search: hostConfig.DnsSearch ?? [],
			options: hostConfig.DnsOptions ?? [],
		},
		hostsPath: stored.HostsPath,
		resolvConfPath: stored.ResolvConfPath,
		ports: portRequests(container),
		host: hostConfig.NetworkMode === "host",
	};
}

function extraHosts(daemon: Daemon, { hostConfig }: Container): HostsRecord[] {
	return (hostConfig.ExtraHosts ?? []).flatMap((entry) => {
		const [names, address = ""] = splitPair(entry, ":");
		if (address !== "host-gateway") return [{ names, address }];
		const gateways = daemon.networks.hostGateways;
		if (gateways.length === 0) throw systemError("unable to derive the IP value for host-gateway");
		return gateways.map((gateway) => ({ names, address: gateway }));
	});
}

/** What is published: what -p says, and with -P every exposed port that -p says nothing of. */
function portRequests({ config, hostConfig }: Container): PortRequest[] {
	const bindings: Record<string, PortBinding[] | null> = { ...hostConfig.PortBindings };
	for (const exposed of Object.keys(config.ExposedPorts ?? {})) bindings[exposed] ??= [];
	return Object.entries(bindings).flatMap(([name, list]) => {
		const [number, protocol] = splitPair(name, "/");
		const anywhere = hostConfig.PublishAllPorts && !list?.length ? [{ HostIp: "", HostPort: "" }] : [];
		return [...(list ?? []), ...anywhere].map(({ HostIp, HostPort }): PortRequest => {
			const [hostPort, hostPortEnd] = HostPort ? parsePortRange(HostPort)! : [0, 0];
			return { protocol: (protocol ?? "tcp") as Protocol, port: Number(number), hostAddress: HostIp, hostPort, hostPortEnd };
		});
	});
}

/** @param pid of the task's first process. @throws EngineError in the driver's words */
export async function joinNetworks(daemon: Daemon, container: Container, pid: number): Promise<void> {
	const sandbox = daemon.networks.sandboxOf(container.id);
	if (!sandbox) return;
	const { Networks } = container.stored.NetworkSettings;
	const ipv6 = Object.entries(Networks).some(([name, settings]) => networkOf(daemon, name, settings).stored.ipv6);
	await sandbox.settle(pid, ipv6, async () => {
		for (const name of inOrder(container)) await joinNetwork(daemon, container, name, Networks[name]!);
	});
	await tellLinkers(daemon, container);
}
/** The network that --network names first is eth0's. */
function inOrder({ stored, hostConfig }: Container): string[] {
	const names = Object.keys(stored.NetworkSettings.Networks);
	const first = names.filter((name) => name === hostConfig.NetworkMode);
	return [...first, ...names.filter((name) => !first.includes(name))];
}

/** Joins one, and keeps what came of it under the network's name. */
export async function joinNetwork(
	daemon: Daemon,
	container: Container,
	name: string,
	settings: StoredEndpointSettings,
): Promise<void> {
	const { Networks } = container.stored.NetworkSettings;
	const network = networkOf(daemon, name, settings);
	completeSettings(container, network, settings);
	const sandbox = daemon.networks.sandboxOf(container.id)!;
	const endpoint = await sandbox.join(network, container.name, requestOf(settings));
	delete Networks[name];
	Networks[network.name] = Object.assign(settings, operational(network, endpoint));
	container.stored.NetworkSettings.Ports = publishedPorts(daemon, container);
	networkEvent(daemon, "connect", network, { container: container.id });
}

/** For a network of the user's the id is remembered: another one of its name is another one. */
export const networkOf = (daemon: Daemon, name: string, settings: Pick<EndpointSettings, "NetworkID">): Network =>
	daemon.networks.get(isPredefined(name) ? name : settings.NetworkID || name);

/** The names under which the others of the network find it; the first is what its address is called. */
export function completeSettings(container: Container, network: Network, settings: EndpointSettings): void {
	if (!hasNames(network.stored)) return;
	const names = [container.name, ...(settings.Aliases ?? []), container.id.slice(0, 12), container.config.Hostname];
	settings.DNSNames = [...new Set(names.filter(Boolean))];
}

function requestOf(settings: StoredEndpointSettings): EndpointRequest {
	const { IPAMConfig, Links, DNSNames, DriverOpts, GwPriority, DesiredMacAddress } = settings;
	const links = (Links ?? []).map((link): [alias: string, name: string] => {
		const [name, alias = name] = splitPair(link, ":");
		return [alias.slice(alias.lastIndexOf("/") + 1), name.replace(/^\//, "")];
	});
	return {
		ipv4: IPAMConfig?.IPv4Address,
		ipv6: IPAMConfig?.IPv6Address,
		mac: DesiredMacAddress,
		dnsNames: DNSNames ?? [],
		links: Object.fromEntries(links),
		sysctls: (DriverOpts?.[ENDPOINT_SYSCTLS] ?? "").split(",").filter(Boolean),
		gatewayPriority: GwPriority,
	};
}

const operational = (network: Network, endpoint: StoredEndpoint): Partial<EndpointSettings> => ({
	NetworkID: network.id,
	EndpointID: endpoint.id,
	Gateway: endpoint.gateway4,
	IPAddress: endpoint.ipv4,
	IPPrefixLen: endpoint.prefix4,
	IPv6Gateway: endpoint.gateway6,
	GlobalIPv6Address: endpoint.ipv6,
	GlobalIPv6PrefixLen: endpoint.prefix6,
	MacAddress: endpoint.mac,
});

/** Of a running container: exposed ports, and where on the host they are. */
export function publishedPorts(daemon: Daemon, container: Container): Record<string, PortBinding[] | null> {
	const endpoints = daemon.networks.sandboxOf(container.id)?.endpoints ?? [];
	if (!endpoints.some(({ ipv4, ipv6 }) => ipv4 || ipv6)) return {};
	const ports: Record<string, PortBinding[] | null> = {};
	for (const name of [
		...Object.keys(container.config.ExposedPorts ?? {}),
		...Object.keys(container.hostConfig.PortBindings ?? {}),
	]) {
		ports[name] = null;
	}
	for (const { port, protocol, hostAddress, hostPort } of endpoints.flatMap((endpoint) => endpoint.ports)) {
		const name = `${port}/${protocol}`;
		ports[name] = [...(ports[name] ?? []), { HostIp: hostAddress, HostPort: String(hostPort) }];
	}
	return ports;
}

export async function releaseNetwork(daemon: Daemon, container: Container): Promise<void> {
	const { NetworkSettings } = container.stored;
	await daemon.networks.destroySandbox(container.id).catch((error) => console.error(`${container.id}: ${messageOf(error)}`));
	Object.assign(NetworkSettings, { SandboxID: "", SandboxKey: "", Ports: {} });
	for (const [name, settings] of Object.entries(NetworkSettings.Networks)) {
		if (!settings.EndpointID) continue;
		Object.assign(settings, NOT_CONNECTED);
		const network = find(daemon, name, settings);
		if (network) networkEvent(daemon, "disconnect", network, { container: container.id });
	}
}
function find(daemon: Daemon, name: string, settings: EndpointSettings): Network | undefined {
	try {
		return networkOf(daemon, name, settings);
	} catch (error) {
		if (isKind(error, "notFound")) return undefined;
		throw error;
	}
}

/** Containers that were linked to this one before it was started again find it at its new address. */
async function tellLinkers(daemon: Daemon, container: Container): Promise<void> {
	const address = container.stored.NetworkSettings.Networks.bridge?.IPAddress;
	if (!address) return;
	for (const { linker, alias } of linkersOf(daemon, container)) {
		await daemon.networks.sandboxOf(linker.id)?.editHosts((file) => withHostAddress(file, alias, address));
	}
}

export const networkEvent = (
	daemon: Daemon,
	action: string,
	{ id, name, stored }: Network,
	more: Record<string, string> = {},
): void => daemon.events.emit("network", action, id, { ...more, name, type: stored.driver });
