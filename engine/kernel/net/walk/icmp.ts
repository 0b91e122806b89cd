// ICMP (RFC 792, RFC 4443): what a host says when a packet cannot be delivered, echoes, and what sockets make of it.

import { concat } from "../../../lib/bytes";
import { ERRNO } from "../../../lib/errno";
import { ipBytes } from "../../../lib/inet";
import { answer, IPPROTO, isMulticast, type Packet } from "../packet";
import type { NetStack } from "../stack";

export type Reason = "net" | "host" | "protocol" | "port" | "netProhibited" | "hostProhibited" | "admin" | "ttl" | "size";
interface Row {
	inet: readonly [type: number, code: number];
	inet6: readonly [type: number, code: number];
	/** What the sender's socket reports; `fatal` ends a connection that exists. */
	errno: number;
	errno6: number;
	fatal: boolean;
}
export const REASONS: Readonly<Record<Reason, Row>> = {
	net: { inet: [3, 0], inet6: [1, 0], errno: ERRNO.ENETUNREACH, errno6: ERRNO.ENETUNREACH, fatal: false },
	host: { inet: [3, 1], inet6: [1, 3], errno: ERRNO.EHOSTUNREACH, errno6: ERRNO.EHOSTUNREACH, fatal: false },
	protocol: { inet: [3, 2], inet6: [4, 1], errno: ERRNO.ENOPROTOOPT, errno6: ERRNO.EPROTO, fatal: true },
	port: { inet: [3, 3], inet6: [1, 4], errno: ERRNO.ECONNREFUSED, errno6: ERRNO.ECONNREFUSED, fatal: true },
	netProhibited: { inet: [3, 9], inet6: [1, 1], errno: ERRNO.ENETUNREACH, errno6: ERRNO.EACCES, fatal: true },
	hostProhibited: { inet: [3, 10], inet6: [1, 1], errno: ERRNO.EHOSTUNREACH, errno6: ERRNO.EACCES, fatal: true },
	admin: { inet: [3, 13], inet6: [1, 1], errno: ERRNO.EHOSTUNREACH, errno6: ERRNO.EACCES, fatal: true },
	size: { inet: [3, 4], inet6: [2, 0], errno: ERRNO.EMSGSIZE, errno6: ERRNO.EMSGSIZE, fatal: true },
	ttl: { inet: [11, 0], inet6: [3, 0], errno: ERRNO.EHOSTUNREACH, errno6: ERRNO.EHOSTUNREACH, fatal: false },
};
/** REJECT's numbers in both families; a reset is none of these. */
export const REJECT_REASONS: Record<"inet" | "inet6", ReadonlyArray<Reason | "reset" | undefined>> = {
	inet: ["net", "host", "protocol", "port", undefined, "netProhibited", "hostProhibited", "reset", "admin"],
	inet6: ["net", "admin", undefined, "host", "port", undefined, "reset"],
};

export interface SocketError {
	errno: number;
	fatal: boolean;
}
export function socketErrorOf({ family, error }: Packet): SocketError | undefined {
	if (!error) return undefined;
	const row = Object.values(REASONS).find((each) => each[family][0] === error.type && each[family][1] === error.code);
	return row && { errno: family === "inet" ? row.errno : row.errno6, fatal: row.fatal };
}

/** Undefined where nothing is said: about errors, and about what was sent to many. `from` is who speaks. */
export function errorAbout(about: Packet, reason: Reason, from: string): Packet | undefined {
	if (about.error || about.broadcast || isMulticast(about.destination) || about.source === "0.0.0.0" || about.source === "::")
		return undefined;
	const [type, code] = REASONS[reason][about.family];
	const protocol = about.family === "inet" ? IPPROTO.ICMP : IPPROTO.ICMPV6;
	const length = (about.family === "inet" ? 28 : 48) + Math.min(about.length, 548);
	const made = answer(about, {
		protocol,
		source: from,
		sourcePort: 0,
		destinationPort: 0,
		error: { type, code, about: { ...about } },
	});
	return { ...made, length };
}

