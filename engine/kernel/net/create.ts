// socket(2): which families, types and protocols there are, and the errors for those that are not (man 2 socket).

import { ERRNO, type Errno } from "../../lib/errno";
import { CAP, capable } from "../proc/capability";
import type { Task } from "../task";
import { PingSocket, RawSocket } from "./inet/raw";
import type { InetSocket } from "./inet/socket";
import { TcpSocket } from "./inet/tcp";
import { UdpSocket } from "./inet/udp";
import { hasProtocol, NetlinkSocket } from "./netlink/socket";
import { IPPROTO } from "./packet";
import type { Socket, SocketFamily, SocketType } from "./socket";
import { type NetStack, stackOf } from "./stack";
import { UnixDatagram } from "./unix/datagram";
import { UnixStream } from "./unix/stream";

/** `protocol` 0 is the usual one of family and type. ESOCKTNOSUPPORT, EPROTONOSUPPORT. */
export function createSocket(task: Task, family: SocketFamily, type: SocketType, protocol: number): Socket | Errno {
	const stack = stackOf(task.namespaces.net);
	const inode = task.kernel.nextInode();
	switch (family) {
		case "unix":
			if (protocol !== 0 && protocol !== 1) return -ERRNO.EPROTONOSUPPORT;
			if (type === "raw") return -ERRNO.ESOCKTNOSUPPORT;
			return type === "dgram" ? new UnixDatagram(stack, "dgram", inode) : new UnixStream(stack, type, inode);
		case "netlink":
			if (type !== "raw" && type !== "dgram") return -ERRNO.ESOCKTNOSUPPORT;
			return hasProtocol(protocol) ? new NetlinkSocket(stack, type, inode, protocol) : -ERRNO.EPROTONOSUPPORT;
		default:
			return createInet(task, stack, family, type, protocol);
	}
}
function createInet(task: Task, stack: NetStack, family: "inet" | "inet6", type: SocketType, protocol: number): Socket | Errno {
	const inode = task.kernel.nextInode();
	const made = ((): InetSocket | Errno => {
		if (type === "seqpacket") return -ERRNO.ESOCKTNOSUPPORT;
		if (type === "raw") {
			if (protocol === 0) return -ERRNO.EPROTONOSUPPORT;
			if (protocol < 0 || protocol > 255) return -ERRNO.EINVAL;
			return capable(task, CAP.NET_RAW) ? new RawSocket(stack, family, inode, protocol) : -ERRNO.EPERM;
		}
		if (type === "dgram" && protocol === (family === "inet" ? IPPROTO.ICMP : IPPROTO.ICMPV6))
			return PingSocket.allowed(stack, task) ? new PingSocket(stack, family, inode) : -ERRNO.EACCES;
		if (protocol !== 0 && protocol !== (type === "stream" ? IPPROTO.TCP : IPPROTO.UDP)) return -ERRNO.EPROTONOSUPPORT;
		return type === "stream" ? new TcpSocket(stack, family, inode) : new UdpSocket(stack, family, inode);
	})();
	if (typeof made === "number") return made;
	made.uid = task.credentials.uid;
	made.gid = task.credentials.gid;
	if (family === "inet6") made.onlyV6 = stack.sysctl.number("ipv6/bindv6only") !== 0;
	return made;
}
