// RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE (man 8 ip-route).

import { ERRNO } from "../../../../lib/errno";
import { networkOf } from "../../../../lib/inet";
import {
	type Attribute,
	type Attributes,
	address as addressAttribute,
	asAddress,
	asNumber,
	decodeAttributes,
	nested,
	bytes as raw,
	u8,
	u32,
} from "../../../../lib/netlink/attribute";
import { AF, NLM_F, RT_SCOPE, RT_TABLE, RTA, RTM, RTM_F, RTN, RTNH_F, RTPROT } from "../../../../lib/netlink/constants";
import { body, parseBody, rtmsg } from "../../../../lib/netlink/route";
import type { Device } from "../../link/device";
import type { Route } from "../../route/table";
import type { NetStack } from "../../stack";
import { type Refusal, type Reply, type Request, refusal } from "../handler";

const RTAX_MTU = 2;
const RTCF_LOCAL = 0x80000000;
/** IPv6 routes of programs that name no metric. */
const METRIC6 = 1024;

export function routeBody(route: Route): Uint8Array {
	const { family, device, gateway, source, others } = route;
	const six = family === "inet6";
	const dead = (device?.up && !device.carrier ? RTNH_F.LINKDOWN : 0) | (route.onlink ? RTNH_F.ONLINK : 0);
	const head = {
		family: six ? AF.INET6 : AF.INET,
		dst_len: route.prefix,
		tos: route.tos,
		table: route.table < 256 ? route.table : RT_TABLE.UNSPEC,
		protocol: route.protocol,
		scope: route.scope,
		type: route.type,
		flags: dead,
	};
	return body(rtmsg, head, [
		u32(RTA.TABLE, route.table),
		route.prefix > 0 ? addressAttribute(RTA.DST, route.destination) : undefined,
		route.metric > 0 || six ? u32(RTA.PRIORITY, route.metric) : undefined,
		source ? addressAttribute(RTA.PREFSRC, source) : undefined,
		route.mtu ? nested(RTA.METRICS, [u32(RTAX_MTU, route.mtu)]) : undefined,
		others ? raw(RTA.MULTIPATH, multipath(route)) : undefined,
		gateway && !others ? addressAttribute(RTA.GATEWAY, gateway) : undefined,
		device && !others ? u32(RTA.OIF, device.index) : undefined,
		six ? raw(RTA.CACHEINFO, new Uint8Array(32)) : undefined,
		six ? u8(RTA.PREF, 0) : undefined,
	]);
}
/** struct rtnexthop for each: length, flags, hops, index; then its gateway. */
function multipath({ device, gateway, others = [] }: Route): Uint8Array {
	const hops = [{ device, gateway, weight: others[0]?.weight ?? 1 }, ...others.slice(1)];
	const parts = hops.map((hop) => {
		const attributes = body(
			{ size: 0, encode: () => new Uint8Array(0), decode: () => ({}) },
			{},
			hop.gateway ? [addressAttribute(RTA.GATEWAY, hop.gateway)] : [],
		);
		const bytes = new Uint8Array(8 + attributes.length);
		const view = new DataView(bytes.buffer);
		view.setUint16(0, bytes.length, true);
		bytes[3] = hop.weight - 1;
		view.setInt32(4, hop.device?.index ?? 0, true);
		bytes.set(attributes, 8);
		return bytes;
	});
	return Uint8Array.from(parts.flatMap((part) => [...part]));
}
function hopsOf(stack: NetStack, bytes: Uint8Array): NonNullable<Route["others"]> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const hops: NonNullable<Route["others"]> = [];
	for (let at = 0; at + 8 <= bytes.length; ) {
		const length = view.getUint16(at, true);
		if (length < 8) break;
		const gateway = decodeAttributes(bytes.subarray(at + 8, at + length)).get(RTA.GATEWAY);
		hops.push({
			device: stack.deviceAt(view.getInt32(at + 4, true)),
			gateway: gateway && asAddress(gateway),
			weight: bytes[at + 3]! + 1,
		});
		at += (length + 3) & ~3;
	}
	return hops;
}

// ---- asking

const familyOf = (number: number): "inet" | "inet6" | undefined =>
	number === AF.INET ? "inet" : number === AF.INET6 ? "inet6" : undefined;
