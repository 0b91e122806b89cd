// Connected UNIX sockets: SOCK_STREAM, and SOCK_SEQPACKET, which differs in keeping messages apart.
//
// States: made → (connect) connected, or → (bind, listen) listening. Each end of a connection has an inbox that the other
// fills. What is closed with something unread resets the other (ECONNRESET); after that it reads end-of-file.

import { ERRNO, type Errno } from "../../../lib/errno";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../file/description";
import type { Task } from "../../task";
import { Blocked } from "../../wait";
import type { Address } from "../address";
import type { Received } from "../inbox";
import {
	BUFFER,
	MSG_DONTWAIT,
	MSG_NOSIGNAL,
	MSG_PEEK,
	MSG_WAITALL,
	POLLRDHUP,
	RECEIVE,
	SEND,
	type SendOptions,
	type Socket,
} from "../socket";
import { senderOf, UnixSocket } from "./socket";

const SOMAXCONN = 4096;

export class UnixStream extends UnixSocket {
	private other: UnixStream | undefined;
	private connected = false;
	private backlog: UnixStream[] = [];
	private backlogLimit = 0;

	/** socketpair(2). */
	static pair(task: Task, make: () => UnixStream): [UnixStream, UnixStream] {
		const [a, b] = [make(), make()];
		a.join(b);
		a.owner = a.peerOwner = b.owner = b.peerOwner = senderOf(task);
		return [a, b];
	}
	private join(other: UnixStream): void {
		this.other = other;
		other.other = this;
		this.connected = other.connected = true;
	}

	get peerInode(): number {
		return this.other?.inode ?? 0;
	}
	override get queueLengths(): [number, number] {
		return this.listening ? [this.backlog.length, this.backlogLimit] : super.queueLengths;
	}
	listen(task: Task, backlog: number): Errno | 0 {
		if (this.name.path === "" || this.connected) return -ERRNO.EINVAL;
		this.listening = true;
		this.backlogLimit = Math.min(backlog < 0 ? SOMAXCONN : backlog, SOMAXCONN);
		this.owner = senderOf(task);
		this.writable.wake();
		return 0;
	}
	connect(task: Task, address: Address, nonblocking: boolean): number | Blocked {
		if (this.listening) return -ERRNO.EINVAL;
		const listener = this.find(task, address);
		if (typeof listener === "number") return listener;
		if (this.connected) return -ERRNO.EISCONN;
		if (!(listener instanceof UnixStream) || listener.type !== this.type) return -ERRNO.EPROTOTYPE;
		if (!listener.listening || listener.shut & RECEIVE) return -ERRNO.ECONNREFUSED;
		if (listener.backlog.length > listener.backlogLimit)
			return nonblocking ? -ERRNO.EAGAIN : (this.wait<number>(task, listener.writable, this.sendTimeout) as number | Blocked);
		const server = new UnixStream(listener.stack, this.type, task.kernel.nextInode());
		server.name = listener.name;
		this.join(server);
		this.owner = senderOf(task);
		server.peerOwner = this.owner;
		this.peerOwner = server.owner = listener.owner;
		listener.backlog.push(server);
		listener.readable.wake();
		return 0;
	}
	accept(task: Task, nonblocking: boolean): Socket | Errno | Blocked<Socket | Errno> {
		if (!this.listening) return -ERRNO.EINVAL;
		const next = this.backlog.shift();
		if (next) {
			this.writable.wake();
			return next;
		}
		if (this.shut & RECEIVE) return -ERRNO.EINVAL;
		return nonblocking ? -ERRNO.EAGAIN : this.wait(task, this.readable, this.receiveTimeout);
	}
	peerAddress(): Address | Errno {
		return this.connected && this.other ? this.other.name : -ERRNO.ENOTCONN;
	}

