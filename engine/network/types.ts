// What libnetwork keeps of networks and of what is attached to them: plain values, as they are written to the disk.

import type { HostsRecord, ResolverSettings } from "./files";
import type { Protocol } from "./ports";

export type Driver = "bridge" | "host" | "null";

/** A subnet of a network. Addresses are text; `subnet` and `range` are ADDRESS/BITS. */
export interface StoredSubnet {
	subnet: string;
	range?: string;
	gateway?: string;
	auxiliary: Record<string, string>;
}
export interface StoredNetwork {
	id: string;
	name: string;
	driver: Driver;
	/** RFC 3339. */
	created: string;
	ipv4: boolean;
	ipv6: boolean;
	internal: boolean;
	attachable: boolean;
	/** A configuration for others, no network of its own. */
	configOnly: boolean;
	/** Name of the network that its configuration came from, or empty. */
	configFrom: string;
	labels: Record<string, string>;
	options: Record<string, string>;
	ipamDriver: string;
	ipamOptions: Record<string, string> | null;
	subnets: StoredSubnet[];
}

export interface PortRequest {
	protocol: Protocol;
	port: number;
	/** Empty: every address of the host. */
	hostAddress: string;
	/** 0: one of the ephemeral range. */
	hostPort: number;
	/** The last of a range to choose from; hostPort when there is no choice. */
	hostPortEnd: number;
}
/** A port that is published, on one address of the host. */
export interface PortMapping {
	protocol: Protocol;
	port: number;
	hostAddress: string;
	hostPort: number;
	/** The container's. */
	address: string;
}

/** What a container wants of its network. */
export interface EndpointRequest {
	ipv4?: string;
	ipv6?: string;
	mac?: string;
	/** First the one that reverse look-ups answer. Empty where the network has no name service. */
	dnsNames: string[];
	/** alias → name. */
	links: Record<string, string>;
	/** "net.ipv4.conf.IFNAME.forwarding=1": of its interface, which is called there what it is called in the container. */
	sysctls?: string[];
	/** Which network's gateway is the default one: the highest wins. */
	gatewayPriority: number;
}
/** A container's place in a network. Addresses are empty where the network has none. */
export interface StoredEndpoint extends EndpointRequest {
	id: string;
	/** The container's, when it joined. */
	name: string;
	network: string;
	ipv4: string;
	ipv6: string;
	prefix4: number;
	prefix6: number;
	gateway4: string;
	gateway6: string;
	mac: string;
	/** The veth end on the host, and the other as the container sees it. */
	hostLink: string;
	link: string;
	ports: PortMapping[];
}

/** What a sandbox is made with: a container's settings as far as they concern the network. */
export interface SandboxSettings {
	hostname: string;
	domainname: string;
	/** --add-host, and links of the default network. */
	hosts: HostsRecord[];
	resolver: ResolverSettings;
	hostsPath: string;
	resolvConfPath: string;
	ports: PortRequest[];
	/** The host's own namespace: nothing is made. */
	host: boolean;
}
/** A container's network namespace. */
export interface StoredSandbox extends SandboxSettings {
	id: string;
	container: string;
	/** Where the namespace is held: /var/run/docker/netns/… */
	key: string;
	endpoints: StoredEndpoint[];
}