/** The message's bytes behind the IP header: for errors made from what they are about. */
export function icmpBytes(packet: Packet): Uint8Array {
	const { error, family } = packet;
	if (!error) return packet.bytes;
	const head = new Uint8Array(8);
	head[0] = error.type;
	head[1] = error.code;
	const bytes = concat([head, ipHeader(error.about), transportHeader(error.about)]);
	if (family === "inet") new DataView(bytes.buffer).setUint16(2, checksum(bytes));
	return bytes;
}
/** The first eight bytes behind the IP header. */
function transportHeader({ protocol, bytes, sourcePort, destinationPort, length }: Packet): Uint8Array {
	if (protocol !== IPPROTO.TCP && protocol !== IPPROTO.UDP) return bytes.subarray(0, 8);
	const head = new Uint8Array(8);
	const view = new DataView(head.buffer);
	view.setUint16(0, sourcePort);
	view.setUint16(2, destinationPort);
	if (protocol === IPPROTO.UDP) view.setUint16(4, Math.max(8, length - 20));
	return head;
}
export function ipHeader({ family, source, destination, protocol, ttl, tos, length }: Packet): Uint8Array {
	const header = new Uint8Array(family === "inet" ? 20 : 40);
	const view = new DataView(header.buffer);
	if (family === "inet6") {
		view.setUint32(0, 0x60000000);
		view.setUint16(4, Math.max(0, length - 40));
		header[6] = protocol;
		header[7] = ttl;
		header.set(ipBytes(source), 8);
		header.set(ipBytes(destination), 24);
		return header;
	}
	header[0] = 0x45;
	header[1] = tos;
	view.setUint16(2, length);
	view.setUint16(6, 0x4000);
	header[8] = ttl;
	header[9] = protocol;
	header.set(ipBytes(source), 12);
	header.set(ipBytes(destination), 16);
	view.setUint16(10, checksum(header));
	return header;
}
/** RFC 1071. */
export function checksum(bytes: Uint8Array, start = 0): number {
	let sum = start;
	for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
	return ~sum & 0xffff;
}

const ECHO = { inet: { request: 8, reply: 0 }, inet6: { request: 128, reply: 129 } } as const;
export const isEchoRequest = ({ family, protocol, bytes, error }: Packet): boolean =>
	!error && (protocol === IPPROTO.ICMP || protocol === IPPROTO.ICMPV6) && bytes[0] === ECHO[family].request;
export const isEchoReply = ({ family, protocol, bytes, error }: Packet): boolean =>
	!error && (protocol === IPPROTO.ICMP || protocol === IPPROTO.ICMPV6) && bytes[0] === ECHO[family].reply;

/** The same bytes back. */
export function echoReply(stack: NetStack, request: Packet): Packet | undefined {
	if (request.family === "inet" && stack.sysctl.number("ipv4/icmp_echo_ignore_all")) return undefined;
	const bytes = request.bytes.slice();
	bytes[0] = ECHO[request.family].reply;
	return withIcmpChecksum(answer(request, { bytes }));
}
export function withIcmpChecksum(packet: Packet): Packet {
	const view = new DataView(packet.bytes.buffer, packet.bytes.byteOffset, packet.bytes.length);
	if (packet.bytes.length < 4) return packet;
	view.setUint16(2, 0);
	view.setUint16(2, checksum(packet.bytes, packet.family === "inet6" ? pseudoHeader(packet) : 0));
	return packet;
}
function pseudoHeader({ source, destination, bytes }: Packet): number {
	let sum = bytes.length + IPPROTO.ICMPV6;
	for (const address of [ipBytes(source), ipBytes(destination)])
		for (let i = 0; i < 16; i += 2) sum += (address[i]! << 8) | address[i + 1]!;
	return sum;
}
