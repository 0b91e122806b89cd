// POST /networks/{id}/connect and /disconnect: a container joins a network, or leaves it, running or not.

import type { EndpointSettings } from "../../api/network";
import { conflict, invalidParameter, isKind, systemError } from "../../lib/errors";
import { contains, parseIp } from "../../lib/ip";
import { hasNames, type Network } from "../../network/network";
import type { Container, StoredEndpointSettings } from "../container/container";
import { emptyEndpoint } from "../container/endpoint-settings";
import { networkOwner } from "../container/network-mode";
import type { Daemon } from "./daemon";
import { completeSettings, joinNetwork, networkEvent, networkOf, publishedPorts } from "./network";

const SHARED = "container sharing network namespace with another container or host cannot be connected to any other network";

/** @throws EngineError in Docker's words */
export function connectContainer(
	daemon: Daemon,
	container: Container,
	network: Network,
	asked: Partial<EndpointSettings>,
): Promise<void> {
	return container.lock.run(async () => {
		const { stored, state, hostConfig } = container;
		if (state.RemovalInProgress || state.Dead) throw removing(container);
		if (networkOwner(hostConfig.NetworkMode) !== undefined) throw invalidParameter(SHARED);
		const settings = emptyEndpoint(asked);
		completeSettings(container, network, settings);
		verifyEndpoint(network.name, settings, network);
		const { Networks } = stored.NetworkSettings;
		verifyCompany(daemon, container, network);
		if (Networks[network.name] && (!state.Running || Networks[network.name]!.EndpointID === "")) {
			Networks[network.name] = settings;
		} else if (Networks[network.name]) {
			throw conflict(`endpoint with name ${container.name} already exists in network ${network.name}`);
		}
		if (state.Running && !state.Restarting) await joinNetwork(daemon, container, network.name, settings);
		else Networks[network.name] = { ...settings, NetworkID: network.id };
		await daemon.containers.saveState(container);
	});
}

/** Which networks a container may be in at the same time. */
function verifyCompany(daemon: Daemon, { stored, hostConfig }: Container, network: Network): void {
	if (hostConfig.NetworkMode !== "host" && network.stored.driver === "host") {
		throw invalidParameter("cannot connect container to host network - container must be created in host network mode");
	}
	for (const [name, settings] of Object.entries(stored.NetworkSettings.Networks)) {
		const other = daemon.networks.list().find((one) => one.name === name || one.id === settings.NetworkID);
		if (!other || other === network) continue;
		if (other.stored.driver === "host" || network.stored.driver === "host") throw invalidParameter(SHARED);
		if (other.name === "none" || network.name === "none") {
			throw invalidParameter(
				"container cannot be connected to multiple networks with one of the networks in private (none) mode",
			);
		}
	}
}

/** @param network where it is known already. @throws EngineError invalidParameter with all that is wrong, a line each */
export function verifyEndpoint(name: string, { IPAMConfig, Aliases }: EndpointSettings, network?: Network): void {
	const wrong: string[] = [];
	const userDefined = network ? hasNames(network.stored) : !["default", "bridge", "host", "none"].includes(name);
	const { IPv4Address = "", IPv6Address = "" } = IPAMConfig ?? {};
	if (!userDefined && (IPv4Address || IPv6Address)) {
		wrong.push("user-specified IP address is supported on user-defined networks only");
	}
	if (!userDefined && Aliases?.length) wrong.push("network-scoped aliases are only supported for user-defined networks");
	for (const [text, six] of [
		[IPv4Address, false],
		[IPv6Address, true],
	] as const) {
		const ip = text ? parseIp(text) : undefined;
		if (text && (!ip || ip.six !== six || ip.value === 0n)) wrong.push(`invalid IPv${six ? 6 : 4} address: ${text}`);
		else if (ip && network && !network.pools.some(({ subnet }) => contains(subnet, ip))) {
			wrong.push(`no configured subnet contains IP address ${text}`);
		}
	}
	if (wrong.length > 0) throw invalidParameter(`invalid endpoint settings:\n${wrong.join("\n")}`);
}

/** @param typed the network as it was named. @throws EngineError */
export function disconnectContainer(daemon: Daemon, container: Container, typed: string, force: boolean): Promise<void> {
	return container.lock.run(async () => {
		const { stored, state, hostConfig } = container;
		const { Networks } = stored.NetworkSettings;
		const network = findNetwork(daemon, typed, force);
		const name = network?.name ?? typed;
		if (!state.Running || !network) {
			if (state.RemovalInProgress || state.Dead) throw removing(container);
			if (!Networks[name]) throw systemError(`container ${container.id} is not connected to the network ${name}`);
			delete Networks[name];
		} else {
			if (hostConfig.NetworkMode === "host" && network.stored.driver === "host") {
				throw invalidParameter("cannot disconnect container from host network - container was created in host network mode");
			}
			if (!daemon.networks.sandboxOf(container.id)?.endpointOf(network)) {
				throw systemError(`container ${container.id} is not connected to network ${name}`);
			}
			await daemon.networks.sandboxOf(container.id)!.leave(network);
			delete Networks[name];
			stored.NetworkSettings.Ports = publishedPorts(daemon, container);
			networkEvent(daemon, "disconnect", network, { container: container.id });
		}
		await daemon.containers.saveState(container);
	});
}
function findNetwork(daemon: Daemon, typed: string, force: boolean): Network | undefined {
	try {
		return daemon.networks.get(typed);
	} catch (error) {
		if (force && isKind(error, "notFound")) return undefined;
		throw error;
	}
}

const removing = ({ id }: Container) =>
	systemError(`Container ${id} is marked for removal and cannot be connected or disconnected to the network`);

/** A container got another name: so did its place in each network. */
export async function renameInNetworks(daemon: Daemon, container: Container): Promise<void> {
	const sandbox = daemon.networks.sandboxOf(container.id);
	for (const [name, settings] of Object.entries(container.stored.NetworkSettings.Networks) as Array<
		[string, StoredEndpointSettings]
	>) {
		if (!settings.DNSNames) continue;
		const network = networkOf(daemon, name, settings);
		completeSettings(container, network, settings);
		const endpoint = sandbox?.endpointOf(network);
		if (endpoint) Object.assign(endpoint, { name: container.name, dnsNames: settings.DNSNames });
	}
}
