// RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR (man 8 ip-address).

import { ERRNO } from "../../../../lib/errno";
import { networkOf } from "../../../../lib/inet";
import {
	address as addressAttribute,
	asAddress,
	asNumber,
	asText,
	bytes as raw,
	text,
	u32,
} from "../../../../lib/netlink/attribute";
import { AF, IFA, IFA_F, NLM_F, RT_SCOPE, RTM } from "../../../../lib/netlink/constants";
import { body, ifaddrmsg, parseBody } from "../../../../lib/netlink/route";
import type { Device, InterfaceAddress } from "../../link/device";
import { addAddress, removeAddress, usesIpv6 } from "../../link/operations";
import { type Reply, type Request, refusal } from "../handler";

const FOREVER = 0xffffffff;
const LABEL_MAX = 15;

const flagsOf = (address: InterfaceAddress, now: number): number =>
	address.flags |
	(address.valid === undefined ? IFA_F.PERMANENT : 0) |
	(address.tentativeUntil !== undefined && now < address.tentativeUntil ? IFA_F.TENTATIVE : 0);

export function addressBody(device: Device, own: InterfaceAddress): Uint8Array {
	const now = device.stack.kernel.uptime();
	const flags = flagsOf(own, now);
	const left = (seconds: number | undefined): number =>
		seconds === undefined ? FOREVER : Math.max(0, seconds - Math.floor((now - own.since) / 1000));
	const ticks = (ms: number): number => Math.floor(ms / 10) >>> 0;
	const cache = new Uint8Array(
		new Uint32Array([left(own.preferred), left(own.valid), ticks(own.created), ticks(own.since)]).buffer,
	);
	const head = {
		family: own.family === "inet" ? AF.INET : AF.INET6,
		prefixlen: own.prefix,
		flags: flags & 0xff,
		scope: own.scope,
		index: device.index,
	};
	return body(ifaddrmsg, head, [
		own.family === "inet" || own.peer !== own.address ? addressAttribute(IFA.ADDRESS, own.peer) : undefined,
		own.family === "inet" || own.peer !== own.address
			? addressAttribute(IFA.LOCAL, own.address)
			: addressAttribute(IFA.ADDRESS, own.address),
		own.broadcast ? addressAttribute(IFA.BROADCAST, own.broadcast) : undefined,
		own.family === "inet" ? text(IFA.LABEL, own.label) : undefined,
		u32(IFA.FLAGS, flags),
		raw(IFA.CACHEINFO, cache),
	]);
}
export function getAddresses({ stack, body: bytes, flags }: Request): Reply {
	if ((flags & NLM_F.DUMP) !== NLM_F.DUMP) return -ERRNO.EOPNOTSUPP;
	const { head } = parseBody(ifaddrmsg, bytes);
	const wanted = (family: "inet" | "inet6"): boolean =>
		head.family === AF.UNSPEC || head.family === (family === "inet" ? AF.INET : AF.INET6);
	const devices = stack.devices.filter(({ index }) => head.index === 0 || head.index === index);
	if (head.index !== 0 && devices.length === 0) return -ERRNO.ENODEV;
	return (["inet", "inet6"] as const)
		.filter(wanted)
		.flatMap((family) =>
			devices.flatMap((device) =>
				device.addressesOf(family).map((each) => ({ type: RTM.NEWADDR, body: addressBody(device, each) })),
			),
		);
}

