// libnetwork's controller: the networks of this host, and the sandboxes of its containers.

import { hex } from "../lib/bytes";
import { conflict, forbidden, invalidParameter, notFound } from "../lib/errors";
import { isErrno, readText, writeFile } from "../lib/files";
import { ipText, type Prefix, parseIp, parsePrefix } from "../lib/ip";
import { openTables } from "../lib/netfilter/client";
import { NetlinkClient } from "../lib/netlink/client";
import type { Sys } from "../sys";
import { setUpBridge, tearDownBridge } from "./bridge/bridge";
import { setUpChains } from "./bridge/firewall";
import { DEFAULT_BRIDGE_OPTIONS } from "./bridge/options";
import { Tables } from "./firewall/tables";
import type { NetworkHost } from "./host";
import { type IpamConfig, parseIpamConfigs } from "./ipam/config";
import { firstFree } from "./ipam/pool";
import { AddressSpace, DEFAULT_POOLS, uniqueLocalPools } from "./ipam/space";
import { Links } from "./link";
import { isPredefined, Network, PREDEFINED } from "./network";
import { PortAllocator } from "./ports";
import { HOST_KEY, KEYS, type Neighbourhood, Sandbox } from "./sandbox";
import { Store } from "./store";
import type { Driver, SandboxSettings, StoredEndpoint, StoredNetwork, StoredSubnet } from "./types";

export interface CreateNetwork {
	name: string;
	driver?: string;
	ipv4?: boolean;
	ipv6?: boolean;
	internal?: boolean;
	attachable?: boolean;
	configOnly?: boolean;
	configFrom?: string;
	ingress?: boolean;
	labels?: Record<string, string>;
	options?: Record<string, string>;
	ipam?: { driver?: string; options?: Record<string, string> | null; configs?: readonly IpamConfig[] };
}

const DRIVERS: Readonly<Record<string, Driver>> = { bridge: "bridge", host: "host", null: "null" };
const PREDEFINED_DRIVERS: Readonly<Record<(typeof PREDEFINED)[number], Driver>> = {
	bridge: "bridge",
	host: "host",
	none: "null",
};
const FORWARDING = "/proc/sys/net/ipv4/ip_forward";
const PORT_RANGE = "/proc/sys/net/ipv4/ip_local_port_range";
const EPHEMERAL = [32768, 60999] as const;

export class Networks implements Neighbourhood {
	private readonly networks = new Map<string, Network>();
	/** By container. */
	private readonly sandboxes = new Map<string, Sandbox>();
	private readonly space: AddressSpace;

	private constructor(
		private readonly host: NetworkHost,
		hostId: string,
	) {
		const seed = Uint8Array.from({ length: 5 }, (_, at) =>
			Number.parseInt(hostId.replaceAll("-", "").slice(at * 2, at * 2 + 2), 16),
		);
		this.space = new AddressSpace([...DEFAULT_POOLS, uniqueLocalPools(seed)]);
	}

	/**
	 * Reads the networks of this host and makes them so: predefined ones on the first start, bridges and rules on every one.
	 * @param directory /var/lib/docker/network
	 * @param hostId a UUID, from which the host's own IPv6 subnets come
	 * @param now RFC 3339
	 */
	static async open(sys: Sys, directory: string, hostId: string, now: string): Promise<Networks> {
		const inet = new Tables(sys, await openTables(sys, "inet"), "inet");
		const inet6 = new Tables(sys, await openTables(sys, "inet6"), "inet6");
		const host: NetworkHost = {
			sys,
			links: new Links(await NetlinkClient.open(sys)),
			firewalls: { inet, inet6 },
			ports: new PortAllocator(await ephemeralPorts(sys)),
			store: await Store.open(sys, directory),
		};
		const controller = new Networks(host, hostId);
		for (const tables of [inet, inet6]) await setUpChains(tables);
		await forwardPackets(host);
		await controller.load(now);
		return controller;
	}
	private async load(now: string): Promise<void> {
		for (const stored of await this.host.store.load("networks")) {
			for (const { subnet } of stored.subnets) this.space.claim(parsePrefix(subnet)!);
			this.networks.set(stored.id, new Network(stored));
		}
		for (const name of PREDEFINED) {
			if (this.byName(name)) continue;
			const options = name === "bridge" ? { ...DEFAULT_BRIDGE_OPTIONS } : {};
			await this.add(this.describe({ name, options }, PREDEFINED_DRIVERS[name], now), []);
		}
		for (const network of this.list()) if (isBridge(network)) await setUpBridge(this.host, network);
		for (const stored of await this.host.store.load("sandboxes")) {
			this.sandboxes.set(stored.container, new Sandbox(this.host, this, stored));
		}
	}

