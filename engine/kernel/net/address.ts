// Socket addresses (man 7 unix, ip, ipv6): as values, and as the kernel's structures.

import { bytesFromName, nameFromBytes } from "../../lib/bytes";
import { ERRNO, type Errno } from "../../lib/errno";
import { formatIpv4, formatIpv6, ipBytes } from "../../lib/inet";

export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;

/** `path` is "" for an unnamed socket and begins with NUL for an abstract name. */
export interface UnixAddress {
	family: "unix";
	path: string;
}
/** `address` in its usual text: "127.0.0.1", "::1". */
export interface InetAddress {
	family: "inet" | "inet6";
	address: string;
	port: number;
	/** The interface's index, for link-local IPv6 addresses. */
	scope?: number;
}
/** `pid` 0 is the kernel; `groups` is a mask. */
export interface NetlinkAddress {
	family: "netlink";
	pid: number;
	groups: number;
}
export type Address = UnixAddress | InetAddress | NetlinkAddress | { family: "unspec" };

const SUN_PATH = 108;

export function encodeAddress(address: Address): Uint8Array {
	if (address.family === "unspec") return new Uint8Array(2);
	if (address.family === "unix") {
		const path = bytesFromName(address.path);
		// An abstract name is as long as it is; a path ends in NUL.
		const named = address.path !== "" && !address.path.startsWith("\0");
		const bytes = new Uint8Array(2 + path.length + (named ? 1 : 0));
		bytes[0] = AF_UNIX;
		bytes.set(path, 2);
		return bytes;
	}
	if (address.family === "netlink") {
		const bytes = new Uint8Array(12);
		const view = new DataView(bytes.buffer);
		view.setUint16(0, AF_NETLINK, true);
		view.setUint32(4, address.pid, true);
		view.setUint32(8, address.groups, true);
		return bytes;
	}
	const six = address.family === "inet6";
	const bytes = new Uint8Array(six ? 28 : 16);
	bytes[0] = six ? AF_INET6 : AF_INET;
	if (six) new DataView(bytes.buffer).setUint32(24, address.scope ?? 0, true);
	bytes[2] = address.port >> 8;
	bytes[3] = address.port & 0xff;
	bytes.set(ipBytes(address.address), six ? 8 : 4);
	return bytes;
}

/** EINVAL for what is too short, EAFNOSUPPORT for a family that is not there. */
export function decodeAddress(bytes: Uint8Array): Address | Errno {
	if (bytes.length < 2) return -ERRNO.EINVAL;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const family = view.getUint16(0, true);
	switch (family) {
		case AF_UNSPEC:
			return { family: "unspec" };
		case AF_UNIX: {
			if (bytes.length > 2 + SUN_PATH) return -ERRNO.EINVAL;
			const path = bytes.subarray(2);
			if (path[0] === 0) return { family: "unix", path: nameFromBytes(path) };
			const end = path.indexOf(0);
			return { family: "unix", path: nameFromBytes(end < 0 ? path : path.subarray(0, end)) };
		}
		case AF_INET:
			if (bytes.length < 16) return -ERRNO.EINVAL;
			return { family: "inet", address: formatIpv4(bytes.subarray(4, 8)), port: (bytes[2]! << 8) | bytes[3]! };
		case AF_INET6:
			if (bytes.length < 24) return -ERRNO.EINVAL;
			return {
				family: "inet6",
				address: formatIpv6(bytes.subarray(8, 24)),
				port: (bytes[2]! << 8) | bytes[3]!,
				scope: bytes.length >= 28 ? view.getUint32(24, true) : 0,
			};
		case AF_NETLINK:
			if (bytes.length < 12) return -ERRNO.EINVAL;
			return { family: "netlink", pid: view.getUint32(4, true), groups: view.getUint32(8, true) };
	}
	return -ERRNO.EAFNOSUPPORT;
}

/** As the trace and error messages show it. */
export const formatAddress = (address: Address): string =>
	address.family === "unspec"
		? ""
		: address.family === "unix"
			? address.path.replace(/^\0/, "@")
			: address.family === "netlink"
				? `netlink:${address.pid}`
				: address.family === "inet6"
					? `[${address.address}]:${address.port}`
					: `${address.address}:${address.port}`;
