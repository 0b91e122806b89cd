// A sandbox: one container's network namespace and its places in networks.
//
//     settle(pid)   the container's first process waits to be started: its namespace is held (bound to a file below
//                   /var/run/docker/netns), and it joins its networks
//     join, leave   further networks, while it runs
//     adopt         dockerd was restarted, the container was not: the ports' proxies and the name server start again
//     destroy       everything is undone; what is not there any more is no error
//
// Of several networks one has the default gateway (the highest priority, then one that is not internal, then by name). The
// container's ports are published through that one, and move when it changes.

import { hex } from "../lib/bytes";
import { messageOf, systemError } from "../lib/errors";
import { makeDirectories, readText, writeFile } from "../lib/files";
import { MNT, MS, O } from "../lib/linux";
import { NetlinkClient } from "../lib/netlink/client";
import { NETLINK } from "../lib/netlink/constants";
import { linkName, plugIn, randomMac, unplug } from "./bridge/endpoint";
import { type Proxies, publishPorts, republishPorts, unpublishPorts } from "./bridge/publish";
import { type HostsRecord, hostsFile, ownNames, type ResolverMode, resolverFile, withHosts, withoutHosts } from "./files";
import type { NetworkHost } from "./host";
import { Links } from "./link";
import { Names } from "./names";
import { openInside } from "./namespace";
import { hasNames, type Network } from "./network";
import type { EndpointRequest, StoredEndpoint, StoredSandbox } from "./types";

export const KEYS = "/var/run/docker/netns";
/** The host's own namespace, as containers in host mode have it. */
export const HOST_KEY = `${KEYS}/default`;
const RESOLVER = "127.0.0.11";

/** What a sandbox needs to know of the others. */
export interface Neighbourhood {
	network(id: string): Network | undefined;
	/** Of all sandboxes. */
	endpoints(network: Network): StoredEndpoint[];
}

export class Sandbox {
	private readonly proxies: Proxies = new Map();
	private names: Names | undefined;
	/** While several networks are joined: one look into the namespace serves all. */
	private inside: Inside | undefined;

	constructor(
		private readonly host: NetworkHost,
		private readonly around: Neighbourhood,
		readonly stored: StoredSandbox,
	) {}

	get endpoints(): readonly StoredEndpoint[] {
		return this.stored.endpoints;
	}
	endpointOf(network: Network): StoredEndpoint | undefined {
		return this.endpoints.find((endpoint) => endpoint.network === network.id);
	}
	/** Through which the container reaches everything else. */
	get gateway(): StoredEndpoint | undefined {
		const rank = (endpoint: StoredEndpoint) => {
			const network = this.around.network(endpoint.network);
			return { priority: endpoint.gatewayPriority, families: families(endpoint), name: network?.name ?? "" };
		};
		return this.endpoints
			.filter((endpoint) => families(endpoint) > 0)
			.map((endpoint) => ({ endpoint, ...rank(endpoint) }))
			.sort((a, b) => b.priority - a.priority || b.families - a.families || (a.name < b.name ? -1 : 1))[0]?.endpoint;
	}

	/** Before the container is made: its files, as they are without any network. */
	async writeFiles(): Promise<void> {
		const { hosts, host, hostsPath } = this.stored;
		const copied = host && hosts.length === 0;
		await writeFile(this.host.sys, hostsPath, copied ? await readText(this.host.sys, "/etc/hosts") : hostsFile(hosts));
		await this.writeResolver({ kind: "host" });
	}

	/**
	 * @param ipv6 one of its networks has it
	 * @param join its networks, by way of `join` below
	 */
	async settle(pid: number, ipv6: boolean, join: () => Promise<void>): Promise<void> {
		const { sys } = this.host;
		if (!this.stored.host) {
			await makeDirectories(sys, KEYS);
			await writeFile(sys, this.stored.key, "", 0o444);
			await sys.mount(`/proc/${pid}/ns/net`, this.stored.key, "", MS.BIND, "");
			this.inside = await Inside.open(this.host, this.stored.key, ipv6);
		}
		try {
			await join();
			if (!this.stored.host && !this.names)
				await this.writeResolver({ kind: "legacy", ipv6: this.endpoints.some(({ ipv6 }) => ipv6) });
			await this.save();
		} finally {
			await this.inside?.close();
			this.inside = undefined;
		}
	}

