// Operations on sockets (man 2 socket, bind, …): descriptors around kernel/net.

import { ERRNO, type Errno } from "../../../lib/errno";
import type { Datagram, Message, SocketAddress } from "../../../sys";
import type { Address } from "../../net/address";
import { createSocket } from "../../net/create";
import type { Received } from "../../net/inbox";
import { getOption, setOption } from "../../net/options";
import { MSG_OOB, RECEIVE, SEND, type SendOptions, Socket, type SocketFamily, type SocketType } from "../../net/socket";
import { UnixDatagram } from "../../net/unix/datagram";
import { UnixStream } from "../../net/unix/stream";
import type { Task } from "../../task";
import { type Blocked, whenDone } from "../../wait";
import { anonymousFile } from "../anonymous";
import type { FileDescription } from "../description";
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from "../flags";
import { descriptorLimit, fileOf, install } from "./context";

export const SOCK_NONBLOCK = O_NONBLOCK;
export const SOCK_CLOEXEC = O_CLOEXEC;

/** ENOTSOCK, EBADF. */
export function socketOf(task: Task, fd: number): { socket: Socket; file: FileDescription; nonblocking: boolean } | Errno {
	const file = fileOf(task, fd);
	if (typeof file === "number") return file;
	if (!(file.operations instanceof Socket)) return -ERRNO.ENOTSOCK;
	return { socket: file.operations, file, nonblocking: (file.flags & O_NONBLOCK) !== 0 };
}
const publish = (task: Task, socket: Socket, flags: number): number =>
	install(task, anonymousFile(task, "sockfs", socket, O_RDWR | (flags & O_NONBLOCK), socket.inode), (flags & O_CLOEXEC) !== 0);

/** `flags`: SOCK_NONBLOCK, SOCK_CLOEXEC; `protocol` 0 is the usual one of family and type. */
export function socket(task: Task, family: SocketFamily, type: SocketType, flags = 0, protocol = 0): number {
	const made = createSocket(task, family, type, protocol);
	return typeof made === "number" ? made : publish(task, made, flags);
}
export function socketpair(
	task: Task,
	family: SocketFamily,
	type: SocketType,
	flags = 0,
	protocol = 0,
): [number, number] | Errno {
	const possible = createSocket(task, family, type, protocol);
	if (typeof possible === "number") return possible;
	possible.close();
	if (family !== "unix") return -ERRNO.EOPNOTSUPP;
	if (!task.files.hasRoom(2, descriptorLimit(task))) return -ERRNO.EMFILE;
	const make = () => createSocket(task, family, type, 0);
	const [a, b] =
		type === "dgram" ? UnixDatagram.pair(task, make as () => UnixDatagram) : UnixStream.pair(task, make as () => UnixStream);
	return [publish(task, a, flags), publish(task, b, flags)];
}
export function bind(task: Task, fd: number, address: Address): Errno | 0 {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : found.socket.bind(task, address);
}
export function listen(task: Task, fd: number, backlog: number): Errno | 0 {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : found.socket.listen(task, backlog);
}
export const accept = (task: Task, fd: number): number | Blocked =>
	whenDone(accept4(task, fd, O_CLOEXEC), (accepted) => (typeof accepted === "number" ? accepted : accepted.fd));
export function accept4(
	task: Task,
	fd: number,
	flags: number,
): { fd: number; peer: Address } | Errno | Blocked<{ fd: number; peer: Address } | Errno> {
	const found = socketOf(task, fd);
	if (typeof found === "number") return found;
	if (!task.files.hasRoom(1, descriptorLimit(task))) return -ERRNO.EMFILE;
	return whenDone(found.socket.accept(task, found.nonblocking), (accepted) => {
		if (typeof accepted === "number") return accepted;
		const peer = accepted.peerAddress();
		const family = accepted.family === "unix" ? ({ family: "unix", path: "" } as const) : ({ family: "unspec" } as const);
		return { fd: publish(task, accepted, flags), peer: typeof peer === "number" ? family : peer };
	});
}
export function connect(task: Task, fd: number, address: Address): number | Blocked {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : found.socket.connect(task, address, found.nonblocking);
}
const HOW = { read: RECEIVE, write: SEND, both: RECEIVE | SEND };
export function shutdown(task: Task, fd: number, how: keyof typeof HOW): Errno | 0 {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : found.socket.shutdown(HOW[how]);
}

