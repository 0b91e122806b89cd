// What internet sockets share (man 7 ip, ipv6): addresses, ports, who may bind what.

import { ERRNO, type Errno } from "../../../lib/errno";
import { CAP, capable } from "../../proc/capability";
import type { Task } from "../../task";
import type { Address, InetAddress } from "../address";
import { Inbox } from "../inbox";
import { Socket, type SocketType } from "../socket";
import type { NetStack } from "../stack";

const UNPRIVILEGED = 1024;
export const isAny = (address: string): boolean => address === "0.0.0.0" || address === "::";

/** ::ffff:127.0.0.1, which an IPv6 socket sees, as the IPv4 address that it is, and back. */
const MAPPED = "::ffff:";
export const unmapped = (address: string): string =>
	address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
export const mapped = (address: string): string => (address.includes(":") ? address : MAPPED + address);

export abstract class InetSocket extends Socket {
	readonly inbox = new Inbox();
	abstract readonly protocol: "tcp" | "udp";
	/** As bound or connected; port 0: not yet. Kept unmapped; shown as the family has it. */
	local: { address: string; port: number };
	remote: { address: string; port: number } | undefined;
	protected shut = 0;
	closed = false;

	constructor(stack: NetStack, family: "inet" | "inet6", type: SocketType, inode: number) {
		super(stack, family, type, inode);
		this.local = { address: family === "inet" ? "0.0.0.0" : "::", port: 0 };
		stack.inetSockets.add(this);
	}
	get pending(): number {
		return this.type === "stream" ? this.inbox.length : this.inbox.nextLength;
	}
	/** An address in the words of this socket's family. */
	protected shown({ address, port }: { address: string; port: number }): InetAddress {
		const family = this.family as "inet" | "inet6";
		if (family === "inet") return { family, address, port };
		return { family, address: address === "0.0.0.0" ? "::" : mapped(address), port };
	}
	localAddress(): Address {
		return this.shown(this.local);
	}
	peerAddress(): Address | Errno {
		return this.remote ? this.shown(this.remote) : -ERRNO.ENOTCONN;
	}
	/** EAFNOSUPPORT for another family's address. */
	protected accepts(address: Address): InetAddress | Errno {
		if (address.family !== "inet" && address.family !== "inet6") return -ERRNO.EAFNOSUPPORT;
		if (address.family !== this.family) return address.family === "inet" ? -ERRNO.EAFNOSUPPORT : -ERRNO.EINVAL;
		return { ...address, address: unmapped(address.address) };
	}

	bind(task: Task, wanted: Address): Errno | 0 {
		const address = this.accepts(wanted);
		if (typeof address === "number") return address;
		if (this.local.port !== 0) return -ERRNO.EINVAL;
		if (!isAny(address.address) && !this.stack.owner(address.address)) return -ERRNO.EADDRNOTAVAIL;
		const { port } = address;
		if (port > 0 && port < UNPRIVILEGED && !capable(task, CAP.NET_BIND_SERVICE)) return -ERRNO.EACCES;
		if (port > 0)
			for (const other of this.stack.at(this.protocol, port))
				if (this.conflicts(other, address.address)) return -ERRNO.EADDRINUSE;
		return this.take(address.address, port);
	}
	/** Binds without further questions; port 0 takes a free one. */
	protected take(address: string, port: number): Errno | 0 {
		const chosen = port || this.stack.freePort(this.protocol);
		if (chosen === 0) return -ERRNO.EADDRINUSE;
		this.local = { address, port: chosen };
		this.stack.claim(this.protocol, chosen, this);
		return 0;
	}
	private conflicts(other: InetSocket, address: string): boolean {
		const families =
			this.family === other.family || (!this.onlyV6 && !other.onlyV6 && (isAny(address) || isAny(other.local.address)));
		const same = other.local.address === address || isAny(other.local.address) || isAny(address);
		if (!families || !same || (this.reusePort && other.reusePort)) return false;
		if (this.protocol === "udp") return !(this.reuseAddress && other.reuseAddress);
		return !(this.reuseAddress && other.reuseAddress && !other.listening);
	}
	/** Would something that arrives for this address come to this socket? Higher is more exact; 0 is no. */
	match(address: string): number {
		if (this.local.address === address) return 2;
		if (this.local.address === "0.0.0.0") return address.includes(":") ? 0 : 1;
		if (this.local.address !== "::") return 0;
		return this.onlyV6 && !address.includes(":") ? 0 : 1;
	}
	protected count(bytes: number): void {
		const via = this.stack.owner(this.local.address === "0.0.0.0" ? "127.0.0.1" : this.local.address);
		if (!via) return;
		via.counters.bytes += bytes;
		via.counters.packets++;
	}
	close(): void {
		this.closed = true;
		this.stack.inetSockets.delete(this);
		if (this.local.port !== 0) this.stack.give(this.protocol, this.local.port, this);
		this.inbox.clear();
	}
}
