// UDP sockets (man 7 udp): messages. They go at once, or wait for a neighbour; a receiver that is full loses what comes.

import { ERRNO, type Errno } from "../../../lib/errno";
import { RTN } from "../../../lib/netlink/constants";
import { POLLERR, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address, InetAddress } from "../address";
import type { Received } from "../inbox";
import { IPPROTO, isMulticast, type Packet, packet } from "../packet";
import { BUFFER, RECEIVE, SEND, type SendOptions, type Socket } from "../socket";
import type { NetStack } from "../stack";
import { routeOut } from "../walk/walk";
import { type End, InetSocket, isAny } from "./socket";

const LARGEST = 65507;
export const LOOPBACK = (address: string): string => (address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address);

export class UdpSocket extends InetSocket {
	readonly transport = "udp";

	constructor(stack: NetStack, family: "inet" | "inet6", inode: number) {
		super(stack, family, "dgram", inode);
	}
	listen(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	accept(): Socket | Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	connect(task: Task, wanted: Address): number {
		if (wanted.family === "unspec") {
			this.remote = undefined;
			return 0;
		}
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		const destination = LOOPBACK(address.address);
		const source = this.sourceTowards(destination);
		if (typeof source === "number") return source;
		if (this.stack.addressType(destination) === RTN.BROADCAST && !this.broadcast) return -ERRNO.EACCES;
		this.remember(task);
		const failed = this.local.port === 0 ? this.take(source, 0) : 0;
		if (failed !== 0) return -ERRNO.EAGAIN;
		if (isAny(this.local.address)) this.local = { ...this.local, address: source };
		this.remote = { address: destination, port: address.port };
		return 0;
	}
	/** The own address that the other sees: as bound, or as the route says. */
	private sourceTowards(destination: string): string | Errno {
		if (!isAny(this.local.address)) return this.local.address;
		const route = routeOut(this.stack, { destination, source: "0.0.0.0", mark: this.mark }, this.device);
		if (typeof route === "number") return route;
		return this.stack.sourceFor(route, destination) ?? (destination.includes(":") ? -ERRNO.EADDRNOTAVAIL : "0.0.0.0");
	}
	private remember({ credentials }: Task): void {
		this.uid = credentials.uid;
		this.gid = credentials.gid;
	}
	private target(options: SendOptions): End | Errno {
		if (!options.to || options.to.family === "unspec") return this.remote ?? -ERRNO.EDESTADDRREQ;
		const address = this.accepts(options.to);
		if (typeof address === "number") return address;
		return address.port === 0 ? -ERRNO.EINVAL : { address: LOOPBACK((address as InetAddress).address), port: address.port };
	}
	send(task: Task, bytes: Uint8Array, options: SendOptions): number {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.shut & SEND) return this.brokenPipe(task, options.flags);
		if (bytes.length > LARGEST) return -ERRNO.EMSGSIZE;
		const target = this.target(options);
		if (typeof target === "number") return target;
		if (this.stack.addressType(target.address) === RTN.BROADCAST && !this.broadcast) return -ERRNO.EACCES;
		const source = this.sourceTowards(target.address);
		if (typeof source === "number") return source;
		this.remember(task);
		if (this.local.port === 0 && this.take(this.local.address, 0) !== 0) return -ERRNO.EAGAIN;
		const sent = packet({
			...this.marks,
			protocol: IPPROTO.UDP,
			source,
			destination: target.address,
			sourcePort: this.local.port,
			destinationPort: target.port,
			bytes: bytes.slice(),
			flow: this.stack.network.nextFlow(),
		});
		this.stack.count("UdpOutDatagrams");
		const result = this.dispatch(sent, this.device ?? this.outFor(target.address));
		return result === 0 ? bytes.length : result;
	}
	/** IP_MULTICAST_IF. */
	private outFor(address: string) {
		const index = this.remembered.get("0 32") ?? this.remembered.get("41 17");
		return index && isMulticast(address) ? this.stack.deviceAt(index) : undefined;
	}
	arrive(arrived: Packet): string | undefined {
		if (this.shut & RECEIVE || this.inbox.length + arrived.bytes.length > BUFFER) {
			this.stack.count("UdpRcvbufErrors");
			return "buffer full";
		}
		const from = this.shown({ address: arrived.source, port: arrived.sourcePort });
		if (arrived.in && arrived.source.startsWith("fe80:")) from.scope = arrived.in.index;
		this.inbox.push({ bytes: arrived.bytes, from, info: this.infoOf(arrived), files: [] });
		this.readable.wake();
		return undefined;
	}
	/** Only a connected socket hears that nobody was there, unless it asked (IP_RECVERR). */
	override failed(error: Parameters<InetSocket["failed"]>[0], about: Packet): void {
		const asked = this.remembered.get(this.family === "inet" ? "0 11" : "41 25");
		if (this.remote || asked) super.failed(error, about);
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
		return (this.error || !this.errors.empty ? POLLERR : 0) | (!this.inbox.empty || this.shut & RECEIVE ? POLLIN : 0) | POLLOUT;
	}
}
