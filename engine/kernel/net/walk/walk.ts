// How a packet goes, step by step: out of a socket, by the routes, through the hooks of netfilter, over links and bridges, forwarded
// by the hosts between, and in at the end. Answers go the same way back, by themselves. Everything happens at once but for what
// waits for a neighbour that does not answer.
//
//     send → OUTPUT → route → POSTROUTING → link ⇢ PREROUTING → route ─┬→ INPUT → deliver
//                                                       link ⇠ POSTROUTING ← FORWARD

import { ERRNO, type Errno } from "../../../lib/errno";
import type { HookName } from "../../../lib/netfilter/constants";
import { IFF, RTN } from "../../../lib/netlink/constants";
import { type Arrival, arrivals } from "../link/carry";
import type { Device } from "../link/device";
import type { HookResult } from "../netfilter/netfilter";
import { isMulticast, type Packet } from "../packet";
import type { Route } from "../route/table";
import type { NetStack } from "../stack";
import { deliver, resetFor } from "./deliver";
import { divide, isTooLarge, onWire, reassembled } from "./fragment";
import { errorAbout, REJECT_REASONS, type Reason } from "./icmp";

/** What a local sender is told when there is no way: by the type of the route. */
const REFUSED: Readonly<Record<number, Errno>> = {
	[RTN.BLACKHOLE]: -ERRNO.EINVAL,
	[RTN.UNREACHABLE]: -ERRNO.EHOSTUNREACH,
	[RTN.PROHIBIT]: -ERRNO.EACCES,
};

/** A local packet goes out; 0 or why not: ENETUNREACH, EHOSTUNREACH, EACCES, EPERM (a rule dropped it). `device` binds it to one. */
export function send(stack: NetStack, packet: Packet, device?: Device): Errno | 0 {
	const route = routeOut(stack, packet, device);
	if (typeof route === "number") return route;
	const { destination, source, mark } = packet;
	const result = passes(stack, "OUTPUT", packet, { out: outOf(stack, route) });
	if (result.verdict === "DROP") {
		refuse(stack, packet, result);
		return -ERRNO.EPERM;
	}
	const moved = packet.destination !== destination || packet.source !== source || packet.mark !== mark;
	const final = moved ? routeOut(stack, packet, device) : route;
	if (typeof final === "number") return final;
	if (packet.whole && isTooLarge(packet, mtuOf(stack, final))) return -ERRNO.EMSGSIZE;
	leave(stack, packet, final);
	return 0;
}
/** The route of a local packet. What leads beyond the machine is refused at once: nobody is there. */
export function routeOut(
	stack: NetStack,
	packet: Pick<Packet, "destination" | "source" | "mark">,
	device?: Device,
): Route | Errno {
	const { destination, source, mark } = packet;
	const route = stack.route({ destination, source, mark, out: device });
	if (!route) {
		// Bound to a device, everything is taken to be on its link; so are broadcasts and groups.
		if (device && !destination.includes(":")) return onLink(destination, device);
		return -ERRNO.ENETUNREACH;
	}
	const refused = REFUSED[route.type];
	if (refused !== undefined) return refused;
	return route.device?.kind === "external" && route.type === RTN.UNICAST ? -ERRNO.ENETUNREACH : route;
}
const onLink = (destination: string, device: Device): Route => ({
	...{ family: "inet", table: 254, destination, prefix: 32, tos: 0, metric: 0, protocol: 2, scope: 253, onlink: true },
	type: destination === "255.255.255.255" ? RTN.BROADCAST : RTN.UNICAST,
	device,
});
const outOf = (stack: NetStack, route: Route): Device | undefined => (route.type === RTN.LOCAL ? stack.loopback : route.device);

/** The largest packet that goes by a route. */
export const mtuOf = (stack: NetStack, route: Route): number => outOf(stack, route)?.mtu ?? Number.POSITIVE_INFINITY;

