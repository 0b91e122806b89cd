// /proc/net/{dev,dev_mcast,route,ipv6_route,arp,if_inet6,igmp,igmp6,anycast6,fib_trie …}: devices, addresses, routes, neighbours.

import { formatMac, netmask } from "../../../../lib/inet";
import { IFF, NUD, RT_SCOPE, RT_TABLE, RTN } from "../../../../lib/netlink/constants";
import { stateOf } from "../../../net/route/neighbour";
import type { Route } from "../../../net/route/table";
import type { NetStack } from "../../../net/stack";
import { addressHex, addressPlain, hex, lines, small } from "./text";

export function devTable({ devices }: NetStack): string {
	const number = (value: number, width: number): string => ` ${String(value).padStart(width)}`;
	const rows = devices.map(({ name, received, sent }) => {
		const inwards = [received.bytes, received.packets, 0, received.dropped, 0, 0, 0, received.multicast];
		const outwards = [sent.bytes, sent.packets, 0, sent.dropped, 0, 0, 0, 0];
		const left = inwards.map((value, i) => number(value, [7, 7, 4, 4, 4, 5, 10, 9][i]!));
		const right = outwards.map((value, i) => number(value, [8, 7, 4, 4, 4, 5, 7, 10][i]!));
		return `${name.padStart(6)}:${left.join("")}${right.join("")}`;
	});
	return lines(0, [
		"Inter-|   Receive                                                |  Transmit",
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
		...rows,
	]);
}

const RTF = { UP: 1, GATEWAY: 2, HOST: 4, REJECT: 0x200 } as const;
const rtf = ({ gateway, prefix, type, family }: Route): number =>
	RTF.UP |
	(gateway ? RTF.GATEWAY : 0) |
	(prefix === (family === "inet" ? 32 : 128) ? RTF.HOST : 0) |
	(type === RTN.UNREACHABLE || type === RTN.PROHIBIT ? RTF.REJECT : 0);
/** The main table; nothing at all where there never was one. */
export function routeTable({ tables }: NetStack): string {
	if (!tables.has("inet", RT_TABLE.MAIN)) return "";
	const shown = tables.routes.filter(
		({ family, table, type }) => family === "inet" && table === RT_TABLE.MAIN && type !== RTN.BROADCAST,
	);
	const rows = shown.map((route) =>
		[
			route.device?.name ?? "*",
			addressHex(route.destination),
			addressHex(route.gateway ?? "0.0.0.0"),
			hex(rtf(route), 4),
			...[0, 0, route.metric],
			addressHex(netmask(route.prefix)),
			...[route.mtu ?? 0, 0, 0],
		].join("\t"),
	);
	return lines(127, ["Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", ...rows]);
}
const RTF_LOCAL = 0x80000000;
export function routeTable6({ tables, loopback }: NetStack): string {
	const shown = tables.routes.filter(({ family }) => family === "inet6");
	const none = "0".repeat(32);
	const rows = shown.map((route) => {
		const flags = (rtf(route) & ~RTF.HOST) | (route.type === RTN.LOCAL ? RTF_LOCAL : 0);
		const device = (route.type === RTN.LOCAL ? loopback : route.device)?.name ?? "lo";
		const fields = [
			addressPlain(route.destination),
			small(route.prefix, 2),
			none,
			"00",
			route.gateway ? addressPlain(route.gateway) : none,
		];
		return [...fields, small(route.metric, 8), "00000001", "00000000", small(flags, 8), device.padStart(8)].join(" ");
	});
	return lines(0, rows);
}
export function arpTable({ neighbours }: NetStack): string {
	const rows = [...neighbours.all()]
		.filter(({ address }) => !address.includes(":"))
		.map((entry) => {
			const state = stateOf(entry);
			const known = entry.mac && state !== NUD.FAILED && state !== NUD.INCOMPLETE;
			const flags = state === NUD.PERMANENT ? 6 : known ? 2 : 0;
			const mac = formatMac(known ? entry.mac! : new Uint8Array(6));
			return `${entry.address.padEnd(16)} 0x${(1).toString(16).padEnd(10)}0x${flags.toString(16).padEnd(10)}${mac}     *        ${entry.device.name}`;
		});
	return lines(0, ["IP address       HW type     Flags       HW address            Mask     Device", ...rows]);
}
/** Scopes as IPv6's own header numbers them. */
const SCOPE6: Readonly<Record<number, string>> = { [RT_SCOPE.HOST]: "10", [RT_SCOPE.LINK]: "20" };
export function interfaceTable6({ devices, kernel }: NetStack): string {
	const now = kernel.uptime();
	const rows = devices.flatMap((device) =>
		device.addressesOf("inet6").map(({ address, prefix, scope, flags, tentativeUntil }) => {
			const shown = flags | (tentativeUntil !== undefined && now < tentativeUntil ? 0x40 : 0) | 0x80;
			return `${addressPlain(address)} ${small(device.index, 2)} ${small(prefix, 2)} ${SCOPE6[scope] ?? "00"} ${small(shown & 0xff, 2)} ${device.name.padStart(8)}`;
		}),
	);
	return lines(0, rows);
}
/** Every device that is up is in the group of all hosts. */
export function igmpTable({ devices }: NetStack): string {
	const rows = devices
		.filter(({ up, addresses }) => up && addresses.some(({ family }) => family === "inet"))
		.flatMap(({ index, name }) => [
			`${index}\t${name.padEnd(10)}: ${"1".padStart(5)}      V3`,
			"\t\t\t\t010000E0     1 0:00000000\t\t0",
		]);
	return lines(0, ["Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter", ...rows]);
}
export const igmpTable6 = ({ devices }: NetStack): string =>
	lines(
		0,
		devices.flatMap(({ index, name, addresses }) =>
			addresses.some(({ family }) => family === "inet6")
				? [`${String(index).padEnd(4)} ${name.padEnd(15)} ff020000000000000000000000000001     1 0000000C 0`]
				: [],
		),
	);
export const multicastTable = ({ devices }: NetStack): string =>
	lines(
		0,
		devices
			.filter(({ up, isLoopback, flags }) => up && !isLoopback && flags & IFF.MULTICAST)
			.map(({ index, name }) => `${String(index).padEnd(4)} ${name.padEnd(15)} 1     0     01005e000001`),
	);
/** /proc/net/fib_trie: the local and main tables as a tree; leaves with their prefixes. */
export function trie({ tables }: NetStack): string {
	const shape = (name: string, table: number): string[] => {
		const leaves = new Map<string, Route[]>();
		for (const route of tables.routes.filter(({ family, table: its }) => family === "inet" && its === table))
			leaves.set(route.destination, [...(leaves.get(route.destination) ?? []), route]);
		if (leaves.size === 0) return [];
		const rows = [...leaves].flatMap(([address, routes]) => [
			`     |-- ${address}`,
			...routes.map(({ prefix, scope, type }) => `        /${prefix} ${SCOPES[scope] ?? "universe"} ${TYPES[type] ?? "UNICAST"}`),
		]);
		return [`${name}:`, `  +-- 0.0.0.0/0 3 0 5`, ...rows];
	};
	return lines(0, [...shape("Main", RT_TABLE.MAIN), ...shape("Local", RT_TABLE.LOCAL)]);
}
const SCOPES: Readonly<Record<number, string>> = { 0: "universe", 200: "site", 253: "link", 254: "host" };
const TYPES: Readonly<Record<number, string>> = {
	1: "UNICAST",
	2: "LOCAL",
	3: "BROADCAST",
	6: "BLACKHOLE",
	7: "UNREACHABLE",
	8: "PROHIBIT",
};
