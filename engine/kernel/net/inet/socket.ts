// What internet sockets share (man 7 ip, ipv6): addresses, ports, who may bind what, and which packets are theirs.

import { ERRNO, type Errno } from "../../../lib/errno";
import { IFA_F, RTN } from "../../../lib/netlink/constants";
import { CAP, capable } from "../../proc/capability";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address, InetAddress } from "../address";
import { Inbox, type PacketInfo, type Received } from "../inbox";
import type { Device } from "../link/device";
import type { Packet } from "../packet";
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_PEEK, RECEIVE, Socket, type SocketType } from "../socket";
import type { NetStack, Transport } from "../stack";
import type { SocketError } from "../walk/icmp";
import { mtuOf, routeOut, send } from "../walk/walk";

export const isAny = (address: string): boolean => address === "0.0.0.0" || address === "::";

/** ::ffff:127.0.0.1, which an IPv6 socket sees, as the IPv4 address that it is, and back. */
const MAPPED = "::ffff:";
export const unmapped = (address: string): string =>
	address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
export const mapped = (address: string): string => (address.includes(":") ? address : MAPPED + address);

/** SO_EE_ORIGIN_LOCAL. */
const LOCAL = 1;

export interface End {
	address: string;
	port: number;
}

/** What has an address and a port, so that others may not. */
export interface Bound {
	readonly family: "inet" | "inet6";
	readonly local: End;
	readonly device: Device | undefined;
	readonly onlyV6: boolean;
	readonly uid: number;
	readonly reuseAddress: boolean;
	readonly reusePort: boolean;
	readonly listening: boolean;
}

/** An address as a socket of the family has it: IPv4 ones in an IPv6 socket are mapped. */
export function shownEnd(family: "inet" | "inet6", { address, port }: End): End {
	if (family === "inet") return { address, port };
	return { address: address === "0.0.0.0" ? "::" : mapped(address), port };
}

export abstract class InetSocket extends Socket {
	readonly inbox = new Inbox();
	/** Errors with the packets that they are about, for IP_RECVERR. */
	readonly errors = new Inbox();
	abstract readonly transport: Transport;
	/** As bound or connected; port 0: not yet. Kept unmapped; shown as the family has it. */
	local: End;
	remote: End | undefined;
	/** SO_BINDTODEVICE, or the scope of a link-local address. */
	device: Device | undefined;
	mark = 0;
	ttl: number | undefined;
	tos = 0;
	/** Options that only have to be remembered, by level and name. */
	readonly remembered = new Map<string, number>();
	/** Groups joined, with the interface's index or 0. */
	readonly groups = new Set<string>();
	protected shut = 0;
	closed = false;
	/** Effective user, as the initial namespace numbers it: for /proc/net and the owner match. */
	uid = 0;
	gid = 0;

	constructor(
		stack: NetStack,
		override readonly family: "inet" | "inet6",
		type: SocketType,
		inode: number,
	) {
		super(stack, family, type, inode);
		this.local = { address: family === "inet" ? "0.0.0.0" : "::", port: 0 };
		stack.inetSockets.add(this);
		stack.hold();
	}
	get pending(): number {
		return this.type === "stream" ? this.inbox.length : this.inbox.nextLength;
	}
	/** An address in the words of this socket's family. */
	protected shown(end: End): InetAddress {
		const shown = shownEnd(this.family, end);
		if (this.family === "inet") return { family: "inet", ...shown };
		const scope = end.address.startsWith("fe80:") ? (this.device?.index ?? 0) : 0;
		return { family: "inet6", ...shown, scope };
	}
	localAddress(): Address {
		return this.shown(this.local);
	}
	peerAddress(): Address | Errno {
		return this.remote ? this.shown(this.remote) : -ERRNO.ENOTCONN;
	}
	/** EAFNOSUPPORT for another family's address, ENETUNREACH for an IPv4 one on an IPv6-only socket. */
	protected accepts(address: Address): InetAddress | Errno {
		if (address.family !== "inet" && address.family !== "inet6") return -ERRNO.EAFNOSUPPORT;
		if (address.family !== this.family) return address.family === "inet" ? -ERRNO.EAFNOSUPPORT : -ERRNO.EINVAL;
		const plain = unmapped(address.address);
		if (plain !== address.address && this.onlyV6) return -ERRNO.ENETUNREACH;
		// A scope binds the socket to its link.
		if (address.scope && address.address.startsWith("fe80:")) this.device ??= this.stack.deviceAt(address.scope);
		return { ...address, address: plain };
	}