const tableOf = (head: { table: number }, attributes: Attributes): number => {
	const wide = attributes.get(RTA.TABLE);
	return wide ? asNumber(wide) : head.table;
};
export function getRoutes({ stack, body: bytes, flags }: Request): Reply {
	const { head, attributes } = parseBody(rtmsg, bytes);
	const family = familyOf(head.family);
	if ((flags & NLM_F.DUMP) !== NLM_F.DUMP) return family ? find(stack, head, attributes) : -ERRNO.EOPNOTSUPP;
	if (head.flags & RTM_F.CLONED) return [];
	const table = tableOf(head, attributes);
	const device = attributes.get(RTA.OIF);
	if (family === "inet" && table && table !== RT_TABLE.MAIN && !stack.tables.has(family, table))
		return refusal(-ERRNO.ENOENT, "ipv4: FIB table does not exist");
	return stack.tables.routes
		.filter((route) => !family || route.family === family)
		.filter((route) => !table || route.table === table)
		.filter((route) => !device || route.device?.index === asNumber(device))
		.filter((route) => !head.protocol || route.protocol === head.protocol)
		.filter((route) => !head.type || route.type === head.type)
		.map((route) => ({ type: RTM.NEWROUTE, body: routeBody(route) }));
}
/** `ip route get`: which one a packet would take, with the address that it would have. */
function find(stack: NetStack, { family, flags }: { family: number; flags: number }, attributes: Attributes): Reply {
	const wanted = attributes.get(RTA.DST);
	const destination = (wanted && asAddress(wanted)) ?? (family === AF.INET ? "0.0.0.0" : "::");
	const given = attributes.get(RTA.SRC);
	const [via, out, mark] = [attributes.get(RTA.IIF), attributes.get(RTA.OIF), attributes.get(RTA.MARK)];
	const at = (bytes: Uint8Array | undefined): Device | undefined => bytes && stack.deviceAt(asNumber(bytes));
	if ((via && !at(via)) || (out && !at(out))) return -ERRNO.ENODEV;
	const source = given && asAddress(given);
	const route = stack.route({ destination, source, out: at(out), in: at(via), mark: mark && asNumber(mark) });
	if (!route) return -ERRNO.ENETUNREACH;
	const refused: Record<number, number> = {
		[RTN.BLACKHOLE]: -ERRNO.EINVAL,
		[RTN.UNREACHABLE]: -ERRNO.EHOSTUNREACH,
		[RTN.PROHIBIT]: -ERRNO.EACCES,
	};
	if (refused[route.type] !== undefined) return refused[route.type]!;
	if (flags & RTM_F.FIB_MATCH) return [{ type: RTM.NEWROUTE, body: routeBody(route) }];
	const local = route.type === RTN.LOCAL;
	const table = flags & RTM_F.LOOKUP_TABLE && !local ? route.table : RT_TABLE.MAIN;
	const device = local ? stack.loopback : route.device;
	const six = family === AF.INET6;
	const seen = source ?? stack.sourceFor(route, destination);
	const head = {
		family,
		dst_len: six ? 128 : 32,
		src_len: source && !six ? 32 : 0,
		table,
		protocol: six ? route.protocol : RTPROT.UNSPEC,
		type: route.type,
		scope: RT_SCOPE.UNIVERSE,
		flags: six ? 0 : (RTM_F.CLONED | (local ? RTCF_LOCAL : 0)) >>> 0,
	};
	const items: Array<Attribute | undefined> = [
		u32(RTA.TABLE, table),
		addressAttribute(RTA.DST, destination),
		source && !six ? addressAttribute(RTA.SRC, source) : undefined,
		route.gateway ? addressAttribute(RTA.GATEWAY, route.gateway) : undefined,
		device ? u32(RTA.OIF, device.index) : undefined,
		seen && seen !== source ? addressAttribute(RTA.PREFSRC, seen) : undefined,
		six ? u32(RTA.PRIORITY, route.metric) : undefined,
		six ? undefined : u32(RTA.UID, 0),
		raw(RTA.CACHEINFO, new Uint8Array(32)),
		six ? u8(RTA.PREF, 0) : undefined,
	];
	return [{ type: RTM.NEWROUTE, body: body(rtmsg, head, items) }];
}

// ---- changing

