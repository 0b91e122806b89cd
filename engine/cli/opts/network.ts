// --network NAME, or name=…,alias=…,ip=…,driver-opt=…

import { ipText, parseIp } from "../../lib/ip";
import { readCsv } from "./csv";

export interface NetworkAttachment {
	Target: string;
	/** null where the short form was used. */
	Aliases: string[] | null;
	DriverOpts: Record<string, string> | null;
	Links: string[] | null;
	IPv4Address: string;
	IPv6Address: string;
	LinkLocalIPs: string[] | null;
	MacAddress: string;
	GwPriority: number;
}

/** A network by name, with nothing said about the place in it. */
export const plain = (target: string): NetworkAttachment => ({
	Target: target,
	Aliases: null,
	DriverOpts: null,
	Links: null,
	IPv4Address: "",
	IPv6Address: "",
	LinkLocalIPs: null,
	MacAddress: "",
	GwPriority: 0,
});

const address = (value: string): string => {
	const ip = parseIp(value);
	if (!ip) throw new Error(`ParseAddr(${JSON.stringify(value)}): unable to parse IP`);
	return ipText(ip);
};

const FIELDS: Record<string, (network: NetworkAttachment, value: string) => void> = {
	name: (network, value) => {
		network.Target = value;
	},
	alias: (network, value) => {
		network.Aliases!.push(value);
	},
	ip: (network, value) => {
		network.IPv4Address = address(value);
	},
	ip6: (network, value) => {
		network.IPv6Address = address(value);
	},
	"mac-address": (network, value) => {
		network.MacAddress = value;
	},
	"link-local-ip": (network, value) => {
		network.LinkLocalIPs = [...(network.LinkLocalIPs ?? []), address(value)];
	},
	"driver-opt": (network, value) => {
		const at = value.indexOf("=");
		if (at <= 0) throw new Error("invalid key value pair format in driver options");
		network.DriverOpts = { ...network.DriverOpts, [value.slice(0, at).trim()]: value.slice(at + 1).trim() };
	},
	"gw-priority": (network, value) => {
		if (!/^[+-]?\d+$/.test(value)) throw new Error(`invalid gw-priority (${value}): invalid syntax`);
		network.GwPriority = Number(value);
	},
};

/** @throws Error as docker's */
export function parseNetwork(text: string): NetworkAttachment {
	if (!/\w+=\w+(,\w+=\w+)*/.test(text)) return plain(text);
	const network: NetworkAttachment = { ...plain(""), Aliases: [] };
	for (const field of readCsv(text)) {
		const lower = field.toLowerCase();
		const at = lower.indexOf("=");
		if (at <= 0) throw new Error(`invalid field ${field}`);
		const key = lower.slice(0, at).trim();
		const act = FIELDS[key];
		if (!act) throw new Error(`invalid field key ${key}`);
		act(network, lower.slice(at + 1).trim());
	}
	if (network.Target === "") throw new Error("network name/id is not specified");
	return network;
}

/** As container.NetworkMode: neither default, none, host, bridge nor another container's. */
export const isUserDefined = (mode: string): boolean =>
	!["default", "bridge", "host", "none"].includes(mode) && mode !== "container" && !mode.startsWith("container:");
