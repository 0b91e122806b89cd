// A network namespace's stack (man 7 network_namespaces): its devices, routes, neighbours, rules, sockets and settings. What is done
// to devices and addresses is in link/ and route/; how packets go is in walk/.

import { inNetwork } from "../../lib/inet";
import { IFA_F, IFF, RT_SCOPE, RTN } from "../../lib/netlink/constants";
import type { NetNamespace, UserNamespace } from "../ns/namespaces";
import type { Kernel } from "../task";
import type { InetSocket } from "./inet/socket";
import { TimeWaits } from "./inet/timewait";
import type { Device, InterfaceAddress } from "./link/device";
import { Netfilter } from "./netfilter/netfilter";
import { type Network, networkOf } from "./network";
import type { Packet } from "./packet";
import { Neighbours } from "./route/neighbour";
import { type Lookup, type Route, RouteTables } from "./route/table";
import { Sysctl } from "./sysctl";
import type { UnixSocket } from "./unix/socket";

export const IFF_UP = IFF.UP;

/** Sockets of one protocol. */
export type Transport = "tcp" | "udp" | "icmp" | "raw";
/** Who listens or is bound, by port (ping: identifier; raw: protocol). */
export type Ports = Map<number, Set<InetSocket>>;

/** Something was made, changed or removed: what rtnetlink's groups hear of. */
export type NetEvent =
	| { kind: "link"; change: "new" | "del"; device: Device; index: number }
	| { kind: "address"; change: "new" | "del"; device: Device; address: InterfaceAddress }
	| { kind: "route"; change: "new" | "del"; route: Route }
	| { kind: "neighbour"; change: "new" | "del"; device: Device; address: string };

export class NetStack {
	readonly devices: Device[] = [];
	readonly tables = new RouteTables();
	readonly neighbours = new Neighbours();
	readonly netfilter: Netfilter;
	readonly sysctl = new Sysctl();
	readonly network: Network;
	readonly abstract = new Map<string, UnixSocket>();
	readonly ports: Record<Transport, Ports> = { tcp: new Map(), udp: new Map(), icmp: new Map(), raw: new Map() };
	/** TCP's connected ends by both addresses. */
	readonly connections = new Map<string, InetSocket>();
	/** TCP connections that are over, and not forgotten yet. */
	readonly timeWaits: TimeWaits;
	/** For /proc/net/unix and /proc/net/tcp. */
	readonly unixSockets = new Set<UnixSocket>();
	readonly inetSockets = new Set<InetSocket>();
	/** Netlink's port numbers, by protocol and number. */
	readonly netlinkPorts = new Map<string, object>();
	readonly listeners = new Set<(event: NetEvent) => void>();
	readonly counts: Record<string, number> = {};
	/** Other namespaces by the numbers that this one has given them (RTM_NEWNSID). */
	readonly namespaceIds = new Map<NetStack, number>();
	/** It is gone: nobody is in it any more. */
	destroyed = false;
	private nextIndex = 1;
	private nextPort = 0;

	constructor(
		readonly kernel: Kernel,
		/** Of the namespace, as /proc/PID/ns/net shows it. */
		readonly inode = 0,
		readonly owner?: UserNamespace,
	) {
		this.network = networkOf(kernel);
		this.timeWaits = new TimeWaits(() => kernel.uptime());
		this.netfilter = new Netfilter(this);
	}

	// ---- devices
	device(name: string): Device | undefined {
		return this.devices.find((each) => each.name === name || each.altNames.includes(name));
	}
	deviceAt(index: number): Device | undefined {
		return this.devices.find((each) => each.index === index);
	}
	get loopback(): Device | undefined {
		return this.devices.find(({ isLoopback }) => isLoopback);
	}
	/** The index that a device wants, if it is free here, or the next one. */
	freeIndex(wanted = 0): number {
		if (wanted > 0 && !this.deviceAt(wanted)) return wanted;
		while (this.deviceAt(this.nextIndex)) this.nextIndex++;
		return this.nextIndex++;
	}
	emit(event: NetEvent): void {
		for (const listener of [...this.listeners]) listener(event);
	}
	/** The number that this namespace has for another one; given when it is first needed. */
	namespaceId(other: NetStack): number {
		let id = this.namespaceIds.get(other);
		if (id === undefined) {
			const used = new Set(this.namespaceIds.values());
			for (id = 0; used.has(id); ) id++;
			this.namespaceIds.set(other, id);
		}
		return id;
	}