	send(task: Task, bytes: Uint8Array, options: SendOptions, nonblocking: boolean): number | Blocked {
		if (options.to && options.to.family !== "unspec") return this.connected ? -ERRNO.EISCONN : -ERRNO.EOPNOTSUPP;
		if (!this.connected) return -ERRNO.ENOTCONN;
		if (this.type === "seqpacket") {
			const failed = this.takeError();
			if (failed !== 0) return failed;
			if (bytes.length > BUFFER - 32) return -ERRNO.EMSGSIZE;
		}
		return this.sendRest(task, bytes, options, nonblocking || (options.flags & MSG_DONTWAIT) !== 0, 0, options.given === true);
	}
	/**
	 * @param rest what is still to be sent; `own` when it is the kernel's own copy, whose pieces need not be copied once more
	 * @param done how much has been sent before
	 */
	private sendRest(
		task: Task,
		rest: Uint8Array,
		options: SendOptions,
		nonblocking: boolean,
		done: number,
		own: boolean,
	): number | Blocked {
		const { other } = this;
		if (!other || this.shut & SEND || other.shut & RECEIVE) {
			// Only streams raise SIGPIPE.
			return done || this.brokenPipe(task, this.type === "stream" ? options.flags : MSG_NOSIGNAL);
		}
		const room = BUFFER - other.inbox.length;
		const whole = this.type === "seqpacket";
		const piece = whole ? rest : rest.subarray(0, Math.max(0, room));
		if (whole ? room >= rest.length : piece.length > 0) {
			const bytes = own ? piece : piece.slice();
			other.inbox.push(this.packet(task, bytes, done === 0 ? options : { ...options, files: [] }));
			other.readable.wake();
			done += piece.length;
			if (piece.length === rest.length) return done;
		} else if (rest.length === 0) return done;
		if (nonblocking) return done || -ERRNO.EAGAIN;
		const blocked = this.wait<number>(task, this.writable, this.sendTimeout);
		if (typeof blocked === "number") return done || blocked;
		if (done === 0) return blocked;
		const left = rest.subarray(piece.length);
		const kept = own ? left : left.slice();
		return new Blocked(blocked.queues, blocked.deadline, {
			resume: () => this.sendRest(task, kept, options, nonblocking, done, true),
			partial: done,
		});
	}
	readPiece(count: number): Uint8Array | undefined {
		const taken = this.connected && this.type === "stream" && count > 0 ? this.inbox.take(count) : undefined;
		if (taken) this.other?.writable.wake();
		return taken;
	}

	receive(task: Task, into: Uint8Array, flags: number, nonblocking: boolean): Received | Errno | Blocked<Received | Errno> {
		if (!this.connected) return this.type === "stream" ? -ERRNO.EINVAL : -ERRNO.ENOTCONN;
		const peek = (flags & MSG_PEEK) !== 0;
		const { inbox } = this;
		// A stream gives what it has before it tells of an error; messages the other way round.
		if (this.type === "seqpacket") {
			const failed = this.takeError();
			if (failed !== 0) return failed;
		}
		const wanted = flags & MSG_WAITALL && this.type === "stream" && !nonblocking ? inbox.length >= into.length : !inbox.empty;
		if (wanted || (!inbox.empty && this.shut & RECEIVE)) {
			const received = this.type === "stream" ? inbox.stream(into, peek) : inbox.message(into, peek);
			if (!peek) this.other?.writable.wake();
			return received;
		}
		const failed = this.takeError();
		if (failed !== 0) return failed;
		if (this.shut & RECEIVE) return { count: 0, length: 0, files: [], truncated: false };
		if (nonblocking || flags & MSG_DONTWAIT) return -ERRNO.EAGAIN;
		return this.wait(task, this.readable, this.receiveTimeout);
	}

	/** What one end does not send, the other does not receive, and the other way round. */
	shutdown(how: number): Errno | 0 {
		this.shut |= how;
		if (this.other) this.other.shut |= (how & RECEIVE ? SEND : 0) | (how & SEND ? RECEIVE : 0);
		for (const end of [this, this.other]) {
			end?.readable.wake();
			end?.writable.wake();
		}
		return 0;
	}
	poll(): number {
		if (this.listening) return this.backlog.length > 0 ? POLLIN : 0;
		let ready = this.error ? POLLERR : 0;
		if (!this.connected || this.shut === (RECEIVE | SEND)) ready |= POLLHUP;
		if (!this.inbox.empty) ready |= POLLIN;
		if (this.shut & RECEIVE) ready |= POLLIN | POLLRDHUP;
		const { other } = this;
		if (!other || other.closed || other.inbox.length * 4 <= BUFFER) ready |= POLLOUT;
		return ready;
	}
	override close(): void {
		const { other, inbox } = this;
		// As Linux counts: a first message without bytes is none.
		const unread = inbox.messages > (inbox.nextLength === 0 ? 1 : 0);
		super.close();
		if (other && !other.closed) {
			if (unread) other.error = ERRNO.ECONNRESET;
			other.shut = RECEIVE | SEND;
			other.readable.wake();
			other.writable.wake();
		}
		// Connections that nobody accepted.
		for (const server of this.backlog.splice(0)) {
			server.close();
			if (server.other) server.other.error = ERRNO.ECONNRESET;
		}
		this.readable.wake();
		this.writable.wake();
	}
}
