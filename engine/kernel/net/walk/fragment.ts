// Packets that are larger than a link carries (RFC 791, RFC 8200). They stay one packet here, which knows in how many pieces it
// travels: devices count each of them, and who takes it in has put them together.

import type { Packet } from "../packet";
import { IPPROTO } from "../packet";
import type { NetStack } from "../stack";

/** Bytes of the headers that each fragment has. */
const HEADERS = { inet: 20, inet6: 48 } as const;
/** Of a packet that is whole. */
const HEADER = { inet: 20, inet6: 40 } as const;

/** Does it have to be divided to go over a link? Streams come in segments that fit. */
export const isTooLarge = ({ protocol, length }: Packet, mtu: number): boolean => protocol !== IPPROTO.TCP && length > mtu;

export function divide(stack: NetStack, packet: Packet, mtu: number): void {
	const { family, length } = packet;
	const most = Math.floor((mtu - HEADERS[family]) / 8) * 8;
	const pieces = Math.ceil((length - HEADER[family]) / most);
	if (pieces <= (packet.pieces ?? 1)) return;
	packet.pieces = pieces;
	if (family === "inet6") return;
	stack.count("IpFragOKs");
	stack.count("IpFragCreates", pieces);
}
/** In its pieces, with the headers of each: how many, and of how many bytes. */
export function onWire({ family, length, pieces = 1 }: Packet): { packets: number; bytes: number } {
	if (pieces === 1) return { packets: 1, bytes: length };
	return { packets: pieces, bytes: length - HEADER[family] + pieces * HEADERS[family] };
}
/** It has come to where it is for. */
export function reassembled(stack: NetStack, { family, pieces = 1 }: Packet): void {
	if (pieces === 1 || family === "inet6") return;
	stack.count("IpReasmReqds", pieces);
	stack.count("IpReasmOKs");
}
