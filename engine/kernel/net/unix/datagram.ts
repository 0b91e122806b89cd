// UNIX datagram sockets: messages to a name, kept whole and in order. A receiver keeps at most 11 of them.

import { ERRNO, type Errno } from "../../../lib/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import type { Blocked } from "../../wait";
import type { Address } from "../address";
import type { Received } from "../inbox";
import { BUFFER, MSG_DONTWAIT, MSG_PEEK, POLLRDHUP, RECEIVE, SEND, type SendOptions, type Socket } from "../socket";
import { senderOf, UnixSocket } from "./socket";

/** net.unix.max_dgram_qlen, and one more. */
const MOST_MESSAGES = 11;

export class UnixDatagram extends UnixSocket {
	private other: UnixDatagram | undefined;

	static pair(task: Task, make: () => UnixDatagram): [UnixDatagram, UnixDatagram] {
		const [a, b] = [make(), make()];
		a.other = b;
		b.other = a;
		a.owner = a.peerOwner = b.owner = b.peerOwner = senderOf(task);
		return [a, b];
	}
	get peerInode(): number {
		return this.other?.inode ?? 0;
	}
	listen(): Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	accept(): Socket | Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	connect(task: Task, address: Address): number {
		if (address.family === "unspec") {
			this.other = undefined;
			return 0;
		}
		const target = this.target(task, address);
		if (typeof target === "number") return target;
		this.other = target;
		this.writable.wake();
		return 0;
	}
	private target(task: Task, address: Address): UnixDatagram | Errno {
		const found = this.find(task, address);
		if (typeof found === "number") return found;
		if (!(found instanceof UnixDatagram)) return -ERRNO.EPROTOTYPE;
		// One that is connected hears its peer only.
		return found.other && found.other !== this ? -ERRNO.EPERM : found;
	}
	peerAddress(): Address | Errno {
		return this.other ? this.other.name : -ERRNO.ENOTCONN;
	}

	send(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.shut & SEND) return -ERRNO.EPIPE;
		const target = options.to ? this.target(task, options.to) : (this.other ?? -ERRNO.ENOTCONN);
		if (typeof target === "number") return target;
		if (bytes.length > BUFFER - 32) return -ERRNO.EMSGSIZE;
		if (target.closed) {
			if (!options.to) {
				this.other = undefined;
				this.inbox.clear();
			}
			return -ERRNO.ECONNREFUSED;
		}
		if (target.shut & RECEIVE) return -ERRNO.EPIPE;
		if (target.full && target.other !== this) {
			if (nonblocking || options.flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
			return this.wait<number>(task, target.writable, this.sendTimeout);
		}
		target.inbox.push(this.packet(task, bytes.slice(), options));
		target.readable.wake();
		return bytes.length;
	}
	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (!this.inbox.empty) {
			const received = this.inbox.message(into, (flags & MSG_PEEK) !== 0);
			this.writable.wake();
			this.other?.writable.wake();
			return received;
		}
		if (nonblocking || flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
		if (this.shut & RECEIVE) return { count: 0, length: 0, files: [], truncated: false };
		return this.wait(task, this.readable, this.receiveTimeout);
	}
	/** Two that are connected to each other do not count messages, only bytes. */
	private get full(): boolean {
		return this.inbox.messages >= MOST_MESSAGES;
	}
	override get pending(): number {
		return this.inbox.nextLength;
	}
	shutdown(how: number): Errno | 0 {
		this.shut |= how;
		this.readable.wake();
		this.writable.wake();
		return 0;
	}
	poll(): number {
		let ready = this.error ? POLLERR : 0;
		if (!this.inbox.empty) ready |= POLLIN;
		if (this.shut & RECEIVE) ready |= POLLIN | POLLRDHUP;
		if (this.shut === (RECEIVE | SEND)) ready |= POLLHUP;
		const { other } = this;
		const full = other && !other.closed && other.other !== this && other.full;
		return full ? ready : ready | POLLOUT;
	}
	override close(): void {
		const { other } = this;
		super.close();
		if (other && !other.closed && other.other === this) {
			other.readable.wake();
			other.writable.wake();
		}
		this.writable.wake();
	}
}
