// Socket addresses, messages and options, as strace(1) writes them.

import { type Address, decodeAddress } from "../../net/address";
import type { ShownCall } from "./call";
import { IP_PROTOCOL, MESSAGE, NETLINK_PROTOCOL, SOCKET_FLAGS, SOCKET_LEVEL, SOCKET_OPTION, SOCKET_TYPE } from "./names";
import { flagSet, hex, oneOf, pointer } from "./text";

const AF_NETLINK = 16;
const AF_UNIX = 1;
const MOST_ADDRESS = 128;

function shown(address: Address): string {
	switch (address.family) {
		case "unix": {
			if (address.path === "") return "{sa_family=AF_UNIX}";
			const name = address.path.startsWith("\0") ? `@"${address.path.slice(1)}"` : JSON.stringify(address.path);
			return `{sa_family=AF_UNIX, sun_path=${name}}`;
		}
		case "inet":
			return `{sa_family=AF_INET, sin_port=htons(${address.port}), sin_addr=inet_addr("${address.address}")}`;
		case "inet6":
			return `{sa_family=AF_INET6, sin6_port=htons(${address.port}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "${address.address}", &sin6_addr), sin6_scope_id=${address.scope ?? 0}}`;
		case "netlink":
			return `{sa_family=AF_NETLINK, nl_pid=${address.pid}, nl_groups=${address.groups === 0 ? "00000000" : hex(address.groups)}}`;
		default:
			return "{sa_family=AF_UNSPEC}";
	}
}
/** A sockaddr of `length` bytes. */
export const socketAddress = (call: ShownCall, at: number, length: number): string =>
	call.structure(at, Math.min(Math.max(length, 2), MOST_ADDRESS), (_view, bytes) => {
		const address = decodeAddress(bytes);
		return typeof address === "number" ? pointer(at) : shown(address);
	});
export const socketType = (value: number): string => {
	const flags = flagSet(SOCKET_FLAGS, value & ~0xf, "");
	return oneOf(SOCKET_TYPE)(value & 0xf) + (flags && `|${flags}`);
};
export const socketProtocol = (domain: number, value: number): string =>
	domain === AF_UNIX ? String(value) : oneOf(domain === AF_NETLINK ? NETLINK_PROTOCOL : IP_PROTOCOL)(value);
export const socketOption = (level: number, name: number): string => oneOf(SOCKET_OPTION[level] ?? {})(name);
export const socketLevel = oneOf(SOCKET_LEVEL);

/** struct msghdr. `most`: bytes of its vectors that are there to be shown. */
export const message = (
	call: ShownCall,
	at: number,
	most: number,
	vectors: (address: number, count: number, most: number) => string,
): string =>
	call.structure(at, 56, (view) => {
		const word = (offset: number): number => Number(view.getBigUint64(offset, true));
		const nameLength = view.getUint32(8, true);
		const name = word(0) === 0 || nameLength === 0 ? "NULL" : socketAddress(call, word(0), nameLength);
		const count = word(24);
		const control = word(40) > 0 && word(32) !== 0 ? `msg_control=${pointer(word(32))}, ` : "";
		return `{msg_name=${name}, msg_namelen=${nameLength}, msg_iov=${vectors(word(16), count, most)}, msg_iovlen=${count}, ${control}msg_controllen=${word(40)}, msg_flags=${flagSet(MESSAGE, view.getUint32(48, true))}}`;
	});
