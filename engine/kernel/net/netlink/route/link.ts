// RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK: devices (man 7 rtnetlink, man 8 ip-link). A request for a new one may set all that a
// request for a change sets.

import { ERRNO, type Errno } from "../../../../lib/errno";
import {
	type Attribute,
	type Attributes,
	asNumber,
	asText,
	decodeAttributes,
	nested,
	bytes as raw,
	text,
	u8,
	u16,
	u32,
} from "../../../../lib/netlink/attribute";
import { AF, IFF, IFLA, IFLA_BR, IFLA_BRPORT, IFLA_INFO, NLM_F, RTM, VETH_INFO_PEER } from "../../../../lib/netlink/constants";
import { body, ifinfomsg, parseBody } from "../../../../lib/netlink/route";
import { struct } from "../../../../lib/struct";
import { CAP, capableIn } from "../../../proc/capability";
import type { Task } from "../../../task";
import type { BridgePort, Device, DeviceInit } from "../../link/device";
import {
	addDevice,
	addVeth,
	changed,
	moveDevice,
	randomMac,
	removeDevice,
	renameDevice,
	setMac,
	setMaster,
	setUp,
	usesIpv6,
} from "../../link/operations";
import type { NetStack } from "../../stack";
import { type Answer, type Refusal, type Reply, type Request, refusal } from "../handler";
import { stackByFd, stackByPid } from "./nsid";

const NAME_MAX = 15;
const MTU: Readonly<Record<string, readonly [low: number, high: number]>> = {
	loopback: [0, 0xffffffff],
	veth: [68, 65535],
	bridge: [68, 65535],
	dummy: [0, 0],
	external: [68, 1500],
};

// ---- as messages

const stats64 = struct(
	Object.fromEntries(
		(
			"rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast collisions rx_length rx_over " +
			"rx_crc rx_frame rx_fifo rx_missed tx_aborted tx_carrier tx_fifo tx_heartbeat tx_window rx_compressed tx_compressed " +
			"rx_nohandler rx_otherhost"
		)
			.split(" ")
			.map((name) => [name, "u64" as const]),
	),
);
function statistics({ received, sent }: Device): Uint8Array {
	return stats64.encode({
		rx_packets: received.packets,
		tx_packets: sent.packets,
		rx_bytes: received.bytes,
		tx_bytes: sent.bytes,
		rx_dropped: received.dropped,
		tx_dropped: sent.dropped,
		multicast: received.multicast,
	} as never);
}
/** struct rtnl_link_stats: the same in 32 bits, without the last. */
function statistics32(device: Device): Uint8Array {
	const wide = statistics(device);
	const [from, to] = [new DataView(wide.buffer), new DataView(new ArrayBuffer(96))];
	for (let i = 0; i < 24; i++) to.setUint32(i * 4, Number(from.getBigUint64(i * 8, true) & 0xffffffffn), true);
	return new Uint8Array(to.buffer);
}
const bridgeId = (device: Device): Uint8Array => Uint8Array.from([0x80, 0, ...device.mac]);
const BRIDGE_DEFAULTS: ReadonlyArray<readonly [number, 8 | 16 | 32, number]> = [
	[IFLA_BR.FORWARD_DELAY, 32, 1500],
	[IFLA_BR.HELLO_TIME, 32, 200],
	[IFLA_BR.MAX_AGE, 32, 2000],
	[IFLA_BR.AGEING_TIME, 32, 30000],
	[IFLA_BR.STP_STATE, 32, 0],
	[IFLA_BR.PRIORITY, 16, 32768],
	[IFLA_BR.VLAN_FILTERING, 8, 0],
	[IFLA_BR.GROUP_FWD_MASK, 16, 0],
	[IFLA_BR.MCAST_SNOOPING, 8, 1],
];
const sized = (type: number, bits: 8 | 16 | 32, value: number): Attribute =>
	(bits === 8 ? u8 : bits === 16 ? u16 : u32)(type, value);
