// Network address translation: what a connection's answers shall look like is decided once, by its first packet; every packet is
// then rewritten by what its connection says, in either direction (RFC 3022).

import { formatIp, ipBytes } from "../../../lib/inet";
import type { NatRange } from "../../../lib/netfilter/target";
import { IPPROTO, type Packet } from "../packet";
import type { Connection, Conntrack, Tuple } from "./conntrack";

/** Which end of a packet a hook may change: destinations before routing, sources after it. */
export type Manip = "source" | "destination";

/** Decides for the connection; `ownAddress` is what MASQUERADE and REDIRECT use in place of a range. False: no port is free. */
export function decide(conntrack: Conntrack, connection: Connection, manip: Manip, range: NatRange): boolean {
	connection.decided[manip] = true;
	// In an answer, what was the destination is the source.
	const [address, port] =
		manip === "destination" ? (["source", "sourcePort"] as const) : (["destination", "destinationPort"] as const);
	const reply: Tuple = { ...connection.reply };
	if (range.addresses) reply[address] = pick(range.addresses, connection.number);
	const isIcmp = reply.protocol === IPPROTO.ICMP || reply.protocol === IPPROTO.ICMPV6;
	const setPort = (value: number): void => {
		reply[port] = value;
		if (isIcmp) reply.sourcePort = reply.destinationPort = value;
	};
	const fits = ([low, high]: readonly [number, number]): boolean => reply[port] >= low && reply[port] <= high;
	if (range.ports && !fits(range.ports)) setPort(range.ports[0]);
	if (manip === "source" && conntrack.taken(reply, connection)) {
		const [low, high] = range.ports ?? (reply[port] < 512 ? [1, 511] : reply[port] < 1024 ? [600, 1023] : [1024, 65535]);
		const start = reply[port];
		const count = high - low + 1;
		let tried = 0;
		do {
			setPort(low + ((start - low + 1 + tried + count) % count));
			if (++tried > count) return false;
		} while (conntrack.taken(reply, connection));
	}
	connection.reply = reply;
	return true;
}
function pick([low, high]: readonly [string, string], number: number): string {
	const [from, to] = [ipBytes(low), ipBytes(high)];
	if (low === high) return low;
	const last = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4);
	const chosen = from.slice();
	new DataView(chosen.buffer).setUint32(chosen.length - 4, last(from) + (number % Math.max(1, last(to) - last(from) + 1)));
	return formatIp(chosen);
}

/** Rewrites one end of a packet as its connection says. */
export function apply(packet: Packet, manip: Manip): void {
	const { tracked } = packet;
	const connection = tracked?.connection;
	if (!connection) return;
	// What a packet of this direction looks like once translated: the other direction's tuple turned round.
	const other = tracked.reply ? connection.original : connection.reply;
	const own = tracked.reply ? connection.reply : connection.original;
	const [address, port] = manip === "destination" ? [other.source, other.sourcePort] : [other.destination, other.destinationPort];
	if (packet.error) {
		applyToError(packet, manip, own, address, port);
		return;
	}
	if (manip === "destination") {
		packet.destination = address;
		packet.destinationPort = port;
	} else {
		packet.source = address;
		packet.sourcePort = port;
	}
	if (packet.protocol === IPPROTO.ICMP || packet.protocol === IPPROTO.ICMPV6) setIdentifier(packet, port);
}
/** What the error is about is translated back as well, so that its sender knows it again. */
function applyToError(packet: Packet, manip: Manip, own: Tuple, address: string, port: number): void {
	const { about } = packet.error!;
	const changed =
		manip === "destination" ? { source: address, sourcePort: port } : { destination: address, destinationPort: port };
	packet.error = { ...packet.error!, about: { ...about, ...changed } };
	if (manip === "destination") packet.destination = address;
	else if (address !== own.source) packet.source = address;
}
function setIdentifier(packet: Packet, identifier: number): void {
	if (packet.sourcePort === identifier && packet.destinationPort === identifier) return;
	packet.sourcePort = packet.destinationPort = identifier;
	if (packet.bytes.length < 8) return;
	packet.bytes = packet.bytes.slice();
	new DataView(packet.bytes.buffer).setUint16(4, identifier);
}
