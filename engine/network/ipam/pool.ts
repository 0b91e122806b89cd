// The addresses of one subnet: which are taken, and which is next.

import { EngineError } from "../../lib/errors";
import { contains, type Ip, lastIp, type Prefix, sizeOf } from "../../lib/ip";

/** libnetwork's own words; clients see them as they are. */
export const addressInUse = (): EngineError => new EngineError("forbidden", "Address already in use");
export const noAddresses = (): EngineError => new EngineError("unavailable", "no available addresses on this pool");
export const outOfRange = (): EngineError => new EngineError("invalidParameter", "requested address is out of range");

export class Pool {
	private readonly taken = new Set<bigint>();

	/** @param range where addresses nobody asks for by name come from: the subnet, or its --ip-range */
	constructor(
		readonly subnet: Prefix,
		private readonly range: Prefix = subnet,
	) {
		// The network's own address (RFC 4291: the routers' anycast address) and, of IPv4, the broadcast address are nobody's;
		// a subnet of two or one has neither (RFC 3021).
		const small = !subnet.ip.six && sizeOf(subnet) <= 2n;
		if (small) return;
		this.taken.add(subnet.ip.value);
		if (!subnet.ip.six) this.taken.add(lastIp(subnet).value);
	}

	/** This one, or the lowest that is free. @throws EngineError out of range, taken, none left */
	request(preferred?: Ip): Ip {
		if (preferred) {
			if (!contains(this.subnet, preferred)) throw outOfRange();
			if (this.taken.has(preferred.value)) throw addressInUse();
			this.taken.add(preferred.value);
			return preferred;
		}
		const last = lastIp(this.range).value;
		for (let value = this.range.ip.value; value <= last; value++) {
			if (this.taken.has(value)) continue;
			this.taken.add(value);
			return { six: this.subnet.ip.six, value };
		}
		throw noAddresses();
	}
	release(ip: Ip): void {
		this.taken.delete(ip.value);
	}
	/** Of the whole subnet. */
	get inUse(): number {
		return this.taken.size;
	}
	/** Left for who asks for no address in particular. */
	get available(): number {
		let used = 0n;
		for (const value of this.taken) if (contains(this.range, { six: this.subnet.ip.six, value })) used++;
		return Number(sizeOf(this.range) - used);
	}
}

/** The gateway of a subnet that names none: the lowest address that nobody else has. */
export function firstFree(subnet: Prefix, range: Prefix | undefined, taken: Iterable<Ip>): Ip {
	const pool = new Pool(subnet, range);
	for (const ip of taken) pool.request(ip);
	return pool.request();
}