const bridgeData = (device: Device): Attribute[] => [
	...BRIDGE_DEFAULTS.map(([type, bits, value]) => sized(type, bits, device.bridgeOptions.get(type) ?? value)),
	raw(IFLA_BR.BRIDGE_ID, bridgeId(device)),
	raw(IFLA_BR.ROOT_ID, bridgeId(device)),
];
const portData = ({ priority, cost, hairpin, isolated, learning, flood }: BridgePort, forwarding: boolean): Attribute[] => [
	u8(IFLA_BRPORT.STATE, forwarding ? 3 : 0),
	u16(IFLA_BRPORT.PRIORITY, priority),
	u32(IFLA_BRPORT.COST, cost),
	u8(IFLA_BRPORT.MODE, hairpin ? 1 : 0),
	u8(IFLA_BRPORT.GUARD, 0),
	u8(IFLA_BRPORT.PROTECT, 0),
	u8(IFLA_BRPORT.FAST_LEAVE, 0),
	u8(IFLA_BRPORT.LEARNING, learning ? 1 : 0),
	u8(IFLA_BRPORT.UNICAST_FLOOD, flood ? 1 : 0),
	u8(IFLA_BRPORT.ISOLATED, isolated ? 1 : 0),
];
function linkInfo(device: Device): Attribute | undefined {
	const { kind, master, port } = device;
	const own = kind === "veth" || kind === "bridge" || kind === "dummy";
	if (!own && !master) return undefined;
	return nested(IFLA.LINKINFO, [
		own ? text(IFLA_INFO.KIND, kind) : undefined,
		kind === "bridge" ? nested(IFLA_INFO.DATA, bridgeData(device)) : undefined,
		master ? text(IFLA_INFO.SLAVE_KIND, "bridge") : undefined,
		master && port ? nested(IFLA_INFO.SLAVE_DATA, portData(port, device.up && device.carrier)) : undefined,
	]);
}
/** RTM_NEWLINK as `stack` sees the device. */
export function linkBody(stack: NetStack, device: Device, index = device.index): Uint8Array {
	const { peer, master } = device;
	const broadcast = device.isLoopback ? new Uint8Array(6) : new Uint8Array(6).fill(0xff);
	const [low, high] = MTU[device.kind]!;
	return body(ifinfomsg, { family: AF.UNSPEC, type: device.hardwareType, index, flags: device.flags, change: 0 }, [
		text(IFLA.IFNAME, device.name),
		u32(IFLA.TXQLEN, device.txqlen),
		u8(IFLA.OPERSTATE, device.operstate),
		u8(IFLA.LINKMODE, 0),
		u32(IFLA.MTU, device.mtu),
		u32(IFLA.MIN_MTU, low),
		u32(IFLA.MAX_MTU, high),
		u32(IFLA.GROUP, device.group),
		u32(IFLA.PROMISCUITY, device.promiscuity),
		u32(IFLA.ALLMULTI, 0),
		u32(IFLA.NUM_TX_QUEUES, 1),
		u32(IFLA.GSO_MAX_SEGS, 65535),
		u32(IFLA.GSO_MAX_SIZE, 65536),
		u32(IFLA.GRO_MAX_SIZE, 65536),
		u32(IFLA.NUM_RX_QUEUES, 1),
		peer ? u32(IFLA.LINK, peer.index) : undefined,
		master ? u32(IFLA.MASTER, master.index) : undefined,
		u8(IFLA.CARRIER, device.carrier ? 1 : 0),
		text(IFLA.QDISC, device.qdisc),
		device.alias ? text(IFLA.IFALIAS, device.alias) : undefined,
		u32(IFLA.CARRIER_CHANGES, device.carrierChanges),
		u8(IFLA.PROTO_DOWN, 0),
		raw(IFLA.MAP, new Uint8Array(32)),
		raw(IFLA.ADDRESS, device.mac),
		raw(IFLA.BROADCAST, broadcast),
		raw(IFLA.STATS64, statistics(device)),
		raw(IFLA.STATS, statistics32(device)),
		linkInfo(device),
		peer && peer.stack !== stack ? u32(IFLA.LINK_NETNSID, stack.namespaceId(peer.stack)) : undefined,
		device.altNames.length > 0
			? nested(
					IFLA.PROP_LIST,
					device.altNames.map((name) => text(IFLA.ALT_IFNAME, name)),
				)
			: undefined,
		nested(IFLA.AF_SPEC, [
			nested(AF.INET, [raw(1, new Uint8Array(132))]),
			usesIpv6(device) ? nested(AF.INET6, [u32(1, 0x80000000), u8(8, 0)]) : undefined,
		]),
	]);
}
/** What IPv6 says of a device. */
function linkBody6(device: Device): Uint8Array {
	return body(ifinfomsg, { family: AF.INET6, type: device.hardwareType, index: device.index, flags: device.flags, change: 0 }, [
		text(IFLA.IFNAME, device.name),
		raw(IFLA.ADDRESS, device.mac),
		u32(IFLA.MTU, device.mtu),
		device.peer ? u32(IFLA.LINK, device.peer.index) : undefined,
		u8(IFLA.OPERSTATE, device.operstate),
		nested(IFLA.PROTINFO, [u32(1, 0x80000000)]),
	]);
}
/** A bridge's port as `bridge link` asks for it (AF_BRIDGE). */
function portBody(device: Device): Uint8Array {
	return body(ifinfomsg, { family: AF.BRIDGE, type: device.hardwareType, index: device.index, flags: device.flags, change: 0 }, [
		text(IFLA.IFNAME, device.name),
		u32(IFLA.MASTER, (device.master ?? device).index),
		u32(IFLA.MTU, device.mtu),
		u8(IFLA.OPERSTATE, device.operstate),
		raw(IFLA.ADDRESS, device.mac),
		device.peer ? u32(IFLA.LINK, device.peer.index) : undefined,
		device.port ? nested(IFLA.PROTINFO, portData(device.port, device.up && device.carrier), 0x8000) : undefined,
	]);
}