/** Behind routing: the last hook, then the link. */
function leave(stack: NetStack, packet: Packet, route: Route): void {
	const out = outOf(stack, route);
	if (!out?.up) {
		hop(stack, packet, out, "send", "link is down");
		return;
	}
	packet.broadcast ||= route.type === RTN.BROADCAST || route.type === RTN.MULTICAST || isMulticast(packet.destination);
	const result = passes(stack, "POSTROUTING", packet, { out });
	if (result.verdict === "DROP") return;
	if (isTooLarge(packet, out.mtu)) divide(stack, packet, out.mtu);
	if (route.type === RTN.LOCAL || out.isLoopback) {
		count(out, "sent", packet);
		count(out, "received", packet);
		hop(stack, packet, out, "send", "accept");
		enter(stack, out, packet);
		return;
	}
	if (packet.broadcast) {
		for (const arrival of [...arrivals(out)]) cross(arrival, { ...packet });
		return;
	}
	if (out.kind === "external") {
		hop(stack, packet, out, "send", "beyond this machine");
		error(stack, packet, "net");
		return;
	}
	const nextHop = route.gateway ?? packet.destination;
	if (out.kind === "dummy" || out.flags & IFF.NOARP) {
		count(out, "sent", packet);
		for (const arrival of [...arrivals(out)]) cross(arrival, packet);
		return;
	}
	const failed = (): void => {
		hop(stack, packet, out, "neighbour", "no answer");
		error(stack, packet, "host");
	};
	stack.neighbours.resolve(out, nextHop, packet, (arrival) => cross(arrival, packet), failed);
}
/** Over the link: everything on the way counts it; bridges ask the rules too (net.bridge.bridge-nf-call-iptables). */
function cross({ device, hops }: Arrival, packet: Packet): void {
	for (const each of hops) {
		const { bridge, from } = each;
		if (bridge && from && !bridged(bridge, from, each.device, packet)) return;
		count(each.device, each.way, packet);
		hop(each.device.stack, packet, each.device, each.way === "sent" ? "send" : "receive", "accept");
	}
	// Another host, or the same one anew: only the loopback keeps what was known of it.
	packet.tracked = undefined;
	packet.untracked = undefined;
	enter(device.stack, device, packet);
}
/** A packet from one port of a bridge to another, where the rules of the bridge's host are asked about it. */
function bridged(bridge: Device, _from: Device, _to: Device, packet: Packet): boolean {
	const { stack } = bridge;
	const call = packet.family === "inet" ? "bridge/bridge-nf-call-iptables" : "bridge/bridge-nf-call-ip6tables";
	if (!stack.netfilter.active || !stack.sysctl.number(call)) return true;
	const inside: Packet = { ...packet, tracked: undefined };
	const devices = { in: bridge, out: bridge };
	for (const name of ["PREROUTING", "FORWARD", "POSTROUTING"] as const) {
		const { destination } = inside;
		const result = passes(
			stack,
			name,
			inside,
			name === "PREROUTING" ? { in: bridge } : name === "FORWARD" ? devices : { out: bridge },
		);
		if (result.verdict === "DROP") {
			refuse(stack, inside, result);
			return false;
		}
		if (inside.destination !== destination) break;
	}
	return true;
}
/** In from a link. */
function enter(stack: NetStack, device: Device, packet: Packet): void {
	packet.in = device;
	if (passes(stack, "PREROUTING", packet, { in: device }).verdict === "DROP") return;
	if (!device.isLoopback && isMartian(stack, device, packet)) {
		hop(stack, packet, device, "route", "martian");
		return;
	}
	const type = isMulticast(packet.destination) ? RTN.MULTICAST : stack.addressType(packet.destination);
	if (type === RTN.LOCAL || type === RTN.BROADCAST || type === RTN.MULTICAST) {
		packet.broadcast ||= type !== RTN.LOCAL;
		arrive(stack, device, packet);
		return;
	}
	forward(stack, device, packet);
}
/** Loopback addresses on a wire, and packets that claim to be from here. */
function isMartian(stack: NetStack, device: Device, { source, destination, family }: Packet): boolean {
	const loopback = (address: string): boolean => (family === "inet" ? address.startsWith("127.") : address === "::1");
	if (loopback(source) || loopback(destination)) return !stack.sysctl.either("ipv4", device.name, "route_localnet");
	return family === "inet" && stack.isLocal(source) && !stack.sysctl.either("ipv4", device.name, "accept_local");
}
function arrive(stack: NetStack, device: Device, packet: Packet): void {
	const result = passes(stack, "INPUT", packet, { in: device });
	if (result.verdict === "DROP") {
		refuse(stack, packet, result);
		return;
	}
	reassembled(stack, packet);
	stack.count("IpInDelivers");
	const { verdict, answers } = deliver(stack, packet);
	hop(stack, packet, device, "deliver", verdict);
	for (const each of answers) send(stack, each);
}
function forward(stack: NetStack, device: Device, packet: Packet): void {
	const family = packet.family === "inet" ? "ipv4" : "ipv6";
	const forwards = stack.sysctl.number(`${family}/conf/${device.name}/forwarding`);
	if (!forwards || packet.broadcast) {
		hop(stack, packet, device, "route", "not forwarded");
		return;
	}
	const route = stack.route({ destination: packet.destination, source: packet.source, mark: packet.mark, in: device });
	if (!route || route.type === RTN.UNREACHABLE) {
		unreachable(stack, packet, device, route ? "host" : "net");
		return;
	}
	if (route.type === RTN.PROHIBIT) {
		unreachable(stack, packet, device, "admin");
		return;
	}
	if (route.type === RTN.BLACKHOLE || !route.device) {
		hop(stack, packet, device, "route", "black hole");
		return;
	}
	if (packet.ttl <= 1) {
		unreachable(stack, packet, device, "ttl");
		return;
	}
	if (packet.whole && isTooLarge(packet, route.device.mtu)) {
		stack.count("IpFragFails");
		unreachable(stack, packet, device, "size");
		return;
	}
	packet.ttl--;
	stack.count("IpForwDatagrams");
	const result = passes(stack, "FORWARD", packet, { in: device, out: route.device });
	if (result.verdict === "DROP") {
		refuse(stack, packet, result);
		return;
	}
	// The outside lets nothing through and says so at once: what asks a name server there need not wait for no answer.
	if (route.device.kind === "external") {
		unreachable(stack, packet, device, "netProhibited");
		return;
	}
	leave(stack, packet, route);
}
function unreachable(stack: NetStack, packet: Packet, device: Device, reason: Reason): void {
	hop(stack, packet, device, "route", reason === "ttl" ? "time exceeded" : `${reason} unreachable`);
	error(stack, packet, reason);
}

