// RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH (man 8 ip-neighbour); of bridges the hardware addresses of their ports (man 8 bridge).

import { ERRNO } from "../../../../lib/errno";
import { address as addressAttribute, asAddress, asNumber, bytes as raw, u32 } from "../../../../lib/netlink/attribute";
import { AF, NDA, NLM_F, NTF, NUD, RTM, RTN } from "../../../../lib/netlink/constants";
import { body, ndmsg, parseBody } from "../../../../lib/netlink/route";
import type { Device } from "../../link/device";
import { type Neighbour, stateOf } from "../../route/neighbour";
import { type Reply, type Request, refusal } from "../handler";

export function neighbourBody(entry: Neighbour): Uint8Array {
	const { device, address, mac, flags } = entry;
	const state = stateOf(entry);
	const now = device.stack.kernel.uptime();
	const ticks = (at: number): number => Math.floor((now - at) / 10);
	const cache = new Uint8Array(new Uint32Array([ticks(entry.confirmed), ticks(entry.used), ticks(entry.updated), 0]).buffer);
	const family = address.includes(":") ? AF.INET6 : AF.INET;
	return body(ndmsg, { family, ifindex: device.index, state, flags, type: RTN.UNICAST }, [
		addressAttribute(NDA.DST, address),
		mac && state !== NUD.FAILED && state !== NUD.INCOMPLETE ? raw(NDA.LLADDR, mac) : undefined,
		raw(NDA.CACHEINFO, cache),
		u32(NDA.PROBES, 0),
	]);
}
const bridgeEntry = (device: Device, mac: Uint8Array, state: number, flags: number): Uint8Array =>
	body(ndmsg, { family: AF.BRIDGE, ifindex: device.index, state, flags }, [
		raw(NDA.LLADDR, mac),
		device.master ? u32(NDA.MASTER, device.master.index) : undefined,
	]);

export function getNeighbours({ stack, body: bytes, flags }: Request): Reply {
	const { head, attributes } = parseBody(ndmsg, bytes);
	if (head.family === AF.BRIDGE) {
		return stack.devices
			.filter(({ master }) => master)
			.map((device) => ({ type: RTM.NEWNEIGH, body: bridgeEntry(device, device.mac, NUD.PERMANENT, 0) }));
	}
	const wanted = (entry: Neighbour): boolean => {
		const family = entry.address.includes(":") ? AF.INET6 : AF.INET;
		const index = attributes.get(NDA.IFINDEX);
		return (head.family === AF.UNSPEC || head.family === family) && (!index || asNumber(index) === entry.device.index);
	};
	if ((flags & NLM_F.DUMP) === NLM_F.DUMP) {
		if (head.flags & NTF.PROXY) return [];
		const families = [...stack.neighbours.all()]
			.filter(wanted)
			.sort((a, b) => Number(a.address.includes(":")) - Number(b.address.includes(":")));
		return families.map((entry) => ({ type: RTM.NEWNEIGH, body: neighbourBody(entry) }));
	}
	const device = stack.deviceAt(head.ifindex);
	const address = attributes.get(NDA.DST) && asAddress(attributes.get(NDA.DST)!);
	if (!device || !address)
		return device ? refusal(-ERRNO.EINVAL, "Network address not specified") : refusal(-ERRNO.ENODEV, "Unknown device ifindex");
	const entry = stack.neighbours.get(device, address);
	return entry
		? [{ type: RTM.NEWNEIGH, body: neighbourBody(entry) }]
		: refusal(-ERRNO.ENOENT, "Neighbour entry not found for address and device");
}
export function newNeighbour({ stack, body: bytes, flags }: Request): Reply {
	const { head, attributes } = parseBody(ndmsg, bytes);
	const device = stack.deviceAt(head.ifindex);
	if (!device) return -ERRNO.ENODEV;
	if (head.family === AF.BRIDGE) return device.port ? 0 : -ERRNO.EOPNOTSUPP;
	const address = attributes.get(NDA.DST) && asAddress(attributes.get(NDA.DST)!);
	if (!address) return refusal(-ERRNO.EINVAL, "Network address not specified");
	const mac = attributes.get(NDA.LLADDR);
	if (mac && mac.length < 6) return refusal(-ERRNO.EINVAL, "Invalid link address");
	const there = stack.neighbours.get(device, address);
	if (there ? flags & NLM_F.EXCL : !(flags & NLM_F.CREATE)) return there ? -ERRNO.EEXIST : -ERRNO.ENOENT;
	if (!mac && !(head.state & (NUD.FAILED | NUD.NONE)) && !there?.mac)
		return refusal(-ERRNO.EINVAL, "No link layer address given");
	stack.neighbours.set(device, address, mac?.slice(0, 6) ?? there?.mac, head.state || NUD.PERMANENT, head.flags);
	stack.emit({ kind: "neighbour", change: "new", device, address });
	stack.network.changed();
	return 0;
}
export function deleteNeighbour({ stack, body: bytes }: Request): Reply {
	const { head, attributes } = parseBody(ndmsg, bytes);
	const device = stack.deviceAt(head.ifindex);
	if (!device) return -ERRNO.ENODEV;
	const address = attributes.get(NDA.DST) && asAddress(attributes.get(NDA.DST)!);
	if (!address) return refusal(-ERRNO.EINVAL, "Network address not specified");
	if (!stack.neighbours.get(device, address)) return -ERRNO.ENOENT;
	stack.emit({ kind: "neighbour", change: "del", device, address });
	stack.neighbours.delete(device, address);
	stack.network.changed();
	return 0;
}