	// ---- addresses
	/** RTN_* of an address as the routes have it; UNICAST for what is elsewhere, and of one device only where it is given. */
	addressType(address: string, device?: Device): number {
		if (address === "0.0.0.0" || address === "255.255.255.255") return RTN.BROADCAST;
		const route = this.tables.lookup({ destination: address });
		if (!route) return RTN.UNICAST;
		if (device && route.device !== device && route.type !== RTN.UNICAST) return RTN.UNICAST;
		return isGroup(address) ? RTN.MULTICAST : route.type;
	}
	isLocal(address: string): boolean {
		return this.addressType(address) === RTN.LOCAL;
	}
	/** The route that a packet takes, or undefined. */
	route(asked: Lookup): Route | undefined {
		return this.tables.lookup(asked);
	}
	/** Which of its own addresses a packet has that leaves by a route. */
	sourceFor(route: Route, destination: string): string | undefined {
		if (route.source) return route.source;
		if (route.type === RTN.LOCAL) return destination;
		return route.device && this.sourceOn(route.device, route.gateway ?? destination, route.scope);
	}
	/** A device's address for talking to another: of the same network where there is one. */
	sourceOn(device: Device, towards: string, scope: number = RT_SCOPE.UNIVERSE): string | undefined {
		const family = towards.includes(":") ? "inet6" : "inet";
		const linkLocal = towards.startsWith("fe80:") || towards.startsWith("ff02:");
		const usable = (each: InterfaceAddress): boolean =>
			family === "inet" ? each.scope <= Math.max(scope, RT_SCOPE.LINK) : linkLocal || each.scope < RT_SCOPE.LINK;
		const own = device.addressesOf(family).filter((each) => !(each.flags & IFA_F.SECONDARY) && usable(each));
		const near = own.find(({ address, prefix }) => inNetwork(towards, address, prefix));
		const preferred = linkLocal ? own.find(({ scope: its }) => its === RT_SCOPE.LINK) : undefined;
		const found = near ?? preferred ?? own[0];
		if (found) return found.address;
		for (const other of this.devices) {
			if (!other.up || other === device) continue;
			const address = other.addressesOf(family).find((each) => each.scope < RT_SCOPE.LINK);
			if (address) return address.address;
		}
		return undefined;
	}

	// ---- ports
	/** A free port for who has not asked for one; 0 when all are taken. */
	freePort(protocol: Transport): number {
		const [low, high] = this.sysctl.range("ipv4/ip_local_port_range");
		const count = high - low + 1;
		for (let tried = 0; tried < count; tried++) {
			const port = low + (this.nextPort++ % count);
			if (!this.ports[protocol].has(port)) return port;
		}
		return 0;
	}
	claim(protocol: Transport, port: number, socket: InetSocket): void {
		const there = this.ports[protocol].get(port) ?? new Set();
		there.add(socket);
		this.ports[protocol].set(port, there);
	}
	give(protocol: Transport, port: number, socket: InetSocket): void {
		const there = this.ports[protocol].get(port);
		there?.delete(socket);
		if (there?.size === 0) this.ports[protocol].delete(port);
	}
	at(protocol: Transport, port: number): Iterable<InetSocket> {
		return this.ports[protocol].get(port) ?? [];
	}
	// ---- life
	/** Tasks, open files and sockets keep a namespace; when the last goes, so does it (namespace.ts says how). */
	private users = 0;
	onEmpty: (() => void) | undefined;
	hold(): void {
		this.users++;
	}
	drop(): void {
		if (--this.users === 0) this.onEmpty?.();
	}
	/** How often something happened: /proc/net/snmp. */
	count(name: string, by = 1): void {
		this.counts[name] = (this.counts[name] ?? 0) + by;
	}
}
const isGroup = (address: string): boolean =>
	address.includes(":") ? address.startsWith("ff") : Number(address.split(".", 1)[0]) >> 4 === 14;

/** The name of a TCP connection's end among its namespace's: local, then remote. */
export const connectionKey = (local: { address: string; port: number }, remote: { address: string; port: number }): string =>
	`${local.address} ${local.port} ${remote.address} ${remote.port}`;
export const keyOfPacket = ({ source, sourcePort, destination, destinationPort }: Packet): string =>
	connectionKey({ address: destination, port: destinationPort }, { address: source, port: sourcePort });

export const stackOf = (namespace: NetNamespace): NetStack => namespace.stack as NetStack;
