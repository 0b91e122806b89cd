// A packet has arrived at its host: which socket gets it, and what the host itself answers.

import type { InetSocket } from "../inet/socket";
import { answer, IPPROTO, type Packet, tcpLength } from "../packet";
import { keyOfPacket, type NetStack, type Transport } from "../stack";
import { echoReply, errorAbout, isEchoReply, isEchoRequest, socketErrorOf } from "./icmp";

const TRANSPORT: Readonly<Record<number, Transport>> = {
	[IPPROTO.TCP]: "tcp",
	[IPPROTO.UDP]: "udp",
	[IPPROTO.ICMP]: "icmp",
	[IPPROTO.ICMPV6]: "icmp",
};

export interface Delivered {
	/** In a word, for the trace. */
	verdict: string;
	answers: Packet[];
}

export function deliver(stack: NetStack, packet: Packet): Delivered {
	const raw = [...stack.at("raw", packet.protocol)].filter((socket) => socket.match(packet) > 0);
	for (const socket of raw) socket.arrive(packet);
	const result = byProtocol(stack, packet, raw.length > 0);
	return { verdict: result.verdict, answers: result.answers.filter((each) => each !== undefined) };
}
function byProtocol(stack: NetStack, packet: Packet, hadRaw: boolean): { verdict: string; answers: Array<Packet | undefined> } {
	if (packet.error) return { verdict: reportError(stack, packet), answers: [] };
	if (isEchoRequest(packet)) {
		stack.count("IcmpInEchos");
		const ignored = packet.broadcast && stack.sysctl.number("ipv4/icmp_echo_ignore_broadcasts");
		return { verdict: "echo", answers: ignored ? [] : [echoReply(stack, packet)] };
	}
	if (packet.protocol === IPPROTO.TCP) return toTcp(stack, packet);
	if (packet.protocol === IPPROTO.UDP) return toUdp(stack, packet);
	if (isEchoReply(packet)) {
		const socket = best(stack, "icmp", packet);
		socket?.arrive(packet);
		return { verdict: socket || hadRaw ? "delivered" : "nobody", answers: [] };
	}
	if (hadRaw || packet.protocol === IPPROTO.ICMP || packet.protocol === IPPROTO.ICMPV6)
		return { verdict: "delivered", answers: [] };
	return { verdict: "protocol unreachable", answers: [errorAbout(packet, "protocol", packet.destination)] };
}
function toTcp(stack: NetStack, packet: Packet) {
	const socket = stack.connections.get(keyOfPacket(packet)) ?? best(stack, "tcp", packet);
	if (socket) {
		const verdict = socket.arrive(packet);
		return { verdict: verdict ?? "delivered", answers: [] };
	}
	return { verdict: "refused", answers: [resetFor(packet)] };
}
/** RFC 9293: what comes to no connection is answered by a reset, but for resets. */
export function resetFor(packet: Packet): Packet | undefined {
	if (packet.segment?.kind === "rst" || packet.protocol !== IPPROTO.TCP) return undefined;
	const made = answer(packet, { segment: { kind: "rst", end: packet.segment?.end ?? {} } });
	return { ...made, length: tcpLength(packet.family, "rst") };
}
function toUdp(stack: NetStack, packet: Packet) {
	stack.count("UdpInDatagrams");
	if (packet.broadcast) {
		const all = [...stack.at("udp", packet.destinationPort)].filter((socket) => socket.match(packet) > 0);
		for (const socket of all) socket.arrive(packet);
		return { verdict: all.length > 0 ? "delivered" : "nobody", answers: [] };
	}
	const socket = best(stack, "udp", packet);
	if (socket) return { verdict: socket.arrive(packet) ?? "delivered", answers: [] };
	stack.count("UdpNoPorts");
	return { verdict: "port unreachable", answers: [errorAbout(packet, "port", packet.destination)] };
}
/** The most exact of those that would take it; of equals (SO_REUSEPORT) the one that the flow's numbers say. */
function best(stack: NetStack, transport: Transport, packet: Packet): InetSocket | undefined {
	let found: InetSocket[] = [];
	let score = 0;
	for (const socket of stack.at(transport, packet.destinationPort)) {
		const value = socket.match(packet);
		if (value > score) [found, score] = [[socket], value];
		else if (value > 0 && value === score) found.push(socket);
	}
	return found[found.length > 1 ? (packet.sourcePort * 31 + packet.flow) % found.length : 0];
}
/** To the socket that sent what the error is about. */
function reportError(stack: NetStack, packet: Packet): string {
	const { about } = packet.error!;
	const error = socketErrorOf(packet);
	const transport = TRANSPORT[about.protocol];
	if (!error || !transport) return "unknown";
	const back: Packet = { ...answer(about, {}), segment: undefined };
	const socket =
		transport === "tcp" ? stack.connections.get(keyOfPacket(back)) : best(stack, transport, { ...back, in: packet.in });
	socket?.failed(error, packet);
	return socket ? "reported" : "nobody";
}
