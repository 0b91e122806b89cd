// Raw and ping sockets (man 7 raw, icmp): whole packets of one protocol, or ICMP echoes without privileges.

import { concat } from "../../../lib/bytes";
import { ERRNO, type Errno } from "../../../lib/errno";
import { formatIpv4 } from "../../../lib/inet";
import { POLLERR, POLLIN, POLLOUT } from "../../file/description";
import { CAP, capable } from "../../proc/capability";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address } from "../address";
import type { Received } from "../inbox";
import { IPPROTO, type Packet, packet } from "../packet";
import { BUFFER, RECEIVE, type SendOptions, type Socket } from "../socket";
import type { NetStack } from "../stack";
import { icmpBytes, ipHeader, withIcmpChecksum } from "../walk/icmp";
import { routeOut } from "../walk/walk";
import { InetSocket, isAny, unmapped } from "./socket";
import { LOOPBACK } from "./udp";

const LARGEST = 65535;
const isIcmp = (protocol: number): boolean => protocol === IPPROTO.ICMP || protocol === IPPROTO.ICMPV6;
const identifierOf = (bytes: Uint8Array): number => (bytes.length >= 6 ? (bytes[4]! << 8) | bytes[5]! : 0);

/** What both share: a destination instead of a port. */
abstract class MessageSocket extends InetSocket {
	listen(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	accept(): Socket | Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	protected destinationOf(options: SendOptions): string | Errno {
		if (!options.to || options.to.family === "unspec") return this.remote?.address ?? -ERRNO.EDESTADDRREQ;
		const address = this.accepts(options.to);
		return typeof address === "number" ? address : LOOPBACK(address.address);
	}
	protected sourceTowards(destination: string): string | Errno {
		if (!isAny(this.local.address)) return this.local.address;
		const route = routeOut(this.stack, { destination, source: "0.0.0.0", mark: this.mark }, this.device);
		if (typeof route === "number") return route;
		return this.stack.sourceFor(route, destination) ?? "0.0.0.0";
	}
	protected emit(
		protocol: number,
		source: string,
		destination: string,
		bytes: Uint8Array,
		more: Partial<Packet> = {},
	): Errno | 0 {
		const id = isIcmp(protocol) ? identifierOf(bytes) : 0;
		const flow = this.stack.network.nextFlow();
		const made = packet({
			...this.marks,
			protocol,
			source,
			destination,
			bytes,
			flow,
			sourcePort: id,
			destinationPort: id,
			...more,
		});
		if (protocol === IPPROTO.ICMPV6) withIcmpChecksum(made);
		return this.dispatch(made, this.device);
	}
	connect(_task: Task, wanted: Address): number {
		if (wanted.family === "unspec") {
			this.remote = undefined;
			return 0;
		}
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		const destination = LOOPBACK(address.address);
		const source = this.sourceTowards(destination);
		if (typeof source === "number") return source;
		if (isAny(this.local.address)) this.local = { ...this.local, address: source };
		this.remote = { address: destination, port: 0 };
		return 0;
	}
	protected push(bytes: Uint8Array, arrived: Packet): string | undefined {
		if (this.inbox.length + bytes.length > BUFFER || this.shut & RECEIVE) return "buffer full";
		const from = this.shown({ address: arrived.source, port: 0 });
		this.inbox.push({ bytes, from, info: this.infoOf(arrived), files: [] });
		this.readable.wake();
		return undefined;
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		return this.receiveMessage(task, into, flags, nonblocking);
	}
	shutdown(how: number): Errno | 0 {
		if (!this.remote) return -ERRNO.ENOTCONN;
		this.shut |= how;
		this.readable.wake();
		return 0;
	}
	poll(): number {
		return (this.error || !this.errors.empty ? POLLERR : 0) | (!this.inbox.empty ? POLLIN : 0) | POLLOUT;
	}
}

export class RawSocket extends MessageSocket {
	readonly transport = "raw";
	/** IP_HDRINCL: the program writes the IP header itself. */
	headerIncluded: boolean;
	/** ICMP_FILTER: types that it does not want, as bits (SOL_RAW, 1). */
	filter = 0;