	// ---- networks

	list(): Network[] {
		return [...this.networks.values()];
	}
	network(id: string): Network | undefined {
		return this.networks.get(id);
	}
	/** By name, id, or the beginning of an id. @throws EngineError notFound, invalidParameter where it is not clear which */
	get(text: string): Network {
		const found = this.networks.get(text) ?? this.byName(text);
		if (found) return found;
		const matches = text === "" ? [] : this.list().filter(({ id }) => id.startsWith(text));
		if (matches.length > 1) {
			throw invalidParameter(`network ${text} is ambiguous (${matches.length} matches found based on ID prefix)`);
		}
		if (!matches[0]) throw notFound(`network ${text} not found`);
		return matches[0];
	}
	private byName(name: string): Network | undefined {
		return this.list().find((network) => network.name === name);
	}

	/** @throws EngineError in Docker's words */
	async create(asked: CreateNetwork, now: string): Promise<Network> {
		const { name, driver = "bridge", configFrom = "" } = asked;
		if (isPredefined(name)) throw forbidden(`operation is not permitted on predefined ${name} network `);
		if (driver === "overlay") {
			throw forbidden(
				`This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.`,
			);
		}
		const configs = parseIpamConfigs(asked.ipam?.configs ?? [], asked.ipv6 ?? false);
		if (name.trim() === "") throw invalidParameter("invalid name: name is empty");
		if (this.byName(name)) throw conflict(`network with name ${name} already exists`);
		if (asked.ingress) throw forbidden("Ingress network can only be global scope network");
		const kind = DRIVERS[driver || "bridge"];
		if (driver === "macvlan" || driver === "ipvlan") {
			throw forbidden(`network driver ${JSON.stringify(driver)} is not supported by this host: its containers meet over bridges`);
		}
		if (!kind) throw notFound(`plugin ${JSON.stringify(driver)} not found`);
		if (kind !== "bridge") throw forbidden(`only one instance of ${JSON.stringify(driver)} network is allowed`);
		if (configFrom) return this.add(this.describe(this.configured(asked, configFrom), kind, now), undefined);
		return this.add(this.describe(asked, kind, now), configs);
	}
	/** What a --config-only network says, for one that is made --config-from it. */
	private configured(asked: CreateNetwork, from: string): CreateNetwork {
		const source = this.byName(from);
		if (!source) throw notFound(`network ${from} not found`);
		if (!source.stored.configOnly) throw forbidden(`source network ${JSON.stringify(from)} is not a configuration network`);
		const { ipv4, ipv6, internal, attachable, options } = source.stored;
		return { ...asked, ipv4, ipv6, internal, attachable, options: { ...options } };
	}

	private describe(asked: CreateNetwork, driver: Driver, created: string): StoredNetwork {
		return {
			id: hex(this.host.sys.getrandom(32)),
			name: asked.name,
			driver,
			created,
			ipv4: asked.ipv4 ?? true,
			ipv6: asked.ipv6 ?? false,
			internal: asked.internal ?? false,
			attachable: asked.attachable ?? false,
			configOnly: asked.configOnly ?? false,
			configFrom: asked.configFrom ?? "",
			labels: asked.labels ?? {},
			options: asked.options ?? {},
			ipamDriver: asked.ipam?.driver || "default",
			ipamOptions: asked.ipam?.options ?? null,
			subnets: [],
		};
	}

