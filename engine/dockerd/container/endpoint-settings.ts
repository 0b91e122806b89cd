// A container's place in a network, as it was asked for and before it has an address.

import type { EndpointSettings } from "../../api/network";
import type { StoredEndpointSettings } from "./container";

/** What an endpoint says while it is in no sandbox. */
export const NOT_CONNECTED = {
	EndpointID: "",
	Gateway: "",
	IPAddress: "",
	IPPrefixLen: 0,
	IPv6Gateway: "",
	GlobalIPv6Address: "",
	GlobalIPv6PrefixLen: 0,
	MacAddress: "",
} as const satisfies Partial<EndpointSettings>;

export const emptyEndpoint = (asked: Partial<EndpointSettings>): StoredEndpointSettings => ({
	IPAMConfig: asked.IPAMConfig ?? null,
	Links: asked.Links ?? null,
	Aliases: asked.Aliases ?? null,
	DriverOpts: asked.DriverOpts ?? null,
	GwPriority: asked.GwPriority ?? 0,
	NetworkID: asked.NetworkID ?? "",
	...NOT_CONNECTED,
	DNSNames: null,
	// the one that is asked for is shown before there is another
	...(asked.MacAddress ? { MacAddress: asked.MacAddress, DesiredMacAddress: asked.MacAddress } : {}),
});

/** On the wire: what only the daemon needs to know is left out. */
export const shownEndpoints = (networks: Readonly<Record<string, StoredEndpointSettings>>): Record<string, EndpointSettings> =>
	Object.fromEntries(
		Object.entries(networks)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, { DesiredMacAddress: _own, ...settings }]) => [name, settings]),
	);
