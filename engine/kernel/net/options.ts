// Socket options (man 7 socket, unix, tcp, ip, ipv6, raw, netlink): a row each, read and written as an int unless said otherwise.

import { ERRNO, type Errno } from "../../lib/errno";
import { formatIp, ipBytes } from "../../lib/inet";
import { SOL_NETLINK } from "../../lib/netlink/constants";
import { fromOutside } from "../ns/user";
import { CAP, capable } from "../proc/capability";
import type { Task } from "../task";
import { encodeAddress } from "./address";
import { tcpInfo } from "./inet/info";
import { RawSocket } from "./inet/raw";
import { InetSocket } from "./inet/socket";
import { TcpSocket } from "./inet/tcp";
import { getTableOption, setTableOption, type WriteAt } from "./netfilter/options";
import { NetlinkSocket } from "./netlink/socket";
import { BUFFER, type Socket } from "./socket";

export const SOL_SOCKET = 1;
export const SO_PEERCRED = 17;
const IPPROTO_IP = 0;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_IPV6 = 41;
const SOL_RAW = 255;

interface Option {
	get(socket: Socket, task: Task): number | Uint8Array | Errno;
	/** Missing: read-only (ENOPROTOOPT). */
	set?(socket: Socket, value: number, bytes: Uint8Array, task: Task): Errno | 0;
	/** Also values shorter than an int: one byte, as many options of IP are given, or a name. */
	short?: boolean;
}
type Flag = "reuseAddress" | "reusePort" | "keepAlive" | "broadcast" | "noDelay" | "onlyV6" | "passCredentials";
const flag = (name: Flag): Option => ({
	get: (socket) => (socket[name] ? 1 : 0),
	set: (socket, value) => {
		socket[name] = value !== 0;
		return 0;
	},
});
/** Accepted, and of no consequence on a wire that loses nothing. */
const ignored = (value = 0): Option => ({ get: () => value, set: () => 0, short: true });
/** Kept as set; who acts on it looks at `remembered`. */
const remembered = (level: number, name: number, initial = 0): Option => ({
	get: (socket) => (socket instanceof InetSocket ? (socket.remembered.get(`${level} ${name}`) ?? initial) : initial),
	set: (socket, value) => {
		if (socket instanceof InetSocket) socket.remembered.set(`${level} ${name}`, value);
		return 0;
	},
	short: true,
});
/** Twice what was asked for, within what there may be (man 7 socket). */
const bufferSize = (name: "receiveBuffer" | "sendBuffer", least: number): Option => ({
	get: (socket) => socket[name],
	set: (socket, value) => {
		socket[name] = Math.max(least, Math.min(Math.max(0, value), BUFFER) * 2);
		return 0;
	},
});
/** struct timeval as milliseconds. */
const timeout = (name: "receiveTimeout" | "sendTimeout"): Option => ({
	get: (socket) => {
		const ms = socket[name];
		return new Uint8Array(new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt(Math.round((ms % 1000) * 1000))]).buffer);
	},
	set: (socket, _value, bytes) => {
		if (bytes.length < 16) return -ERRNO.EINVAL;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
		const [seconds, micros] = [Number(view.getBigInt64(0, true)), Number(view.getBigInt64(8, true))];
		if (micros < 0 || micros >= 1e6) return -ERRNO.EDOM;
		socket[name] = Math.max(0, seconds * 1000 + micros / 1000);
		return 0;
	},
});
const text = (bytes: Uint8Array): string => {
	const end = bytes.indexOf(0);
	return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
};
const toDevice: Option = {
	get: (socket) => {
		const name = socket instanceof InetSocket ? (socket.device?.name ?? "") : "";
		return name === "" ? new Uint8Array(0) : Uint8Array.from([...name, "\0"], (character) => character.charCodeAt(0));
	},
	set: (socket, _value, bytes, task) => {
		if (!(socket instanceof InetSocket)) return -ERRNO.ENOPROTOOPT;
		const name = text(bytes);
		if (socket.device && !capable(task, CAP.NET_RAW)) return -ERRNO.EPERM;
		const device = name === "" ? undefined : socket.stack.device(name);
		if (name !== "" && !device) return -ERRNO.ENODEV;
		socket.device = device;
		return 0;
	},
	short: true,
};
const ofInet = <K extends "mark" | "tos">(name: K): Option => ({
	get: (socket) => (socket instanceof InetSocket ? socket[name] : 0),
	set: (socket, value) => {
		if (socket instanceof InetSocket) socket[name] = value >>> 0;
		return 0;
	},
	short: true,
});
const mark: Option = {
	...ofInet("mark"),
	set: (socket, value, _bytes, task) => {
		if (!capable(task, CAP.NET_ADMIN) && !capable(task, CAP.NET_RAW)) return -ERRNO.EPERM;
		if (socket instanceof InetSocket) socket.mark = value >>> 0;
		return 0;
	},
};
const ttl: Option = {
	get: (socket) => (socket instanceof InetSocket ? (socket.ttl ?? 64) : 64),
	set: (socket, value) => {
		if (value !== -1 && (value < 1 || value > 255)) return -ERRNO.EINVAL;
		if (socket instanceof InetSocket) socket.ttl = value === -1 ? undefined : value;
		return 0;
	},
	short: true,
};
/** struct ip_mreqn (or ip_mreq): the group, an own address, an interface; IPv6: the group and an interface. */
const membership = (join: boolean, six: boolean): Option => ({
	get: () => -ERRNO.ENOPROTOOPT,
	set: (socket, _value, bytes) => {
		if (!(socket instanceof InetSocket) || bytes.length < (six ? 20 : 8)) return -ERRNO.EINVAL;
		const group = formatIp(bytes.subarray(0, six ? 16 : 4));
		const first = ipBytes(group)[0]!;
		if (six ? first !== 0xff : first >> 4 !== 14) return -ERRNO.EINVAL;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const index = six ? view.getInt32(16, true) : bytes.length >= 12 ? view.getInt32(8, true) : 0;
		if (index > 0 && !socket.stack.deviceAt(index)) return -ERRNO.ENODEV;
		const key = `${group} ${index}`;
		if (join === socket.groups.has(key)) return join ? -ERRNO.EADDRINUSE : -ERRNO.EADDRNOTAVAIL;
		if (join) socket.groups.add(key);
		else socket.groups.delete(key);
		return 0;
	},
});
/** MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP: struct group_req is an interface's number, and the group as an address in 128 bytes from 8 on. */
const groupRequest = (join: boolean, six: boolean): Option => ({
	get: () => -ERRNO.ENOPROTOOPT,
	set: (socket, value, bytes, task) => {
		if (bytes.length < 136) return -ERRNO.EINVAL;
		const family = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint16(8, true);
		if (family !== (six ? 10 : 2)) return -ERRNO.EADDRNOTAVAIL;
		const address = bytes.subarray(8 + (six ? 8 : 4), 8 + (six ? 24 : 8));
		const request = new Uint8Array(address.length + (six ? 4 : 8));
		request.set(address);
		new DataView(request.buffer).setUint32(request.length - 4, value, true);
		return membership(join, six).set!(socket, value, request, task);
	},
});
/** IP_MULTICAST_IF takes an address, a struct ip_mreqn, or nothing. */
const multicastInterface: Option = {
	get: () => new Uint8Array(4),
	set: (socket, _value, bytes) => {
		if (!(socket instanceof InetSocket)) return -ERRNO.EINVAL;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const address = formatIp(bytes.subarray(bytes.length >= 8 ? 4 : 0, bytes.length >= 8 ? 8 : 4));
		const index = bytes.length >= 12 ? view.getInt32(8, true) : 0;
		const device = index
			? socket.stack.deviceAt(index)
			: socket.stack.devices.find(({ addresses }) => addresses.some((each) => each.address === address));
		if (!device && address !== "0.0.0.0") return -ERRNO.EADDRNOTAVAIL;
		socket.remembered.set("0 32", device?.index ?? 0);
		return 0;
	},
};
const tcpOnly =
	(get: (socket: TcpSocket) => number | Uint8Array): Option["get"] =>
	(socket) =>
		socket instanceof TcpSocket ? get(socket) : -ERRNO.ENOPROTOOPT;

const TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 };
const FAMILIES = { unix: 1, inet: 2, inet6: 10, netlink: 16 };
const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, raw: 255 };
function protocolOf(socket: Socket): number {
	if (socket instanceof RawSocket) return socket.protocol;
	if (socket instanceof NetlinkSocket) return socket.protocol;
	return socket instanceof InetSocket ? PROTOCOLS[socket.transport] : 0;
}
/** SO_PEERNAME: as getpeername(2). */
function peerName(socket: Socket): Uint8Array | Errno {
	const peer = socket.peerAddress();
	return typeof peer === "number" ? peer : encodeAddress(peer);
}
const netlinkFlag = (name: "capAck" | "extAck" | "strict" | "packetInfo"): Option => ({
	get: (socket) => (socket instanceof NetlinkSocket && socket[name] ? 1 : 0),
	set: (socket, value) => {
		if (socket instanceof NetlinkSocket) socket[name] = value !== 0;
		return 0;
	},
});
const group = (act: "join" | "leave"): Option => ({
	get: () => -ERRNO.ENOPROTOOPT,
	set: (socket, value) => {
		if (value < 1 || value > 64) return -ERRNO.EINVAL;
		if (socket instanceof NetlinkSocket) socket[act](value);
		return 0;
	},
});

const options: Record<number, Record<number, Option>> = {
	[SOL_SOCKET]: {
		1: ignored(),
		2: flag("reuseAddress"),
		3: { get: (socket) => TYPES[socket.type] },
		4: { get: (socket) => -socket.takeError() },
		5: ignored(),
		6: flag("broadcast"),
		7: bufferSize("sendBuffer", 4608),
		8: bufferSize("receiveBuffer", 2304),
		9: flag("keepAlive"),
		10: ignored(),
		11: ignored(),
		12: ignored(),
		13: {
			get: (socket) => new Uint8Array(new Int32Array(socket.linger).buffer),
			set: (socket, value, bytes) => {
				if (bytes.length < 8) return -ERRNO.EINVAL;
				const seconds = new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
				socket.linger = [value ? 1 : 0, seconds];
				return 0;
			},
		},
		15: flag("reusePort"),
		16: flag("passCredentials"),
		18: ignored(1),
		20: timeout("receiveTimeout"),
		21: timeout("sendTimeout"),
		25: toDevice,
		26: ignored(),
		27: ignored(),
		28: { get: peerName },
		29: remembered(SOL_SOCKET, 29),
		30: { get: (socket) => (socket.listening ? 1 : 0) },
		31: ignored(),
		32: bufferSize("sendBuffer", 4608),
		33: bufferSize("receiveBuffer", 2304),
		35: remembered(SOL_SOCKET, 35),
		36: mark,
		37: ignored(),
		38: { get: protocolOf },
		39: { get: (socket) => FAMILIES[socket.family] },
		42: ignored(-1),
		46: ignored(),
		47: ignored(-1),
		49: ignored(-1),
		57: { get: (socket) => new Uint8Array(new BigUint64Array([BigInt(socket.inode)]).buffer) },
		60: ignored(),
	},
	[IPPROTO_IP]: {
		1: ofInet("tos"),
		2: ttl,
		3: {
			get: (socket) => (socket instanceof RawSocket && socket.headerIncluded ? 1 : 0),
			set: (socket, value) => {
				if (!(socket instanceof RawSocket)) return -ERRNO.ENOPROTOOPT;
				socket.headerIncluded = value !== 0;
				return 0;
			},
		},
		4: { get: () => new Uint8Array(0), set: () => 0, short: true },
		6: remembered(IPPROTO_IP, 6),
		7: remembered(IPPROTO_IP, 7),
		8: remembered(IPPROTO_IP, 8),
		10: remembered(IPPROTO_IP, 10, 1),
		11: remembered(IPPROTO_IP, 11),
		12: remembered(IPPROTO_IP, 12),
		13: remembered(IPPROTO_IP, 13),
		14: { get: () => 1500 },
		15: remembered(IPPROTO_IP, 15),
		19: remembered(IPPROTO_IP, 19),
		20: remembered(IPPROTO_IP, 20),
		24: remembered(IPPROTO_IP, 24),
		32: multicastInterface,
		33: remembered(IPPROTO_IP, 33, 1),
		34: remembered(IPPROTO_IP, 34, 1),
		35: membership(true, false),
		36: membership(false, false),
		42: groupRequest(true, false),
		45: groupRequest(false, false),
		49: remembered(IPPROTO_IP, 49, 1),
		50: remembered(IPPROTO_IP, 50),
	},
	[IPPROTO_IPV6]: {
		16: ttl,
		17: remembered(IPPROTO_IPV6, 17),
		18: remembered(IPPROTO_IPV6, 18, 1),
		19: remembered(IPPROTO_IPV6, 19, 1),
		20: membership(true, true),
		21: membership(false, true),
		23: remembered(IPPROTO_IPV6, 23, 1),
		24: { get: () => 1500 },
		25: remembered(IPPROTO_IPV6, 25),
		26: {
			...flag("onlyV6"),
			set: (socket, value) => {
				if (socket instanceof InetSocket && socket.local.port !== 0) return -ERRNO.EINVAL;
				socket.onlyV6 = value !== 0;
				return 0;
			},
		},
		29: remembered(IPPROTO_IPV6, 29),
		42: groupRequest(true, true),
		45: groupRequest(false, true),
		49: remembered(IPPROTO_IPV6, 49),
		51: remembered(IPPROTO_IPV6, 51),
		66: remembered(IPPROTO_IPV6, 66),
		67: ofInet("tos"),
		70: remembered(IPPROTO_IPV6, 70),
		72: remembered(IPPROTO_IPV6, 72),
		78: remembered(IPPROTO_IPV6, 78),
	},
	[IPPROTO_TCP]: {
		1: flag("noDelay"),
		2: { get: tcpOnly((socket) => (socket.state === "CLOSE" ? 536 : 65483)), set: () => 0 },
		3: remembered(IPPROTO_TCP, 3),
		4: remembered(IPPROTO_TCP, 4, 7200),
		5: remembered(IPPROTO_TCP, 5, 75),
		6: remembered(IPPROTO_TCP, 6, 9),
		7: remembered(IPPROTO_TCP, 7, 6),
		8: remembered(IPPROTO_TCP, 8, 60),
		9: remembered(IPPROTO_TCP, 9),
		10: remembered(IPPROTO_TCP, 10, 65535),
		11: { get: tcpOnly(tcpInfo) },
		12: remembered(IPPROTO_TCP, 12, 1),
		13: {
			get: tcpOnly(() => Uint8Array.from([..."cubic\0"], (character) => character.charCodeAt(0))),
			set: () => 0,
			short: true,
		},
		16: remembered(IPPROTO_TCP, 16),
		17: remembered(IPPROTO_TCP, 17),
		18: remembered(IPPROTO_TCP, 18),
		23: remembered(IPPROTO_TCP, 23),
		25: remembered(IPPROTO_TCP, 25),
		30: remembered(IPPROTO_TCP, 30),
	},
	[SOL_RAW]: {
		1: {
			get: (socket) => (socket instanceof RawSocket ? socket.filter : -ERRNO.ENOPROTOOPT),
			set: (socket, value) => {
				if (!(socket instanceof RawSocket)) return -ERRNO.ENOPROTOOPT;
				socket.filter = value >>> 0;
				return 0;
			},
		},
		/** IPV6_CHECKSUM as ping(8) asks for it: it is always right. */
		7: ignored(),
	},
	/** ICMPV6_FILTER, by which nothing is filtered here; IPV6_CHECKSUM is always right. */
	58: { 1: { get: () => new Uint8Array(32), set: () => 0 } },
	[SOL_NETLINK]: {
		1: group("join"),
		2: group("leave"),
		3: netlinkFlag("packetInfo"),
		4: ignored(),
		5: ignored(),
		8: ignored(),
		10: netlinkFlag("capAck"),
		11: netlinkFlag("extAck"),
		12: netlinkFlag("strict"),
	},
};
/** Levels that a socket's family and type have. */
function find(socket: Socket, level: number, name: number, how: "get" | "set"): Option | Errno {
	const inet = socket instanceof InetSocket;
	const has =
		level === SOL_SOCKET ||
		(level === IPPROTO_IP && inet) ||
		(level === IPPROTO_IPV6 && socket.family === "inet6") ||
		(level === IPPROTO_TCP && socket instanceof TcpSocket) ||
		(level === IPPROTO_UDP && inet && socket.transport === "udp") ||
		((level === SOL_RAW || level === 58) && socket instanceof RawSocket) ||
		(level === SOL_NETLINK && socket.family === "netlink");
	// What IP is asked about that it has not, it calls an operation; what it is told, an option (do_ip_getsockopt, do_ip_setsockopt).
	if (!has) return inet && (how === "set" || socket.family === "inet6") ? -ERRNO.ENOPROTOOPT : -ERRNO.EOPNOTSUPP;
	return options[level]?.[name] ?? -ERRNO.ENOPROTOOPT;
}
/** Raw sockets carry the tables of their family. */
const familyOf = (socket: Socket, level: number): "inet" | "inet6" | undefined =>
	socket instanceof RawSocket && level === (socket.family === "inet" ? IPPROTO_IP : IPPROTO_IPV6) ? socket.family : undefined;