	bind(task: Task, wanted: Address): Errno | 0 {
		if (wanted.family === "unspec" && this.family === "inet") return -ERRNO.EAFNOSUPPORT;
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		if (this.local.port !== 0) return -ERRNO.EINVAL;
		if (!this.available(address.address)) return -ERRNO.EADDRNOTAVAIL;
		const { port } = address;
		const low = this.stack.sysctl.number("ipv4/ip_unprivileged_port_start");
		if (port > 0 && port < low && !capable(task, CAP.NET_BIND_SERVICE)) return -ERRNO.EACCES;
		if (port > 0) {
			const others: Bound[] = [...this.stack.at(this.transport, port)];
			if (this.transport === "tcp") others.push(...this.stack.timeWaits.all().filter(({ local }) => local.port === port));
			if (others.some((other) => this.conflicts(other, address.address))) return -ERRNO.EADDRINUSE;
		}
		return this.take(address.address, port);
	}
	/** May it be bound to? Own addresses, groups, and whatever with ip_nonlocal_bind or IP_FREEBIND. */
	protected available(address: string): boolean {
		if (isAny(address) || this.stack.isLocal(address)) return true;
		const type = this.stack.addressType(address);
		if (this.type !== "stream" && (type === RTN.BROADCAST || type === RTN.MULTICAST)) return true;
		const family = address.includes(":") ? "ipv6" : "ipv4";
		return this.stack.sysctl.number(`${family}/ip_nonlocal_bind`) !== 0 || this.remembered.get("0 15") === 1;
	}
	/** Binds without further questions; port 0 takes a free one. */
	protected take(address: string, port: number): Errno | 0 {
		const chosen = port || this.stack.freePort(this.transport);
		if (chosen === 0) return -ERRNO.EADDRINUSE;
		this.local = { address, port: chosen };
		this.stack.claim(this.transport, chosen, this);
		return 0;
	}
	private conflicts(other: Bound, address: string): boolean {
		if (this.device && other.device && this.device !== other.device) return false;
		const families =
			this.family === other.family || (!this.onlyV6 && !other.onlyV6 && (isAny(address) || isAny(other.local.address)));
		const same = other.local.address === address || isAny(other.local.address) || isAny(address);
		if (!families || !same || (this.reusePort && other.reusePort && this.uid === other.uid)) return false;
		if (this.transport === "udp") return !(this.reuseAddress && other.reuseAddress);
		return !(this.reuseAddress && other.reuseAddress && !other.listening);
	}

