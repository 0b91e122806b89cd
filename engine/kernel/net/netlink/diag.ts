// NETLINK_SOCK_DIAG (man 7 sock_diag): the sockets of a namespace, as ss(8) lists them.

import { inodeAt } from "../../../fs/vfs/mount";
import { concat } from "../../../lib/bytes";
import { ERRNO } from "../../../lib/errno";
import { ipBytes } from "../../../lib/inet";
import { type Attribute, encodeAttributes, bytes as raw, u8, u32 } from "../../../lib/netlink/attribute";
import { AF, NLM_F } from "../../../lib/netlink/constants";
import { struct } from "../../../lib/struct";
import { tcpInfo } from "../inet/info";
import { type InetSocket, shownEnd } from "../inet/socket";
import { TCP_STATES, TcpSocket } from "../inet/tcp";
import type { TimeWait } from "../inet/timewait";
import { BUFFER } from "../socket";
import type { UnixSocket } from "../unix/socket";
import { UnixStream } from "../unix/stream";
import type { Answer, Protocol, Reply, Request } from "./handler";

const SOCK_DIAG_BY_FAMILY = 20;
const TCPDIAG_GETSOCK = 18;
const INET_DIAG = { MEMINFO: 1, INFO: 2, CONG: 4, TOS: 5, SHUTDOWN: 8, SKMEMINFO: 7, SKV6ONLY: 11 } as const;
const UNIX_DIAG = { NAME: 0, VFS: 1, PEER: 2, ICONS: 3, RQLEN: 4, SHUTDOWN: 6 } as const;

const inetRequest = struct({
	family: "u8",
	protocol: "u8",
	extensions: "u8",
	_pad: "u8",
	states: "u32",
	sport: "be16",
	dport: "be16",
});
const inetHead = struct({ family: "u8", state: "u8", timer: "u8", retrans: "u8", sport: "be16", dport: "be16" });
const inetTail = struct({
	device: "u32",
	cookie0: "u32",
	cookie1: "u32",
	expires: "u32",
	rqueue: "u32",
	wqueue: "u32",
	uid: "u32",
	inode: "u32",
});
const unixRequest = struct({ family: "u8", protocol: "u8", _pad: "u16", states: "u32", inode: "u32", show: "u32" });
const unixHead = struct({ family: "u8", type: "u8", state: "u8", _pad: "u8", inode: "u32", cookie0: "u32", cookie1: "u32" });

export const diag: Protocol = {
	handle(request): Reply {
		if (request.type !== SOCK_DIAG_BY_FAMILY && request.type !== TCPDIAG_GETSOCK) return -ERRNO.EINVAL;
		const family = request.body[0];
		if ((request.flags & NLM_F.DUMP) !== NLM_F.DUMP) return -ERRNO.ENOENT;
		if (family === AF.UNIX) return unixSockets(request);
		return family === AF.INET || family === AF.INET6 ? inetSockets(request) : -ERRNO.ENOENT;
	},
};

const TRANSPORTS: Readonly<Record<number, InetSocket["transport"]>> = { 6: "tcp", 17: "udp", 1: "icmp", 58: "icmp", 255: "raw" };
/** States as /proc/net/tcp numbers them; datagram sockets are CLOSE or, with a peer, ESTABLISHED. */
export const stateNumber = (socket: InetSocket): number =>
	socket instanceof TcpSocket ? TCP_STATES[socket.state] : socket.remote ? TCP_STATES.ESTABLISHED : TCP_STATES.CLOSE;
/** Is it in the tables that are shown? A stream that is neither connected nor listening is not, even with an address. */
export const isShown = (socket: InetSocket): boolean =>
	socket.transport === "raw" || (socket.local.port > 0 && !(socket instanceof TcpSocket && socket.state === "CLOSE"));

