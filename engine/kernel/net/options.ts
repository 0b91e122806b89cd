// Socket options (man 7 socket, unix, tcp, ip, ipv6): a row each, read and written as an int unless said otherwise.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Task } from "../task";
import { BUFFER, type Socket } from "./socket";

export const SOL_SOCKET = 1;
export const SO_PEERCRED = 17;
const IPPROTO_IP = 0;
const IPPROTO_TCP = 6;
const IPPROTO_IPV6 = 41;

interface Option {
	get(socket: Socket): number | Uint8Array | Errno;
	/** Missing: read-only (ENOPROTOOPT). */
	set?(socket: Socket, value: number, bytes: Uint8Array): Errno | 0;
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
const ignored = (value = 0): Option => ({ get: () => value, set: () => 0 });
/** struct timeval as milliseconds. */
const timeout = (name: "receiveTimeout" | "sendTimeout"): Option => ({
	get: (socket) => {
		const ms = socket[name];
		return new Uint8Array(new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt((ms % 1000) * 1000)]).buffer);
	},
	set: (socket, _value, bytes) => {
		if (bytes.length < 16) return -ERRNO.EINVAL;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
		const [seconds, micros] = [Number(view.getBigInt64(0, true)), Number(view.getBigInt64(8, true))];
		if (micros < 0 || micros >= 1e6) return -ERRNO.EDOM;
		socket[name] = seconds * 1000 + micros / 1000;
		return 0;
	},
});
const TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 };
const FAMILIES = { unix: 1, inet: 2, inet6: 10, netlink: 16 };
const PROTOCOL = (socket: Socket): number => (socket.family === "unix" ? 0 : socket.type === "stream" ? 6 : 17);

const options: Record<number, Record<number, Option>> = {
	[SOL_SOCKET]: {
		2: flag("reuseAddress"),
		3: { get: (socket) => TYPES[socket.type] },
		4: { get: (socket) => -socket.takeError() },
		5: ignored(),
		6: flag("broadcast"),
		7: ignored(BUFFER),
		8: ignored(BUFFER),
		9: flag("keepAlive"),
		10: ignored(),
		12: ignored(),
		13: {
			get: (socket) => new Uint8Array(new Int32Array(socket.linger).buffer),
			set: (socket, value, bytes) => {
				if (bytes.length < 8) return -ERRNO.EINVAL;
				const seconds = new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
				socket.linger = [value, seconds];
				return 0;
			},
		},
		15: flag("reusePort"),
		16: flag("passCredentials"),
		18: ignored(1),
		20: timeout("receiveTimeout"),
		21: timeout("sendTimeout"),
		29: ignored(),
		30: { get: (socket) => (socket.listening ? 1 : 0) },
		32: ignored(BUFFER),
		33: ignored(BUFFER),
		38: { get: PROTOCOL },
		39: { get: (socket) => FAMILIES[socket.family] },
	},
	[IPPROTO_IP]: { 1: ignored(), 2: ignored(64), 10: ignored(), 11: ignored(), 15: ignored(), 24: ignored() },
	[IPPROTO_IPV6]: { 16: ignored(64), 26: flag("onlyV6"), 49: ignored(), 67: ignored() },
	[IPPROTO_TCP]: {
		1: flag("noDelay"),
		2: ignored(65483),
		3: ignored(),
		4: ignored(7200),
		5: ignored(75),
		6: ignored(9),
		8: ignored(),
		9: ignored(),
		12: ignored(1),
		18: ignored(),
		23: ignored(),
	},
};
/** Levels that a socket's family and type have. */
function find(socket: Socket, level: number, name: number): Option | Errno {
	const has =
		level === SOL_SOCKET ||
		(level === IPPROTO_IP && socket.family !== "unix") ||
		(level === IPPROTO_IPV6 && socket.family === "inet6") ||
		(level === IPPROTO_TCP && socket.family !== "unix" && socket.type === "stream");
	if (!has) return -ERRNO.EOPNOTSUPP;
	return options[level]?.[name] ?? -ERRNO.ENOPROTOOPT;
}

export function setOption(socket: Socket, _task: Task, level: number, name: number, bytes: Uint8Array): Errno | 0 {
	const option = find(socket, level, name);
	if (typeof option === "number") return option;
	if (!option.set) return -ERRNO.ENOPROTOOPT;
	if (bytes.length < 4) return -ERRNO.EINVAL;
	return option.set(socket, new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true), bytes);
}
/** `_before`: what the caller's buffer holds, as large as there is room. */
export function getOption(socket: Socket, task: Task, level: number, name: number, _before: Uint8Array): Uint8Array | Errno {
	if (level === SOL_SOCKET && name === SO_PEERCRED && socket.family === "unix") return peerCredentials(socket, task);
	const option = find(socket, level, name);
	if (typeof option === "number") return option;
	const value = option.get(socket);
	if (typeof value !== "number") return value;
	return value < 0 ? value : new Uint8Array(new Int32Array([value]).buffer);
}
/** struct ucred; nobody where there is no peer. */
function peerCredentials(socket: Socket, task: Task): Uint8Array {
	const peer = socket.peer();
	const numbers = peer ? [peer.process.pidIn(task.namespaces.pid), peer.uid, peer.gid] : [0, -1, -1];
	return new Uint8Array(new Int32Array(numbers).buffer);
}
