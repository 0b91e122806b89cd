// The container's place in its networks, from --network and the older options beside it.

import type { EndpointSettings } from "../../../api/network";
import { checkMac, plainMac } from "../../opts/addresses";
import { isUserDefined, type NetworkAttachment, plain } from "../../opts/network";
import type { CreateValues } from "./create-options";

/** By network. @throws Error where the two ways of saying it meet, or the network does not allow it */
export function endpointsOf(options: CreateValues): Record<string, EndpointSettings> {
	const given = options.network;
	if (given.length === 0) return { default: endpoint(withOlderOptions(plain("default"), options)) };
	const endpoints: Record<string, EndpointSettings> = {};
	given.forEach((attachment, i) => {
		const settings = endpoint(i === 0 ? withOlderOptions(attachment, options) : attachment);
		if (Object.hasOwn(endpoints, attachment.Target))
			throw new Error(`network ${JSON.stringify(attachment.Target)} is specified multiple times`);
		// one network and nothing said about the place in it: the daemon sees to it
		if (given.length === 1 && isBlank(settings)) return;
		endpoints[attachment.Target] = settings;
	});
	const kinds = new Set(given.map(({ Target }) => isUserDefined(Target)));
	if (kinds.size > 1) throw new Error("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
	return endpoints;
}

function withOlderOptions(attachment: NetworkAttachment, options: CreateValues): NetworkAttachment {
	const clash = (first: string, second: string): never => {
		throw new Error(`conflicting options: cannot specify both ${first} and per-network ${second}`);
	};
	const merged = { ...attachment };
	if (options["network-alias"].length > 0) {
		if (attachment.Aliases?.length) clash("--network-alias", "alias");
		merged.Aliases = options["network-alias"];
	}
	if (options.link.length > 0) {
		if (attachment.Links?.length) clash("--link", "links");
		// on a network of the user's a link is an alias there; on the default bridge it is the container's
		if (isUserDefined(attachment.Target)) merged.Links = options.link;
	}
	if (options.ip) {
		if (attachment.IPv4Address) clash("--ip", "IPv4 address");
		merged.IPv4Address = options.ip;
	}
	if (options.ip6) {
		if (attachment.IPv6Address) clash("--ip6", "IPv6 address");
		merged.IPv6Address = options.ip6;
	}
	if (options["mac-address"]) {
		if (attachment.MacAddress) clash("--mac-address", "MAC address");
		merged.MacAddress = options["mac-address"];
	}
	if (options["link-local-ip"].length > 0) {
		if (attachment.LinkLocalIPs?.length) clash("--link-local-ip", "link-local IP addresses");
		merged.LinkLocalIPs = options["link-local-ip"];
	}
	return merged;
}

function endpoint(attachment: NetworkAttachment): EndpointSettings {
	if (attachment.Target.trim() === "") throw new Error("no name set for network");
	if (!isUserDefined(attachment.Target)) {
		if (attachment.Aliases?.length) throw new Error("network-scoped aliases are only supported for user-defined networks");
		if (attachment.Links?.length) throw new Error("links are only supported for user-defined networks");
	}
	checkMac(attachment.MacAddress);
	const ipam = {
		...(attachment.IPv4Address ? { IPv4Address: attachment.IPv4Address } : {}),
		...(attachment.IPv6Address ? { IPv6Address: attachment.IPv6Address } : {}),
		...(attachment.LinkLocalIPs?.length ? { LinkLocalIPs: attachment.LinkLocalIPs } : {}),
	};
	return {
		IPAMConfig: Object.keys(ipam).length > 0 ? ipam : null,
		Links: attachment.Links?.length ? attachment.Links : null,
		Aliases: attachment.Aliases?.length ? attachment.Aliases : null,
		MacAddress: plainMac(attachment.MacAddress),
		DriverOpts: attachment.DriverOpts,
		GwPriority: attachment.GwPriority,
		NetworkID: "",
		EndpointID: "",
		Gateway: "",
		IPAddress: "",
		IPPrefixLen: 0,
		IPv6Gateway: "",
		GlobalIPv6Address: "",
		GlobalIPv6PrefixLen: 0,
		DNSNames: null,
	};
}

const isBlank = (settings: EndpointSettings): boolean =>
	Object.values(settings).every((value) => value === null || value === "" || value === 0);