function inetSockets({ stack, body }: Request): Reply {
	const { family, protocol, extensions, states, sport, dport } = inetRequest.decode(body);
	const wanted = family === AF.INET ? "inet" : "inet6";
	const transport = TRANSPORTS[protocol];
	if (!transport) return -ERRNO.ENOENT;
	const over = (transport === "tcp" ? stack.timeWaits.all() : [])
		.filter(
			(end) =>
				end.family === wanted &&
				(states >>> TCP_STATES[end.state]) & 1 &&
				(!sport || end.local.port === sport) &&
				(!dport || end.remote.port === dport),
		)
		.map((end): Answer => ({ type: SOCK_DIAG_BY_FAMILY, body: waitingMessage(end, stack.timeWaits.left(end)) }));
	const sockets = [...stack.inetSockets]
		.filter((socket) => socket.transport === transport && socket.family === wanted && isShown(socket))
		.filter((socket) => (states >>> stateNumber(socket)) & 1)
		.filter((socket) => (!sport || socket.local.port === sport) && (!dport || socket.remote?.port === dport))
		.map(
			(socket): Answer => ({
				type: SOCK_DIAG_BY_FAMILY,
				body: concat([inetMessage(socket), encodeAttributes(inetAttributes(socket, extensions))]),
			}),
		);
	return [...sockets, ...over];
}
const TIMER_TIME_WAIT = 3;
/** Of one whose socket is gone: it belongs to nobody (inet_twsk_diag_fill). */
function waitingMessage({ family, local, remote, device, state }: TimeWait, left: number): Uint8Array {
	const six = family === "inet6";
	const head = {
		family: six ? AF.INET6 : AF.INET,
		state: TCP_STATES[state],
		timer: TIMER_TIME_WAIT,
		sport: local.port,
		dport: remote.port,
	};
	const addresses = [local, remote].map((end) => ipBytes(shownEnd(family, end).address));
	const tail = { device: device?.index ?? 0, expires: Math.round(left) };
	return concat([inetHead.encode(head), pair(addresses[0]!, addresses[1]!), inetTail.encode(tail)]);
}
/** The two addresses of struct inet_diag_sockid. */
function pair(local: Uint8Array, remote: Uint8Array): Uint8Array {
	const both = new Uint8Array(32);
	both.set(local, 0);
	both.set(remote, 16);
	return both;
}
function inetMessage(socket: InetSocket): Uint8Array {
	const six = socket.family === "inet6";
	const state = stateNumber(socket);
	const local = socket.localAddress() as { address: string; port: number };
	const peer = socket.remote && socket.peerAddress();
	const remote = peer && typeof peer === "object" ? (peer as typeof local) : { address: six ? "::" : "0.0.0.0", port: 0 };
	const addresses = pair(ipBytes(local.address), ipBytes(remote.address));
	const listening = socket instanceof TcpSocket && socket.listening;
	const head = { family: six ? AF.INET6 : AF.INET, state, sport: local.port, dport: remote.port };
	const tail = {
		device: socket.device?.index ?? 0,
		cookie0: socket.inode,
		rqueue: listening ? socket.backlog.length : socket.inbox.length,
		wqueue: listening ? socket.backlogLimit : socket instanceof TcpSocket ? socket.unsent : 0,
		uid: socket.uid,
		inode: socket.inode,
	};
	return concat([inetHead.encode(head), addresses, inetTail.encode(tail)]);
}
function inetAttributes(socket: InetSocket, extensions: number): Attribute[] {
	const asked = (which: number): boolean => ((extensions >>> (which - 1)) & 1) === 1;
	const items: Attribute[] = [u8(INET_DIAG.SHUTDOWN, 0)];
	if (socket.family === "inet6") items.push(u8(INET_DIAG.SKV6ONLY, socket.onlyV6 ? 1 : 0));
	if (asked(INET_DIAG.SKMEMINFO)) {
		const memory = new Uint32Array([socket.inbox.length, BUFFER, 0, BUFFER, 0, 0, 0, 0, 0]);
		items.push(raw(INET_DIAG.SKMEMINFO, new Uint8Array(memory.buffer)));
	}
	if (socket instanceof TcpSocket && asked(INET_DIAG.INFO)) items.push(raw(INET_DIAG.INFO, tcpInfo(socket)));
	if (socket instanceof TcpSocket && asked(INET_DIAG.CONG))
		items.push(raw(INET_DIAG.CONG, Uint8Array.from([...new TextEncoder().encode("cubic"), 0])));
	return items;
}

const TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 } as const;
/** As TCP's: ESTABLISHED 1, CLOSE 7, LISTEN 10. */
const unixState = (socket: UnixSocket): number => {
	if (socket.listening) return TCP_STATES.LISTEN;
	const connected = socket instanceof UnixStream ? typeof socket.peerAddress() !== "number" : socket.peerInode !== 0;
	return connected ? TCP_STATES.ESTABLISHED : TCP_STATES.CLOSE;
};
function unixSockets({ stack, body }: Request): Reply {
	const { states, inode } = unixRequest.decode(body);
	return [...stack.unixSockets]
		.filter((socket) => (states >>> unixState(socket)) & 1 && (!inode || inode === socket.inode))
		.map((socket): Answer => {
			const head = {
				family: AF.UNIX,
				type: TYPES[socket.type],
				state: unixState(socket),
				inode: socket.inode,
				cookie0: socket.inode,
			};
			const name = new TextEncoder().encode(socket.name.path);
			const place = socket.place && inodeAt(socket.place).attributes().ino;
			const items = [
				name.length > 0
					? raw(UNIX_DIAG.NAME, socket.name.path.startsWith("\0") ? name : Uint8Array.from([...name, 0]))
					: undefined,
				place ? raw(UNIX_DIAG.VFS, new Uint8Array(new Uint32Array([place, 0]).buffer)) : undefined,
				socket.peerInode ? u32(UNIX_DIAG.PEER, socket.peerInode) : undefined,
				raw(UNIX_DIAG.RQLEN, new Uint8Array(new Uint32Array(socket.queueLengths).buffer)),
				u8(UNIX_DIAG.SHUTDOWN, 0),
			];
			return { type: SOCK_DIAG_BY_FAMILY, body: concat([unixHead.encode(head), encodeAttributes(items)]) };
		});
}
