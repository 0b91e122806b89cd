// System calls on sockets. Messages with ancillary data are in message.ts.

import { ERRNO, type Errno } from "../../lib/errno";
import * as sockets from "../file/ops/socket";
import { type Address, decodeAddress, encodeAddress } from "../net/address";
import type { SocketFamily, SocketType } from "../net/socket";
import { type Blocked, whenDone } from "../wait";
import { EFAULT, EINVAL, int, put, row, uint } from "./decode";
import { messageRows } from "./message";
import type { GuestMemory, GuestTask, SyscallRow } from "./row";

const FAMILIES: Record<number, SocketFamily> = { 1: "unix", 2: "inet", 10: "inet6", 16: "netlink" };
const TYPES: Record<number, SocketType> = { 1: "stream", 2: "dgram", 3: "raw", 5: "seqpacket" };
const TYPE_MASK = 0xf;
const MOST_ADDRESS = 128;
/** The largest value of an option: a table of rules. */
const MOST_OPTION = 1 << 22;

interface Kind {
	family: SocketFamily;
	type: SocketType;
	flags: number;
}
function kindOf(domain: number, type: number): Kind | Errno {
	const flags = type & ~TYPE_MASK;
	if (flags & ~(sockets.SOCK_NONBLOCK | sockets.SOCK_CLOEXEC)) return EINVAL;
	const family = FAMILIES[domain];
	if (!family) return -ERRNO.EAFNOSUPPORT;
	const kind = TYPES[type & TYPE_MASK];
	return kind ? { family, type: kind, flags } : -ERRNO.ESOCKTNOSUPPORT;
}

/** EINVAL for a length that no address has, EFAULT. */
export function addressAt(memory: GuestMemory, address: number, length: number): Address | Errno {
	if (length < 0 || length > MOST_ADDRESS) return EINVAL;
	const bytes = memory.readable(address, length);
	return bytes ? decodeAddress(bytes) : EFAULT;
}
/** Writes as much as there is room for, and the whole length. A missing address (NULL) is not asked for. */
export function putAddress(memory: GuestMemory, address: Address | undefined, at: number, lengthAt: number): 0 | Errno {
	if (at === 0 || !address) return 0;
	const room = memory.i32(lengthAt);
	if (room === undefined) return EFAULT;
	if (room < 0) return EINVAL;
	const bytes = encodeAddress(address);
	return put(memory, at, bytes.subarray(0, room)) || (memory.setU32(lengthAt, bytes.length) ? 0 : EFAULT);
}
/** Nobody to name: a length of 0. */
function putNoAddress(memory: GuestMemory, lengthAt: number): 0 | Errno {
	const room = memory.i32(lengthAt);
	if (room === undefined) return EFAULT;
	return room < 0 ? EINVAL : memory.setU32(lengthAt, 0) ? 0 : EFAULT;
}
function withAddress(task: GuestTask, at: number, length: number, act: (address: Address) => number | Blocked) {
	const address = addressAt(task.memory, at, length);
	return typeof address === "number" ? address : act(address);
}
function accept(task: GuestTask, fd: number, at: number, lengthAt: number, flags: number): number | Blocked {
	if (flags & ~(sockets.SOCK_NONBLOCK | sockets.SOCK_CLOEXEC)) return EINVAL;
	return whenDone(sockets.accept4(task, fd, flags), (accepted) => {
		if (typeof accepted === "number") return accepted;
		const failed = putAddress(task.memory, accepted.peer, at, lengthAt);
		if (failed !== 0 && accepted.fd >= 0) task.files.close(accepted.fd);
		return failed || accepted.fd;
	});
}
function sendto(task: GuestTask, fd: number, buffer: number, count: number, flags: number, at: number, length: number) {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const bytes = task.memory.readable(buffer, count);
	if (!bytes) return EFAULT;
	const to = at === 0 ? undefined : addressAt(task.memory, at, length);
	return typeof to === "number" ? to : sockets.sendWith(task, fd, bytes, { flags, to });
}
function recvfrom(task: GuestTask, fd: number, buffer: number, count: number, flags: number, at: number, lengthAt: number) {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const into = task.memory.writable(buffer, count);
	if (!into) return EFAULT;
	const MSG_TRUNC = 0x20;
	return whenDone(sockets.receiveWith(task, fd, into, flags), (received) => {
		if (typeof received === "number") return received;
		for (const file of received.files) file.drop();
		// Who has no name, has no address either.
		const from = received.from?.family === "unix" && received.from.path === "" ? undefined : received.from;
		if (at !== 0 && from === undefined) {
			const failed = putNoAddress(task.memory, lengthAt);
			if (failed < 0) return failed;
		}
		return putAddress(task.memory, from, at, lengthAt) || (flags & MSG_TRUNC ? received.length : received.count);
	});
}
function giveName(task: GuestTask, fd: number, at: number, lengthAt: number, peer: boolean): number {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const address = peer ? found.socket.peerAddress() : found.socket.localAddress();
	if (typeof address === "number") return address;
	// Here the name is all that is asked for: NULL is as bad as any other address.
	const room = task.memory.i32(lengthAt);
	if (at === 0 && room !== undefined && room > 0) return EFAULT;
	return room === undefined ? EFAULT : room < 0 ? EINVAL : putAddress(task.memory, address, at, lengthAt);
}
function getsockopt(task: GuestTask, fd: number, level: number, name: number, at: number, lengthAt: number): number {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	const room = task.memory.i32(lengthAt);
	if (room === undefined) return EFAULT;
	if (room < 0) return EINVAL;
	const before = task.memory.readable(at, Math.min(room, MOST_OPTION))?.slice();
	const value = sockets.getsockopt(task, fd, level, name, room, before);
	if (typeof value === "number") return value;
	return put(task.memory, at, value) || (task.memory.setU32(lengthAt, value.length) ? 0 : EFAULT);
}
function setsockopt(task: GuestTask, fd: number, level: number, name: number, at: number, length: number): number {
	const found = sockets.socketOf(task, fd);
	if (typeof found === "number") return found;
	if (length < 0) return EINVAL;
	const bytes = task.memory.readable(at, Math.min(length, MOST_OPTION));
	if (!bytes) return EFAULT;
	const write = (address: number, value: Uint8Array): boolean => put(task.memory, address, value) === 0;
	return sockets.setsockopt(task, fd, level, name, bytes.slice(), write);
}
const HOW = ["read", "write", "both"] as const;