/** Tells a packet's sender what went wrong, from the address that faces it. */
function error(stack: NetStack, about: Packet, reason: Reason): void {
	const made = errorAbout(about, reason, speaker(stack, about));
	if (made) send(stack, made);
}
function speaker(stack: NetStack, about: Packet): string {
	if (stack.isLocal(about.destination)) return about.destination;
	const route = stack.route({ destination: about.source });
	return (route && stack.sourceFor(route, about.source)) ?? about.destination;
}
/** REJECT answers; DROP says nothing. */
function refuse(stack: NetStack, packet: Packet, result: HookResult): void {
	if (result.verdict !== "DROP" || result.reject === undefined) return;
	const reason = REJECT_REASONS[packet.family][result.reject];
	if (reason === "reset") {
		const reset = resetFor(packet);
		if (reset) send(stack, reset);
	} else if (reason) error(stack, packet, reason);
}

function passes(stack: NetStack, name: HookName, packet: Packet, devices: { in?: Device; out?: Device }): HookResult {
	if (!stack.netfilter.active) return { verdict: "ACCEPT" };
	const { source, destination, sourcePort, destinationPort } = packet;
	const result = stack.netfilter.hook(name, packet, devices);
	const translated =
		source !== packet.source ||
		destination !== packet.destination ||
		sourcePort !== packet.sourcePort ||
		destinationPort !== packet.destinationPort;
	const verdict =
		result.verdict === "DROP"
			? result.reject === undefined
				? `drop (${result.table})`
				: `reject (${result.table})`
			: translated
				? "nat"
				: "accept";
	hop(stack, packet, devices.out ?? devices.in, name, verdict);
	return result;
}
function count(device: Device, way: "sent" | "received", packet: Packet): void {
	const counters = device[way];
	const { packets, bytes } = onWire(packet);
	counters.packets += packets;
	// A frame has its Ethernet header; what a bridge's host receives has lost it.
	counters.bytes += bytes + (way === "received" && device.kind === "bridge" ? 0 : 14 * packets);
	if (packet.broadcast && way === "received") counters.multicast++;
	packet.counted?.push(counters);
}
const NAMES: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6" };
function hop(stack: NetStack, packet: Packet, device: Device | undefined, step: string, verdict: string): void {
	const end = (address: string, port: number): string =>
		packet.protocol !== 6 && packet.protocol !== 17
			? address
			: address.includes(":")
				? `[${address}]:${port}`
				: `${address}:${port}`;
	stack.kernel.trace.emit("network", {
		type: "net.hop",
		flow: packet.flow,
		netns: stack.inode,
		device: device?.name ?? "",
		step,
		protocol: NAMES[packet.protocol] ?? String(packet.protocol),
		source: end(packet.source, packet.sourcePort),
		destination: end(packet.destination, packet.destinationPort),
		verdict,
	});
}