	/** @throws EngineError; nothing is left of it then */
	async join(network: Network, name: string, request: EndpointRequest): Promise<StoredEndpoint> {
		const endpoint = this.allocate(network, name, request);
		const before = this.gateway;
		this.stored.endpoints.push(endpoint);
		try {
			if (network.stored.driver === "bridge") await this.plugInto(network, endpoint, before);
			await this.setSysctls(endpoint);
			await this.save();
			return endpoint;
		} catch (error) {
			await this.remove(network, endpoint, false);
			throw error;
		}
	}
	async leave(network: Network): Promise<void> {
		const endpoint = this.endpointOf(network);
		if (!endpoint) return;
		await this.remove(network, endpoint, true);
		await this.save();
	}

	async adopt(): Promise<void> {
		for (const endpoint of this.endpoints) {
			const network = this.around.network(endpoint.network);
			if (!network) continue;
			for (const address of [endpoint.ipv4, endpoint.ipv6]) if (address) network.reserve(address);
			await republishPorts(this.host, network, endpoint, this.proxies);
			if (hasNames(network.stored)) await this.startNames(false);
		}
	}

	async destroy(): Promise<void> {
		const { sys, store } = this.host;
		await this.names?.stop();
		this.names = undefined;
		for (const endpoint of [...this.endpoints]) {
			const network = this.around.network(endpoint.network);
			if (network) await this.detach(network, endpoint).catch((error) => console.error(`${endpoint.name}: ${messageOf(error)}`));
		}
		this.stored.endpoints = [];
		if (!this.stored.host) {
			await sys.umount2(this.stored.key, MNT.DETACH).catch(() => {});
			await sys.unlink(this.stored.key).catch(() => {});
		}
		await store.remove("sandboxes", this.stored.id);
	}

	/** Settings of an interface, once it is there. @throws EngineError with the setting that could not be made */
	private async setSysctls({ sysctls = [], link }: StoredEndpoint): Promise<void> {
		if (sysctls.length === 0) return;
		await openInside(this.host.sys, this.stored.key, async (inside) => {
			for (const setting of sysctls) {
				const [name = "", value = ""] = setting.split(/=(.*)/s);
				const path = name.split(".").map((part) => (part.toUpperCase() === "IFNAME" ? link : part));
				await writeFile(inside, `/proc/sys/${path.join("/")}`, value).catch((error: unknown) => {
					throw systemError(`unable to set network sysctl ${name}: ${messageOf(error)}`);
				});
			}
			return [];
		});
	}

	// ---- one network

	private allocate(network: Network, name: string, request: EndpointRequest): StoredEndpoint {
		const bridge = network.stored.driver === "bridge";
		const four = bridge ? network.request(false, request.ipv4) : undefined;
		let six: ReturnType<Network["request"]>;
		try {
			six = bridge ? network.request(true, request.ipv6) : undefined;
		} catch (error) {
			if (four) network.release(four.address);
			throw error;
		}
		const { internal } = network.stored;
		return {
			...request,
			id: hex(this.host.sys.getrandom(32)),
			name,
			network: network.id,
			ipv4: four?.address ?? "",
			ipv6: six?.address ?? "",
			prefix4: four?.prefix ?? 0,
			prefix6: six?.prefix ?? 0,
			gateway4: internal ? "" : (four?.gateway ?? ""),
			gateway6: internal ? "" : (six?.gateway ?? ""),
			mac: bridge ? request.mac || randomMac(this.host.sys) : "",
			hostLink: bridge ? linkName(this.host.sys) : "",
			link: bridge ? this.nextLink(network.bridge.interfacePrefix) : "",
			ports: [],
		};
	}
	private nextLink(prefix: string): string {
		const taken = new Set(this.endpoints.map(({ link }) => link));
		for (let number = 0; ; number++) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
	}

	private async plugInto(network: Network, endpoint: StoredEndpoint, before: StoredEndpoint | undefined): Promise<void> {
		await this.within(async ({ links, namespace }) => {
			await plugIn(this.host, network, endpoint, namespace, links);
			await this.moveGateway(links, before);
		}, network.stored.ipv6);
		if (hasNames(network.stored)) await this.startNames(true);
		await this.editHosts((file) => withHosts(file, this.hostsOf(endpoint)));
	}

	/** The default routes and the published ports go to where the gateway is now. */
	private async moveGateway(links: Links, before: StoredEndpoint | undefined): Promise<void> {
		const now = this.gateway;
		if (before === now) return;
		if (before && this.endpoints.includes(before)) {
			const { index } = await links.get(before.link);
			for (const gateway of gateways(before)) await links.removeDefaultRoute(index, gateway);
		}
		if (before) await this.unpublish(before);
		if (!now) return;
		const { index } = await links.get(now.link);
		for (const gateway of gateways(now)) await links.addDefaultRoute(index, gateway);
		const network = this.around.network(now.network);
		if (network) now.ports = await publishPorts(this.host, network, now, this.stored.ports, this.proxies);
	}
	private async unpublish(endpoint: StoredEndpoint): Promise<void> {
		const network = this.around.network(endpoint.network);
		if (network) await unpublishPorts(this.host, network, endpoint.ports, this.proxies);
		endpoint.ports = [];
	}