export const socketRows: SyscallRow[] = [
	row(41, "socket", ["domain", "socketType", "protocol"], (task, [domain, type, protocol]) => {
		const kind = kindOf(int(domain), int(type));
		return typeof kind === "number" ? kind : sockets.socket(task, kind.family, kind.type, kind.flags, int(protocol));
	}),
	row(53, "socketpair", ["domain", "socketType", "protocol", "descriptorPair"], (task, [domain, type, protocol, into]) => {
		const kind = kindOf(int(domain), int(type));
		if (typeof kind === "number") return kind;
		const pair = sockets.socketpair(task, kind.family, kind.type, kind.flags, int(protocol));
		return typeof pair === "number" ? pair : put(task.memory, into, new Uint8Array(new Int32Array(pair).buffer));
	}),
	row(42, "connect", ["fd", "socketAddress", "size"], (task, [fd, address, length]) => {
		const found = sockets.socketOf(task, int(fd));
		if (typeof found === "number") return found;
		return withAddress(task, address, int(length), (to) => sockets.connect(task, int(fd), to));
	}),
	row(43, "accept", ["fd", "outSocketAddress", "outInt"], (task, [fd, address, length]) =>
		accept(task, int(fd), address, length, 0),
	),
	row(288, "accept4", ["fd", "outSocketAddress", "outInt", "socketFlags"], (task, [fd, address, length, flags]) =>
		accept(task, int(fd), address, length, int(flags)),
	),
	row(
		44,
		"sendto",
		["fd", "buffer", "size", "messageFlags", "socketAddress", "size"],
		(task, [fd, buffer, count, flags, address, length]) => sendto(task, int(fd), buffer, count, int(flags), address, int(length)),
	),
	row(
		45,
		"recvfrom",
		["fd", "outBuffer", "size", "messageFlags", "outSocketAddress", "outInt"],
		(task, [fd, buffer, count, flags, address, length]) => recvfrom(task, int(fd), buffer, count, int(flags), address, length),
	),
	row(48, "shutdown", ["fd", "shutdownHow"], (task, [fd, how]) => {
		const found = sockets.socketOf(task, int(fd));
		if (typeof found === "number") return found;
		const direction = HOW[uint(how)];
		return direction ? sockets.shutdown(task, int(fd), direction) : EINVAL;
	}),
	row(49, "bind", ["fd", "socketAddress", "size"], (task, [fd, address, length]) => {
		const found = sockets.socketOf(task, int(fd));
		if (typeof found === "number") return found;
		return withAddress(task, address, int(length), (to) => sockets.bind(task, int(fd), to));
	}),
	row(50, "listen", ["fd", "int"], (task, [fd, backlog]) => sockets.listen(task, int(fd), int(backlog))),
	row(51, "getsockname", ["fd", "outSocketAddress", "outInt"], (task, [fd, address, length]) =>
		giveName(task, int(fd), address, length, false),
	),
	row(52, "getpeername", ["fd", "outSocketAddress", "outInt"], (task, [fd, address, length]) =>
		giveName(task, int(fd), address, length, true),
	),
	row(54, "setsockopt", ["fd", "socketLevel", "socketOption", "optionValue", "size"], (task, [fd, level, name, value, length]) =>
		setsockopt(task, int(fd), int(level), int(name), value, int(length)),
	),
	row(
		55,
		"getsockopt",
		["fd", "socketLevel", "socketOption", "outOptionValue", "outInt"],
		(task, [fd, level, name, value, length]) => getsockopt(task, int(fd), int(level), int(name), value, length),
	),
	...messageRows,
];
