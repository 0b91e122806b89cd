// Interfaces, addresses and routes of one network namespace, changed as `ip` changes them: by rtnetlink (man 7 rtnetlink).

import { formatMac, networkOf, parseMac } from "../lib/inet";
import { ipText, parseIp } from "../lib/ip";
import * as attribute from "../lib/netlink/attribute";
import type { NetlinkClient } from "../lib/netlink/client";
import {
	AF,
	IFA,
	IFF,
	IFLA,
	IFLA_INFO,
	NLM_F,
	RT_SCOPE,
	RT_TABLE,
	RTA,
	RTM,
	RTN,
	RTPROT,
	VETH_INFO_PEER,
} from "../lib/netlink/constants";
import { body, ifaddrmsg, ifinfomsg, parseBody, rtmsg } from "../lib/netlink/route";
import { SysError } from "../sys";

export interface Link {
	index: number;
	name: string;
	/** "02:42:…" */
	mac: string;
	up: boolean;
}
/** struct rtnl_link_stats64, as far as `docker stats` tells. */
export interface LinkCounters {
	name: string;
	received: { packets: number; bytes: number; errors: number; dropped: number };
	sent: { packets: number; bytes: number; errors: number; dropped: number };
}
export interface LinkChange {
	up?: boolean;
	name?: string;
	mac?: string;
	mtu?: number;
	/** Index of the bridge that it becomes a port of; 0 for none. */
	master?: number;
}
export interface VethRequest {
	/** The end that stays here. */
	name: string;
	/** The end that goes into the namespace of the descriptor. */
	peer: { name: string; namespace: number; mac: string };
	mtu: number;
	master: number;
}

/** The last address of a subnet of IPv4. */
function broadcastOf(address: string, prefix: number): string {
	const { value } = parseIp(address)!;
	return ipText({ six: false, value: value | ((1n << BigInt(32 - prefix)) - 1n) });
}

const familyOf = (address: string): number => (address.includes(":") ? AF.INET6 : AF.INET);
const CREATE = NLM_F.CREATE | NLM_F.EXCL;

export class Links {
	constructor(private readonly netlink: NetlinkClient) {}
	close(): Promise<void> {
		return this.netlink.close();
	}

	/** undefined when there is none of the name. */
	async find(name: string): Promise<Link | undefined> {
		try {
			const request = body(ifinfomsg, {}, [attribute.text(IFLA.IFNAME, name)]);
			const [answer] = await this.netlink.change(RTM.GETLINK, request);
			return answer && describe(answer.body);
		} catch (error) {
			if (error instanceof SysError && error.errno === "ENODEV") return undefined;
			throw error;
		}
	}
	/** @throws SysError ENODEV */
	async get(name: string): Promise<Link> {
		const link = await this.find(name);
		if (!link) throw new SysError("ENODEV", "netlink", name);
		return link;
	}

	/** @throws SysError EEXIST */
	async addBridge(name: string, mac: string, mtu: number): Promise<void> {
		const kind = attribute.nested(IFLA.LINKINFO, [attribute.text(IFLA_INFO.KIND, "bridge")]);
		const own = [attribute.text(IFLA.IFNAME, name), attribute.bytes(IFLA.ADDRESS, parseMac(mac)!), attribute.u32(IFLA.MTU, mtu)];
		await this.netlink.change(RTM.NEWLINK, body(ifinfomsg, {}, [...own, kind]), CREATE);
	}
	/** A pair, of which one end is a port of a bridge here and up, the other in another namespace and down. */
	async addVeth({ name, peer, mtu, master }: VethRequest): Promise<void> {
		const other = body(ifinfomsg, {}, [
			attribute.text(IFLA.IFNAME, peer.name),
			attribute.bytes(IFLA.ADDRESS, parseMac(peer.mac)!),
			attribute.u32(IFLA.MTU, mtu),
			attribute.u32(IFLA.NET_NS_FD, peer.namespace),
		]);
		const kind = attribute.nested(IFLA.LINKINFO, [
			attribute.text(IFLA_INFO.KIND, "veth"),
			attribute.nested(IFLA_INFO.DATA, [attribute.bytes(VETH_INFO_PEER, other)]),
		]);
		const items = [attribute.text(IFLA.IFNAME, name), attribute.u32(IFLA.MTU, mtu), kind];
		await this.netlink.change(RTM.NEWLINK, body(ifinfomsg, {}, items), CREATE);
		const { index } = await this.get(name);
		await this.change(index, { master, up: true });
	}
	async change(index: number, { up, name, mac, mtu, master }: LinkChange): Promise<void> {
		const flags = up === undefined ? {} : { flags: up ? IFF.UP : 0, change: IFF.UP };
		const items = [
			name === undefined ? undefined : attribute.text(IFLA.IFNAME, name),
			mac === undefined ? undefined : attribute.bytes(IFLA.ADDRESS, parseMac(mac)!),
			mtu === undefined ? undefined : attribute.u32(IFLA.MTU, mtu),
			master === undefined ? undefined : attribute.u32(IFLA.MASTER, master),
		];
		await this.netlink.change(RTM.NEWLINK, body(ifinfomsg, { index, ...flags }, items));
	}
	/** Gone already is as good. */
	async remove(name: string): Promise<void> {
		const link = await this.find(name);
		if (link) await this.netlink.change(RTM.DELLINK, body(ifinfomsg, { index: link.index }));
	}

