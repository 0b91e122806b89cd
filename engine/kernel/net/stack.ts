// A network namespace's stack (man 7 network_namespaces): its interfaces, its routes, its abstract socket names and its ports.
//
// Sockets do not know how far away the other is: they ask `route(destination)` where an address is, and get the stack that has it
// and the address that they are seen from. For now that is this stack or nowhere; links to other stacks add to route().

import { ERRNO, type Errno } from "../../lib/errno";
import type { NetNamespace, UserNamespace } from "../ns/namespaces";
import type { Kernel } from "../task";
import type { InetSocket } from "./inet/socket";
import type { UnixSocket } from "./unix/socket";

export const IFF_UP = 0x1;
export const IFF_LOOPBACK = 0x8;
export const IFF_RUNNING = 0x40;

export interface Interface {
	readonly index: number;
	name: string;
	/** IFF_*. */
	flags: number;
	mtu: number;
	/** 6 bytes. */
	hardware: Uint8Array;
	/** ARPHRD_*: 772 is loopback. */
	readonly hardwareType: number;
	addresses: Array<{ family: "inet" | "inet6"; address: string; prefix: number }>;
	counters: { bytes: number; packets: number };
}

export interface Route {
	stack: NetStack;
	/** The address that the sender is seen from when it has not bound one. */
	source: string;
	via: Interface;
}

/** Who listens or is bound, by protocol and port. */
export type Ports = Map<number, Set<InetSocket>>;

const EPHEMERAL: readonly [number, number] = [32768, 60999];

export class NetStack {
	readonly interfaces: Interface[] = [];
	readonly abstract = new Map<string, UnixSocket>();
	readonly ports: Record<"tcp" | "udp", Ports> = { tcp: new Map(), udp: new Map() };
	/** For /proc/net/unix and /proc/net/tcp. */
	readonly unixSockets = new Set<UnixSocket>();
	readonly inetSockets = new Set<InetSocket>();
	private nextPort = EPHEMERAL[0];

	constructor(readonly kernel: Kernel) {
		this.interfaces.push({
			index: 1,
			name: "lo",
			flags: IFF_UP | IFF_LOOPBACK | IFF_RUNNING,
			mtu: 65536,
			hardware: new Uint8Array(6),
			hardwareType: 772,
			addresses: [
				{ family: "inet", address: "127.0.0.1", prefix: 8 },
				{ family: "inet6", address: "::1", prefix: 128 },
			],
			counters: { bytes: 0, packets: 0 },
		});
	}

	/** Where packets to the address go; ENETUNREACH. An unspecified address means this host. */
	route(destination: string): Route | Errno {
		const six = destination.includes(":");
		const target = destination === "0.0.0.0" ? "127.0.0.1" : destination === "::" ? "::1" : destination;
		const via = this.owner(target);
		if (!via) return -ERRNO.ENETUNREACH;
		const loopback = via.flags & IFF_LOOPBACK && !six ? "127.0.0.1" : target;
		return { stack: this, source: loopback, via };
	}
	/** The interface that is up and has the address: for IPv4's loopback its whole network. */
	owner(address: string): Interface | undefined {
		return this.interfaces.find(
			({ flags, addresses }) =>
				flags & IFF_UP &&
				addresses.some(
					(own) => own.address === address || (flags & IFF_LOOPBACK && own.family === "inet" && address.startsWith("127.")),
				),
		);
	}

	/** A free port for who has not asked for one; 0 when all are taken. */
	freePort(protocol: "tcp" | "udp"): number {
		const [low, high] = EPHEMERAL;
		for (let tried = low; tried <= high; tried++) {
			const port = this.nextPort;
			this.nextPort = port === high ? low : port + 1;
			if (!this.ports[protocol].has(port)) return port;
		}
		return 0;
	}
	claim(protocol: "tcp" | "udp", port: number, socket: InetSocket): void {
		const there = this.ports[protocol].get(port) ?? new Set();
		there.add(socket);
		this.ports[protocol].set(port, there);
	}
	give(protocol: "tcp" | "udp", port: number, socket: InetSocket): void {
		const there = this.ports[protocol].get(port);
		there?.delete(socket);
		if (there?.size === 0) this.ports[protocol].delete(port);
	}
	at(protocol: "tcp" | "udp", port: number): Iterable<InetSocket> {
		return this.ports[protocol].get(port) ?? [];
	}
}

/** A network namespace with its loopback up. */
export const createNet = (inode: number, owner: UserNamespace, kernel: Kernel): NetNamespace => ({
	kind: "net",
	inode,
	owner,
	stack: new NetStack(kernel),
});
export const stackOf = (namespace: NetNamespace): NetStack => namespace.stack as NetStack;
