// The bridge driver's networks: a bridge on the host with the gateways' addresses, and its rules.

import { isErrno } from "../../lib/files";
import { parsePrefix } from "../../lib/ip";
import { firewallOf, type NetworkHost } from "../host";
import type { Network } from "../network";
import { randomMac } from "./endpoint";
import { addLines, type Line, networkLines, removeLines } from "./firewall";

/** Makes what is not there yet: after a restart of dockerd all of it is. */
export async function setUpBridge(host: NetworkHost, network: Network): Promise<void> {
	const { bridge, mtu } = network.bridge;
	await host.links.addBridge(bridge, randomMac(host.sys), mtu).catch((error) => {
		if (!isErrno(error, "EEXIST")) throw error;
	});
	const { index } = await host.links.get(bridge);
	for (const { subnet, gateway } of network.stored.subnets) {
		if (gateway) await host.links.addAddress(index, gateway, parsePrefix(subnet)!.bits);
	}
	await host.links.change(index, { up: true });
	await eachFamily(host, network, addLines);
}

export async function tearDownBridge(host: NetworkHost, network: Network): Promise<void> {
	await eachFamily(host, network, removeLines);
	await host.links.remove(network.bridge.bridge);
}

async function eachFamily(host: NetworkHost, network: Network, act: typeof addLines): Promise<void> {
	const { bridge, icc, masquerade, hostAddress4, hostAddress6 } = network.bridge;
	for (const { subnet } of network.stored.subnets) {
		const hostAddress = subnet.includes(":") ? hostAddress6 : hostAddress4;
		const lines: Line[] = networkLines({ bridge, subnet, internal: network.stored.internal, icc, masquerade, hostAddress });
		await act(firewallOf(host, subnet), lines);
	}
}