	/** @param configs undefined: as its configuration network has them */
	private async add(stored: StoredNetwork, configs: ReturnType<typeof parseIpamConfigs> | undefined): Promise<Network> {
		const wanted = configs ?? this.byName(stored.configFrom)!.stored.subnets.map(subnetConfig);
		const claimed: Prefix[] = [];
		try {
			if (stored.driver === "bridge") stored.subnets = await this.claimSubnets(stored, wanted, claimed);
			const network = new Network(stored);
			if (isBridge(network)) {
				this.refuseSameBridge(network);
				await setUpBridge(this.host, network);
			}
			await this.host.store.save("networks", stored);
			this.networks.set(stored.id, network);
			return network;
		} catch (error) {
			for (const prefix of claimed) this.space.release(prefix);
			throw error;
		}
	}
	private refuseSameBridge({ bridge: { bridge } }: Network): void {
		const other = this.list().find((one) => isBridge(one) && one.bridge.bridge === bridge);
		if (other) throw forbidden(`networks have same bridge name: conflicts with network ${other.id} (${bridge})`);
	}

	private async claimSubnets(
		stored: StoredNetwork,
		configs: ReturnType<typeof parseIpamConfigs>,
		claimed: Prefix[],
	): Promise<StoredSubnet[]> {
		const { ipv4, ipv6, configOnly } = stored;
		const subnets: StoredSubnet[] = [];
		for (const six of [false, true]) {
			if (six ? !ipv6 : !ipv4) continue;
			const own = configs.filter(({ subnet }) => (subnet?.ip.six ?? false) === six);
			if (own.length === 0 && configOnly) continue;
			for (const { subnet, range, gateway, auxiliary } of own.length > 0 ? own : [undefined].map(() => nothingAsked())) {
				const prefix = subnet && subnet.ip.value !== 0n ? subnet : await this.nextSubnet(six, subnet?.bits);
				if (subnet && prefix === subnet && !configOnly) this.space.claim(prefix);
				if (!configOnly) claimed.push(prefix);
				const text = `${ipText(prefix.ip)}/${prefix.bits}`;
				const addresses = Object.fromEntries([...auxiliary].map(([name, ip]) => [name, ipText(ip)]));
				const entry: StoredSubnet = { subnet: text, auxiliary: addresses };
				if (range) entry.range = `${ipText(range.ip)}/${range.bits}`;
				if (gateway) entry.gateway = ipText(gateway);
				else if (!configOnly) entry.gateway = ipText(firstFree(prefix, range, auxiliary.values()));
				subnets.push(entry);
			}
		}
		return subnets;
	}
	private async nextSubnet(six: boolean, bits?: number): Promise<Prefix> {
		const reserved = (await this.host.links.subnets()).map((text) => parsePrefix(text)!);
		return this.space.claimNext(six, reserved, bits);
	}

	/** @throws EngineError forbidden for a predefined one, and while somebody is in it */
	async remove(network: Network): Promise<void> {
		const { name, id, stored } = network;
		if (isPredefined(name)) throw forbidden(`${name} is a pre-defined network and cannot be removed`);
		const active = this.endpoints(network);
		if (active.length > 0) {
			const list = active.map((one) => `name:${JSON.stringify(one.name)} id:${JSON.stringify(one.id.slice(0, 12))}`);
			throw forbidden(`error while removing network: network ${name} has active endpoints (${list.join(", ")})`);
		}
		if (stored.configOnly && this.list().some((one) => one.stored.configFrom === name)) {
			throw forbidden(`error while removing network: configuration network ${JSON.stringify(name)} is in use`);
		}
		if (isBridge(network)) await tearDownBridge(this.host, network);
		for (const { subnet } of network.pools) this.space.release(subnet);
		this.networks.delete(id);
		await this.host.store.remove("networks", id);
	}

