// A network while dockerd runs: what is stored of it, and the addresses of its subnets that are taken.

import { contains, type Ip, ipText, parseIp, parsePrefix } from "../lib/ip";
import { type BridgeOptions, bridgeOptions } from "./bridge/options";
import { Pool } from "./ipam/pool";
import type { StoredNetwork } from "./types";

export const PREDEFINED = ["bridge", "host", "none"] as const;
export const isPredefined = (name: string): boolean => name === "default" || (PREDEFINED as readonly string[]).includes(name);
/** On the default bridge containers do not find each other by name. */
export const hasNames = ({ name, driver }: Pick<StoredNetwork, "name" | "driver">): boolean =>
	driver === "bridge" && !isPredefined(name);

export interface Address {
	/** Without its prefix. */
	address: string;
	prefix: number;
	gateway: string;
}

export class Network {
	readonly pools: Pool[];
	/** Of a bridge network. */
	readonly bridge: BridgeOptions;

	constructor(readonly stored: StoredNetwork) {
		this.bridge = bridgeOptions(stored.id, stored.driver === "bridge" ? stored.options : {});
		this.pools = stored.subnets.map(({ subnet, range, gateway, auxiliary }) => {
			const pool = new Pool(parsePrefix(subnet)!, range ? parsePrefix(range)! : undefined);
			for (const taken of [...Object.values(auxiliary), ...(gateway ? [gateway] : [])]) pool.request(parseIp(taken)!);
			return pool;
		});
	}
	get id(): string {
		return this.stored.id;
	}
	get name(): string {
		return this.stored.name;
	}

	/**
	 * An address for an endpoint: the preferred one, or the lowest that is free. undefined where the network has no such family.
	 * @throws EngineError out of range, in use, none left
	 */
	request(six: boolean, preferred?: string): Address | undefined {
		const ip = preferred ? parseIp(preferred) : undefined;
		const candidates = this.pools.filter(({ subnet }) => subnet.ip.six === six);
		const pool = (ip && candidates.find(({ subnet }) => contains(subnet, ip))) ?? candidates[0];
		if (!pool) return undefined;
		const gateway = this.stored.subnets[this.pools.indexOf(pool)]!.gateway ?? "";
		return { address: ipText(pool.request(ip)), prefix: pool.subnet.bits, gateway };
	}
	release(address: string): void {
		const ip = parseIp(address);
		if (ip) this.poolOf(ip)?.release(ip);
	}
	/** It is an endpoint's already, since before dockerd was started. */
	reserve(address: string): void {
		const ip = parseIp(address);
		if (ip) this.poolOf(ip)?.request(ip);
	}
	private poolOf(ip: Ip): Pool | undefined {
		return this.pools.find(({ subnet }) => contains(subnet, ip));
	}
}