export function setOption(
	socket: Socket,
	task: Task,
	level: number,
	name: number,
	bytes: Uint8Array,
	write?: WriteAt,
): Errno | 0 {
	const family = familyOf(socket, level);
	const done = family && setTableOption(socket.stack, task, family, name, bytes, write);
	if (done !== undefined) return done;
	const option = find(socket, level, name, "set");
	if (typeof option === "number") return option;
	if (!option.set) return -ERRNO.ENOPROTOOPT;
	if (bytes.length < 4 && !(option.short && (bytes.length > 0 || option === toDevice))) return -ERRNO.EINVAL;
	const value = bytes.length >= 4 ? new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true) : (bytes[0] ?? 0);
	return option.set(socket, value, bytes, task);
}
/** `before`: what the caller's buffer holds, as large as there is room. */
export function getOption(socket: Socket, task: Task, level: number, name: number, before: Uint8Array): Uint8Array | Errno {
	if (level === SOL_SOCKET && name === SO_PEERCRED && socket.family === "unix") return peerCredentials(socket, task);
	const family = familyOf(socket, level);
	const table = family && getTableOption(socket.stack, task, family, name, before);
	if (table !== undefined) return table;
	if (level === SOL_NETLINK && name === 9 && socket instanceof NetlinkSocket) return memberships(socket);
	const option = find(socket, level, name, "get");
	if (typeof option === "number") return option;
	const value = option.get(socket, task);
	if (typeof value !== "number") return value;
	return value < 0 && value >= -4095 && !NEGATIVE.has(name) ? value : new Uint8Array(new Int32Array([value]).buffer);
}
/** SO_PEEK_OFF, SO_MAX_PACING_RATE, SO_INCOMING_CPU: of these -1 is a value. */
const NEGATIVE = new Set([42, 47, 49]);
/** NETLINK_LIST_MEMBERSHIPS: a bit a group. */
function memberships({ groups }: NetlinkSocket): Uint8Array {
	const words = new Uint32Array(2);
	for (const each of groups) words[(each - 1) >> 5]! |= 1 << ((each - 1) & 31);
	return new Uint8Array(words.buffer);
}
/** struct ucred, in the reader's namespaces; nobody where there is no peer. */
function peerCredentials(socket: Socket, task: Task): Uint8Array {
	const peer = socket.peer();
	const { pid, user } = task.namespaces;
	const numbers = peer
		? [peer.process.pidIn(pid), fromOutside(user, "uidMap", peer.uid), fromOutside(user, "gidMap", peer.gid)]
		: [0, -1, -1];
	return new Uint8Array(new Int32Array(numbers).buffer);
}