	constructor(
		stack: NetStack,
		family: "inet" | "inet6",
		inode: number,
		readonly protocol: number,
	) {
		super(stack, family, "raw", inode);
		this.headerIncluded = protocol === IPPROTO.RAW;
		stack.claim("raw", protocol, this);
	}
	override bind(_task: Task, wanted: Address): Errno | 0 {
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		if (!this.available(address.address)) return -ERRNO.EADDRNOTAVAIL;
		this.local = { address: address.address, port: 0 };
		return 0;
	}
	override match(arrived: Packet): number {
		if (arrived.family !== this.family || this.protocol === IPPROTO.RAW) return 0;
		if (this.device && arrived.in !== this.device) return 0;
		if (!isAny(this.local.address) && this.local.address !== arrived.destination) return 0;
		return this.remote && this.remote.address !== arrived.source ? 0 : 1;
	}
	send(_task: Task, bytes: Uint8Array, options: SendOptions): number {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (bytes.length > LARGEST) return -ERRNO.EMSGSIZE;
		const destination = this.destinationOf(options);
		if (typeof destination === "number") return destination;
		let source = this.sourceTowards(destination);
		if (typeof source === "number") return source;
		let [content, protocol, more]: [Uint8Array, number, Partial<Packet>] = [bytes.slice(), this.protocol, {}];
		if (this.headerIncluded && this.family === "inet") {
			if (bytes.length < 20) return -ERRNO.EINVAL;
			const given = formatIpv4(bytes.subarray(12, 16));
			if (!isAny(given)) source = given;
			protocol = bytes[9]!;
			more = { ttl: bytes[8]!, tos: bytes[1]! };
			content = bytes.slice((bytes[0]! & 15) * 4);
		}
		if (protocol === IPPROTO.UDP || protocol === IPPROTO.TCP) {
			const view = new DataView(content.buffer);
			if (content.length < 8) return -ERRNO.EINVAL;
			more = { ...more, sourcePort: view.getUint16(0), destinationPort: view.getUint16(2) };
			if (protocol === IPPROTO.UDP) content = content.slice(8);
		}
		const result = this.emit(protocol, source, destination, content, more);
		return result === 0 ? bytes.length : result;
	}
	arrive(arrived: Packet): string | undefined {
		if (this.protocol === IPPROTO.ICMP && (this.filter >>> (icmpBytes(arrived)[0]! & 31)) & 1) return "filtered";
		const content = icmpBytes(arrived);
		return this.push(this.family === "inet" ? concat([ipHeader(arrived), content]) : content, arrived);
	}
	override close(): void {
		if (!this.closed) this.stack.give("raw", this.protocol, this);
		super.close();
	}
}

export class PingSocket extends MessageSocket {
	readonly transport = "icmp";

	constructor(stack: NetStack, family: "inet" | "inet6", inode: number) {
		super(stack, family, "dgram", inode);
	}
	/** net.ipv4.ping_group_range says which groups may; CAP_NET_RAW is of no help here. */
	static allowed(stack: NetStack, { credentials }: Task): boolean {
		const [low, high] = stack.sysctl.range("ipv4/ping_group_range");
		return [credentials.gid, ...credentials.groups].some((gid) => gid >= low && gid <= high);
	}
	override bind(task: Task, wanted: Address): Errno | 0 {
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		if (!this.available(address.address)) return -ERRNO.EADDRNOTAVAIL;
		if (this.local.port !== 0) return -ERRNO.EINVAL;
		if (address.port > 0 && [...this.stack.at("icmp", address.port)].length > 0 && !capable(task, CAP.NET_ADMIN))
			return -ERRNO.EADDRINUSE;
		return this.take(unmapped(address.address), address.port);
	}
	override match(arrived: Packet): number {
		if (arrived.family !== this.family) return 0;
		if (this.device && arrived.in !== this.device) return 0;
		return isAny(this.local.address) || this.local.address === arrived.destination ? 1 : 0;
	}
	send(_task: Task, bytes: Uint8Array, options: SendOptions): number {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (bytes.length < 8 || bytes.length > LARGEST) return bytes.length < 8 ? -ERRNO.EINVAL : -ERRNO.EMSGSIZE;
		const request = this.family === "inet" ? 8 : 128;
		if (bytes[0] !== request || bytes[1] !== 0) return -ERRNO.EINVAL;
		const destination = this.destinationOf(options);
		if (typeof destination === "number") return destination;
		const source = this.sourceTowards(destination);
		if (typeof source === "number") return source;
		if (this.local.port === 0 && this.take(this.local.address, 0) !== 0) return -ERRNO.EAGAIN;
		const content = bytes.slice();
		new DataView(content.buffer).setUint16(4, this.local.port);
		const protocol = this.family === "inet" ? IPPROTO.ICMP : IPPROTO.ICMPV6;
		withIcmpChecksum({ family: this.family, source, destination, bytes: content } as Packet);
		const result = this.emit(protocol, source, destination, content);
		return result === 0 ? bytes.length : result;
	}
	arrive(arrived: Packet): string | undefined {
		return this.push(arrived.bytes, arrived);
	}
}
