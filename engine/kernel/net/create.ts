// socket(2): which families, types and protocols there are, and the errors for those that are not (man 2 socket).

import { ERRNO, type Errno } from "../../lib/errno";
import type { Task } from "../task";
import { TcpSocket } from "./inet/tcp";
import { UdpSocket } from "./inet/udp";
import type { Socket, SocketFamily, SocketType } from "./socket";
import { stackOf } from "./stack";
import { UnixDatagram } from "./unix/datagram";
import { UnixStream } from "./unix/stream";

const IPPROTO: Partial<Record<SocketType, number>> = { stream: 6, dgram: 17 };

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
			return -ERRNO.EPROTONOSUPPORT;
		default:
			if (type === "seqpacket") return -ERRNO.ESOCKTNOSUPPORT;
			if (type === "raw" || (protocol !== 0 && protocol !== IPPROTO[type])) return -ERRNO.EPROTONOSUPPORT;
			return type === "stream" ? new TcpSocket(stack, family, inode) : new UdpSocket(stack, family, inode);
	}
}
