// A container's place on a bridge: a veth pair, one end a port of the bridge, the other eth0 in the container.

import { hex } from "../../lib/bytes";
import { formatMac } from "../../lib/inet";
import type { Sys } from "../../sys";
import { firewallOf, type NetworkHost } from "../host";
import type { Links } from "../link";
import type { Network } from "../network";
import type { StoredEndpoint } from "../types";
import { addLines, endpointLines, removeLines } from "./firewall";

/** A locally administered unicast address that nobody else has. */
export function randomMac(sys: Sys): string {
	const bytes = sys.getrandom(6);
	bytes[0] = (bytes[0]! & 0xfe) | 0x02;
	return formatMac(bytes);
}
export const linkName = (sys: Sys): string => `veth${hex(sys.getrandom(4)).slice(0, 7)}`;

/**
 * @param namespace descriptor of the container's network namespace
 * @param inside that namespace's interfaces
 */
export async function plugIn(
	host: NetworkHost,
	network: Network,
	endpoint: StoredEndpoint,
	namespace: number,
	inside: Links,
): Promise<void> {
	const { bridge, mtu } = network.bridge;
	const { index: master } = await host.links.get(bridge);
	const arriving = linkName(host.sys);
	await host.links.addVeth({ name: endpoint.hostLink, peer: { name: arriving, namespace, mac: endpoint.mac }, mtu, master });
	const { index } = await inside.get(arriving);
	await inside.change(index, { name: endpoint.link });
	if (endpoint.ipv4) await inside.addAddress(index, endpoint.ipv4, endpoint.prefix4);
	if (endpoint.ipv6) await inside.addAddress(index, endpoint.ipv6, endpoint.prefix6);
	await inside.change(index, { up: true });
	if (!network.stored.internal)
		await eachAddress(endpoint, (address) => addLines(firewallOf(host, address), endpointLines(bridge, address)));
}

/** Both ends go, whichever of it was there. */
export async function unplug(host: NetworkHost, network: Network, endpoint: StoredEndpoint): Promise<void> {
	const { bridge } = network.bridge;
	if (!network.stored.internal) {
		await eachAddress(endpoint, (address) => removeLines(firewallOf(host, address), endpointLines(bridge, address)));
	}
	await host.links.remove(endpoint.hostLink);
}

async function eachAddress(endpoint: StoredEndpoint, act: (address: string) => Promise<void>): Promise<void> {
	for (const address of [endpoint.ipv4, endpoint.ipv6]) if (address) await act(address);
}
