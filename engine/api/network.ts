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
	GwPriority: number;
	NetworkID: string;
	EndpointID: string;
	Gateway: string;
	IPAddress: string;
	IPPrefixLen: number;
	IPv6Gateway: string;
	GlobalIPv6Address: string;
	GlobalIPv6PrefixLen: number;
	MacAddress: string;
	DNSNames: string[] | null;
}

/** One subnet of a network: ADDRESS/BITS and addresses as text. */
export interface IpamConfig {
	Subnet?: string;
	IPRange?: string;
	Gateway?: string;
	AuxiliaryAddresses?: Record<string, string>;
}
export interface Ipam {
	Driver: string;
	Options: Record<string, string> | null;
	Config: IpamConfig[] | null;
}

/** An element of GET /networks. */
export interface NetworkSummary {
	Name: string;
	Id: string;
	Created: string;
	Scope: string;
	Driver: string;
	EnableIPv4: boolean;
	EnableIPv6: boolean;
	IPAM: Ipam;
	Internal: boolean;
	Attachable: boolean;
	Ingress: boolean;
	ConfigFrom: { Network: string };
	ConfigOnly: boolean;
	Options: Record<string, string>;
	Labels: Record<string, string>;
}
export interface EndpointResource {
	Name: string;
	EndpointID: string;
	MacAddress: string;
	/** ADDRESS/BITS, or empty. */
	IPv4Address: string;
	IPv6Address: string;
}
/** GET /networks/{id}. */
export interface NetworkInspect extends NetworkSummary {
	/** By container id. */
	Containers: Record<string, EndpointResource>;
	/** From API 1.52 on: by subnet. */
	Status?: { IPAM: { Subnets: Record<string, { IPsInUse: number; DynamicIPsAvailable: number }> } };
}

/** POST /networks/create. */
export interface NetworkCreateRequest {
	Name: string;
	Driver?: string;
	Scope?: string;
	EnableIPv4?: boolean;
	EnableIPv6?: boolean;
	IPAM?: { Driver?: string; Options?: Record<string, string> | null; Config?: IpamConfig[] | null } | null;
	Internal?: boolean;
	Attachable?: boolean;
	Ingress?: boolean;
	ConfigOnly?: boolean;
	ConfigFrom?: { Network: string } | null;
	Options?: Record<string, string> | null;
	Labels?: Record<string, string> | null;
}
export interface NetworkCreateResponse {
	Id: string;
	Warning: string;
}
/** POST /networks/{id}/connect. */
export interface NetworkConnectRequest {
	Container: string;
	EndpointConfig?: Partial<EndpointSettings> | null;
}
/** POST /networks/{id}/disconnect. */
export interface NetworkDisconnectRequest {
	Container: string;
	Force?: boolean;
}
