// --subnet, --ip-range, --gateway and --aux-address sorted to the subnets they belong to.

import type { IpamConfig } from "../../api/network";
import { parseIp, parsePrefix, contains as prefixContains } from "../../lib/ip";

/** @throws Error where they do not fit */
export function ipamConfig(
	subnets: readonly string[],
	ranges: readonly string[],
	gateways: readonly string[],
	auxiliary: ReadonlyMap<string, string>,
): IpamConfig[] {
	if (subnets.length < ranges.length || subnets.length < gateways.length)
		throw new Error("every ip-range or gateway must have a corresponding subnet");
	const configs = new Map<string, IpamConfig>();
	for (const subnet of subnets) {
		for (const other of configs.keys())
			if (contains(subnet, addressOf(other)) || contains(other, addressOf(subnet)))
				throw new Error("multiple overlapping subnet configuration is not supported");
		configs.set(subnet, { Subnet: subnet });
	}
	const put = (text: string, act: (config: IpamConfig) => void, what: string): void => {
		const home = [...configs].find(([subnet]) => contains(subnet, addressOf(text)))?.[1];
		if (!home) throw new Error(`no matching subnet for ${what} ${text}`);
		act(home);
	};
	for (const range of ranges)
		put(
			range,
			(config) => {
				if (config.IPRange)
					throw new Error(`cannot configure multiple ranges (${range}, ${config.IPRange}) on the same subnet (${config.Subnet})`);
				config.IPRange = range;
			},
			"range",
		);
	for (const gateway of gateways)
		put(
			gateway,
			(config) => {
				if (config.Gateway)
					throw new Error(
						`cannot configure multiple gateways (${gateway}, ${config.Gateway}) for the same subnet (${config.Subnet})`,
					);
				config.Gateway = gateway;
			},
			"gateway",
		);
	for (const [name, address] of auxiliary)
		put(
			address,
			(config) => {
				config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
			},
			"aux-address",
		);
	return [...configs.values()];
}

const addressOf = (text: string): string => text.split("/")[0]!;

/** A subnet that is none is left to the daemon, which says so. */
function contains(subnet: string, address: string): boolean {
	const [prefix, ip] = [parsePrefix(subnet), parseIp(address)];
	return prefix !== undefined && ip !== undefined && prefixContains(prefix, ip);
}