	// ---- sandboxes

	endpoints(network: Network): StoredEndpoint[] {
		return [...this.sandboxes.values()].flatMap((sandbox) => sandbox.endpointOf(network) ?? []);
	}
	/** With the containers that they belong to. */
	attachments(network: Network): Array<{ container: string; endpoint: StoredEndpoint }> {
		return [...this.sandboxes].flatMap(([container, sandbox]) => {
			const endpoint = sandbox.endpointOf(network);
			return endpoint ? [{ container, endpoint }] : [];
		});
	}
	sandboxOf(container: string): Sandbox | undefined {
		return this.sandboxes.get(container);
	}
	/** What a crash left of an earlier one goes first. */
	async createSandbox(container: string, settings: SandboxSettings): Promise<Sandbox> {
		await this.destroySandbox(container);
		const id = hex(this.host.sys.getrandom(32));
		const key = settings.host ? HOST_KEY : `${KEYS}/${id.slice(0, 12)}`;
		const sandbox = new Sandbox(this.host, this, { ...settings, id, container, key, endpoints: [] });
		this.sandboxes.set(container, sandbox);
		await sandbox.writeFiles();
		return sandbox;
	}
	async destroySandbox(container: string): Promise<void> {
		const sandbox = this.sandboxes.get(container);
		if (!sandbox) return;
		await sandbox.destroy();
		this.sandboxes.delete(container);
	}
	/** After a start of dockerd: sandboxes whose containers do not run. */
	async discard(isAlive: (container: string) => boolean): Promise<void> {
		for (const container of [...this.sandboxes.keys()]) if (!isAlive(container)) await this.destroySandbox(container);
	}

	/** Where containers find the host: docker0's addresses. */
	get hostGateways(): string[] {
		return (this.byName("bridge")?.stored.subnets ?? []).flatMap(({ gateway }) => gateway ?? []);
	}
	/** Bytes and packets of each of a container's interfaces, as the container counts them. */
	async counters(container: string) {
		const own = this.sandboxes.get(container)?.endpoints ?? [];
		const all = own.length > 0 ? await this.host.links.counters() : [];
		return own.flatMap(({ hostLink, link }) => {
			// What the host's end sends, the container's receives.
			const counted = all.find(({ name }) => name === hostLink);
			return counted ? [{ name: link, received: counted.sent, sent: counted.received }] : [];
		});
	}
}

export const isBridge = ({ stored }: Network): boolean => stored.driver === "bridge" && !stored.configOnly;

const nothingAsked = (): ReturnType<typeof parseIpamConfigs>[number] => ({ auxiliary: new Map() });
const subnetConfig = ({ subnet, range, gateway, auxiliary }: StoredSubnet): ReturnType<typeof parseIpamConfigs>[number] => ({
	subnet: parsePrefix(subnet),
	range: range ? parsePrefix(range) : undefined,
	gateway: gateway ? parseIp(gateway) : undefined,
	auxiliary: new Map(Object.entries(auxiliary).map(([name, address]) => [name, parseIp(address)!])),
});

/** Where the host does not forward yet, it will, and nothing but what Docker's rules let through. */
async function forwardPackets({ sys, firewalls }: NetworkHost): Promise<void> {
	if ((await readText(sys, FORWARDING)).trim() === "1") return;
	await writeFile(sys, FORWARDING, "1\n");
	await firewalls.inet.edit("filter", (filter) => filter.policy("FORWARD", "DROP"));
}

async function ephemeralPorts(sys: Sys): Promise<readonly [number, number]> {
	const text = await readText(sys, PORT_RANGE).catch((error) => {
		if (!isErrno(error, "ENOENT")) throw error;
		return "";
	});
	const [first, last] = text.trim().split(/\s+/).map(Number);
	return first && last ? [first, last] : EPHEMERAL;
}