// ---- asking

/** The kernel's policy for names: what is longer is refused before it is looked at. */
const tooLong = (attributes: Attributes): boolean => (attributes.get(IFLA.IFNAME)?.length ?? 0) > NAME_MAX + 1;
const byName = (attributes: Attributes): string | undefined => {
	const value = attributes.get(IFLA.IFNAME) ?? attributes.get(IFLA.ALT_IFNAME);
	return value && asText(value);
};
export function getLink({ stack, flags, body: bytes }: Request): Reply {
	const { head, attributes } = parseBody(ifinfomsg, bytes);
	const answer = (device: Device): Answer => ({ type: RTM.NEWLINK, body: linkBody(stack, device) });
	if ((flags & NLM_F.DUMP) === NLM_F.DUMP) {
		if (head.family === AF.BRIDGE) {
			const ports = stack.devices.filter(({ master }) => master);
			return ports.map((device) => ({ type: RTM.NEWLINK, body: portBody(device) }));
		}
		if (head.family === AF.INET6)
			return stack.devices.filter(usesIpv6).map((device) => ({ type: RTM.NEWLINK, body: linkBody6(device) }));
		const [master, info] = [attributes.get(IFLA.MASTER), attributes.get(IFLA.LINKINFO)];
		const kind = info && decodeAttributes(info).get(IFLA_INFO.KIND);
		return stack.devices
			.filter((device) => !master || device.master?.index === asNumber(master))
			.filter((device) => !kind || device.kind === asText(kind))
			.map(answer);
	}
	const name = byName(attributes);
	const device = head.index > 0 ? stack.deviceAt(head.index) : name === undefined ? undefined : stack.device(name);
	if (!device) return head.index > 0 || name !== undefined ? -ERRNO.ENODEV : -ERRNO.EINVAL;
	return [answer(device)];
}
export const getQueues = ({ stack }: Request): Reply =>
	stack.devices
		.filter(({ qdisc }) => qdisc !== "noop")
		.map(({ index, qdisc }) => {
			// struct tcmsg: family, index, handle, parent (TC_H_ROOT), info; TCA_KIND.
			const head = new Uint8Array(20);
			const view = new DataView(head.buffer);
			view.setInt32(4, index, true);
			view.setUint32(12, 0xffffffff, true);
			view.setUint32(16, 2, true);
			return { type: RTM.GETQDISC - 2, body: Uint8Array.from([...head, ...encodeKind(qdisc)]) };
		});
const encodeKind = (qdisc: string): Uint8Array => {
	const bytes = new Uint8Array((4 + qdisc.length + 1 + 3) & ~3);
	new DataView(bytes.buffer).setUint16(0, 4 + qdisc.length + 1, true);
	new DataView(bytes.buffer).setUint16(2, 1, true);
	for (let i = 0; i < qdisc.length; i++) bytes[4 + i] = qdisc.charCodeAt(i);
	return bytes;
};

// ---- making and removing

const isName = (name: string): boolean =>
	name.length > 0 && name.length <= NAME_MAX && name !== "." && name !== ".." && !/[/:\s]/.test(name);
