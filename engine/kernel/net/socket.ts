// What all sockets have in common: options, the pending error, and being an open file. Families and types (unix/, inet/) add the
// rest. A call that would wait returns Blocked unless the descriptor is O_NONBLOCK or the call said MSG_DONTWAIT.

import { ERRNO, type Errno } from "../../lib/errno";
import type { FileDescription, FileOperations, IoctlMemory } from "../file/description";
import { O_NONBLOCK, SIGPIPE } from "../file/flags";
import { FIONREAD, TIOCOUTQ, writeInt } from "../file/ioctl";
import type { Task } from "../task";
import { Blocked, WaitQueue, whenDone } from "../wait";
import type { Address } from "./address";
import type { Received, Sender } from "./inbox";
import { interfaceIoctl } from "./interfaces";
import type { NetStack } from "./stack";

export const MSG_OOB = 0x1;
export const MSG_PEEK = 0x2;
export const MSG_CTRUNC = 0x8;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITALL = 0x100;
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_CMSG_CLOEXEC = 0x40000000;

export const POLLRDHUP = 0x2000;
/** SHUT_RD, SHUT_WR, SHUT_RDWR as bits. */
export const RECEIVE = 1;
export const SEND = 2;

export type SocketFamily = "unix" | "inet" | "inet6" | "netlink";
export type SocketType = "stream" | "dgram" | "raw" | "seqpacket";
/** Bytes that may be on their way to one socket: net.core.wmem_default. */
export const BUFFER = 212992;

export interface SendOptions {
	flags: number;
	to?: Address;
	/** Descriptions to pass on; the packet holds them. */
	files?: FileDescription[];
	/** As SCM_CREDENTIALS said. */
	sender?: Sender;
	/** The bytes will not change any more, and need not be copied. */
	given?: boolean;
}

export abstract class Socket implements FileOperations {
	readonly readable = new WaitQueue();
	readonly writable = new WaitQueue();
	/** SO_ERROR: reported once. */
	error = 0;
	passCredentials = false;
	reuseAddress = false;
	reusePort = false;
	keepAlive = false;
	broadcast = false;
	noDelay = false;
	onlyV6 = false;
	/** SO_RCVBUF, SO_SNDBUF: as they are shown. */
	receiveBuffer = BUFFER;
	sendBuffer = BUFFER;
	receiveTimeout = 0;
	sendTimeout = 0;
	listening = false;
	linger: [on: number, seconds: number] = [0, 0];

	constructor(
		readonly stack: NetStack,
		readonly family: SocketFamily,
		readonly type: SocketType,
		readonly inode: number,
	) {}
	get label(): string {
		return `socket:[${this.inode}]`;
	}

	abstract bind(task: Task, address: Address): Errno | 0;
	abstract listen(task: Task, backlog: number): Errno | 0;
	/** The next connection; `nonblocking` of the listening descriptor. */
	abstract accept(task: Task, nonblocking: boolean): Socket | Errno | Blocked<Socket | Errno>;
	abstract connect(task: Task, address: Address, nonblocking: boolean): number | Blocked;
	abstract shutdown(how: number): Errno | 0;
	abstract localAddress(): Address;
	abstract peerAddress(): Address | Errno;
	abstract send(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked;
	abstract receive(
		task: Task,
		into: Uint8Array,
		flags: number,
		nonblocking: boolean,
	): Received | Errno | Blocked<Received | Errno>;
	abstract poll(file: FileDescription, task: Task): number;
	/** Bytes that a receive would give. */
	abstract readonly pending: number;
	abstract close(): void;
	/** SO_PEERCRED. */
	peer(): Sender | undefined {
		return undefined;
	}

	/** Takes the pending error away: 0 or a negative errno. */
	takeError(): Errno | 0 {
		const { error } = this;
		this.error = 0;
		return error === 0 ? 0 : -error;
	}
	protected brokenPipe(task: Task, flags: number): Errno {
		if (!(flags & MSG_NOSIGNAL)) task.kernel.signalSelf(task, SIGPIPE);
		return -ERRNO.EPIPE;
	}
	/** Waits on a queue for at most SO_RCVTIMEO or SO_SNDTIMEO; EAGAIN once it is over. */
	protected wait<Result>(task: Task, queue: WaitQueue, timeout: number): Blocked<Result> | Errno {
		if (timeout === 0) return new Blocked<Result>([queue]);
		const deadline = task.callStart + timeout;
		return task.kernel.uptime() >= deadline ? -ERRNO.EAGAIN : new Blocked<Result>([queue], deadline);
	}

	// ---- as an open file
	read(file: FileDescription, task: Task, into: Uint8Array, offset?: number): number | Blocked {
		if (offset !== undefined) return -ERRNO.ESPIPE;
		if (into.length === 0) return 0;
		return whenDone(this.receive(task, into, 0, (file.flags & O_NONBLOCK) !== 0), (received) => {
			if (typeof received === "number") return received;
			for (const passed of received.files) passed.drop();
			return received.count;
		});
	}
	write(file: FileDescription, task: Task, bytes: Uint8Array, offset?: number): number | Blocked {
		if (offset !== undefined) return -ERRNO.ESPIPE;
		return this.send(task, bytes, { flags: 0 }, (file.flags & O_NONBLOCK) !== 0);
	}
	queues(): readonly WaitQueue[] {
		return [this.readable, this.writable];
	}
	ioctl(_file: FileDescription, task: Task, request: number, memory: IoctlMemory): number {
		if (request === FIONREAD) return this.listening ? -ERRNO.EINVAL : writeInt(memory, this.pending);
		if (request === TIOCOUTQ) return writeInt(memory, 0);
		return interfaceIoctl(this.stack, task, request, memory);
	}
	release(): void {
		this.close();
	}
}
