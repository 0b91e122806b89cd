// --subnet, --ip-range, --gateway and --aux-address sorted to the subnets they belong to.

import { isIPv4 } from "./addresses";

export interface IpamConfig {
	Subnet?: string;
	IPRange?: string;
	Gateway?: string;
	AuxiliaryAddresses?: Record<string, string>;
}

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

const numberOf = (address: string): number => address.split(".").reduce((value, part) => value * 256 + Number(part), 0);

/** A subnet that is none is left to the daemon, which says so. */
function contains(subnet: string, address: string): boolean {
	const [base = "", length = ""] = subnet.split("/");
	if (!isIPv4(base) || !isIPv4(address) || !/^\d+$/.test(length))
		return base.includes(":") && prefixMatches(base, address, Number(length));
	const size = 2 ** (32 - Number(length));
	return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
}

function prefixMatches(base: string, address: string, bits: number): boolean {
	if (!address.includes(":")) return false;
	const [a, b] = [groupsOf(base), groupsOf(address)];
	const text = (groups: number[]): string => groups.map((group) => group.toString(2).padStart(16, "0")).join("");
	return text(a).slice(0, bits) === text(b).slice(0, bits);
}
function groupsOf(address: string): number[] {
	const [head = "", tail] = address.split("::");
	const parse = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
	const front = parse(head);
	const back = tail === undefined ? [] : parse(tail);
	return [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill(0), ...back];
}