/** "veth%d" becomes the first that is free. */
function freeName(stack: NetStack, pattern: string): string {
	for (let i = 0; ; i++) {
		const name = pattern.replace("%d", String(i));
		if (!stack.device(name)) return name;
	}
}
function nameFor(stack: NetStack, wanted: string | undefined, kind: string): string | Refusal {
	const name = wanted ?? `${kind}%d`;
	if (name.includes("%d")) return freeName(stack, name);
	if (!isName(name)) return refusal(-ERRNO.EINVAL);
	return stack.device(name) ? refusal(-ERRNO.EEXIST) : name;
}
/** The namespace that IFLA_NET_NS_* names, or the asker's own. */
function target(task: Task, stack: NetStack, attributes: Attributes): NetStack | Errno {
	const [pid, fd] = [attributes.get(IFLA.NET_NS_PID), attributes.get(IFLA.NET_NS_FD)];
	const found = pid ? stackByPid(task, asNumber(pid)) : fd ? stackByFd(task, asNumber(fd) | 0) : stack;
	if (typeof found === "number") return found === -ERRNO.EBADF ? -ERRNO.EBADF : found;
	return found.owner && !capableIn(task, found.owner, CAP.NET_ADMIN) ? -ERRNO.EPERM : found;
}
function macIn(attributes: Attributes): Uint8Array | undefined | Errno {
	const mac = attributes.get(IFLA.ADDRESS);
	if (!mac) return undefined;
	if (mac.length < 6) return -ERRNO.EINVAL;
	return mac[0]! & 1 || mac.subarray(0, 6).every((byte) => byte === 0) ? -ERRNO.EADDRNOTAVAIL : mac.slice(0, 6);
}
const mtuIn = (attributes: Attributes): number | undefined => {
	const mtu = attributes.get(IFLA.MTU);
	return mtu && asNumber(mtu);
};
function mtuProblem(kind: string, mtu: number | undefined): Refusal | undefined {
	const [low, high] = MTU[kind]!;
	if (mtu === undefined) return undefined;
	if (mtu < low) return refusal(-ERRNO.EINVAL, "mtu less than device minimum");
	return high > 0 && mtu > high ? refusal(-ERRNO.EINVAL, "mtu greater than device maximum") : undefined;
}

export function newLink(request: Request): Reply {
	const { stack, flags, body: bytes } = request;
	const { head, attributes } = parseBody(ifinfomsg, bytes);
	const name = byName(attributes);
	if (tooLong(attributes)) return refusal(-ERRNO.ERANGE, "Attribute failed policy validation");
	if (head.family === AF.BRIDGE) return setPort(stack, head.index, attributes);
	const device = head.index > 0 ? stack.deviceAt(head.index) : name === undefined ? undefined : stack.device(name);
	if (device && request.type === RTM.NEWLINK) {
		if (flags & NLM_F.EXCL) return -ERRNO.EEXIST;
		const info = attributes.get(IFLA.LINKINFO);
		const kind = info && decodeAttributes(info).get(IFLA_INFO.KIND);
		if (kind && asText(kind) !== device.kind && flags & NLM_F.REPLACE) return -ERRNO.EOPNOTSUPP;
	}
	if (device) return change(request, device, head, attributes);
	if (request.type === RTM.SETLINK) return head.index === 0 && name === undefined ? -ERRNO.EINVAL : -ERRNO.ENODEV;
	if (!(flags & NLM_F.CREATE)) return -ERRNO.ENODEV;
	return create(request, attributes, name, head);
}
type Head = ReturnType<typeof ifinfomsg.decode>;

