// Networks on the wire.

export interface PortBinding {
	HostIp: string;
	HostPort: string;
}
export interface EndpointSettings {
	IPAMConfig: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] } | null;
	Links: string[] | null;
	Aliases: string[] | null;
	DriverOpts: Record<string, string> | null;
	GwPriority?: number;
	NetworkID: string;
	EndpointID: string;
	Gateway: string;
	IPAddress: string;
	IPPrefixLen: number;
	IPv6Gateway: string;
	GlobalIPv6Address: string;
	GlobalIPv6PrefixLen: number;
	MacAddress: string;
	DNSNames?: string[] | null;
}
/** GET /networks/{id}, and an element of GET /networks. */
export interface NetworkInspect {
	Name: string;
	Id: string;
	Created: string;
	Scope: string;
	Driver: string;
	EnableIPv4: boolean;
	EnableIPv6: boolean;
	IPAM: { Driver: string; Options: Record<string, string> | null; Config: Array<{ Subnet?: string; Gateway?: string }> | null };
	Internal: boolean;
	Attachable: boolean;
	Ingress: boolean;
	ConfigFrom: { Network: string };
	ConfigOnly: boolean;
	Containers: Record<string, { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string }>;
	Options: Record<string, string>;
	Labels: Record<string, string>;
}
