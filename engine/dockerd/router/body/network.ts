// Bodies of /networks, and a container's endpoints.

import type {
	EndpointSettings,
	NetworkConnectRequest,
	NetworkCreateRequest,
	NetworkDisconnectRequest,
} from "../../../api/network";
import { bool, int, list, map, pointer, struct, text } from "../../../lib/unmarshal";
import { address, hardware, prefix } from "./address";

export const endpointSettings = struct<Partial<EndpointSettings>>("network.EndpointSettings", {
	IPAMConfig: struct("network.EndpointIPAMConfig", {
		IPv4Address: address,
		IPv6Address: address,
		LinkLocalIPs: list(address),
	}),
	Links: list(text),
	Aliases: list(text),
	DriverOpts: map(text),
	GwPriority: int,
	NetworkID: text,
	EndpointID: text,
	Gateway: address,
	IPAddress: address,
	MacAddress: hardware,
	IPPrefixLen: int,
	IPv6Gateway: address,
	GlobalIPv6Address: address,
	GlobalIPv6PrefixLen: int,
	DNSNames: list(text),
});
export const networkingConfig = struct("network.NetworkingConfig", { EndpointsConfig: map(pointer(endpointSettings)) });

export const networkCreate = struct<NetworkCreateRequest>("network.CreateRequest", {
	Name: text,
	Driver: text,
	Scope: text,
	EnableIPv4: bool,
	EnableIPv6: bool,
	IPAM: struct("network.IPAM", {
		Driver: text,
		Options: map(text),
		Config: list(
			struct("network.IPAMConfig", { Subnet: prefix, IPRange: prefix, Gateway: address, AuxiliaryAddresses: map(address) }),
		),
	}),
	Internal: bool,
	Attachable: bool,
	Ingress: bool,
	ConfigOnly: bool,
	ConfigFrom: struct("network.ConfigReference", { Network: text }),
	Options: map(text),
	Labels: map(text),
});
export const networkConnect = struct<NetworkConnectRequest>("networkbackend.ConnectRequest", {
	Container: text,
	EndpointConfig: endpointSettings,
});
export const networkDisconnect = struct<NetworkDisconnectRequest>("networkbackend.DisconnectRequest", {
	Container: text,
	Force: bool,
});