function create(request: Request, attributes: Attributes, name: string | undefined, head: Head): Reply {
	const { task, stack } = request;
	const info = attributes.get(IFLA.LINKINFO);
	const detail = info && decodeAttributes(info);
	const kind = detail?.get(IFLA_INFO.KIND) && asText(detail.get(IFLA_INFO.KIND)!);
	if (kind === undefined) return -ERRNO.EOPNOTSUPP;
	if (kind !== "veth" && kind !== "bridge" && kind !== "dummy") return refusal(-ERRNO.EOPNOTSUPP, "Unknown device type");
	const there = target(task, stack, attributes);
	if (typeof there === "number") return there;
	const init = initOf(there, attributes, name, kind);
	if ("error" in init) return init;
	if (head.index > 0 && there.deviceAt(head.index)) return -ERRNO.EBUSY;
	if (kind === "veth") return createVeth(request, there, init, detail?.get(IFLA_INFO.DATA), attributes, head);
	const device = addDevice(there, { ...init, kind }, head.index);
	if (kind === "bridge") setBridge(device, detail?.get(IFLA_INFO.DATA));
	return change(request, device, head, after(attributes));
}
function initOf(
	stack: NetStack,
	attributes: Attributes,
	wanted: string | undefined,
	kind: string,
): Omit<DeviceInit, "kind"> | Refusal {
	const name = nameFor(stack, wanted, kind);
	if (typeof name !== "string") return name;
	const mac = macIn(attributes);
	if (typeof mac === "number") return refusal(mac);
	const mtu = mtuIn(attributes);
	const wrong = mtuProblem(kind, mtu);
	if (wrong) return wrong;
	const queue = attributes.get(IFLA.TXQLEN);
	return { name, mac: mac ?? randomMac(stack), macSet: mac !== undefined, mtu: mtu ?? 1500, txqlen: queue && asNumber(queue) };
}
/** Attributes that are done once the device is made. */
function after(attributes: Attributes): Attributes {
	const rest = new Map(attributes);
	for (const done of [IFLA.IFNAME, IFLA.ADDRESS, IFLA.MTU, IFLA.TXQLEN, IFLA.NET_NS_FD, IFLA.NET_NS_PID, IFLA.LINKINFO])
		rest.delete(done);
	return rest;
}
function createVeth(
	request: Request,
	here: NetStack,
	init: Omit<DeviceInit, "kind">,
	data: Uint8Array | undefined,
	attributes: Attributes,
	head: Head,
): Reply {
	const peerBytes = data && decodeAttributes(data).get(VETH_INFO_PEER);
	const peer = peerBytes
		? parseBody(ifinfomsg, peerBytes)
		: { head: ifinfomsg.decode(new Uint8Array(0)), attributes: new Map() as Attributes };
	const there = target(request.task, here, peer.attributes);
	if (typeof there === "number") return there;
	const peerName = byName(peer.attributes);
	// Two that are made together must not take the same name.
	if (there === here && peerName === init.name) return -ERRNO.EEXIST;
	const other = initOf(there, peer.attributes, peerName, "veth");
	if ("error" in other) return other;
	if (there === here && peerName === undefined && other.name === init.name) init.name = freeName(here, "veth%d");
	const device = addVeth(here, init, there, { ...other, mtu: mtuIn(peer.attributes) ?? init.mtu }, head.index, peer.head.index);
	if (there === here && other.name === init.name) renameDevice(device, freeName(here, "veth%d"));
	if (peer.head.flags & IFF.UP) setUp(device.peer!, true);
	return change(request, device, head, after(attributes));
}
export function deleteLink({ stack, body: bytes }: Request): Reply {
	const { head, attributes } = parseBody(ifinfomsg, bytes);
	const name = byName(attributes);
	const device = head.index > 0 ? stack.deviceAt(head.index) : name === undefined ? undefined : stack.device(name);
	if (!device) return -ERRNO.ENODEV;
	if (device.isLoopback || device.kind === "external") return -ERRNO.EOPNOTSUPP;
	removeDevice(device);
	return 0;
}

// ---- changing