/** As Sys shows addresses. */
const shown = (address: Address): SocketAddress => (address.family === "unspec" ? { family: "unix", path: "" } : address);
export function getsockname(task: Task, fd: number): SocketAddress | Errno {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : shown(found.socket.localAddress());
}
export function getpeername(task: Task, fd: number): SocketAddress | Errno {
	const found = socketOf(task, fd);
	if (typeof found === "number") return found;
	const address = found.socket.peerAddress();
	return typeof address === "number" ? address : shown(address);
}

/** `write` puts bytes where the value points to (iptables' old counters). */
export function setsockopt(
	task: Task,
	fd: number,
	level: number,
	option: number,
	value: Uint8Array,
	write?: (address: number, bytes: Uint8Array) => boolean,
): Errno | 0 {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : setOption(found.socket, task, level, option, value, write);
}
/** `room` bytes at most; what was there before says more to some options (IPT_SO_GET_ENTRIES names a table). */
export function getsockopt(
	task: Task,
	fd: number,
	level: number,
	option: number,
	room: number,
	before: Uint8Array = new Uint8Array(room),
): Uint8Array | Errno {
	const found = socketOf(task, fd);
	if (typeof found === "number") return found;
	const value = getOption(found.socket, task, level, option, before);
	return typeof value === "number" ? value : value.subarray(0, room);
}

/** SCM_RIGHTS: descriptors to descriptions. */
export function filesOf(task: Task, fds: readonly number[]): FileDescription[] | Errno {
	const files: FileDescription[] = [];
	for (const fd of fds) {
		const file = fileOf(task, fd, true);
		if (typeof file === "number") return file;
		files.push(file);
	}
	return files;
}
export function sendmsg(task: Task, fd: number, bytes: Uint8Array, fds: readonly number[]): number | Blocked {
	const files = filesOf(task, fds);
	return typeof files === "number" ? files : sendWith(task, fd, bytes, { flags: 0, files });
}
export function sendWith(task: Task, fd: number, bytes: Uint8Array, options: SendOptions): number | Blocked {
	const found = socketOf(task, fd);
	if (typeof found === "number") return found;
	// Urgent data is what streams have.
	if ((options.flags ?? 0) & MSG_OOB && found.socket.type !== "stream") return -ERRNO.EOPNOTSUPP;
	return found.socket.send(task, bytes, options, found.nonblocking);
}
export function receiveWith(
	task: Task,
	fd: number,
	into: Uint8Array,
	flags: number,
): Received | Errno | Blocked<Received | Errno> {
	const found = socketOf(task, fd);
	return typeof found === "number" ? found : found.socket.receive(task, into, flags, found.nonblocking);
}
/** What came along gets descriptors; those for which there is no number are lost, as MSG_CTRUNC says. */
export function adoptFiles(task: Task, files: readonly FileDescription[], closeOnExec: boolean): number[] {
	const fds: number[] = [];
	for (const file of files) {
		const fd = task.files.add(file, closeOnExec, descriptorLimit(task));
		if (fd >= 0) fds.push(fd);
		// The packet's own hold is over.
		file.drop();
	}
	return fds;
}
const MOST = 1 << 18;
export function recvmsg(task: Task, fd: number, count: number): Message | Errno | Blocked<Message | Errno> {
	const into = new Uint8Array(Math.min(count, MOST));
	return whenDone(receiveWith(task, fd, into, 0), (received) => {
		if (typeof received === "number") return received;
		return { bytes: into.slice(0, received.count), fds: adoptFiles(task, received.files, true) };
	});
}
export const sendto = (task: Task, fd: number, bytes: Uint8Array, to?: Address): number | Blocked =>
	sendWith(task, fd, bytes, to ? { flags: 0, to } : { flags: 0, given: true });
export function recvfrom(task: Task, fd: number, count: number): Datagram | Errno | Blocked<Datagram | Errno> {
	const into = new Uint8Array(Math.min(count, MOST));
	return whenDone(receiveWith(task, fd, into, 0), (received) => {
		if (typeof received === "number") return received;
		for (const file of received.files) file.drop();
		return { bytes: into.slice(0, received.count), from: received.from && shown(received.from) };
	});
}