interface Asked {
	route: Route;
	attributes: Attributes;
	head: ReturnType<typeof rtmsg.decode>;
}
function read({ stack, body: bytes }: Request): Asked | Refusal {
	const { head, attributes } = parseBody(rtmsg, bytes);
	const family = familyOf(head.family);
	if (!family) return refusal(-ERRNO.EAFNOSUPPORT);
	const six = family === "inet6";
	const any = six ? "::" : "0.0.0.0";
	const text = (type: number): string | undefined => {
		const value = attributes.get(type);
		return value && asAddress(value);
	};
	if (head.dst_len > (six ? 128 : 32)) return refusal(-ERRNO.EINVAL, "Invalid prefix length");
	const destination = text(RTA.DST) ?? any;
	if (networkOf(destination, head.dst_len) !== destination && !six)
		return refusal(-ERRNO.EINVAL, "Invalid prefix for given prefix length");
	const out = attributes.get(RTA.OIF);
	const hops = attributes.get(RTA.MULTIPATH);
	const others = hops && hopsOf(stack, hops);
	const device = others?.[0]?.device ?? (out && stack.deviceAt(asNumber(out)));
	if (out && !device) return refusal(-ERRNO.ENODEV);
	const metric = attributes.get(RTA.PRIORITY);
	const metrics = attributes.get(RTA.METRICS);
	const mtu = metrics && decodeAttributes(metrics).get(RTAX_MTU);
	const route: Route = {
		family,
		table: tableOf(head, attributes) || RT_TABLE.MAIN,
		destination: networkOf(destination, head.dst_len),
		prefix: head.dst_len,
		tos: head.tos,
		metric: metric ? asNumber(metric) : six ? METRIC6 : 0,
		protocol: head.protocol,
		scope: six ? RT_SCOPE.UNIVERSE : head.scope,
		type: head.type,
		device,
		gateway: text(RTA.GATEWAY) ?? others?.[0]?.gateway,
		source: text(RTA.PREFSRC),
		onlink: (head.flags & RTNH_F.ONLINK) !== 0,
		mtu: mtu && asNumber(mtu),
		others: others && others.length > 1 ? others : undefined,
	};
	return { route, attributes, head };
}
const REFUSING: readonly number[] = [RTN.BLACKHOLE, RTN.UNREACHABLE, RTN.PROHIBIT, RTN.THROW];

/** The next hop must be there to be reached: by a route of the link, over a device that is up. */
function complete(stack: NetStack, route: Route): Refusal | undefined {
	if (REFUSING.includes(route.type)) {
		route.device = route.family === "inet6" ? stack.loopback : undefined;
		return undefined;
	}
	const { gateway } = route;
	if (gateway && !route.onlink) {
		if (route.family === "inet6" && stack.isLocal(gateway)) return refusal(-ERRNO.EINVAL, "Gateway can not be a local address");
		const way = stack.route({ destination: gateway, out: route.device });
		const usable =
			way?.device &&
			(way.type === RTN.UNICAST || way.type === RTN.LOCAL) &&
			!way.gateway &&
			(!route.device || way.device === route.device);
		if (!usable)
			return route.family === "inet" ? refusal(-ERRNO.ENETUNREACH, "Nexthop has invalid gateway") : refusal(-ERRNO.EHOSTUNREACH);
		route.device ??= way.device;
	}
	if (!route.device) return route.family === "inet" ? refusal(-ERRNO.ENODEV) : refusal(-ERRNO.ENODEV);
	if (!route.device.up)
		return refusal(-ERRNO.ENETDOWN, route.family === "inet" ? "Device for nexthop is not up" : "Nexthop device is not up");
	if (route.source && !stack.isLocal(route.source))
		return refusal(-ERRNO.EINVAL, route.family === "inet" ? "Invalid prefsrc address" : "Invalid source address");
	return undefined;
}
const sameDestination = (a: Route, b: Route): boolean =>
	a.family === b.family &&
	a.table === b.table &&
	a.destination === b.destination &&
	a.prefix === b.prefix &&
	a.tos === b.tos &&
	a.metric === b.metric;

export function newRoute(request: Request): Reply {
	const { stack, flags } = request;
	const asked = read(request);
	if ("error" in asked) return asked;
	const { route } = asked;
	const wrong = complete(stack, route);
	if (wrong) return wrong;
	const there = stack.tables.routes.find((each) => sameDestination(each, route));
	if (there) {
		if (flags & NLM_F.EXCL) return -ERRNO.EEXIST;
		if (flags & NLM_F.REPLACE) stack.tables.remove((each) => each === there);
		else if (there.gateway === route.gateway && there.device === route.device) return -ERRNO.EEXIST;
	} else if (!(flags & NLM_F.CREATE)) return -ERRNO.ENOENT;
	stack.tables.add(route);
	stack.emit({ kind: "route", change: "new", route });
	stack.network.changed();
	return 0;
}
export function deleteRoute(request: Request): Reply {
	const { stack } = request;
	const asked = read(request);
	if ("error" in asked) return asked;
	const { route, attributes, head } = asked;
	const fits = (each: Route): boolean =>
		each.family === route.family &&
		each.table === route.table &&
		each.destination === route.destination &&
		each.prefix === route.prefix &&
		(!attributes.has(RTA.PRIORITY) || each.metric === route.metric) &&
		(!route.device || each.device === route.device) &&
		(!route.gateway || each.gateway === route.gateway) &&
		(!route.source || each.source === route.source) &&
		(head.type === RTN.UNSPEC || each.type === head.type) &&
		(head.protocol === RTPROT.UNSPEC || each.protocol === head.protocol) &&
		(head.scope === RT_SCOPE.NOWHERE || route.family === "inet6" || each.scope === head.scope);
	const found = stack.tables.routes.find(fits);
	if (!found) return -ERRNO.ESRCH;
	stack.tables.remove((each) => each === found);
	stack.emit({ kind: "route", change: "del", route: found });
	stack.network.changed();
	return 0;
}