	/** @param alive the container goes on and needs its gateway and files right */
	private async remove(network: Network, endpoint: StoredEndpoint, alive: boolean): Promise<void> {
		const before = this.gateway;
		await this.detach(network, endpoint);
		this.stored.endpoints = this.endpoints.filter((one) => one !== endpoint);
		if (!alive) return;
		await this.editHosts((file) => withoutHosts(file, this.hostsOf(endpoint)));
		if (before === endpoint && this.gateway) await this.within(({ links }) => this.moveGateway(links, before));
	}
	private async detach(network: Network, endpoint: StoredEndpoint): Promise<void> {
		if (network.stored.driver !== "bridge") return;
		await this.unpublish(endpoint);
		await unplug(this.host, network, endpoint);
		for (const address of [endpoint.ipv4, endpoint.ipv6]) if (address) network.release(address);
	}

	// ---- names

	private async startNames(rewrite: boolean): Promise<void> {
		if (this.names) return;
		const { sys } = this.host;
		const external = await this.writeResolver({ kind: "internal", server: RESOLVER }, rewrite);
		this.names = await Names.start(sys, { key: this.stored.key, address: RESOLVER }, external, () =>
			this.endpoints.flatMap((endpoint) => {
				const network = this.around.network(endpoint.network);
				return network ? [{ network: network.name, links: endpoint.links, endpoints: () => this.around.endpoints(network) }] : [];
			}),
		);
	}
	private async writeResolver(mode: ResolverMode, write = true) {
		const { sys } = this.host;
		const file = resolverFile(await readText(sys, "/etc/resolv.conf").catch(() => ""), this.stored.resolver, mode);
		if (write) await writeFile(sys, this.stored.resolvConfPath, file.text);
		return file.external;
	}
	private hostsOf({ ipv4, ipv6 }: StoredEndpoint): HostsRecord[] {
		const names = ownNames(this.stored.hostname, this.stored.domainname);
		return [ipv4, ipv6].filter(Boolean).map((address) => ({ address, names }));
	}
	/** Written over, not beside: the file is bound into the container. */
	async editHosts(change: (file: string) => string): Promise<void> {
		const { sys } = this.host;
		await writeFile(sys, this.stored.hostsPath, change(await readText(sys, this.stored.hostsPath)));
	}

	// ---- the namespace

	private async within(act: (inside: Inside) => Promise<void>, ipv6 = false): Promise<void> {
		if (this.inside) return act(this.inside);
		const inside = await Inside.open(this.host, this.stored.key, ipv6);
		try {
			await act(inside);
		} finally {
			await inside.close();
		}
	}
	private save(): Promise<void> {
		return this.host.store.save("sandboxes", this.stored);
	}
}

const gateways = ({ gateway4, gateway6 }: StoredEndpoint): string[] => [gateway4, gateway6].filter(Boolean);
const families = (endpoint: StoredEndpoint): number => gateways(endpoint).length;

/** A container's namespace, as long as something is changed in it. */
class Inside {
	private constructor(
		private readonly host: NetworkHost,
		readonly links: Links,
		/** A descriptor of the namespace. */
		readonly namespace: number,
	) {}
	/** @param ipv6 whether interfaces that come now speak it: without an address of it they do not */
	static async open(host: NetworkHost, key: string, ipv6: boolean): Promise<Inside> {
		const { sys } = host;
		const namespace = await sys.open(key, O.RDONLY | O.CLOEXEC);
		const [netlink] = await openInside(sys, key, async (inside) => {
			await writeFile(inside, "/proc/sys/net/ipv6/conf/default/disable_ipv6", ipv6 ? "0\n" : "1\n");
			const fd = await inside.socket("netlink", "raw", O.CLOEXEC, NETLINK.ROUTE);
			await inside.bind(fd, { family: "netlink", pid: 0, groups: 0 });
			return [fd];
		});
		if (netlink === undefined) throw systemError(`${key}: no netlink socket`);
		return new Inside(host, new Links(NetlinkClient.over(sys, netlink)), namespace);
	}
	async close(): Promise<void> {
		await this.links.close();
		await this.host.sys.close(this.namespace);
	}
}
