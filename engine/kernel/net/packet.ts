// A packet on its way: one IP datagram with what the kernel remembers of it. TCP's segments carry no bytes; the ends hand those to
// each other (inet/tcp), but what opens, refuses and ends a connection travels as any packet does.

import { isIpv6 } from "../../lib/inet";
import type { Device } from "./link/device";
import type { Tracked } from "./netfilter/conntrack";

export const IPPROTO = { ICMP: 1, TCP: 6, UDP: 17, IPV6: 41, ICMPV6: 58, RAW: 255 } as const;

export interface Counter {
	packets: number;
	bytes: number;
}
/** A TCP segment: its flags, and the end that sends it. */
export interface Segment {
	kind: "syn" | "synack" | "ack" | "fin" | "rst" | "probe";
	end: object;
}
/** What an ICMP error is about: the packet that could not be delivered, as it was where it failed. */
export interface IcmpError {
	/** Of IPv4's numbers; IPv6 has its own, which the message's bytes have. */
	type: number;
	code: number;
	about: Packet;
}
export interface Packet {
	family: "inet" | "inet6";
	/** IPPROTO_*. */
	protocol: number;
	source: string;
	destination: string;
	/** Ports of TCP and UDP; of an ICMP echo the identifier, in both. */
	sourcePort: number;
	destinationPort: number;
	ttl: number;
	tos: number;
	/** Set by the MARK target and SO_MARK. */
	mark: number;
	/** UDP's data; ICMP's whole message; of other protocols all behind the IP header. */
	bytes: Uint8Array;
	/** Bytes of the whole packet, with its IP header. */
	length: number;
	/** It is not to be divided (IP_MTU_DISCOVER). */
	whole?: boolean;
	/** In how many fragments it travels. */
	pieces?: number;
	segment?: Segment;
	error?: IcmpError;
	/** Of conntrack in the namespace that the packet is in; forgotten when it crosses to another. */
	tracked?: Tracked;
	/** By the raw table: not to be tracked. */
	untracked?: boolean;
	/** Who sent it, for the owner match. */
	owner?: { uid: number; gid: number };
	/** The device it came in by, where it is now. */
	in?: Device;
	/** It was sent to all on a link, or to a group. */
	broadcast?: boolean;
	/** Numbers the request in the trace; an answer has its question's. */
	flow: number;
	/** Everything that counted it on its way, where somebody wants to know (TCP's data is counted by these). */
	counted?: Counter[];
}

const HEADER = { inet: 20, inet6: 40 } as const;
const TCP_HEADER = { syn: 40, synack: 40, ack: 32, fin: 32, rst: 20, probe: 32 } as const;
/** Bytes of a TCP segment's headers, IP's included. */
export const tcpLength = (family: "inet" | "inet6", kind: keyof typeof TCP_HEADER): number => HEADER[family] + TCP_HEADER[kind];

export type PacketInit = Pick<Packet, "protocol" | "source" | "destination" | "flow"> & Partial<Packet>;
export function packet(init: PacketInit): Packet {
	const family = isIpv6(init.destination) ? "inet6" : "inet";
	const bytes = init.bytes ?? new Uint8Array(0);
	const header = init.segment ? TCP_HEADER[init.segment.kind] : init.protocol === IPPROTO.UDP ? 8 : 0;
	return {
		family,
		sourcePort: 0,
		destinationPort: 0,
		ttl: 64,
		tos: 0,
		mark: 0,
		bytes,
		length: HEADER[family] + header + bytes.length,
		...init,
	};
}
/** Back to where it came from, as the same request. */
export const answer = (to: Packet, init: Partial<Packet>): Packet =>
	packet({
		protocol: to.protocol,
		source: to.destination,
		destination: to.source,
		sourcePort: to.destinationPort,
		destinationPort: to.sourcePort,
		flow: to.flow,
		...init,
	});
export const isMulticast = (address: string): boolean =>
	isIpv6(address) ? address.startsWith("ff") : Number(address.split(".", 1)[0]) >> 4 === 14;