/** In the order in which the kernel does them; the first that fails ends it. */
function change(request: Request, device: Device, head: Head, attributes: Attributes): Reply {
	const { stack } = device;
	const moved = move(request, device, attributes);
	if (moved !== 0) return moved;
	const mac = attributes.get(IFLA.ADDRESS);
	if (mac) {
		const checked = macIn(attributes);
		if (device.isLoopback && mac.every((byte) => byte === 0)) return 0;
		if (typeof checked === "number") return checked;
		setMac(device, checked!);
	}
	const mtu = mtuIn(attributes);
	if (mtu !== undefined && mtu !== device.mtu) {
		const wrong = mtuProblem(device.kind, mtu);
		if (wrong) return wrong;
		device.mtu = mtu;
		changed(device);
	}
	const named = rename(device, request, attributes);
	if (named !== 0) return named;
	const [alias, group, queue] = [attributes.get(IFLA.IFALIAS), attributes.get(IFLA.GROUP), attributes.get(IFLA.TXQLEN)];
	if (alias) device.alias = asText(alias);
	if (group) device.group = asNumber(group);
	if (queue) device.txqlen = asNumber(queue);
	const master = attributes.get(IFLA.MASTER);
	if (master) {
		const mastered = setMasterTo(device, stack, asNumber(master));
		if (mastered !== 0) return mastered;
	}
	if (head.flags || head.change) {
		const mask = head.change || 0xffffffff;
		device.setFlags(head.flags, mask & ~IFF.UP);
		if (mask & IFF.UP) setUp(device, (head.flags & IFF.UP) !== 0);
		else if (mask & (IFF.PROMISC | IFF.ALLMULTI | IFF.NOARP | IFF.MULTICAST)) changed(device);
	}
	const info = attributes.get(IFLA.LINKINFO);
	const detail = info && decodeAttributes(info);
	if (detail && device.kind === "bridge") setBridge(device, detail.get(IFLA_INFO.DATA));
	if (detail && device.port) applyPort(device.port, detail.get(IFLA_INFO.SLAVE_DATA));
	if (alias || group || queue) changed(device);
	return 0;
}
function move({ task, stack }: Request, device: Device, attributes: Attributes): Reply {
	if (!attributes.has(IFLA.NET_NS_PID) && !attributes.has(IFLA.NET_NS_FD)) return 0;
	const there = target(task, stack, attributes);
	if (typeof there === "number") return there;
	if (there === device.stack) return 0;
	if (device.isLoopback || device.kind === "bridge") return refusal(-ERRNO.EINVAL, "The interface netns is immutable");
	const wanted = attributes.get(IFLA.IFNAME);
	const name = wanted ? asText(wanted) : device.name;
	if (there.device(name))
		return refusal(-ERRNO.EEXIST, wanted ? undefined : "An interface with the same name exists in the target netns");
	moveDevice(device, there, name);
	return 0;
}
function rename(device: Device, { body: bytes }: Request, attributes: Attributes): Reply {
	const wanted = attributes.get(IFLA.IFNAME);
	// Where the name is how the device was found, it is no new one.
	if (!wanted || ifinfomsg.decode(bytes).index === 0) return 0;
	let name = asText(wanted);
	if (name === device.name) return 0;
	if (name.includes("%d")) name = freeName(device.stack, name);
	if (!isName(name)) return -ERRNO.EINVAL;
	if (device.stack.device(name)) return -ERRNO.EEXIST;
	renameDevice(device, name);
	return 0;
}
function setMasterTo(device: Device, stack: NetStack, index: number): Reply {
	if (index === 0) {
		setMaster(device, undefined);
		return 0;
	}
	const bridge = stack.deviceAt(index);
	if (!bridge) return -ERRNO.EINVAL;
	if (bridge === device.master) return 0;
	if (bridge.kind !== "bridge") return -ERRNO.EOPNOTSUPP;
	if (device.isLoopback) return -ERRNO.EINVAL;
	if (device.kind === "bridge") return refusal(-ERRNO.ELOOP, "Can not enslave a bridge to a bridge");
	if (device.kind === "external") return refusal(-ERRNO.EOPNOTSUPP, "Device does not allow enslaving to a bridge");
	setMaster(device, bridge);
	return 0;
}
function setBridge(device: Device, data: Uint8Array | undefined): void {
	if (!data) return;
	for (const [type, value] of decodeAttributes(data)) if (value.length <= 4) device.bridgeOptions.set(type, asNumber(value));
	changed(device);
}
function setPort(stack: NetStack, index: number, attributes: Attributes): Reply {
	const device = stack.deviceAt(index);
	if (!device) return -ERRNO.ENODEV;
	if (!device.port) return -ERRNO.EOPNOTSUPP;
	applyPort(device.port, attributes.get(IFLA.PROTINFO));
	changed(device);
	return 0;
}
function applyPort(port: BridgePort, data: Uint8Array | undefined): void {
	if (!data) return;
	const set = decodeAttributes(data);
	const flag = (type: number, apply: (on: boolean) => void): void => {
		const value = set.get(type);
		if (value) apply(asNumber(value) !== 0);
	};
	flag(IFLA_BRPORT.MODE, (on) => (port.hairpin = on));
	flag(IFLA_BRPORT.ISOLATED, (on) => (port.isolated = on));
	flag(IFLA_BRPORT.LEARNING, (on) => (port.learning = on));
	flag(IFLA_BRPORT.UNICAST_FLOOD, (on) => (port.flood = on));
	const [cost, priority] = [set.get(IFLA_BRPORT.COST), set.get(IFLA_BRPORT.PRIORITY)];
	if (cost) port.cost = asNumber(cost);
	if (priority) port.priority = asNumber(priority);
}
