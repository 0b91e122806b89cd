// Connection tracking: every flow through a namespace with the addresses that it has in both directions. NAT is nothing else than
// an answer's tuple that is not the question's turned round; so answers find their way back by themselves.

import type { Kernel } from "../../task";
import { IPPROTO, type Packet } from "../packet";

export interface Tuple {
	protocol: number;
	source: string;
	destination: string;
	sourcePort: number;
	destinationPort: number;
}
export interface Connection {
	readonly number: number;
	readonly original: Tuple;
	/** What an answer looks like. */
	reply: Tuple;
	answered: boolean;
	/** Which of the two kinds of NAT were decided on; each is once, by the first packet. */
	decided: { source: boolean; destination: boolean };
	/** Is it known to others yet? A first packet that is dropped leaves no trace. */
	confirmed: boolean;
	/** Ends that were seen, of TCP. */
	finished: { original: boolean; reply: boolean };
	mark: number;
	/** Uptime at which it is forgotten. */
	expires: number;
}
export type TrackState = "NEW" | "ESTABLISHED" | "RELATED" | "INVALID" | "UNTRACKED";
export interface Tracked {
	connection?: Connection;
	/** Does the packet go against the first one's direction? */
	reply: boolean;
	state: TrackState;
}

/** Seconds, as net.netfilter.nf_conntrack_* has them. */
const TIMEOUT = { syn: 120, established: 432_000, closed: 120, reset: 10, udp: 30, udpStream: 120, icmp: 30, generic: 600 };

export const tupleOf = ({ protocol, source, destination, sourcePort, destinationPort }: Packet): Tuple => ({
	...{ protocol, source, destination, sourcePort, destinationPort },
});
export const inverse = ({ protocol, source, destination, sourcePort, destinationPort }: Tuple): Tuple => ({
	protocol,
	source: destination,
	destination: source,
	sourcePort: destinationPort,
	destinationPort: sourcePort,
});
const key = ({ protocol, source, destination, sourcePort, destinationPort }: Tuple): string =>
	`${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`;

export class Conntrack {
	private readonly known = new Map<string, { connection: Connection; reply: boolean }>();
	private numbers = 0;

	constructor(private readonly kernel: Kernel) {}

	/** Says what a packet belongs to; the first of a flow makes a connection that is not confirmed yet. */
	track(packet: Packet): void {
		if (packet.tracked) return;
		if (packet.untracked) {
			packet.tracked = { reply: false, state: "UNTRACKED" };
			return;
		}
		if (packet.error) {
			packet.tracked = this.related(packet.error.about);
			return;
		}
		const found = this.find(tupleOf(packet));
		const { segment } = packet;
		if (found) {
			const { connection, reply } = found;
			if (reply) connection.answered = true;
			this.refresh(connection, packet, reply);
			packet.tracked = { connection, reply, state: connection.answered ? "ESTABLISHED" : "NEW" };
			return;
		}
		if (segment && (segment.kind === "rst" || segment.kind === "synack")) {
			packet.tracked = { reply: false, state: "INVALID" };
			return;
		}
		const original = tupleOf(packet);
		const connection: Connection = {
			number: ++this.numbers,
			original,
			reply: inverse(original),
			answered: false,
			decided: { source: false, destination: false },
			confirmed: false,
			finished: { original: false, reply: false },
			mark: 0,
			expires: 0,
		};
		this.refresh(connection, packet, false);
		packet.tracked = { connection, reply: false, state: "NEW" };
	}
	/** An error belongs to the connection of the packet that it is about, and goes the other way. */
	private related(about: Packet): Tracked {
		const found = this.find(inverse(tupleOf(about)));
		return found ? { connection: found.connection, reply: found.reply, state: "RELATED" } : { reply: false, state: "INVALID" };
	}
	private find(tuple: Tuple): { connection: Connection; reply: boolean } | undefined {
		const found = this.known.get(key(tuple));
		if (!found || found.connection.expires > this.kernel.uptime()) return found;
		this.forget(found.connection);
		return undefined;
	}
	private refresh(connection: Connection, { protocol, segment }: Packet, reply: boolean): void {
		const { finished, answered } = connection;
		if (segment?.kind === "fin") finished[reply ? "reply" : "original"] = true;
		let seconds = TIMEOUT.generic;
		if (segment) {
			if (segment.kind === "rst") seconds = TIMEOUT.reset;
			else if (finished.original && finished.reply) seconds = TIMEOUT.closed;
			else seconds = answered ? TIMEOUT.established : TIMEOUT.syn;
		} else if (protocol === IPPROTO.UDP) seconds = answered ? TIMEOUT.udpStream : TIMEOUT.udp;
		else if (protocol === IPPROTO.ICMP || protocol === IPPROTO.ICMPV6) seconds = TIMEOUT.icmp;
		connection.expires = this.kernel.uptime() + seconds * 1000;
	}
	/** The packet got through: its connection is one from now on. */
	confirm({ tracked }: Packet): void {
		const connection = tracked?.connection;
		if (!connection || connection.confirmed) return;
		connection.confirmed = true;
		this.known.set(key(connection.original), { connection, reply: false });
		this.known.set(key(connection.reply), { connection, reply: true });
		this.sweep();
	}
	/** Would answers of this kind be taken for those of another connection? */
	taken(reply: Tuple, connection: Connection): boolean {
		const found = this.find(reply);
		return found !== undefined && found.connection !== connection;
	}
	forget(connection: Connection): void {
		this.known.delete(key(connection.original));
		this.known.delete(key(connection.reply));
	}
	/** Once in a while what is over is thrown away. */
	private sweep(): void {
		if (this.known.size < this.nextSweep) return;
		const now = this.kernel.uptime();
		for (const { connection } of [...this.known.values()]) if (connection.expires <= now) this.forget(connection);
		this.nextSweep = Math.max(256, this.known.size * 2);
	}
	private nextSweep = 256;
	*connections(): Generator<Connection> {
		const now = this.kernel.uptime();
		for (const { connection, reply } of this.known.values()) if (!reply && connection.expires > now) yield connection;
	}
	clear(): void {
		this.known.clear();
	}
}
