// Targets of a rule, as values and as the kernel's structures: a row each. The standard ones (verdicts and jumps) are the table's.

import { text, utf8 } from "../bytes";
import { formatIp, ipBytes } from "../inet";
import { struct } from "../struct";
import type { Ports } from "./match";

/** NF_NAT_RANGE_*. */
export const NAT_RANGE = { MAP_IPS: 1, PROTO_SPECIFIED: 2, PROTO_RANDOM: 4, PERSISTENT: 8, RANDOM_FULLY: 16 } as const;
/** Which addresses and ports a connection may be given. */
export interface NatRange {
	addresses?: readonly [low: string, high: string];
	ports?: Ports;
	/** NF_NAT_RANGE_* beyond what the two say. */
	flags?: number;
}
export const REJECT_WITH = [
	"icmp-net-unreachable",
	"icmp-host-unreachable",
	"icmp-proto-unreachable",
	"icmp-port-unreachable",
	"echo-reply",
	"icmp-net-prohibited",
	"icmp-host-prohibited",
	"tcp-reset",
	"icmp-admin-prohibited",
] as const;

export type Extension =
	| ({ name: "DNAT" | "SNAT" | "MASQUERADE" | "REDIRECT" } & NatRange)
	/** A number of REJECT_WITH (IPv6 has numbers of its own: 3 is addr-unreachable, 4 port-unreachable, 5 tcp-reset). */
	| { name: "REJECT"; with: number }
	| { name: "MARK"; mark: number; mask: number }
	| { name: "LOG"; level: number; flags: number; prefix: string }
	| { name: "TCPMSS"; mss: number };

interface Row {
	revision: number;
	size: number;
	encode(target: never): Uint8Array;
	decode(bytes: Uint8Array): Extension;
}

const range4 = struct({ count: "u32", flags: "u32", low: "be32", high: "be32", p0: "be16", p1: "be16" });
const four = (value: number): string => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
const number = (address: string): number => new DataView(ipBytes(address).slice().buffer).getUint32(0);
const flagsOf = ({ addresses, ports, flags = 0 }: NatRange): number =>
	flags | (addresses ? NAT_RANGE.MAP_IPS : 0) | (ports ? NAT_RANGE.PROTO_SPECIFIED : 0);
const rest = (flags: number): number => flags & ~(NAT_RANGE.MAP_IPS | NAT_RANGE.PROTO_SPECIFIED);

type NatName = "DNAT" | "SNAT" | "MASQUERADE" | "REDIRECT";
/** struct nf_nat_ipv4_multi_range_compat with its one range. */
const nat4 = (name: NatName): Row => ({
	revision: 0,
	size: range4.size,
	encode: ((target: NatRange) => {
		const { addresses = ["0.0.0.0", "0.0.0.0"], ports = [0, 0] } = target;
		const [low, high] = addresses.map(number);
		return range4.encode({ count: 1, flags: flagsOf(target), low, high, p0: ports[0], p1: ports[1] });
	}) as Row["encode"],
	decode(bytes) {
		const { flags, low, high, p0, p1 } = range4.decode(bytes);
		return {
			name,
			addresses: flags & NAT_RANGE.MAP_IPS ? [four(low), four(high)] : undefined,
			ports: flags & NAT_RANGE.PROTO_SPECIFIED ? [p0, p1] : undefined,
			flags: rest(flags),
		};
	},
});
/** struct nf_nat_range (revision 1, IPv6) and nf_nat_range2 (revision 2, both families; a base port follows). */
const natRange = (name: NatName, revision: number, size: number, bytesOfAddress: 4 | 16): Row => ({
	revision,
	size,
	encode: ((target: NatRange) => {
		const bytes = new Uint8Array(size);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, flagsOf(target), true);
		if (target.addresses) target.addresses.forEach((address, i) => void bytes.set(ipBytes(address), 4 + i * 16));
		if (target.ports) target.ports.forEach((port, i) => void view.setUint16(36 + i * 2, port));
		return bytes;
	}) as Row["encode"],
	decode(bytes) {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const flags = view.getUint32(0, true);
		const at = (start: number): string => formatIp(bytes.subarray(start, start + bytesOfAddress));
		return {
			name,
			addresses: flags & NAT_RANGE.MAP_IPS ? [at(4), at(20)] : undefined,
			ports: flags & NAT_RANGE.PROTO_SPECIFIED ? [view.getUint16(36), view.getUint16(38)] : undefined,
			flags: rest(flags),
		};
	},
});
const log = struct({ level: "u8", flags: "u8" });
const PREFIX = 30;
const mark = struct({ mark: "u32", mask: "u32" });
const word = struct({ value: "u32" });
const half = struct({ value: "u16" });

const shared: ReadonlyArray<[name: Extension["name"], row: Row]> = [
	[
		"REJECT",
		{
			revision: 0,
			size: 4,
			encode: (target: Extract<Extension, { name: "REJECT" }>) => word.encode({ value: target.with }),
			decode: (bytes) => ({ name: "REJECT", with: word.decode(bytes).value }),
		},
	],
	[
		"MARK",
		{
			revision: 2,
			size: mark.size,
			encode: (target: Extract<Extension, { name: "MARK" }>) => mark.encode(target),
			decode: (bytes) => ({ name: "MARK", ...mark.decode(bytes) }),
		},
	],
	[
		"LOG",
		{
			revision: 0,
			size: 2 + PREFIX,
			encode: (target: Extract<Extension, { name: "LOG" }>) => {
				const bytes = new Uint8Array(2 + PREFIX);
				bytes.set(log.encode(target));
				bytes.set(utf8(target.prefix).subarray(0, PREFIX - 1), 2);
				return bytes;
			},
			decode: (bytes) => {
				const end = bytes.indexOf(0, 2);
				return { name: "LOG", ...log.decode(bytes), prefix: text(bytes.subarray(2, end < 0 ? 2 + PREFIX : end)) };
			},
		},
	],
	[
		"TCPMSS",
		{
			revision: 0,
			size: 2,
			encode: (target: Extract<Extension, { name: "TCPMSS" }>) => half.encode({ value: target.mss }),
			decode: (bytes) => ({ name: "TCPMSS", mss: half.decode(bytes).value }),
		},
	],
];
const RANGE = 40;
const RANGE2 = 44;
const rows: Record<"inet" | "inet6", ReadonlyArray<[name: Extension["name"], row: Row]>> = {
	inet: [
		["DNAT", natRange("DNAT", 2, RANGE2, 4)],
		["DNAT", nat4("DNAT")],
		["SNAT", nat4("SNAT")],
		["MASQUERADE", nat4("MASQUERADE")],
		["REDIRECT", nat4("REDIRECT")],
		...shared,
	],
	inet6: [
		["DNAT", natRange("DNAT", 2, RANGE2, 16)],
		["DNAT", natRange("DNAT", 1, RANGE, 16)],
		["SNAT", natRange("SNAT", 1, RANGE, 16)],
		["MASQUERADE", { ...natRange("MASQUERADE", 0, RANGE, 16) }],
		["REDIRECT", { ...natRange("REDIRECT", 0, RANGE, 16) }],
		...shared,
	],
};
export const targetRow = (family: "inet" | "inet6", name: string, revision?: number): Row | undefined =>
	rows[family].find(([known, { revision: number }]) => known === name && (revision === undefined || number === revision))?.[1];
/** The newest revision that there is; the standard target and ERROR have 0. */
export const targetRevision = (family: "inet" | "inet6", name: string): number | undefined =>
	name === "" || name === "ERROR" ? 0 : targetRow(family, name)?.revision;