	/** `address` without its prefix. One that is there already is as good. */
	async addAddress(index: number, address: string, prefix: number): Promise<void> {
		const head = { family: familyOf(address), prefixlen: prefix, index, scope: RT_SCOPE.UNIVERSE };
		const items = [attribute.address(IFA.LOCAL, address), attribute.address(IFA.ADDRESS, address)];
		if (!address.includes(":") && prefix < 31) items.push(attribute.address(IFA.BROADCAST, broadcastOf(address, prefix)));
		await this.netlink.change(RTM.NEWADDR, body(ifaddrmsg, head, items), CREATE).catch((error) => {
			if (!(error instanceof SysError && error.errno === "EEXIST")) throw error;
		});
	}
	/** Subnets that this host is in, such as "172.17.0.0/16"; loopback and link-local ones left out. */
	async subnets(): Promise<string[]> {
		const answers = await this.netlink.dump(RTM.GETADDR, body(ifaddrmsg, {}));
		return answers.flatMap(({ body: bytes }) => {
			const { head, attributes } = parseBody(ifaddrmsg, bytes);
			const local = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
			const address = local && attribute.asAddress(local);
			if (!address || /^(127\.|::1$|fe80:)/.test(address)) return [];
			return [`${networkOf(address, head.prefixlen)}/${head.prefixlen}`];
		});
	}

	/** The way to everywhere else. */
	addDefaultRoute(index: number, gateway: string): Promise<void> {
		return this.defaultRoute(RTM.NEWROUTE, index, gateway, CREATE);
	}
	/** Gone already is as good. */
	async removeDefaultRoute(index: number, gateway: string): Promise<void> {
		await this.defaultRoute(RTM.DELROUTE, index, gateway, 0).catch((error) => {
			if (!(error instanceof SysError && error.errno === "ESRCH")) throw error;
		});
	}
	private async defaultRoute(type: number, index: number, gateway: string, flags: number): Promise<void> {
		const head = {
			family: familyOf(gateway),
			table: RT_TABLE.MAIN,
			protocol: RTPROT.BOOT,
			scope: RT_SCOPE.UNIVERSE,
			type: RTN.UNICAST,
		};
		const items = [attribute.address(RTA.GATEWAY, gateway), attribute.u32(RTA.OIF, index)];
		await this.netlink.change(type, body(rtmsg, head, items), flags);
	}

	/** Of every interface but the loopback one. */
	async counters(): Promise<LinkCounters[]> {
		const answers = await this.netlink.dump(RTM.GETLINK, body(ifinfomsg, {}));
		return answers.flatMap(({ body: bytes }) => {
			const { head, attributes } = parseBody(ifinfomsg, bytes);
			const stats = attributes.get(IFLA.STATS64);
			if (!stats || head.flags & IFF.LOOPBACK) return [];
			const view = new DataView(stats.buffer, stats.byteOffset, stats.length);
			const at = (word: number): number => Number(view.getBigUint64(word * 8, true));
			return [
				{
					name: attribute.asText(attributes.get(IFLA.IFNAME)!),
					received: { packets: at(0), bytes: at(2), errors: at(4), dropped: at(6) },
					sent: { packets: at(1), bytes: at(3), errors: at(5), dropped: at(7) },
				},
			];
		});
	}
}

function describe(bytes: Uint8Array): Link {
	const { head, attributes } = parseBody(ifinfomsg, bytes);
	const mac = attributes.get(IFLA.ADDRESS) ?? new Uint8Array(6);
	return {
		index: head.index,
		name: attribute.asText(attributes.get(IFLA.IFNAME) ?? new Uint8Array()),
		mac: formatMac(mac),
		up: (head.flags & IFF.UP) !== 0,
	};
}
