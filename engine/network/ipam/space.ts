// An address space: the subnets that networks of this host have, and which is next for one that asks for none in particular.

import { EngineError } from "../../lib/errors";
import { masked, overlaps, type Prefix, parsePrefix, samePrefix, sizeOf } from "../../lib/ip";

/** A network that subnets of `bits` are cut from, in order. */
export interface Pools {
	base: Prefix;
	bits: number;
}
const pools = (base: string, bits: number): Pools => ({ base: parsePrefix(base)!, bits });

/** Engine's default-address-pools. */
export const DEFAULT_POOLS: readonly Pools[] = [
	pools("172.17.0.0/16", 16),
	pools("172.18.0.0/16", 16),
	pools("172.19.0.0/16", 16),
	pools("172.20.0.0/14", 16),
	pools("172.24.0.0/14", 16),
	pools("172.28.0.0/14", 16),
	pools("192.168.0.0/16", 20),
];

/** fdXX:XXXX:XXXX::/48 of this host (RFC 4193), cut in /64. @param seed 5 bytes that no other host has */
export function uniqueLocalPools(seed: Uint8Array): Pools {
	const global = seed.subarray(0, 5).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
	return { base: { ip: { six: true, value: (0xfdn << 120n) | (global << 80n) }, bits: 48 }, bits: 64 };
}

export const poolOverlap = (): EngineError => new EngineError("forbidden", "Pool overlaps with other one on this address space");
const exhausted = (): EngineError =>
	new EngineError("invalidParameter", "all predefined address pools have been fully subnetted");

export class AddressSpace {
	private allocated: Prefix[] = [];

	constructor(private readonly predefined: readonly Pools[]) {}

	/** @throws EngineError forbidden where another network has some of it */
	claim(subnet: Prefix): void {
		if (this.allocated.some((other) => overlaps(other, subnet))) throw poolOverlap();
		this.allocated.push(subnet);
	}

	/**
	 * The first of the predefined pools that nobody has.
	 * @param reserved subnets that the host itself is in
	 * @param bits size of the subnet, where it is not the pool's own
	 */
	claimNext(six: boolean, reserved: readonly Prefix[] = [], bits?: number): Prefix {
		const inTheWay = [...this.allocated, ...reserved];
		for (const pool of this.predefined) {
			if (pool.base.ip.six !== six) continue;
			const size = bits ?? pool.bits;
			if (size < pool.base.bits) continue;
			const step = sizeOf({ ip: pool.base.ip, bits: size });
			const end = pool.base.ip.value + sizeOf(pool.base);
			for (let value = pool.base.ip.value; value < end; ) {
				const subnet: Prefix = { ip: { six, value }, bits: size };
				const other = inTheWay.find((one) => overlaps(one, subnet));
				if (!other) {
					this.allocated.push(subnet);
					return subnet;
				}
				value = after(other, step, value);
			}
		}
		throw exhausted();
	}
	release(subnet: Prefix): void {
		this.allocated = this.allocated.filter((one) => !samePrefix(one, subnet));
	}
}

/** The next candidate that begins behind `other`. */
function after(other: Prefix, step: bigint, value: bigint): bigint {
	const end = masked(other).ip.value + sizeOf(other);
	return end <= value + step ? value + step : ((end + step - 1n) / step) * step;
}
