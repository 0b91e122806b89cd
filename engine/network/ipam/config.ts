// What a network's --subnet, --ip-range, --gateway and --aux-address must be, in the daemon's words.

import { invalidParameter } from "../../lib/errors";
import {
	contains,
	type Ip,
	ipText,
	isIP,
	masked,
	overlaps,
	type Prefix,
	parseIp,
	parsePrefix,
	prefixText,
	samePrefix,
} from "../../lib/ip";

/** An element of IPAM.Config on the wire. */
export interface IpamConfig {
	Subnet?: string;
	IPRange?: string;
	Gateway?: string;
	AuxiliaryAddresses?: Record<string, string>;
}
export interface SubnetConfig {
	/** Left out: one of the predefined pools. */
	subnet?: Prefix;
	range?: Prefix;
	gateway?: Ip;
	auxiliary: Map<string, Ip>;
}

/** @throws EngineError invalidParameter with all that is wrong, a line each */
export function parseIpamConfigs(configs: readonly IpamConfig[], enableIPv6: boolean): SubnetConfig[] {
	const parsed = configs.map(parse);
	const wrong = parsed.flatMap((config) => (config.subnet?.ip.six && !enableIPv6 ? [] : problems(config)));
	if (wrong.length > 0) throw invalidParameter(`invalid network config:\n${wrong.join("\n")}`);
	return parsed.map((config) => ({ ...config, range: config.range && masked(config.range) }));
}

function parse({ Subnet, IPRange, Gateway, AuxiliaryAddresses }: IpamConfig): SubnetConfig {
	return {
		subnet: Subnet ? prefix(Subnet) : undefined,
		range: IPRange ? prefix(IPRange) : undefined,
		gateway: Gateway ? address(Gateway) : undefined,
		auxiliary: new Map(Object.entries(AuxiliaryAddresses ?? {}).map(([name, text]) => [name, address(text)])),
	};
}

/** What is no address at all is found while the body is read, and said in the words of Go's netip. */
export function address(text: string): Ip {
	const parsed = parseIp(text);
	if (!parsed) throw invalidParameter(`invalid JSON: ${addressProblem(text)}`);
	return parsed;
}
const addressProblem = (text: string): string => `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;

function prefix(text: string): Prefix {
	const parsed = parsePrefix(text);
	if (!parsed) throw invalidParameter(`invalid JSON: netip.ParsePrefix(${JSON.stringify(text)}): ${prefixProblem(text)}`);
	return parsed;
}
function prefixProblem(text: string): string {
	const slash = text.lastIndexOf("/");
	if (slash < 0) return "no '/'";
	if (!isIP(text.slice(0, slash))) return addressProblem(text.slice(0, slash));
	const bits = text.slice(slash + 1);
	return /^(0|[1-9]\d*)$/.test(bits) ? "prefix length out of range" : `bad bits after slash: ${JSON.stringify(bits)}`;
}

function problems({ subnet, range, gateway, auxiliary }: SubnetConfig): string[] {
	const found: string[] = [];
	if (!subnet) return found;
	const block = `parent subnet is an IPv${subnet.ip.six ? 6 : 4} block`;
	const said = prefixText(subnet);
	if (!samePrefix(subnet, masked(subnet))) found.push(`invalid subnet ${said}: it should be ${prefixText(masked(subnet))}`);
	if (range) {
		const text = `invalid ip-range ${prefixText(range)}`;
		if (range.ip.six !== subnet.ip.six) found.push(`${text}: ${block}`);
		else {
			if (range.bits < subnet.bits) found.push(`${text}: CIDR block is bigger than its parent subnet ${said}`);
			if (!samePrefix(range, masked(range))) found.push(`${text}: it should be ${prefixText(masked(range))}`);
			if (!overlaps(subnet, range)) found.push(`${text}: parent subnet ${said} doesn't contain ip-range`);
		}
	}
	const inside = (ip: Ip): string | undefined => {
		if (ip.six !== subnet.ip.six) return block;
		return contains(subnet, ip) ? undefined : `parent subnet ${said} doesn't contain this address`;
	};
	const gatewayProblem = gateway && inside(gateway);
	if (gatewayProblem) found.push(`invalid gateway ${ipText(gateway)}: ${gatewayProblem}`);
	for (const [name, ip] of auxiliary) {
		const problem = inside(ip);
		if (problem) found.push(`invalid auxiliary address ${name}: ${problem}`);
	}
	return found;
}
