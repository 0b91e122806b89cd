// What is done to devices and their addresses, with all that follows from it: routes come and go, carriers are found and lost,
// IPv6 gives itself an address, listeners hear of it. Arguments are sound already (netlink/ and the ioctls check).

import { broadcastOf, formatIp, ipBytes, networkOf } from "../../../lib/inet";
import { IFA_F, IFF, RT_SCOPE, RT_TABLE, RTN, RTPROT } from "../../../lib/netlink/constants";
import type { Route } from "../route/table";
import type { NetStack } from "../stack";
import { Device, type DeviceInit, type InterfaceAddress, newPort } from "./device";

// ---- devices

export function addDevice(stack: NetStack, init: DeviceInit, index = 0): Device {
	const device = new Device(stack, init.kind, init);
	device.index = stack.freeIndex(index);
	insert(stack, device);
	stack.emit({ kind: "link", change: "new", device, index: device.index });
	return device;
}
function insert(stack: NetStack, device: Device): void {
	stack.devices.push(device);
	stack.devices.sort((a, b) => a.index - b.index);
}
/** The two ends of a cable; `there` may be another namespace's. As Linux does, the other end is made first. */
export function addVeth(
	stack: NetStack,
	init: Omit<DeviceInit, "kind">,
	there: NetStack,
	peer: Omit<DeviceInit, "kind">,
	index = 0,
	peerIndex = 0,
): Device {
	const other = new Device(there, "veth", peer);
	other.index = there.freeIndex(peerIndex);
	insert(there, other);
	const device = new Device(stack, "veth", init);
	device.index = stack.freeIndex(index);
	insert(stack, device);
	device.peer = other;
	other.peer = device;
	for (const each of [other, device]) each.stack.emit({ kind: "link", change: "new", device: each, index: each.index });
	return device;
}
/** With its other end, its ports let go. */
export function removeDevice(device: Device): void {
	const { stack, peer } = device;
	if (!stack.devices.includes(device)) return;
	detach(device);
	stack.tables.remove((route) => route.device === device);
	for (const port of [...device.ports()]) setMaster(port, undefined);
	stack.devices.splice(stack.devices.indexOf(device), 1);
	stack.sysctl.rename(device.name, undefined);
	stack.emit({ kind: "link", change: "del", device, index: device.index });
	if (peer) {
		device.peer = peer.peer = undefined;
		removeDevice(peer);
	}
	stack.network.changed();
}
/** Down, out of its bridge, without addresses: before it goes away or elsewhere. */
function detach(device: Device): void {
	if (device.master) setMaster(device, undefined);
	setUp(device, false);
	for (const address of [...device.addresses]) removeAddress(device, address);
	device.stack.neighbours.forget(device);
}
export function moveDevice(device: Device, to: NetStack, name = device.name): void {
	const from = device.stack;
	// Where it was, it is told where it went (IFLA_NEW_NETNSID).
	from.namespaceId(to);
	detach(device);
	from.tables.remove((route) => route.device === device);
	from.devices.splice(from.devices.indexOf(device), 1);
	from.sysctl.rename(device.name, undefined);
	from.emit({ kind: "link", change: "del", device, index: device.index });
	device.stack = to;
	device.name = name;
	device.index = to.freeIndex(device.index);
	insert(to, device);
	to.emit({ kind: "link", change: "new", device, index: device.index });
	from.network.changed();
}
export function renameDevice(device: Device, name: string): void {
	const { stack } = device;
	stack.sysctl.rename(device.name, name);
	for (const address of device.addresses) if (address.label === device.name) address.label = name;
	device.name = name;
	changed(device);
}
export function setMaster(device: Device, bridge: Device | undefined): void {
	const before = device.master;
	if (before === bridge) return;
	device.master = bridge;
	device.port = undefined;
	if (bridge) {
		const used = new Set([...bridge.ports()].map(({ port }) => port?.number));
		let number = 1;
		while (used.has(number)) number++;
		device.port = newPort(number);
	}
	device.promiscuity += bridge ? (before ? 0 : 1) : -1;
	for (const each of [before, bridge]) if (each) takeMac(each);
	changed(device);
	for (const each of [before, bridge]) if (each) changed(each);
}
/** A bridge whose address was not set has the lowest of its ports'. */
function takeMac(bridge: Device): void {
	bridge.elected = true;
	if (bridge.macSet) return;
	const macs = [...bridge.ports()].map(({ mac }) => mac);
	macs.sort((a, b) => formatKey(a).localeCompare(formatKey(b)));
	bridge.mac = macs[0] ?? new Uint8Array(6);
}
const formatKey = (mac: Uint8Array): string => [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export function setMac(device: Device, mac: Uint8Array): void {
	device.mac = mac;
	device.macSet = device.elected = true;
	if (device.master) takeMac(device.master);
	changed(device);
}

/** Tells listeners, and connections that something on their path may be different. */
export function changed(device: Device): void {
	device.stack.emit({ kind: "link", change: "new", device, index: device.index });
	device.stack.network.changed();
}

// ---- up and down

export function setUp(device: Device, up: boolean): void {
	if (device.up === up) return;
	const { peer, stack } = device;
	device.setFlags(up ? IFF.UP : 0, IFF.UP);
	if (up) {
		for (const address of device.addresses) addRoutesOf(device, address);
		addLoopbackAddresses(device);
		if (device.carrier) joined(device);
	} else {
		// Own IPv4 addresses stay the host's.
		const mine = (route: Route): boolean => route.device === device && !(route.family === "inet" && route.type === RTN.LOCAL);
		for (const route of stack.tables.remove(mine)) stack.emit({ kind: "route", change: "del", route });
		// IPv6 loses its addresses with the link, IPv4 keeps them.
		for (const address of device.addressesOf("inet6")) removeAddress(device, address);
		stack.neighbours.forget(device);
	}
	device.carrierChanges++;
	changed(device);
	if (peer?.up) {
		peer.carrierChanges++;
		if (up) joined(peer);
		changed(peer);
	}
	for (const each of [device, peer]) if (each?.master) bridgeCarrier(each.master);
}
function bridgeCarrier(bridge: Device): void {
	if (bridge.up && bridge.carrier) joined(bridge);
	changed(bridge);
}
function addLoopbackAddresses(device: Device): void {
	if (!device.isLoopback) return;
	const scope = RT_SCOPE.HOST;
	if (!device.addresses.some(({ address }) => address === "127.0.0.1"))
		addAddress(device, { family: "inet", address: "127.0.0.1", prefix: 8, scope });
	if (usesIpv6(device) && !device.addresses.some(({ address }) => address === "::1"))
		addAddress(device, { family: "inet6", address: "::1", prefix: 128, scope });
}
/** The line is there: IPv6 gives itself its address of the link (RFC 4291: from the hardware address). */
function joined(device: Device): void {
	if (device.isLoopback || !usesIpv6(device) || device.addressesOf("inet6").some(({ scope }) => scope === RT_SCOPE.LINK)) return;
	const { tables } = device.stack;
	const groups = {
		family: "inet6",
		table: RT_TABLE.LOCAL,
		destination: "ff00::",
		prefix: 8,
		type: RTN.MULTICAST,
		scope: RT_SCOPE.UNIVERSE,
		metric: 256,
	} as const;
	if (!tables.routes.some((each) => each.device === device && each.type === RTN.MULTICAST)) tables.add(route(device, groups));
	const [a, b, c, d, e, f] = device.mac as unknown as [number, number, number, number, number, number];
	const bytes = Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
	addAddress(device, { family: "inet6", address: formatIp(bytes), prefix: 64, scope: RT_SCOPE.LINK });
}
export const usesIpv6 = (device: Device): boolean => device.stack.sysctl.number(`ipv6/conf/${device.name}/disable_ipv6`) === 0;
/** disable_ipv6 was set or taken back. */
export function ipv6Switched(device: Device): void {
	if (!usesIpv6(device)) for (const address of device.addressesOf("inet6")) removeAddress(device, address);
	else if (device.up) {
		addLoopbackAddresses(device);
		if (device.carrier) joined(device);
	}
}

// ---- addresses

export type AddressInit = Pick<InterfaceAddress, "family" | "address" | "prefix" | "scope"> & Partial<InterfaceAddress>;

/** Milliseconds for which a new IPv6 address is tentative: a random delay of up to a second, then one more of listening. */
const DAD_MS = 1500;

export function addAddress(device: Device, init: AddressInit): InterfaceAddress {
	const { stack } = device;
	const now = stack.kernel.uptime();
	const tentative =
		init.family === "inet6" && !device.isLoopback && !((init.flags ?? 0) & IFA_F.NODAD) && device.kind !== "dummy";
	const address: InterfaceAddress = {
		peer: init.address,
		flags: 0,
		label: device.name,
		created: now,
		since: now,
		tentativeUntil: tentative && stack.sysctl.number(`ipv6/conf/${device.name}/accept_dad`) > 0 ? now + DAD_MS : undefined,
		...init,
	};
	if (address.family === "inet") {
		const same = device.addresses.find((each) => each.family === "inet" && sameNetwork(each, address));
		if (same) address.flags |= IFA_F.SECONDARY;
		insertAddress(device, address);
	} else {
		// Wider scopes first, as /proc/net/if_inet6 and ip show them.
		const at = device.addresses.findIndex((each) => each.family === "inet6" && each.scope >= address.scope);
		device.addresses.splice(at < 0 ? device.addresses.length : at, 0, address);
	}
	if (device.up) addRoutesOf(device, address);
	stack.emit({ kind: "address", change: "new", device, address });
	stack.network.changed();
	return address;
}
/** A primary one goes behind the last primary of as wide a scope; a secondary one to the end. */
function insertAddress({ addresses }: Device, address: InterfaceAddress): void {
	let at = addresses.length;
	if (!(address.flags & IFA_F.SECONDARY)) {
		at =
			addresses.findLastIndex(
				({ family, flags, scope }) => family === "inet" && !(flags & IFA_F.SECONDARY) && address.scope <= scope,
			) + 1;
	}
	addresses.splice(at, 0, address);
}
const sameNetwork = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
	a.prefix === b.prefix && networkOf(a.peer, a.prefix) === networkOf(b.peer, b.prefix);

export function removeAddress(device: Device, address: InterfaceAddress): void {
	const { stack } = device;
	const at = device.addresses.indexOf(address);
	if (at < 0) return;
	device.addresses.splice(at, 1);
	const gone = [address];
	if (address.family === "inet" && !(address.flags & IFA_F.SECONDARY)) {
		const heirs = device.addresses.filter(
			(each) => each.family === "inet" && each.flags & IFA_F.SECONDARY && sameNetwork(each, address),
		);
		if (stack.sysctl.either("ipv4", device.name, "promote_secondaries")) {
			if (heirs[0]) heirs[0].flags &= ~IFA_F.SECONDARY;
		} else gone.push(...heirs);
	}
	for (const each of gone) {
		if (device.addresses.includes(each)) device.addresses.splice(device.addresses.indexOf(each), 1);
		stack.emit({ kind: "address", change: "del", device, address: each });
	}
	removeRoutesOf(device, gone);
	if (address.family === "inet" && device.addressesOf("inet").length === 0) disableIpv4(device);
	stack.network.changed();
}
/** With its last address a device loses all routes that lead over it (fib_disable_ip in net/ipv4/fib_frontend.c). */
function disableIpv4(device: Device): void {
	const { stack } = device;
	for (const route of stack.tables.remove((each) => each.device === device && each.family === "inet"))
		stack.emit({ kind: "route", change: "del", route });
}

// ---- the routes that addresses bring

const route = (device: Device, init: Pick<Route, "family" | "destination" | "prefix" | "type"> & Partial<Route>): Route => ({
	...{ table: RT_TABLE.MAIN, tos: 0, metric: 0, protocol: RTPROT.KERNEL, scope: RT_SCOPE.LINK, device, onlink: false },
	...init,
});
function routesOf(device: Device, own: InterfaceAddress): Route[] {
	const { family, address, prefix, peer, broadcast } = own;
	const local = { family, table: RT_TABLE.LOCAL, prefix: family === "inet" ? 32 : 128, type: RTN.LOCAL, source: address };
	if (family === "inet6") {
		const six = { scope: RT_SCOPE.UNIVERSE, source: undefined };
		const routes = [route(device, { ...local, destination: address, ...six })];
		if (!(own.flags & IFA_F.NOPREFIXROUTE) && !device.isLoopback)
			routes.push(
				route(device, { family, destination: networkOf(peer, prefix), prefix, type: RTN.UNICAST, metric: 256, ...six }),
			);
		return routes;
	}
	// What is secondary is seen as its primary.
	const primary =
		own.flags & IFA_F.SECONDARY
			? device.addresses.find((each) => each !== own && !(each.flags & IFA_F.SECONDARY) && sameNetwork(each, own))
			: undefined;
	const routes = [route(device, { ...local, destination: address, scope: RT_SCOPE.HOST, source: primary?.address ?? address })];
	if (device.isLoopback && prefix < 32)
		routes.push(route(device, { ...local, destination: networkOf(address, prefix), prefix, scope: RT_SCOPE.HOST }));
	else if (prefix < 32 && !(own.flags & IFA_F.NOPREFIXROUTE) && !(own.flags & IFA_F.SECONDARY))
		routes.push(route(device, { family, destination: networkOf(peer, prefix), prefix, type: RTN.UNICAST, source: address }));
	else if (peer !== address)
		routes.push(route(device, { family, destination: peer, prefix: 32, type: RTN.UNICAST, source: address }));
	const last = prefix < 31 ? broadcastOf(peer, prefix) : undefined;
	for (const each of new Set([broadcast, last]))
		if (each) routes.push(route(device, { ...local, type: RTN.BROADCAST, destination: each }));
	return routes;
}
const same = (a: Route, b: Route): boolean =>
	a.table === b.table &&
	a.destination === b.destination &&
	a.prefix === b.prefix &&
	a.type === b.type &&
	a.device === b.device &&
	a.metric === b.metric;

function addRoutesOf(device: Device, address: InterfaceAddress): void {
	const { tables } = device.stack;
	for (const added of routesOf(device, address)) {
		if (tables.routes.some((there) => same(there, added))) continue;
		tables.add(added);
		device.stack.emit({ kind: "route", change: "new", route: added });
	}
}
function removeRoutesOf(device: Device, gone: readonly InterfaceAddress[]): void {
	const { stack } = device;
	const kept = device.up ? device.addresses.flatMap((address) => routesOf(device, address)) : [];
	const lost = gone.flatMap((address) => routesOf(device, address));
	const addresses = new Set(gone.map(({ address }) => address));
	const removed = stack.tables.remove(
		(each) =>
			each.device === device &&
			(each.protocol === RTPROT.KERNEL
				? lost.some((other) => same(each, other)) && !kept.some((other) => same(each, other))
				: each.source !== undefined && addresses.has(each.source)),
	);
	for (const each of removed) stack.emit({ kind: "route", change: "del", route: each });
	// What two addresses shared has the other's as its source now.
	for (const each of kept) {
		const there = stack.tables.routes.find((other) => same(other, each));
		if (there) there.source = each.source;
	}
}

/** A hardware address that nobody was given: random, of those that everybody may use (bit 1 of the first byte). */
export function randomMac(stack: NetStack): Uint8Array {
	const bytes = stack.kernel.random(new Uint8Array(6));
	bytes[0] = (bytes[0]! & 0xfe) | 0x02;
	return bytes;
}
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
export const isUnspecified = (address: string): boolean => ipBytes(address).every((byte) => byte === 0);
