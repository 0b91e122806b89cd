// Does a match of a rule hold for a packet? A function a match (man 8 iptables-extensions).

import { CT_STATE, type Match, type Ports, TCP_INV } from "../../../lib/netfilter/match";
import type { Device } from "../link/device";
import { IPPROTO, type Packet } from "../packet";

export interface MatchContext {
	in?: Device;
	out?: Device;
	/** RTN_* of an address, as the routes have it; of the device alone where one is given. */
	typeOf(address: string, device?: Device): number;
	/** Milliseconds. */
	now: number;
	/** What is left of a limit, by its match. */
	credits: WeakMap<object, { left: number; at: number }>;
}

const between = (port: number, [low, high]: Ports): boolean => port >= low && port <= high;
/** FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
const TCP_FLAGS = { syn: 2, synack: 18, ack: 16, probe: 16, rst: 20, fin: 17 } as const;

type Test<N extends Match["name"]> = (match: Extract<Match, { name: N }>, packet: Packet, context: MatchContext) => boolean;
const tests: { [N in Match["name"]]: Test<N> } = {
	tcp({ source, destination, flags, invert = 0 }, packet) {
		if (packet.protocol !== IPPROTO.TCP) return false;
		if (source && between(packet.sourcePort, source) === ((invert & TCP_INV.SRCPT) !== 0)) return false;
		if (destination && between(packet.destinationPort, destination) === ((invert & TCP_INV.DSTPT) !== 0)) return false;
		if (!flags || flags.mask === 0) return true;
		const set = packet.segment ? TCP_FLAGS[packet.segment.kind] : 0;
		return ((set & flags.mask) === flags.compare) !== ((invert & TCP_INV.FLAGS) !== 0);
	},
	udp({ source, destination, invert = 0 }, packet) {
		if (packet.protocol !== IPPROTO.UDP) return false;
		if (source && between(packet.sourcePort, source) === ((invert & 1) !== 0)) return false;
		return !destination || between(packet.destinationPort, destination) !== ((invert & 2) !== 0);
	},
	icmp: (match, packet) => packet.protocol === IPPROTO.ICMP && icmp(match, packet),
	icmp6: (match, packet) => packet.protocol === IPPROTO.ICMPV6 && icmp(match, packet),
	addrtype({ source, destination, invertSource, invertDestination, limit = 0 }, packet, context) {
		const device = limit & 4 ? context.in : limit & 8 ? context.out : undefined;
		const is = (address: string, mask: number): boolean => (mask & (1 << context.typeOf(address, device))) !== 0;
		if (source && is(packet.source, source) === (invertSource ?? false)) return false;
		return !destination || is(packet.destination, destination) !== (invertDestination ?? false);
	},
	conntrack({ states, invert }, packet) {
		return states === 0 || ((stateBits(packet) & states) !== 0) !== (invert ?? false);
	},
	state: ({ states }, packet) => (stateBits(packet) & states) !== 0,
	mark: ({ mark, mask, invert }, packet) => ((packet.mark & mask) >>> 0 === mark) !== (invert ?? false),
	comment: () => true,
	multiport({ which, ports, invert }, packet) {
		if (packet.protocol !== IPPROTO.TCP && packet.protocol !== IPPROTO.UDP) return false;
		const one = (port: number): boolean => ports.some((range) => between(port, range));
		const [source, destination] = [
			which !== "destination" && one(packet.sourcePort),
			which !== "source" && one(packet.destinationPort),
		];
		return (source || destination) !== (invert ?? false);
	},
	/** A bucket that fills with time: `average` is 1/10000 s for one packet, `burst` how many it holds. */
	limit(match, _packet, { now, credits }) {
		const each = match.average / 10;
		const full = each * match.burst;
		const bucket = credits.get(match) ?? { left: full, at: now };
		bucket.left = Math.min(full, bucket.left + now - bucket.at);
		bucket.at = now;
		credits.set(match, bucket);
		if (bucket.left < each) return false;
		bucket.left -= each;
		return true;
	},
	owner({ uid, gid, invert = 0 }, { owner }) {
		if (!owner) return false;
		if (uid && between(owner.uid, uid) === ((invert & 1) !== 0)) return false;
		return !gid || between(owner.gid, gid) !== ((invert & 2) !== 0);
	},
};
export const matches = (match: Match, packet: Packet, context: MatchContext): boolean =>
	(tests[match.name] as Test<Match["name"]>)(match as never, packet, context);

function icmp({ type, code, invert }: { type: number; code: Ports; invert?: boolean }, packet: Packet): boolean {
	const [is, has] = packet.error ? [packet.error.type, packet.error.code] : [packet.bytes[0] ?? -1, packet.bytes[1] ?? -1];
	return (type === 255 || (is === type && between(has, code))) !== (invert ?? false);
}
function stateBits({ tracked }: Packet): number {
	if (!tracked) return CT_STATE.INVALID;
	let bits: number = CT_STATE[tracked.state];
	const { connection } = tracked;
	if (!connection) return bits;
	const { original, reply } = connection;
	if (original.source !== reply.destination || original.sourcePort !== reply.destinationPort) bits |= CT_STATE.SNAT;
	if (original.destination !== reply.source || original.destinationPort !== reply.sourcePort) bits |= CT_STATE.DNAT;
	return bits;
}
