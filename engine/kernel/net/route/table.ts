// Routes of a namespace (man 8 ip-route) and which of them a packet takes: tables in the order of the rules, in a table the longest
// prefix, among those the lowest metric.

import { inNetwork, ipBytes } from "../../../lib/inet";
import { RT_SCOPE, RT_TABLE, RTN, RTPROT } from "../../../lib/netlink/constants";
import type { Device } from "../link/device";

export interface Route {
	family: "inet" | "inet6";
	table: number;
	/** The network's address and how many bits of it count. */
	destination: string;
	prefix: number;
	tos: number;
	/** RTA_PRIORITY: the lower is taken. */
	metric: number;
	/** RTPROT_*, RT_SCOPE_*, RTN_*. */
	protocol: number;
	scope: number;
	type: number;
	device?: Device;
	gateway?: string;
	/** RTA_PREFSRC: which own address packets are seen from. */
	source?: string;
	/** RTNH_F_ONLINK: the gateway is taken to be on the link whatever addresses say. */
	onlink: boolean;
	mtu?: number;
	/** Further next hops with weights; only the first one that is up is used. */
	others?: Array<{ device?: Device; gateway?: string; weight: number }>;
}
export interface Rule {
	family: "inet" | "inet6";
	priority: number;
	table: number;
	/** FR_ACT_*. */
	action: number;
	protocol: number;
	source?: { address: string; prefix: number };
	destination?: { address: string; prefix: number };
	mark?: { value: number; mask: number };
	in?: string;
	out?: string;
	invert: boolean;
	suppressPrefix?: number;
}
const FR_ACT_TO_TBL = 1;
const rule = (family: Rule["family"], priority: number, table: number): Rule => ({
	family,
	priority,
	table,
	action: FR_ACT_TO_TBL,
	protocol: RTPROT.KERNEL,
	invert: false,
});

export interface Lookup {
	destination: string;
	source?: string;
	mark?: number;
	/** SO_BINDTODEVICE, or a link-local address's scope. */
	out?: Device;
	in?: Device;
}

export class RouteTables {
	readonly routes: Route[] = [];
	readonly rules: Rule[] = [
		rule("inet", 0, RT_TABLE.LOCAL),
		rule("inet", 32766, RT_TABLE.MAIN),
		rule("inet", 32767, RT_TABLE.DEFAULT),
		rule("inet6", 0, RT_TABLE.LOCAL),
		rule("inet6", 32766, RT_TABLE.MAIN),
	];

	/** Tables that there have been, of each family: an empty one is not the same as none. */
	private readonly known = new Set<string>();
	has(family: Route["family"], table: number): boolean {
		return this.known.has(`${family} ${table}`);
	}

	/** Undefined where there is none; RTN_UNREACHABLE and the like are found as others are. */
	lookup(asked: Lookup): Route | undefined {
		const family = asked.destination.includes(":") ? "inet6" : "inet";
		for (const each of this.rules) {
			if (each.family !== family || applies(each, asked) === each.invert) continue;
			if (each.action !== FR_ACT_TO_TBL) return { ...refusal(family), type: each.action };
			const found = this.inTable(each.table, asked);
			if (!found || found.type === RTN.THROW) continue;
			if (each.suppressPrefix !== undefined && found.prefix <= each.suppressPrefix) continue;
			return found;
		}
		return undefined;
	}
	private inTable(table: number, { destination, out }: Lookup): Route | undefined {
		let best: Route | undefined;
		for (const route of this.routes) {
			if (route.table !== table || !inNetwork(destination, route.destination, route.prefix)) continue;
			if (out && route.device && route.device !== out && route.type !== RTN.LOCAL) continue;
			if (!best || route.prefix > best.prefix || (route.prefix === best.prefix && route.metric < best.metric)) best = route;
		}
		return best;
	}
	/** Sorted as the kernel lists them. */
	add(route: Route): void {
		this.known.add(`${route.family} ${route.table}`);
		const at = this.routes.findIndex((other) => before(route, other) < 0);
		this.routes.splice(at < 0 ? this.routes.length : at, 0, route);
	}
	remove(gone: (route: Route) => boolean): Route[] {
		const removed = this.routes.filter(gone);
		for (const route of removed) this.routes.splice(this.routes.indexOf(route), 1);
		return removed;
	}
	addRule(added: Rule): void {
		const at = this.rules.findIndex(({ family, priority }) => family === added.family && priority > added.priority);
		this.rules.splice(at < 0 ? this.rules.length : at, 0, added);
	}
}
function applies({ source, destination, mark, in: via, out }: Rule, asked: Lookup): boolean {
	if (source && !inNetwork(asked.source ?? "0.0.0.0", source.address, source.prefix)) return false;
	if (destination && !inNetwork(asked.destination, destination.address, destination.prefix)) return false;
	if (mark && ((asked.mark ?? 0) & mark.mask) !== (mark.value & mark.mask)) return false;
	if (via !== undefined && asked.in?.name !== via) return false;
	return out === undefined || asked.out?.name === out;
}
const refusal = (family: Route["family"]): Route => ({
	...{ family, table: 0, destination: "0.0.0.0", prefix: 0, tos: 0, metric: 0 },
	...{ protocol: RTPROT.KERNEL, scope: RT_SCOPE.UNIVERSE, type: RTN.UNREACHABLE, onlink: false },
});
/** IPv4: by address, the longer prefix first. IPv6: the tree from its leaves up, so a network comes after what lies in it. */
function before(a: Route, b: Route): number {
	if (a.family !== b.family) return a.family === "inet" ? -1 : 1;
	if (a.table !== b.table) return a.table - b.table;
	if (a.family === "inet6" && a.prefix !== b.prefix) {
		if (inNetwork(a.destination, b.destination, Math.min(a.prefix, b.prefix))) return b.prefix - a.prefix;
	}
	return compare(ipBytes(a.destination), ipBytes(b.destination)) || b.prefix - a.prefix || a.metric - b.metric;
}
function compare(a: Uint8Array, b: Uint8Array): number {
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
	return 0;
}