interface Asked {
	device: Device;
	family: "inet" | "inet6";
	address: string;
	peer: string;
	prefix: number;
	attributes: ReturnType<typeof parseBody>["attributes"];
	scope: number;
	flags: number;
}
function read({ stack, body: bytes }: Request): Asked | ReturnType<typeof refusal> {
	const { head, attributes } = parseBody(ifaddrmsg, bytes);
	const family = head.family === AF.INET ? "inet" : head.family === AF.INET6 ? "inet6" : undefined;
	if (!family) return refusal(-ERRNO.EAFNOSUPPORT);
	const [local, peer] = [attributes.get(IFA.LOCAL), attributes.get(IFA.ADDRESS)];
	const address = asAddress(local ?? peer ?? new Uint8Array(0));
	if (!address) return refusal(-ERRNO.EINVAL);
	if (head.prefixlen > (family === "inet" ? 32 : 128))
		return refusal(-ERRNO.EINVAL, family === "inet" ? "ipv4: Invalid prefix length" : "IPv6 prefix length too long");
	const device = stack.deviceAt(head.index);
	if (!device)
		return refusal(-ERRNO.ENODEV, family === "inet" ? "ipv4: Device not found" : "Unable to find the requested device");
	const wide = attributes.get(IFA.FLAGS);
	const flags = wide ? asNumber(wide) : head.flags;
	return {
		device,
		family,
		address,
		peer: (peer && asAddress(peer)) ?? address,
		prefix: head.prefixlen,
		attributes,
		scope: head.scope,
		flags,
	};
}
export function newAddress(request: Request): Reply {
	const asked = read(request);
	if ("error" in asked) return asked;
	const { device, family, address, peer, prefix, attributes, flags } = asked;
	const cache = attributes.get(IFA.CACHEINFO);
	const view = cache && new DataView(cache.buffer, cache.byteOffset, cache.length);
	const seconds = (at: number): number | undefined =>
		view && view.getUint32(at, true) !== FOREVER ? view.getUint32(at, true) : undefined;
	const [preferred, valid] = [seconds(0), seconds(4)];
	if (view && (view.getUint32(4, true) === 0 || view.getUint32(0, true) > view.getUint32(4, true)))
		return refusal(-ERRNO.EINVAL, family === "inet" ? "ipv4: Invalid preferred lifetime" : "address lifetime invalid");
	const there = device.addresses.find((each) =>
		family === "inet"
			? each.address === address && each.prefix === prefix && networkOf(each.peer, prefix) === networkOf(peer, prefix)
			: each.address === address,
	);
	if (there) {
		if (request.flags & NLM_F.EXCL || !(request.flags & NLM_F.REPLACE))
			return refusal(-ERRNO.EEXIST, family === "inet" ? "ipv4: Address already assigned" : "ipv6: address already assigned");
		Object.assign(there, { preferred, valid, since: device.stack.kernel.uptime() });
		return 0;
	}
	if (family === "inet6" && !usesIpv6(device)) return refusal(-ERRNO.EACCES, "ipv6: IPv6 is disabled on this device");
	const label = attributes.get(IFA.LABEL);
	const name = label ? asText(label) : device.name;
	if (name.length > LABEL_MAX) return -ERRNO.EINVAL;
	const broadcast = attributes.get(IFA.BROADCAST);
	addAddress(device, {
		family,
		address,
		peer,
		prefix,
		preferred,
		valid,
		label: name,
		broadcast: broadcast && asAddress(broadcast),
		scope: family === "inet" ? asked.scope : scopeOf(address),
		flags: flags & (IFA_F.NODAD | IFA_F.NOPREFIXROUTE),
	});
	return 0;
}
/** IPv6 addresses have their scope in themselves. */
function scopeOf(address: string): number {
	if (address === "::1") return RT_SCOPE.HOST;
	return /^fe[89ab]/.test(address) ? RT_SCOPE.LINK : RT_SCOPE.UNIVERSE;
}
export function deleteAddress(request: Request): Reply {
	const asked = read(request);
	if ("error" in asked) return asked;
	const { device, family, address, prefix, attributes } = asked;
	const label = attributes.get(IFA.LABEL);
	const own = device.addresses.find(
		(each) =>
			each.family === family &&
			each.address === address &&
			(each.prefix === prefix || (family === "inet" && !attributes.has(IFA.ADDRESS))) &&
			(!label || each.label === asText(label)),
	);
	if (!own) return refusal(-ERRNO.EADDRNOTAVAIL, family === "inet" ? "ipv4: Address not found" : "ipv6: address not found");
	removeAddress(device, own);
	return 0;
}