	// ---- packets
	/** Would a packet come to this socket? Higher is more exact; 0 is no. */
	match(packet: Packet): number {
		const { destination, source, sourcePort } = packet;
		if (this.device && packet.in !== this.device && packet.in?.master !== this.device) return 0;
		const address = this.matchAddress(destination, packet.broadcast);
		if (address === 0) return 0;
		const { remote } = this;
		if (remote && (remote.address !== source || remote.port !== sourcePort)) return 0;
		return address + (remote ? 4 : 0) + (this.device ? 8 : 0) + (this.family === packet.family ? 1 : 0);
	}
	private matchAddress(address: string, broadcast = false): number {
		const { address: own } = this.local;
		if (own === address) return 4;
		if (!isAny(own)) return 0;
		const six = address.includes(":");
		if (own === "0.0.0.0") return six ? 0 : 2;
		if (broadcast && !six) return 0;
		return this.onlyV6 && !six ? 0 : 2;
	}
	/** A packet of this socket's; in a word what became of it, for the trace. */
	abstract arrive(packet: Packet): string | undefined;
	/** An ICMP error about a packet that it has sent. */
	failed(error: SocketError, packet: Packet): void {
		if (this.remembered.get(this.family === "inet" ? "0 11" : "41 25")) this.queueError(error, packet);
		else if (!error.fatal && this.type !== "stream") return;
		this.error = error.errno;
		this.readable.wake();
		this.writable.wake();
	}
	private queueError({ errno }: SocketError, { error, source }: Packet): void {
		const { about, type, code } = error!;
		const origin = this.family === "inet" ? 2 : 3;
		const info = { ...this.infoOf(about), error: { errno, type, code, origin, offender: source } };
		const from = this.shown({ address: about.destination, port: about.destinationPort });
		this.errors.push({ bytes: about.bytes, from, info, files: [] });
	}
	protected infoOf(packet: Packet): PacketInfo {
		const { destination, ttl, tos } = packet;
		return { destination, ttl, tos, device: packet.in?.index ?? 0, at: this.stack.kernel.uptime() };
	}
	/** What every packet of this socket carries. */
	protected get marks(): Pick<Packet, "mark" | "tos" | "ttl" | "owner" | "whole"> {
		const ttl = this.ttl ?? this.stack.sysctl.number("ipv4/ip_default_ttl");
		return { mark: this.mark, tos: this.tos, ttl, owner: { uid: this.uid, gid: this.gid }, whole: this.whole };
	}
	/** IP_MTU_DISCOVER is IP_PMTUDISC_DO or IP_PMTUDISC_PROBE: nothing that it sends is divided. */
	private get whole(): boolean {
		const how = this.remembered.get(this.family === "inet" ? "0 10" : "41 23");
		return how === 2 || how === 3;
	}
	/** A message goes out. One that is too large is in the error queue too, with the size that would do. */
	protected dispatch(message: Packet, device: Device | undefined): Errno | 0 {
		const result = send(this.stack, message, device);
		if (result !== -ERRNO.EMSGSIZE || !this.remembered.get(this.family === "inet" ? "0 11" : "41 25")) return result;
		const route = routeOut(this.stack, message, device);
		const mtu = typeof route === "number" ? 0 : mtuOf(this.stack, route);
		const error = { errno: ERRNO.EMSGSIZE, type: 0, code: 0, origin: LOCAL, info: mtu };
		const from = this.shown({ address: message.destination, port: message.destinationPort });
		this.errors.push({ bytes: message.bytes, from, info: { ...this.infoOf(message), error }, files: [] });
		return result;
	}
	/** A whole message from the inbox, or from the error queue (MSG_ERRQUEUE), which never waits. */
	protected receiveMessage(
		task: Task,
		into: Uint8Array,
		flags: number,
		nonblocking: boolean,
	): Received | Errno | Blocked<Received | Errno> {
		if (flags & MSG_ERRQUEUE) {
			this.error = 0;
			return this.errors.empty ? -ERRNO.EAGAIN : this.errors.message(into, (flags & MSG_PEEK) !== 0);
		}
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (!this.inbox.empty) return this.inbox.message(into, (flags & MSG_PEEK) !== 0);
		if (this.shut & RECEIVE) return { count: 0, length: 0, files: [], truncated: false };
		if (nonblocking || flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
		return this.wait(task, this.readable, this.receiveTimeout);
	}
	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.stack.inetSockets.delete(this);
		if (this.local.port !== 0) this.stack.give(this.transport, this.local.port, this);
		this.inbox.clear();
		this.errors.clear();
		this.stack.drop();
	}
}
/** Is an IPv6 address still looking whether another has it? It cannot be bound yet. */
export const isTentative = (until: number | undefined, flags: number, now: number): boolean =>
	(until !== undefined && now < until) || (flags & IFA_F.TENTATIVE) !== 0;
